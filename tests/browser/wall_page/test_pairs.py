"""Ways to look at two pictures in one place: through each other, in turn, and what was given against what came."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.rig import axe

from .driver import WallPage
from .test_look import STICKING_OUT

SEEN = "document.querySelector('.wl-pair').dataset.seen"
SWAPS = """(count) => new Promise((done) => {
    const stage = document.querySelector(".wl-pair");
    const times = [];
    new MutationObserver(() => times.push(performance.now()) === count && done(times))
        .observe(stage, { attributeFilter: ["data-seen"] });
})"""


def two_chosen(wall: WallPage) -> None:
    wall.open("sweep")
    wall.tile(1).click()
    wall.tile(6).click()


def test_two_clips_are_seen_through_each_other(wall: WallPage) -> None:
    two_chosen(wall)
    wall.press(*"......", "o")
    expect(wall.root.get_by_role("group", name="Onion skin: A is fox · seed 0, B is owl · seed 1")).to_be_focused()
    wall.rest()
    assert wall.frames() == [6, 6]
    opacity = "Number(getComputedStyle(document.querySelector('.wl-layer-top')).opacity)"
    assert wall.page.evaluate(opacity) == 0.5
    wall.press("'", "'", ";", "'", ".")
    wall.rest()
    assert wall.page.evaluate(opacity) == pytest.approx(0.6)
    assert wall.frames() == [7, 7]
    slider = wall.root.get_by_label("How much of A is seen over B")
    slider.fill("0")
    assert wall.page.evaluate(opacity) == 0
    slider.press("ArrowRight")
    assert wall.page.evaluate(opacity) == pytest.approx(0.05)


def test_a_loop_beyond_the_end_of_both_is_left(wall: WallPage) -> None:
    wall.open("plain", count=8)
    wall.root.get_by_label("Position").fill("110")
    wall.press("[")
    expect(wall.root.get_by_role("button", name="Loop from here")).to_have_attribute("aria-pressed", "true")
    for short in (4, 8):
        wall.tile(short).click()
    wall.press("w")
    wall.root.get_by_role("button", name="Play all").click()
    expect(wall.root.get_by_role("button", name="Loop from here")).to_have_attribute("aria-pressed", "false")
    # They go on from their beginning, and do not begin at their end for ever.
    wall.page.wait_for_function(
        "[...document.querySelectorAll('.wl-layer video')].every((v) => v.currentTime > 0.3 && v.currentTime < 3)"
    )


def test_two_clips_take_turns_and_never_fast(wall: WallPage) -> None:
    two_chosen(wall)
    wall.press("b", "'", "'", "'")
    expect(wall.root.get_by_role("button", name="3", exact=True)).to_have_attribute("aria-pressed", "true")
    # Over many: on a busy machine one is seen late, and the next is not.
    times = wall.page.evaluate(SWAPS, 13)
    assert (times[-1] - times[0]) / 12 > 320
    wall.root.get_by_role("button", name="Play all").click()
    wall.page.evaluate(SWAPS, 2)
    # Both play on below, the one not seen too.
    wall.page.wait_for_function("[...document.querySelectorAll('.wl-layer video')].every((v) => v.currentTime > 0.1)")
    wall.press("Space")
    wall.rest()
    assert len(set(wall.frames())) == 1
    wall.press("x")
    held = wall.page.evaluate(SEEN)
    expect(wall.root.get_by_role("button", name="Blink", exact=True).last).to_be_visible()
    wall.press("x")
    assert wall.page.evaluate(SEEN) != held


def test_nothing_blinks_by_itself_for_those_who_ask_for_little_motion(wall: WallPage) -> None:
    wall.page.emulate_media(reduced_motion="reduce")
    wall.page.add_init_script(
        """window.timers = [];
        const set = window.setInterval;
        window.setInterval = (act, ms) => (timers.push(ms), set(act, ms));"""
    )
    two_chosen(wall)
    wall.press("b", "'")
    expect(wall.root.get_by_text("nothing swaps by itself")).to_be_visible()
    assert not [ms for ms in wall.page.evaluate("timers") if ms in (2000, 500, 1000 / 3)]
    assert wall.page.evaluate(SEEN) == "a"
    wall.press("x")
    assert wall.page.evaluate(SEEN) == "b"
    wall.page.emulate_media(reduced_motion="no-preference")


def test_the_given_frame_is_beside_the_real_one(wall: WallPage) -> None:
    wall.open("sweep")
    wall.press(".")
    wall.rest()
    wall.tile(7).focus()
    wall.press("g")
    stage = wall.root.get_by_role("group", name="Given frame: owl · seed 2")
    expect(stage).to_be_focused()
    expect(stage.get_by_role("img", name="Start frame, as given")).to_be_visible()
    expect(stage.get_by_role("img", name="First frame of the clip")).to_be_visible()
    alike = wall.opened.ask("given", gid=7, which="start")
    expect(stage).to_contain_text(f"Structure (SSIM){alike['ssim']:.3f}")
    expect(stage).to_contain_text(f"Colour shift{alike['color_shift']:.1f} ΔE")
    expect(wall.root.locator("video")).to_have_count(0)
    wall.press("e")
    expect(stage.get_by_role("img", name="Last frame of the clip")).to_be_visible()
    asked = [(m["gid"], m["which"]) for m in wall.wait_for("given", 2)]
    assert asked == [(7, "start"), (7, "end")]
    wall.press("x", "'")
    expect(stage.get_by_role("slider")).to_have_attribute("aria-valuenow", "55")
    wall.press("ArrowRight")
    # The next of the page that was made from a picture, and it has no end frame.
    expect(wall.root.get_by_role("group", name="Given frame: a boat on the lake · seed 1")).to_be_visible()
    expect(wall.root.get_by_role("button", name="End", exact=True)).to_have_count(0)
    assert wall.wait_for("given", 3)[-1]["which"] == "start"
    wall.press("Escape")
    expect(wall.tile(10)).to_be_focused()
    wall.rest()
    assert set(wall.frames()) == {1}


def test_a_given_frame_that_cannot_be_shown_says_why(wall: WallPage) -> None:
    wall.open("sweep")
    wall.refuse("given", "The start frame cannot be read.")
    wall.press("g")
    expect(wall.root.get_by_role("alert")).to_contain_text("The start frame cannot be read.")


@pytest.mark.parametrize("width", [480, 1200])
@pytest.mark.parametrize("keys", ["o", "b", "g", "gx"])
def test_every_way_fits_and_axe_finds_nothing(wall: WallPage, width: int, keys: str) -> None:
    wall.page.set_viewport_size({"width": width + 32, "height": 1000})
    wall.open("sweep", theme="dark" if width == 480 else "light", width=width)
    wall.tile(2).click()
    wall.tile(3).click()
    wall.press(*keys)
    if "g" in keys:
        wall.root.locator(".wl-alike").wait_for()
    else:
        wall.press(".")
        wall.rest()
    wall.press("x")
    assert wall.page.evaluate(STICKING_OUT) == []
    assert axe.violations(wall.page, ".sd-wall") == []


def test_the_ways_are_a_menu_where_there_is_no_room(wall: WallPage) -> None:
    wall.page.set_viewport_size({"width": 512, "height": 1000})
    wall.open("sweep", width=480)
    wall.root.get_by_role("button", name="View: Grid").click()
    wall.root.get_by_role("menuitem", name="Wipe").click()
    expect(wall.root.get_by_role("status").last).to_contain_text("Choose two clips first")
    wall.tile(1).click()
    wall.tile(2).click()
    wall.root.get_by_role("button", name="View: Grid").click()
    wall.root.get_by_role("menuitem", name="Onion skin").click()
    expect(wall.root.get_by_role("button", name="View: Onion skin")).to_be_visible()
    expect(wall.root.locator("video")).to_have_count(0)
