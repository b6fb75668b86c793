"""What real widgets show and answer is what their types say, and no more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from pydantic import TypeAdapter

import ipyseedance as sd
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.widgets.protocol.message import Message
from ipyseedance.widgets.protocol.requests import STUDIO_REQUESTS
from ipyseedance.widgets.protocol.shared import Reply
from ipyseedance.widgets.protocol.snapshots import StudioTraits
from ipyseedance.widgets.protocol.wall import WALL_REQUESTS, WallTraits

from .fal_double import FalDouble
from .test_wall import until

TEXT, IMAGE = (f"fal-ai/bytedance/seedance/v1.5/pro/{kind}-to-video" for kind in ("text", "image"))
FIELDS = {"prompt": "A {animal}", "resolution": "480p", "duration": "4", "seed": 9}
DRAFT = {"endpoint": TEXT, "fields": FIELDS, "axes": {"animal": "fox, owl"}, "origin": "here"}
ONE = {"endpoint": TEXT, "fields": {**FIELDS, "prompt": "A hill"}}
SHOWN = {"clips": 9, "dollars": 9.0, "bills": 9}


def conforms(value: object, kind: Any) -> bool:
    return bool(TypeAdapter(kind).validate_python(value) == value)


@pytest.fixture
def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(file, "PNG")
    return file.getvalue()


class Page:
    """Asks a widget, and compares each answer with its type."""

    def __init__(self, widget: sd.Studio | sd.Wall, messages: tuple[type[Message], ...]) -> None:
        self.widget, self.asked = widget, set[str]()
        self._answers = {message.kind: message.answer for message in messages}

    def ask(self, kind: str, *buffers: bytes, **message: Any) -> Any:
        content = {"kind": kind, **message}
        value, _ = job_thread().start(self.widget._answers.answer(content, list(buffers))).result(20)
        assert conforms(value, self._answers[kind]), (kind, value)
        self.asked.add(kind)
        return value


def traits_of(widget: sd.Studio | sd.Wall, kind: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A widget's traits, of which those that are left out are only checked."""
    state = {name: getattr(widget, name) for name in kind.__annotations__ if name != "_wall"}
    if "_wall" in kind.__annotations__:
        state["_wall"] = widget.get_state(["_wall"])["_wall"]
    checked = TypeAdapter(kind).validate_python(state)
    assert {n: v for n, v in checked.items() if n not in without} == {
        n: v for n, v in state.items() if n not in without
    }
    return state


@pytest.fixture
def jobs(project: sd.Project) -> list[sd.Generation]:
    run = project.run(
        sd.Sweep(sd.TextToVideo("A {animal}", resolution="480p", duration=4), animal=["fox", "owl"], seed=[1, 2])
    )
    run.result(30)
    return list(run.generations)


