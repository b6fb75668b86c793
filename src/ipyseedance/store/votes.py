"""The votes of blind comparisons, as the history keeps them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from .values import LATEST, is_number


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
    return [vote for row in rows if _is_vote(vote := Vote(*row))]


def _is_vote(vote: Vote) -> bool:
    """Whether a row can be one: anybody may have written it."""
    ids = type(vote.first) is int and type(vote.second) is int and vote.first != vote.second
    return ids and vote.winner in (vote.first, vote.second, None) and is_number(vote.created_at, 0, LATEST)


def write_vote(connection: sqlite3.Connection, at: float, first: int, second: int, winner: int | None) -> int:
    """Keep a vote; gives its number."""
    cursor = connection.execute(
        "INSERT INTO votes (created_at, first, second, winner) VALUES (?, ?, ?, ?)", (at, first, second, winner)
    )
    return int(cursor.lastrowid or 0)
