"""Connections that answer at once, that a caller who sends nothing or too slowly cannot hold, and that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""How long a connection may be open without a whole request head, and drip after its answer."""
MAX_HEAD_BYTES = 32_768
_WANTED_FILES = 10_240
_OWN_FILES = 64
_CUT = "ipyseedance.cut"


class Connection(H11Protocol):
    """uvicorn's, with a time limit for the head of a request, and without a wait in every answer."""

    _deadline: asyncio.TimerHandle | None = None

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

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


async def hang_up(request: Request) -> None:
    """Cut the caller's connection without an answer."""
    request.scope[_CUT]()
    while (await request.receive())["type"] != "http.disconnect":
        pass


def most_connections() -> int | None:
    """Let this process open as many connections as the system allows; says how many, or None where it does not say.

    macOS starts programs with 256, which a few hundred status streams use up.
    """
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, _WANTED_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return _WANTED_FILES if soft == resource.RLIM_INFINITY else max(soft - _OWN_FILES, 1)
