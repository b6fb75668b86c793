"""One page's widget: its project in a folder of its own, the service that answers it, and what is shown of both."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.platform import UnitPrice
from ipyseedance.jobs.connection import Choice, choose
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.project import open_project
from tests.wire.fal_double import FalDouble

from .comms import PageComm
from .rows import request_id

KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"
TUNING = Tuning(measuring_idle=3600.0)
"""Nothing is measured while a page is looked at: what was found would change it."""
UNDER_WAY: list[dict[str, Any] | str] = [
    {"status": "IN_QUEUE", "queue_position": 1},
    {"status": "IN_PROGRESS", "logs": [{"message": "rendering frame 74 of 120"}]},
    "hold",
    {"status": "COMPLETED"},
]


class Opened:
    """A widget that a page shows. `fal` is the service; its jobs are under way until `finish()`."""

    def __init__(self, folder: Path, fal: FalDouble, *, free: bool, budget: float | None) -> None:
        self.fal = fal
        self._folder = folder
        self._releases = [fal.release]
        where = choose("offline", None) if free else fal_at(fal.url)
        self.project = open_project(folder, where, tuning=TUNING, budget=budget)
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

    def generation(self, n: int) -> sd.Generation:
        """The n-th of the scene's clips."""
        return self.project.generation(request_id(n))

    def charge(self, dollars: float) -> None:
        """Have a million tokens cost that much, which no page is told of before it asks."""
        told = {endpoint.id: UnitPrice(dollars, "1m tokens", "USD") for endpoint in ENDPOINTS}
        self.project.prices.learn(told, "2026-12-24")

    def finish(self) -> None:
        """Everything that is under way is ready now, and so is at once what comes later."""
        for release in self._releases:
            release.set()

    def hold_anew(self) -> Callable[[], None]:
        """Let what comes from now on be under way by itself; gives what finishes all before it."""
        until(lambda: all(job.request_id for job in self.project.under_way))
        before, self.fal.release = self.fal.release, threading.Event()
        self._releases.append(self.fal.release)
        return before.set

    def close(self) -> None:
        self.finish()
        if self.widget is not None:
            self.widget.close()
        self.project.close()
        self.fal.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def fal_at(url: str) -> Choice:
    """fal itself, but for the address."""
    return Choice("fal", Service("fal", url, url, f"{url}/v1"), Key.given(KEY))


def copied(template: Path, folder: Path) -> Path:
    """A scene's folder for one page: clips and pictures are the same files, the history is its own."""
    linked = {".mp4", ".jpg", ".png", ".json"}

    def copy(source: str, target: str) -> None:
        (os.link if Path(source).suffix in linked else shutil.copyfile)(source, target)

    shutil.copytree(template, folder, copy_function=copy)
    return folder


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for what other threads bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
