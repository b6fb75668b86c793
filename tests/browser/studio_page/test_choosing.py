"""Clips chosen in the history, by mouse and by keyboard, and what is done with them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

import ipyseedance as sd
from tests.browser.rig import axe

from .driver import StudioPage


def chosen(studio: StudioPage) -> list[int]:
    gids: list[int] = studio.wait_for("choose")[-1]["gids"]
    return gids


def test_by_mouse(studio: StudioPage) -> None:
    studio.open("long")
    checks, tiles = studio.root.get_by_role("checkbox"), studio.root.locator(".sd-tile")
    bar = studio.root.get_by_role("region", name="Chosen clips")
    checks.nth(1).click()
    checks.nth(4).click(modifiers=["Shift"])
    tiles.nth(6).click(modifiers=["ControlOrMeta"])
    expect(bar.get_by_role("status")).to_have_text("5 chosen")
    assert chosen(studio) == [129, 128, 127, 126, 124]
    checks.nth(2).click()
    expect(checks.nth(2)).to_have_attribute("aria-checked", "false")
    # Choosing plays nothing.
    assert studio.sent("select") == []
    bar.get_by_role("button", name="Choose all 130").click()
    expect(bar.get_by_role("status")).to_have_text("130 chosen")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_have_count(0)


def test_by_keyboard(studio: StudioPage) -> None:
    studio.open("long")
    studio.root.locator(".sd-tile").first.focus()
    keys = studio.page.keyboard
    for key in ("Space", "ArrowRight", "ArrowRight", "x", "Shift+ArrowRight", "Shift+ArrowRight"):
        keys.press(key)
    expect(studio.root.locator("[aria-checked=true]")).to_have_count(4)
    assert chosen(studio) == [130, 128, 127, 126]
    assert studio.sent("select") == []
    keys.press("Escape")
    assert studio.wait_for("choose", 5)[-1]["gids"] == []
    studio.root.get_by_role("radio", name="Table").check()
    studio.root.locator(".sd-line-prompt").first.focus()
    keys.press("ArrowDown")
    keys.press("Space")
    expect(studio.root.locator("[data-chosen=true]")).to_have_count(1)
    assert studio.sent("choose")[-1]["gids"] == [129]


def test_a_range_reaches_over_what_is_not_there_yet(studio: StudioPage) -> None:
    studio.open("huge")
    studio.root.get_by_role("checkbox").nth(0).click()
    studio.root.locator(".sd-scroll").evaluate("(box) => box.scrollTo(0, box.scrollHeight / 20)")
    far = studio.root.locator(".sd-cell:has([data-index='500'])").get_by_role("checkbox")
    far.click(modifiers=["Shift"])
    expect(studio.root.locator(".sd-chosen [role=status]")).to_have_text("501 chosen")
    assert studio.sent("found")[-1]["limit"] == 501


def add_clip(studio: StudioPage, prompt: str) -> None:
    """A new clip comes."""
    studio.opened.finish()
    studio.opened.project.submit(sd.TextToVideo(prompt)).result(20)


def test_a_range_begins_at_the_clip_that_was_chosen_wherever_it_is_now(studio: StudioPage) -> None:
    studio.open("long")
    checks = studio.root.get_by_role("checkbox")
    checks.nth(2).click()
    add_clip(studio, "The newest")
    expect(studio.root.locator(".sd-tile").first).to_contain_text("The newest")
    checks.nth(6).click(modifiers=["Shift"])
    assert studio.wait_for("choose", 2)[-1]["gids"] == [128, 127, 126, 125]


@pytest.mark.parametrize("away", ["filter", "order", "clear", "not chosen"])
def test_a_range_from_a_clip_that_is_gone_is_the_row_itself(studio: StudioPage, away: str) -> None:
    studio.open("long")
    checks = studio.root.get_by_role("checkbox")
    checks.nth(4).click()
    if away == "filter":
        studio.root.get_by_label("Search the history").fill("lantern")
        expect(studio.root.locator(".sd-tile")).to_have_count(16)
    elif away == "order":
        studio.root.get_by_label("Sort the history").select_option("oldest")
        expect(studio.root.locator(".sd-found")).to_have_attribute("data-stale", "false")
    elif away == "clear":
        studio.root.get_by_role("button", name="Clear").click()
    else:
        checks.nth(4).click()
    expect(checks.nth(4)).to_have_attribute("aria-checked", "false")
    before = studio.sent("choose")[-1]["gids"]
    checks.nth(6).click(modifiers=["Shift"])
    expect(checks.nth(6)).to_have_attribute("aria-checked", "true")
    studio.settle()
    assert len(studio.sent("choose")[-1]["gids"]) == len(before) + 1


def test_a_range_by_keyboard_begins_at_the_row_in_focus(studio: StudioPage) -> None:
    studio.open("long")
    studio.root.get_by_role("radio", name="Table").check()
    studio.root.locator(".sd-line-prompt").nth(10).focus()
    studio.page.keyboard.press("Shift+ArrowDown")
    assert chosen(studio) == [120, 119]
    studio.page.keyboard.press("Shift+ArrowDown")
    assert studio.wait_for("choose", 2)[-1]["gids"] == [120, 119, 118]


def test_a_range_over_rows_that_have_moved_is_not_guessed(studio: StudioPage) -> None:
    studio.open("huge")
    studio.root.get_by_label("Search the history").fill("lantern")
    expect(studio.root.locator(".sd-history-head")).to_contain_text("1,250 of 10,000")
    studio.root.get_by_role("checkbox").nth(0).click()
    first = chosen(studio)
    box = studio.root.locator(".sd-scroll")
    far = studio.root.locator(".sd-cell:has([data-index='500'])").get_by_role("checkbox")
    box.evaluate("(box) => box.scrollTo(0, box.scrollHeight * 0.4)")
    far.scroll_into_view_if_needed()
    add_clip(studio, "Another lantern")
    studio.settle()
    far.click(modifiers=["Shift"])
    expect(studio.root.locator(".sd-said")).to_contain_text("The history has changed meanwhile: nothing was chosen.")
    assert studio.sent("choose")[-1]["gids"] == first
    box.evaluate("(box) => box.scrollTo(0, 0)")
    studio.settle()
    box.evaluate("(box) => box.scrollTo(0, box.scrollHeight * 0.4)")
    far.click(modifiers=["Shift"])
    expect(studio.root.locator(".sd-chosen [role=status]")).to_have_text("500 chosen")
    assert studio.sent("choose")[-1]["gids"][0] == first[0]


def test_the_kernels_choice_shows_and_views_agree(studio: StudioPage) -> None:
    studio.open("history")
    studio.mount_again()
    studio.opened.widget.selection = [studio.opened.generation(n).clip for n in (14, 13)]
    expect(studio.page.locator("[aria-checked=true]")).to_have_count(4)
    studio.root.get_by_role("checkbox").first.click()
    expect(studio.page.locator("[aria-checked=true]")).to_have_count(2)


def test_they_are_compared_in_the_order_they_were_chosen(studio: StudioPage) -> None:
    studio.open("history")
    for number in (3, 0):
        studio.root.get_by_role("checkbox").nth(number).click()
    studio.root.get_by_role("button", name="Compare on the wall").click()
    assert studio.wait_for("compare")[0]["gids"] == [11, 14]
    panel = studio.root.get_by_role("region", name="Wall")
    expect(panel.locator(".stand-in")).to_be_visible()
    expect(panel).to_be_focused()
    panel.get_by_role("button", name="Back to the studio").press("Enter")
    expect(studio.root.get_by_role("button", name="Compare on the wall")).to_be_focused()


def test_running_them_again_shows_the_price_and_is_one_act(studio: StudioPage) -> None:
    studio.open("paid")
    for number in (0, 1):
        studio.root.get_by_role("checkbox").nth(number).click()
    studio.root.get_by_role("button", name="Run again").click()
    studio.root.get_by_role("radio", name="Same seeds").check()
    assert studio.sent("again") == []
    studio.root.get_by_role("button", name="Generate 2 clips · $0.52").dblclick()
    expect(studio.root.locator(".sd-again")).to_have_count(0)
    (sent,) = studio.sent("again")
    assert (sent["gids"], sent["seeds"], sent["shown"]) == (
        [130, 129],
        "same",
        {"clips": 2, "dollars": pytest.approx(0.5184)},
    )
    assert "confirm" not in sent


def test_above_a_dollar_the_price_is_typed(studio: StudioPage) -> None:
    studio.open("paid")
    studio.root.get_by_role("checkbox").nth(0).click()
    studio.root.get_by_role("checkbox").nth(4).click(modifiers=["Shift"])
    studio.root.get_by_role("button", name="Run again").click()
    studio.root.get_by_role("button", name="Generate 5 clips · $1.30").click()
    dialog = studio.root.get_by_role("dialog")
    expect(dialog).to_contain_text("These 5 clips cost about $1.30")
    dialog.get_by_role("textbox").fill("1.30")
    studio.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert [message.get("confirm") for message in studio.wait_for("again", 2)] == [None, "1.30"]


def test_a_refused_act_is_said(studio: StudioPage) -> None:
    studio.open("paid")
    refuse = "() => { throw lab.refusal('Over the budget.', {next_step: 'Raise it.'}); }"
    studio.page.evaluate(f"() => {{ lab.kernel.handlers.again = {refuse}; }}")
    studio.root.get_by_role("checkbox").first.click()
    studio.root.get_by_role("button", name="Run again").click()
    studio.root.get_by_role("button", name="Generate 1 clip").click()
    bar = studio.root.get_by_role("region", name="Chosen clips")
    expect(bar.get_by_role("alert")).to_contain_text("Over the budget. Raise it.")


DEAF = "(kernel.deaf.add(arg), 0)"
SLOW = "(kernel.handlers[arg] = () => new Promise((done) => { lab.finish = done; }), 0)"
"""A kernel that is at work on requests of that kind until `lab.finish` is called."""


def ask_again(studio: StudioPage, kernel: str, argument: str) -> Locator:
    """Ask for two clips again, of a kernel made slow, with the clock in the test's hands."""
    studio.page.clock.install()
    studio.open("paid")
    studio.kernel(kernel, argument)
    bar = studio.root.get_by_role("region", name="Chosen clips")
    for number in (0, 1):
        studio.root.get_by_role("checkbox").nth(number).click()
    bar.get_by_role("button", name="Run again").click()
    bar.get_by_role("button", name="Generate 2 clips").click()
    studio.wait_for("again")
    return bar


