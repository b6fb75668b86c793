"""What a submit asks of the queue: fal's headers and query parameters."""

from __future__ import annotations

import math

from starlette.requests import Request

from .bodies import Refused
from .job import Wishes

_SHORTEST_TIMEOUT = 0.1
_FALSE = ("0", "false", "no")


def wishes(request: Request) -> Wishes:
    """The wishes of a submit.

    Raises:
        Refused: one of them cannot be read.
    """
    return Wishes(
        low=_priority(request.headers.get("x-fal-queue-priority")) == "low",
        start_within=_seconds(request.headers.get("x-fal-request-timeout")),
        most_waiting=_count(request.query_params.get("fal_max_queue_length")),
        webhook=request.query_params.get("fal_webhook"),
        keep_input=request.headers.get("x-fal-store-io", "1").lower() not in _FALSE,
    )


def _priority(said: str | None) -> str:
    if said not in (None, "normal", "low"):
        raise Refused(400, f'X-Fal-Queue-Priority: {said[:50]!r} is neither "normal" nor "low".')
    return said or "normal"


def _seconds(said: str | None) -> float | None:
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        seconds = math.nan
    if not _SHORTEST_TIMEOUT < seconds < math.inf:
        allowed = f"a number of seconds above {_SHORTEST_TIMEOUT}"
        raise Refused(400, f"X-Fal-Request-Timeout: {said[:50]!r} is not {allowed}.")
    return seconds


def _count(said: str | None) -> int | None:
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Refused(400, f"fal_max_queue_length: {said[:50]!r} is not a whole number from 0 on.")
    return int(said)
