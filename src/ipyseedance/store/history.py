"""The rows of a project: one a generation, written before each step it announces."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .database import Database
from .purse import Purse, read_purse
from .record import COLUMNS, Record, from_row, to_row

if TYPE_CHECKING:
    import pandas as pd

_VERSION = 1
_SCHEMA = """
CREATE TABLE generations (
    id INTEGER PRIMARY KEY,
    created_at REAL NOT NULL,
    server TEXT NOT NULL,
    free INTEGER NOT NULL,
    owner TEXT,
    endpoint TEXT NOT NULL,
    request TEXT NOT NULL,
    estimate REAL NOT NULL,
    status TEXT NOT NULL,
    body TEXT,
    request_id TEXT,
    ticket TEXT,
    submitted_at REAL,
    started_at REAL,
    completed_at REAL,
    run_seconds REAL,
    seed INTEGER,
    url TEXT,
    billable_units REAL,
    cost REAL,
    cost_source TEXT,
    path TEXT,
    width INTEGER,
    height INTEGER,
    clip_duration REAL,
    fps REAL,
    has_audio INTEGER,
    logs TEXT,
    error TEXT,
    dismissed INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX by_request_id ON generations (server, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX by_status ON generations (status);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class History:
    """Every generation of a project, kept in its folder's `history.db`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = Database(folder / "history.db", _SCHEMA, _VERSION)

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
            return int(connection.execute("SELECT count(*) FROM generations").fetchone()[0])

    def close(self) -> None:
        self._database.close()

    # Writing: each returns a future that completes when the change is on the disk.

    def add(self, record: Record) -> Future[int]:
        """Record what was asked for, if the budget allows it. Gives its id, or raises OverBudget."""
        names = [name for name in COLUMNS if name != "id"]
        row = to_row({name: getattr(record, name) for name in names})

        def insert(connection: sqlite3.Connection) -> int:
            if not record.free:
                read_purse(connection).check(record.estimate)
            cursor = connection.execute(
                f"INSERT INTO generations ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})",  # noqa: S608
                row,
            )
            return int(cursor.lastrowid or 0)

        return self._database.write(insert)

    def update(self, id: int, **changes: Any) -> Future[None]:
        """Change a row's columns."""
        unknown = changes.keys() - set(COLUMNS)
        if unknown:
            raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
        row = to_row(changes) | {"id": id}
        assignments = ", ".join(f"{name} = :{name}" for name in changes)

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(f"UPDATE generations SET {assignments} WHERE id = :id", row)  # noqa: S608

        return self._database.write(change)

    def claim(self, record: Record, owner: str, status: str) -> Future[bool]:
        """Take over a job that nobody looks after, to go on with it in `status`; False when another was quicker."""

        def change(connection: sqlite3.Connection) -> bool:
            cursor = connection.execute(
                "UPDATE generations SET owner = ?, status = ?, error = NULL"
                " WHERE id = ? AND owner IS ? AND status = ? AND (owner IS NOT ? OR error IS NOT NULL)",
                (owner, status, record.id, record.owner, record.status, owner),
            )
            return cursor.rowcount == 1

        return self._database.write(change)

    def adopt(self, id: int, request_id: str) -> Future[bool]:
        """Give an unconfirmed job the request that was found for it; False when another job has that one."""

        def change(connection: sqlite3.Connection) -> bool:
            try:
                connection.execute(
                    "UPDATE generations SET request_id = ?, status = 'IN_QUEUE', error = NULL WHERE id = ?",
                    (request_id, id),
                )
            except sqlite3.IntegrityError:
                return False
            return True

        return self._database.write(change)

    def set_budget(self, dollars: float | None) -> Future[None]:
        """Allow the project to spend that much from now on; None removes the cap."""

        def change(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM settings WHERE name = 'cap'")
            if dollars is not None:
                purse = read_purse(connection)
                cap = purse.spent + purse.reserved + dollars
                connection.execute("INSERT INTO settings VALUES ('cap', ?)", (repr(cap),))

        return self._database.write(change)

    # Reading.

    def get(self, id: int) -> Record:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM generations WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise KeyError(id)
        return from_row(row)

    def find(self, request_id: str) -> Record:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM generations WHERE request_id = ?", (request_id,)).fetchone()
        if row is None:
            raise KeyError(request_id)
        return from_row(row)

    def all(self) -> list[Record]:
        """Every generation, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM generations ORDER BY id").fetchall()
        return [from_row(row) for row in rows]

    def unsettled(self) -> list[Record]:
        """What is under way or unconfirmed, and what is complete but not downloaded, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM generations"
                " WHERE status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS')"
                " OR (status = 'COMPLETED' AND path IS NULL) ORDER BY id"
            ).fetchall()
        return [from_row(row) for row in rows]

    def unsent(self) -> list[Record]:
        """What was asked for and not sent, or whose answer was lost, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM generations WHERE status IN ('PENDING', 'UNCONFIRMED') ORDER BY id"
            ).fetchall()
        return [from_row(row) for row in rows]

    def undismissed_failures(self, limit: int) -> list[Record]:
        """The newest generations that ended without a clip and are still to be seen, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM generations WHERE status IN ('FAILED', 'UNCONFIRMED') AND NOT dismissed"
                " ORDER BY id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [from_row(row) for row in rows]

    def page(self, *, offset: int, limit: int, words: Iterable[str], order: str) -> tuple[int, list[Record]]:
        """Generations whose clip can be shown, from disk or over https: how many match, and one page of them.

        Args:
            words: each must occur in the request's fields or the seed.
            order: "newest", "oldest", "cost" or "duration".
        """
        where = ["(path IS NOT NULL OR url LIKE 'https://%')"]
        values: list[Any] = []
        for word in words:
            where.append("(instr(lower(request), lower(?)) OR instr(seed, ?))")
            values += [json.dumps(word, ensure_ascii=False)[1:-1], word]
        orders = {
            "newest": "id DESC",
            "oldest": "id",
            "cost": "estimate DESC, id DESC",
            "duration": "clip_duration DESC, id DESC",
        }
        condition = " AND ".join(where)
        with self._database.read() as connection:
            total = connection.execute(f"SELECT count(*) FROM generations WHERE {condition}", values).fetchone()[0]  # noqa: S608
            rows = connection.execute(
                f"SELECT * FROM generations WHERE {condition} ORDER BY {orders[order]} LIMIT ? OFFSET ?",  # noqa: S608
                (*values, limit, offset),
            ).fetchall()
        return total, [from_row(row) for row in rows]

    def purse(self) -> Purse:
        with self._database.read() as connection:
            return read_purse(connection)

    def typical_seconds(self, server: str, endpoint: str, request: dict[str, Any]) -> float | None:
        """The median time from submit to result of the last few like requests, or None without any."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT completed_at - submitted_at FROM generations WHERE status = 'COMPLETED' AND server = ?"
                " AND endpoint = ? AND json_extract(request, '$.resolution') = ?"
                " AND json_extract(request, '$.duration') = ? ORDER BY id DESC LIMIT 9",
                (server, endpoint, request.get("resolution"), request.get("duration")),
            ).fetchall()
        times = sorted(row[0] for row in rows if row[0] is not None)
        return times[len(times) // 2] if times else None

    def columns(self, names: Iterable[str]) -> list[tuple[Any, ...]]:
        """Those columns of every generation, oldest first, as stored."""
        chosen = [name for name in names if name in COLUMNS]
        with self._database.read() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            return cursor.execute(f"SELECT {', '.join(chosen)} FROM generations ORDER BY id").fetchall()  # noqa: S608
