"""Which two clips to compare next."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from .scores import scores

_MOST = 120
"""Clips among which pairs are looked for: of more, those with the fewest votes."""

Comparison = tuple[int, int, int | None]


def next_pair(
    ids: Sequence[int], votes: Iterable[Comparison], last: tuple[int, int] | None, dice: random.Random
) -> tuple[int, int]:
    """Two clips, and by chance which of them is first.

    Those compared the fewest times come first. Among these, two that nothing connects yet, then those with the fewest
    votes, then those whose scores are closest, for there the next vote tells most; what is left is left to chance.

    Args:
        ids: at least two clips.
        votes: two clips, and the winner or None.
        last: the pair that was compared last, which is not given again unless there is no other.
    """
    among = set(ids)
    counted = [vote for vote in votes if vote[0] in among and vote[1] in among]
    found = scores(list(dict.fromkeys(ids)), counted)
    pool = sorted(among, key=lambda clip: (found[clip].votes, dice.random()))[:_MOST]
    met = Counter(frozenset(vote[:2]) for vote in counted)

    def worth(pair: tuple[int, int]) -> tuple[float, ...]:
        a, b = found[pair[0]], found[pair[1]]
        apart = a.group != b.group or a.group < 0
        return met[frozenset(pair)], not apart, a.votes + b.votes, 0 if apart else abs(a.score - b.score), dice.random()

    pairs = list(combinations(pool, 2))
    others = [pair for pair in pairs if last is None or set(pair) != set(last)]
    first, second = min(others or pairs, key=worth)
    return (first, second) if dice.random() < 0.5 else (second, first)


def count_compared(ids: Iterable[int], votes: Iterable[Comparison]) -> tuple[int, int]:
    """How many of the pairs among these clips have been compared, and how many there are."""
    among = set(ids)
    pairs = {frozenset(vote[:2]) for vote in votes if vote[0] in among and vote[1] in among}
    return len(pairs), len(among) * (len(among) - 1) // 2
