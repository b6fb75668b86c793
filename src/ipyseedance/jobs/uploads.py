"""One upload for each picture and service, however many jobs have it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ..contract.errors import SeedanceError, ServiceUnavailable
from ..contract.frames import Frame
from ..fal.storage import Storage
from ..store.store import Store


@dataclass
class Uploads:
    """The uploads of one project to its service."""

    store: Store
    service: str
    """The service as the history calls it."""
    _under_way: dict[str, asyncio.Task[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    """The addresses that this opener saw to be there."""

    async def address(self, frame: Frame, storage: Storage) -> str:
        """Where the service can fetch a picture from: uploaded now, unless it was some days ago, or is being.

        Whoever is cancelled leaves the upload to the others. One that only waited for another's upload, which was
        refused, makes its own: a job fails by no upload but its own.

        Raises:
            SeedanceError: the upload was refused or did not arrive.
        """
        if not frame.sha256:  # one that was put together by hand
            frame = await asyncio.to_thread(Frame.from_bytes, frame.data or b"", name=frame.name)
        while True:
            found = self._under_way.get(frame.sha256)
            upload = found or self._begin(frame, storage)
            try:
                return await asyncio.shield(upload)
            except ServiceUnavailable:  # each waits for it with its own patience
                raise
            except SeedanceError:
                if found is None:
                    raise

    def _begin(self, frame: Frame, storage: Storage) -> asyncio.Task[str]:
        upload = asyncio.create_task(self._address(frame, storage))
        self._under_way[frame.sha256] = upload
        # So that asyncio does not warn, should everybody who waited have been cancelled.
        upload.add_done_callback(lambda upload: upload.cancelled() or upload.exception())
        return upload

    async def _address(self, frame: Frame, storage: Storage) -> str:
        try:
            url = await asyncio.to_thread(self.store.upload, self.service, frame.sha256)
            # An engine that was started again may have lost it, and listen where it did.
            seen = url in self._seen and self.service != "offline"
            if url is None or not storage.may_hand_on(url) or not (seen or await storage.has(url)):
                url = await storage.upload(frame)
                await asyncio.wrap_future(self.store.keep_upload(self.service, frame.sha256, url))
            self._seen.add(url)
            return url
        finally:
            del self._under_way[frame.sha256]

    def stop(self) -> None:
        """Upload nothing any more."""
        for upload in self._under_way.values():
            upload.cancel()
