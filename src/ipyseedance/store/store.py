"""A project's history, as the rooms above use it: every question of `Reader`, and every change.

A row is written before the step it announces is taken. Each change is one transaction, decided by what all openers of
the folder see in it; no code of another room runs there.
"""

from __future__ import annotations

import logging
import math
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from ..contract.price import total
from ..doors import names
from . import claims as claiming
from . import rows, totals
from .claims import Claim
from .database import Database
from .drafts import Draft, write_draft
from .migrations import MIGRATIONS
from .purse import Allowance, read_purse, write_cap
from .reader import Reader
from .record import COLUMNS, Record, now, to_row
from .runs import Run, RunPlan, write_run
from .schema import ForeignSchema
from .trust import Signer
from .uploads import forget, write_upload
from .votes import write_vote

log = logging.getLogger("ipyseedance")

_MOST_ID = 2**50
_LONGEST_PROOF = 30.0
"""Seconds: of 100,000 rows it takes 0.03, and whoever opens a project waits for it."""


class Store(Reader):
    """Every generation of a project, with its runs, votes, budget and draft, kept in the folder's `history.db`.

    Each change returns a future that completes when it is on the disk.

    Args:
        folder: the project's.
        signer: knows what this person asked for from what somebody else did; by default the person's own.
        alone: whether nobody else has the project open.

    Raises:
        ValueError, OSError, sqlite3.Error: it cannot be opened, or is not as this package makes it.
    """

    def __init__(self, folder: Path, signer: Signer | None = None, *, alone: bool = True) -> None:
        database = Database(folder / names.HISTORY, MIGRATIONS, alone=alone)
        super().__init__(folder, database, signer or Signer.of_person())
        try:
            self._check_numbers()
            self._prove_totals()
        except BaseException:
            self.database.close()
            raise

    def _check_numbers(self) -> None:
        """Rows are numbered from 1 on, and 0 is a job that the history has not yet."""
        with self.database.read(_LONGEST_PROOF) as connection:
            least, most = connection.execute("SELECT min(id), max(id) FROM generations").fetchone()
        if least is not None and not 1 <= least <= most < _MOST_ID:
            raise ForeignSchema(f"{names.HISTORY} is not as ipyseedance makes it (rows are numbered {least} to {most})")

    def _prove_totals(self) -> None:
        """See to it that the totals are what the rows come to: a folder's word for it is not taken."""
        with self.database.read(_LONGEST_PROOF) as connection:
            right = totals.are_right(connection)
        if not right:
            log.warning("The totals in %s were not what its rows come to; they are put right.", self.folder.name)
            # What was written since they were compared is counted too.
            self.database.write(totals.count_anew).result()

    def close(self) -> None:
        """Write what is queued, then let go of the file. It can still be read."""
        self.database.close()

    # Asking.

    def add(self, record: Record, allowance: Allowance | None = None) -> Future[int]:
        """Record what was asked for, if the budget allows it. Gives its number, or raises OverBudget.

        Args:
            allowance: what a person allowed for it, beside the budget; None where that was seen to.
        """

        def change(connection: sqlite3.Connection) -> int:
            amount = record.price if record.cost is None else record.cost
            # What costs 0 passes too: only where nothing is billed nobody is asked.
            if not record.free and (record.cost is None or record.cost):
                purse = read_purse(connection, self.signer, self.folder)
                purse.check(amount)
                if allowance is not None:
                    purse.allow(record.price, allowance)
            return rows.insert(connection, self.signer, [record])[0].id

        return self.database.write(change)

    def take_in(self, record: Record) -> Future[tuple[Record, bool]]:
        """Record a request that was made elsewhere, unless the project has it from that service.

        Gives its row, and whether that is new.
        """

        def change(connection: sqlite3.Connection) -> tuple[Record, bool]:
            which = "WHERE request_id = ? AND server = ?"
            for found in rows.select(connection, which, record.request_id, record.server):
                return found, False
            return rows.insert(connection, self.signer, [record])[0], True

        return self.database.write(change)

    def add_run(
        self, plan: RunPlan, allowance: Allowance | None = None, *, late: float | None = 0.0
    ) -> Future[tuple[Run, list[Record]]]:
        """Record the run of a sweep and all its new generations, or nothing. Gives both as they stand.

        Args:
            allowance: what a person allowed for it; None where it costs nothing.
            late: US dollars of what it sends beside its new generations; None where that is not known.

        The future raises OverBudget, or PlanOutdated where the history is not as the plan saw it any more.
        """

        def change(connection: sqlite3.Connection) -> tuple[Run, list[Record]]:
            if allowance is not None:
                amount = total((late, *(record.price for record in plan.records)))
                read_purse(connection, self.signer, self.folder).allow(amount, allowance)
            return write_run(connection, self.signer, plan)

        return self.database.write(change)

    # What becomes of a job.

    def update(self, id: int, **changes: Any) -> Future[None]:
        """Change a row's columns."""
        unknown = changes.keys() - set(COLUMNS)
        if unknown:
            raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
        values = to_row(changes)
        return self.database.write(lambda connection: rows.update(connection, self.signer, id, values))

    def update_as_read(self, read: Record, changes: dict[str, Any]) -> Future[bool]:
        """Change a row's columns, unless it is not as it was read any more; then False, and it stays as it is."""
        values = to_row(changes)

        def change(connection: sqlite3.Connection) -> bool:
            if rows.get(connection, read.id) != read:
                return False
            rows.update(connection, self.signer, read.id, values)
            return True

        return self.database.write(change)

    def claim(
        self,
        claims: Sequence[Claim],
        *,
        by_person: bool,
        allowance: Allowance | None = None,
        bills: Iterable[int] = (),
    ) -> Future[list[int]]:
        """Take over jobs that nobody looks after, all or none of them, and sign them. Gives the numbers of those that
        no other opener took before, and that stand as they were read.

        Args:
            claims: what to take over, and how it goes on.
            by_person: whether a person said so; otherwise what somebody else asked for is left.
            allowance: what a person allowed for those that are to be sent, and for what it has as reserved. Where that
                is not enough the future raises OverBudget, and nothing is taken over. None where it costs nothing.
            bills: the numbers of generations that were billed far above their estimates, and hold their runs no more.
        """
        bills = list(bills)

        def change(connection: sqlite3.Connection) -> list[int]:
            taken = claiming.take_over(connection, self.signer, claims, by_person=by_person)
            if allowance is not None:
                cost = math.fsum(claim.cost for claim in taken)
                # Their rows say by now what they cost, whatever they said before.
                purse = read_purse(connection, self.signer, self.folder).without(cost)
                purse.allow(round(cost + allowance.reserved, 9), allowance)
            claiming.accept_bills(connection, bills)
            return [claim.record.id for claim in taken]

        return self.database.write(change)

    def mark_sending(self, id: int, owner: str | None, body: dict[str, Any], at: float) -> Future[bool]:
        """Note that a request is about to be sent; False when it has become another opener's, who will send it.

        The future raises Held when a bill holds its run: then its row stays as it was.
        """
        return self.database.write(
            lambda connection: claiming.mark_sending(connection, self.signer, id, owner, body, at)
        )

    def call_off(self, id: int, error: dict[str, Any], at: float) -> Future[bool]:
        """Cancel a job that was not sent, whoever was to send it; False when it is not PENDING any more."""
        return self.database.write(lambda connection: claiming.call_off(connection, self.signer, id, error, at))

    def adopt(self, id: int, request_id: str) -> Future[bool]:
        """Give an unconfirmed job the request that was found for it; False when another job has that one."""
        return self.database.write(lambda connection: claiming.adopt(connection, self.signer, id, request_id))

    # Votes, uploads, the budget, the draft.

    def add_vote(self, at: float, first: int, second: int, winner: int | None) -> Future[int]:
        """Keep a comparison of two generations, by their numbers. Gives its own number."""
        return self.database.write(lambda connection: write_vote(connection, at, first, second, winner))

    def remove_vote(self, id: int) -> Future[bool]:
        """Take a vote back; False when there is none of that number."""
        return self.database.write(
            lambda connection: connection.execute("DELETE FROM votes WHERE id = ?", (id,)).rowcount == 1
        )

    def keep_upload(self, service: str, sha256: str, url: str) -> Future[None]:
        """Remember for some days where a picture lies that was uploaded just now."""
        return self.database.write(
            lambda connection: write_upload(connection, self.signer, service, sha256, url, now())
        )

    def forget_uploads(self, service: str, urls: Iterable[str]) -> Future[None]:
        """Upload the pictures at those addresses anew when they are next needed."""
        return self.database.write(lambda connection: forget(connection, service, urls))

    def set_budget(self, dollars: float | None) -> Future[None]:
        """Allow the project to spend that much in all, of which some may be spent already; None removes the cap."""
        return self.database.write(lambda connection: write_cap(connection, self.signer, self.folder, dollars))

    def keep_draft(self, draft: Draft) -> Future[bool]:
        """Keep what is being composed, in the place of what was; False where it could not be read again."""
        return self.database.write(lambda connection: write_draft(connection, self.signer, draft))
