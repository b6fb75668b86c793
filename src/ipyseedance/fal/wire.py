"""HTTP to one service: its connections, and the key that goes along to its own hosts only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from ..contract.errors import KeyRefused, SeedanceError, ServiceUnavailable
from ..doors.addresses import is_private
from ..doors.parsing import read_json
from ..doors.text import blot_all, plain
from . import refusals
from .bodies import ACCEPT_ENCODING, MOST_BYTES
from .credentials import Key
from .hosts import Origin, Service, origin
from .logs import guard_library_logs, release_library_logs
from .network import Network
from .pool import Pool
from .transport import NEAR, GuardedTransport

T = TypeVar("T")


def _reason_of(error: Exception) -> str:
    """Why no answer came: what is common in plain words, the rest in those of who noticed it."""
    said = plain(error)
    # Of the look-up of a name, on Linux, macOS and Windows.
    if said.startswith("[Errno -") or "nodename nor servname" in said or "getaddrinfo failed" in said:
        return "no such host is known, or this machine is offline"
    if said == "All connection attempts failed":
        return "nothing answers there"
    return said or ("no answer in time" if isinstance(error, httpx.TimeoutException) else type(error).__name__)


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


def open_client(
    network: Network,
    key: Key | None,
    hosts: frozenset[Origin] = frozenset(),
    *,
    domains: tuple[str, ...] = (),
    most: int | None = MOST_BYTES,
    connections: int,
    keep_alive: bool = True,
    read_seconds: float | None = None,
) -> httpx.AsyncClient:
    """A client that gives the key to `hosts` only. For `network`, `domains` and `most` see `GuardedTransport`."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=None if keep_alive else 0)
    return httpx.AsyncClient(
        transport=GuardedTransport(key, hosts, domains=domains, most=most, network=network, limits=limits),
        trust_env=False,
        timeout=httpx.Timeout(10, read=read_seconds or LONGEST_ANSWER, pool=None),
        headers={"User-Agent": "ipyseedance", "Accept-Encoding": ACCEPT_ENCODING},
    )


class SendTrace:
    """How far a request came, as the HTTP library tells of each step."""

    def __init__(self) -> None:
        self._begun = self._told = self._left = False

    def begin(self) -> None:
        """It is handed to the library now."""
        self._begun, self._told = True, False

    async def hear(self, step: str, info: dict[str, Any]) -> None:
        """Hear of a step. A proxy is first asked for a connection, by a head of its own."""
        self._told = True
        if step.endswith("send_request_headers.started") and getattr(info.get("request"), "method", b"") != b"CONNECT":
            self._left = True

    @property
    def unsent(self) -> bool:
        """Whether not a byte of it can have left: its connection was told of, and its head was not begun."""
        return not self._left and (self._told or not self._begun)


class Wire:
    """The connections to one service.

    Raises:
        KeyRefused: the key cannot be one.
        SeedanceError: the proxy or the certificates it needs cannot be used. So no call fails for that once it is
            noted as sent.
    """

    def __init__(self, service: Service, key: Key | None) -> None:
        if key:
            key.check()
        self.service = service
        self.key = key
        self._network = Network.read(service.queue)
        self._detour_until = 0.0
        # Hundreds of waiting streams in the pool of the short calls make every short call slow, so they are apart.
        self.short = Pool(self._open_client, connections=_SHORT, each=4)
        streams = partial(self._open_client, read_seconds=LONGEST_SILENCE, most=None)
        self.streams = Pool(streams, connections=STREAMS)
        # A kept-alive connection the server has just closed loses the answer of a submit that is then paid or
        # not, nobody knows. A fresh connection each cannot.
        submits = partial(self._open_client, keep_alive=False, read_seconds=LONGEST_SUBMIT)
        self.submits = Pool(submits, connections=SUBMITS)
        self._files: dict[tuple[bool, str], tuple[httpx.AsyncClient, Network]] = {}
        self._guards_logs = bool(key)
        if key:
            guard_library_logs()

    def _open_client(self, connections: int, **options: Any) -> httpx.AsyncClient:
        service = self.service
        return open_client(
            self._network, self.key, service.origins, domains=service.domains, connections=connections, **options
        )

    async def close(self) -> None:
        for pool in (self.short, self.streams, self.submits):
            await pool.close()
        for client, _ in self._files.values():
            await client.aclose()
        if self._guards_logs:
            self._guards_logs = False
            release_library_logs()

    def files(self, url: str) -> httpx.AsyncClient:
        """The client for files at that address, which gives the key to nobody: one serves all that are outside.

        Raises:
            SeedanceError: the proxy or the certificates it needs cannot be used.
        """
        return self._files_at(url)[0]

    def _files_at(self, url: str) -> tuple[httpx.AsyncClient, Network]:
        kind = is_private(url), urlsplit(url).scheme.lower()
        if kind not in self._files:
            network, domains = Network.read(url), self.service.domains
            client = open_client(network, self.key, domains=domains, most=None, connections=_FILES)
            self._files[kind] = client, network
        return self._files[kind]

    def reason(self, url: str, error: Exception) -> str:
        """Why no answer came from an address of a file, and by which proxy it was asked, if by one."""
        reason, proxy = _reason_of(error), self._files_at(url)[1].proxy(url)
        return reason if proxy is None else f"{reason}, by the proxy {proxy.shown}, which {proxy.variable} names"

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
        trace: SendTrace | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One call. Where no connection can be made at all, it goes to the host's backup. Raises httpx's errors.

        Args:
            within: seconds for all of it (of a stream, until it begins); by default two minutes.
            trace: told how far it came.
        """

        async def once(url: str) -> httpx.Response:
            given: dict[str, Any] = {NEAR: lambda there: origin(there) == origin(url)}
            if trace is not None:
                given["trace"] = trace.hear
            request = client.build_request(method, url, headers=headers, extensions=given, **options)
            if trace is not None:
                trace.begin()
            async with time_limit(within or WHOLE * LONGEST_ANSWER):
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
        reason, proxy = _reason_of(error), self._network.proxy(self.service.queue)
        if proxy is None:
            return ServiceUnavailable(f"{self.host} did not answer: {reason}.")
        return ServiceUnavailable(
            f"{self.host} did not answer by the proxy {proxy.shown}, which {proxy.variable} names: {reason}.",
            next_step=f"Correct {proxy.variable}, or name {self.host} in NO_PROXY, then open the project again.",
        )

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
async def time_limit(seconds: float) -> AsyncIterator[None]:
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
