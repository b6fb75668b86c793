"""Studio as a user meets it: in JupyterLab and marimo, on the offline engine, with a mouse and with a keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.rig.axe import violations
from tests.browser.rig.notebook import NotebookPage
from tests.browser.studio import (
    OPEN,
    READY,
    VIDEO,
    OpenMarimo,
    OpenNotebook,
    choose,
    generate,
    opened,
    picture,
    quick,
    reach,
    studio_of,
    submits,
    wait_for_kernel,
)


def test_text_to_video_by_mouse(notebook: OpenNotebook, kernel_name: str) -> None:
    page, studio = opened(notebook, kernel=kernel_name)
    quick(studio, "A quiet lake at sunset")
    generate(studio)
    video = studio.locator("video")
    expect(video).to_be_visible(timeout=READY)
    assert video.evaluate(VIDEO) == [864, 496, 4, "blob"]
    row = page.eval_in_kernel("project.history.df.iloc[0][['prompt', 'status', 'width', 'cost']].to_dict()")
    assert row == {"prompt": "A quiet lake at sunset", "status": "COMPLETED", "width": 864, "cost": 0.0}
    assert page.eval_in_kernel("studio.clip.height") == 496
    assert page.eval_in_kernel("studio.request.prompt") == "A quiet lake at sunset"


def test_image_to_video_by_mouse(notebook: OpenNotebook, tmp_path: Path) -> None:
    page, studio = opened(notebook)
    choose(studio, "Image → video")
    start = picture(tmp_path / "start.png")
    assert start.stat().st_size > 512 * 1024  # more than one piece
    studio.get_by_label("Start frame", exact=True).set_input_files(start)
    studio.get_by_label("End frame", exact=True).set_input_files(picture(tmp_path / "end.jpg", 1000, 800))
    expect(studio.get_by_text(re.compile("1280.720")).first).to_be_visible()
    quick(studio, "The view glides on")
    generate(studio)
    video = studio.locator("video")
    expect(video).to_be_visible(timeout=READY)
    assert video.evaluate(VIDEO)[:3] == [864, 496, 4]
    kept = page.eval_in_kernel("str(project.folder / project.history.df.image_url[0])")
    assert Path(kept).read_bytes() == start.read_bytes()


def test_both_by_keyboard_alone(notebook: OpenNotebook, tmp_path: Path) -> None:
    picture(tmp_path / "start.png")
    page, studio = opened(notebook, f"from PIL import Image\nmoor = Image.open({str(tmp_path / 'start.png')!r})")
    page.run_cell(1)
    cells = page.cell_count()
    keys = page.page.keyboard
    studio.get_by_label("Prompt", exact=True).focus()
    keys.type("A fox at dusk")
    reach(page.page, "720p", "Tab")
    keys.press("ArrowLeft")
    reach(page.page, "Duration", "Tab")
    keys.press("Home")
    keys.press("Control+Enter")
    video = studio.locator("video")
    expect(video).to_be_visible(timeout=READY)
    assert video.evaluate(VIDEO)[:3] == [864, 496, 4]

    reach(page.page, "Text → video", "Shift+Tab")
    keys.press("ArrowRight")
    expect(studio.get_by_label("Start frame", exact=True)).to_be_visible()
    reach(page.page, "More sources for start frame", "Tab")
    keys.press("Enter")
    expect(studio.get_by_role("menu")).to_be_visible()
    reach(page.page, "From a kernel variable", "ArrowDown")
    keys.press("Enter")
    expect(studio.get_by_role("button", name="moor")).to_be_visible()
    reach(page.page, "moor", "Tab")
    keys.press("Enter")
    expect(studio.get_by_text(re.compile("1280.720")).first).to_be_visible()
    reach(page.page, "Generate", "Tab")
    keys.press("Enter")
    wait_for_kernel(page, "len(project.history.df.path.dropna()) == 2")
    assert page.eval_in_kernel("list(project.history.df.endpoint.str.rsplit('/').str[-1])") == [
        "text-to-video",
        "image-to-video",
    ]
    assert page.cell_count() == cells


def test_keys_do_not_reach_the_notebook(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    cells = page.cell_count()
    for target in (
        studio.get_by_role("button", name="Generate"),
        studio.get_by_label("Duration"),
        studio.get_by_role("switch").first,
    ):
        target.focus()
        for key in ("b", "a", "d", "d", "x", "Shift+Enter"):
            page.page.keyboard.press(key)
    studio.get_by_label("Prompt", exact=True).press("Shift+Enter")
    assert page.cell_count() == cells
    expect(studio).to_be_visible()


def test_reloading_and_running_again_show_the_same(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    studio.get_by_label("Prompt", exact=True).fill("What comes next")
    wait_for_kernel(page, "studio._draft['fields']['prompt'] == 'What comes next'")
    page.save()
    page.reload()
    studio = studio_of(page)
    expect(studio.get_by_label("Prompt", exact=True)).to_have_value("What comes next")
    expect(studio.locator("video")).to_be_visible()
    index = page.add_cell("studio")
    page.run_cell(index)
    again = studio_of(page, index)
    expect(again.get_by_label("Prompt", exact=True)).to_have_value("What comes next")
    expect(again.locator("video")).to_be_visible()


def test_two_views_agree(notebook: OpenNotebook) -> None:
    page, first = opened(notebook, "studio")
    page.run_cell(1)
    second = studio_of(page, 1)
    first.get_by_label("Prompt", exact=True).fill("Typed in the first")
    expect(second.get_by_label("Prompt", exact=True)).to_have_value("Typed in the first")
    quick(second, "A quiet lake")
    generate(second)
    for studio in (first, second):
        expect(studio.locator("video")).to_be_visible(timeout=READY)
    assert submits(page) == 1


def test_two_pages_agree(notebook: OpenNotebook, lab: Any, page: Page) -> None:
    here, studio = opened(notebook)
    here.save()
    other = NotebookPage.open(page.context.new_page(), lab, here.path)
    there = studio_of(other)
    studio.get_by_label("Prompt", exact=True).fill("Typed in the first page")
    expect(there.get_by_label("Prompt", exact=True)).to_have_value("Typed in the first page")
    quick(there, "A quiet lake")
    generate(there)
    for view in (studio, there):
        expect(view.locator("video")).to_be_visible(timeout=READY)
    assert submits(here) == 1
    other.page.close()


def test_a_saved_notebook_still_shows_its_clips(notebook: OpenNotebook, lab: Any, page: Page) -> None:
    make = "clip = await project.submit(sd.TextToVideo('A <b>lake</b>', resolution='480p', duration=4))\nclip"
    here = notebook([OPEN.removesuffix("\nstudio"), make])
    here.run_all()
    video = here.cell(1).locator("video")
    assert video.evaluate(VIDEO)[:3] == [864, 496, 4]
    expect(here.cell(1)).to_contain_text("A <b>lake</b> · seed")
    here.save()
    # As on another person's machine: a copy no one has trusted, and no kernel that ran it.
    copy = here.path.with_name("copy.ipynb")
    saved = here.path.read_text().replace("A <b>lake", "A copy of a <b>lake")
    copy.write_text(saved)
    assert len(saved) < 20_000
    reopened = NotebookPage.open(page, lab, copy)
    assert reopened.cell(1).locator("video").evaluate(VIDEO)[:3] == [864, 496, 4]


def test_studio_composes_like_any_widget_and_is_observed(notebook: OpenNotebook) -> None:
    cell = """
