"""What all generations come to, as the history's triggers keep it.

A folder's word for it is not taken: whoever opens one compares the totals with its rows. What counts is said here once
more than in the migrations, which may not change; a test compares the two.
"""

from __future__ import annotations

import sqlite3

from .conditions import OPEN_AMOUNT, SHOWN

_NANO = "CAST(round(min(max(CAST({column} AS REAL), 0), 1e4) * 1e9) AS INTEGER)"
"""A column of US dollars in whole nano-dollars; 0 to 10,000 of them, whatever stands in it."""
ESTIMATE = _NANO.format(column="estimate")
SPENT = f"(free <> 1) * ifnull({_NANO.format(column='cost')}, 0)"
RESERVED = f"(free <> 1 AND cost IS NULL) * {ESTIMATE}"

_STATED = "SELECT spent, reserved, generations, clips FROM totals"
_COUNTED = f"SELECT ifnull(sum({SPENT}), 0), ifnull(sum({RESERVED}), 0), count(*)"
_CLIPS = f"(SELECT count(*) FROM generations WHERE {SHOWN})"  # noqa: S608


def are_right(connection: sqlite3.Connection) -> bool:
    """Whether the totals are what the rows come to.

    It reads two small indexes, for the rows of 100,000 clips have 400 MB.
    """
    connection.execute("BEGIN")
    stated = [tuple(row) for row in connection.execute(_STATED)]
    counted = connection.execute(f"{_COUNTED}, {_CLIPS} FROM generations INDEXED BY money").fetchone()
    connection.execute("COMMIT")
    return stated == [tuple(counted)]


def count_anew(connection: sqlite3.Connection) -> None:
    """Make the totals what the rows come to."""
    connection.execute("DELETE FROM totals")
    connection.execute(f"INSERT INTO totals {_COUNTED}, {_CLIPS} FROM generations")


def read_open_sum(connection: sqlite3.Connection) -> tuple[int, float]:
    """How many open amounts there are, and the US dollars that are reserved for them."""
    which = f"SELECT count(*), total({ESTIMATE}) FROM generations WHERE {OPEN_AMOUNT}"  # noqa: S608
    count, nanos = connection.execute(which).fetchone()
    return int(count), nanos / 1e9
