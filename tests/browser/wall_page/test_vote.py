"""Blind votes: by keys and by mouse, nothing told before the vote, and the scores they come to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page.takes import ANIMALS, SEEDS
from tests.browser.rig import axe

from .driver import WallPage
from .test_look import STICKING_OUT

SOLO = "[...document.querySelectorAll('.wl-side video')].map((video) => !video.muted)"


def ballot(wall: WallPage) -> Locator:
    return wall.root.locator(".wl-vote")


def start(wall: WallPage, state: str = "sweep", **options: Any) -> WallPage:
    wall.open(state, **options)
    wall.press("v")
    expect(wall.root.locator(".wl-side")).to_have_count(2)
    return wall


def votes(wall: WallPage, count: int) -> list[tuple[int, int, int | None]]:
    return [(m["first"], m["second"], m["winner"]) for m in wall.wait_for("vote", count)]


def go_on(wall: WallPage) -> None:
    """To the next pair, as soon as it is there."""
    expect(wall.root.get_by_role("button", name="Next pair")).to_be_enabled()
    wall.press("Enter")
    expect(wall.root.get_by_role("button", name="A is better")).to_be_enabled()


def test_votes_are_given_by_keys_and_taken_back(wall: WallPage) -> None:
    start(wall)
    expect(ballot(wall)).to_be_focused()
    expect(wall.root.get_by_text("0 of 66 pairs")).to_be_visible()
    wall.press("ArrowLeft")
    go_on(wall)
    wall.press("ArrowRight")
    go_on(wall)
    expect(wall.root.get_by_text("2 of 66 pairs")).to_be_visible()
    wall.press("t")
    # Which two are compared, and who is on which side, is left to chance: the winner was on the side that was chosen.
    left, right, tie = votes(wall, 3)
    assert (left[2], right[2], tie[2]) == (left[0], right[1], None)
    expect(wall.root.locator(".wl-reveal b")).to_have_text(["Tie", "Tie"])
    expect(wall.root.get_by_role("button", name="Next pair")).to_be_enabled()
    wall.press("u")
    assert [m["vote"] for m in wall.wait_for("unvote")] == [3]
    expect(wall.root.locator(".wl-reveal")).to_have_count(0)
    expect(wall.root.get_by_text("2 of 66 pairs")).to_be_visible()
    wall.press("ArrowDown")
    assert votes(wall, 4)[-1] == tie  # the same pair is asked again
    wall.press("Escape")
    expect(wall.root.locator(".wl-tile:focus")).to_have_count(1)
    expect(wall.root.locator("video")).to_have_count(0)


def test_votes_are_given_by_mouse_among_the_chosen(wall: WallPage) -> None:
    wall.open("sweep")
    for gid in (5, 7, 12):
        wall.tile(gid).click()
    wall.root.get_by_role("button", name="Blind vote").click()
    wall.root.get_by_role("button", name="B is better").click()
    ((first, second, winner),) = votes(wall, 1)
    assert winner == second
    assert {first, second} < {5, 7, 12}
    assert wall.sent("vote")[0]["gids"] == wall.sent("ballot")[0]["gids"] == [5, 7, 12]
    wall.root.get_by_role("button", name="Next pair").click()
    wall.root.get_by_role("button", name="Tie").click()
    third, fourth, winner = votes(wall, 2)[1]
    assert winner is None
    assert {third, fourth} not in ({first, second}, {third})
    # The names were shown for a moment; then the next pair comes by itself.
    expect(wall.root.get_by_text("2 of 3 pairs")).to_be_visible()
    wall.root.get_by_role("button", name="Undo").click()
    wall.wait_for("unvote")
    expect(wall.root.get_by_text("1 of 3 pairs")).to_be_visible()
    wall.root.get_by_role("button", name="Stop").click()
    expect(wall.root.locator(".wl-tile")).to_have_count(12)
    expect(wall.root.locator(".wl-about")).to_contain_text("3 chosen")


def test_nothing_tells_which_is_which_before_the_vote(wall: WallPage) -> None:
    start(wall)
    wall.press(".", "a")
    wall.rest()
    told = ["fox", "owl", "boat", "seed", "data-gid", "motion", "LUFS", "mist", "lake"]

    def leaks() -> list[str]:
        html = wall.page.evaluate("document.querySelector('.sd-wall').outerHTML")
        return [word for word in told if word.lower() in html.lower()]

    assert leaks() == []
    wall.press("ArrowLeft")
    ((first, second, _),) = votes(wall, 1)
    names = [f"{ANIMALS[(gid - 1) // SEEDS]} · seed {(gid - 1) % SEEDS}" for gid in (first, second)]
    expect(wall.root.locator(".wl-reveal span")).to_have_text(names)
    expect(wall.root.get_by_role("status").last).to_have_text(f"A preferred: {names[0]}, over {names[1]}.")
    go_on(wall)
    assert leaks() == []


def test_both_play_on_one_clock_and_one_side_is_heard(wall: WallPage) -> None:
    start(wall, "plain", count=2)
    wall.press("Home")  # has the clips fetched; until they are there, there are no frames to step through
    wall.rest()
    wall.press(*"...")
    wall.rest()
    assert wall.frames() == [3, 3]
    assert wall.page.evaluate(SOLO) == [False, False]
    wall.press("b")
    expect(wall.root.get_by_role("button", name="Hearing B")).to_be_visible()
    assert wall.page.evaluate(SOLO) == [False, True]
    wall.root.get_by_role("group", name="A", exact=True).hover()
    expect(wall.root.get_by_role("button", name="Hearing A")).to_be_visible()
    assert wall.page.evaluate(SOLO) == [True, False]
    wall.press("ArrowRight")
    go_on(wall)
    wall.rest()
    assert wall.frames() == [0, 0]
    assert wall.page.evaluate(SOLO) == [True, False]  # the same side of the next pair
    wall.press("a")
    wall.page.wait_for_function(f"() => {SOLO}.every((heard) => !heard)")
    wall.press("Space")
    wall.page.wait_for_function(
        "() => [...document.querySelectorAll('.wl-side video')].every((video) => !video.paused)"
    )


def test_a_key_too_many_is_no_second_vote(wall: WallPage) -> None:
    start(wall)
    wall.press("ArrowLeft", "ArrowLeft", "ArrowRight", "t")
    go_on(wall)
    assert len(wall.sent("vote")) == 1
    wall.root.get_by_label("Position").focus()
    wall.press("ArrowRight")
    assert len(wall.sent("vote")) == 1
    wall.root.get_by_role("button", name="A is better").click()
    wall.press("Space", "Space")
    assert len(wall.wait_for("vote", 2)) == 2


def test_a_vote_that_cannot_be_kept_is_asked_again(wall: WallPage) -> None:
    start(wall)
    wall.refuse("vote", "The history cannot be written.")
    wall.press("ArrowLeft")
    expect(wall.root.get_by_role("status").last).to_have_text("The history cannot be written.")
    expect(wall.root.locator(".wl-reveal")).to_have_count(0)
    expect(wall.root.get_by_role("button", name="A is better")).to_be_enabled()
    wall.press("u")
    expect(wall.root.get_by_role("status").last).to_have_text("There is no vote to take back.")


def test_two_clips_are_enough_and_one_is_not(wall: WallPage) -> None:
    start(wall, "plain", count=2)
    wall.press("ArrowLeft")
    go_on(wall)
    expect(wall.root.get_by_text("All 1 pairs compared")).to_be_visible()
    wall.open("plain", count=1)
    wall.press("v")
    expect(wall.root.get_by_role("status").last).to_have_text(
        "It takes two clips to compare. Wait for more to be made, or choose two."
    )
    expect(wall.root.locator(".wl-tile")).to_have_count(1)


def voted(wall: WallPage, *given: tuple[int, int, int | None]) -> None:
    for first, second, winner in given:
        wall.opened.ask("vote", first=first, second=second, winner=winner, gids=[])


def test_the_scores_are_sorted_and_lead_to_the_clips(wall: WallPage) -> None:
    wall.open("sweep")
    scores = wall.root.get_by_role("region", name="Scores")
    expect(scores).to_have_count(0)
    voted(wall, (5, 3, 5), (5, 9, 5), (3, 9, 3), (5, 3, None))
    names = scores.locator(".wl-table-name")
    expect(names).to_have_text(["owl · seed 0", "fox · seed 2", "a boat on the lake · seed 0"])
    expect(scores).to_contain_text("by 4 votes")
    scores.get_by_role("button", name="Rating").click()
    expect(names.first).to_have_text("fox · seed 2")
    scores.get_by_role("button", name="Clip", exact=True).click()
    expect(names.first).to_have_text("a boat on the lake · seed 0")
    expect(scores.locator("th[aria-sort=ascending]")).to_have_count(1)
    scores.get_by_role("button", name="owl · seed 0").click()
    expect(wall.tile(5)).to_be_focused()
    scores.get_by_role("button", name="animal").click()
    expect(scores.get_by_role("rowheader")).to_have_text(["owl", "fox", "a boat on the lake"])


def test_a_row_leads_to_a_clip_of_another_page(wall: WallPage) -> None:
    wall.open("paged")
    voted(wall, (1, 35, 35))
    wall.root.locator(".wl-table-name").first.click()
    expect(wall.tile(35)).to_be_focused()


@pytest.mark.parametrize(("theme", "width"), [("light", 1200), ("dark", 480)])
def test_it_is_for_everybody_in_little_space(wall: WallPage, theme: str, width: int) -> None:
    wall.page.set_viewport_size({"width": width + 32, "height": 1000})
    start(wall, theme=theme, width=width)
    wall.press(".", "a")
    wall.rest()
    assert axe.violations(wall.page, ".sd-wall") == []
    assert wall.page.evaluate(STICKING_OUT) == []
    sides = [side.bounding_box() for side in wall.root.locator(".wl-side").all()]
    assert sides[0]
    assert sides[1]
    assert (sides[0]["y"] == sides[1]["y"]) == (width > 640)
    wall.press("ArrowLeft")
    expect(wall.root.locator(".wl-reveal")).to_have_count(2)
    assert axe.violations(wall.page, ".sd-wall") == []
    wall.press("Escape")
    expect(wall.root.get_by_role("region", name="Scores")).to_be_visible()
    voted(wall, *((a, a % 12 + 1, a) for a in range(1, 13)))
    assert axe.violations(wall.page, ".sd-wall") == []
    assert wall.page.evaluate(STICKING_OUT) == []


def test_the_sheet_shows_the_keys_of_the_vote(wall: WallPage) -> None:
    start(wall)
    wall.press("?")
    sheet = wall.root.get_by_role("dialog")
    expect(sheet).to_contain_text("A is better, B is better")
    expect(sheet.get_by_text(re.compile("^Star$"))).to_have_count(0)