import ipywidgets as w
seen = []
studio.observe(lambda change: seen.append(change.new.prompt if change.new else None), "request")
out = w.Output()
with out:
    display(studio)
w.VBox([w.HBox([sd.Studio(project)]), w.Tab([studio], titles=["Studio"]), out])
"""
    page, _ = opened(notebook, cell)
    page.run_cell(1)
    studios = page.cell(1).locator(".sd-studio")
    expect(studios).to_have_count(3)
    studios.first.get_by_label("Prompt", exact=True).fill("Not this one")
    studios.nth(1).get_by_label("Prompt", exact=True).fill("This one")
    wait_for_kernel(page, "'This one' in seen")
    assert "Not this one" not in page.eval_in_kernel("seen")


def test_it_is_accessible(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.set_theme(theme)
        assert violations(page.page, ".sd-studio") == []


def test_marimo(marimo: OpenMarimo, tmp_path: Path) -> None:
    page = marimo(f"import ipyseedance as sd\nsd.Studio(sd.Project({str(tmp_path / 'film')!r}, server='offline'))")
    studio = page.locator(".sd-studio")
    expect(studio).to_be_visible(timeout=READY)
    quick(studio, "A quiet lake")
    generate(studio)
    video = studio.locator("video")
    expect(video).to_be_visible(timeout=READY)
    assert video.evaluate(VIDEO)[:3] == [864, 496, 4]
