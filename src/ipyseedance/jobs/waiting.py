"""What waits in a project for a person's word: what was never sent, and what somebody else asked for.

A row's own word for its price, or for its being free, is not taken: both follow from the request and from where the
project sends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..contract.errors import SeedanceError
from ..contract.price import total
from ..contract.requests import VideoRequest
from ..store.claims import Claim
from ..store.record import Record
from ..store.statuses import PENDING
from .stored import stand_in_of


@dataclass(frozen=True)
class Waiting:
    """The jobs that wait, as they were read, and what they would cost."""

    records: list[Record] = field(default_factory=list)
    """All of them, oldest first."""
    unsent: list[Record] = field(default_factory=list)
    """Those that would be sent, this person's and somebody else's, priced anew."""
    others: list[Record] = field(default_factory=list)
    """Those of somebody else, sent or not."""
    held: list[Record] = field(default_factory=list)
    """Those of this kernel that a bill holds back, at the prices they were asked for at. They are not in `records`."""
    bills: list[Record] = field(default_factory=list)
    """What was billed far above its estimate, newest first. Going on accepts it: it holds its run no more."""

    @property
    def jobs(self) -> int:
        """How many jobs wait in all."""
        return len(self.records) + len(self.held)

    @property
    def count(self) -> int:
        """How many would be sent."""
        return len(self.unsent) + len(self.held)

    @property
    def cost(self) -> float | None:
        """US dollars that would cost; 0 on the offline engine. None where the price of one is not known."""
        return total(cost_of(record) for record in (*self.unsent, *self.held))

    @property
    def foreign(self) -> int:
        """How many somebody else asked for."""
        return len(self.others)


def reprice(record: Record, estimate: Callable[[VideoRequest], float | None], *, free: bool) -> Record:
    """A row with the price its request has now, where the project sends it."""
    dollars: float | None
    try:
        dollars = estimate(stand_in_of(record)) if record.request else 0.0
    except SeedanceError:  # it cannot be sent, and says why when it is tried
        dollars = 0.0
    return replace(record, estimate=dollars or 0.0, free=free, bill_accepted=dollars is None)


def cost_of(record: Record) -> float | None:
    """US dollars it may cost to send a job; None where that is not known."""
    return 0.0 if record.free else record.price


def claim_of(read: Record, owner: str, priced: Record | None) -> Claim:
    """What taking a job over makes of its row.

    One that is to be sent begins anew: nothing its row says of a request that was sent, or of what that cost, stands.

    Args:
        read: the row as it was read.
        priced: the same, priced anew; None for one of this person's that was sent, which keeps what was expected then.
    """
    changes: dict[str, Any] = {"owner": owner, "error": None, "status": read.status}
    if priced is None:
        return Claim(read, changes)
    # A bill that was accepted while the price was not known is not, now that it is.
    changes |= {"estimate": priced.estimate, "free": priced.free, "bill_accepted": priced.price is None}
    if not read.is_unsent:
        return Claim(read, changes)
    fresh = dict.fromkeys(("body", "request_id", "ticket", "submitted_at", "started_at", "completed_at", "run_seconds",
                           "url", "path", "cost", "cost_source", "billable_units"))  # fmt: skip
    return Claim(read, changes | fresh | {"status": PENDING}, cost_of(priced) or 0.0)
