"""What a person may say of a clip."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from ..contract.errors import InvalidRequest, Problem

BEST = 5
MOST_TAGS = 20
LONGEST_TAG = 40
LONGEST_NOTE = 2000
"""Letters."""


def check_ratings(changes: dict[str, Any]) -> dict[str, Any]:
    """The history's columns for a judgement.

    Raises:
        InvalidRequest: naming what is not allowed.
    """
    columns, problems = {}, []
    for name, value in changes.items():
        try:
            columns[name] = _CHECKS[name](value)
        except KeyError:
            problems.append(Problem(name, _describe(value), f"not a judgement; give {', '.join(_CHECKS)}"))
        except ValueError as error:
            problems.append(Problem(name, _describe(value), f"{_describe(value)} is not allowed; give {error}"))
    if problems:
        raise InvalidRequest(problems, next_step="Nothing was kept.")
    return columns


def _star(value: object) -> bool:
    if type(value).__name__ not in ("bool", "bool_"):  # NumPy's own too, as a table gives it
        raise ValueError("True or False")
    return bool(value)


def _check_rating(value: Any) -> int | None:
    if value is None:
        return None
    try:
        rating = operator.index(value)
    except TypeError:
        rating = 0
    if isinstance(value, bool) or not 1 <= rating <= BEST:
        raise ValueError(f"a whole number from 1 to {BEST}, or None")
    return rating


def _tags(value: object) -> list[str] | None:
    allowed = f"up to {MOST_TAGS} tags of 1 to {LONGEST_TAG} letters without commas, as a list"
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(allowed)
    tags: list[str] = []
    for tag in value:
        if not isinstance(tag, str) or "," in tag or not 1 <= len(text := " ".join(tag.split())) <= LONGEST_TAG:
            raise ValueError(allowed)
        if text not in tags:
            tags.append(text)
    if len(tags) > MOST_TAGS:
        raise ValueError(allowed)
    return tags or None


def _note(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        raise ValueError(f"a text of at most {LONGEST_NOTE:,} letters")
    return value.strip()


_CHECKS = {"star": _star, "rating": _check_rating, "tags": _tags, "note": _note}


def _describe(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
