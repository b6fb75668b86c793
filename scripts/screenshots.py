"""Make the README's pictures from the real widget: `.venv/bin/python -m scripts.screenshots` (after `make test`)."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from scripts.chromium import ensure
from scripts.setup import ROOT
from tests.browser.conftest import CHROMIUM
from tests.browser.rig.notebook import NotebookPage, write_notebook
from tests.browser.rig.server import LabServer

DOCS = ROOT / "docs"
PROMPTS = [
    ("Old car on a road through autumn hills", 3),
    ("Neon city skyline at night in the rain, the camera tracks along the rooftops", 5),
    ("Morning mist over a pine forest", 6),
    ("Snow falling over winter mountains under the aurora, a fox crosses the ridge", 2),
    ("A storm over the sea, a lighthouse on the cliff", 8),
    ("A quiet lake at sunset, a small boat drifting. Slow push-in as the light fades. Water lapping, soft piano.", 7),
]
OPEN = """
import ipyseedance as sd
project = sd.Project("my-film", server="offline")
studio = sd.Studio(project)
studio
"""
MAKE = f"""
for prompt, seed in {PROMPTS!r}:
    await project.submit(sd.TextToVideo(prompt, seed=seed))
studio.select(project.generations[-1].id)
"""
BUSY = """
project.submit(sd.TextToVideo("Hot air balloons over desert dunes at noon", resolution="1080p", duration=12))
project.submit(sd.ImageToVideo("The tide comes in", "http://127.0.0.1:9/beach.png"))
"""


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        lab = LabServer(Path(folder), log)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=ensure(), args=CHROMIUM)
                take_all(browser, lab)
                browser.close()
        finally:
            lab.stop()


def take_all(browser: Browser, lab: LabServer) -> None:
    page = browser.new_page(viewport={"width": 1800, "height": 2000})
    path = lab.notebooks / "my-film.ipynb"
    write_notebook(path, [OPEN.strip()])
    notebook = NotebookPage.open(page, lab, path)
    notebook.run_all()
    studio = page.locator(".sd-studio")
    notebook.run_in_kernel(MAKE)
    studio.get_by_role("button", name="Reuse settings").click()
    studio.locator("video").evaluate(
        """async (video) => {
          if (video.readyState < 1) await new Promise((done) => video.addEventListener("loadedmetadata", done));
          video.pause();
          await new Promise((done) => { video.addEventListener("seeked", done); video.currentTime = 2.5; });
        }"""
    )
    page.mouse.move(0, 0)
    for theme, name in (("Light", "light"), ("Dark", "dark")):
        notebook.set_theme(f"JupyterLab {theme}")
        save(studio.screenshot(), f"studio-{name}")
    notebook.run_in_kernel(BUSY)
    studio.get_by_text("rendering frame").wait_for()
    page.set_viewport_size({"width": 1000, "height": 2600})
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    save(studio.screenshot(), "studio-narrow")


def save(picture: bytes, name: str) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").save(DOCS / f"{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
