"""An endpoint that calls everything something else, in real JupyterLab: from the click to the file, and on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.rig.axe import violations
from tests.browser.studio import READY, OpenNotebook, choose, generate, studio_of, wait_for_kernel
from tests.wire.clip_file import clip
from tests.wire.fal_double import FalDouble, Script, serving

KEY = "made-up:key-of-a-test-0123456789"
ROOT = Path(__file__).parents[3]
OPEN = """
import ipyseedance as sd
project = sd.Project("film", server={url!r}, key={key!r}{more})
studio = sd.Studio(project)
studio
"""
OFFER = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nimport tests.third_endpoint as third"


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        double.clip = clip(320, 180, 4)
        double.script = Script(result=(200, {"video": {"url": f"{double.url}/files/clip.mp4"}}))
        yield double


def test_it_is_used_from_the_click_to_the_file_and_on(notebook: OpenNotebook, fal: FalDouble) -> None:
    opened = OPEN.format(url=fal.url, key=KEY, more=", budget=5")
    page = notebook([f"{OFFER}\nthird.offer()\n{opened}", "sd.Wall(project.sweep_runs[0])", opened])
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    studio = studio_of(page)
    expect(studio).to_be_visible()
    # From the click to the file. What has no control yet, a list of pictures, keeps its default.
    studio.get_by_label("Model").select_option("Scriptwriter")
    expect(studio.get_by_label("Looks like")).to_have_count(0)
    studio.get_by_label("Script", exact=True).fill("A fox at dusk")
    choose(studio, "8s")
    expect(studio.locator(".sd-quote")).to_contain_text("$0.05")
    expect(studio.locator(".sd-quote")).to_contain_text("320×180")  # noqa: RUF001
    generate(studio)
    expect(studio.locator("video")).to_be_visible()
    expect(studio.locator(".sd-prompt-shown")).to_have_text("A fox at dusk")
    wait_for_kernel(page, "[g.clip.path.name for g in project.generations] == ['00001-a-fox-at-dusk.mp4']")
    first = {"script": "A fox at dusk", "length": "8s", "quality": "draft", "shape": "wide", "looks_like": []}
    assert fal.submits[0].json == first
    expect(studio.get_by_role("button", name="Vary seed")).to_have_count(0)
    # Its code.
    studio.get_by_role("button", name="Copy as").click()
    studio.get_by_role("menuitem", name="Python").click()
    expect(studio.get_by_role("status").filter(has_text="Copied as Python.")).to_be_attached()
    assert "A fox at dusk" in page.page.evaluate("navigator.clipboard.readText()")
    # A sweep.
    studio.get_by_label("Script", exact=True).fill("A {animal} at dusk")
    studio.get_by_label("{animal}").fill("owl, cat")
    studio.get_by_role("button", name=re.compile("Generate 2 clips · [$]0.10")).click()
    wait_for_kernel(page, "len(project.sweep_runs) == 1 and len(project.sweep_runs[0].clips) == 2")
    assert violations(page.page, ".sd-studio") == []
    # Filters.
    expect(studio.locator(".sd-tile")).to_have_count(3)
    studio.get_by_role("button", name=re.compile("^Filter")).click()
    studio.get_by_role("button", name="final", exact=True).click()
    expect(studio.get_by_text("No clip matches these filters.")).to_be_visible()
    studio.get_by_role("button", name="Show all clips").click()
    # Its settings again.
    studio.locator(".sd-tile").last.click()
    expect(studio.locator(".sd-prompt-shown")).to_have_text("A fox at dusk")
    studio.get_by_role("button", name="Reuse settings").click()
    expect(studio.get_by_label("Script", exact=True)).to_have_value("A fox at dusk")
    # The wall, and a final of one of its clips.
    page.run_cell(1)
    wall = page.cell(1)
    expect(wall.locator(".wl-tile")).to_have_count(2)
    wall.locator(".wl-tile").first.focus()
    page.page.keyboard.press("Enter")
    wall.get_by_label("Resolution").select_option("final")
    wall.get_by_role("button", name="Promote 1 clip · $0.20").click()
    wait_for_kernel(page, "[run.name for run in project.sweep_runs if run.done] == ['sweep-1', 'sweep-2']")
    assert [call.json["quality"] for call in fal.submits] == ["draft", "draft", "draft", "final"]
    # Handed on.
    exported = "(project.export(project.sweep_runs[1]) / 'index.html').read_text()"
    assert "owl at dusk" in page.eval_in_kernel(exported)
    # Opened again after the endpoint is gone.
    page.restart_kernel()
    page.run_cell(2)
    studio = studio_of(page, 2)
    expect(studio.locator(".sd-tile")).to_have_count(4)
    expect(studio.get_by_label("Model")).to_have_count(0)
    expect(studio.get_by_label("Prompt", exact=True)).to_be_visible()
    studio.locator(".sd-tile").last.click()
    expect(studio.locator("video")).to_be_visible()
    studio.get_by_role("button", name="Reuse settings").click()
    expect(studio.get_by_text("is not offered by this version of ipyseedance")).to_be_visible()
    assert len(fal.submits) == 4


def test_a_price_that_is_not_known_is_asked_about(notebook: OpenNotebook, fal: FalDouble) -> None:
    page = notebook([f"{OFFER}\nthird.offer(price=None)\n{OPEN.format(url=fal.url, key=KEY, more='')}"])
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    studio = studio_of(page)
    studio.get_by_label("Model").select_option("Scriptwriter")
    studio.get_by_label("Script", exact=True).fill("A fox at dusk")
    expect(studio.locator(".sd-quote")).to_contain_text("price not known")
    generate(studio)
    question = studio.get_by_role("dialog")
    expect(question).to_contain_text("The price of this clip is not known.")
    spend = question.get_by_role("button", name="Spend an unknown price")
    expect(spend).to_be_disabled()
    assert fal.submits == []
    assert violations(page.page, ".sd-studio") == []
    question.get_by_role("textbox").fill("unknown")
    spend.click()
    expect(studio.locator("video")).to_be_visible()
    assert len(fal.submits) == 1
    # What it cost nobody says.
    assert page.eval_in_kernel("[project.generations[0].cost, project.spent, project.reserved]") == [None, 0, 0]
    # A sweep asks too, and with a budget neither is sent.
    studio.get_by_label("Script", exact=True).fill("A {animal} at dusk")
    studio.get_by_label("{animal}").fill("owl, cat")
    button = studio.get_by_role("button", name="Generate 2 clips · price not known")
    button.click()
    expect(question).to_contain_text("The price of these 2 clips is not known.")
    question.get_by_role("button", name="Cancel").click()
    page.run_in_kernel("project.budget = 5")
    button.click()
    expect(studio.get_by_role("alert")).to_contain_text("so the project's budget of $5.00 cannot hold")
    assert len(fal.submits) == 1
