"""The wall inside Studio: one widget shown within another, in the hosts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.rig.axe import violations
from tests.browser.studio import FOUR_PLAY, READY, OpenMarimo, OpenNotebook, studio_of, wait_for_kernel

MAKE = """
import ipyseedance as sd
project = sd.Project({folder!r}, server="offline")
base = sd.TextToVideo("A {{place}} at dusk", resolution="480p", duration=4)
run = project.run(sd.Sweep(base, place=["lake", "hill"], seed=[1, 2])).result()
studio = sd.Studio(project)
studio
"""


def test_clips_of_the_history_are_compared_on_the_wall(notebook: OpenNotebook) -> None:
    page = notebook([MAKE.format(folder="film").strip(), "studio"])
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    studio = studio_of(page).first
    expect(studio.get_by_role("checkbox")).to_have_count(4)
    for check in studio.get_by_role("checkbox").all():
        check.click()
    wait_for_kernel(page, "[clip.seed for clip in studio.selection] == [2, 1, 2, 1]")
    studio.get_by_role("button", name="Compare on the wall").click()
    wall = studio.locator(".sd-wall")
    expect(wall.locator(".wl-heading")).to_have_text(["seed 1", "seed 2", "lake", "hill"])
    # Studio's style sheet may come after the wall's, and must not win for that.
    expect(wall.get_by_role("button", name="Play all")).to_have_css("border-radius", "50%")
    wall.locator(".wl-tile").first.focus()
    page.page.keyboard.press("Space")
    page.page.wait_for_function(FOUR_PLAY, arg=wall.element_handle())
    page.page.keyboard.press("Enter")
    wait_for_kernel(page, "[clip.seed for clip in studio.wall.selection] == [1]")
    assert violations(page.page, ".sd-studio") == []
    studio.get_by_role("button", name="Back to the studio").click()
    expect(wall).to_have_count(0)
    expect(studio.locator(".sd-player")).to_be_visible()
    # Its clips are let go of with it, and it comes again.
    page.run_in_kernel("studio.compare(run.clips[:2])")
    expect(studio.locator(".wl-tile")).to_have_count(2)
    page.save()
    page.reload()
    expect(studio_of(page).first.locator(".wl-tile")).to_have_count(2)


def test_marimo_shows_it_too(marimo: OpenMarimo, tmp_path: Path) -> None:
    cell = MAKE.format(folder=str(tmp_path / "film")).strip().removesuffix("\nstudio")
    cell = cell.replace('["lake", "hill"]', '["lake"]')
    page = marimo(f"{cell}\nstudio.compare(run)\nstudio")
    wall = page.locator(".sd-studio .sd-wall")
    expect(wall.locator(".wl-tile img")).to_have_count(2, timeout=2 * READY)
    wall.get_by_role("button", name="Play all").click()
    expect(wall.get_by_role("button", name="Pause all")).to_be_visible()
    page.get_by_role("button", name="Back to the studio").click()
    expect(wall).to_have_count(0)
    expect(page.locator(".sd-player")).to_be_visible()
