"""Between the HTTP library and everything above it: what may go out, and what of an answer comes in.

`GuardedTransport` is given to `httpx.AsyncClient(transport=…)`, which is all that it needs of httpx.

The transport adds the key, so no request, header or local variable above it holds one. (`auth=` of httpx would write it
into the request that answers and errors carry.) What comes back has it blotted out: a server may echo it in headers,
bodies, redirects and log lines, and the library's errors have frames and texts that hold it. Each address, also of a
redirect, is looked at before it is called, and no body is larger than it may be.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx

from ..doors.addresses import NotPublic, is_address, is_private, is_public, is_public_ip, public_ips
from ..doors.text import BLOT, blot
from .bodies import MOST_BYTES, Unpacker, too_large
from .credentials import SHORTEST_SECRET, Key
from .hosts import Origin, origin
from .network import Network

NEAR = "near"
"""The extension of a request that says of an address, also of one that a redirect leads to, whether it is called
wherever it is. All others must be public."""
MOST = "most"
"""The extension of a request that says how many bytes its answer may have, packed and unpacked."""
_MOST_IPS = 4
_OF_THE_PACKED = (b"content-encoding", b"content-length", b"content-range")
_QUICKLY_CLEANED = 1 << 11
"""Bytes of headers that are looked through within a millisecond or two; more are on a thread."""


class AddressRefused(httpx.RequestError):
    """An address, or one that a redirect leads to, is not https on the open internet, and was not called."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """A transport that sends the key to `hosts` only, and in whose answers and errors it is blotted out.

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
    ) -> None:
        options: dict[str, Any] = {"verify": network.certificates, "limits": limits, "trust_env": False}
        self._direct = httpx.AsyncHTTPTransport(**options)
        self._proxied = {
            proxy: httpx.AsyncHTTPTransport(proxy=proxy.opened, **options)
            for proxy in network.proxies.values()
            if proxy.opened is not None
        }
        self._key = key
        self._hosts = hosts
        self._domains = domains
        self._most = most
        self._network = network

    async def aclose(self) -> None:
        for transport in (self._direct, *self._proxied.values()):
            await transport.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        handled = sys.exception()
        try:
            response = await self._send(request)
        except BaseException as error:
            scrub(error, handled)
            raise
        unpacker = Unpacker(response.headers)
        # Cookies are for browsers: nothing here sends one back.
        dropped = {b"set-cookie", *(_OF_THE_PACKED if unpacker.packed else ())}
        if not _is_redirect(request.url, response.headers.get("location", "")):
            dropped.add(b"location")
        most = request.extensions.get(MOST, self._most)
        if response.status_code not in (200, 206):
            most = MOST_BYTES if most is None else min(most, MOST_BYTES)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in dropped]
        if sum(len(name) + len(value) for name, value in headers) > _QUICKLY_CLEANED:
            headers = await asyncio.to_thread(_clean_headers, headers)
        else:
            headers = _clean_headers(headers)
        return httpx.Response(
            response.status_code,
            headers=headers,
            stream=_Body(response, self._key if self._is_own(request) else None, unpacker, most),
            extensions={
                name: _clean(value) if isinstance(value, bytes) else value
                for name, value in response.extensions.items()
            },
        )

    def _is_own(self, request: httpx.Request) -> bool:
        return origin(str(request.url)) in self._hosts

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """Send it where it may go: to the host itself, or to the public addresses its name leads to, in turn."""
        url, own = str(request.url), self._is_own(request)
        transport = self._transport_to(url)
        if own and self._key:
            return await transport.handle_async_request(_with_headers(request, self._key.header))
        near: Callable[[str], bool] | None = request.extensions.get(NEAR)
        if own or (near is not None and near(url)):
            return await transport.handle_async_request(request)
        if not is_public(url):
            raise AddressRefused("the address is not https on the open internet", request=request)
        host = request.url.raw_host.decode("ascii")
        certified = f".{host}".endswith(tuple(f".{domain}" for domain in self._domains))
        if transport is not self._direct or certified or is_public_ip(host):
            return await transport.handle_async_request(request)
        try:
            ips = await public_ips(host, request.url.port or 443)
        except NotPublic:
            raise AddressRefused("the address leads to no public host", request=request) from None
        except OSError as error:
            raise httpx.ConnectError(f"{host} cannot be looked up", request=request) from error
        for ip in ips[:_MOST_IPS]:
            try:
                return await transport.handle_async_request(_pin(request, host, ip))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if ip == ips[:_MOST_IPS][-1]:
                    raise
        raise AssertionError("a name that was found has addresses")

    def _transport_to(self, url: str) -> httpx.AsyncHTTPTransport:
        """The way there. httpx's `mounts=` know no ranges of IP addresses, which NO_PROXY may name."""
        # No proxy is asked for this machine and its network, to which a redirect may lead.
        proxy = None if is_private(url) else self._network.proxy(url)
        if proxy is None:
            return self._direct
        if proxy.problem:
            raise httpx.ProxyError(proxy.error.message)
        return self._proxied[proxy]