def test_studio_shows_and_answers_what_its_types_say(
    fal: FalDouble, project: sd.Project, jobs: list[sd.Generation], monkeypatch: pytest.MonkeyPatch, png: bytes
) -> None:
    monkeypatch.setattr("ipyseedance.widgets.pictures._namespace", lambda: {"shot": Image.new("RGB", (640, 360))})
    studio = sd.Studio(project)
    page = Page(studio, STUDIO_REQUESTS)
    ask = page.ask
    gid = jobs[0].id
    traits_of(studio, StudioTraits, without=("_catalog",))
    ask("hello")
    ask("draft", **DRAFT)
    assert studio._draft["sweep"] is not None
    ask("plan", **DRAFT, concurrency=2)
    ask("run", **DRAFT, shown=SHOWN)
    ask("submit", **ONE, shown=SHOWN)
    ask("draft", **DRAFT | {"fields": {"prompt": ""}, "axes": {}})
    assert studio._draft["problems"]
    ask("resume", shown=SHOWN)
    ask("open_amounts", offset=0, limit=9)
    ask("select", gid=gid)
    ask("clip", gid=gid)
    ask("poster", gid=gid)
    ask("judge", gid=gid, star=True, rating=5, tags=["crisp"], note="Sharp.")
    ask("tags")
    ask("history", find={"query": "a", "grouped": True}, offset=0, limit=48, groups=True)
    ask("found", find={}, offset=0, limit=9)
    ask("sweeps")
    ask("choose", gids=[gid])
    ask("compare", gids=[gid])
    ask("back")
    ask("again_price", gids=[gid])
    ask("again", gids=[gid], seeds="same", shown=SHOWN)
    ask("export", gids=[gid])
    for language in ("python", "javascript", "curl"):
        ask("code", gid=gid, language=language)
    half = len(png) // 2
    ask("upload", png[:half], upload="u", name="x.png", index=0, last=False)
    frame = ask("upload", png[half:], upload="u", name="x.png", index=1, last=True)
    ask("thumb", frame=frame["frame"])
    ask("draft", endpoint=IMAGE, fields={"prompt": "It turns", "image_url": frame}, axes={}, origin="here")
    ask("frame_url", url=fal.add_picture(png))
    ask("frame_variable", name="shot")
    ask("frame_clip", gid=gid, which="last")
    ask("variables")
    ask("cancel", gid=project.submit(sd.TextToVideo("A storm", seed=3, resolution="480p", duration=4)).id)
    ask("cancel_all")
    until(lambda: not studio._jobs["counts"])
    for job in jobs[2:]:
        workspace_of(project).store.update(
            job.id, status="FAILED", path=None, url=None, cost=None, cost_source=None
        ).result()
    ask("hello")
    until(lambda: {job.id for job in jobs[2:]} <= {card["gid"] for card in studio._jobs["cards"]})
    assert ask("open_amounts", offset=0, limit=9)["rows"]
    ask("dismiss", gid=jobs[2].id)
    ask("settle", gid=jobs[3].id, billed=False)
    traits_of(studio, StudioTraits, without=("_catalog",))
    assert page.asked == {message.kind for message in STUDIO_REQUESTS}
    studio.close()


def test_a_wall_shows_and_answers_what_its_types_say(project: sd.Project, jobs: list[sd.Generation]) -> None:
    made_from = project.submit(
        sd.ImageToVideo("It turns", Image.new("RGB", (640, 360)), seed=1, resolution="480p", duration=4)
    )
    made_from.result(20)
    wall = sd.Wall([*jobs, made_from])
    page = Page(wall, WALL_REQUESTS)
    ask = page.ask
    gid, other = jobs[0].id, jobs[1].id
    ask("hello")
    for kind in ("clip", "poster", "film"):
        ask(kind, gid=gid)
    ask("waves", gids=[gid, other])
    ask("given", gid=made_from.id, which="start")
    finals = {"gids": [gid], "resolution": "720p", "sound": True}
    ask("promotion", **finals)
    ask("promote", **finals, shown=SHOWN)
    ask("page", number=0)
    ask("select", gids=[gid, other])
    ask("judge", gid=gid, rating=4)
    ask("tags")
    ask("ballot", gids=[])
    vote = ask("vote", first=gid, second=other, winner=None, gids=[])["vote"]
    until(lambda: wall._standing["votes"] == 1)
    traits_of(wall, WallTraits)
    ask("unvote", vote=vote)
    assert page.asked == {message.kind for message in WALL_REQUESTS}
    wall.close()
    run = sd.Wall(jobs)  # by the axes of its sweep
    Page(run, WALL_REQUESTS).ask("vote", first=gid, second=other, winner=gid, gids=[])
    until(lambda: run._standing["axes"])
    traits_of(run, WallTraits)
    run.close()


def test_replies_are_what_their_type_says(project: sd.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = sd.Studio(project)
    replies: list[dict[str, Any]] = []
    monkeypatch.setattr(studio, "send", lambda reply, _buffers=None: replies.append(reply))
    dear = {"endpoint": TEXT, "fields": {"prompt": "A storm", "resolution": "1080p", "duration": "12"}, "shown": SHOWN}
    for content in ({"kind": "hello"}, {"kind": "submit", **dear}, {"kind": "cancel", "gid": "x"}, {"kind": "no such"}):
        studio._handle_msg(
            {
                "content": {"data": {"method": "custom", "content": {**content, "req": f"p-{len(replies)}"}}},
                "buffers": [],
            }
        )
        count = len(replies) + 1
        until(lambda count=count: len(replies) == count)  # type: ignore[misc]
    assert [reply["ok"] for reply in replies] == [True, False, False, False]
    assert replies[1]["error"]["question"]["price"] == "1.40"
    for reply in replies:
        assert conforms(reply, Reply), reply
    studio.close()
