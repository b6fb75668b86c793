"""HTTP to one service: its connections, and the key that goes along to its own hosts only."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from ..contract.errors import KeyRefused, SeedanceError, ServiceUnavailable
from ..doors.addresses import is_private
from ..doors.parsing import read_json
from ..doors.text import blot_all, plain
from . import refusals
from .bodies import ACCEPTED, MOST_BYTES
from .credentials import Key
from .hosts import Origin, Service, origin
from .pool import Pool
from .shield import NEAR, Client

T = TypeVar("T")


def _files_allowed() -> int:
    """How many files and sockets this process may have open: 256 on a Mac as it comes, 512 in Windows' select."""
    try:
        import resource
    except ImportError:
        return 512
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return soft if soft > 0 else 1 << 20


STREAMS = max(32, min(400, _files_allowed() // 2))
"""Status streams open at once: enough for what an account may run at a time, and few enough for the system."""
LONGEST_ANSWER = 60.0
"""Seconds to wait for an answer, and then for each further piece of it."""
LONGEST_SUBMIT = 120.0
"""The same for a submit, whose answer is worth more patience (fal's own client waits as long)."""
WHOLE = 2
"""A whole answer may take so many times as long as its first byte: one that drips would else never end."""
LONGEST_SILENCE = 40.0
"""Seconds without a byte after which a status stream is taken for dead: fal keeps it alive every 15 s."""
SUBMITS = 16
"""Requests that are being posted at once."""
_SHORT, _FILES = 16, 16
_DETOUR_SECONDS = 60.0
QUICKLY_READ = 1 << 11
"""Bytes of JSON that are read within a millisecond or two; more are read on a thread."""


@cache
def _certificates() -> ssl.SSLContext:
    # Loading the certificates takes tens of milliseconds, so all clients share them.
    return httpx.create_ssl_context()


def open_client(
    base: str,
    key: Key | None,
    hosts: frozenset[Origin] = frozenset(),
    *,
    domains: tuple[str, ...] = (),
    most: int | None = MOST_BYTES,
    connections: int,
    keep_alive: bool = True,
    read_seconds: float | None = None,
) -> httpx.AsyncClient:
    """A client for one address, which gives the key to `hosts` only.

    A proxy from the environment is not asked for addresses on this machine. For `domains` and `most` see `Client`.
    """
    return Client(
        key,
        hosts,
        domains=domains,
        most=most,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=None if keep_alive else 0),
        timeout=httpx.Timeout(10, read=read_seconds or LONGEST_ANSWER, pool=None),
        verify=_certificates(),
        trust_env=not is_private(base),
        headers={"User-Agent": "ipyseedance", "Accept-Encoding": ACCEPTED},
    )


class Wire:
    """The connections to one service."""

    def __init__(self, service: Service, key: Key | None) -> None:
        if key:
            key.check()
        self.service = service
        self.key = key
        self._detour_until = 0.0
        # Hundreds of waiting streams in the pool of the short calls make every short call slow, so they are apart.
        self.short = Pool(self._open_client, connections=_SHORT, each=4)
        streams = partial(self._open_client, read_seconds=LONGEST_SILENCE, most=None)
        self.streams = Pool(streams, connections=STREAMS)
        # A kept-alive connection the server has just closed loses the answer of a submit that is then paid or
        # not, nobody knows. A fresh connection each cannot.
        submits = partial(self._open_client, keep_alive=False, read_seconds=LONGEST_SUBMIT)
        self.submits = Pool(submits, connections=SUBMITS)
        self._files: dict[bool, httpx.AsyncClient] = {}

    def _open_client(self, connections: int, **options: Any) -> httpx.AsyncClient:
        service = self.service
        return open_client(
            service.queue, self.key, service.origins, domains=service.domains, connections=connections, **options
        )

    async def close(self) -> None:
        for pool in (self.short, self.streams, self.submits):
            await pool.close()
        for client in self._files.values():
            await client.aclose()

    def files(self, url: str) -> httpx.AsyncClient:
        """The client for files at that address, which gives the key to nobody: one serves all that are outside."""
        private, domains = is_private(url), self.service.domains
        if private not in self._files:
            self._files[private] = open_client(url, self.key, domains=domains, most=None, connections=_FILES)
        return self._files[private]

    async def read(self, method: str, url: str, **options: Any) -> httpx.Response:
        """One call that may safely be made again.

        Raises:
            ServiceUnavailable: no answer came.
            AnswerTooLarge: it has more than 8 MB.
        """
        try:
            async with self.short.client() as client:
                return await self.send(client, method, url, follow=method == "GET", **options)
        except httpx.HTTPError as error:
            raise self.unreachable(error) from error

    @asynccontextmanager
    async def open_stream(self, url: str, **options: Any) -> AsyncIterator[httpx.Response]:
        """An answer that is read as it comes. Raises httpx's errors."""
        async with self.streams.client() as client:
            response = await self.send(client, "GET", url, stream=True, **options)
            try:
                yield response
            finally:
                await response.aclose()

    async def send(
        self,
        client: httpx.AsyncClient,
        method: str,
        url: str,
        *,
        stream: bool = False,
        follow: bool = False,
        headers: dict[str, str] | None = None,
        within: float | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One call. Where no connection can be made at all, it goes to the host's backup. Raises httpx's errors.

        Args:
            within: seconds for all of it (of a stream, until it begins); by default two minutes.
        """

        async def once(url: str) -> httpx.Response:
            given = {NEAR: lambda there: origin(there) == origin(url)}
            request = client.build_request(method, url, headers=headers, extensions=given, **options)
            async with patience(within or WHOLE * LONGEST_ANSWER):
                return await client.send(request, stream=stream, follow_redirects=follow)

        backup = self.service.backup(url)
        if backup is None:
            return await once(url)
        detour = time.monotonic() < self._detour_until
        first, second = (backup, url) if detour else (url, backup)
        try:
            return await once(first)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError):
            # Not a byte has arrived, so this is also right for the call that costs money.
            response = await once(second)
        # The one that answered comes first from now on.
        self._detour_until = 0.0 if detour else time.monotonic() + _DETOUR_SECONDS
        return response

    def unreachable(self, error: Exception) -> ServiceUnavailable:
        reason = plain(error) or type(error).__name__
        return ServiceUnavailable(f"{self.host} did not answer: {reason}.")

    @property
    def host(self) -> str:
        return urlsplit(self.service.queue).netloc

    def refusal(self, response: httpx.Response) -> SeedanceError:
        """The error an unsuccessful answer stands for."""
        error = refusals.refusal(response, self.host)
        if isinstance(error, KeyRefused) and self.service.kind == "url":
            error.next_step = "A server of your own gets a key only by `key=`: Project(…, server=…, key=…)."
        return error

    def busy(self, response: httpx.Response) -> ServiceUnavailable:
        """The error for an answer that only says: not now."""
        return refusals.busy(response, self.host)


@asynccontextmanager
async def patience(seconds: float) -> AsyncIterator[None]:
    """So long for what is done here; then httpx's error for it."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise httpx.ReadTimeout(f"no whole answer came within {seconds:g} s") from None


async def json_of(data: bytes, read: Callable[[Any], T]) -> T:
    """What `read` makes of an answer's JSON, once the key is blotted out of it. Raises ValueError for no JSON."""
    if len(data) > QUICKLY_READ:
        return await asyncio.to_thread(lambda: read(blot_all(read_json(data))))
    return read(blot_all(read_json(data)))