def test_an_act_that_is_never_answered_may_have_been_paid(studio: StudioPage) -> None:
    bar = ask_again(studio, DEAF, "again")
    studio.page.clock.run_for(70_000)
    alert = bar.get_by_role("alert")
    expect(alert).to_contain_text("never answered this. It may be under way: look at the queue")
    expect(alert).to_contain_text("It may have been charged.")
    button = bar.get_by_role("button", name="Generate 2 clips")
    expect(button).to_be_disabled()
    assert len(studio.sent("again")) == 1
    alert.get_by_role("button", name="Dismiss").click()
    expect(button).to_be_enabled()


def test_a_long_act_is_waited_for_and_pressed_in_vain_meanwhile(studio: StudioPage) -> None:
    bar = ask_again(studio, SLOW, "again")
    studio.page.clock.run_for(200_000)
    expect(studio.root.get_by_role("alert")).to_have_count(0)
    again = bar.get_by_role("button", name="Run again")
    again.click()
    again.click()
    studio.page.clock.run_for(1_000)
    bar.get_by_role("button", name="Sending").dispatch_event("click")
    studio.page.evaluate("() => lab.finish({name: 'sweep-9', gids: [], sent: 2})")
    expect(studio.root.locator(".sd-said")).to_have_text("2 clips asked for again, as sweep-9.")
    assert len(studio.sent("again")) == 1


