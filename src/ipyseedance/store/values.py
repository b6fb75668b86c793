"""How a value of a row is read, which anybody may have written: what cannot stand in its column is read as nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..contract.measures import MEASURES
from ..doors.names import is_clip_name
from ..doors.parsing import read_json
from ..doors.text import plain
from .statuses import FAILED, STATUSES

LATEST = 4e9
"""Seconds since the epoch, in the year 2096: no time is later."""
_MOST_DOLLARS, _MOST_SIDE, _MOST_SECONDS, _MOST = 1e7, 100_000, 1e7, 1e15
_LONGEST_JSON, _LONGEST_TEXT, _LONGEST_NAME = 400_000, 20_000, 4_000
_MOST_LOGS, _MOST_TAGS, _MOST_FIELDS = 1_000, 100, 200
_CHARGED = ("no", "maybe", "yes")


def is_number(value: object, least: float, most: float) -> bool:
    """Whether it is a number from `least` to `most`; neither NaN nor a truth value is."""
    return type(value) in (int, float) and least <= value <= most  # type: ignore[operator]


def _real(least: float, most: float, otherwise: float | None = None) -> Callable[[Any], float | None]:
    return lambda value: float(value) if is_number(value, least, most) else otherwise


def _whole(least: int, most: int) -> Callable[[Any], int | None]:
    return lambda value: int(value) if is_number(value, least, most) and value == math.floor(value) else None


def _text(otherwise: str | None = None, longest: int = _LONGEST_NAME) -> Callable[[Any], str | None]:
    return lambda value: value if isinstance(value, str) and len(value) <= longest else otherwise


def _truth(value: object) -> bool:
    return is_number(value, 1, 1)  # as the totals read it


def json_of(text: object, *, most: int = _LONGEST_JSON) -> Any:
    """What a column of JSON holds, or None where it holds none, or more than `most` letters."""
    if not isinstance(text, str):
        return None
    try:
        return read_json(text, most=most)
    except ValueError:
        return None


def _fields(text: object) -> dict[str, Any] | None:
    """A JSON object, by texts; at most 200 members are anybody's request."""
    found = json_of(text)
    return found if isinstance(found, dict) and len(found) <= _MOST_FIELDS else None


def texts_of(text: object) -> dict[str, str] | None:
    """A JSON object of texts."""
    found = _fields(text)
    return None if found is None else {name: value for name, value in found.items() if isinstance(value, str)}


def _lines(text: object) -> list[str] | None:
    found = json_of(text)
    return [_line(line, 2000) for line in found[-_MOST_LOGS:] if isinstance(line, str)] if _is_list(found) else None


def tags_of(text: object) -> list[str] | None:
    """A JSON list of texts."""
    found = json_of(text)
    return [_line(tag, 100) for tag in found[:_MOST_TAGS] if isinstance(tag, str)] if _is_list(found) else None


def _line(text: str, longest: int) -> str:
    # Most are as they are to be shown, and a history has millions: what the door would change is not printable. What
    # was kept had no key in it, and whoever wrote it by hand has none of this person's.
    return text if len(text) <= longest and text.isprintable() else plain(text, longest)


def _is_list(found: object) -> bool:
    return isinstance(found, list)


def error_of(text: object) -> dict[str, Any] | None:
    """A failure as `SeedanceError.to_record` writes it, every member of its kind."""
    if text is None:
        return None
    found = _fields(text) or {"message": "What went wrong cannot be read."}
    charged, problems = found.get("charged"), found.get("problems")
    error: dict[str, Any] = _said(found, "class", "message", "next_step", "type")
    error["charged"] = charged if charged in _CHARGED else "maybe"
    if isinstance(problems, list):
        named = [problem for problem in problems[:_MOST_TAGS] if isinstance(problem, dict)]
        error["problems"] = [_said(problem, "field", "value", "message") for problem in named]
    return error


def _said(found: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: plain(found.get(name) or "", 2000) for name in names}


def measures_of(text: object) -> dict[str, float | str | None] | None:
    """What was measured, by the names there are."""
    found = _fields(text)
    if found is None:
        return None if text is None else {}
    return {name: _measure(name, found[name]) for name in MEASURES if name in found}


def _measure(name: str, value: object) -> float | str | None:
    if MEASURES[name].text:
        return value if isinstance(value, str) and len(value) <= _MOST_FIELDS else None
    return float(value) if is_number(value, -_MOST, _MOST) else None  # type: ignore[arg-type]


READERS: dict[str, Callable[[Any], Any]] = {
    "id": lambda value: int(value),
    **dict.fromkeys(("submitted_at", "started_at", "completed_at"), _real(0, LATEST)),
    "created_at": _real(0, LATEST, 0.0),
    **dict.fromkeys(("server", "endpoint", "model"), _text("")),
    **dict.fromkeys(("resolution", "ratio"), _text()),
    "seconds": _real(0, _MOST_SECONDS),
    "sound": lambda value: None if value is None else _truth(value),
    "asked_seed": _whole(0, 2**63 - 1),
    **dict.fromkeys(("owner", "request_id", "url", "cost_source", "sweep", "signature"), _text()),
    **dict.fromkeys(("free", "dismissed", "star", "bill_accepted"), _truth),
    "has_audio": lambda value: None if value is None else _truth(value),
    "request": lambda text: _fields(text) or {},
    "body": _fields,
    "ticket": texts_of,
    "cell": texts_of,
    "logs": _lines,
    "tags": tags_of,
    "error": error_of,
    "measures": measures_of,
    "estimate": _real(0, _MOST_DOLLARS, 0.0),
    "cost": _real(-_MOST_DOLLARS, _MOST_DOLLARS),
    "status": lambda value: value if value in STATUSES else FAILED,
    "run_seconds": _real(-_MOST_SECONDS, _MOST_SECONDS),
    "clip_duration": _real(0, _MOST_SECONDS),
    "fps": _real(0, 1e6),
    "billable_units": _real(-_MOST, _MOST),
    "seed": _whole(-(2**63), 2**63 - 1),
    "width": _whole(0, _MOST_SIDE),
    "height": _whole(0, _MOST_SIDE),
    "rating": _whole(1, 5),
    "path": lambda name: name if is_clip_name(name) else None,
    "note": _text("", _LONGEST_TEXT),
}
"""What each column's stored value is read as. A value of another kind, or beyond what can be, is read as nothing."""
