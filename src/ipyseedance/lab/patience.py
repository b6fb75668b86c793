"""How long to wait before asking again."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0


def waits(first: float = FIRST_WAIT, longest: float = LONGEST_WAIT) -> Iterator[float]:
    """Seconds to wait, doubling up to the longest, scattered by a quarter so that many jobs do not ask in step."""
    wait = first
    while True:
        yield wait * random.uniform(0.75, 1.25)  # noqa: S311 - it need not be secret
        wait = min(wait * 2, longest)
