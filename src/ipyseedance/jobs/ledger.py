"""What is known of a bill: how a job is settled, and what is said of one that is far above its estimate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..contract.errors import InvalidRequest, OverBudget, Problem, Unconfirmed
from ..store.record import BILLED, LARGEST_COST, PERSON, Record
from ..store.statuses import FAILED, UNCONFIRMED
from ..store.store import Store
from .prices import credible_dollars

_SETTLED_BY_HAND = (None, "estimate", PERSON)
"""The words of `cost_source` that a person's may replace."""


def read_cost(cost: object) -> float:
    """A cost as somebody said it. Raises InvalidRequest unless it is US dollars, 0 to `LARGEST_COST`."""
    if isinstance(cost, (int, float)) and not isinstance(cost, bool) and 0 <= cost <= LARGEST_COST:
        return float(cost)
    shown = repr(cost)[:40]
    allowed = f"give US dollars, 0 to {LARGEST_COST:,.0f}; 0 where it was not billed"
    raise _refusal(shown, f"{shown} is not allowed; {allowed}")


def settle(store: Store, id: int, decide: Callable[[Record], dict[str, Any]]) -> dict[str, Any]:
    """Change what a row says of its cost as `decide` says by how it stands, and give the columns that were changed.

    It waits for the disk. What `decide` raises is raised, and nothing is changed then.
    """
    while found := store.some([id]):
        changes = decide(found[0])
        # Decided anew where somebody has changed the row since it was read, such as by a bill that came.
        if not changes or store.update_as_read(found[0], changes).result():
            return changes
    return {}  # another program has removed its row


def settled_by_person(record: Record, cost: float) -> dict[str, Any]:
    """What a row says once somebody said what it cost. Raises InvalidRequest for one that is not theirs to settle."""
    shown = f"{cost:g}"
    if record.free:
        raise _refusal(shown, "it was made by the offline engine, which costs nothing")
    if record.cost_source not in _SETTLED_BY_HAND:
        known = "paid outside the project" if record.cost_source != BILLED else f"billed, ${record.cost or 0:.2f}"
        raise _refusal(shown, f"its cost is known: it was {known}")
    if record.path is None and record.cost is None and not record.is_open:
        raise _refusal(shown, "the job has not ended; wait for it, or cancel it")
    # It is not looked for any more, and never sent again by itself.
    ended = {"status": FAILED} if record.status == UNCONFIRMED else {}
    return {"cost": cost, "cost_source": PERSON} | ended


def settled_by_bill(record: Record, dollars: float) -> dict[str, Any]:
    """What a row says once the account's billing has it; nothing for one that is not open, or a bill that is none.

    An unconfirmed one stays so: what was billed is looked for when the project is opened again, and not sent anew.
    """
    billed = credible_dollars(dollars, record)
    if billed is None or not record.is_open:
        return {}
    lost = {"error": unseen_bill_error(record).to_record()} if record.status == UNCONFIRMED else {}
    return {"cost": billed, "cost_source": BILLED} | lost


def unseen_bill_error(record: Record) -> Unconfirmed:
    """How an unconfirmed one stands that was billed."""
    return Unconfirmed(
        "The answer to the request was lost. It was billed, and the service has not shown it yet.",
        next_step=f"project.import_request({record.request_id!r}, {record.endpoint!r}) looks for its clip, and so does "
        "opening the project again. It is not sent again.",
        charged="yes",
    )


def _refusal(shown: str, problem: str) -> InvalidRequest:
    return InvalidRequest([Problem("cost", shown, problem)], next_step="Nothing was changed.")


def told_of_bill(record: Record) -> tuple[str, str]:
    """What is said of a bill far above its estimate, and where to complain."""
    whom = "support@fal.ai" if record.server == "fal" else f"whoever runs {record.server}"
    request = f" with the request id {record.request_id}" if record.request_id else ""
    return (
        f"Clip {record.id} was billed ${record.cost or math.nan:.2f} where ${record.estimate:.2f} was expected.",
        f"Ask {whom} about it{request}.",
    )


def held_back(bill: Record) -> OverBudget:
    """Why a job is not sent whose run has that bill."""
    message, complain = told_of_bill(bill)
    return OverBudget(
        f"Held: {message[0].lower()}{message[1:]}",
        next_step=f"{complain} project.resume() goes on with the run {bill.sweep}; cancel() drops what is left of it.",
        type="held",
    )
