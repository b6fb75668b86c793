"""A sweep built in Studio in JupyterLab, on the offline engine: three by four, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.rig.axe import violations
from tests.browser.studio import READY, OpenNotebook, opened, quick, reach, wait_for_kernel

CELLS = "sorted((c['animal'], c['seed']) for c in project.sweep_runs[-1].cells)"


def by_mouse(page: Page, studio: Locator) -> None:
    quick(studio, "A {animal} at dusk")
    studio.get_by_label("{animal}").fill("fox, owl, red panda")
    studio.get_by_role("button", name="Vary seed").first.click()
    studio.get_by_role("button", name="4 random").click()
    expect(studio.get_by_role("button", name="Generate 12 clips · free")).to_be_visible()
    studio.get_by_role("button", name="See the plan").click()
    expect(studio.get_by_role("region", name="Plan").get_by_role("row")).to_have_count(13)
    studio.get_by_role("button", name="Generate 12 clips").click()


def by_keyboard(page: Page, studio: Locator) -> None:
    keys = page.keyboard
    studio.get_by_label("Prompt", exact=True).focus()
    keys.type("A {animal} at dusk")
    studio.get_by_label("{animal}").wait_for()
    keys.press("Tab")  # out of the prompt, which says it too
    reach(page, "{animal}", "Tab")
    keys.type("fox, owl, red panda")
    reach(page, "Vary seed", "Tab")
    keys.press("Enter")
    expect(studio.get_by_role("textbox", name="Seed")).to_be_focused()
    keys.type("1..4")
    expect(studio.get_by_role("button", name="Generate 12 clips · free")).to_be_visible()
    keys.press("Control+Enter")


@pytest.mark.parametrize("build", [by_mouse, by_keyboard])
def test_a_sweep_of_three_by_four(notebook: OpenNotebook, build: Callable[[Page, Locator], None]) -> None:
    page, studio = opened(notebook)
    cells = page.cell_count()
    build(page.page, studio)
    wait_for_kernel(page, "len(project.history) == 12")
    assert len({tuple(cell) for cell in page.eval_in_kernel(CELLS)}) == 12
    assert page.eval_in_kernel("[len(run) for run in project.sweep_runs]") == [12]
    expect(studio.locator(".sd-primary")).to_contain_text(re.compile("under way|made: open them"), timeout=READY)
    assert violations(page.page, ".sd-studio") == []
    page.run_in_kernel("project.cancel_all()")
    assert page.cell_count() == cells
