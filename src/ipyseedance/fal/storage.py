"""Files on the wire: pictures going up, pictures and clips coming down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from ..contract.errors import ResultExpired, ServiceUnavailable
from ..contract.frames import MAX_BYTES, Frame, FrameError
from .wire import Wire, open_client


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
        async with open_client(upload_url, connections=1) as client:
            try:
                stored = await client.put(upload_url, content=frame.data, headers={"Content-Type": frame.media_type})
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
            async with (
                open_client(url, connections=1, read_seconds=20) as client,
                client.stream("GET", url, follow_redirects=True) as response,
            ):
                if response.status_code != 200:
                    raise FrameError(f"{url!r} answers HTTP {response.status_code}")
                data = bytearray()
                async for chunk in response.aiter_bytes():
                    data += chunk
                    if len(data) >= MAX_BYTES:
                        raise FrameError(f"{url!r} has more than {MAX_BYTES // 1_000_000} MB")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FrameError(f"{url!r} cannot be fetched ({str(error) or type(error).__name__})") from error
        return Frame.from_bytes(bytes(data), name=Frame.of(url).name, url=url)

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """A file's bytes as they arrive.

        Raises:
            ResultExpired: the address no longer has it.
            ServiceUnavailable: it did not arrive whole.
        """
        try:
            async with (
                open_client(url, connections=1) as client,
                client.stream("GET", url, follow_redirects=True) as response,
            ):
                if response.status_code in (403, 404, 410):
                    raise ResultExpired(
                        f"The clip is no longer at its address (HTTP {response.status_code}).",
                        next_step="Generate it again with the same seed for a similar clip.",
                        charged="yes",
                    )
                if response.status_code != 200:
                    raise ServiceUnavailable(f"The clip's address answered HTTP {response.status_code}.")
                yield response.aiter_bytes(1 << 18)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ServiceUnavailable(f"The clip did not arrive: {reason}.") from error
