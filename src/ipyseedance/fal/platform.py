"""fal's platform API: what the account knows of its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from .wire import Wire

_CLOCKS_DIFFER = 120
"""Seconds by which this machine's clock and fal's may disagree."""
_MOST_PAGES = 100


class NoRecords(Exception):
    """The service keeps no list of requests, or this key may not read it. The text says which."""


class Platform:
    """The platform calls of one service."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def matching(self, endpoint_id: str, body: dict[str, Any], *, since: float) -> AsyncIterator[str]:
        """The ids of the account's requests that were sent with exactly that input, from `since` on.

        Raises:
            NoRecords: there is no such list to read.
            ServiceUnavailable: it cannot be read now.
        """
        async for item in self._requests(endpoint_id, since - _CLOCKS_DIFFER):
            sent = item.get("json_input")
            # The service may have filled in defaults; what was sent must all be there.
            if isinstance(sent, dict) and all(sent.get(name) == value for name, value in body.items()):
                yield str(item["request_id"])

    async def _requests(self, endpoint_id: str, since: float) -> AsyncIterator[dict[str, Any]]:
        query = {
            "endpoint_id": endpoint_id,
            "start": datetime.fromtimestamp(since, UTC).isoformat().replace("+00:00", "Z"),
            "expand": "payloads",
            "limit": "100",
        }
        for _ in range(_MOST_PAGES):
            response = await self._wire.read(
                "GET", f"{self._wire.service.platform}/models/requests/by-endpoint", params=query
            )
            if response.status_code in (401, 403, 404, 405):
                raise NoRecords(f"{self._wire.host} gives this key no list of requests (HTTP {response.status_code})")
            if response.status_code != 200:
                raise self._wire.busy(response)
            try:
                page = response.json()
                for item in page["items"]:
                    yield item
            except (ValueError, KeyError, TypeError) as error:
                raise self._wire.unreachable(error) from error
            if not page.get("has_more") or not page.get("next_cursor"):
                return
            query["cursor"] = str(page["next_cursor"])
