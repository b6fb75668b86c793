"""What JupyterLab does with the keys pressed in a widget, and what it must not."""

from __future__ import annotations

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.rig.notebook import PANEL, NotebookPage
from tests.browser.studio import READY, OpenNotebook, generate, opened, quick

DIRTY = f"{PANEL}.context.model.dirty"
MAKE = """clips = [await project.submit(sd.TextToVideo(f'Clip {n}', resolution='480p', duration=4)) for n in range(2)]
sd.Wall(clips)"""


def saves(page: NotebookPage, target: Locator) -> None:
    """
    Ctrl+S pressed there writes the notebook's file.

    JupyterLab ignores the key while an earlier save still makes its checkpoint, and the file is clean before that is
    done: so it is pressed again, as a person would.
    """
    page.page.evaluate(f"() => {{ {PANEL}.context.model.dirty = true; }}")
    for last in (False, False, True):
        target.focus()
        page.page.keyboard.press("Control+s")
        try:
            page.page.wait_for_function(f"() => !{DIRTY}")
        except TooLong:
            if last:
                raise
        else:
            return


def test_ctrl_s_saves_the_notebook_from_wherever_one_is(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook, MAKE)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    prompt = studio.get_by_label("Prompt", exact=True)
    for target in (
        prompt,
        studio.get_by_role("textbox", name="Note"),
        studio.locator(".sd-stage"),
        studio.get_by_role("button", name="Generate"),
        studio.locator(".sd-tile").first,
        studio.get_by_label("Duration"),
    ):
        saves(page, target)
    before = page.path.stat().st_mtime_ns
    saves(page, prompt)
    assert page.path.stat().st_mtime_ns > before
    page.run_cell(1)
    tile = page.cell(1).locator(".wl-tile").first
    expect(tile).to_be_visible()
    saves(page, tile)
    saves(page, page.cell(1).get_by_label("Position"))


def test_ctrl_z_in_the_prompt_undoes_what_was_written_and_no_cell(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    # Something that JupyterLab could undo.
    added = page.add_cell("x = 1")
    page.page.evaluate(f"(index) => {{ {PANEL}.content.widgets[index].model.sharedModel.setSource('x = 2'); }}", added)
    prompt = studio.get_by_label("Prompt", exact=True)
    prompt.click()
    page.page.keyboard.type("A fox")
    page.page.keyboard.press("Control+z")
    expect(prompt).to_have_value("")
    page.page.keyboard.press("Control+Shift+Z")
    expect(prompt).to_have_value("A fox")
    # Where nothing is written either: Studio undoes what was done to its draft.
    studio.get_by_role("button", name="Generate").focus()
    page.page.keyboard.press("Control+z")
    assert page.cell_count() == added + 1
    source = page.page.evaluate(f"(index) => {PANEL}.content.widgets[index].model.sharedModel.source", added)
    assert source == "x = 2"


def test_ctrl_shift_c_opens_the_palette_and_enter_stays(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    ran = page.page.evaluate(f"{PANEL}.content.widgets[0].model.executionCount")
    palette = page.page.locator("#command-palette, .jp-ModalCommandPalette").first
    for target in (studio.get_by_label("Prompt", exact=True), studio.locator(".sd-welcome button").first):
        target.focus()
        page.page.keyboard.press("Control+Shift+C")
        expect(palette).to_be_visible()
        page.page.keyboard.press("Escape")
        expect(palette).not_to_be_visible()
        target.focus()
        page.page.keyboard.press("Control+Enter")
    assert page.page.evaluate(f"{PANEL}.content.widgets[0].model.executionCount") == ran
