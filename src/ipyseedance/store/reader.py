"""Questions to a project's history. Each is answered through an index, however long the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .conditions import OPEN_AMOUNT, OVERBILLED, TAGS, TO_BE_SEEN, UNMEASURED, UNSENT, UNSETTLED
from .database import Database
from .drafts import Draft, read_draft
from .finding import Find, Group, read_groups, read_ids, read_page
from .purse import Purse, read_purse
from .record import Record, now
from .rows import select
from .runs import Had, Run, Standing, read_had, read_run, read_runs, read_standing
from .totals import read_open_sum
from .trust import Signer
from .uploads import read_upload
from .values import is_number
from .votes import Vote, read_votes

_BATCH = 200
"""Rows read at a time where all are: few enough for a processor to have them at hand."""
EVERYTHING = Find()
_LONGEST_JOB = 30 * 86_400.0
"""Seconds: what took longer was not watched."""


class Reader:
    """What can be asked of a history. Each question reads the file once, and sees what is on the disk at that moment.

    Args:
        folder: the project's.
        database: its file.
        signer: knows what this person asked for from what somebody else did.
    """

    def __init__(self, folder: Path, database: Database, signer: Signer) -> None:
        self.folder = folder
        self.database = database
        self.signer = signer

    def __len__(self) -> int:
        with self.database.read() as connection:
            return int(connection.execute("SELECT generations FROM totals").fetchone()[0])

    def trusts(self, record: Record) -> bool:
        """Whether this person asked for a row as it stands, or said that it goes on."""
        return self.signer.trusts(record)

    def asked(self, record: Record) -> bool:
        """Whether this person asked for a row as it stands. What counts as given by a person is told by this."""
        return self.signer.asked(record)

    def _select(self, which: str, *values: Any) -> list[Record]:
        with self.database.read() as connection:
            return select(connection, which, *values)

    def get(self, id: int) -> Record:
        """The generation with that number. Raises KeyError when there is none."""
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
        with self.database.read() as connection:
            return read_standing(connection, ids)

    def had(self, server: str, endpoint: str, seeds: Iterable[int | None]) -> dict[str, list[Had]]:
        """What there is by requests with those seeds, by their meaning."""
        with self.database.read() as connection:
            return read_had(connection, server, endpoint, seeds)

    def run(self, name: str) -> Run | None:
        """The run of a sweep, or None when there is none of that name."""
        with self.database.read() as connection:
            return read_run(connection, name)

    def runs(self) -> list[Run]:
        """The runs of sweeps, oldest first."""
        with self.database.read() as connection:
            return read_runs(connection)

    def votes(self) -> list[Vote]:
        """Every vote, oldest first."""
        with self.database.read() as connection:
            return read_votes(connection)

    def tags(self) -> list[str]:
        """The tags in use, those of most generations first."""
        with self.database.read() as connection:
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
        with self.database.read() as connection:
            return [row[0] for row in connection.execute(which, (*besides, -1 if limit is None else limit))]

    def open_amounts(self, *, offset: int = 0, limit: int = -1) -> list[Record]:
        """What has ended, and whether it was billed is not known, oldest first; all of them unless limited."""
        return self._select(f"WHERE {OPEN_AMOUNT} ORDER BY id LIMIT ? OFFSET ?", limit, offset)

    def open_sum(self) -> tuple[int, float]:
        """How many open amounts there are, and the US dollars that are reserved for them."""
        with self.database.read() as connection:
            return read_open_sum(connection)

    def bills(self, limit: int) -> list[Record]:
        """The newest generations that were billed far above their estimates, and hold their runs."""
        return self._select(f"WHERE {OVERBILLED} ORDER BY +id DESC LIMIT ?", limit)

    def undismissed_failures(self, limit: int) -> list[Record]:
        """The newest generations that failed, or whose clip could not be saved, and are still to be seen."""
        return self._select(f"WHERE {TO_BE_SEEN} ORDER BY id DESC LIMIT ?", limit)

    def page(self, find: Find = EVERYTHING, *, offset: int, limit: int) -> tuple[int, list[Record]]:
        """How many generations are found, and one page of them."""
        with self.database.read() as connection:
            return read_page(connection, find, offset, limit)

    def found(self, find: Find, *, offset: int = 0, limit: int = -1) -> list[int]:
        """The numbers of the generations found, in order; all of them unless limited."""
        with self.database.read() as connection:
            return read_ids(connection, find, offset, limit)

    def groups(self, find: Find) -> list[Group]:
        """The sweeps of what is found, the newest first; last what belongs to none."""
        with self.database.read() as connection:
            return read_groups(connection, find)

    def upload(self, service: str, sha256: str) -> str | None:
        """Where a picture lies at a service, as far as this person uploaded it and it is still there."""
        with self.database.read() as connection:
            return read_upload(connection, self.signer, service, sha256, now())

    def purse(self) -> Purse:
        """What is spent, what may still be billed, and the cap."""
        with self.database.read() as connection:
            return read_purse(connection, self.signer, self.folder)

    def draft(self) -> Draft | None:
        """What was being composed last."""
        with self.database.read() as connection:
            return read_draft(connection, self.signer)

    def typical_seconds(
        self, server: str, endpoint: str, resolution: str | None, seconds: float | None
    ) -> float | None:
        """The median time from submit to result of the last few like requests, or None without any."""
        with self.database.read() as connection:
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
            with self.database.read() as connection:
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
