"""Nothing that a page asks holds up the jobs or the kernel: not with a thousand clips made from pictures."""

from __future__ import annotations

import gc
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import numpy as np
import pytest
from comm.base_comm import BaseComm
from PIL import Image

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.clips import keep_frame
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED, FAILED

from .clip_file import clip
from .fal_double import FalDouble
from .holding import Home, watched

IMAGE = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video"
MANY = 1000
LONGEST = 0.05
"""Seconds."""


def photo(seed: int = 7) -> bytes:
    """A JPEG that takes a while to decode."""
    dice = np.random.default_rng(seed)
    small = Image.fromarray(dice.integers(0, 255, (90, 160, 3), np.uint8))
    out = io.BytesIO()
    small.resize((1600, 900), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


def fill(project: sd.Project, count: int) -> sd.Frame:
    """Rows of so many clips made from one picture, and a failure; the first two clips are on the disk."""
    frame = sd.Frame.of(photo())
    keep_frame(project.folder, frame)
    for n in range(1, count + 1):
        name = f"clips/{n:05d}.mp4"
        more: dict[str, Any] = {
            "cost": 0.1,
            "request_id": f"r{n}",
            "width": 864,
            "height": 480,
            "fps": 24.0,
            "measures": {},
        }
        more |= {"path": name, "url": "https://example.com/x.mp4"} if n < count else {}
        request = sd.ImageToVideo(f"A lake {n}", frame, seed=n, resolution="480p", duration=4).record()
        status = COMPLETED if n < count else FAILED
        kept = workspace_of(project).store.add(
            Record(1e9 + n, str(workspace_of(project).connection.choice), True, IMAGE, request, 0.1, status, **more)
        )
        if n < 3:
            (project.folder / name).write_bytes(clip())
    kept.result()
    return frame


class Line(BaseComm):
    """Where a kernel's messages go: they are written as JSON on whatever thread sends them."""

    answers: dict[str, dict[str, Any]]
    answered: threading.Condition

    def publish_msg(self, msg_type: str, data: Any = None, *args: Any, **options: Any) -> None:
        del args, options
        json.dumps(data, default=str)
        if msg_type == "comm_msg" and data["method"] == "custom":
            with self.answered:
                self.answers[data["content"]["req"]] = data["content"]
                self.answered.notify_all()


class Page:
    """A browser's side of a widget, whose messages come in on a thread of the kernel's."""

    def __init__(self, widget: sd.Studio | sd.Wall) -> None:
        self.widget = widget
        self._count = 0

    def send(self, kind: str, *buffers: bytes, **message: Any) -> dict[str, Any]:
        self._count += 1
        req = f"page-{self._count}"
        content = {"kind": kind, "req": req, **message}
        self.widget._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers})
        line = self.widget.comm
        assert isinstance(line, Line)
        with line.answered:
            assert line.answered.wait_for(lambda: req in line.answers, 60), kind
            return line.answers.pop(req)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    def create(*args: Any, **options: Any) -> Line:
        line = Line(*args, **options)
        line.answers, line.answered = {}, threading.Condition()
        return line

    monkeypatch.setattr(comm, "create_comm", create)
    home = Home()
    yield home
    home.stop()


ALL = list(range(1, MANY + 1))
SOME = ALL[:20]
"""Of these every picture is decoded, on other threads."""
FIND = {"find": {"query": "lake"}, "offset": 0, "limit": 200, "groups": True}


