"""What Studio says to bad input, a refused key and an empty purse. Nothing is sent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.browser.studio import (
    READY,
    OpenNotebook,
    choose,
    generate,
    opened,
    picture,
    quick,
    studio_of,
    submits,
)


def text(path: Path) -> Path:
    path.write_text("no picture")
    return path


def huge(path: Path) -> Path:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (3700, 3700, 3), np.uint8)).save(path)
    assert path.stat().st_size > 40_000_000
    return path


def test_a_bad_picture_is_painted(notebook: OpenNotebook, tmp_path: Path) -> None:
    page, studio = opened(notebook)
    choose(studio, "Image → video")
    for chosen, says in (
        (text(tmp_path / "notes.txt"), "notes.txt"),
        (picture(tmp_path / "small.png", 100, 100), "small.png is 100 px wide"),
        (huge(tmp_path / "huge.png"), "over 30 MB"),
    ):
        studio.get_by_label("Start frame", exact=True).set_input_files(chosen)
        problem = studio.locator(".sd-problem", has_text=says)
        expect(problem).to_be_visible(timeout=READY)
        expect(problem).to_contain_text("PNG, JPEG or WebP")
    assert submits(page) == 0


def test_a_dead_address_is_painted(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    choose(studio, "Image → video")
    for address in ("http://127.0.0.1:9/dead.png", "ftp://x/y.png"):
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
from ipyseedance.widgets.failures import failure
from ipyseedance.jobs.thread import job_thread
endpoint = studio._draft["endpoint"]
said = {}
for name, value in dict(duration="3", seed=-2, aspect_ratio="2:1", unknown=1, prompt=" ").items():
    fields = {**studio._draft["fields"], "prompt": "x", name: value}
    message = {"kind": "submit", "endpoint": endpoint, "fields": fields, "shown": {"clips": 1, "dollars": 9}}
    try:
        job_thread().start(studio._answers.answer(message, [])).result()
    except Exception as error:
        said[name] = [p["field"] for p in failure(error)["problems"]]
print(json.dumps(said))
"""
    said = json.loads(page.run_in_kernel(code))
    assert said == {name: [name] for name in ("duration", "seed", "aspect_ratio", "unknown", "prompt")}
    assert submits(page) == 0


def test_wrong_fields_from_elsewhere_are_painted_where_they_are(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    wrong = {"prompt": "x", "duration": "3", "seed": -2, "aspect_ratio": "2:1", "unknown": 1}
    page.run_in_kernel(f"studio.redraft(studio._draft['endpoint'], {wrong!r}, 'python')")
    for name, says in {"duration": "'3'", "seed": "-2", "aspect_ratio": "'2:1'"}.items():
        problem = studio.locator(f"[data-field={name}] .sd-problem")
        expect(problem).to_contain_text(f"{says} is not allowed")
    expect(studio.locator(".sd-generate .sd-problem")).to_contain_text("unknown: not a field of TextToVideo")
    generate(studio)
    expect(studio.get_by_role("radio", name="21:9")).to_be_focused()
    assert submits(page) == 0


def test_a_clip_that_cannot_be_saved_is_painted_at_once(notebook: OpenNotebook) -> None:
    page, studio = opened(notebook)
    page.run_in_kernel("(project.folder / 'clips').rmdir(); (project.folder / 'clips').write_text('in the way')")
    quick(studio, "A quiet lake")
    generate(studio)
    card = studio.get_by_role("article", name="A quiet lake")
    expect(card).to_contain_text("Not saved. The clip could not be written", timeout=READY)
    expect(card).to_contain_text("Reopening the project downloads it again")
    assert page.eval_in_kernel("project.under_way == [] and project.history.df.status[0]") == "COMPLETED"
    card.get_by_role("button", name="Dismiss").click()
    expect(card).not_to_be_visible()


def test_a_refused_key_is_painted(notebook: OpenNotebook) -> None:
    """Against the offline engine with another key than its own."""
    start = """
import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
engine = sd.Project("engine", server="offline")
engine.submit(sd.TextToVideo("x", resolution="480p", duration=4)).result()
project = sd.Project("film", server=workspace_of(engine).connection.engine.url, key="wrong-id:wrong-secret-0123456789")
studio = sd.Studio(project)
studio
"""
    page = notebook([start])
    page.run_cell(0)
    studio = studio_of(page)
    quick(studio, "A quiet lake")
    generate(studio)
    expect(studio.get_by_role("alert").filter(has_text="refused the key").first).to_be_visible(timeout=READY)
    expect(studio.get_by_text(re.compile("gets a key only by")).first).to_be_visible()
    assert "wrong-secret" not in studio.evaluate("(element) => element.outerHTML")
    assert page.eval_in_kernel("'wrong-secret' in repr(studio.get_state())") is False
    page.save()
    assert "wrong-secret" not in json.dumps(json.loads(page.path.read_text())["cells"][0]["outputs"])


PAYING = """
import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
engine = sd.Project("engine", server="offline")
engine.submit(sd.TextToVideo("x", resolution="480p", duration=4)).result()
running = workspace_of(engine).connection.engine
project = sd.Project("film", server=running.url, key=running.key)
studio = sd.Studio(project)
studio
"""


def test_a_paying_service_is_priced_confirmed_and_capped(notebook: OpenNotebook) -> None:
    """The offline engine behind an address counts as a service that may bill, as fal does."""
    page = notebook([PAYING])
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
    question = studio.get_by_role("dialog", name="This clip costs about $1.40.")
    expect(question).to_have_accessible_description("Clips 1 Price $1.40 Budget left none set")
    # JupyterLab has its own ideas of some elements: each value stands under its name.
    names, values = question.locator(".sd-sums > span"), question.locator(".sd-sums b")
    for name, value in zip(names.all(), values.all(), strict=True):
        above, below = name.bounding_box(), value.bounding_box()
        assert above
        assert below
        assert (below["x"], below["y"] > above["y"] + 10) == (above["x"], True)
    price = question.get_by_label("Type 1.40 to generate")
    expect(price).to_be_focused()
    page.page.keyboard.type("1.39")
    page.page.keyboard.press("Enter")
    expect(question.get_by_role("status")).to_have_text("That is not 1.40. Nothing was sent.")
    page.page.keyboard.press("Escape")
    expect(question).not_to_be_visible()
    expect(studio.get_by_role("button", name="Generate")).to_be_focused()
    assert submits(page) == 1

    page.run_in_kernel("project.budget = project.spent + 1.5")
    expect(studio.locator(".sd-header")).to_contain_text("$0.10 of $1.60")
    generate(studio)
    expect(question).to_have_accessible_description("Clips 1 Price $1.40 Budget left $1.50")
    page.page.keyboard.type("1,40")
    page.page.keyboard.press("Enter")
    expect(question).not_to_be_visible()
    expect(studio.get_by_role("article", name="A quiet lake")).to_be_visible()
    assert submits(page) == 2

    page.run_in_kernel("project.budget = project.spent + project.reserved + 0.5")
    generate(studio)
    expect(studio.get_by_role("alert").filter(has_text="budget has $0.50 left")).to_be_visible()
    assert submits(page) == 2
