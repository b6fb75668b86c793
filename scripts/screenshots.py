"""Make the README's pictures from the real widget: `.venv/bin/python -m scripts.screenshots` (after `make test`)."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import ensure
from scripts.setup import ROOT
from tests.browser.conftest import CHROMIUM
from tests.browser.rig.notebook import NotebookPage, write_notebook
from tests.browser.rig.server import LabServer

DOCS = ROOT / "docs"
PROMPTS = [
    ("Old car on a road through autumn hills", 3),
    ("Neon city skyline at night in the rain, the camera tracks along the rooftops", 5),
    ('A woman on a pier at dusk turns to the camera: "Wait for me until the spring."', 6),
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
SWEEP = """
sweep = sd.Sweep(
    sd.TextToVideo("{place}, slow push-in", resolution="480p"),
    place="A lighthouse in a storm at sea || A fox on a snowy ridge under the aurora || Neon city skyline at night",
    seed="1..4",
)
run = project.run(sweep)
await run
project.measure()
wall = sd.Wall(run)
wall
"""
VOTE = """
import random
dice, clips = random.Random(3), run.generations
for _ in range(40):
    a, b = dice.sample(clips, 2)
    better = a if dice.random() < 0.5 + 0.06 * (b.id - a.id) else b
    project.vote(a, b, better)
project.judge(clips[0], star=True, rating=5, tags=["calm"])
project.judge(clips[5], star=True, rating=4)
project.judge(clips[9], rating=2)
"""
NARROW = 480
MEASURED = "bool(run.df['motion'].notna().all())"


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
    write_notebook(path, [OPEN.strip(), SWEEP.strip()])
    notebook = NotebookPage.open(page, lab, path)
    notebook.run_cell(0)
    studio = page.locator(".sd-studio").first
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
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    take_wall(page, notebook)


def take_wall(page: Page, notebook: NotebookPage) -> None:
    page.set_viewport_size({"width": 1560, "height": 2600})
    notebook.run_cell(1)
    notebook.run_in_kernel(VOTE)
    wall = notebook.cell(1).locator(".sd-wall")
    while not notebook.eval_in_kernel(MEASURED):
        time.sleep(1)
    wall.locator(".wl-tile").nth(1).focus()
    wall.get_by_label("Position").fill("54")
    page.keyboard.press("m")
    page.wait_for_function("() => !document.querySelector('.wl-picture > .sd-spinner')")
    for theme in ("Light", "Dark"):
        notebook.set_theme(f"JupyterLab {theme}")
        save(wall.screenshot(), f"wall-{theme.lower()}")
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 700, "height": 2600})
    box = wall.bounding_box()
    assert box
    page.set_viewport_size({"width": 700 - round(box["width"]) + NARROW, "height": 2600})
    save(wall.screenshot(), "wall-narrow")


def save(picture: bytes, name: str) -> None:
    Image.open(io.BytesIO(picture)).convert("RGB").save(DOCS / f"{name}.jpg", quality=88)


if __name__ == "__main__":
    main()
