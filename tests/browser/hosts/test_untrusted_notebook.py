"""A notebook from somebody else, with saved widgets and outputs: opening it runs, asks for and changes nothing.

JupyterLab keeps most of this; these tests tell when it no longer does, and where it does not.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat.sign
import pytest
from playwright.sync_api import Page, Request, WebSocket, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.rig.notebook import IDLE, OPEN, START_MILLISECONDS, NotebookPage
from tests.browser.rig.page_log import PageLog
from tests.browser.rig.server import LabServer
from tests.browser.studio import READY, OpenNotebook

MAKE = """
import sqlite3
import ipyseedance as sd
quick = dict(resolution="480p", duration=4, generate_audio=False)
project = sd.Project("film", server="offline")
clip = await project.submit(sd.TextToVideo("A quiet lake", seed=1, **quick))
run = await project.run(sd.Sweep(sd.TextToVideo("A {place}", seed=2, **quick), place=["moor", "hill"]))
project.close()
with sqlite3.connect("film/history.db") as file:
    file.execute("UPDATE generations SET url = 'https://clips.invalid/1.mp4' WHERE id = 1")
file.close()
project = sd.Project("film", server="offline")
sd.Studio(project)
"""
CELLS = [MAKE.strip(), "sd.Wall(project.generations)", "clip", "project.history", "run"]
SAVE_WIDGETS = "window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"
WIDGETS = "application/vnd.jupyter.widget-state+json"
TRAP = "https://attacker.invalid/"
MODULE = f"""
globalThis.ran = true;
fetch("{TRAP}module").catch(() => 0);
export default {{ initialize() {{ globalThis.ran = true; }}, render() {{ globalThis.ran = true; }} }};
"""
STYLE = f"body {{ background: url({TRAP}style) }} .jp-Notebook {{ display: none }}"
MARKUP = '<p>A clip</p><script>globalThis.ran = true</script><img src="x:" onerror="globalThis.ran = true">'


ASKS_FOR_WIDGETS = (b"jupyter.widget.control", b"request_states")
"""By this JupyterLab asks the kernel of any notebook which widgets it has."""


class Watch:
    """All that a page asks for, and all that it tells a kernel."""

    def __init__(self, page: Page) -> None:
        self.requests: list[Request] = []
        self.told: list[bytes] = []
        page.on("request", lambda request: self.requests.append(request))
        page.on("websocket", self._listen)

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", self._hear)

    def _hear(self, data: str | bytes) -> None:
        self.told.append(data.encode() if isinstance(data, str) else data)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(r.url).netloc for r in self.requests if r.url.startswith(("http", "ws"))}

    def of_project(self) -> set[tuple[str, str]]:
        """What was asked for from the project's folder, and what for."""
        paths = ((urlsplit(request.url).path, request.resource_type) for request in self.requests)
        return {(path.partition("/film/")[2], kind) for path, kind in paths if "/film/" in path}

    def acts(self) -> list[bytes]:
        """The messages with which something of ours would run in a kernel."""
        kinds = (b'"execute_request"', b'"comm_open"', b'"comm_msg"')
        told = [frame for frame in self.told if any(kind in frame for kind in kinds)]
        return [frame for frame in told if not any(word in frame for word in ASKS_FOR_WIDGETS)]


@pytest.fixture
def saved(notebook: OpenNotebook, page: Page) -> Path:
    """The folder of a notebook that was run and saved with its widgets' state, and of its project."""
    made = notebook(CELLS)
    page.set_default_timeout(READY)
    made.run_all()
    expect(made.cell(0).locator(".sd-studio")).to_be_visible(timeout=READY)
    made.cell(1).scroll_into_view_if_needed()  # JupyterLab draws what is on the screen
    expect(made.cell(1).locator(".sd-wall img")).to_have_count(3, timeout=READY)
    made.run_in_kernel("project.close()")
    page.evaluate(SAVE_WIDGETS)
    made.save()
    page.goto("about:blank")
    return made.path.parent


@pytest.fixture
def elsewhere(tmp_path: Path, results: Path, page: Page) -> Iterator[LabServer]:
    """Another person's JupyterLab: it has signed nothing."""
    (tmp_path / "elsewhere").mkdir()
    with (results / "jupyterlab-elsewhere.log").open("wb") as log:
        server = LabServer(tmp_path / "elsewhere", log)
        yield server
        page.goto("about:blank")
        server.stop()


@pytest.fixture
def handed_on(saved: Path, elsewhere: LabServer) -> Path:
    """The notebook there, beside a project with a job under way and a clip that is still to be fetched."""
    folder = elsewhere.notebooks / "handed-on"
    shutil.copytree(saved, folder)
    with closing(sqlite3.connect(folder / "film" / "history.db", isolation_level=None)) as file:
        file.execute("UPDATE generations SET path = NULL, url = 'https://clips.invalid/2.mp4' WHERE id = 2")
        file.execute("UPDATE generations SET status = 'IN_QUEUE', path = NULL, url = NULL WHERE id = 3")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "notebook.ipynb"


