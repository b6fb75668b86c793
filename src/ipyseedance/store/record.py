"""One generation as the history keeps it."""

from __future__ import annotations

import json
import sqlite3
import time
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
ENDED = frozenset({COMPLETED, FAILED, CANCELLED, UNCONFIRMED})

_JSON = frozenset({"request", "body", "ticket", "logs", "error"})
_BOOLEAN = frozenset({"free", "has_audio", "dismissed"})


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
    """Where `cost` comes from: "free", "billed" or "estimate"."""
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

    @property
    def queue_seconds(self) -> float | None:
        if self.submitted_at is None or self.started_at is None:
            return None
        return self.started_at - self.submitted_at


COLUMNS = tuple(f.name for f in fields(Record))


def to_row(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in _JSON and value is not None else value
        for name, value in values.items()
    }


def from_row(row: sqlite3.Row) -> Record:
    values = {}
    for name in COLUMNS:
        value = row[name]
        if value is not None and name in _JSON:
            value = json.loads(value)
        elif value is not None and name in _BOOLEAN:
            value = bool(value)
        values[name] = value
    return Record(**values)


def now() -> float:
    return time.time()
