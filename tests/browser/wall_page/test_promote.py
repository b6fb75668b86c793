"""From the wall's drafts to finals: one act, with its price on the button, and typed above a dollar."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.rig import axe

from .driver import WallPage
from .test_look import STICKING_OUT


def chosen(wall: WallPage, *gids: int, width: int = 1000, theme: str = "light") -> Locator:
    wall.open("sweep", width=width, theme=theme)
    for gid in gids:
        wall.tile(gid).click()
    bar = wall.root.get_by_role("region", name="Promote")
    expect(bar.get_by_role("button", name=f"Promote {len(gids)} clip")).to_be_enabled()
    return bar


def test_chosen_clips_are_promoted_by_one_act(wall: WallPage) -> None:
    wall.open("sweep")
    bar = wall.root.get_by_role("region", name="Promote")
    expect(bar).to_have_count(0)
    bar = chosen(wall, 2)
    expect(bar).to_contain_text("A new resolution is a new sample: the same seed gives a similar clip")
    button = bar.get_by_role("button")
    expect(button).to_have_text("Promote 1 clip · $0.58")
    bar.get_by_label("Sound").select_option("silent")
    expect(button).to_have_text("Promote 1 clip · $0.29")
    bar.get_by_label("Resolution").select_option("720p")
    expect(button).to_be_enabled()
    assert wall.sent("promote") == []
    wall.opened.finish()
    button.dblclick()
    (promote,) = wall.wait_for("promote")
    assert promote["gids"] == [2]
    assert (promote["resolution"], promote["sound"]) == ("720p", False)
    assert promote["shown"] == {"clips": 1, "dollars": pytest.approx(0.1296)}
    expect(wall.root.locator(".wl-said")).to_have_text("Sent 1 clip as sweep-2. They join the project my-film.")
    expect(button).to_have_text("Promoted already")
    expect(button).to_be_disabled()
    wall.tile(3).click()
    expect(button).to_have_text("Promote 1 clip · $0.13")
    expect(bar).to_contain_text("1 is there already.")
    assert len(wall.sent("promote")) == 1


def test_finals_under_way_are_no_finals_yet(wall: WallPage) -> None:
    bar = chosen(wall, 2)
    bar.get_by_label("Sound").select_option("silent")
    bar.get_by_role("button", name="Promote 1 clip · $0.29").click()
    button = bar.get_by_role("button")
    expect(button).to_have_text("1 under way")
    expect(button).to_be_focused()
    button.press("Enter")
    wall.tile(3).click()
    expect(button).to_have_text("Promote 1 clip · $0.29")
    expect(bar).to_contain_text("1 is under way.")
    expect(bar).not_to_contain_text("there already")
    wall.opened.finish()
    expect(bar).to_contain_text("1 is there already.")  # by asking now and then
    assert len(wall.sent("promote")) == 1


def test_above_a_dollar_its_price_is_typed_by_keys(wall: WallPage) -> None:
    bar = chosen(wall, 2, 7)
    button = bar.get_by_role("button", name="Promote 2 clips · $1.17")
    button.press("Enter")
    question = wall.root.get_by_role("dialog", name="These 2 clips cost about $1.17.")
    expect(question.get_by_label("Type 1.17 to promote")).to_be_focused()
    # Elsewhere on the wall these are keys.
    wall.page.keyboard.type("1.17")
    expect(question.get_by_role("textbox")).to_have_value("1.17")
    wall.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    first, second = wall.wait_for("promote", 2)
    assert "confirm" not in first
    assert second == {**first, "req": second["req"], "confirm": "1.17"}
    assert wall.sent("judge") == []


@pytest.mark.parametrize("change", ["a clip", "the resolution", "the sound"])
def test_a_changed_choice_is_not_confirmed_by_the_old_question(wall: WallPage, change: str) -> None:
    bar = chosen(wall, 2, 7)
    bar.get_by_role("button").click()
    question = wall.root.get_by_role("dialog")
    expect(question).to_be_visible()
    if change == "a clip":
        wall.tile(9).click()
    elif change == "the resolution":
        bar.get_by_label("Resolution").select_option("720p")
    else:
        bar.get_by_label("Sound").select_option("silent")
    expect(question).to_have_count(0)


def test_escape_takes_the_question_back_and_not_the_choice(wall: WallPage) -> None:
    bar = chosen(wall, 2, 7)
    button = bar.get_by_role("button")
    button.click()
    expect(wall.root.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    wall.page.keyboard.press("Escape")
    expect(wall.root.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    expect(wall.root.get_by_text("2 chosen").first).to_be_visible()
    assert len(wall.sent("promote")) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1200])
def test_the_question_is_for_everybody_in_little_space(wall: WallPage, theme: str, width: int) -> None:
    wall.page.set_viewport_size({"width": width + 32, "height": 1000})
    bar = chosen(wall, 2, 7, width=width, theme=theme)
    bar.get_by_role("button").click()
    wall.root.get_by_role("dialog").wait_for()
    assert axe.violations(wall.page, ".sd-wall") == []
    assert wall.page.evaluate(STICKING_OUT) == []
