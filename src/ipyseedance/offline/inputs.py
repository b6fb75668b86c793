"""A request's JSON body checked as the model does it: accepted first, refused later with fal's 422 array."""

from __future__ import annotations

import asyncio
import re
import ssl
import zlib
from collections.abc import Callable
from typing import Any
from urllib.request import getproxies

import httpx
from pydantic import ValidationError

from ..contract.endpoint import Endpoint
from ..contract.errors import InvalidRequest
from ..contract.frames import MAX_BYTES, MAX_SIDE, MIN_SIDE, Frame, FrameError, data_uri_bytes
from ..contract.requests import VideoRequest
from ..doors.addresses import NotPublic, is_private, is_public_ip, public_ips
from ..doors.files import look, read_file
from ..doors.pictures import NoPicture, TooManyPixels, open_picture
from .files import FileStore

_ERROR_PAGE = "https://docs.fal.ai/errors#"
FETCH_SECONDS = 30.0
"""How long a picture's address may take in all, redirects included."""
_CHECK_SECONDS = 0.1
_CONNECT_SECONDS = 5.0
_MOST_IPS = 4
_NOT_FETCHED = (
    httpx.HTTPError, httpx.InvalidURL, NotPublic, zlib.error, OSError, ValueError, OverflowError, ExceptionGroup
)  # fmt: skip
"""httpx leaves names that IDNA refuses, halves of characters and ports beyond all bounds to what it stands on, which
may raise them in a group."""
_MOST_HOPS = 20
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_LONGEST_ECHO = 1000
_MOST_PROBLEMS = 50


class InputRefused(Exception):
    """The model will not work on this input; `detail` is fal's array of what is wrong."""

    def __init__(self, detail: list[dict[str, Any]]) -> None:
        super().__init__(detail[0]["msg"])
        self.detail = detail


