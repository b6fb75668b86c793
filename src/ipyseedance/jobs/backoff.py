"""How long to wait before asking again."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from ..contract.errors import InvalidRequest, Problem

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0


def delays(first: float = FIRST_WAIT) -> Iterator[float]:
    """Seconds to wait, doubling up to the longest, scattered by a quarter so that many jobs do not ask in step."""
    wait = first
    while True:
        yield jitter(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def jitter(seconds: float) -> float:
    """About that long: a quarter more or less."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311 - it need not be secret


def seconds_of(value: object) -> float:
    """A deadline as it was given. Raises InvalidRequest unless it is more than 0."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    raise InvalidRequest([Problem("deadline", repr(value), f"{value!r} is not allowed; give seconds, more than 0")])
