"""What a widget cannot say or do is told: to the page that waits for it, or in the log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

import ipyseedance as sd
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of

from .fal_double import FalDouble

TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
_MOST = 5_000
"""Bytes that the line of these tests takes."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The answers that reached the page, over a line that takes JSON and bytes, and no long message."""
    answers: list[dict[str, Any]] = []

    class Line(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, *args: Any, **options: Any) -> None:
            if msg_type == "comm_msg" and data["method"] == "custom":
                told = json.dumps(data["content"], allow_nan=False)
                if len(told) + sum(memoryview(b).nbytes for b in options.get("buffers") or ()) > _MOST:
                    raise RuntimeError("the message is too large for this line")
                answers.append(json.loads(told))

    monkeypatch.setattr(comm, "create_comm", lambda *args, **options: Line(*args, **options))
    return answers


@pytest.fixture
def studio(sent: list[dict[str, Any]], project: sd.Project) -> Iterator[sd.Studio]:
    studio = sd.Studio(project)
    yield studio
    studio.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def send(studio: sd.Studio, kind: object, *, buffers: Any = (), **message: Any) -> None:
    content = {"kind": kind, "req": "page-1", **message}
    studio._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers})


@pytest.mark.parametrize(
    ("tags", "why"),
    [([object()], "not JSON serializable"), ([float("nan")], "not JSON compliant"), (["x" * 9_000], "too large")],
)
def test_an_answer_that_cannot_be_sent_is_an_error_on_the_page(
    sent: list[dict[str, Any]],
    project: sd.Project,
    studio: sd.Studio,
    monkeypatch: pytest.MonkeyPatch,
    tags: list[object],
    why: str,
) -> None:
    monkeypatch.setattr(workspace_of(project).store, "tags", lambda: tags)
    send(studio, "tags")
    until(lambda: sent)
    (answer,) = sent
    assert (answer["req"], answer["ok"], answer["error"]["charged"]) == ("page-1", False, "no")
    assert why in answer["error"]["message"]
    send(studio, "hello")
    until(lambda: len(sent) == 2)
    assert sent[1]["working"] == []


@pytest.mark.parametrize("buffers", [7, [object()], ["text"]])
def test_a_message_with_odd_buffers_is_answered(sent: list[dict[str, Any]], studio: sd.Studio, buffers: Any) -> None:
    send(studio, "tags", buffers=buffers)
    until(lambda: sent)
    assert not sent[0]["ok"]


@pytest.mark.parametrize("kind", [None, 7, ["tags"], {"a": 1}, "unknown"])
def test_a_message_of_no_kind_is_answered(sent: list[dict[str, Any]], studio: sd.Studio, kind: object) -> None:
    send(studio, kind)
    until(lambda: sent)
    assert "kind" in sent[0]["error"]["message"]


def test_an_act_whose_answer_is_lost_may_have_been_charged(
    fal: FalDouble,
    sent: list[dict[str, Any]],
    project: sd.Project,
    studio: sd.Studio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = studio.send

    def cut(reply: dict[str, Any], buffers: Any = None) -> None:
        if reply["ok"]:
            raise BrokenPipeError("the line is cut")
        said(reply, buffers)

    monkeypatch.setattr(studio, "send", cut)
    fields = {"prompt": "A lake", "resolution": "480p", "duration": "4", "seed": 7}
    send(studio, "submit", endpoint=TEXT, fields=fields, shown={"clips": 1, "dollars": 0.2})
    until(lambda: sent)
    assert sent[0]["error"]["charged"] == "maybe"
    assert "Look at the queue" in sent[0]["error"]["next_step"]
    for job in project.generations:
        job.result(20)
    assert len(fal.submits) == 1


def test_a_line_that_is_cut_is_logged(
    studio: sd.Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def cut(*_: object) -> None:
        raise BrokenPipeError("the line is cut")

    monkeypatch.setattr(studio, "send", cut)
    with caplog.at_level(logging.ERROR, "ipyseedance"):
        send(studio, "tags")
        until(lambda: "could not send an answer" in caplog.text)
    assert "the line is cut" in caplog.text


def test_what_an_observer_raises_is_logged_and_the_others_go_on(
    project: sd.Project, caplog: pytest.LogCaptureFixture
) -> None:
    job = project.submit(sd.TextToVideo("A lake", seed=1, resolution="480p", duration=4))
    job.result(20)
    studio, wall = sd.Studio(project), sd.Wall([job])
    told: list[object] = []

    def fail(_: object) -> None:
        raise RuntimeError("Mine, not yours")

    studio.observe(fail, "selection")
    wall.on_select(fail)
    wall.on_select(told.append)
    with caplog.at_level(logging.ERROR, "ipyseedance"):
        for widget, kind in ((studio, "choose"), (wall, "select")):
            answer = widget._answers.answer({"kind": kind, "gids": [job.id]}, [])
            assert job_thread().start(answer).result(10) == ({}, [])
        until(lambda: caplog.text.count("RuntimeError: Mine") == 2)
    assert caplog.text.count("Mend it there") == 2
    assert told == [[job.clip]]
    studio.close()
    wall.close()


def test_a_snapshot_that_cannot_be_taken_is_logged_and_the_next_one_comes(
    project: sd.Project, studio: sd.Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page, calls = workspace_of(project).store.page, []

    def fail(*args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise sd.ProjectUnusable("The history cannot be read.")
        if len(calls) == 2:
            raise RuntimeError("Something else")
        return page(*args, **options)

    monkeypatch.setattr(workspace_of(project).store, "page", fail)
    with caplog.at_level(logging.WARNING, "ipyseedance"):
        for count, said in ((1, "The history cannot be read."), (2, "Something else")):
            job_thread().loop.call_soon_threadsafe(studio.look_again)
            until(lambda count=count: len(calls) >= count)  # type: ignore[misc]
            until(lambda said=said: said in caplog.text)  # type: ignore[misc]
    before = studio._history["rev"]
    job_thread().loop.call_soon_threadsafe(studio.look_again)
    until(lambda: studio._history["rev"] > before)
