"""For everybody, in little space."""

from __future__ import annotations

import pytest

from tests.browser.page.comms import ROOT
from tests.browser.rig import axe

from .driver import WallPage

BUNDLE = ROOT / "src/ipyseedance/widgets/static"
STICKING_OUT = """() => {
    const root = document.querySelector(".sd-wall");
    const edge = root.getBoundingClientRect().right + 1;
    return [...root.querySelectorAll("*")]
        .filter((el) => !el.closest(".sd-unseen, .wl-lens, .wl-strip-name, dialog, svg"))
        .filter((el) => el.getBoundingClientRect().right > edge)
        .map((el) => `${el.tagName}.${el.getAttribute("class")}`);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["sweep", "states", "paged"])
def test_axe_finds_nothing(wall: WallPage, state: str, theme: str) -> None:
    wall.open(state, theme=theme)
    wall.tile(2).click()
    wall.press("m")
    wall.press("s", "4", ".")
    wall.rest()
    assert axe.violations(wall.page, ".sd-wall") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_a_pair_and_the_sheet(wall: WallPage, theme: str) -> None:
    wall.open("sweep", theme=theme)
    wall.tile(1).click()
    wall.tile(2).click()
    wall.press("p", ".")
    wall.rest()
    assert axe.violations(wall.page, ".sd-wall") == []
    wall.press("?")
    wall.root.get_by_role("dialog").wait_for()
    assert axe.violations(wall.page, ".sd-wall") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_where_there_is_only_to_look(wall: WallPage, theme: str) -> None:
    wall.open("sweep", theme=theme, read_only=True)
    wall.tile(2).click()
    wall.press(".")
    wall.rest()
    assert axe.violations(wall.page, ".sd-wall") == []


@pytest.mark.parametrize("width", [480, 860, 1200])
@pytest.mark.parametrize("state", ["sweep", "states", "paged"])
def test_nothing_sticks_out(wall: WallPage, state: str, width: int) -> None:
    wall.page.set_viewport_size({"width": width + 32, "height": 1000})
    wall.open(state, width=width)
    wall.tile(1).click()
    wall.tile(2).click()
    wall.press("m", "[", ".", "]")
    wall.rest()
    assert wall.page.evaluate(STICKING_OUT) == []
    wall.press("p")
    wall.rest()
    assert wall.page.evaluate(STICKING_OUT) == []


def test_the_bundle_stays_small() -> None:
    assert (BUNDLE / "wall.js").stat().st_size <= 98_000
    assert (BUNDLE / "wall.css").stat().st_size <= 33_000
