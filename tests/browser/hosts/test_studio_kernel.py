"""Studio while its kernel is busy, interrupted or gone, in every kernel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.rig.page_log import PageLog
from tests.browser.studio import (
    READY,
    VIDEO,
    OpenNotebook,
    choose,
    generate,
    opened,
    picture,
    quick,
    studio_of,
    submits,
    wait_for_kernel,
)

SLOW = "sd.TextToVideo('A storm over the sea', resolution='1080p', duration=12)"
MODERATE = "sd.TextToVideo('A storm over the sea', resolution='720p', duration=12)"
BUSY = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"


def test_progress_flows_while_a_cell_is_busy(notebook: OpenNotebook, kernel_name: str) -> None:
    submit = f"import asyncio, time\njob = project.submit({SLOW})\n"
    page, studio = opened(notebook, f"{submit}await asyncio.sleep(60)", f"{submit}time.sleep(60)", kernel=kernel_name)
    card = studio.get_by_role("article", name="A storm over the sea")
    for busy in (1, 2):
        page.run_cell(busy, wait=False)
        expect(card).to_contain_text("rendering frame", timeout=READY)
        first = card.inner_text()
        page.page.wait_for_function("([card, was]) => card.innerText !== was", arg=[card.element_handle(), first])
        assert page.outputs(busy) == []
        page.interrupt()
        page.run_in_kernel("project.cancel_all()")
        expect(card).not_to_be_visible(timeout=READY)


def test_interrupting_a_wait_leaves_the_job(notebook: OpenNotebook, kernel_name: str) -> None:
    page, _ = opened(notebook, f"job = project.submit({MODERATE})", "await job", "job.result()", kernel=kernel_name)
    page.run_cell(1)
    for waiting in (2, 3):
        page.run_cell(waiting, wait=False)
        page.page.wait_for_function(BUSY)
        page.interrupt()
        page.wait_until_idle(timeout=5000)
        assert page.eval_in_kernel("job.done") is False
    assert page.eval_in_kernel("job.result(timeout=60).height") == 720


def test_a_job_is_cancelled(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    studio.get_by_label("Prompt", exact=True).fill("A storm")
    choose(studio, "1080p")
    studio.get_by_label("Duration").press("End")
    generate(studio)
    card = studio.get_by_role("article", name="A storm")
    card.get_by_role("button", name="Cancel").click()
    wait_for_kernel(page, "list(project.history.df.status) == ['CANCELLED']")
    expect(card).not_to_be_visible()


def test_all_jobs_are_cancelled(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook, f"jobs = [project.submit({SLOW}) for _ in range(3)]")
    page.run_cell(1)
    studio.get_by_role("button", name="Cancel all").click()
    studio.get_by_role("button", name="Cancel 3").click()
    wait_for_kernel(page, "list(project.history.df.status) == ['CANCELLED'] * 3")
    expect(studio.locator(".sd-queue")).not_to_be_visible()


@pytest.mark.parametrize("kernel", ["python3", "ipykernel-7.3.0"])
def test_a_job_is_cancelled_while_a_cell_blocks(notebook: OpenNotebook, kernel: str) -> None:
    blocking = f"import time\njob = project.submit({SLOW})\ntime.sleep(60)\nprint('slept')"
    page, studio = opened(notebook, blocking, kernel=kernel)
    page.run_cell(1, wait=False)
    card = studio.get_by_role("article", name="A storm over the sea")
    expect(card).to_contain_text("rendering frame", timeout=READY)
    card.get_by_role("button", name="Cancel").click()
    expect(card).not_to_be_visible(timeout=READY)
    assert page.outputs(1) == []  # it still sleeps; the kernel's status says idle, for the shell that took the click
    page.interrupt()
    expect(page.cell(1)).to_contain_text("KeyboardInterrupt")
    wait_for_kernel(page, "job.status == 'CANCELLED'")


def test_a_restarted_kernel_is_shown_as_gone(notebook: OpenNotebook, page_log: PageLog) -> None:
    page, studio = opened(notebook)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    page.restart_kernel()
    expect(studio.get_by_text("The kernel restarted.")).to_be_visible()
    expect(studio.get_by_role("button", name="Generate")).to_be_disabled()
    assert studio.locator("video").evaluate(VIDEO)[0] == 864  # what is there still plays
    page.run_cell(0)
    expect(studio.get_by_text("The kernel restarted.")).not_to_be_visible()
    expect(studio.locator("video")).to_be_visible()


def test_a_draft_outlives_a_restart_by_what_the_banner_says(notebook: OpenNotebook, tmp_path: Path) -> None:
    project = "import ipyseedance as sd\nproject = sd.Project('film', server='offline')"
    page = notebook([project, "studio = sd.Studio(project)\nstudio"])
    page.run_all()
    studio = studio_of(page, 1)
    choose(studio, "Image → video")
    studio.get_by_label("Start frame", exact=True).set_input_files(picture(tmp_path / "start.png"))
    expect(studio.get_by_text(re.compile("1280.720")).first).to_be_visible()
    studio.get_by_label("Prompt", exact=True).fill("A {animal} at dusk")
    studio.get_by_label("{animal}").fill("fox, owl")
    choose(studio, "480p")
    page.run_in_kernel("from ipyseedance.jobs.workspace import workspace_of")
    wait_for_kernel(page, "(d := workspace_of(project).store.draft()) is not None and 'animal' in d.axes")
    page.restart_kernel()
    expect(studio.get_by_role("alert")).to_contain_text("The kernel restarted. Run the cells above, then this one.")
    for cell in (0, 1):
        page.run_cell(cell)
    studio = studio_of(page, 1)
    expect(studio.get_by_label("Prompt", exact=True)).to_have_value("A {animal} at dusk")
    expect(studio.get_by_label("{animal}")).to_have_value("fox, owl")
    expect(studio.get_by_role("radio", name="480p")).to_be_checked()
    expect(studio.locator("[data-field=image_url] img")).to_be_visible()
    expect(studio.get_by_role("button", name="Generate 2 clips")).to_be_enabled()
    assert submits(page) == 0
