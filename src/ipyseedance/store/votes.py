"""The votes of blind comparisons, as the history keeps them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Vote(NamedTuple):
    """One comparison of two clips, by their numbers in the history."""

    id: int
    created_at: float
    """Seconds since the epoch."""
    first: int
    second: int
    winner: int | None
    """One of the two, or None for a tie."""


def read_votes(connection: sqlite3.Connection) -> list[Vote]:
    """Every vote, oldest first."""
    rows = connection.execute("SELECT id, created_at, first, second, winner FROM votes ORDER BY id")
    return [Vote(*row) for row in rows]


def write_vote(connection: sqlite3.Connection, at: float, first: int, second: int, winner: int | None) -> int:
    """Keep a vote; gives its number."""
    cursor = connection.execute(
        "INSERT INTO votes (created_at, first, second, winner) VALUES (?, ?, ?, ?)", (at, first, second, winner)
    )
    return int(cursor.lastrowid or 0)
