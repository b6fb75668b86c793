"""One client for one service: its queue, its storage and its platform API, over the same connections."""

from __future__ import annotations

from .credentials import Key
from .hosts import Service
from .platform import Platform
from .queue import Queue
from .storage import Storage
from .wire import Wire


class Fal:
    """The calls to fal, or to a server that speaks its protocol.

    Args:
        service: where it is.
        key: goes to the service's own hosts only; None where it needs none.

    Raises:
        KeyRefused: the key cannot be one.
        SeedanceError: the proxy or the certificates that the environment names cannot be used.
    """

    def __init__(self, service: Service, key: Key | None) -> None:
        self.service = service
        self._wire = Wire(service, key)
        self.queue = Queue(self._wire)
        """Submit, status, result, cancel."""
        self.storage = Storage(self._wire)
        """Uploads and downloads."""
        self.platform = Platform(self._wire)
        """The account's requests, prices, bills and endpoints."""

    async def close(self) -> None:
        """Close all connections. Calls under way end with an error."""
        await self._wire.close()
