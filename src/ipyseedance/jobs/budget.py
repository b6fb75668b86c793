"""A project's budget, as somebody gives it."""

from __future__ import annotations

from ..contract.errors import InvalidRequest, Problem

LARGEST = 1_000_000
"""US dollars a budget can be: more is a slip, and the purse counts in nano-dollars."""


def dollars_of(value: object) -> float:
    """A budget as it was given. Raises InvalidRequest unless it is 0 to `LARGEST`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return float(value)
    shown = repr(value)[:40]
    allowed = f"give US dollars, 0 or more, at most {LARGEST:,}"
    raise InvalidRequest([Problem("budget", shown, f"{shown} is not allowed; {allowed}")])