def messages(frame: sd.Frame, address: str) -> dict[str, list[dict[str, Any]]]:
    """What is asked of a Studio, by kind; it is the longest that a page asks for."""
    chosen = {"frame": frame.token, "name": "x.jpg", "width": 1600, "height": 900, "url": None}
    fields = {"prompt": "A hill", "image_url": chosen, "resolution": "480p", "duration": "4"}
    draft = {"endpoint": IMAGE, "fields": fields, "axes": {}, "origin": "here"}
    varied = draft | {"axes": {"prompt": "\n".join(f"A {n}" for n in range(500)), "seed": "1..10"}}
    shown = {"shown": {"clips": 1, "dollars": 0.0}}
    data = photo(8)
    return {
        "hello": [{}],
        "draft": [draft, varied],
        "plan": [varied | {"concurrency": 2}],
        "submit": [{"endpoint": IMAGE, "fields": fields | {"resolution": "1080p", "duration": "12"}} | shown],
        "run": [varied | shown | {"skip_invalid": False}],
        "resume": [shown],
        "settle": [{"gid": MANY, "billed": False}],
        "open_amounts": [{"offset": 0, "limit": 48}],
        "again_price": [{"gids": SOME}],
        "again": [{"gids": SOME, "seeds": "new"} | shown],
        "cancel": [{"gid": MANY}],
        "cancel_all": [{}],
        "dismiss": [{"gid": MANY}],
        "select": [{"gid": 900}, {"gid": None}, {"gid": 1}],
        "choose": [{"gids": ALL}, {"gids": []}, {"gids": ALL}],
        "compare": [{"gids": ALL}],
        "back": [{}],
        "history": [FIND],
        "found": [{"find": {"query": "lake"}, "offset": 0, "limit": 1000}],
        "sweeps": [{}],
        "tags": [{}],
        "judge": [{"gid": 1, "star": True}, {"gid": 500, "note": "Look " * 400}],
        "clip": [{"gid": 1}, {"gid": 500}],
        "poster": [{"gid": 1}],
        "code": [{"gid": 1, "language": "python"}],
        "export": [{"gids": [1, 2]}],
        "upload": [{"upload": "u", "name": "x.jpg", "index": 0, "last": True, "buffer": data}],
        "frame_url": [{"url": address}],
        "frame_clip": [{"gid": 1, "which": "last"}],
        "frame_variable": [{"name": "nothing"}],
        "variables": [{}],
        "thumb": [{"frame": frame.token}],
    }


WALL: dict[str, list[dict[str, Any]]] = {
    "hello": [{}],
    "page": [{"number": 3}],
    "select": [{"gids": ALL}, {"gids": []}, {"gids": ALL}],
    "judge": [{"gid": 1, "rating": 3}],
    "clip": [{"gid": 1}],
    "poster": [{"gid": 1}],
    "film": [{"gid": 1}],
    "waves": [{"gids": [1, 2]}],
    "given": [{"gid": 1, "which": "start"}],
    "tags": [{}],
    "promotion": [{"gids": SOME, "resolution": "1080p", "generate_audio": False}],
    "promote": [{"gids": SOME, "resolution": "1080p", "generate_audio": False, "shown": {"clips": 1, "dollars": 0.0}}],
    "ballot": [{"gids": []}, {"gids": ALL}],
    "vote": [{"first": 1, "second": 2, "winner": 1, "gids": ALL}],
    "unvote": [{"vote": 1}],
}


def test_no_message_holds_a_loop_or_reads_anything_on_one(
    fal: FalDouble, project: sd.Project, home: Home, tmp_path: Path
) -> None:
    frame = fill(project, MANY)
    address = fal.add_picture(photo(9))
    jobs = project.generations
    studio = home.do(lambda: sd.Studio(project))
    wall = home.do(lambda: sd.Wall(jobs[:-1], project))
    studio.given.add(address)
    asked = messages(frame, address)
    assert (asked.keys(), WALL.keys()) == (studio._answers.kinds, wall._answers.kinds)
    gc.collect()
    gc.disable()
    try:
        with watched(home) as holds:
            for page, table in ((Page(studio), asked), (Page(wall), WALL)):
                for kind, given in table.items():
                    for message in given:
                        buffers = [message["buffer"]] if "buffer" in message else []
                        rest = {name: value for name, value in message.items() if name != "buffer"}
                        answer = page.send(kind, *buffers, **rest)
                        assert answer["ok"] or answer["error"]["type"] != "internal", (kind, answer["error"])
    finally:
        gc.enable()
    longest = sorted(holds.taken, reverse=True)[:8]
    assert holds.on_disk == []
    assert longest[0][0] < LONGEST, longest
    studio.close()
    wall.close()
