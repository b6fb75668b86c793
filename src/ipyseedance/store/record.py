"""One generation as the history keeps it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..contract.catalog import asked_of, known
from ..contract.roles import Asked
from .statuses import CANCELLED, COMPLETED, FAILED, PENDING, UNCONFIRMED
from .values import READERS

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
        return price_of(self.estimate, self.bill_accepted)

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
        ended = given_up or self.status in (FAILED, CANCELLED, COMPLETED)
        return self.cost is None and not self.free and ended

    @property
    def reserved(self) -> float:
        """US dollars the totals have reserved for it."""
        return self.estimate if self.cost is None and not self.free else 0.0

    @property
    def overbilled(self) -> bool:
        """Whether it was billed far above its estimate; `conditions.OVERBILLED` until a person accepts that."""
        return overbilled(self.estimate, self.cost, self.cost_source, self.free)


def price_of(estimate: float, bill_accepted: bool) -> float | None:  # noqa: FBT001
    """`Record.price`, for who has no record."""
    return None if bill_accepted and not estimate else estimate


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
