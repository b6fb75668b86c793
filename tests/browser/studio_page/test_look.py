"""For everybody, in little space."""

from __future__ import annotations

import pytest

from tests.browser.page.comms import ROOT
from tests.browser.rig import axe

from .driver import StudioPage

BUNDLE = ROOT / "src/ipyseedance/widgets/static"
QUESTIONS = [("confirm", "Generate"), ("lock", "Generate"), ("unsent", "Send them now"), ("many", "Cancel all")]
STICKING_OUT = """() => {
    const root = document.querySelector(".sd-studio");
    const edge = root.getBoundingClientRect().right + 1;
    return [...root.querySelectorAll("*")]
        .filter((el) => !el.closest(".sd-unseen, .sd-backdrop, svg") && el.getBoundingClientRect().right > edge)
        .map((el) => `${el.tagName}.${el.getAttribute("class")}`);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "state", ["empty", "image", "failed", "running", "gone", "many", "unlike", "retired", "wrong", "foreign"]
)
def test_axe_finds_nothing(studio: StudioPage, state: str, theme: str) -> None:
    studio.open(state, theme=theme)
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("state", "button"), QUESTIONS)
def test_axe_finds_nothing_in_a_question(studio: StudioPage, state: str, button: str, theme: str) -> None:
    studio.open(state, theme=theme)
    studio.root.get_by_role("button", name=button).click()
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["empty", "judged", "running", "gone"])
def test_axe_finds_nothing_where_there_is_only_to_look(studio: StudioPage, state: str, theme: str) -> None:
    studio.open(state, theme=theme, read_only=True)
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_a_price_and_a_word_are_asked_for(studio: StudioPage, theme: str) -> None:
    studio.open("lock", theme=theme, price="1.40")
    studio.generate.click()
    studio.settle()
    assert axe.violations(studio.page, ".sd-studio") == []


def sticking_out(studio: StudioPage, widths: list[int]) -> dict[int, list[str]]:
    found = {}
    for width in widths:
        studio.resize(width)
        found[width] = studio.page.evaluate(STICKING_OUT)
    return {width: elements for width, elements in found.items() if elements}


@pytest.mark.parametrize(("state", "button"), QUESTIONS)
def test_no_question_sticks_out(studio: StudioPage, state: str, button: str) -> None:
    studio.open(state)
    studio.root.get_by_role("button", name=button).click()
    studio.settle()
    assert sticking_out(studio, [480, 860, 1200]) == {}


@pytest.mark.parametrize("state", ["image", "failed", "invented", "many", "unlike", "retired", "wrong", "foreign"])
def test_nothing_sticks_out(studio: StudioPage, state: str) -> None:
    studio.open(state)
    studio.settle()
    assert sticking_out(studio, [480, 700, 860, 1200]) == {}


@pytest.mark.parametrize("state", ["judged", "running", "unlike", "empty"])
def test_nothing_sticks_out_where_there_is_only_to_look(studio: StudioPage, state: str) -> None:
    studio.open(state, read_only=True)
    studio.settle()
    assert sticking_out(studio, [480, 700, 860, 1200]) == {}


def test_the_bundle_stays_small() -> None:
    assert (BUNDLE / "studio.js").stat().st_size <= 132_000
    assert (BUNDLE / "studio.css").stat().st_size <= 36_000


def test_the_ten_digits_of_a_seed_are_all_seen(studio: StudioPage) -> None:
    studio.open("history")
    seed = studio.root.get_by_role("textbox", name="Seed")
    seed.fill("2067507150")
    for width in (460, 976, 1060, 1400):
        studio.resize(width)
        assert seed.evaluate("(field) => field.scrollWidth <= field.clientWidth"), width


def test_the_players_bar_fits_a_notebook_of_half_a_screen(studio: StudioPage) -> None:
    studio.open("history")
    studio.resize(364)
    assert studio.root.locator(".sd-bar").evaluate("(bar) => bar.scrollWidth <= bar.clientWidth")
