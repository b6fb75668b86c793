"""How good things are, from comparisons of two at a time: the model of Bradley and Terry (1952).

Each thing i has a score s_i, and wins against j with probability 1 / (1 + exp(s_j - s_i)): one point apart is 73 wins
in a hundred, two points 88. A tie counts as half a win of each, which makes the intervals a little wide where ties are
many. The scores maximise the likelihood under Jeffreys' prior, which Firth (1993) showed to remove the estimate's first
bias: it acts like n - 1 ties in all among n things, spread over the pairs that were compared by how much each tells, so
that what has won every time gets a finite score too. Intervals are 95 %, from the inverse of the information. A common
constant cannot be known, so the scores of a group have the mean 0.

Where the comparisons fall apart into groups that nothing connects, each group is a scale of its own: scores of
different groups do not compare. What was never compared has no score.

R. A. Bradley and M. E. Terry, Rank analysis of incomplete block designs, Biometrika 39 (1952), 324-345.
D. Firth, Bias reduction of maximum likelihood estimates, Biometrika 80 (1993), 27-38.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
T = TypeVar("T", bound=Hashable)

_Z = 1.959963984540054
"""Standard deviations to either side that hold 95 % of a normal distribution."""
_STEPS = 500
_LONGEST_STEP = 2.0
_SMALL = 1e-9


class Score(NamedTuple):
    """What the comparisons say of one thing; the numbers are NaN where there is none of it."""

    score: float
    low: float
    high: float
    votes: int
    """Comparisons it took part in."""
    group: int
    """Only scores of one group compare. Numbered from 0, the largest first; -1 for what was never compared."""


def scores(things: Sequence[T], comparisons: Iterable[tuple[T, T, T | None]]) -> dict[T, Score]:
    """The score of each thing.

    Args:
        things: what to score, each once.
        comparisons: two things, and which of them won, or None for a tie. One of a thing with itself, or with something
            not asked for, is left out.
    """
    found = {thing: Score(np.nan, np.nan, np.nan, 0, -1) for thing in things}
    counted = [one for one in comparisons if one[0] != one[1] and one[0] in found and one[1] in found]
    # The matrix has those alone that were compared: they are few, where the things may be 10,000.
    met_at_all = {thing for first, second, _ in counted for thing in (first, second)}
    compared = [thing for thing in found if thing in met_at_all]
    place = {thing: n for n, thing in enumerate(compared)}
    wins = np.zeros((len(compared), len(compared)))
    for first, second, winner in counted:
        a, b = place[first], place[second]
        wins[a, b] += 0.5 if winner is None else float(winner == first)
        wins[b, a] += 0.5 if winner is None else float(winner == second)
    met = wins + wins.T
    for number, group in enumerate(groups(met)):
        score, error = fit(wins[np.ix_(group, group)])
        for n, value, spread in zip(group, score, _Z * error, strict=True):
            votes = round(met[n].sum())
            found[compared[n]] = Score(float(value), float(value - spread), float(value + spread), votes, number)
    return found


def groups(met: Array) -> list[list[int]]:
    """Which things are connected by comparisons: groups of at least two, the largest first, then by their first."""
    left = {n for n in range(len(met)) if met[n].any()}
    found = []
    while left:
        frontier = {min(left)}
        group: set[int] = set()
        while frontier:
            group |= frontier
            frontier = {int(n) for n in np.flatnonzero(met[list(frontier)].any(axis=0))} - group
        left -= group
        found.append(sorted(group))
    return sorted(found, key=lambda group: (-len(group), group[0]))


def fit(wins: Array) -> tuple[Array, Array]:
    """The scores of a connected group, and their standard errors.

    Args:
        wins: how often each row's thing won against each column's, shape (n, n), the diagonal zero; ties are halves.
    """
    met = wins + wins.T
    score = np.zeros(len(wins))
    for _ in range(_STEPS):
        chance = _chance(score)
        # Jeffreys' prior: each pair has as much of a tie more as it weighs in the fit.
        prior = met * chance * (1 - chance) * _distances(_covariance(met, chance))
        slope = (wins + prior / 2 - (met + prior) * chance).sum(axis=1)
        step = _covariance(met + prior, chance) @ slope
        score += np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        score -= score.mean()
        if np.abs(step).max() < _SMALL:
            break
    return score, np.sqrt(np.diag(_covariance(met, _chance(score))))


def _chance(score: Array) -> Array:
    """How likely each row's thing wins against each column's."""
    return np.asarray(1 / (1 + np.exp(score[None, :] - score[:, None])))


def _covariance(met: Array, chance: Array) -> Array:
    """The scores' covariance when their mean is zero: the inverse of the information, but for the common constant."""
    weight = met * chance * (1 - chance)
    information = np.diag(weight.sum(axis=1)) - weight
    constant = 1 / len(met)
    return np.asarray(np.linalg.inv(information + constant) - constant)


def _distances(covariance: Array) -> Array:
    """The variance of each difference of two scores."""
    variance = np.diag(covariance)
    return np.asarray(variance[:, None] + variance[None, :] - 2 * covariance)
