"""The rows of a project: one a generation, written before each step it announces."""

from __future__ import annotations

import json
import logging
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..doors import files
from .conditions import (
    COUNTED,
    OPEN_AMOUNT,
    OVERBILLED,
    PROVEN,
    TAGS,
    TO_BE_SEEN,
    UNMEASURED,
    UNSENT,
    UNSETTLED,
)
from .database import Database, ForeignSchema
from .drafts import Draft, read_draft, write_draft
from .finding import Find, Group, read_groups, read_ids, read_page
from .migrations import MIGRATIONS
from .purse import Purse, read_purse, write_cap
from .record import COLUMNS, READERS, Record, from_row, is_number, now, to_row, with_columns
from .runs import Decide, Had, Run, Standing, read_had, read_run, read_runs, read_standing, write_run
from .trust import SIGNED, Signer, acted_on
from .uploads import forget, read_upload, write_upload
from .votes import Vote, read_votes, write_vote

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger("ipyseedance")

_BATCH = 200
"""Rows read at a time where all are: few enough for a processor to have them at hand."""
EVERYTHING = Find()
_MOST_ID = 2**50
_LONGEST_PROOF = 30.0
"""Seconds: of 100,000 rows it takes 0.03, and whoever opens a project waits for it."""
_LONGEST_JOB = 30 * 86_400.0
"""Seconds: what took longer was not watched."""


def reserved_for(record: Record) -> float:
    """US dollars the totals have reserved for a row."""
    return record.estimate if record.cost is None and not record.free else 0.0


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


