"""What may be said of a clip, and what is told when it may not."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import ipyseedance as sd
from ipyseedance.ratings.rating import check_ratings


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"star": np.bool_(True)}, {"star": True}),
        ({"rating": np.int64(4)}, {"rating": 4}),
        ({"rating": None, "star": False}, {"rating": None, "star": False}),
        ({"tags": ("crisp", " no   drift ", "crisp")}, {"tags": ["crisp", "no drift"]}),
        ({"tags": []}, {"tags": None}),
        ({"note": " The best.\n"}, {"note": "The best."}),
    ],
)
def test_it_is_kept_plain(said: dict[str, Any], kept: dict[str, Any]) -> None:
    found = check_ratings(said)
    assert found == kept
    assert all(type(found[name]) is type(kept[name]) for name in kept)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"star": 1}, "star: 1 is not allowed; give True or False"),
        ({"rating": 6}, "rating: 6 is not allowed; give a whole number from 1 to 5, or None"),
        ({"rating": 0}, "rating: 0 is not allowed"),
        ({"rating": True}, "rating: True is not allowed"),
        ({"rating": 3.5}, "rating: 3.5 is not allowed"),
        ({"rating": "3"}, "rating: '3' is not allowed"),
        (
            {"tags": "crisp"},
            "tags: 'crisp' is not allowed; give up to 20 tags of 1 to 40 letters without commas, as a list",
        ),
        ({"tags": ["a, b"]}, "tags: ['a, b'] is not allowed"),
        ({"tags": [" "]}, "tags: [' '] is not allowed"),
        ({"tags": ["x" * 41]}, "tags: ['xxx"),
        ({"tags": [str(n) for n in range(21)]}, "tags: ['0', '1'"),
        ({"tags": 7}, "tags: 7 is not allowed"),
        ({"note": None}, "note: None is not allowed; give a text of at most 2,000 letters"),
        ({"note": "x" * 2001}, "note: 'xxx"),
        ({"colour": "red"}, "colour: not a judgement; give star, rating, tags, note"),
    ],
)
def test_what_is_not_allowed_is_named(said: dict[str, Any], told: str) -> None:
    with pytest.raises(sd.InvalidRequest, match=f"^{re.escape(told)}") as caught:
        check_ratings(said)
    assert str(caught.value).endswith("Nothing was kept.")


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        check_ratings({"rating": 9, "star": "yes", "note": "fine"})
    assert [problem.field for problem in caught.value.problems] == ["rating", "star"]
