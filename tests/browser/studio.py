"""Driving Studio in JupyterLab by what a user sees: labels, buttons, the video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.rig.notebook import NotebookPage

OPEN = "import ipyseedance as sd\nproject = sd.Project('film', server='offline')\nstudio = sd.Studio(project)\nstudio"


READY = 30_000


OpenNotebook = Callable[..., NotebookPage]


OpenMarimo = Callable[..., Page]


VIDEO = """async (video) => {
  if (video.readyState < 2) await new Promise((done) => video.addEventListener("loadeddata", done, { once: true }));
  const { videoWidth, videoHeight, duration, currentSrc } = video;
  video.muted = true;
  await video.play();
  const start = video.currentTime;
  while (video.currentTime <= start + 0.2) await new Promise((done) => setTimeout(done, 20));
  return [videoWidth, videoHeight, duration, currentSrc.split(":")[0]];
}"""


# Of a wall's element.
FOUR_PLAY = (
    "(wall) => { const v = [...wall.querySelectorAll('video')]; return v.length === 4 && v.every((x) => !x.paused); }"
)


def studio_of(notebook: NotebookPage, cell: int = 0) -> Locator:
    return notebook.cell(cell).locator(".sd-studio")


def opened(notebook: OpenNotebook, *cells: str, kernel: str = "python3") -> tuple[NotebookPage, Locator]:
    page = notebook([OPEN, *cells], kernel=kernel)
    page.run_cell(0)
    studio = studio_of(page)
    expect(studio).to_be_visible()
    return page, studio


def choose(studio: Locator, name: str) -> None:
    studio.get_by_role("radio", name=name, exact=True).click()


def quick(studio: Locator, prompt: str) -> None:
    """Fill in a prompt and the smallest clip."""
    studio.get_by_label("Prompt", exact=True).fill(prompt)
    choose(studio, "480p")
    studio.get_by_label("Duration").press("Home")


def generate(studio: Locator) -> None:
    studio.get_by_role("button", name="Generate").click()


def reach(page: Page, name: str, key: str, limit: int = 60) -> None:
    """Press a key until the focus is on the element of that name."""
    for _ in range(limit):
        focused = page.evaluate(
            """() => { const e = document.activeElement;
                 return [e.ariaLabel, e.value, e.textContent, ...[...(e.labels ?? [])].map((l) => l.textContent)]; }"""
        )
        if any(name in str(part) for part in focused if part):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} cannot be reached with {key}")


def submits(page: NotebookPage) -> int:
    return int(page.eval_in_kernel("len(project.history)"))


def wait_for_kernel(page: NotebookPage, condition: str) -> None:
    for _ in range(200):
        if page.eval_in_kernel(condition):
            return
        page.page.evaluate("new Promise((done) => setTimeout(done, 50))")
    raise AssertionError(f"{condition} did not come true")


def picture(path: Path, width: int = 1280, height: int = 720) -> Path:
    noise = np.random.default_rng(7).integers(0, 255, (height // 4, width // 4, 3), np.uint8)
    Image.fromarray(noise).resize((width, height)).save(path)
    return path
