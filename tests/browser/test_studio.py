"""Studio as a user meets it: in JupyterLab, on the offline engine, with a mouse, with a keyboard, in every kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.rig.axe import violations
from tests.browser.rig.notebook import NotebookPage
from tests.browser.rig.page_log import PageLog

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


def studio_of(notebook: NotebookPage, cell: int = 0) -> Locator:
    return notebook.cell(cell).locator(".sd-studio")


def opened(notebook: OpenNotebook, *cells: str, kernel: str = "python3") -> tuple[NotebookPage, Locator]:
    page = notebook([OPEN, *cells], kernel=kernel)
    page.page.set_default_timeout(10_000)
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


def submits(page: NotebookPage) -> int:
    return int(page.eval_in_kernel("len(project.history)"))


def picture(path: Path, width: int = 1280, height: int = 720) -> Path:
    noise = np.random.default_rng(7).integers(0, 255, (height // 4, width // 4, 3), np.uint8)
    Image.fromarray(noise).resize((width, height)).save(path)
    return path


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


def wait_for_kernel(page: NotebookPage, condition: str) -> None:
    for _ in range(200):
        if page.eval_in_kernel(condition):
            return
        page.page.evaluate("new Promise((done) => setTimeout(done, 50))")
    raise AssertionError(f"{condition} did not come true")


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


BAD_PICTURES: list[tuple[Callable[[Path], Path], str]] = [
    (lambda folder: text(folder / "notes.txt"), "notes.txt"),
    (lambda folder: picture(folder / "small.png", 100, 100), "small.png is 100 px wide"),
    (lambda folder: huge(folder / "huge.png"), "over 30 MB"),
]


def text(path: Path) -> Path:
    path.write_text("no picture")
    return path


def huge(path: Path) -> Path:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (3700, 3700, 3), np.uint8)).save(path)
    assert path.stat().st_size > 40_000_000
    return path


@pytest.mark.parametrize(("make", "says"), BAD_PICTURES, ids=["text", "small", "huge"])
def test_a_bad_picture_is_painted(
    notebook: OpenNotebook, tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    page, studio = opened(notebook)
    choose(studio, "Image → video")
    studio.get_by_label("Start frame", exact=True).set_input_files(make(tmp_path))
    problem = studio.locator(".sd-problem", has_text=says)
    expect(problem).to_be_visible(timeout=READY)
    expect(problem).to_contain_text("PNG, JPEG or WebP")
    assert submits(page) == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/dead.png", "ftp://x/y.png"])
def test_a_dead_address_is_painted(notebook: OpenNotebook, address: str) -> None:
    page, studio = opened(notebook)
    choose(studio, "Image → video")
    studio.get_by_role("button", name="More sources for start frame").click()
    page.page.get_by_text("From an address").click()
    studio.get_by_placeholder("https://").fill(address)
    page.page.keyboard.press("Enter")
    expect(studio.locator(".sd-problem", has_text=address)).to_be_visible(timeout=READY)
    assert submits(page) == 0


def test_an_empty_prompt_is_pointed_at(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    generate(studio)
    expect(studio.get_by_label("Prompt", exact=True)).to_be_focused()
    expect(studio.locator(".sd-problem").first).to_be_visible()
    assert submits(page) == 0


def test_wrong_fields_from_the_browser_are_refused_by_the_kernel(notebook: OpenNotebook) -> None:
    """What no control lets through is stopped all the same."""
    page, _ = opened(notebook)
    code = """
import asyncio, json
from ipyseedance.widgets.answers import failure
from ipyseedance.lab.thread import job_thread
endpoint = studio._draft["endpoint"]
said = {}
for name, value in dict(duration="3", seed=-2, aspect_ratio="2:1", unknown=1, prompt=" ").items():
    fields = {**studio._draft["fields"], "prompt": "x", name: value}
    message = {"kind": "submit", "endpoint": endpoint, "fields": fields}
    try:
        job_thread().start(studio._answers.answer(message, [])).result()
    except Exception as error:
        said[name] = [p["field"] for p in failure(error)["problems"]]
