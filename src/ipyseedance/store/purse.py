"""What a project has spent and may still spend."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from ..contract.errors import OverBudget


@dataclass(frozen=True)
class Purse:
    """What the project has spent at paying services, what may still be billed, and its cap, in US dollars."""

    spent: float
    reserved: float
    cap: float | None

    @property
    def left(self) -> float | None:
        return None if self.cap is None else self.cap - self.spent - self.reserved

    def check(self, estimate: float) -> None:
        """Raise OverBudget when that many dollars more would pass the cap."""
        if self.left is not None and estimate > self.left + 1e-9:
            raise OverBudget(
                f"This costs about ${estimate:.2f} and the project's budget has ${max(self.left, 0):.2f} left.",
                next_step="Raise it with project.budget = dollars, or ask for less. Nothing was sent.",
            )


def read_purse(connection: sqlite3.Connection) -> Purse:
    """The purse as the history's rows and settings have it."""
    # Without a cost it is money that may still go: under way, unconfirmed, or failed in a way that may be billed.
    spent, reserved = connection.execute(
        "SELECT coalesce(sum(cost), 0), coalesce(sum(CASE WHEN cost IS NULL THEN estimate END), 0)"
        " FROM generations WHERE NOT free"
    ).fetchone()
    cap = connection.execute("SELECT value FROM settings WHERE name = 'cap'").fetchone()
    return Purse(spent, reserved, float(cap[0]) if cap else None)
