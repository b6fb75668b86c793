"""Connections that answer at once, that a caller who sends nothing or too slowly cannot hold, and that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""How long a connection may be open without a whole request head, and drip after its answer."""
MAX_HEAD_BYTES = 32_768
_WANTED_FILES = 11_520
_OWN_FILES = 64
MAX_WAITING = 2048
"""Connections that the system keeps until they are taken."""
_TURNS = 8
"""asyncio takes connections in each turn of its loop, and one that is given up is closed four turns after it came."""
_CUT = "ipyseedance.cut"


class Connection(H11Protocol):
    """uvicorn's, with a time limit for the head of a request, and without a wait in every answer.

    When there are as many as there may be, the one that has been silent longest gives way to a new one.
    """

    _deadline: asyncio.TimerHandle | None = None
    _silent: dict[Connection, None] = {}  # noqa: RUF012 - of all of them, in the order in which they fell silent

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        app = self.app

        async def app_with_a_way_out(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, _CUT: self.transport.abort}, receive, send)

        self.app = app_with_a_way_out

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # An answer is written in two pieces. Without this the second waits 40 ms for the first one's receipt.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch()
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._give_up_oldest()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unwatch()

    def _watch(self) -> None:
        answering = getattr(self.cycle, "response_complete", True) is False  # there is no cycle before the first
        if answering:
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
            self._silent[self] = None

    def _unwatch(self) -> None:
        self._silent.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up_oldest(self) -> None:
        oldest = next(iter(self._silent))
        if oldest is self:
            return  # all others are being answered; uvicorn will answer this one 503
        oldest._unwatch()
        oldest.connections.discard(oldest)  # the system is told of its end only later
        oldest.transport.abort()


async def hang_up(request: Request) -> None:
    """Cut the caller's connection without an answer."""
    request.scope[_CUT]()
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Room(NamedTuple):
    """How many connections there may be, and how many of them are taken from the system at a time."""

    connections: int
    at_a_time: int


def make_room() -> Room:
    """Let this process open as many files as the system allows, up to what 10,000 connections need.

    An idle one takes 5 kB. macOS starts programs with 256, which a few hundred status streams use up.
    """
    files = _files()
    at_a_time = max(files // 64, 1)
    return Room(max(files - _OWN_FILES - _TURNS * at_a_time, 2), at_a_time)


def _files() -> int:
    if sys.platform == "win32":
        return _WANTED_FILES  # it has no limit of its own
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, _WANTED_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return _WANTED_FILES if soft == resource.RLIM_INFINITY else min(soft, _WANTED_FILES)
