"""The wall as a user meets it: in JupyterLab, on clips of the offline engine."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.rig.axe import violations
from tests.browser.rig.notebook import NotebookPage
from tests.browser.studio import FOUR_PLAY, READY, OpenNotebook, wait_for_kernel

MAKE = """
import ipyseedance as sd
project = sd.Project("film", server="offline")
base = sd.TextToVideo("A {place} at dusk", resolution="480p", duration=4)
run = await project.run(sd.Sweep(base, place=["lake", "hill"], seed=[1, 2]))
told = []
wall = sd.Wall(run)
wall.on_select(lambda clips: told.append([clip.seed for clip in clips]))
wall
"""


def opened(notebook: OpenNotebook) -> tuple[NotebookPage, Locator]:
    page = notebook([MAKE.strip(), "1 + 1"])
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    return page, page.cell(0).locator(".sd-wall")


def test_a_sweep_is_watched_and_judged_by_keys_alone(notebook: OpenNotebook) -> None:
    page, wall = opened(notebook)
    tiles = wall.locator(".wl-tile")
    expect(tiles.locator("img")).to_have_count(4)
    expect(tiles.locator(".wl-wave path")).to_have_count(4)
    expect(wall.locator(".wl-heading")).to_have_text(["seed 1", "seed 2", "lake", "hill"])
    cells, keys = page.cell_count(), page.page.keyboard
    tiles.first.focus()
    keys.press("Space")
    page.page.wait_for_function(FOUR_PLAY, arg=wall.element_handle())
    keys.press("Space")
    for key in ("Enter", "ArrowRight", "s", "4", "ArrowDown", "Enter", "m"):
        keys.press(key)
    expect(wall.locator(".wl-badge[data-tone=solo]")).to_have_count(1)
    wait_for_kernel(page, "[clip.seed for clip in wall.selection] == [1, 2]")
    assert page.eval_in_kernel("told") == [[1], [1, 2]]
    wait_for_kernel(page, "[*zip(project.history.df.star, project.history.df.rating)][1] == (True, 4)")
    # JupyterLab floats the terms of every list of definitions.
    expect(wall.locator(".wl-facts dt").first).to_have_css("float", "none", timeout=READY)
    # With these the notebook adds, cuts and pastes cells; here they blink, swap and begin a vote.
    for key in "baxv":
        keys.press(key)
    expect(wall.get_by_role("button", name="A is better")).to_be_visible()
    keys.press("Escape")
    expect(wall.get_by_role("button", name="A is better")).to_have_count(0)
    assert page.cell_count() == cells
    keys.press("w")
    expect(wall.locator("video")).to_have_count(2)
    expect(wall.get_by_role("slider", name="Edge between A and B")).to_be_visible()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.set_theme(theme)
        assert violations(page.page, ".sd-wall") == []


def test_a_blind_vote_is_kept_and_scored(notebook: OpenNotebook) -> None:
    page, wall = opened(notebook)
    expect(wall.locator(".wl-tile img")).to_have_count(4)
    cells, keys = page.cell_count(), page.page.keyboard
    wall.locator(".wl-tile").first.focus()
    keys.press("v")
    expect(wall.locator(".wl-side img")).to_have_count(2)
    for done, key in enumerate(("ArrowLeft", "ArrowRight", "t"), 1):
        keys.press(key)
        expect(wall.get_by_role("button", name="Next pair")).to_be_enabled()
        keys.press("Enter")
        expect(wall.get_by_text(f"{done} of 6 pairs")).to_be_visible()
    keys.press("u")
    wait_for_kernel(page, "project.votes.winner.isna().tolist() == [False, False]")
    keys.press("Escape")
    wall.locator(".wl-tile").first.focus()
    keys.press("n")
    keys.type("bad dx")  # with some of these the notebook adds and cuts cells
    keys.press("Control+Enter")
    wait_for_kernel(page, "run.generations[0].note == 'bad dx'")
    assert page.cell_count() == cells
    best = page.eval_in_kernel("int(run.scores().id[0])")
    first = wall.get_by_role("region", name="Scores").locator(".wl-table-name").first
    first.click()
    expect(wall.locator(".wl-tile:focus")).to_have_attribute("data-gid", str(best))


def test_the_kernels_choice_shows_and_a_restart_is_said(notebook: OpenNotebook) -> None:
    page, wall = opened(notebook)
    page.run_in_kernel("wall.selection = wall.clips[2:]")
    expect(wall.locator(".wl-tile[aria-pressed=true]")).to_have_count(2)
    page.restart_kernel()
    expect(wall.get_by_role("alert")).to_contain_text("The kernel restarted.")