def opened(page: Page, lab: LabServer, path: Path) -> NotebookPage:
    """The notebook once it and its kernel are there. The rig's own way has the kernel execute something."""
    page.goto(lab.notebook_url(path))
    page.wait_for_function(OPEN, timeout=START_MILLISECONDS)
    page.wait_for_function(IDLE, timeout=START_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    return NotebookPage(page, path)


def trusted(page: NotebookPage) -> bool:
    return bool(page.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets[0].model.trusted"))


def trust(path: Path, lab: LabServer) -> None:
    """What a person says by File, Trust Notebook."""
    untyped: Any = nbformat
    notary = untyped.sign.NotebookNotary(data_dir=str(lab.folder / "data"))
    notary.sign(untyped.reads(path.read_text("utf-8"), as_version=4))
    notary.store.close()


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_modules(path: Path) -> None:
    """Put an attacker's code in the place of ours in the saved state of the widgets."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    states = [model["state"] for model in notebook["metadata"]["widgets"][WIDGETS]["state"].values()]
    ours = [state for state in states if "_esm" in state]
    assert len(ours) >= 2
    for state in ours:
        state |= {"_esm": MODULE, "_css": STYLE}
    path.write_text(json.dumps(notebook), "utf-8")


def write_outputs(path: Path) -> None:
    """Put an attacker's code in the outputs, in every form in which a browser would run it."""
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        for output in cell["outputs"]:
            output["data"] = {"text/html": MARKUP, "text/plain": "A clip"}
    notebook["cells"][1]["outputs"][0]["data"]["application/javascript"] = "globalThis.ran = true"
    path.write_text(json.dumps(notebook), "utf-8")


def test_nothing_runs_or_is_fetched_before_a_cell_is_run(
    handed_on: Path, elsewhere: LabServer, page: Page, page_log: PageLog
) -> None:
    before, watch = fingerprints(handed_on.parent / "film"), Watch(page)
    notebook = opened(page, elsewhere, handed_on)
    assert not trusted(notebook)
    for cell, name in enumerate(("Studio", "Wall")):
        expect(notebook.cell(cell)).to_contain_text(f"ipyseedance {name}: Run this cell to open the {name}.")
    expect(notebook.cell(2)).to_contain_text("A quiet lake · seed")
    expect(notebook.cell(3).locator("table")).to_be_visible()
    expect(notebook.cell(4)).to_contain_text("2 cells, 2 COMPLETED")
    page.wait_for_load_state("networkidle")

    assert watch.hosts == {urlsplit(elsewhere.url).netloc}
    # The one file is the film that the notebook shows as Markdown would: the browser's own, from beside the notebook.
    assert {kind for _, kind in watch.of_project()} <= {"media"}
    assert {name for name, _ in watch.of_project()} <= {f"clips/{first_clip(handed_on)}"}
    assert watch.acts() == []
    assert page.locator(".sd-studio, .sd-wall").count() == 0
    assert fingerprints(handed_on.parent / "film") == before
    assert not page_log.problems
    assert notebook.eval_in_kernel("'ipyseedance' in __import__('sys').modules") is False

    # And by a person's act it opens.
    index = notebook.add_cell("import ipyseedance as sd\nsd.Studio(sd.Project('film', server='offline'))")
    notebook.run_cell(index)
    expect(notebook.cell(index).locator(".sd-studio")).to_be_visible(timeout=READY)


def first_clip(notebook: Path) -> str:
    return min(path.name for path in (notebook.parent / "film" / "clips").glob("*.mp4"))


def test_an_attackers_outputs_do_not_run(handed_on: Path, elsewhere: LabServer, page: Page, page_log: PageLog) -> None:
    write_outputs(handed_on)
    watch = Watch(page)
    notebook = opened(page, elsewhere, handed_on)
    assert not trusted(notebook)
    expect(notebook.cell(0)).to_contain_text("A clip")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("globalThis.ran") is None
    assert watch.hosts == {urlsplit(elsewhere.url).netloc}
    assert watch.acts() == []
    page.goto("about:blank")

    # They would run in a notebook that the person trusts: what kept them was the missing trust.
    page_log.allow("x:")
    trust(handed_on, elsewhere)
    assert trusted(opened(page, elsewhere, handed_on))
    page.wait_for_function("globalThis.ran === true")


@pytest.mark.xfail(
    strict=True,
    reason="jupyterlab-manager makes saved models again without asking whether the notebook is trusted, and anywidget "
    "loads the module of each; the docs name it among what is not promised",
)
def test_an_attackers_module_in_the_saved_state_does_not_run(
    handed_on: Path, elsewhere: LabServer, page: Page, page_log: PageLog
) -> None:
    page_log.allow("attacker.invalid")
    write_modules(handed_on)
    notebook = opened(page, elsewhere, handed_on)
    assert not trusted(notebook)
    with pytest.raises(TooLate):
        page.wait_for_function("globalThis.ran === true", timeout=10_000)
