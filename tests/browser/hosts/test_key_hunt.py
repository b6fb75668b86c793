"""The key is nowhere a notebook, a page or JupyterLab keeps or shows something, even when the service tells it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.rig.page_log import PageLog
from tests.browser.rig.server import LabServer
from tests.browser.studio import READY, OpenNotebook, generate, quick, studio_of
from tests.wire.echo_server import EchoServer
from tests.wire.hunt import Hunt

SAVE_WIDGETS = "window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')"
KEPT_IN_PAGE = "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"

OPEN = """
import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
import os
project = sd.Project("film", server="{url}", key=os.environ["FAL_KEY"], budget=100)
studio = sd.Studio(project)
studio
"""
REQUEST = "sd.TextToVideo({prompt!r}, resolution='480p', duration=4, seed=1)"
STREAM = REQUEST.format(prompt="stream in pieces")
CELLS = [
    f"clip = await project.submit({REQUEST.format(prompt='success')})\nclip",
    "project.history",
    f"%xmode Verbose\nawait project.submit({REQUEST.format(prompt='submit 401')})",
    f"project.submit({REQUEST.format(prompt='submit is cut')}).result()",
    f"project.submit({REQUEST.format(prompt='result 422')}).result()",
    f"import logging\nlogging.basicConfig(level=logging.DEBUG, force=True)\nproject.submit({STREAM}).result()",
    "print(project, studio, project.generations, [g.logs for g in project.generations])",
    "print(workspace_of(project).choice, workspace_of(project))",
]


@pytest.fixture
def marker() -> str:
    return f"{secrets.token_hex(16)}:{secrets.token_hex(24)}"


@pytest.fixture
def fal(marker: str) -> Iterator[EchoServer]:
    elsewhere = EchoServer("nothing")
    server = EchoServer(marker, elsewhere.url)
    yield server
    server.stop()
    elsewhere.stop()


class Wiretap:
    """All that a page sends and is sent over its websockets, and every address it asks for."""

    def __init__(self, page: Page) -> None:
        self.heard: list[bytes] = []
        page.on("websocket", self._listen)
        page.on("request", lambda request: self._hear(f"{request.url} {request.headers} {request.post_data_buffer!r}"))
        page.on("console", lambda message: self._hear(message.text))

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", self._hear)
        line.on("framereceived", self._hear)

    def _hear(self, data: str | bytes) -> None:
        self.heard.append(data.encode() if isinstance(data, str) else data)


def test_the_key_is_not_in_the_notebook_the_page_or_the_logs(
    notebook: OpenNotebook,
    page: Page,
    page_log: PageLog,
    lab: LabServer,
    work: Path,
    results: Path,
    fal: EchoServer,
    marker: str,
    tmp_path: Path,
) -> None:
    hunt, tap = Hunt(marker), Wiretap(page)
    (tmp_path / "key").write_text(marker)
    opened = notebook([OPEN.format(url=fal.url), *CELLS])
    opened.run_in_kernel(f"import os; os.environ['FAL_KEY'] = open({str(tmp_path / 'key')!r}).read()")
    opened.run_cell(0)
    studio = studio_of(opened)

    quick(studio, "cancel")
    generate(studio)
    card = studio.get_by_role("article", name="cancel")
    card.get_by_role("button", name="Cancel").click(timeout=READY)
    quick(studio, "success")
    generate(studio)
    expect(studio.locator("video")).to_be_visible(timeout=READY)
    hunt.see("the page with a clip", page.content())
    for prompt, seen in (("result 422", "The model refused the request"), ("submit 403", "refused the account")):
        quick(studio, prompt)
        generate(studio)
        expect(studio.get_by_role("article", name=prompt).first).to_contain_text(seen, timeout=READY)

    for number in range(1, len(CELLS) + 1):
        opened.run_cell(number, allow_errors=True)
    page.evaluate(SAVE_WIDGETS)
    opened.save()
    hunt.see("the page", page.content())
    hunt.see("what the page keeps", page.evaluate(KEPT_IN_PAGE))
    hunt.see("what the page heard", b"\n".join(tap.heard))
    hunt.see_folder(lab.folder)
    hunt.see("JupyterLab's log", (results / "jupyterlab.log").read_bytes())
    assert not hunt.leaks

    # And it was looked for where something had been told.
    saved = opened.path.read_text()
    assert "application/vnd.jupyter.widget-state+json" in saved
    assert "[key]" in saved
    assert saved.count('"output_type": "error"') == 3
    assert "httpcore" in saved
    assert b"[key]" in hunt.seen["what the page heard"]
    assert "[key]" in page.content()
    assert f"Authorization: Key {marker}" in "".join(fal.heard)
    assert {("cancel", "cancel"), ("success", "clip"), ("submit is cut", "submit")} <= fal.visits
