"""Files on the wire: pictures going up, pictures and clips coming down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from ..contract.errors import ClipNotSaved, ResultExpired, ServiceUnavailable
from ..contract.frames import MAX_BYTES, Frame, FrameError
from .refusals import busy
from .wire import Wire

_NO_ADDRESS = "The service gave no address to download the clip from."
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


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
    """fal's two-step upload, and downloads from any public address, which never see the key."""

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
            upload_url, file_url = str(start.json()["upload_url"]), str(start.json()["file_url"])
        except (ValueError, KeyError, TypeError) as error:
            raise ServiceUnavailable(f"{wire.host} gave no place to upload the frame to.") from error
        try:
            stored = await wire.files(upload_url).put(
                upload_url, content=frame.data, headers={"Content-Type": frame.media_type}
            )
        except httpx.HTTPError as error:
            raise wire.unreachable(error) from error
        if stored.status_code >= 300:
            raise wire.refusal(stored)
        return file_url

    async def fetch_frame(self, url: str) -> Frame:
        """Fetch a picture's address and check what it holds.

        Raises:
            FrameError: it does not answer, is no picture, or is outside the limits.
        """
        try:
            client, patience = self._wire.files(url), httpx.Timeout(10, read=20, pool=None)
            async with client.stream("GET", url, timeout=patience, follow_redirects=True) as response:
                if response.status_code != 200:
                    raise FrameError(f"{url!r} answers HTTP {response.status_code}")
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) >= MAX_BYTES:
                        raise FrameError(f"{url!r} has more than {MAX_BYTES // 1_000_000} MB")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FrameError(f"{url!r} cannot be fetched ({str(error) or type(error).__name__})") from error
        return await asyncio.to_thread(Frame.from_bytes, bytes(data), name=Frame.of(url).name, url=url)

    @asynccontextmanager
    async def download(
        self, url: str, *, start: int = 0, total: int | None = None, mark: str = ""
    ) -> AsyncIterator[Delivery]:
        """A file's bytes as they arrive, from the beginning or from where an earlier delivery was cut.

        Args:
            start: how many bytes are there already.
            total: how many the whole has, as the earlier delivery said.
            mark: the version of the file they are of, as the earlier delivery said.

        Raises:
            StartOver: the rest is not to be had.
            ResultExpired: the address no longer has the file.
            ClipNotSaved: it is no address to get a file from.
            ServiceUnavailable: it did not arrive whole.
        """
        headers = {"Accept-Encoding": "identity"}  # a compressed file's ranges are others
        if start:
            headers["Range"] = f"bytes={start}-"
            if mark:
                headers["If-Range"] = mark
        try:
            client = self._wire.files(url)
        except ValueError as error:
            raise _no_file(_NO_ADDRESS) from error
        try:
            async with client.stream("GET", url, headers=headers, follow_redirects=True) as response:
                yield _delivery(response, start, total, mark) if start else _delivery(response)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise _no_file(_NO_ADDRESS) from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ServiceUnavailable(f"The clip did not arrive: {reason}.") from error


def _delivery(response: httpx.Response, start: int = 0, total: int | None = None, mark: str = "") -> Delivery:
    code, headers = response.status_code, response.headers
    if code == 200:
        length = headers.get("content-length", "")
        plain = length.isdecimal() and "content-encoding" not in headers
        return Delivery(0, int(length) if plain else None, _mark(headers), response.aiter_bytes())
    if start and code == 206 and _continues(headers, start, total, mark):
        return Delivery(start, total, mark, response.aiter_bytes())
    if start and code in (206, 416):
        raise StartOver
    if code in (403, 404, 410):
        raise ResultExpired(
            f"The clip is no longer at its address (HTTP {code}).",
            next_step="Generate it again with the same seed for a similar clip.",
            charged="yes",
        )
    if 400 <= code < 500 and code not in (408, 425, 429):
        raise _no_file(f"The clip's address refuses to give it (HTTP {code}).")
    raise busy(response, "The clip's address")


def _mark(headers: httpx.Headers) -> str:
    """What tells this version of the file from others."""
    etag = str(headers.get("etag", ""))
    return etag if etag.startswith('"') else str(headers.get("last-modified", ""))


def _continues(headers: httpx.Headers, start: int, total: int | None, mark: str) -> bool:
    """Whether an answer goes on where the earlier one stopped."""
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if not found or "content-encoding" in headers:
        return False
    first, last, whole = int(found[1]), int(found[2]), None if found[3] == "*" else int(found[3])
    # Not every server minds If-Range.
    same = mark in ("", headers.get("etag" if mark.startswith('"') else "last-modified", mark))
    return first == start <= last and same and (total is None or whole in (None, total))


def _no_file(what: str) -> ClipNotSaved:
    return ClipNotSaved(what, next_step="Look at the request under fal.ai/dashboard/requests.", charged="yes")