def _clean_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(_clean(name), _clean(value)) for name, value in headers]


def _clean(text: bytes) -> bytes:
    return blot(text.decode("latin-1")).encode("latin-1", "replace")


def _is_redirect(url: httpx.URL, location: str) -> bool:
    """Whether a redirect names an address. On others the library raises what is no error of HTTP, even unfollowed."""
    try:
        there = httpx.URL(location)
        return not (there.scheme and not there.host) and is_address(str(url.join(there)))
    except (httpx.InvalidURL, ValueError):
        return False


def _with_headers(request: httpx.Request, more: dict[str, str], **changes: Any) -> httpx.Request:
    headers = request.headers.copy()
    headers.update(more)
    given: dict[str, Any] = {"url": request.url, "extensions": request.extensions} | changes
    return httpx.Request(request.method, headers=headers, stream=request.stream, **given)


def _pin(request: httpx.Request, host: str, ip: str) -> httpx.Request:
    """The request to that address of its host: what was looked at is what is called, though the name may change.

    The certificate must be the name's, and the connection is used once: another name may have the same address.
    """
    extensions = {**request.extensions, "sni_hostname": host}
    return _with_headers(request, {"Connection": "close"}, url=request.url.copy_with(host=ip), extensions=extensions)


class _Body(httpx.AsyncByteStream):
    """An answer's bytes as they arrive, unpacked. With a key they are text, and come without it.

    Neither they nor what they are unpacked from may be more than `most` bytes: a packing of nothing has no end.
    """

    def __init__(self, response: httpx.Response, key: Key | None, unpacker: Unpacker, most: int | None) -> None:
        self._response = response
        self._key = key
        self._unpacker = unpacker
        self._most = most
        self._held = ""
        self._arrived = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raw, taken, handled = self._response.aiter_raw(), 0, sys.exception()
        try:
            # No piece is held by a local variable here: a traceback may show those.
            while (pieces := self._unpack(await anext(raw, None))) is not None:
                for text in map(self._redact, pieces):
                    taken += len(text)
                    self._check(taken)
                    yield text
                self._check(self._arrived)
            self._unpacker.finish()
            if self._held:
                yield (BLOT if len(self._held) >= SHORTEST_SECRET else self._held).encode("latin-1")
        except BaseException as error:
            scrub(error, handled)
            raise
        finally:
            self._held = ""

    def _unpack(self, piece: bytes | None) -> Iterator[bytes] | None:
        self._arrived += len(piece or b"")
        return None if piece is None else self._unpacker.unpack(piece)

    def _check(self, size: int) -> None:
        if self._most is not None and size > self._most:
            raise too_large("The answer", self._most)

    def _redact(self, piece: bytes) -> bytes:
        if self._key is None:
            return piece
        text = self._key.redact(self._held + piece.decode("latin-1"))
        # What may be the beginning of the key waits for the next piece.
        ready = len(text) - self._key.unfinished(text)
        self._held = text[ready:]
        return text[:ready].encode("latin-1")

    async def aclose(self) -> None:
        handled = sys.exception()
        try:
            await self._response.aclose()
        except BaseException as error:
            scrub(error, handled)
            raise


def scrub(error: BaseException, handled: BaseException | None) -> None:
    """Take the key out of an error of the HTTP library and of all that it came from.

    Tracebacks stay, with their files and lines, and so do causes. The variables of their frames go: the request that
    has the key is one of them, or a proxy's password. A text with the key in it is blotted, and a cause with such a
    text is cut off.

    Args:
        handled: the error that was being handled before the library was called. It is not the library's.
    """
    text = str(error)
    if (clean := blot(text)) != text:
        error.args = (clean,)
    todo = [error]
    seen = {id(handled)}
    while todo:
        link = todo.pop()
        seen.add(id(link))
        traceback.clear_frames(link.__traceback__)
        if link.__cause__ is not None and _holds_key(link.__cause__):
            link.__cause__ = None
        context = link.__context__
        if context is not None and context is not handled and _holds_key(context):
            link.__context__ = None
        behind = (link.__cause__, link.__context__, *getattr(link, "exceptions", ()))
        todo += [cause for cause in behind if cause is not None and id(cause) not in seen]


def _holds_key(error: BaseException) -> bool:
    text = f"{error} {error!r} {vars(error)}"
    return blot(text) != text
