"""What a person may say of a clip."""

from __future__ import annotations

from typing import Any

from ..contract.errors import InvalidRequest, Problem

BEST = 5


def judged(changes: dict[str, Any]) -> dict[str, Any]:
    """The history's columns for a judgement.

    Raises:
        InvalidRequest: naming what is not allowed.
    """
    problems = []
    for name, value in changes.items():
        if name == "star" and not isinstance(value, bool):
            problems.append(Problem(name, repr(value), f"{value!r} is not allowed; give True or False"))
        elif name == "rating" and value is not None and (type(value) is not int or not 1 <= value <= BEST):
            problems.append(Problem(name, repr(value), f"{value!r} is not allowed; give 1 to {BEST}, or None"))
        elif name not in ("star", "rating"):
            problems.append(Problem(name, repr(value), "not a judgement; give star or rating"))
    if problems:
        raise InvalidRequest(problems)
    return changes
