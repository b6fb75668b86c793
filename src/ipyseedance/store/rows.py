"""Rows of generations: read, written, and signed where a program acts on what they say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .record import COLUMNS, Record, from_row, to_row, with_columns
from .trust import SIGNED, Signer
from .values import READERS

_INSERT = f"INSERT INTO generations ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608


def select(connection: sqlite3.Connection, which: str, *values: Any) -> list[Record]:
    """The rows that a WHERE clause, and whatever may follow one, asks for."""
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM generations {which}", values)  # noqa: S608
    return [from_row(row) for row in rows]


def get(connection: sqlite3.Connection, id: int) -> Record | None:
    """The row with that number, or None."""
    return next(iter(select(connection, "WHERE id = ?", id)), None)


def next_id(connection: sqlite3.Connection) -> int:
    """The number of the next new row."""
    (last,) = connection.execute("SELECT ifnull(max(id), 0) FROM generations").fetchone()
    return int(last) + 1


def insert(connection: sqlite3.Connection, signer: Signer, records: Sequence[Record]) -> list[Record]:
    """Write new rows, and give them as they stand: numbered and signed."""
    first = next_id(connection)
    signed = [signer.signed(with_columns(replace(record, id=first + n))) for n, record in enumerate(records)]
    connection.executemany(
        _INSERT, (tuple(to_row({name: getattr(record, name) for name in COLUMNS}).values()) for record in signed)
    )
    return signed


def update(connection: sqlite3.Connection, signer: Signer, id: int, values: dict[str, Any]) -> None:
    """Change a row's columns.

    Args:
        values: by column, as `to_row` gives them.
    """
    with signing(connection, signer, id, values):
        set_columns(connection, id, values)


def set_columns(connection: sqlite3.Connection, id: int, values: dict[str, Any]) -> None:
    """Change a row's columns, and leave its signature as it is."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE generations SET {assignments} WHERE id = :id", values | {"id": id})  # noqa: S608


@contextmanager
def signing(connection: sqlite3.Connection, signer: Signer, id: int, changes: Iterable[str]) -> Iterator[None]:
    """Change those columns of a row that stands as this person signed it, and sign it anew.

    A row that somebody changed since stays theirs, whatever becomes of its job.
    """
    before = None if set(changes).isdisjoint(SIGNED) else _signed_part(connection, id)
    yield
    if before is not None and signer.trusts(before):
        sign(connection, signer, id, adopted=not signer.asked(before))


def sign(connection: sqlite3.Connection, signer: Signer, id: int, *, adopted: bool) -> None:
    """Sign a row as it stands, as asked for by this person or as adopted from somebody else."""
    now = _signed_part(connection, id)
    if now is not None:
        signature = signer.signed(now, adopted=adopted).signature
        connection.execute("UPDATE generations SET signature = ? WHERE id = ?", (signature, id))


def _signed_part(connection: sqlite3.Connection, id: int) -> Record | None:
    """What is signed of a row, as it stands."""
    names = (*SIGNED, "signature")
    row = connection.execute(f"SELECT {', '.join(names)} FROM generations WHERE id = ?", (id,)).fetchone()  # noqa: S608
    return None if row is None else Record(**{name: READERS[name](row[name]) for name in names})
