"""What a project has spent and may still spend."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from ..contract.errors import OverBudget

_NANO = 10**9


@dataclass(frozen=True)
class Purse:
    """What the project has spent at paying services, what may still be billed, and its cap, in US dollars.

    It adds up in whole nano-dollars, so that nothing is left over where nothing is.
    """

    spent: float
    reserved: float
    cap: float | None

    @property
    def left(self) -> float | None:
        """What may still be asked for, or None without a cap. Below 0 after a bill above its estimate."""
        return None if self.cap is None else _dollars(_nanos(self.cap) - _nanos(self.spent) - _nanos(self.reserved))

    def check(self, amount: float) -> None:
        """Raise OverBudget when that many dollars more would pass the cap."""
        if self.left is not None and _nanos(amount) > _nanos(self.left):
            raise OverBudget(
                f"This costs about ${amount:.2f} and the project's budget has ${max(self.left, 0):.2f} left.",
                next_step="Raise it with project.budget = dollars, or ask for less. Nothing was sent.",
            )

    def allowing(self, dollars: float) -> float:
        """The cap with which that much is left."""
        return _dollars(_nanos(self.spent) + _nanos(self.reserved) + _nanos(dollars))


def read_purse(connection: sqlite3.Connection) -> Purse:
    """The purse as the history's totals and settings have it."""
    spent, reserved, cap = connection.execute(
        "SELECT spent, reserved, (SELECT value FROM settings WHERE name = 'cap') FROM totals"
    ).fetchone()
    return Purse(_dollars(spent), _dollars(reserved), None if cap is None else float(cap))


def _nanos(dollars: float) -> int:
    return round(dollars * _NANO)


def _dollars(nanos: int) -> float:
    return nanos / _NANO
