"""One generation as the history keeps it, and how a row is read that anybody may have written."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..contract.catalog import asked_of, known
from ..contract.measures import MEASURES
from ..contract.roles import Asked
from ..doors.names import is_clip_name
from ..doors.parsing import read_json
from ..doors.text import plain

PENDING = "PENDING"
SUBMITTING = "SUBMITTING"
IN_QUEUE = "IN_QUEUE"
IN_PROGRESS = "IN_PROGRESS"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
CANCELLED = "CANCELLED"
UNCONFIRMED = "UNCONFIRMED"
STATUSES = frozenset((PENDING, SUBMITTING, IN_QUEUE, IN_PROGRESS, COMPLETED, FAILED, CANCELLED, UNCONFIRMED))

BILLED, PERSON = "billed", "person"
"""Words of `cost_source`: the service says it, or somebody did."""
LARGEST_COST = 1e4
"""US dollars a generation can cost: the totals count no more of a row."""
_FAR_ABOVE = 1.5
ABSENT = "absent"
"""The type of an Unconfirmed error whose request was looked for long enough: `Project.resume` may send it again."""

_JSON = frozenset({"request", "body", "ticket", "logs", "error", "cell", "measures", "tags"})


@dataclass(frozen=True, slots=True)
class Record:
    """One generation as the history keeps it. Times are seconds since the epoch, money US dollars."""

    created_at: float
    server: str
    free: bool
    endpoint: str
    request: dict[str, Any]
    estimate: float
    status: str
    owner: str | None = None
    id: int = 0
    """0 until the history has it."""
    body: dict[str, Any] | None = field(default=None, repr=False)
    request_id: str | None = None
    ticket: dict[str, str] | None = field(default=None, repr=False)
    submitted_at: float | None = None
    started_at: float | None = None
    completed_at: float | None = None
    run_seconds: float | None = None
    seed: int | None = None
    url: str | None = None
    billable_units: float | None = None
    cost: float | None = None
    cost_source: str | None = None
    """Where `cost` comes from.

    "billed": the units the service says it billed, at its price, or the account's billing. "estimate": what was
    expected, where it does not say. "person": what somebody said by `generation.settle`. "free": the offline engine
    made it. "elsewhere": an imported request, paid outside the project, so 0.0 here.
    """
    path: str | None = None
    """The clip's file, relative to the project folder."""
    width: int | None = None
    height: int | None = None
    clip_duration: float | None = None
    fps: float | None = None
    has_audio: bool | None = None
    logs: list[str] | None = field(default=None, repr=False)
    error: dict[str, Any] | None = None
    dismissed: bool = False
    sweep: str | None = None
    """The run of a sweep it belongs to."""
    cell: dict[str, str] | None = field(default=None, repr=False)
    """Its place in that sweep: each axis' value, as text."""
    measures: dict[str, float | str | None] | None = field(default=None, repr=False)
    """What was measured in its clip, by `ipyseedance.contract.measures`' names; empty when it cannot be measured."""
    star: bool = False
    rating: int | None = None
    """1 to 5, or None."""
    tags: list[str] | None = None
    note: str = ""
    signature: str | None = field(default=None, repr=False)
    """By whoever asked for it, or said that it goes on; `trust.py` reads it."""
    bill_accepted: bool = False
    """Whether a person saw that it was billed far above its estimate, or that its price was not known, and went on."""

    model: str = ""
    """The name of the model it was asked of; its endpoint where that is not known. This and the next five are what was
    asked for, so that it can be looked for and counted when the endpoint is known no more."""
    seconds: float | None = None
    resolution: str | None = None
    ratio: str | None = None
    sound: bool | None = None
    asked_seed: int | None = None

    @property
    def asked(self) -> Asked:
        """What it asks for, by role. Where its endpoint is known no more, its columns say what they can."""
        columns = (self.seconds, self.resolution, self.ratio, self.sound, self.asked_seed)
        return asked_of(self.endpoint, self.request, columns)

    @property
    def price(self) -> float | None:
        """The estimate; None where the price was not known: then that is 0, and any bill was accepted beforehand."""
        return None if self.bill_accepted and not self.estimate else self.estimate

    @property
    def queue_seconds(self) -> float | None:
        if self.submitted_at is None or self.started_at is None:
            return None
        return self.started_at - self.submitted_at

    @property
    def is_unsent(self) -> bool:
        """Whether it was provably never sent: not yet, or its answer was lost and the service does not know it."""
        return self.status == PENDING or self.is_absent

    @property
    def is_absent(self) -> bool:
        """Whether its answer was lost and the service does not know it long after."""
        return self.status == UNCONFIRMED and self.cost is None and (self.error or {}).get("type") == ABSENT

    @property
    def is_open(self) -> bool:
        """Whether it has ended and nobody knows if it was billed; `conditions.OPEN_AMOUNT` in the history."""
        given_up = self.error is not None and self.status in (UNCONFIRMED, COMPLETED)
        ended = given_up or self.status in (FAILED, CANCELLED)
        return self.cost is None and not self.free and ended

    @property
    def reserved(self) -> float:
        """US dollars the totals have reserved for it."""
        return self.estimate if self.cost is None and not self.free else 0.0

    @property
    def overbilled(self) -> bool:
        """Whether it was billed far above its estimate; `conditions.OVERBILLED` until a person accepts that."""
        return overbilled(self.estimate, self.cost, self.cost_source, self.free)


def overbilled(estimate: float, cost: float | None, cost_source: str | None, free: bool) -> bool:  # noqa: FBT001
    """`Record.overbilled`, for who has no record."""
    return cost_source == BILLED and not free and estimate > 0 and (cost or 0.0) > _FAR_ABOVE * estimate


def columns_asked(endpoint: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of what a request asks for."""
    asked, found = asked_of(endpoint, request), known(endpoint)
    return {
        "model": found.model if found is not None else endpoint,
        "seconds": asked.seconds,
        "resolution": asked.resolution,
        "ratio": asked.ratio,
        "sound": asked.sound,
        "asked_seed": asked.seed,
    }


def with_columns(record: Record) -> Record:
    """The same, whose columns say what its request asks for."""
    return replace(record, **columns_asked(record.endpoint, record.request))


JUDGEMENTS = ("star", "rating", "tags", "note")
COLUMNS = tuple(f.name for f in fields(Record))


def to_row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in _JSON and value is not None else value
        for name, value in values.items()
    }


def from_row(row: Iterable[Any]) -> Record:
    """The record whose `COLUMNS` these are. What cannot stand in a column is read as nothing, and never raises."""
    return Record(**{name: READERS[name](value) for name, value in zip(COLUMNS, row, strict=True)})


def now() -> float:
    return time.time()


# How each column is read.

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
