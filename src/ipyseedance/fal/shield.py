"""Between the HTTP library and everything above it: what may go out, and what of an answer comes in.

The transport adds the key, so no request, header or local variable above it holds one. What comes back has it blotted
out: a server may echo it in headers, bodies, redirects and log lines, and the library's errors have frames and texts
that hold it. Each address, also of a redirect, is looked at before it is called, and no body is larger than it may be.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx

from ..doors.addresses import NotPublic, is_address, is_private, is_public, is_public_ip, public_ips
from ..doors.text import BLOT, blotted
from .bodies import MOST_BYTES, Unpacking, too_large
from .credentials import SHORTEST_SECRET, Key
from .hosts import Origin, origin
from .network import Network

T = TypeVar("T")

NEAR = "near"
"""The extension of a request that says of an address, also of one that a redirect leads to, whether it is called
wherever it is. All others must be public."""
MOST = "most"
"""The extension of a request that says how many bytes its answer may have, packed and unpacked."""
_MOST_IPS = 4
_OF_THE_PACKED = (b"content-encoding", b"content-length", b"content-range")
_QUICKLY_CLEANED = 1 << 11
"""Bytes of headers that are looked through within a millisecond or two; more are on a thread."""
_LOGS = ("ipyseedance", "httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class AddressRefused(httpx.RequestError):
    """An address, or one that a redirect leads to, is not https on the open internet, and was not called."""


class Client(httpx.AsyncClient):
    """An HTTP client that sends the key to `hosts` only, and in whose answers and errors it is blotted out.

    Files from other addresses pass unchanged: they never saw the key.

    Args:
        domains: their hosts are called whatever IP addresses their names lead to: the certificate proves them.
        most: bytes that a body may have, packed and unpacked, where its request does not say; None when whoever reads
            one counts. Answers that are neither 200 nor 206 then have MOST_BYTES.
        network: the proxies and the certificates.
        limits: how many connections it may have.

    Any address but `hosts`, and what a request says is near, must be https on a public host, whose name leads to a
    public IP address when the connection is made. Behind a proxy from the environment the proxy looks names up, so
    there only the form is looked at.
    """

    def __init__(
        self,
        key: Key | None,
        hosts: frozenset[Origin],
        *,
        domains: tuple[str, ...],
        most: int | None,
        network: Network,
        limits: httpx.Limits,
        timeout: httpx.Timeout,
        headers: dict[str, str],
    ) -> None:
        options: dict[str, Any] = {"verify": network.certificates, "limits": limits, "trust_env": False}
        proxied = {
            f"{scheme}://": httpx.AsyncHTTPTransport(proxy=proxy.opened, **options)
            for scheme, proxy in network.proxies.items()
            if proxy.opened is not None
        }
        super().__init__(timeout=timeout, headers=headers, mounts=proxied, **options)
        self._key = key
        self._hosts = hosts
        self._domains = domains
        self._most = most
        self.network = network

    def _transport_for_url(self, url: httpx.URL) -> httpx.AsyncBaseTransport:
        # httpx's own, which chooses by the scheme alone. Should httpx rename it, no call has a key.
        # No proxy is asked for this machine and its network, to which a redirect may lead.
        proxy = None if is_private(str(url)) else self.network.proxy(str(url))
        if proxy is not None and proxy.problem:
            raise httpx.ProxyError(proxy.error.message)
        transport = self._transport if proxy is None else super()._transport_for_url(url)
        direct = proxy is None
        return _Shielded(transport, self._key, self._hosts, self._domains, self._most, direct=direct)


class _Shielded(httpx.AsyncBaseTransport):
    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        key: Key | None,
        hosts: frozenset[Origin],
        domains: tuple[str, ...],
        most: int | None,
        *,
        direct: bool,
    ) -> None:
        self._transport = transport
        self._key = key
        self._hosts = hosts
        self._domains = domains
        self._most = most
        self._direct = direct

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        own = origin(str(request.url)) in self._hosts
        response = await self._send(self._keyed(request) if own and self._key else request)
        unpacking = Unpacking(response.headers)
        # Cookies are for browsers: nothing here sends one back.
        dropped = {b"set-cookie", *(_OF_THE_PACKED if unpacking.packed else ())}
        if not _leads_on(request.url, response.headers.get("location", "")):
            dropped.add(b"location")
        most = request.extensions.get(MOST, self._most)
        if response.status_code not in (200, 206):
            most = MOST_BYTES if most is None else min(most, MOST_BYTES)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in dropped]
        if sum(len(name) + len(value) for name, value in headers) > _QUICKLY_CLEANED:
            headers = await asyncio.to_thread(self._cleaned, headers)
        else:
            headers = self._cleaned(headers)
        return httpx.Response(
            response.status_code,
            headers=headers,
            stream=_Body(response, self._key if own else None, unpacking, most),
            extensions={
                name: self._clean(value) if isinstance(value, bytes) else value
                for name, value in response.extensions.items()
            },
        )

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """Send it where it may go: to the host itself, or to the public addresses its name leads to, in turn."""
        url = str(request.url)
        near: Callable[[str], bool] | None = request.extensions.get(NEAR)
        if origin(url) in self._hosts or (near is not None and near(url)):
            return await _bare(self._transport.handle_async_request(request), self._key)
        if not is_public(url):
            raise AddressRefused("the address is not https on the open internet", request=request)
        host = request.url.raw_host.decode("ascii")
        certified = f".{host}".endswith(tuple(f".{domain}" for domain in self._domains))
        if not self._direct or certified or is_public_ip(host):
            return await _bare(self._transport.handle_async_request(request), self._key)
        try:
            ips = await public_ips(host, request.url.port or 443)
        except NotPublic:
            raise AddressRefused("the address leads to no public host", request=request) from None
        except OSError as error:
            raise httpx.ConnectError(f"{host} cannot be looked up", request=request) from error
        for ip in ips[:_MOST_IPS]:
            try:
                return await _bare(self._transport.handle_async_request(_pinned(request, host, ip)), self._key)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if ip == ips[:_MOST_IPS][-1]:
                    raise
        raise AssertionError("a name that was found has addresses")

    def _keyed(self, request: httpx.Request) -> httpx.Request:
        assert self._key is not None  # noqa: S101 - for the type checker
        headers = request.headers.copy()
        headers.update(self._key.header)
        return httpx.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )

    def _cleaned(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [(self._clean(name), self._clean(value)) for name, value in headers]

    def _clean(self, text: bytes) -> bytes:
        return blotted(text.decode("latin-1")).encode("latin-1", "replace")


def _leads_on(url: httpx.URL, location: str) -> bool:
    """Whether a redirect names an address. On others the library raises what is no error of HTTP, even unfollowed."""
    try:
        there = httpx.URL(location)
        return not (there.scheme and not there.host) and is_address(str(url.join(there)))
    except (httpx.InvalidURL, ValueError):
        return False


def _pinned(request: httpx.Request, host: str, ip: str) -> httpx.Request:
    """The request to that address of its host: what was looked at is what is called, though the name may change.

    The certificate must be the name's, and the connection is used once: another name may have the same address.
    """
    headers = request.headers.copy()
    headers["Connection"] = "close"
    return httpx.Request(
        request.method,
        request.url.copy_with(host=ip),
        headers=headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


class _Body(httpx.AsyncByteStream):
    """An answer's bytes as they arrive, unpacked. With a key they are text, and come without it.

    Neither they nor what they are unpacked from may be more than `most` bytes: a packing of nothing has no end.
    """

    def __init__(self, response: httpx.Response, key: Key | None, unpacking: Unpacking, most: int | None) -> None:
        self._response = response
        self._key = key
        self._unpacking = unpacking
        self._most = most
        self._held = ""
        self._arrived = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raw, taken = self._response.aiter_raw(), 0
        try:
            # No piece is held by a local variable here: a traceback may show those.
            while (pieces := self._unpacked(await _bare(anext(raw, None), self._key))) is not None:
                for text in map(self._cleaned, pieces):
                    taken += len(text)
                    self._check(taken)
                    yield text
                self._check(self._arrived)
            self._unpacking.finish()
            if self._held:
                yield (BLOT if len(self._held) >= SHORTEST_SECRET else self._held).encode("latin-1")
        finally:
            self._held = ""

    def _unpacked(self, piece: bytes | None) -> Iterator[bytes] | None:
        self._arrived += len(piece or b"")
        return None if piece is None else self._unpacking.unpack(piece)

    def _check(self, size: int) -> None:
        if self._most is not None and size > self._most:
            raise too_large("The answer", self._most)

    def _cleaned(self, piece: bytes) -> bytes:
        if self._key is None:
            return piece
        text = self._key.redact(self._held + piece.decode("latin-1"))
        # What may be the beginning of the key waits for the next piece.
        ready = len(text) - self._key.unfinished(text)
        self._held = text[ready:]
        return text[:ready].encode("latin-1")

    async def aclose(self) -> None:
        await _bare(self._response.aclose(), self._key)


async def _bare(step: Awaitable[T], key: Key | None) -> T:
    """Await a step of the library; an error comes without the frames, causes and texts that may hold the key."""
    try:
        return await step
    except BaseException as error:  # noqa: BLE001 - it is raised again below, outside of what it would remember
        _strip(error, key)
        bare = error
    raise bare


def _strip(error: BaseException, key: Key | None) -> None:
    text = str(error)
    if (clean := blotted(key.redact(text) if key else text)) != text:
        error.args = (clean,)
    error.__cause__ = error.__context__ = error.__traceback__ = None


class _LogFilter(logging.Filter):
    """Blots every key out of a log: the library's tells an answer's headers as they came, ours what was unforeseen."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (clean := blotted(text)) != text:
            record.msg, record.args = clean, ()
        if record.exc_info:
            # As text, which is what handlers make of it; those that show variables find none.
            record.exc_text, record.exc_info = blotted(_PLAIN.formatException(record.exc_info)), None
        return True


_PLAIN = logging.Formatter()


def _guard_logs() -> None:
    for name in _LOGS:
        logging.getLogger(name).addFilter(_LogFilter())


_guard_logs()
