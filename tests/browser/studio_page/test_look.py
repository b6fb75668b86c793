"""For everybody, in little space."""

from __future__ import annotations

import pytest

from tests.browser.rig import axe

from .driver import StudioPage
from .site import ROOT

BUNDLE = ROOT / "src/ipyseedance/widgets/static"
QUESTIONS = [("confirm", "Generate"), ("unsent", "Send them now"), ("many", "Cancel all")]
STICKING_OUT = """() => {
    const root = document.querySelector(".sd-studio");
    const edge = root.getBoundingClientRect().right + 1;
    return [...root.querySelectorAll("*")]
        .filter((el) => !el.closest(".sd-unseen, .sd-backdrop, svg") && el.getBoundingClientRect().right > edge)
        .map((el) => `${el.tagName}.${el.getAttribute("class")}`);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["empty", "image", "failed", "running", "gone", "many", "unlike", "retired", "wrong"])
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


@pytest.mark.parametrize("state", ["image", "failed", "invented", "many", "unlike", "retired", "wrong"])
def test_nothing_sticks_out(studio: StudioPage, state: str) -> None:
    studio.open(state)
    studio.settle()
    assert sticking_out(studio, [480, 700, 860, 1200]) == {}


def test_the_bundle_stays_small() -> None:
    assert (BUNDLE / "studio.js").stat().st_size <= 120_000
    assert (BUNDLE / "studio.css").stat().st_size <= 33_000
