"""Scores from votes, against answers that are known or found by another way."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from ipyseedance.ratings.ratings import rank, value_scores
from ipyseedance.ratings.scores import fit, groups, scores

Array = npt.NDArray[np.float64]


@pytest.mark.parametrize(("won", "lost", "tied"), [(1, 0, 0), (10, 0, 0), (7, 3, 0), (2, 2, 3), (0, 4, 1)])
def test_two_clips_have_a_closed_form(won: int, lost: int, tied: int) -> None:
    votes = [("a", "b", "a")] * won + [("b", "a", "b")] * lost + [("a", "b", None)] * tied
    found = scores(["a", "b"], votes)
    # The empirical logit: Jeffreys' prior is half a win each (Haldane 1956, Firth 1993).
    apart = math.log((won + tied / 2 + 0.5) / (lost + tied / 2 + 0.5))
    chance = 1 / (1 + math.exp(-apart))
    error = 1 / math.sqrt(len(votes) * chance * (1 - chance)) / 2  # each is half of their difference
    assert found["a"].score == pytest.approx(apart / 2)
    assert found["a"].score == -found["b"].score
    assert found["a"].high - found["a"].low == pytest.approx(2 * 1.959964 * error, rel=1e-6)
    assert found["a"].votes == found["b"].votes == len(votes)


def test_they_maximise_the_likelihood_with_jeffreys_prior() -> None:
    wins = np.array([[0, 3, 1.5, 0], [1, 0, 2, 4], [0.5, 0, 0, 1], [0, 1, 3, 0]])
    found, error = fit(wins)

    def gain(score: Array) -> float:
        chance = 1 / (1 + np.exp(score[None] - score[:, None]))
        weight = (wins + wins.T) * chance * (1 - chance)
        information = (np.diag(weight.sum(axis=1)) - weight)[1:, 1:]
        return float((wins * np.log(chance)).sum() + np.linalg.slogdet(information)[1] / 2)

    # Every coordinate in turn, by ever smaller steps: it knows nothing of slopes.
    best, step = np.zeros(4), 1.0
    while step > 1e-7:
        tries = [best + sign * step * np.eye(4)[n] for n in range(4) for sign in (1, -1)]
        better = max(tries, key=gain)
        best, step = (better, step) if gain(better) > gain(best) else (best, step / 2)
    assert found == pytest.approx(best - best.mean(), abs=1e-5)
    assert found.mean() == pytest.approx(0)

    # The spread of a score is that of the inverse information, found here by the pseudo-inverse.
    chance = 1 / (1 + np.exp(found[None] - found[:, None]))
    weight = (wins + wins.T) * chance * (1 - chance)
    assert error == pytest.approx(np.sqrt(np.diag(np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight))))


def test_what_won_every_time_has_a_finite_score() -> None:
    found = scores(["a", "b", "c"], [("a", "b", "a"), ("a", "c", "a"), ("b", "c", "b")] * 5)
    assert found["a"].score > found["b"].score > found["c"].score
    assert found["b"].score == pytest.approx(0, abs=1e-9)
    assert found["a"].high < 10
    assert sum(score.score for score in found.values()) == pytest.approx(0, abs=1e-9)


def test_simulated_votes_give_the_order_back_and_intervals_that_hold() -> None:
    dice, true = np.random.default_rng(7), np.linspace(-1.5, 1.5, 8)
    held = 0
    for _ in range(40):
        votes = []
        for a, b in list(combinations(range(8), 2)) * 6:
            votes.append((a, b, a if dice.random() < 1 / (1 + np.exp(true[b] - true[a])) else b))
        found = scores(range(8), votes)
        held += sum(found[n].low <= true[n] <= found[n].high for n in range(8))
    assert held / 320 == pytest.approx(0.95, abs=0.03)
    assert np.corrcoef([found[n].score for n in range(8)], true)[0, 1] > 0.95


def test_the_order_of_clips_votes_and_sides_changes_nothing() -> None:
    votes = [(1, 2, 1), (2, 3, 2), (3, 1, None), (1, 3, 3), (2, 1, 1)]
    turned = [(b, a, winner) for a, b, winner in reversed(votes)]
    one, other = scores([1, 2, 3], votes), scores([3, 1, 2], turned)
    for id in (1, 2, 3):
        assert one[id] == pytest.approx(other[id])


def test_what_no_votes_connect_is_not_compared() -> None:
    found = scores([1, 2, 3, 4, 5, 6], [(5, 4, 5), (4, 6, 4), (1, 2, None), (9, 1, 9), (3, 3, 3)])
    assert [found[n].group for n in (4, 5, 6)] == [0, 0, 0]
    assert [found[n].group for n in (1, 2)] == [1, 1]
    assert found[5].score + found[4].score + found[6].score == pytest.approx(0, abs=1e-9)
    assert found[1].score == found[2].score == 0
    assert math.isnan(found[3].score)
    assert math.isnan(found[3].low)
    assert (found[3].votes, found[3].group) == (0, -1)
    assert [id for id, _ in rank(found)] == [5, 4, 6, 1, 2, 3]
    assert groups(np.zeros((3, 3))) == []
    assert scores([], []) == {}


def test_many_clips_of_which_few_were_compared_cost_little() -> None:
    found = scores(range(100_000), [(70_000, 3, 3)])  # a matrix of all would be 80 GB
    assert found[3].score == -found[70_000].score > 0
    assert len(found) == 100_000


def test_values_of_an_axis_are_scored_by_the_votes_between_them() -> None:
    values = {1: "fox", 2: "fox", 3: "owl", 4: "owl"}
    votes = [(1, 3, 1), (2, 4, 2), (3, 2, 2), (4, 1, 4), (1, 2, 1), (1, 7, 7)]
    found = value_scores(values, votes)
    assert found["fox"].votes == 4  # two are among foxes, or with a clip that has no place
    assert found == scores(["fox", "owl"], [("fox", "owl", "fox")] * 3 + [("fox", "owl", "owl")])