class History:
    """Every generation of a project, kept in its folder's `history.db`.

    Args:
        folder: the project's.
        signer: knows what this person asked for from what somebody else did; by default the person's own.

    Raises:
        ValueError, OSError, sqlite3.Error: it cannot be opened, or is not as this package makes it.
    """

    def __init__(self, folder: Path, signer: Signer | None = None) -> None:
        self.folder: Path = folder
        self._signer = signer or Signer.of_person()
        self._database = Database(folder / files.HISTORY, MIGRATIONS)
        try:
            self._check_numbers()
            self._prove_totals()
        except BaseException:
            self._database.close()
            raise

    def _check_numbers(self) -> None:
        """Rows are numbered from 1 on, and 0 is a job that the history has not yet."""
        with self._database.read(_LONGEST_PROOF) as connection:
            least, most = connection.execute("SELECT min(id), max(id) FROM generations").fetchone()
        if least is not None and not 1 <= least <= most < _MOST_ID:
            raise ForeignSchema(f"{files.HISTORY} is not as ipyseedance makes it (rows are numbered {least} to {most})")

    def _prove_totals(self) -> None:
        """See to it that the totals are what the rows come to: a folder's word for it is not taken."""
        said, come_to, *mend = PROVEN

        def change(connection: sqlite3.Connection) -> None:
            for statement in mend:  # what was written since they were compared is counted too
                connection.execute(statement)

        with self._database.read(_LONGEST_PROOF) as connection:
            connection.execute("BEGIN")
            rows, right = connection.execute(said).fetchall(), connection.execute(come_to).fetchone()
            connection.execute("COMMIT")
        if [tuple(row) for row in rows] != [tuple(right)]:
            log.warning("The totals in %s were not what its rows come to; they are put right.", self.folder.name)
            self._database.write(change).result()

    @property
    def df(self) -> pd.DataFrame:
        """A pandas DataFrame, one row a generation, oldest first; `ipyseedance.store.table` lists its columns."""
        from . import table

        return table.frame(self)

    def _repr_html_(self) -> str:
        return self.df._repr_html_()  # type: ignore[operator,no-any-return]

    def __repr__(self) -> str:
        return f"<History of {self.folder.name}: {len(self)} generations>"

    def __len__(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute("SELECT generations FROM totals").fetchone()[0])

    def close(self) -> None:
        self._database.close()

    # Writing: each returns a future that completes when the change is on the disk.

    def add(self, record: Record, check: Callable[[Purse], None] | None = None) -> Future[int]:
        """Record what was asked for, if the budget allows it. Gives its id, or raises OverBudget.

        Args:
            check: asked beside the budget, of the same purse; raises what the future then raises.
        """
        amount = record.estimate if record.cost is None else record.cost

        def change(connection: sqlite3.Connection) -> int:
            if amount and not record.free:
                purse = read_purse(connection, self._signer, self.folder)
                purse.check(amount)
                if check is not None:
                    check(purse)
            return self._insert(connection, record).id

        return self._database.write(change)

    def take_in(self, record: Record) -> Future[tuple[Record, bool]]:
        """Record a request that was made elsewhere, unless the project has it from that service.

        Gives its row, and whether that is new.
        """
        which = f"SELECT {', '.join(COLUMNS)} FROM generations WHERE request_id = ? AND server = ?"  # noqa: S608

        def change(connection: sqlite3.Connection) -> tuple[Record, bool]:
            row = connection.execute(which, (record.request_id, record.server)).fetchone()
            return (self._insert(connection, record), True) if row is None else (from_row(row), False)

        return self._database.write(change)

    def _insert(self, connection: sqlite3.Connection, record: Record) -> Record:
        (last,) = connection.execute("SELECT ifnull(max(id), 0) FROM generations").fetchone()
        signed = self._signer.signed(with_columns(replace(record, id=last + 1)))
        connection.execute(
            f"INSERT INTO generations ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + n for n in COLUMNS)})",  # noqa: S608
            to_row({name: getattr(signed, name) for name in COLUMNS}),
        )
        return signed

    def add_run(
        self, name: str | None, server: str, endpoint: str, seeds: Iterable[int | None], decide: Decide
    ) -> Future[tuple[Run, list[Record]]]:
        """Record the run of a sweep and all its new generations, or, when `decide` raises, nothing.

        It is asked within the transaction, so that nobody can come between what it sees and what is written.

        Args:
            name: of a run to be changed or made; None for a new name.
            seeds: those of the sweep's requests, to find the generations it has already.
        """
        signer, folder = self._signer, self.folder
        return self._database.write(
            lambda connection: write_run(connection, signer, folder, name, server, endpoint, seeds, decide)
        )

    def update(self, id: int, **changes: Any) -> Future[None]:
        """Change a row's columns."""
        unknown = changes.keys() - set(COLUMNS)
        if unknown:
            raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
        row = to_row(changes) | {"id": id}
        assignments = ", ".join(f"{name} = :{name}" for name in changes)

        def change(connection: sqlite3.Connection) -> None:
            with self._signing(connection, id, changes):
                connection.execute(f"UPDATE generations SET {assignments} WHERE id = :id", row)  # noqa: S608

        return self._database.write(change)

    @contextmanager
    def _signing(self, connection: sqlite3.Connection, id: int, changes: Iterable[str]) -> Iterator[None]:
        """Change those columns of a row that stands as this person signed it, and sign it anew.

        A row that somebody changed since stays theirs, whatever becomes of its job.
        """
        signs = not set(changes).isdisjoint(SIGNED)
        before = self._signed_part(connection, id) if signs else None
        yield
        if before is not None and self._signer.trusts(before):
            self._sign(connection, id, adopted=not self._signer.asked(before))

    def _sign(self, connection: sqlite3.Connection, id: int, *, adopted: bool) -> None:
        now = self._signed_part(connection, id)
        if now is not None:
            signature = self._signer.signed(now, adopted=adopted).signature
            connection.execute("UPDATE generations SET signature = ? WHERE id = ?", (signature, id))

    def _signed_part(self, connection: sqlite3.Connection, id: int) -> Record | None:
        """What is signed of a row, as it stands."""
        names = (*SIGNED, "signature")
        row = connection.execute(f"SELECT {', '.join(names)} FROM generations WHERE id = ?", (id,)).fetchone()  # noqa: S608
        return None if row is None else Record(**{name: READERS[name](row[name]) for name in names})

    def trusts(self, record: Record) -> bool:
        """Whether this person asked for a row as it stands, or said that it goes on."""
        return self._signer.trusts(record)

    def asked(self, record: Record) -> bool:
        """Whether this person asked for a row as it stands. What counts as given by a person is told by this."""
        return self._signer.asked(record)

    def claim(
        self,
        claims: Sequence[Claim],
        *,
        by_person: bool,
        check: Callable[[Purse, float], None] | None = None,
        bills: Iterable[int] = (),
    ) -> Future[list[int]]:
        """Take over jobs that nobody looks after, all or none of them, and sign them. Gives the numbers of those that
        no other opener took before, and that stand as they were read.

        Args:
            claims: what to take over, and how it goes on.
            by_person: whether a person said so; otherwise what somebody else asked for is left.
            check: raises when those that are to be sent may not cost that many dollars, beside all else that the purse
                has. Then nothing is taken over.
            bills: the numbers of generations that were billed far above their estimates, and hold their runs no more.
        """
        accepted = json.dumps(list(bills))

        def change(connection: sqlite3.Connection) -> list[int]:
            found = {}
            for claim in claims:
                row = connection.execute(
                    f"SELECT {', '.join(COLUMNS)} FROM generations WHERE id = ?",  # noqa: S608
                    (claim.record.id,),
                ).fetchone()
                if row is not None and self._may_take(from_row(row), claim, by_person=by_person):
                    found[claim.record.id] = claim
            for id, claim in found.items():
                row = to_row(claim.changes) | {"id": id}
                assignments = ", ".join(f"{name} = :{name}" for name in claim.changes)
                connection.execute(f"UPDATE generations SET {assignments} WHERE id = :id", row)  # noqa: S608
                self._sign(connection, id, adopted=not self._signer.asked(claim.record))
            if check is not None:
                cost = math.fsum(claim.cost for claim in found.values())
                # Their rows say by now what they cost, whatever they said before.
                check(read_purse(connection, self._signer, self.folder).without(cost), cost)
            connection.execute(
                "UPDATE generations SET bill_accepted = 1 WHERE id IN (SELECT value FROM json_each(?))", (accepted,)
            )
            return list(found)

        return self._database.write(change)

    def _may_take(self, row: Record, claim: Claim, *, by_person: bool) -> bool:
        """Whether a row is still what was read of it, is not being gone on with already, and may be taken over."""
        read = claim.record
        same = (row.owner, row.error, acted_on(row)) == (read.owner, read.error, acted_on(read))
        idle = row.owner != claim.changes["owner"] or row.error is not None or row.path is not None
        return same and idle and (by_person or self._signer.trusts(row))

    def mark_sending(self, id: int, owner: str | None, body: dict[str, Any], at: float) -> Future[bool]:
        """Note that a request is about to be sent; False when it has become another opener's, who will send it.

        The future raises Held when a bill holds its run: then its row stays as it was.
        """
        row = to_row({"body": body}) | {"at": at, "id": id, "owner": owner}

        def change(connection: sqlite3.Connection) -> bool:
            bill = connection.execute(
                f"SELECT {', '.join(COLUMNS)} FROM generations"  # noqa: S608
                f" WHERE sweep = (SELECT sweep FROM generations WHERE id = ?) AND {OVERBILLED} ORDER BY id LIMIT 1",
                (id,),
            ).fetchone()
            if bill is not None:
                raise Held(from_row(bill))
            with self._signing(connection, id, ("status", "body")):
                cursor = connection.execute(
                    "UPDATE generations SET status = 'SUBMITTING', body = :body, submitted_at = :at"
                    " WHERE id = :id AND owner IS :owner AND status IN ('PENDING', 'SUBMITTING')",
                    row,
                )
            return cursor.rowcount == 1

        return self._database.write(change)

    def call_off(self, id: int, error: dict[str, Any], at: float) -> Future[bool]:
        """Cancel a job that was not sent, whoever was to send it; False when it is not PENDING any more."""
        row = to_row({"error": error}) | {"at": at, "id": id}

        def change(connection: sqlite3.Connection) -> bool:
            with self._signing(connection, id, ("status",)):
                cursor = connection.execute(
                    "UPDATE generations SET status = 'CANCELLED', error = :error, completed_at = :at, cost = 0,"
                    " cost_source = iif(free, 'free', 'estimate') WHERE id = :id AND status = 'PENDING'",
                    row,
                )
            return cursor.rowcount == 1

        return self._database.write(change)

    def adopt(self, id: int, request_id: str) -> Future[bool]:
        """Give an unconfirmed job the request that was found for it; False when another job has that one."""

        def change(connection: sqlite3.Connection) -> bool:
            try:
                with self._signing(connection, id, ("request_id", "status")):
                    connection.execute(
                        "UPDATE generations SET request_id = ?, status = 'IN_QUEUE', error = NULL WHERE id = ?",
                        (request_id, id),
                    )
            except sqlite3.IntegrityError:
                return False
            return True

        return self._database.write(change)

    def settle(self, id: int, decide: Callable[[Record], dict[str, Any]]) -> Future[dict[str, Any]]:
        """Change what a row says of its cost as `decide` says by how it stands, or, should that raise, nothing.

        Gives the columns that were changed.
        """

        def change(connection: sqlite3.Connection) -> dict[str, Any]:
            row = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM generations WHERE id = ?", (id,)).fetchone()  # noqa: S608
            changes = {} if row is None else decide(from_row(row))
            if changes:
                assignments = ", ".join(f"{name} = :{name}" for name in changes)
                with self._signing(connection, id, changes):
                    connection.execute(
                        f"UPDATE generations SET {assignments} WHERE id = :id",  # noqa: S608
                        to_row(changes) | {"id": id},
                    )
            return changes

        return self._database.write(change)

    def add_vote(self, at: float, first: int, second: int, winner: int | None) -> Future[int]:
        """Keep a comparison of two generations, by their numbers. Gives its own number."""
        return self._database.write(lambda connection: write_vote(connection, at, first, second, winner))

    def remove_vote(self, id: int) -> Future[bool]:
        """Take a vote back; False when there is none of that number."""
        return self._database.write(
            lambda connection: connection.execute("DELETE FROM votes WHERE id = ?", (id,)).rowcount == 1
        )

    def keep_upload(self, service: str, sha256: str, url: str) -> Future[None]:
        """Remember for some days where a picture lies that was uploaded just now."""
        return self._database.write(
            lambda connection: write_upload(connection, self._signer, service, sha256, url, now())
        )

    def forget_uploads(self, service: str, urls: Iterable[str]) -> Future[None]:
        """Upload the pictures at those addresses anew when they are next needed."""
        return self._database.write(lambda connection: forget(connection, service, urls))

    def set_budget(self, dollars: float | None) -> Future[None]:
        """Allow the project to spend that much in all, of which some may be spent already; None removes the cap."""

        return self._database.write(lambda connection: write_cap(connection, self._signer, self.folder, dollars))

    def keep_draft(self, draft: Draft) -> Future[bool]:
        """Keep what is being composed, in the place of what was; False where it could not be read again."""
        return self._database.write(lambda connection: write_draft(connection, self._signer, draft))

    # Reading.

    def _select(self, which: str, *values: Any) -> list[Record]:
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM generations {which}", values).fetchall()  # noqa: S608
        return [from_row(row) for row in rows]

    def get(self, id: int) -> Record:
        for record in self._select("WHERE id = ?", id):
            return record
        raise KeyError(id)

    def find(self, request_id: str, server: str | None = None) -> Record:
        """The generation with that request id, at one service or at any. Raises KeyError when there is none."""
        for record in self._select("WHERE request_id = ? AND server = ifnull(?, server)", request_id, server):
            return record
        raise KeyError(request_id)

    def all(self) -> list[Record]:
        """Every generation, oldest first."""
        return self._select("ORDER BY id")

    def some(self, ids: Iterable[int]) -> list[Record]:
        """Those generations, oldest first."""
        return self._select("WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", json.dumps(sorted(set(ids))))

    def standing(self, ids: Iterable[int]) -> list[Standing]:
        """How those generations stand."""
        with self._database.read() as connection:
            return read_standing(connection, ids)

    def had(self, server: str, endpoint: str, seeds: Iterable[int | None]) -> dict[str, list[Had]]:
        """What there is by requests with those seeds, by their meaning."""
        with self._database.read() as connection:
            return read_had(connection, server, endpoint, seeds)

    def run(self, name: str) -> Run | None:
        """The run of a sweep, or None when there is none of that name."""
        with self._database.read() as connection:
            return read_run(connection, name)

    def runs(self) -> list[Run]:
        """The runs of sweeps, oldest first."""
        with self._database.read() as connection:
            return read_runs(connection)

    def votes(self) -> list[Vote]:
        """Every vote, oldest first."""
        with self._database.read() as connection:
            return read_votes(connection)

    def tags(self) -> list[str]:
        """The tags in use, those of most generations first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT value FROM generations, {TAGS} WHERE tags IS NOT NULL"  # noqa: S608
                " GROUP BY value ORDER BY count(*) DESC, value"
            )
            return [row[0] for row in rows if isinstance(row[0], str)]

    def unsettled(self, besides: Sequence[str] = ()) -> list[Record]:
        """What is under way or unconfirmed, and what is complete but not downloaded, oldest first.

        Args:
            besides: owners whose jobs are left out. They may have thousands.
        """
        # With the plus, SQLite sorts the few it finds by their index rather than going through all in order.
        return self._select(f"WHERE {UNSETTLED} AND {_not_of(besides)} ORDER BY +id", *besides)

    def unsent(self, besides: Sequence[str] = ()) -> list[Record]:
        """What was asked for and not sent, or whose answer was lost, oldest first.

        Args:
            besides: owners whose unsent jobs are left out: they are about to send them.
        """
        lost = "status = 'UNCONFIRMED'"
        return self._select(f"WHERE {UNSENT} AND ({lost} OR {_not_of(besides)}) ORDER BY +id", *besides)

    def unmeasured(self, limit: int | None, besides: Sequence[str] = ()) -> list[int]:
        """The generations whose clip was not measured yet, newest first, by their number.

        Args:
            limit: how many at most; None for all.
            besides: owners whose clips are left out.
        """
        which = f"SELECT id FROM generations WHERE {UNMEASURED} AND {_not_of(besides)} ORDER BY id DESC LIMIT ?"  # noqa: S608
        with self._database.read() as connection:
            return [row[0] for row in connection.execute(which, (*besides, -1 if limit is None else limit))]

    def open_amounts(self, *, offset: int = 0, limit: int = -1) -> list[Record]:
        """What has ended, and whether it was billed is not known, oldest first; all of them unless limited."""
        return self._select(f"WHERE {OPEN_AMOUNT} ORDER BY id LIMIT ? OFFSET ?", limit, offset)

    def open_sum(self) -> tuple[int, float]:
        """How many open amounts there are, and the US dollars that are reserved for them."""
        dollars = (COUNTED % "estimate").format(row="generations")
        sums = f"SELECT count(*), total({dollars}) FROM generations WHERE {OPEN_AMOUNT}"  # noqa: S608
        with self._database.read() as connection:
            count, nanos = connection.execute(sums).fetchone()
        return int(count), nanos / 1e9

    def bills(self, limit: int) -> list[Record]:
        """The newest generations that were billed far above their estimates, and hold their runs."""
        return self._select(f"WHERE {OVERBILLED} ORDER BY +id DESC LIMIT ?", limit)

    def undismissed_failures(self, limit: int) -> list[Record]:
        """The newest generations that failed, or whose clip could not be saved, and are still to be seen."""
        return self._select(f"WHERE {TO_BE_SEEN} ORDER BY id DESC LIMIT ?", limit)

    def page(self, find: Find = EVERYTHING, *, offset: int, limit: int) -> tuple[int, list[Record]]:
        """How many generations are found, and one page of them."""
        with self._database.read() as connection:
            return read_page(connection, find, offset, limit)

    def found(self, find: Find, *, offset: int = 0, limit: int = -1) -> list[int]:
        """The numbers of the generations found, in order; all of them unless limited."""
        with self._database.read() as connection:
            return read_ids(connection, find, offset, limit)

    def groups(self, find: Find) -> list[Group]:
        """The sweeps of what is found, the newest first; last what belongs to none."""
        with self._database.read() as connection:
            return read_groups(connection, find)

    def upload(self, service: str, sha256: str) -> str | None:
        """Where a picture lies at a service, as far as this person uploaded it and it is still there."""
        with self._database.read() as connection:
            return read_upload(connection, self._signer, service, sha256, now())

    def purse(self) -> Purse:
        with self._database.read() as connection:
            return read_purse(connection, self._signer, self.folder)

    def draft(self) -> Draft | None:
        """What was being composed last."""
        with self._database.read() as connection:
            return read_draft(connection, self._signer)

    def typical_seconds(
        self, server: str, endpoint: str, resolution: str | None, seconds: float | None
    ) -> float | None:
        """The median time from submit to result of the last few like requests, or None without any."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT completed_at - submitted_at FROM generations WHERE status = 'COMPLETED' AND server = ?"
                " AND started_at IS NOT NULL AND run_seconds IS NOT NULL"  # else nobody watched it end
                " AND endpoint = ? AND resolution IS ? AND seconds IS ? ORDER BY id DESC LIMIT 9",
                (server, endpoint, resolution, seconds),
            ).fetchall()
        times = sorted(row[0] for row in rows if is_number(row[0], 0, _LONGEST_JOB))
        return times[len(times) // 2] if times else None

    def batches(self, names: Sequence[str], ids: Iterable[int] | None = None) -> Iterator[dict[str, Sequence[Any]]]:
        """Those columns of every generation, or of some, oldest first, as stored; some rows at a time.

        What is written meanwhile may be seen.
        """
        chosen = None if ids is None else sorted({int(id) for id in ids})
        last = 0
        while chosen is None or chosen:
            # Each time anew: on some disks nobody writes while somebody reads, and who takes these may be slow.
            which = "id > ? ORDER BY id LIMIT ?"
            if chosen is not None:
                which = f"id IN ({', '.join(map(str, chosen[:_BATCH]))}) AND {which}"
                del chosen[:_BATCH]
            with self._database.read() as connection:
                cursor = connection.cursor()
                cursor.row_factory = None
                query = f"SELECT id, {', '.join(names)} FROM generations WHERE {which}"  # noqa: S608
                rows = cursor.execute(query, (last, _BATCH)).fetchall()
            if rows:
                last = rows[-1][0]
                yield dict(zip(names, zip(*(row[1:] for row in rows), strict=True), strict=True))
            elif chosen is None:
                return


def _not_of(owners: Sequence[str]) -> str:
    return f"ifnull(owner, '') NOT IN ({', '.join('?' * len(owners))})"
