"""What the queue's answers say, read with patience: a field of a wrong type is left out, and never raises."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ..doors.text import plain

MOST_LINES, LONGEST_LOG_LINE = 1000, 2000
"""Lines of a job's log that are kept, the newest, and the letters of each."""
_LONGEST_WORD, _LONGEST_URL = 60, 8192
_VIDEO = re.compile(rb'"video"\s*:\s*\{[^{}]*?"url"\s*:\s*"(https?:(?:[^"\\\s]|\\/){1,8000})"')
_LARGEST_NUMBER = 2**63 - 1
"""What a column of the history holds."""


@dataclass(frozen=True)
class Progress:
    """One reading of a request's status. `logs` are the lines this reading carried, the newest 1,000 of them."""

    status: str
    """IN_QUEUE, IN_PROGRESS or COMPLETED, the last also for failed and cancelled requests."""
    queue_position: int | None = None
    logs: tuple[str, ...] = ()
    error: str = ""
    inference_seconds: float | None = None
    earlier: tuple[Progress, ...] = ()
    """Readings of the same stream that came just before it, and were not told by themselves."""


@dataclass(frozen=True)
class Result:
    """What a finished request gives."""

    url: str
    seed: int | None
    billable_units: float | None


def progress_of(body: Any) -> Progress:
    """Read a status. Raises ValueError when it is no JSON object."""
    body = object_of(body)
    logs, metrics = body.get("logs"), body.get("metrics")
    return Progress(
        status=word(body.get("status")),
        queue_position=_whole(body.get("queue_position")),
        logs=tuple(filter(None, map(_line, logs[-MOST_LINES:] if isinstance(logs, list) else ()))),
        error=_text(body.get("error"), 500),
        inference_seconds=_amount(metrics.get("inference_time") if isinstance(metrics, dict) else None),
    )


def result_of(answer: Any, billable_units: str | None = None) -> Result:
    """Read a finished request's answer.

    Args:
        answer: the JSON.
        billable_units: what the header of that name says.

    Raises:
        ValueError: it holds no clip.
    """
    video = answer.get("video") if isinstance(answer, dict) else None
    url = video.get("url") if isinstance(video, dict) else None
    if not isinstance(url, str) or len(url) > _LONGEST_URL:
        raise ValueError("no clip")
    return Result(plain(url, _LONGEST_URL), _whole(answer.get("seed")), _amount(billable_units, math.inf))


def clip_in(text: bytes, billable_units: str | None = None) -> Result:
    """The same of an answer that is not quite JSON, such as one with NaN in it: the clip is paid for.

    Raises:
        ValueError: it holds no clip.
    """
    found = _VIDEO.search(text)
    if found is None:
        raise ValueError("no clip")
    return Result(plain(found[1].replace(b"\\/", b"/"), _LONGEST_URL), None, _amount(billable_units))


def object_of(value: Any) -> dict[str, Any]:
    """A JSON object as it is. Raises ValueError when it is something else."""
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def word(value: Any) -> str:
    """A service's own word for something, or ""."""
    return _text(value, _LONGEST_WORD)


def _line(entry: Any) -> str:
    return _text(entry.get("message") if isinstance(entry, dict) else entry, LONGEST_LOG_LINE)


def _text(value: Any, longest: int) -> str:
    return plain(value, longest) if isinstance(value, (str, int, float)) else ""


def _whole(value: Any) -> int | None:
    """A whole number, also where it is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    usable = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER
    return value if usable else None


def _amount(value: Any, most: float = 1e12) -> float | None:
    """A number that is not below 0, also where it is written as text."""
    if not isinstance(value, (int, float, str)) or isinstance(value, bool) or len(str(value)) > 40:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number < most else None
