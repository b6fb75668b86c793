"""What a history's file is made of: brought to today's format by migrations, and checked to be nothing else.

A folder may come from somebody else. A trigger or a view of theirs would work on every change, and every look: so the
file must have the tables that the migrations make, and no more.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from functools import cache
from pathlib import Path

Migrations = Sequence[Sequence[str]]
"""The n-th makes a file of format n one of format n + 1, by its statements. There are as many formats as migrations."""
Parts = frozenset[tuple[str, str, str, str | None]]
"""Type, name, table and SQL of what a file is made of."""

_STATISTICS = {
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
"""Tables that ANALYZE adds, in which SQLite only finds hints for its plans."""


class ForeignSchema(ValueError):
    """The file has tables, triggers, indices or views that this package has not made, or lacks some of its own."""


class InUse(ValueError):
    """The file is of an earlier format, and somebody else has it open: they could write nothing to it any more."""


def migrate(connection: sqlite3.Connection, path: Path, migrations: Migrations, *, alone: bool = True) -> None:
    """Bring the file to today's format, whole or not at all.

    Args:
        alone: whether nobody else has the project open.

    Raises:
        InUse: it would have to be changed under somebody who has it open.
        ForeignSchema: somebody else made or changed it.
        ValueError: a newer version of the package has written it.
    """
    if format_of(connection) == len(migrations):
        check_schema(connection, path, migrations)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = format_of(connection)  # another opener may have been quicker
        if found > len(migrations):
            raise ValueError(f"{path} was written by a newer ipyseedance (format {found}); upgrade to open it.")
        if not alone and 0 < found < len(migrations):
            raise InUse("another notebook has it open with an earlier ipyseedance, which could not go on with it then")
        check_schema(connection, path, migrations[:found])
        for migration in migrations[found:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # it may have been rolled back already
            connection.execute("ROLLBACK")
        raise


def format_of(connection: sqlite3.Connection) -> int:
    """The number of migrations the file has seen; 0 for a new one."""
    return max(0, int(connection.execute("PRAGMA user_version").fetchone()[0]))


def check_schema(connection: sqlite3.Connection, path: Path, migrations: Migrations) -> None:
    """Raise ForeignSchema unless the file is made of what those migrations make."""
    found, ours = parts_of(connection), _parts_made_by(tuple(map(tuple, migrations)))
    if found != ours:
        names = ", ".join(sorted({name for _, name, _, _ in found ^ ours}))[:200]
        raise ForeignSchema(f"{path.name} is not as ipyseedance makes it ({names})")


def parts_of(connection: sqlite3.Connection) -> Parts:
    """What the file is made of; SQL in one line, whatever its spaces."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return frozenset(
        (type, name, table, " ".join(sql.split()) if sql else None)
        for type, name, table, sql in rows
        if not (type == "table" and _STATISTICS.get(name) == sql)
    )


@cache
def _parts_made_by(migrations: tuple[tuple[str, ...], ...]) -> Parts:
    """What those migrations make, by making it."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for migration in migrations:
            for statement in migration:
                connection.execute(statement)
        return parts_of(connection)
