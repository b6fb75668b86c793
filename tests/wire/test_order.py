"""What sets something takes effect in the order it was sent, whatever takes longer, and on whatever way it comes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED, FAILED
from ipyseedance.widgets.answering import AnswerTable
from ipyseedance.widgets.answers import Answers
from ipyseedance.widgets.protocol.message import Message
from ipyseedance.widgets.protocol.requests import STUDIO_REQUESTS
from ipyseedance.widgets.protocol.wall import WALL_REQUESTS
from ipyseedance.widgets.wall_answers import WallAnswers

from .clip_file import clip
from .fal_double import FalDouble

TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
Widget = sd.Studio | sd.Wall
MESSAGES: dict[type[AnswerTable], tuple[type[Message], ...]]
MESSAGES = {Answers: STUDIO_REQUESTS, WallAnswers: WALL_REQUESTS}
_SLOW = ContextVar("slow", default=False)


@pytest.fixture
def jobs(project: sd.Project) -> list[sd.Generation]:
    """Eighteen clips, of which the first two can be looked at."""
    request = sd.TextToVideo("A lake", seed=7).record()
    for n in range(1, 19):
        name = f"clips/{n:05d}.mp4"
        made: dict[str, Any] = {"path": name, "url": "https://example.com/x.mp4", "cost": 0.1, "request_id": f"r{n}"}
        workspace_of(project).store.add(Record(1e9 + n, "fal", False, TEXT, request, 0.1, COMPLETED, **made)).result()
        if n < 3:
            (project.folder / name).write_bytes(clip())
    return project.generations


@pytest.fixture
def widgets(project: sd.Project, jobs: list[sd.Generation]) -> Iterator[dict[type, Widget]]:
    shown: dict[type, Widget] = {Answers: sd.Studio(project), WallAnswers: sd.Wall(jobs)}
    yield shown
    for widget in shown.values():
        widget.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def draft(prompt: str) -> dict[str, Any]:
    return {"endpoint": TEXT, "fields": {"prompt": prompt}, "axes": {}, "origin": "here"}


Read = Callable[[Any], object]
STUDIO: dict[str, tuple[dict[str, Any], tuple[str, dict[str, Any]], Read, object]] = {
    "draft": (draft("A lake"), ("draft", draft("A hill")), lambda s: s._draft["fields"]["prompt"], "A hill"),
    "select": ({"gid": 1}, ("select", {"gid": 2}), lambda s: (s._selected["gid"], s.clip.request_id), (2, "r2")),
    "choose": ({"gids": [1, 2, 3]}, ("choose", {"gids": []}), lambda s: (s._chosen, s.selection), ([], [])),
    "compare": ({"gids": [1, 2]}, ("back", {}), lambda s: s._wall, None),
    "back": ({}, ("compare", {"gids": [2]}), lambda s: (s._wall is s.wall, s.wall._page["total"]), (True, 1)),
    "judge": (
        {"gid": 1, "rating": 4, "tags": ["b"]},
        ("judge", {"gid": 1, "rating": 2, "note": "Look"}),
        lambda s: [getattr(workspace_of(s.project).store.get(1), name) for name in ("rating", "tags", "note")],
        [2, ["b"], "Look"],
    ),
    "dismiss": ({"gid": 1}, ("dismiss", {"gid": 2}), lambda s: {c["gid"] for c in s._jobs["cards"]}, set()),
}
WALL: dict[str, tuple[dict[str, Any], tuple[str, dict[str, Any]], Read, object]] = {
    "page": ({"number": 1}, ("page", {"number": 0}), lambda w: w._page["number"], 0),
    "select": ({"gids": [1, 2]}, ("select", {"gids": [2]}), lambda w: [c["gid"] for c in w._selection], [2]),
    "judge": (
        {"gid": 1, "star": True},
        ("judge", {"gid": 1, "star": False}),
        lambda w: (workspace_of(w.project).store.get(1).star, w._page["cells"][0]["star"]),
        (False, False),
    ),
    "vote": (
        {"first": 1, "second": 2, "winner": 1, "gids": [1, 2]},
        ("vote", {"first": 2, "second": 1, "winner": None, "gids": [1, 2]}),
        lambda w: ([vote.winner for vote in workspace_of(w.project).store.votes()], w._standing["votes"]),
        ([1, None], 2),
    ),
    "unvote": (
        {"vote": 1},
        ("vote", {"first": 1, "second": 3, "winner": 3, "gids": [1, 3]}),
        lambda w: [vote.winner for vote in workspace_of(w.project).store.votes()],
        [3],
    ),
}
PAIRS: list[tuple[type[AnswerTable], str, dict[str, Any], tuple[str, dict[str, Any]], Read, object]]
PAIRS = [(Answers, kind, *pair) for kind, pair in STUDIO.items()]
PAIRS += [(WallAnswers, kind, *pair) for kind, pair in WALL.items()]
"""For each kind: what is sent first, and next; what is then read of the widget, and what that is."""
in_pairs = pytest.mark.parametrize(
    ("table", "kind", "first", "next", "read", "stands"), PAIRS, ids=[f"{t.widget}-{k}" for t, k, *_ in PAIRS]
)


@pytest.mark.parametrize("table", [Answers, WallAnswers])
def test_every_kind_of_message_is_set_asked_or_done_and_every_one_that_sets_is_tried_here(
    widgets: dict[type, Widget], table: type[AnswerTable]
) -> None:
    messages = MESSAGES[table]
    assert {message.kind for message in messages} == widgets[table]._answers.kinds
    assert not [message for message in messages if message.sets and message.acts]
    assert not [message for message in messages if message.adds and not message.sets]
    assert {kind for of, kind, *_ in PAIRS if of is table} == {message.kind for message in messages if message.sets}


def send(widget: Widget, kind: str, *, slow: bool = False, **message: Any) -> Future[Any]:
    """Have the kernel do what a message asks; what it leaves to other threads is held where it is `slow`."""

    async def answer() -> Any:
        _SLOW.set(slow)
        return await widget._answers.answer({"kind": kind, **message}, [])

    return job_thread().start(answer())


def prepare(project: sd.Project, widgets: dict[type, Widget], table: type[AnswerTable], kind: str) -> Widget:
    if kind == "unvote":
        project.vote(project.by_id(1), project.by_id(2), project.by_id(1))
    if kind == "dismiss":
        for id in (1, 2):
            workspace_of(project).store.update(id, status=FAILED, path=None, url=None).result()
    return widgets[table]


@in_pairs
def test_of_two_messages_the_later_stands_though_the_first_takes_longer(
    project: sd.Project,
    widgets: dict[type, Widget],
    monkeypatch: pytest.MonkeyPatch,
    table: type[AnswerTable],
    kind: str,
    first: dict[str, Any],
    next: tuple[str, dict[str, Any]],
    read: Read,
    stands: object,
) -> None:
    widget = prepare(project, widgets, table, kind)
    overtaken = threading.Event()
    thread = asyncio.to_thread

    async def held(act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if _SLOW.get():  # until the later one is done, if it would be done before
            await thread(overtaken.wait, 0.2)
        return await thread(act, *args, **options)

    monkeypatch.setattr(asyncio, "to_thread", held)
    slow, then = send(widget, kind, slow=True, **first), send(widget, next[0], **next[1])
    then.add_done_callback(lambda _: overtaken.set())
    slow.result(10), then.result(10)
    job_thread().start(asyncio.sleep(0)).result(10)
    until(lambda: read(widget) == stands)


@in_pairs
def test_a_message_that_is_overtaken_on_its_way_is_not_done_any_more(
    project: sd.Project,
    widgets: dict[type, Widget],
    table: type[AnswerTable],
    kind: str,
    first: dict[str, Any],
    next: tuple[str, dict[str, Any]],
    read: Read,
    stands: object,
) -> None:
    """Kernels hand messages on from several threads: one behind a busy cell comes after one that was sent later."""
    widget = prepare(project, widgets, table, kind)
    if next[0] in {message.kind for message in MESSAGES[table] if message.adds}:
        pytest.skip("each counts, in whatever order they come")
    send(widget, next[0], req="page-2", **next[1]).result(10)
    send(widget, kind, req="page-1", **first).result(10)
    job_thread().start(asyncio.sleep(0)).result(10)
    until(lambda: read(widget) == stands)
    # Another page's numbers are its own, and so are those of a page that is shown anew.
    send(widget, kind, req="other-1", **first).result(10)
    until(lambda: read(widget) != stands)


@pytest.mark.parametrize("ending", ["", "-", "-x", "-1e3", "-²", "-" + "9" * 90])
def test_a_message_without_a_number_is_done_when_it_comes(
    widgets: dict[type, Widget], jobs: list[sd.Generation], ending: str
) -> None:
    studio = widgets[Answers]
    for gids in ([1, 2], [2], []):
        send(studio, "choose", req=f"page{ending}", gids=gids).result(10)
        assert studio._chosen == gids


def test_what_code_chooses_later_stands(widgets: dict[type, Widget], monkeypatch: pytest.MonkeyPatch) -> None:
    studio = widgets[Answers]
    assert isinstance(studio, sd.Studio)
    first = studio.project.by_id(1).clip
    go_on = threading.Event()
    some = workspace_of(studio.project).store.some
    monkeypatch.setattr(workspace_of(studio.project).store, "some", lambda ids: some(ids) if go_on.wait(10) else [])
    chosen = send(studio, "choose", gids=[1, 2, 3])
    studio.selection = [first]
    go_on.set()
    chosen.result(10)
    until(lambda: studio._chosen == [1])


def test_what_takes_long_holds_up_neither_cancel_nor_looking_nor_anything_else(
    fal: FalDouble, project: sd.Project, widgets: dict[type, Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = widgets[Answers]
    fal.script.statuses = [{"status": "IN_QUEUE", "queue_position": 1}, "hold"]
    job = project.submit(sd.TextToVideo("A hill", seed=7, resolution="480p", duration=4))
    job.recorded.result(10)
    held = threading.Event()
    thread = asyncio.to_thread

    async def hold(act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if _SLOW.get():
            await thread(held.wait, 30)
        return await thread(act, *args, **options)

    monkeypatch.setattr(asyncio, "to_thread", hold)
    slow = [
        send(studio, "draft", slow=True, **draft("A lake")),
        send(studio, "frame_url", slow=True, url=fal.url + "/x.png"),
        send(studio, "judge", slow=True, gid=1, star=True),
        send(studio, "compare", slow=True, gids=[1, 2]),
        send(studio, "poster", slow=True, gid=1),
    ]
    quick: dict[str, dict[str, Any]] = {
        "cancel": {"gid": job.id}, "select": {"gid": 1}, "choose": {"gids": [1]}, "clip": {"gid": 1}, "hello": {},
        "history": {"find": {}, "offset": 0, "limit": 9}, "cancel_all": {}, "poster": {"gid": 2},
    }  # fmt: skip
    for kind, message in quick.items():
        send(studio, kind, **message).result(10)
    assert not any(answer.done() for answer in slow if answer is not slow[1])
    held.set()
    until(lambda: all(answer.done() for answer in slow))


def test_an_act_that_comes_twice_is_done_once(fal: FalDouble, project: sd.Project) -> None:
    studio = sd.Studio(project)
    fields = {"prompt": "A lake", "resolution": "480p", "duration": "4", "seed": 7}
    shown = {"clips": 1, "dollars": 0.2}
    content = {"kind": "submit", "req": "page-1", "endpoint": TEXT, "fields": fields, "shown": shown}
    for _ in range(2):
        studio._handle_msg({"content": {"data": {"method": "custom", "content": dict(content)}}, "buffers": []})
    until(lambda: len(project.history))
    for job in project.generations:
        job.result(20)
    assert (len(project.history), len(fal.submits)) == (1, 1)
    studio.close()
