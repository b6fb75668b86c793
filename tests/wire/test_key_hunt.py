"""The key is found nowhere: not in a file, a log, a message, a traceback or an object, whatever the service answers."""

from __future__ import annotations

import contextlib
import copy
import faulthandler
import logging
import pickle
import secrets
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm
from PIL import Image

import ipyseedance as sd
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.queue import Queue
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.project import open_project
from ipyseedance.widgets import snippets

from .echo_server import SCENARIOS, EchoServer
from .hunt import DebuggersFormatter, Hunt, error_of

SHORTEST_RUN, LONGEST_RUN = 5.0, 120.0
"""Seconds. Jobs whose service answers "not now" go on asking, and are looked at while they do. On a busy machine it
takes longer until each has been told what it is to be told."""


@pytest.fixture
def marker(monkeypatch: pytest.MonkeyPatch) -> str:
    key = f"{secrets.token_hex(16)}:{secrets.token_hex(24)}"
    monkeypatch.setenv("FAL_KEY", key)
    return key


@pytest.fixture
def elsewhere() -> Iterator[EchoServer]:
    server = EchoServer("nothing")
    yield server
    server.stop()


@pytest.fixture
def fal(marker: str, elsewhere: EchoServer) -> Iterator[EchoServer]:
    server = EchoServer(marker, elsewhere.url)
    yield server
    server.stop()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A file with all that any library logs."""
    path, root, loop = tmp_path / "all.log", logging.getLogger(), job_thread().loop
    handler, level = logging.FileHandler(path), root.level
    handler.setFormatter(DebuggersFormatter("%(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    loop.set_debug(True)
    yield path
    loop.set_debug(False)
    root.setLevel(level)
    root.removeHandler(handler)
    handler.close()


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All that widgets send to the browser."""
    sent: list[Any] = []

    class Recorded(BaseComm):
        def publish_msg(self, *args: Any, **options: Any) -> None:
            sent.append((args, options))

    monkeypatch.setattr(comm, "create_comm", lambda *args, **options: Recorded(*args, **options))
    return sent


def meant(names: list[str]) -> set[tuple[str, str]]:
    """Which call of each scenario is answered with the key in it."""
    return {(name, kind) for name in names for kind in SCENARIOS[name]}


def ask(studio: sd.Studio, kind: str, **fields: Any) -> None:
    studio._receive(None, {"req": kind, "kind": kind} | fields, [])


def run(folder: Path, server: EchoServer, names: list[str]) -> tuple[sd.Project, sd.Studio, list[sd.Generation]]:
    """One job a scenario, at once; back when they are over, or keep asking for as long as the service answers so."""
    tuning = Tuning(submit_patience=1.5, absent_after=1.5, download_patience=1.5)
    project = open_project(folder, choose(server.url, server.secret), tuning=tuning, budget=1000)
    studio = sd.Studio(project)
    jobs = [project.submit(sd.TextToVideo(name, resolution="480p", duration=4, seed=1)) for name in names]
    jobs.append(project.submit(sd.ImageToVideo("success", Image.new("RGB", (400, 400)))))
    began = time.monotonic()
    while not all(job.done for job in jobs):
        well = all(job.done for job in jobs if getattr(job.request, "prompt", "") == "success")
        long_enough = SHORTEST_RUN if well and meant(names) <= server.visits else LONGEST_RUN
        if time.monotonic() > began + long_enough:
            break
        for job in jobs:
            if job.status == "IN_PROGRESS" and str(getattr(job.request, "prompt", "")) == "cancel":
                job.cancel()
        time.sleep(0.05)
    return project, studio, jobs


