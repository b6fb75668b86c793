"""One page's widget: its project in a folder of its own, the service that answers it, and what is shown of both."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

import ipyseedance as sd
from ipyseedance.offline.launch import OfflineServer
from tests.wire.fal_double import FalDouble, Script

from .comms import PageComm

KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"
UNDER_WAY: list[dict[str, Any] | str] = [
    {"status": "IN_QUEUE", "queue_position": 1},
    {"status": "IN_PROGRESS", "logs": [{"message": "rendering frame 74 of 120"}]},
    "hold",
    {"status": "COMPLETED"},
]


class Opened:
    """A widget that a page shows. `fal` is the service; its jobs are under way until `finish()`."""

    def __init__(
        self, folder: Path, *, free: bool, budget: float | None, service: Callable[[FalDouble], None] = lambda _: None
    ) -> None:
        self.fal = FalDouble()
        service(self.fal)
        self.fal.script = Script(statuses=UNDER_WAY)
        self._folder = folder
        with engine_at(self.fal.url):
            if free:
                self.project = sd.Project(folder, server="offline", budget=budget)
            else:
                self.project = sd.Project(folder, server=self.fal.url, key=KEY, budget=budget)
            until(lambda: self.project.connection.state == "ready")
        self.widget: Any = None

    @property
    def read_only(self) -> bool:
        return bool(self.widget.permission.read_only)

    @property
    def comm(self) -> PageComm:
        return cast("PageComm", self.widget.comm)

    def ask(self, kind: str, *buffers: bytes, **message: Any) -> dict[str, Any]:
        """Send the widget a message as a page does, and give the value it is answered with."""
        return self.comm.ask(kind, *buffers, **message)

    def state(self, name: str) -> Any:
        """The newest snapshot of that name."""
        return self.comm.state[name]

    def finish(self) -> None:
        """Everything that is under way is ready now, and so is at once what comes later."""
        self.fal.release.set()

    def close(self) -> None:
        self.fal.release.set()
        if self.widget is not None:
            self.widget.close()
        self.project.close()
        self.fal.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def copied(template: Path, folder: Path) -> Path:
    """A scene's folder for one page: clips and pictures are the same files, the history is its own."""
    linked = {".mp4", ".jpg", ".png"}

    def copy(source: str, target: str) -> None:
        (os.link if Path(source).suffix in linked else shutil.copyfile)(source, target)

    shutil.copytree(template, folder, copy_function=copy)
    return folder


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for what other threads bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@contextlib.contextmanager
def engine_at(url: str) -> Iterator[None]:
    """Have the offline engine be a server that is there already: a page needs its protocol, and none of its pictures."""

    def start(engine: OfflineServer) -> None:
        engine.url = url

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OfflineServer, "start", start)
        patch.setattr(OfflineServer, "pid", 1)
        yield
