"""What a person does on the wall: chooses, listens, compares, judges, by mouse and by keys."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .driver import WallPage

HEARD = "[...document.querySelectorAll('.wl-tile')].filter((t) => t.querySelector('video')?.muted === false)"


def test_one_clip_is_heard_and_looks_it(wall: WallPage) -> None:
    wall.open("plain")
    wall.press(".")
    wall.rest()
    heard = f"() => {HEARD}.map((tile) => tile.dataset.gid)"
    assert wall.page.evaluate(heard) == []
    wall.tile(2).focus()
    wall.press("m")
    expect(wall.tile(2).locator(".wl-badge")).to_have_text("solo")
    assert wall.page.evaluate(heard) == ["2"]
    expect(wall.root.get_by_role("status").last).to_contain_text("alone")
    wall.tile(1).focus()
    wall.root.get_by_role("button", name="Solo", exact=True).click()
    assert wall.page.evaluate(heard) == ["1"]
    wall.root.get_by_label("Volume").fill("0.5")
    assert wall.page.evaluate("document.querySelector('.sd-wall video').volume") == 0.5
    wall.tile(1).focus()
    wall.press("m")
    assert wall.page.evaluate(heard) == []
    wall.tile(3).focus()
    expect(wall.root.get_by_role("button", name="No sound")).to_be_disabled()
    wall.press("m")
    assert wall.page.evaluate(heard) == []


def test_clips_are_chosen_by_click_and_by_enter_and_told_to_the_kernel(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(6).click()
    wall.press("ArrowRight", "Enter", "ArrowDown", "Enter")
    assert [message["gids"] for message in wall.wait_for("select", 3)] == [[6], [6, 7], [6, 7, 11]]
    expect(wall.tile(7)).to_have_attribute("aria-pressed", "true")
    expect(wall.tile(6).locator(".sd-icon").first).to_be_visible()
    expect(wall.tile(11).locator(".wl-badge")).to_have_text("B")
    wall.tile(7).click()
    assert wall.wait_for("select", 4)[-1]["gids"] == [6, 11]
    wall.press("Escape")
    assert wall.wait_for("select", 5)[-1]["gids"] == []


def test_the_kernels_selection_shows(wall: WallPage) -> None:
    wall.open("sweep")
    wall.opened.widget.selection = [wall.opened.generation(5).clip]
    expect(wall.tile(5)).to_have_attribute("aria-pressed", "true")
    expect(wall.root.locator(".wl-about")).to_contain_text("1 chosen")


def test_arrows_follow_the_rows_and_columns(wall: WallPage) -> None:
    wall.open("sweep")
    focused = wall.root.locator(".wl-tile:focus")
    wall.press("ArrowDown", "ArrowRight", "ArrowRight")
    expect(focused).to_have_attribute("data-gid", "7")
    wall.press("ArrowUp", "ArrowUp", "ArrowLeft")
    expect(focused).to_have_attribute("data-gid", "2")


def test_stars_and_ratings_go_to_the_history(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(5).focus()
    wall.press("s", "3")
    judged = wall.wait_for("judge", 2)
    assert [{k: m[k] for k in m if k not in ("kind", "req")} for m in judged] == [
        {"gid": 5, "star": True},
        {"gid": 5, "rating": 3},
    ]
    expect(wall.tile(5)).to_have_accessible_name(re.compile("^owl · seed 0 ?, starred, rated 3 of 5$"))
    expect(wall.tile(5).locator(".wl-dots [data-on=true]")).to_have_count(3)
    wall.press("3")
    assert wall.wait_for("judge", 3)[-1]["rating"] is None
    wall.root.get_by_role("button", name="Rate 5 of 5").click()
    wall.root.get_by_role("button", name="Star", exact=True).click()
    assert wall.wait_for("judge", 5)[-1]["star"] is False
    expect(wall.tile(5)).to_have_accessible_name(re.compile("^owl · seed 0 ?, rated 5 of 5$"))


def test_a_judgement_the_kernel_refuses_is_taken_back(wall: WallPage) -> None:
    wall.open("sweep")
    wall.refuse("judge", "The history cannot be written.")
    wall.tile(1).focus()
    wall.press("s")
    expect(wall.root.get_by_role("status").last).to_have_text("The history cannot be written.")
    expect(wall.tile(1)).to_have_accessible_name("fox · seed 0")


def test_pages_turn_by_key_and_click(wall: WallPage) -> None:
    wall.open("paged")
    expect(wall.root.locator(".wl-tile")).to_have_count(16)
    wall.press("PageDown")
    expect(wall.root.get_by_text("2 of 3 · 17 to 32")).to_be_visible()
    expect(wall.root.locator(".wl-tile").first).to_have_attribute("data-gid", "17")
    expect(wall.root.locator(".wl-tile:focus")).to_have_count(1)
    wall.root.get_by_role("button", name="Next page").click()
    expect(wall.root.locator(".wl-tile")).to_have_count(8)
    expect(wall.root.get_by_role("button", name="Next page")).to_be_disabled()


def test_two_clips_lie_over_each_other(wall: WallPage) -> None:
    wall.open("sweep")
    expect(wall.root.get_by_role("button", name="Wipe")).to_be_disabled()
    wall.press("p")
    expect(wall.root.get_by_role("status").last).to_contain_text("Choose two clips first")
    wall.tile(1).click()
    wall.tile(6).click()
    wall.press(*"......", "p")
    expect(wall.root.get_by_role("group", name="Wipe: A is fox · seed 0, B is owl · seed 1")).to_be_focused()
    expect(wall.root.locator("video")).to_have_count(2)
    wall.rest()
    assert wall.frames() == [6, 6]
    edge = wall.root.get_by_role("slider", name="Edge between A and B")
    before = edge.bounding_box()
    assert before
    wall.page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 40)
    wall.page.mouse.down()
    wall.page.mouse.move(before["x"] - 150, before["y"] + 60)
    wall.page.mouse.up()
    assert int(edge.get_attribute("aria-valuenow") or 0) < 45
    edge.focus()
    wall.press("Home")
    expect(edge).to_have_attribute("aria-valuenow", "0")
    wall.press("d")
    expect(wall.root.get_by_text("black: the same")).to_be_visible()
    blend = "getComputedStyle(document.querySelector('.wl-layer-top')).mixBlendMode"
    assert wall.page.evaluate(blend) == "difference"
    wall.press(".")
    wall.rest()
    assert wall.frames() == [7, 7]
    wall.root.get_by_role("group", name="Clip owl · seed 1").get_by_role("button", name="Rate 4 of 5").click()
    assert wall.wait_for("judge")[-1]["gid"] == 6
    wall.press("Escape")
    expect(wall.root.locator(".wl-tile:focus")).to_have_count(1)
    assert wall.sent("select")[-1]["gids"] == [1, 6]


def test_all_pictures_are_zoomed_and_moved_as_one(wall: WallPage) -> None:
    wall.open("plain")
    transforms = "[...new Set([...document.querySelectorAll('.wl-lens')].map((el) => el.style.transform))]"
    wall.press("+", "+")
    assert wall.page.evaluate(transforms) == ["translate(-62.5%, -62.5%) scale(2.25)"]
    box = wall.tile(1).locator(".wl-picture").bounding_box()
    assert box
    wall.page.mouse.move(box["x"] + 100, box["y"] + 80)
    wall.page.mouse.down()
    wall.page.mouse.move(box["x"] + 100 + box["width"] * 0.125, box["y"] + 80)
    wall.page.mouse.up()
    assert wall.page.evaluate(transforms) == ["translate(-50%, -62.5%) scale(2.25)"]
    assert wall.sent("select") == []
    wall.page.keyboard.down("Control")
    wall.page.mouse.wheel(0, 2000)
    wall.page.keyboard.up("Control")
    wall.page.wait_for_function(f"() => {transforms}.join() === 'none'")


def test_the_sheet_shows_the_keys_and_closes(wall: WallPage) -> None:
    wall.open("sweep")
    wall.press("?")
    sheet = wall.root.get_by_role("dialog")
    expect(sheet).to_contain_text("Play and pause all")
    wall.page.keyboard.press("s")
    assert wall.sent("judge") == []
    wall.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_no_key_leaves_the_wall(wall: WallPage) -> None:
    wall.open("sweep")
    wall.page.evaluate("() => { window.left = []; document.addEventListener('keydown', (e) => left.push(e.key)); }")
    wall.press("s", "m", "b", "x", "1", ",", "ArrowDown", "Space")
    wall.root.get_by_label("Position").focus()
    wall.press("b", "d")
    assert wall.page.evaluate("left") == []


def test_what_cannot_be_shown_says_why(wall: WallPage) -> None:
    wall.open("states", width=1200)
    expect(wall.tile(4)).to_contain_text("rendering frame 74 of 120")
    expect(wall.tile(4)).to_contain_text("62 %")
    expect(wall.tile(6)).to_contain_text("The safety checker refused the prompt.")
    expect(wall.tile(7)).to_contain_text("It was cancelled before it was sent.")
    expect(wall.root.locator(".wl-none")).to_have_count(1)
    wall.press(".")
    expect(wall.tile(3)).to_contain_text("The clip's file cannot be read")
    wall.rest()
    assert set(wall.frames()) == {1}
    wall.tile(6).click()
    assert wall.sent("select") == []
    expect(wall.root.locator(".wl-strip")).to_contain_text("Change the prompt.")


def test_a_gone_kernel_is_said_and_the_clips_play_on(wall: WallPage) -> None:
    wall.open("plain")
    wall.press(".")
    wall.rest()
    wall.page.evaluate("() => { lab.kernel.dead = true; lab.kernel.emit('comm_live_update'); }")
    expect(wall.root.get_by_role("alert")).to_contain_text("The kernel restarted.")
    wall.press("s")
    expect(wall.root.get_by_role("status").last).to_contain_text("This kernel is gone.")
    wall.play()


def test_leaving_takes_everything_along(wall: WallPage) -> None:
    wall.open("plain")
    wall.play()
    wall.page.evaluate("lab.leave()")
    expect(wall.root).to_have_count(0)
    assert re.match("Wall", wall.page.title())