def gather(hunt: Hunt, project: sd.Project, studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    hunt.see("the state of the widget", studio.get_state())
    for job in jobs:
        place = f"job {getattr(job.request, 'prompt', '')!r}"
        hunt.see(
            place,
            f"{job!r} {job.logs} {job_of(job).trouble} {job.error} {job_of(job).record} {job.request_id} {job.clip!r}",
        )
        hunt.see_object(place, job)
        hunt.see_error(place, job.error)
        hunt.see_error(place, error_of(lambda job=job: job.result(timeout=0.01)))  # type: ignore[misc]
        for language in ("python", "javascript", "curl"):
            hunt.see(f"{place} as {language}", snippets.code_for(job_of(job), language))
        for kind in ("clip", "poster", "cancel", "select", "dismiss"):
            ask(studio, kind, gid=job.id)
    for kind, fields in (
        ("hello", {}),
        ("history", {"offset": 0, "limit": 100}),
        ("history", {"offset": 0, "limit": 1, "sort": "wrong"}),
        ("frame_url", {"url": "http://127.0.0.1:9/x.png"}),
        ("submit", {"endpoint": "wrong", "fields": {}, "shown": {"clips": 1, "dollars": 1}}),
        ("unknown", {}),
    ):
        ask(studio, kind, **fields)
    time.sleep(0.5)
    connection = workspace_of(project).connection
    for name, thing in {
        "project": project, "connection": connection, "choice": connection.choice, "studio": studio,
        "client": connection._fal, "history": workspace_of(project).store,
    }.items():  # fmt: skip
        hunt.see_object(f"the {name}", thing)
    hunt.see("the widget as shown", studio._repr_mimebundle_())
    hunt.see("the table", project.history.df.to_csv() + project.history._repr_html_())


def test_the_key_is_found_nowhere(
    marker: str,
    fal: EchoServer,
    elsewhere: EchoServer,
    log: Path,
    messages: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    hunt, result = Hunt(marker), Queue.result

    async def exploding(queue: Queue, ticket: Any) -> Any:
        answer = await result(queue, ticket)
        if fal.scenario(int(ticket.request_id)) == "boom":
            raise ZeroDivisionError(answer)
        return answer

    monkeypatch.setattr(Queue, "result", exploding)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        project, studio, jobs = run(tmp_path / "film", fal, list(SCENARIOS))
        gather(hunt, project, studio, jobs)
        hunt.see_folder(tmp_path)
        with (tmp_path / "stacks.txt").open("w") as stacks:
            faulthandler.dump_traceback(stacks)
        project.close()
        studio.close()
    hunt.see_folder(tmp_path)
    hunt.see("messages", messages)
    hunt.see("warnings", [str(w.message) for w in warned])
    hunt.see("what is printed", "".join(capfd.readouterr()))
    hunt.see("another server", "".join(elsewhere.heard))
    assert not hunt.leaks

    # And it was looked for where something had been told.
    assert meant(list(SCENARIOS)) <= fal.visits
    assert f"Authorization: Key {marker}" in "".join(fal.heard)
    # It is on this machine, as the service is: a clip may come from there, and nothing else is called.
    assert {call.split("\n")[0].partition("?")[0] for call in elsewhere.heard} == {"GET /clip/0"}
    assert "authorization" not in "".join(elsewhere.heard).lower()
    assert "authorization" not in next(call for call in fal.heard if call.startswith("PUT /put/")).lower()
    assert "authorization" not in next(call for call in fal.heard if call.startswith("GET /clip/")).lower()
    assert len(messages) > len(jobs)
    assert "httpcore.http11 receive_response_headers.complete" in log.read_text()
    ends = {str(getattr(job.request, "prompt", "")): job for job in jobs}
    assert ends["success"].clip
    assert job_of(ends["result is packed"]).record.url == "http://127.0.0.1:9/[key]"
    assert ends["stream in pieces"].logs[0].replace("[key]:[key]", "[key]") == "a [key] b [key]"
    assert isinstance(ends["submit 403"].error, sd.AccountLocked)
    assert "ipyseedance itself (ZeroDivisionError)" in str(ends["boom"].error)


def test_the_hunt_finds_a_key_that_is_not_hidden(
    marker: str, fal: EchoServer, log: Path, messages: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Key, "redact", lambda _self, text: text)
    monkeypatch.setattr("ipyseedance.fal.transport.scrub", lambda _error, _handled: None)
    hunt = Hunt(marker)
    project, studio, jobs = run(tmp_path / "film", fal, ["stream", "submit 401", "submit has a bad header"])
    gather(hunt, project, studio, jobs)
    project.close()
    studio.close()
    hunt.see_folder(tmp_path)
    hunt.see("messages", messages)
    places = " ".join(leak.split(": …")[0] for leak in hunt.leaks)
    for place in ("job 'stream'", "job 'submit 401'", "history.db", "all.log", "state of the widget", "messages"):
        assert place in places


def test_a_key_is_neither_shown_nor_copied(marker: str) -> None:
    hunt, key = Hunt(marker), Key(marker)
    hunt.see_object("the key", [key, {key}, f"{key} {key!r}", key.problem])
    for act in (pickle.dumps, copy.copy, copy.deepcopy, vars):
        error = error_of(lambda act=act: act(key))  # type: ignore[misc]
        assert isinstance(error, TypeError)
        hunt.see_error(act.__name__, error)
    assert not hunt.leaks
    assert key == Key(marker)


@pytest.mark.parametrize("change", ["{}\nmore", "{} more", "é{}", "{}\x00", "\u200b{}"])
@pytest.mark.parametrize("way", ["environment", "argument"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(
    marker: str, change: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hunt, bad = Hunt(marker), change.format(marker)
    given: dict[str, Any] = {}
    if way == "argument" or "\0" in bad:
        given = {"key": bad}
    else:
        monkeypatch.setenv("FAL_KEY", bad)
    for server in ("auto", "fal", "http://127.0.0.1:9") if given else ("auto", "fal"):
        error = error_of(lambda server=server: sd.Project(tmp_path, server=server, **given))  # type: ignore[misc]
        assert isinstance(error, sd.KeyRefused)
        assert "that no key of fal has" in str(error)
        with contextlib.suppress(AttributeError):
            error.__traceback__ = error.__traceback__.tb_next.tb_next  # type: ignore[union-attr]  # this test's own
        hunt.see_error(server, error)
    assert not hunt.leaks
    sd.Project(tmp_path, server="offline", **given).close()


@pytest.mark.parametrize("server", ["http://{}@127.0.0.1:9", "http://127.0.0.1:9/?key={}", "http://fal.example"])
def test_an_address_with_a_secret_is_not_shown_and_the_key_not_sent_in_the_open(
    marker: str, server: str, tmp_path: Path
) -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.Project(tmp_path, server=server.format(marker), key=marker)
    assert not any(half in str(caught.value) + str(caught.value.to_record()) for half in marker.split(":"))


async def test_a_proxy_from_the_environment_is_still_asked(
    marker: str, fal: EchoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", fal.url)
    wire = Wire(Service.at("http://fal.example"), Key(marker))
    await wire.read("GET", "http://fal.example/x")
    await wire.read("GET", "http://other.example/x")
    await wire.close()
    own, other = fal.heard
    assert own.startswith("GET http://fal.example/x\n")
    assert f"Authorization: Key {marker}" in own
    assert "Authorization" not in other
