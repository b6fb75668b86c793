"""The runs of sweeps, as the history keeps them: which generation is in which cell."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .purse import Purse, read_purse
from .record import COLUMNS, Record, to_row
from .schema import SEED

_HAD = (
    "(status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS')"
    " OR (status = 'COMPLETED' AND (path IS NOT NULL OR error IS NULL)))"
)
"""Under way, lost in a way that may be billed, or with a clip."""


@dataclass(frozen=True)
class Run:
    """The run of a sweep."""

    name: str
    created_at: float
    """Seconds since the epoch."""
    axes: dict[str, list[str]]
    """Each axis and its values, as text."""
    members: list[tuple[int, dict[str, str]]] = field(repr=False)
    """The number of each cell's generation, and the cell; some may share one, or have it from elsewhere."""
    seed: int | None = None
    """The seed all cells share, when nobody gave one."""


class Had(NamedTuple):
    """A generation that has, or will have, the clip of a request."""

    id: int
    path: str | None


class Standing(NamedTuple):
    """How a generation stands."""

    id: int
    status: str
    owner: str | None
    over: bool


@dataclass(frozen=True)
class Seen:
    """What the history says at the moment a run is written."""

    name: str
    first_id: int
    """The number of the first new generation; the others' follow."""
    purse: Purse
    had: Mapping[str, list[Had]]
    before: Run | None
    """The run of that name as it was."""


Decide = Callable[[Seen], tuple[Run, list[Record]]]


def write_run(
    connection: sqlite3.Connection, name: str | None, server: str, endpoint: str, seeds: Iterable[int], decide: Decide
) -> tuple[Run, list[Record]]:
    """Write a run and its new generations, as `decide` says by what is there. Should it raise, nothing is written."""
    if name is None:
        name = _free_name(connection)
    (last,) = connection.execute("SELECT ifnull(max(id), 0) FROM generations").fetchone()
    had = read_had(connection, server, endpoint, seeds)
    run, records = decide(Seen(name, last + 1, read_purse(connection), had, read_run(connection, name)))
    connection.executemany(
        f"INSERT INTO generations ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",  # noqa: S608
        (tuple(to_row({name: getattr(record, name) for name in COLUMNS}).values()) for record in records),
    )
    axes, members = (json.dumps(value, ensure_ascii=False) for value in (run.axes, run.members))
    connection.execute(
        "INSERT INTO sweeps VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE"
        " SET axes = excluded.axes, members = excluded.members, seed = excluded.seed",
        (run.name, run.created_at, axes, members, run.seed),
    )
    return run, records


def _free_name(connection: sqlite3.Connection) -> str:
    (number,) = connection.execute("SELECT count(*) + 1 FROM sweeps").fetchone()
    while connection.execute("SELECT 1 FROM sweeps WHERE name = ?", (f"sweep-{number}",)).fetchone():
        number += 1
    return f"sweep-{number}"


def read_had(connection: sqlite3.Connection, server: str, endpoint: str, seeds: Iterable[int]) -> dict[str, list[Had]]:
    """What there is at a server by requests with those seeds, by the request as stored; clips first, then by age."""
    rows = connection.execute(
        f"SELECT request, id, path FROM generations WHERE server = ? AND endpoint = ? AND {SEED}"  # noqa: S608
        f" IN (SELECT value FROM json_each(?)) AND {_HAD} ORDER BY path IS NULL, id",
        (server, endpoint, json.dumps(sorted(set(seeds)))),
    )
    had: dict[str, list[Had]] = {}
    for request, id, path in rows:
        had.setdefault(request, []).append(Had(id, path))
    return had


def read_run(connection: sqlite3.Connection, name: str) -> Run | None:
    return next((_run(row) for row in connection.execute("SELECT * FROM sweeps WHERE name = ?", (name,))), None)


def read_runs(connection: sqlite3.Connection) -> list[Run]:
    """Every run, oldest first."""
    return [_run(row) for row in connection.execute("SELECT * FROM sweeps ORDER BY created_at, name")]


def _run(row: sqlite3.Row) -> Run:
    members = [(id, cell) for id, cell in json.loads(row["members"])]
    return Run(row["name"], row["created_at"], json.loads(row["axes"]), members, row["seed"])


def read_standing(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Standing]:
    """How those generations stand. One that is over changes no more by itself."""
    rows = connection.execute(
        "SELECT id, status, owner, path IS NOT NULL OR error IS NOT NULL OR status IN ('FAILED', 'CANCELLED')"
        " FROM generations WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    return [Standing(id, status, owner, bool(over)) for id, status, owner, over in rows]
