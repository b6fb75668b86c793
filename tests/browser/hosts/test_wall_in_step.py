"""A full wall in JupyterLab: twelve clips whose frames carry their number, on one clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page.clips import BIT, BITS, numbered
from tests.browser.rig.axe import violations
from tests.browser.rig.notebook import NotebookPage
from tests.browser.studio import READY, OpenNotebook
from tests.browser.wall_page.driver import AT_REST, READ_FRAMES, expect_in_step
from tests.wire.conftest import KEY
from tests.wire.fal_double import FalDouble, serving

MAKE = """
import ipyseedance as sd
project = sd.Project("film", server={url!r}, key={key!r})
base = sd.TextToVideo("A {{animal}} at dusk", resolution="480p", duration=5)
run = await project.run(sd.Sweep(base, animal=["fox", "owl", "hare"], seed="1..4"), confirm=True)
wall = sd.Wall(run)
wall
"""


@pytest.fixture
def fal(tmp_path: Path) -> Iterator[FalDouble]:
    (tmp_path / "clip.mp4").write_bytes(numbered(1, 5).read_bytes())
    with serving() as double:
        double.clip = (tmp_path / "clip.mp4").read_bytes()
        yield double


@pytest.fixture
def opened(notebook: OpenNotebook, fal: FalDouble) -> tuple[NotebookPage, Locator]:
    page = notebook([MAKE.format(url=fal.url, key=KEY).strip()])
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    wall = page.cell(0).locator(".sd-wall")
    expect(wall.locator(".wl-tile img")).to_have_count(12)
    return page, wall


def frames(page: NotebookPage) -> list[int]:
    page.page.evaluate(AT_REST)
    found: list[int] = page.page.evaluate(READ_FRAMES, [BITS, BIT])
    return found


def test_twelve_clips_play_step_and_loop_as_one(opened: tuple[NotebookPage, Locator]) -> None:
    page, wall = opened
    keys = page.page.keyboard
    expect(wall.locator(".wl-heading")).to_have_text(["seed 1", "seed 2", "seed 3", "seed 4", "fox", "owl", "hare"])
    wall.locator(".wl-tile").first.focus()
    shown = []
    for key in "..,":
        keys.press(key)
        shown.append(frames(page))
    assert shown == [[n] * 12 for n in (1, 2, 1)]

    keys.press("Space")
    page.page.wait_for_function(
        """() => {
            const videos = [...document.querySelectorAll(".sd-wall video")];
            return videos.length === 12 && videos.every((video) => !video.paused);
        }"""
    )
    expect_in_step(page.page)
    keys.press("Space")
    assert len(set(frames(page))) == 1

    position = wall.get_by_label("Position")
    for frame, key in ((40, "["), (52, "]")):
        position.fill(str(frame))
        position.press(key)
    position.fill("52")
    wall.get_by_role("button", name="Play all").click()
    page.page.wait_for_function(
        """() => {
            const at = document.querySelector(".sd-wall video").currentTime * 24;
            window.seen = (window.seen ?? new Set()).add(Math.floor(at));
            return seen.has(40) && seen.has(50) && Math.min(...seen) >= 39;
        }"""
    )
    wall.get_by_role("button", name="Pause").click()
    now = frames(page)
    assert len(set(now)) == 1
    assert 40 <= now[0] <= 53


def test_two_of_twelve_are_seen_as_their_difference(opened: tuple[NotebookPage, Locator]) -> None:
    page, wall = opened
    tiles = wall.locator(".wl-tile")
    tiles.nth(0).click()
    tiles.nth(5).click()
    page.page.keyboard.press("d")
    expect(wall.get_by_role("group", name="Difference: A is fox · seed 1, B is owl · seed 2")).to_be_visible()
    page.page.keyboard.press(".")
    assert frames(page) == [1, 1]
    assert violations(page.page, ".sd-wall") == []