print(json.dumps(said))
"""
    said = json.loads(page.run_in_kernel(code))
    assert said == {name: [name] for name in ("duration", "seed", "aspect_ratio", "unknown", "prompt")}
    assert submits(page) == 0


SLOW = "sd.TextToVideo('A storm over the sea', resolution='1080p', duration=12)"


@pytest.mark.parametrize("sleep", ["await asyncio.sleep(60)", "time.sleep(60)"])
def test_progress_flows_while_a_cell_is_busy(notebook: OpenNotebook, kernel_name: str, sleep: str) -> None:
    page, studio = opened(
        notebook, f"import asyncio, time\njob = project.submit({SLOW})\n{sleep}\nprint('slept')", kernel=kernel_name
    )
    page.run_cell(1, wait=False)
    card = studio.get_by_role("article", name="A storm over the sea")
    expect(card).to_contain_text("rendering frame", timeout=READY)
    first = card.inner_text()
    page.page.wait_for_function("([card, was]) => card.innerText !== was", arg=[card.element_handle(), first])
    assert page.outputs(1) == []
    page.interrupt()


@pytest.mark.parametrize("wait", ["await job", "job.result()"])
def test_interrupting_a_wait_leaves_the_job(notebook: OpenNotebook, kernel_name: str, wait: str) -> None:
    page, _ = opened(notebook, f"job = project.submit({SLOW})\n{wait}", kernel=kernel_name)
    page.run_cell(1, wait=False)
    page.page.wait_for_function("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    page.interrupt()
    page.wait_until_idle(timeout=1500)
    assert page.eval_in_kernel("job.done") is False
    assert page.eval_in_kernel("job.result(timeout=60).height") == 1080


def test_a_restarted_kernel_is_shown_as_gone(notebook: OpenNotebook, page_log: PageLog) -> None:
    page, studio = opened(notebook)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    page.restart_kernel()
    expect(studio.get_by_text("This kernel is gone.")).to_be_visible()
    expect(studio.get_by_role("button", name="Generate")).to_be_disabled()
    assert studio.locator("video").evaluate(VIDEO)[0] == 864  # what is there still plays
    page.run_cell(0)
    expect(studio.get_by_text("This kernel is gone.")).not_to_be_visible()
    expect(studio.locator("video")).to_be_visible()


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


def test_a_refused_key_is_painted(notebook: OpenNotebook) -> None:
    """Against the offline engine with another key than its own."""
    start = """
import ipyseedance as sd
engine = sd.Project("engine", server="offline")
engine.submit(sd.TextToVideo("x", resolution="480p", duration=4)).result()
project = sd.Project("film", server=engine.connection._engine.url, key="wrong-id:wrong-secret-0123456789")
studio = sd.Studio(project)
studio
"""
    page = notebook([start])
    page.run_cell(0)
    studio = studio_of(page)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.get_by_role("alert").filter(has_text="refused the key").first).to_be_visible(timeout=READY)
    expect(studio.get_by_text(re.compile("Set FAL_KEY")).first).to_be_visible()
    assert "wrong-secret" not in studio.evaluate("(element) => element.outerHTML")
    assert page.eval_in_kernel("'wrong-secret' in repr(studio.get_state())") is False
    page.save()
    assert "wrong-secret" not in json.dumps(json.loads(page.path.read_text())["cells"][0]["outputs"])


PAYING = """
import ipyseedance as sd
engine = sd.Project("engine", server="offline")
engine.submit(sd.TextToVideo("x", resolution="480p", duration=4)).result()
running = engine.connection._engine
project = sd.Project("film", server=running.url, key=running.key)
studio = sd.Studio(project)
studio
"""


def test_a_paying_service_is_priced_confirmed_and_capped(notebook: OpenNotebook) -> None:
    """The offline engine behind an address counts as a service that may bill, as fal does."""
    page = notebook([PAYING])
    page.page.set_default_timeout(10_000)
    page.run_cell(0)
    studio = studio_of(page)
    quick(studio, "A quiet lake")
    expect(studio.locator(".sd-quote")).to_contain_text("$0.10")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    expect(studio.locator(".sd-header")).to_contain_text("$0.10 spent")

    choose(studio, "1080p")
    studio.get_by_label("Duration").press("End")
    expect(studio.locator(".sd-quote")).to_contain_text("$1.40")
    generate(studio)
    question = studio.get_by_role("alert").filter(has_text="more than $1.00 at once")
    expect(question).to_be_visible()
    assert submits(page) == 1
    question.get_by_role("button", name="Not now").click()

    page.run_in_kernel("project.budget = 0.5")
    expect(studio.locator(".sd-header")).to_contain_text("$0.60")
    generate(studio)
    expect(studio.get_by_role("alert").filter(has_text="budget has $0.50 left")).to_be_visible()
    assert submits(page) == 1


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_it_is_accessible(notebook: OpenNotebook, theme: str) -> None:
    page, studio = opened(notebook)
    page.set_theme(theme)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
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
