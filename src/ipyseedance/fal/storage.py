"""Files on the wire: pictures going up, pictures and clips coming down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx

from ..contract.errors import (
    AnswerTooLarge,
    ClipNotSaved,
    ClipTooLarge,
    ResultExpired,
    SeedanceError,
    ServiceUnavailable,
)
from ..contract.frames import MAX_BYTES, Frame, FrameError
from ..doors.addresses import host_of, is_address
from ..doors.text import plain
from .answers import object_of
from .refusals import busy
from .transport import MOST, NEAR, AddressRefused
from .wire import LONGEST_ANSWER, WHOLE, Wire, json_of, time_limit

_NO_ADDRESS = "The service gave no address to download the clip from."
_LONGEST_UPLOAD, _LONGEST_FETCH = 600.0, 120.0
"""Seconds for a whole frame, of 30 MB at most, up and down."""
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")


@dataclass(frozen=True)
class Delivery:
    """What an address answers: a file's bytes from `start` on."""

    start: int
    total: int | None
    """Bytes the whole file has, when the address says so."""
    mark: str
    """What tells this version of the file from others, or ""."""
    chunks: AsyncIterator[bytes]


class StartOver(Exception):
    """The rest of a file is not to be had, or is of another one: ask for the whole."""


class Storage:
    """fal's two-step upload, and downloads, which never see the key.

    An address that an answer or the history names is called only where it is https on a public host, or where the
    service is, and so is each one that a redirect leads to. For a clip and an upload of a service on this machine that
    is any port of it, and of one on its network any port of its host; for a frame it is the service's own origin.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def upload(self, frame: Frame) -> str:
        """Store a frame's bytes; returns the address the service can fetch them from.

        Raises:
            SeedanceError: the upload was refused or did not arrive. Uploads cost nothing.
        """
        wire = self._wire
        start = await wire.read(
            "POST",
            f"{wire.service.rest}/storage/upload/initiate?storage_type=fal-cdn-v3",
            json={"content_type": frame.media_type, "file_name": frame.file_name},
        )
        if start.status_code != 200:
            raise wire.refusal(start)
        try:
            places = await json_of(start.content, object_of)
            upload_url, file_url = str(places["upload_url"]), str(places["file_url"])
        except (ValueError, KeyError, TypeError) as error:
            raise ServiceUnavailable(f"{wire.host} gave no place to upload the frame to.") from error
        for url in (upload_url, file_url):
            if not wire.service.may_deliver(url):
                raise SeedanceError(
                    f"{wire.host} named {plain(url, 200)!r} for the frame, which is not https on the open internet.",
                    next_step="Nothing was uploaded or sent.",
                )
        await self._put(upload_url, frame)
        return file_url

    def may_hand_on(self, url: str) -> bool:
        """Whether an address from an earlier upload is one that an upload may have now. Each engine on this machine has
        one of its own, and its files go with it."""
        service = self._wire.service
        return service.is_own(url) if service.kind == "offline" else service.may_deliver(url)

    async def has(self, url: str) -> bool:
        """Whether an uploaded file is still at its address: without a clear word, it is not."""
        told = {NEAR: self._wire.service.is_beside}
        try:
            async with time_limit(LONGEST_ANSWER):
                response = await self._wire.files(url).request("HEAD", url, extensions=told)
        except httpx.HTTPError:
            return False
        return response.status_code == 200

    async def _put(self, url: str, frame: Frame) -> None:
        wire, headers = self._wire, {"Content-Type": frame.media_type}
        told = {NEAR: wire.service.is_beside}
        try:
            async with (
                time_limit(_LONGEST_UPLOAD),
                wire.files(url).stream("PUT", url, content=frame.data, headers=headers, extensions=told) as stored,
            ):
                if stored.status_code >= 300:
                    await stored.aread()
                    raise wire.refusal(stored)
                # What else it says is not read.
        except httpx.HTTPError as error:
            raise wire.unreachable(error) from error

    async def fetch_frame(self, url: str, *, given: bool = False) -> Frame:
        """Fetch a picture's address and check what it holds.

        Args:
            url: its address.
            given: whether the person gave it: then it may be http, and on this machine or its network, and lead on to
                any port of its own host.

        Raises:
            FrameError: it is refused, does not answer, is no picture, or is outside the limits.
        """
        if not is_address(url):
            raise FrameError(f"{plain(url)!r} is not an http or https address without a password")
        own, host = self._wire.service.is_own, host_of(url)
        told = {NEAR: (lambda there: own(there) or host_of(there) == host) if given else own, MOST: MAX_BYTES}
        try:
            client, timeout = self._wire.files(url), httpx.Timeout(10, read=20, pool=None)
            async with (
                time_limit(_LONGEST_FETCH),
                client.stream("GET", url, timeout=timeout, follow_redirects=True, extensions=told) as response,
            ):
                if response.status_code != 200:
                    raise FrameError(f"{url!r} answers HTTP {response.status_code}")
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) >= MAX_BYTES:
                        raise _large_frame(url)
        except AnswerTooLarge as error:
            raise _large_frame(url) from error
        except AddressRefused as error:
            raise FrameError(f"{plain(url)!r} is not fetched: {error}") from error
        except httpx.HTTPError as error:
            raise FrameError(f"{plain(url)!r} cannot be fetched ({self._wire.reason(url, error)})") from error
        except (httpx.InvalidURL, SeedanceError) as error:  # the latter of what the environment names
            raise FrameError(f"{plain(url)!r} cannot be fetched ({plain(error) or type(error).__name__})") from error
        return await asyncio.to_thread(Frame.from_bytes, bytes(data), name=Frame.of(url).name, url=url)

    @asynccontextmanager
    async def download(
        self, url: str, *, start: int = 0, total: int | None = None, mark: str = "", most: int | None = None
    ) -> AsyncIterator[Delivery]:
        """A file's bytes as they arrive, from the beginning or from where an earlier delivery was cut.

        Args:
            start: how many bytes are there already.
            total: how many the whole has, as the earlier delivery said.
            mark: the version of the file they are of, as the earlier delivery said.
            most: bytes the whole may have; by default any number.

        Raises:
            StartOver: the rest is not to be had.
            ResultExpired: the address no longer has the file.
            ClipTooLarge: the whole has more than `most` bytes, as the address says or as they come.
            ClipNotSaved: it is no address to get a file from.
            ServiceUnavailable: it did not arrive whole.
        """
        headers = {"Accept-Encoding": "identity"}  # a compressed file's ranges are others
        if start:
            headers["Range"] = f"bytes={start}-"
            if mark:
                headers["If-Range"] = mark
        if not is_address(url):
            raise _no_file(_NO_ADDRESS)
        try:
            client = self._wire.files(url)
        except SeedanceError as error:
            again = "Once that is mended, reopening the project downloads the clip."
            raise ClipNotSaved(error.message, next_step=again, charged="yes") from error
        try:
            told = {NEAR: self._wire.service.is_beside} | ({} if most is None else {MOST: most})
            request = client.build_request("GET", url, headers=headers, extensions=told)
            async with time_limit(WHOLE * LONGEST_ANSWER):
                response = await client.send(request, stream=True, follow_redirects=True)
            try:
                delivery = _delivery(response, start, total, mark) if start else _delivery(response)
                if most is not None:
                    delivery = _limit_size(delivery, most)
                yield delivery
            finally:
                await response.aclose()
        except AddressRefused as error:
            raise _no_file(f"The clip's address is not called: {error}.") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise _no_file(_NO_ADDRESS) from error
        except httpx.HTTPError as error:
            raise ServiceUnavailable(f"The clip did not arrive: {self._wire.reason(url, error)}.") from error


def _limit_size(delivery: Delivery, most: int) -> Delivery:
    """The same delivery, which ends with ClipTooLarge where it has more than is taken."""
    if (delivery.total or 0) > most:
        raise _too_large(most)

    async def count() -> AsyncIterator[bytes]:
        here = delivery.start
        try:
            async for chunk in delivery.chunks:
                here += len(chunk)
                if here > most:
                    raise _too_large(most)
                yield chunk
        except AnswerTooLarge as error:
            raise _too_large(most) from error

    return replace(delivery, chunks=count())


def _large_frame(url: str) -> FrameError:
    return FrameError(f"{url!r} has more than {MAX_BYTES // 1_000_000} MB")


def _too_large(most: int) -> ClipTooLarge:
    return ClipTooLarge(
        f"The clip's file has more than {most / 1e6:.0f} MB, which no clip of what was asked for has.",
        next_step="Look at the request under fal.ai/dashboard/requests.",
        charged="yes",
    )


def _delivery(response: httpx.Response, start: int = 0, total: int | None = None, mark: str = "") -> Delivery:
    code, headers = response.status_code, response.headers
    if code == 200:
        return Delivery(0, _number(headers.get("content-length", "")), _version(headers), response.aiter_bytes())
    if start and code == 206 and _continues(headers, start, total, mark):
        whole = _number(headers["content-range"].rpartition("/")[2])
        return Delivery(start, whole or total, mark, response.aiter_bytes())
    if start and code in (206, 416):
        raise StartOver
    if code in (403, 404, 410):
        raise ResultExpired(
            f"The clip is no longer at its address (HTTP {code}).",
            next_step="Generate it again with the same seed for a similar clip.",
            charged="yes",
        )
    if 300 <= code < 500 and code not in (408, 425, 429):  # a redirect that names no address ends here too
        raise _no_file(f"The clip's address refuses to give it (HTTP {code}).")
    raise busy(response, "The clip's address")


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _version(headers: httpx.Headers) -> str:
    """What tells this version of the file from others."""
    etag = str(headers.get("etag", ""))
    return etag if etag.startswith('"') else str(headers.get("last-modified", ""))


def _continues(headers: httpx.Headers, start: int, total: int | None, mark: str) -> bool:
    """Whether an answer goes on where the earlier one stopped."""
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if not found:
        return False
    first, last, whole = int(found[1]), int(found[2]), None if found[3] == "*" else int(found[3])
    # Not every server minds If-Range.
    same = mark in ("", headers.get("etag" if mark.startswith('"') else "last-modified", mark))
    return first == start <= last and same and (total is None or whole in (None, total))


def _no_file(what: str) -> ClipNotSaved:
    next_step = "Look at the request under fal.ai/dashboard/requests."
    return ClipNotSaved(what, next_step=next_step, charged="yes", type="no_file")
