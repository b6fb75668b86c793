"""One generation as the history keeps it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

PENDING = "PENDING"
SUBMITTING = "SUBMITTING"
IN_QUEUE = "IN_QUEUE"
IN_PROGRESS = "IN_PROGRESS"
COMPLETED = "COMPLETED"
FAILED = "FAILED"
CANCELLED = "CANCELLED"
UNCONFIRMED = "UNCONFIRMED"

_JSON = frozenset({"request", "body", "ticket", "logs", "error", "cell", "measures", "tags"})
_BOOLEAN = frozenset({"free", "has_audio", "dismissed", "star"})


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

    "billed": the units the service says it billed, at its price. "estimate": what was expected, where it does not say.
    "free": the offline engine made it. "elsewhere": an imported request, paid outside the project, so 0.0 here.
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

    @property
    def queue_seconds(self) -> float | None:
        if self.submitted_at is None or self.started_at is None:
            return None
        return self.started_at - self.submitted_at


JUDGEMENTS = ("star", "rating", "tags", "note")
COLUMNS = tuple(f.name for f in fields(Record))


def to_row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in _JSON and value is not None else value
        for name, value in values.items()
    }


def from_row(row: Iterable[Any]) -> Record:
    """The record whose `COLUMNS` these are."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in _JSON:
        if values[name] is not None:
            values[name] = json.loads(values[name])
    for name in _BOOLEAN:
        if values[name] is not None:
            values[name] = bool(values[name])
    return Record(**values)


def now() -> float:
    return time.time()
