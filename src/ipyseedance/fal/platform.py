"""fal's platform API: what it tells of the account's requests, of prices and of endpoints."""

from __future__ import annotations

import contextlib
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from ..contract.errors import AnswerTooLarge, SeedanceError
from ..doors.addresses import is_request_id
from ..doors.text import plain
from .answers import object_of
from .wire import Wire, json_of

_CLOCKS_DIFFER = 120
"""Seconds by which this machine's clock and fal's may disagree."""
_MOST_PAGES = 100
_PAGE_SIZES = ("100", "10", "1")
"""Items asked for at a time: fewer where a page has more bytes than an answer may have."""
_LONGEST_READ = 20.0
"""Seconds to wait for what is only good to know."""


class NoRecords(Exception):
    """The service keeps no such list, or this key may not read it. The text says which."""


@dataclass(frozen=True)
class UnitPrice:
    """What one unit of an endpoint's work costs. Which units there are is not documented."""

    amount: float
    unit: str
    currency: str


class Platform:
    """The platform calls of one service."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def find_like(self, endpoint_id: str, body: dict[str, Any], *, since: float) -> AsyncIterator[str]:
        """The ids of the account's requests that were sent with exactly that input, from `since` on.

        Raises:
            NoRecords: there is no such list to read.
            ServiceUnavailable: it cannot be read now.
        """
        query = {
            "endpoint_id": endpoint_id,
            "start": _stamp(since - _CLOCKS_DIFFER),
            "expand": "payloads",
            "limit": _PAGE_SIZES[0],
        }
        async for item in self._list("requests/by-endpoint", "requests", "items", query):
            request_id = item.get("request_id")
            if is_request_id(request_id) and _is_of(item.get("json_input"), body):
                yield request_id

    async def may_be(self, endpoint_id: str, request_id: str, body: dict[str, Any]) -> bool:
        """Whether a request may be the one that was sent with that input. Only a list that says otherwise denies it."""
        try:
            found = await self.find(endpoint_id, request_id)
        except (NoRecords, SeedanceError):
            return True
        sent = (found or {}).get("json_input")
        return not isinstance(sent, dict) or _is_of(sent, body)

    async def find(self, endpoint_id: str, request_id: str) -> dict[str, Any] | None:
        """What the account's list has of one request, if it is there: `json_input`, and `json_output` while it is kept.

        Raises:
            NoRecords: there is no such list to read.
            ServiceUnavailable: it cannot be read now.
        """
        query = {"endpoint_id": endpoint_id, "request_id": request_id, "expand": "payloads"}
        query["limit"] = _PAGE_SIZES[0]
        async for item in self._list("requests/by-endpoint", "requests", "items", query):
            if item.get("request_id") == request_id:
                return item
        return None

    async def prices(self, endpoint_ids: Sequence[str]) -> dict[str, UnitPrice]:
        """The price of each endpoint, at most 50; one without a price is absent.

        Raises:
            NoRecords: there is no price list, or this key may not read it.
            ServiceUnavailable: it cannot be read now.
        """
        query = {"endpoint_id": list(endpoint_ids)}
        prices = self._list("pricing", "prices", "prices", query, within=_LONGEST_READ)
        try:
            return {str(item["endpoint_id"]): _price(item) async for item in prices}
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise self._wire.unreachable(error) from error

    async def bills(self, request_ids: Sequence[str], *, since: float, until: float) -> dict[str, float]:
        """What the account was billed for each of at most 50 requests, in US dollars; most keys may not read it.

        One that is absent may still be billed: events come late, and the key may be of another account by now.

        Args:
            since: when the first of them was sent, and `until` when to look to, in seconds since the epoch; at most 90
                days lie between.

        Raises:
            NoRecords: there is no such list to read.
            ServiceUnavailable: it cannot be read now.
        """
        query = {"request_id": list(request_ids), "start": _stamp(since), "end": _stamp(until), "limit": _PAGE_SIZES[0]}
        bills: dict[str, float] = {}
        async for item in self._list("billing-events", "billing events", "billing_events", query, within=_LONGEST_READ):
            id = item.get("request_id")
            if isinstance(id, str) and id in request_ids:
                # One that cannot be read makes the sum unknown, which no comparison lets pass.
                bills[id] = bills.get(id, 0.0) + _bill(item)
        return bills

    async def statuses(self, endpoint_ids: Sequence[str]) -> dict[str, str]:
        """fal's word on each endpoint, at most 50: "active" or "deprecated"; one it does not know is absent.

        Raises:
            NoRecords: there is no list of endpoints.
            ServiceUnavailable: it cannot be read now.
        """
        query = {"endpoint_id": list(endpoint_ids)}
        models = self._list("", "endpoints", "models", query, within=_LONGEST_READ)
        try:
            return {str(item["endpoint_id"]): str(item["metadata"]["status"]) async for item in models}
        except (KeyError, TypeError) as error:
            raise self._wire.unreachable(error) from error

    async def _list(
        self, path: str, what: str, name: str, query: dict[str, Any], **options: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """The items of a list under /models, page after page; the body calls them `name` and a person `what`."""
        url = f"{self._wire.service.platform}/models/{path}".rstrip("/")
        for _ in range(_MOST_PAGES):
            response = await self._page(url, what, query, **options)
            if response.status_code in (401, 403, 404, 405):
                raise NoRecords(f"{self._wire.host} gives this key no list of {what} (HTTP {response.status_code})")
            if response.status_code != 200:
                raise self._wire.busy(response)
            try:
                page = await json_of(response.content, object_of)
                for item in page[name]:
                    yield dict(item)
            except (ValueError, KeyError, TypeError) as error:
                raise self._wire.unreachable(error) from error
            if not page.get("has_more") or not page.get("next_cursor"):
                return
            query["cursor"] = str(page["next_cursor"])

    async def _page(self, url: str, what: str, query: dict[str, Any], **options: Any) -> httpx.Response:
        """One page, of fewer items where it is too large. From then on `query` asks for as few."""
        smaller = iter(_PAGE_SIZES[_PAGE_SIZES.index(query["limit"]) + 1 :] if "limit" in query else ())
        while True:
            try:
                return await self._wire.read("GET", url, params=query, **options)
            except AnswerTooLarge as error:
                if (size := next(smaller, None)) is None:
                    raise NoRecords(f"{self._wire.host} gives a list of {what} that is too large to read") from error
                query["limit"] = size


def _is_of(sent: object, body: dict[str, Any]) -> bool:
    # The service may have filled in defaults; what was sent must all be there.
    return isinstance(sent, dict) and all(sent.get(name) == value for name, value in body.items())


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _bill(item: dict[str, Any]) -> float:
    """US dollars of one billing event, or NaN."""
    for name, scale in (("cost_total", 1.0), ("cost_estimate_nano_usd", 1e-9)):
        with contextlib.suppress(KeyError, TypeError, ValueError, OverflowError):
            dollars = float(item[name]) * scale
            return dollars if math.isfinite(dollars) and dollars >= 0 else math.nan
    return math.nan


def _price(item: dict[str, Any]) -> UnitPrice:
    amount = float(item["unit_price"])
    if not math.isfinite(amount) or amount < 0:
        raise ValueError("no price")
    return UnitPrice(amount, plain(item["unit"], 60), plain(item["currency"], 10).upper())
