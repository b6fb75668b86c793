"""The connections of one kind of call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx


@dataclass
class _Share:
    client: httpx.AsyncClient
    busy: int = 0


class Pool:
    """So many connections, shared out among small clients.

    httpx walks through a client's connections, and whoever waits for one, at every change: with hundreds in one client
    that takes longer than the calls themselves. So each client has a few, and whoever finds none free waits here.
    """

    def __init__(self, open_client: Callable[[int], httpx.AsyncClient], *, connections: int, each: int = 8) -> None:
        self._open = open_client
        self._each = min(each, connections)
        self._turn = asyncio.Semaphore(connections)
        self._shares: list[_Share] = []

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client with a connection to spare, for one call at a time."""
        async with self._turn:
            share = min(self._shares, key=lambda share: share.busy, default=None)
            if share is None or share.busy >= self._each:
                share = _Share(self._open(self._each))
                self._shares.append(share)
            share.busy += 1
            try:
                yield share.client
            finally:
                share.busy -= 1

    async def close(self) -> None:
        for share in self._shares:
            await share.client.aclose()
