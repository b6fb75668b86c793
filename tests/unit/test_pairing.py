"""Which two clips come next in a blind vote."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations, pairwise

from ipyseedance.ratings.pairing import Comparison, count_compared, next_pair


def session(count: int, votes: int, seed: int = 1) -> list[Comparison]:
    """A person who always prefers the higher number."""
    given: list[Comparison] = []
    dice, last = random.Random(seed), None
    for _ in range(votes):
        last = next_pair(range(count), given, last, dice)
        given.append((*last, max(last)))
    return given


def test_every_pair_comes_once_before_any_comes_again() -> None:
    votes = session(6, 30)
    pairs = [frozenset(vote[:2]) for vote in votes]
    assert len(set(pairs[:15])) == len(set(pairs[15:])) == 15
    assert all(a != b for a, b in pairwise(pairs))


def test_few_votes_reach_every_clip_and_connect_them() -> None:
    votes = session(16, 15)
    shown = Counter(clip for vote in votes for clip in vote[:2])
    assert len(shown) == 16
    linked = {0}
    for _ in votes:
        linked |= {clip for vote in votes if linked & set(vote[:2]) for clip in vote[:2]}
    assert linked == set(range(16))


def test_sides_are_left_to_chance() -> None:
    dice = random.Random(3)
    sides = Counter(next_pair([7, 9], [], (7, 9), dice) for _ in range(400))
    assert set(sides) == {(7, 9), (9, 7)}
    assert 150 < sides[7, 9] < 250


def test_the_pair_that_tells_most_comes_first_among_those_met_as_often() -> None:
    # 1 and 2 have beaten 3 and 4; of what has not met, those of one strength are the closest.
    votes = [(1, 3, 1), (1, 4, 1), (2, 3, 2), (2, 4, 2)]
    assert all(
        {1, 2} == set(p) or {3, 4} == set(p)
        for p in (next_pair([1, 2, 3, 4], votes, None, random.Random(n)) for n in range(20))
    )


def test_of_very_many_clips_those_with_the_fewest_votes_are_looked_at() -> None:
    votes = [(a, b, a) for a, b in combinations(range(20), 2)]
    assert all(clip >= 20 for clip in next_pair(range(1000), votes, None, random.Random(1)))


def test_progress_counts_pairs_not_votes() -> None:
    assert count_compared([1, 2, 3], [(1, 2, 1), (2, 1, None), (3, 9, 9)]) == (1, 3)