class _Problem(Exception):
    def __init__(self, type: str, message: str, context: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.type = type
        self.message = message
        self.context = context


def read(endpoint: Endpoint, body: dict[str, Any], files: FileStore, check: Callable[[], None]) -> VideoRequest:
    """The body as a request whose frames hold their pictures. While they are fetched, what `check` raises ends it.

    Raises:
        InputRefused: a field is wrong, or a picture cannot be had.
    """
    fields = dict(body)
    detail = []
    for name in endpoint.request.roles().media:
        given = fields.get(name)
        addresses = given if isinstance(given, list) else [given]
        frames: list[object] = []
        for address in addresses:
            if not isinstance(address, str):
                frames.append(address)
                continue
            try:
                frames.append(_frame(address, files, check))
            except _Problem as problem:
                detail.append(entry(name, problem.type, problem.message, address, problem.context))
        if name in fields:
            fields[name] = frames if isinstance(given, list) else (frames or [given])[0]
    if detail:
        raise InputRefused(detail)
    try:
        return endpoint.request(**fields)
    except InvalidRequest as error:
        raise InputRefused(_entries(error, body)) from error


def _entries(error: InvalidRequest, body: dict[str, Any]) -> list[dict[str, Any]]:
    cause = error.__context__
    kinds = [e["type"] for e in cause.errors()] if isinstance(cause, ValidationError) else []
    kinds += ["value_error"] * (len(error.problems) - len(kinds))
    return [
        entry(problem.field, kind, problem.message, body.get(problem.field))
        for problem, kind in list(zip(error.problems, kinds, strict=True))[:_MOST_PROBLEMS]
    ]


def entry(field: str, type: str, message: str, value: object, context: dict[str, Any] | None = None) -> dict[str, Any]:
    """One entry of fal's array of what is wrong; without a field, with the body as a whole."""
    # What was sent is echoed as fal does, but the answer is kept: a data address of 40 MB must not be.
    shown = value if len(text := str(value)) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
    said = {"msg": message[:_LONGEST_ECHO], "type": type, "url": _ERROR_PAGE + type, "input": shown}
    return {"loc": ["body", field[:100]] if field else ["body"]} | said | ({"ctx": context} if context else {})


def _frame(address: str, files: FileStore, check: Callable[[], None]) -> Frame:
    data = _bytes_at(address, files, check)
    _refuse_large(len(data))
    try:
        return Frame.from_bytes(data, name="the image")
    except FrameError as error:
        raise _what_is_wrong(data, str(error)) from error


def _what_is_wrong(data: bytes, message: str) -> _Problem:
    """Why a picture is no frame, in fal's words."""
    try:
        size = open_picture(data).size
    except TooManyPixels as error:
        size = error.size
    except NoPicture:
        return _Problem("image_load_error", "The file is not an image that can be read.")
    smaller, larger = sorted(size)
    if smaller < MIN_SIDE:
        limits = {"min_height": MIN_SIDE, "min_width": MIN_SIDE}
        return _Problem("image_too_small", f"The image's shorter side has {smaller} px.", limits)
    if larger > MAX_SIDE:
        limits = {"max_height": MAX_SIDE, "max_width": MAX_SIDE}
        return _Problem("image_too_large", f"The image's longer side has {larger} px.", limits)
    return _Problem("image_load_error", message)


def _bytes_at(address: str, files: FileStore, check: Callable[[], None]) -> bytes:
    if address[:5].lower() == "data:":
        try:
            return data_uri_bytes(address)
        except FrameError as error:
            raise _Problem("file_download_error", "The data address cannot be decoded.") from error
    if not re.match(r"https?://", address, re.IGNORECASE):
        raise _Problem("file_download_error", "Only http, https and data addresses can be read.")
    own = files.at(address)
    if own is None:
        return _download(address, check)
    try:
        _refuse_large(look(own).st_size)  # before it is read: what came in parts may be far larger
        return read_file(own, MAX_BYTES)
    except OSError as error:
        raise _Problem("file_download_error", "The file is not there any more.") from error


def _refuse_large(size: int) -> None:
    if size >= MAX_BYTES:
        raise _Problem("file_too_large", f"The file has {size} bytes.", {"max_size": MAX_BYTES})


def _download(address: str, check: Callable[[], None]) -> bytes:
    # In an event loop, where all that may take long can be given up: looking a name up, a head that drips, redirects.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_fetch(address, check))
    except _NOT_FETCHED as error:
        raise _Problem("file_download_error", f"Failed to download the file ({type(error).__name__}).") from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()  # unlike asyncio.run, this does not wait for a name that is still being looked up


async def _fetch(address: str, check: Callable[[], None]) -> bytes:
    body = asyncio.ensure_future(_body(address))
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            while not body.done():
                check()
                await asyncio.wait((body,), timeout=_CHECK_SECONDS)
            return await body
    finally:
        body.cancel()
        await asyncio.gather(body, return_exceptions=True)


async def _body(address: str) -> bytes:
    """What is at an address, which may send on: to its own host, as whoever gave it may, and to public ones."""
    given = url = httpx.URL(address)
    near = True
    for _ in range(_MOST_HOPS):
        client, proxied = _client(url)
        async with client:
            call = client.build_request("GET", url)
            if near or proxied:
                answer = await client.send(call, stream=True)
            else:
                answer = await _send_to_public(client, call)
            try:
                if not answer.has_redirect_location:
                    answer.raise_for_status()
                    return await _content(answer)
                url = url.join(answer.headers["location"])
            finally:
                await answer.aclose()
        near = near and _origin(url) == _origin(given)
        if not near and is_private(str(url)):
            raise NotPublic(f"{url.host} is not on the open internet")
    raise NotPublic("it sends on and on")


def _client(url: httpx.URL) -> tuple[httpx.AsyncClient, bool]:
    """A client for that address, and whether it asks a proxy of the environment, which looks names up by itself.

    Where the proxy or the certificates cannot be used, it asks no proxy and trusts no certificate: http needs neither.
    """
    options: dict[str, Any] = {
        "timeout": httpx.Timeout(FETCH_SECONDS, connect=_CONNECT_SECONDS),
        "headers": {"Accept-Encoding": "identity"},
        "trust_env": False,  # whether a proxy is asked must be known here, where names are looked at
    }
    try:
        proxy = _proxy(url)
        return httpx.AsyncClient(verify=httpx.create_ssl_context(), proxy=proxy, **options), proxy is not None
    except (OSError, ValueError, ImportError, httpx.InvalidURL):
        return httpx.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **options), False


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment has for that address."""
    named = getproxies()
    around = [entry.strip(" []*.").lower() for entry in named.get("no", "").split(",") if entry.strip()]
    if any(not entry or f".{url.host}".endswith(f".{entry}") for entry in around):  # of "*" nothing is left
        return None
    proxy = named.get(url.scheme) or named.get("all")
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


async def _send_to_public(client: httpx.AsyncClient, call: httpx.Request) -> httpx.Response:
    """Make a call to the public IP addresses its host's name leads to now, in turn."""
    url, host = call.url, call.url.raw_host.decode("ascii")
    if is_public_ip(host):
        return await client.send(call, stream=True)
    ips = (await public_ips(host, url.port or (443 if url.scheme == "https" else 80)))[:_MOST_IPS]
    # Another name may have the same address, so this connection is for one call.
    headers, extensions = {"Host": url.netloc.decode("ascii"), "Connection": "close"}, {"sni_hostname": host}
    for ip in ips:
        pinned = client.build_request("GET", url.copy_with(host=ip), headers=headers, extensions=extensions)
        try:
            return await client.send(pinned, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if ip == ips[-1]:
                raise
    raise AssertionError("a name that was found has addresses")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


async def _content(answer: httpx.Response) -> bytes:
    """An answer's bytes, up to what is too many; a packed one is unpacked no further."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise _Problem("file_download_error", "The file comes in a coding that was not asked for.")
    unpacking = None if coding == "identity" else zlib.decompressobj(_ZLIB_OR_GZIP)
    data = bytearray()
    async for chunk in answer.aiter_raw():
        data += unpacking.decompress(chunk, MAX_BYTES - len(data)) if unpacking else chunk
        if len(data) >= MAX_BYTES:
            break
    return bytes(data)