def test_an_act_whose_clips_are_no_longer_chosen_still_says_what_became_of_it(studio: StudioPage) -> None:
    ask_again(studio, DEAF, "again").get_by_role("button", name="Clear").click()
    studio.page.clock.run_for(64_000)
    expect(studio.root.locator(".sd-said")).to_contain_text("It may be under way: look at the queue")


def test_a_long_export_is_waited_for(studio: StudioPage) -> None:
    studio.page.clock.install()
    studio.open("history")
    studio.kernel(SLOW, "export")
    studio.root.get_by_role("checkbox").first.click()
    studio.root.get_by_role("button", name="Export").click()
    studio.wait_for("export")
    studio.page.clock.run_for(200_000)
    expect(studio.root.get_by_role("button", name="Exporting")).to_be_visible()
    expect(studio.root.locator(".sd-said")).not_to_contain_text("never answered")
    # While nothing else is to be heard it is asked now and then whether it is still at it, not all the time.
    assert len(studio.sent("hello")) < 10
    studio.page.evaluate("() => lab.finish({folder: '/exports/here', count: 1})")
    expect(studio.root.locator(".sd-exported")).to_contain_text("/exports/here")


def test_an_export_says_where_it_is(studio: StudioPage) -> None:
    studio.open("history")
    studio.root.get_by_role("checkbox").first.click()
    studio.kernel("kernel.deaf.add('export')")
    studio.root.get_by_role("button", name="Export").click()
    expect(studio.root.get_by_role("button", name="Exporting")).to_be_visible()
    studio.root.get_by_role("button", name="Exporting").dispatch_event("click")
    studio.kernel("kernel.hear()")
    expect(studio.root.locator(".sd-exported")).to_contain_text("-1-clip")
    assert len(studio.sent("export")) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("layout", ["Posters", "Table"])
def test_axe_finds_nothing(studio: StudioPage, layout: str, theme: str) -> None:
    studio.open("paid", theme=theme)
    studio.root.get_by_role("button", name="By sweep").click()
    studio.root.get_by_role("radio", name=layout).check()
    studio.root.get_by_role("checkbox").first.click()
    studio.root.get_by_role("button", name="Run again").click()
    expect(studio.root.get_by_role("button", name="Generate 1 clip")).to_be_enabled()
    studio.root.get_by_role("button", name="Filters").click()
    studio.page.get_by_role("button", name="480p").click()
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []
