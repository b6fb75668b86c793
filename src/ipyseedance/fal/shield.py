"""Between the HTTP library and everything above it: the key goes in here, and does not come back.

The transport adds the key, so no request, header or local variable above it holds one. What comes back has it blotted
out: a server may echo it in headers, bodies, redirects and log lines, and the library's errors have frames and texts
that hold it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import httpx

from .credentials import BLOT, SHORTEST_SECRET, Key, redact_all
from .hosts import Origin, origin

T = TypeVar("T")

_LIBRARY_LOGS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class Client(httpx.AsyncClient):
    """An HTTP client that sends the key to `hosts` only, and in whose answers and errors it is blotted out.

    Files from other addresses pass unchanged: they never saw the key.
    """

    def __init__(self, key: Key | None, hosts: frozenset[Origin], *, timeout: httpx.Timeout, **options: object) -> None:
        super().__init__(timeout=timeout, **options)  # type: ignore[arg-type]
        self._key = key
        self._hosts = hosts

    def _transport_for_url(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        # httpx's own, so that proxies from the environment stay. Should httpx rename it, no call has a key.
        transport = super()._transport_for_url(url)
        return transport if self._key is None else _Shielded(transport, self._key, self._hosts)


class _Shielded(httpx.AsyncBaseTransport):
    def __init__(self, transport: httpx.AsyncBaseTransport, key: Key, hosts: frozenset[Origin]) -> None:
        self._transport = transport
        self._key = key
        self._hosts = hosts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        own = origin(str(request.url)) in self._hosts
        sent = self._keyed(request) if own else request
        response = await _bare(self._transport.handle_async_request(sent), self._key)
        encoded = "content-encoding" in response.headers
        return httpx.Response(
            response.status_code,
            headers=[
                (self._clean(name), self._clean(value))
                for name, value in response.headers.raw
                if not (own and encoded and name.lower() in (b"content-encoding", b"content-length"))
            ],
            stream=_Body(response, self._key, blot=own),
            extensions={
                name: self._clean(value) if isinstance(value, bytes) else value
                for name, value in response.extensions.items()
            },
        )

    def _keyed(self, request: httpx.Request) -> httpx.Request:
        headers = request.headers.copy()
        headers.update(self._key.header)
        return httpx.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )

    def _clean(self, text: bytes) -> bytes:
        return self._key.redact(text.decode("latin-1")).encode("latin-1")


class _Body(httpx.AsyncByteStream):
    """An answer's bytes as they arrive. With `blot` they are text, which comes decompressed and without the key."""

    def __init__(self, response: httpx.Response, key: Key, *, blot: bool) -> None:
        self._response = response
        self._key = key
        self._blot = blot
        self._held = ""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = self._response.aiter_bytes() if self._blot else self._response.aiter_raw()
        # No piece is held by a local variable here: a traceback may show those.
        while (text := self._cleaned(await _bare(anext(pieces, None), self._key))) is not None:
            yield text

    def _cleaned(self, piece: bytes | None) -> bytes | None:
        if not self._blot or (piece is None and not self._held):
            return piece
        if piece is None:
            held, self._held = self._held, ""
            return (BLOT if len(held) >= SHORTEST_SECRET else held).encode("latin-1")
        text = self._key.redact(self._held + piece.decode("latin-1"))
        # What may be the beginning of the key waits for the next piece.
        ready = len(text) - self._key.unfinished(text)
        self._held = text[ready:]
        return text[:ready].encode("latin-1")

    async def aclose(self) -> None:
        await _bare(self._response.aclose(), self._key)


async def _bare(step: Awaitable[T], key: Key) -> T:
    """Await a step of the library; an error comes without the frames, causes and texts that may hold the key."""
    try:
        return await step
    except BaseException as error:  # noqa: BLE001 - it is raised again below, outside of what it would remember
        text = str(error)
        if (clean := key.redact(text)) != text:
            error.args = (clean,)
        error.__cause__ = error.__context__ = None
        bare = error.with_traceback(None)
    raise bare


class _LogFilter(logging.Filter):
    """Blots every key out of the library's log, which tells an answer's headers as they came."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (clean := redact_all(text)) != text:
            record.msg, record.args = clean, ()
        return True


def _guard_logs() -> None:
    for name in _LIBRARY_LOGS:
        logging.getLogger(name).addFilter(_LogFilter())


_guard_logs()
