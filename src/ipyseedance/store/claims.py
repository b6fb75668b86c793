"""Who looks after a job, and whether its request may be sent: decided where all openers of a project see the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .conditions import OVERBILLED
from .record import Record, to_row
from .rows import get, select, set_columns, sign, signing
from .trust import Signer, acted_on


class Held(Exception):
    """A request is not sent: a clip of its run was billed far above its estimate, and nobody has said: go on."""

    def __init__(self, bill: Record) -> None:
        super().__init__(bill.id)
        self.bill = bill


@dataclass(frozen=True)
class Claim:
    """A job to be taken over, and what its row says from then on."""

    record: Record
    """As it was read."""
    changes: dict[str, Any]
    """Columns and their values: the owner, the status, and what is worked out anew."""
    cost: float = 0.0
    """US dollars it may cost, where it is to be sent."""


def take_over(
    connection: sqlite3.Connection, signer: Signer, claims: Sequence[Claim], *, by_person: bool
) -> list[Claim]:
    """Take over jobs and sign them; gives those that nobody took before, and whose rows stand as they were read.

    Args:
        by_person: whether a person said so; otherwise what somebody else asked for is left.
    """
    rows = ((claim, get(connection, claim.record.id)) for claim in claims)
    # Each is looked at before any is changed: of two claims of one row, both see it as it was.
    taken = {
        claim.record.id: claim
        for claim, row in rows
        if row is not None and _may_take(signer, row, claim, by_person=by_person)
    }
    for id, claim in taken.items():
        set_columns(connection, id, to_row(claim.changes))
        sign(connection, signer, id, adopted=not signer.asked(claim.record))
    return list(taken.values())


def _may_take(signer: Signer, row: Record, claim: Claim, *, by_person: bool) -> bool:
    """Whether a row is still what was read of it, is not being gone on with already, and may be taken over."""
    read = claim.record
    same = (row.owner, row.error, acted_on(row)) == (read.owner, read.error, acted_on(read))
    idle = row.owner != claim.changes["owner"] or row.error is not None or row.path is not None
    return same and idle and (by_person or signer.trusts(row))


def accept_bills(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Let the runs go on that those bills hold."""
    connection.execute(
        "UPDATE generations SET bill_accepted = 1 WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )


def mark_sending(
    connection: sqlite3.Connection, signer: Signer, id: int, owner: str | None, body: dict[str, Any], at: float
) -> bool:
    """Note that a request is about to be sent; False when its job is no longer that owner's, or was called off.

    Raises:
        Held: a bill holds its run. Its row stays as it was.
    """
    of_its_run = "sweep = (SELECT sweep FROM generations WHERE id = ?)"
    bills = select(connection, f"WHERE {of_its_run} AND {OVERBILLED} ORDER BY id LIMIT 1", id)
    if bills:
        raise Held(bills[0])
    with signing(connection, signer, id, ("status", "body")):
        cursor = connection.execute(
            "UPDATE generations SET status = 'SUBMITTING', body = :body, submitted_at = :at"
            " WHERE id = :id AND owner IS :owner AND status IN ('PENDING', 'SUBMITTING')",
            to_row({"body": body}) | {"at": at, "id": id, "owner": owner},
        )
    return cursor.rowcount == 1


def call_off(connection: sqlite3.Connection, signer: Signer, id: int, error: dict[str, Any], at: float) -> bool:
    """Cancel a job that was not sent, whoever was to send it; False when it is not PENDING any more."""
    with signing(connection, signer, id, ("status",)):
        cursor = connection.execute(
            "UPDATE generations SET status = 'CANCELLED', error = :error, completed_at = :at, cost = 0,"
            " cost_source = iif(free, 'free', 'estimate') WHERE id = :id AND status = 'PENDING'",
            to_row({"error": error}) | {"at": at, "id": id},
        )
    return cursor.rowcount == 1


def adopt(connection: sqlite3.Connection, signer: Signer, id: int, request_id: str) -> bool:
    """Give an unconfirmed job the request that was found for it; False when another job has that one."""
    try:
        with signing(connection, signer, id, ("request_id", "status")):
            connection.execute(
                "UPDATE generations SET request_id = ?, status = 'IN_QUEUE', error = NULL WHERE id = ?",
                (request_id, id),
            )
    except sqlite3.IntegrityError:
        return False
    return True
