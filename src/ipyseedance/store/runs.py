"""The runs of sweeps, as the history keeps them: which generation is in which cell."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..contract.catalog import known
from ..contract.errors import ClipNotSaved
from .opening import MOST_BYTES
from .record import Record, now
from .rows import insert
from .statuses import COMPLETED
from .trust import Signer
from .values import LATEST, READERS, is_number, json_of

_HAD = "status IN ('PENDING', 'SUBMITTING', 'UNCONFIRMED', 'IN_QUEUE', 'IN_PROGRESS', 'COMPLETED')"
"""Under way, lost in a way that may be billed, or with a clip."""
_MOST_ID = 2**63


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
    unsaved: bool = False
    """Whether its clip was made and could not be saved: it may still be at its address."""


class Standing(NamedTuple):
    """How a generation stands."""

    id: int
    status: str
    owner: str | None
    over: bool


class New(NamedTuple):
    """A generation that a plan asks for, by its place among the plan's records."""

    place: int


@dataclass(frozen=True)
class RunPlan:
    """What a run is to be, and what of the history that was decided by.

    It is made outside the transaction that writes it. So it says what it saw, and is written only where that holds.
    """

    server: str
    endpoint: str
    axes: dict[str, list[str]]
    """Each axis and its values, as text."""
    members: list[tuple[int | New, dict[str, str]]] = field(repr=False)
    """Each cell's generation: the number of one that is there, or a new one. Several cells may share one."""
    records: list[Record] = field(repr=False)
    """The new generations. The history numbers them, and notes the run's name."""
    wanted: Container[str] = field(repr=False)
    """The meanings of the requests the new ones are by."""
    seeds: Iterable[int | None] = field(repr=False)
    """The seeds of the sweep's requests, by which what there is is found; none where every cell is made anew."""
    had: Mapping[str, list[Had]] = field(repr=False)
    """What there was by requests with those seeds, by their meaning."""
    name: str | None = None
    """The run's; None for a new name."""
    before: Run | None = None
    """The run of that name as it was; None where there was none."""
    seed: int | None = None
    """The seed all cells share, when nobody gave one."""


class PlanOutdated(Exception):
    """A run was not written: the history is not as its plan saw it any more. Plan it anew."""


def write_run(connection: sqlite3.Connection, signer: Signer, plan: RunPlan) -> tuple[Run, list[Record]]:
    """Write a run and its new generations.

    Raises:
        PlanOutdated: somebody else has asked for one of its new generations since, or changed the run.
    """
    name = plan.name
    if name is None:
        name = _free_name(connection)
    elif read_run(connection, name) != plan.before:
        raise PlanOutdated
    # One that ended since may stay: it might have ended a moment later as well. What was asked for since would be paid
    # for twice.
    for meaning, found in read_had(connection, plan.server, plan.endpoint, plan.seeds).items():
        if meaning in plan.wanted and {one.id for one in found} - {one.id for one in plan.had.get(meaning, ())}:
            raise PlanOutdated
    records = insert(connection, signer, [replace(record, sweep=name) for record in plan.records])
    members = [(records[of.place].id if isinstance(of, New) else of, cell) for of, cell in plan.members]
    run = Run(name, now(), plan.axes, members, plan.seed)
    axes, cells = (json.dumps(value, ensure_ascii=False) for value in (run.axes, run.members))
    connection.execute(
        "INSERT INTO sweeps VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE"
        " SET axes = excluded.axes, members = excluded.members, seed = excluded.seed",
        (run.name, run.created_at, axes, cells, run.seed),
    )
    return run, records


def _free_name(connection: sqlite3.Connection) -> str:
    (number,) = connection.execute("SELECT count(*) + 1 FROM sweeps").fetchone()
    while connection.execute("SELECT 1 FROM sweeps WHERE name = ?", (f"sweep-{number}",)).fetchone():
        number += 1
    return f"sweep-{number}"


def read_had(
    connection: sqlite3.Connection, server: str, endpoint: str, seeds: Iterable[int | None]
) -> dict[str, list[Had]]:
    """What there is at a server by requests with those seeds, by their meaning; clips first, then by age."""
    offered = known(endpoint)
    if offered is None:
        return {}
    given = set(seeds)
    with_seed = "asked_seed IN (SELECT value FROM json_each(?))"
    rows = connection.execute(
        "SELECT request, id, status, path, error FROM generations WHERE server = ? AND endpoint = ?"  # noqa: S608
        f" AND {f'({with_seed} OR asked_seed IS NULL)' if None in given else with_seed}"
        f" AND {_HAD} ORDER BY path IS NULL, id",
        (server, endpoint, json.dumps(sorted(seed for seed in given if seed is not None))),
    )
    had: dict[str, list[Had]] = {}
    for request, id, status, path, failure in rows:
        name, error = READERS["path"](path), READERS["error"](failure)
        unsaved = status == COMPLETED and name is None and (error is not None or path is not None)
        if unsaved and error is not None and not is_passing(error):
            continue
        meaning = offered.request.meaning_of(READERS["request"](request))
        if meaning is not None:
            had.setdefault(meaning, []).append(Had(id, name, unsaved=unsaved))
    return had


def is_passing(error: Mapping[str, Any]) -> bool:
    """Whether that is why a clip that was made could not be saved, and saving it may go well another time."""
    return error.get("class") == ClipNotSaved.__name__ and not error.get("type")


def read_run(connection: sqlite3.Connection, name: str) -> Run | None:
    rows = connection.execute("SELECT * FROM sweeps WHERE name = ?", (name,))
    return next((_run(connection, row) for row in rows), None)


def read_runs(connection: sqlite3.Connection) -> list[Run]:
    """Every run, oldest first."""
    return [_run(connection, row) for row in connection.execute("SELECT * FROM sweeps ORDER BY created_at, name")]


def _run(connection: sqlite3.Connection, row: sqlite3.Row) -> Run:
    """A run as its row has it; what cannot stand in it is left out, and so are generations that are not there."""
    created, seed = row["created_at"], row["seed"]
    members = _members(row["members"])
    ids = json.dumps([id for id, _ in members])
    which = "SELECT id FROM generations WHERE id IN (SELECT value FROM json_each(?))"
    there = {id for (id,) in connection.execute(which, (ids,))}
    return Run(
        str(row["name"]),
        created if is_number(created, 0, LATEST) else 0.0,
        axes_of(row["axes"]),
        [(id, cell) for id, cell in members if id in there],
        seed if type(seed) is int else None,
    )


def axes_of(text: object) -> dict[str, list[str]]:
    """Each axis and its values, as a sweep's row has them."""
    axes = json_of(text, most=MOST_BYTES)
    if not isinstance(axes, dict):
        return {}
    return {axis: [str(value) for value in values] for axis, values in axes.items() if isinstance(values, list)}


def _members(text: object) -> list[tuple[int, dict[str, str]]]:
    found = json_of(text, most=MOST_BYTES)
    return [
        (member[0], {str(axis): str(value) for axis, value in member[1].items()})
        for member in (found if isinstance(found, list) else ())
        if isinstance(member, list) and [*map(type, member)] == [int, dict] and abs(member[0]) < _MOST_ID
    ]


def read_standing(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Standing]:
    """How those generations stand. One that is over changes no more by itself."""
    rows = connection.execute(
        "SELECT id, status, owner, path IS NOT NULL OR error IS NOT NULL OR status IN ('FAILED', 'CANCELLED')"
        " FROM generations WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    status_of, owner_of = READERS["status"], READERS["owner"]
    return [Standing(id, status_of(status), owner_of(owner), bool(over)) for id, status, owner, over in rows]
