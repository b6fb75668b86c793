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
INVENTED = Path(__file__).parents[2] / "third_endpoint.py"
OPEN = """
import ipyseedance as sd
project = sd.Project("film", server={url!r}, key={key!r}, budget=5)
studio = sd.Studio(project)
studio
"""


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        double.clip = clip(320, 180, 4)
        double.script = Script(result=(200, {"video": {"url": f"{double.url}/files/clip.mp4"}}))
        yield double


def test_it_is_used_from_the_click_to_the_file_and_on(notebook: OpenNotebook, fal: FalDouble) -> None:
    offer = INVENTED.read_text(encoding="utf-8").split("from __future__ import annotations\n")[1]
    page = notebook(
        [f"{offer}\noffer()\n{OPEN.format(url=fal.url, key=KEY)}".strip(), "sd.Wall(project.sweep_runs[0])"]
    )
    page.page.set_default_timeout(READY)
    page.run_cell(0)
    studio = studio_of(page)
    expect(studio).to_be_visible()
    # From the click to the file.
    studio.get_by_label("Model").select_option("Scriptwriter")
    studio.get_by_label("Script", exact=True).fill("A fox at dusk")
    choose(studio, "8s")
    expect(studio.locator(".sd-primary")).to_contain_text("$0.05")
    generate(studio)
    expect(studio.locator("video")).to_be_visible()
    expect(studio.locator(".sd-prompt-shown")).to_have_text("A fox at dusk")
    wait_for_kernel(page, "[g.clip.path.name for g in project.generations] == ['00001-a-fox-at-dusk.mp4']")
    assert fal.submits[0].json == {"script": "A fox at dusk", "length": "8s", "quality": "draft", "shape": "wide"}
    expect(studio.get_by_role("button", name="Vary seed")).to_have_count(0)
    # A sweep.
    studio.get_by_label("Script", exact=True).fill("A {animal} at dusk")
    studio.get_by_label("{animal}").fill("owl, cat")
    expect(studio.get_by_role("button", name=re.compile("Generate 2 clips"))).to_be_visible()
    studio.get_by_role("button", name=re.compile("Generate 2 clips")).click()
    wait_for_kernel(page, "len(project.sweep_runs) == 1 and len(project.sweep_runs[0].clips) == 2")
    assert violations(page.page, ".sd-studio") == []
    # Filters.
    expect(studio.locator(".sd-tile")).to_have_count(3)
    studio.get_by_role("button", name=re.compile("^Filter")).click()
    studio.get_by_role("checkbox", name="final").click()
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
    wall.get_by_role("button", name=re.compile("^Promote")).first.click()
    wall.get_by_label("Resolution").select_option("final")
    expect(wall.get_by_text("$0.20").first).to_be_visible()
    assert len(fal.submits) == 3
