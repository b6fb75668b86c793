"""What a project has spent and may still spend, and what a person allowed an act to cost."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..contract.errors import OverBudget
from .trust import Signer

_NANO, _CENT = 10**9, 10**7
_MOST = 1e9
"""US dollars: more than anybody spends, and few enough to be counted in nano-dollars."""
_CAP, _CAP_SIGNED = "cap", "cap_signature"
CONFIRM_ABOVE = 1.0
"""US dollars that one act may cost without `confirm=True` in a project without a budget."""
_DUST = 1e-6
"""US dollars by which two sums of the same prices may differ."""


@dataclass(frozen=True)
class Allowance:
    """What a person allowed an act to cost."""

    act: str = "submit(request, confirm=True)"
    """How to say it with the confirmation."""
    confirmed: bool = False
    """Whether it may cost more than $1 where no budget of this person's own limits it."""
    at_most: float | None = None
    """US dollars it may cost; None where only the budget limits it."""
    reserved: float = 0.0
    """US dollars of it that the purse has reserved already, since an earlier act asked for them."""
    own: bool = True
    """Whether this person asked for all of it. A budget is for one's own acts: what somebody else asked for is
    confirmed all the same."""
    priced: bool = True
    """Whether the price of all of it is known."""


@dataclass(frozen=True)
class Purse:
    """What the project has spent at paying services, what may still be billed, and its cap, in US dollars.

    It adds up in whole nano-dollars, so that nothing is left over where nothing is.
    """

    spent: float
    reserved: float
    cap: float | None
    granted: bool = field(default=True, repr=False)
    """Whether this person set the cap. One that came with a folder limits, and allows nothing."""

    @property
    def left(self) -> float | None:
        """What may still be asked for, or None without a cap. Below 0 after a bill above its estimate."""
        return None if self.cap is None else _dollars(_nanos(self.cap) - _nanos(self.spent) - _nanos(self.reserved))

    def check(self, amount: float | None) -> None:
        """Raise OverBudget when that many dollars more would pass the cap, or nobody knows how many (None)."""
        if self.cap is None or self.left is None:
            return
        if amount is None:
            raise _unknown_price(f"so the project's budget of ${self.cap:.2f} cannot hold", "set project.budget = None")
        if _nanos(amount) <= _nanos(self.left):
            return
        used = _nanos(self.spent) + _nanos(self.reserved)
        enough = math.ceil((used + _nanos(amount)) / _CENT) / 100
        raise OverBudget(
            f"This costs about ${amount:.2f}, and the project's budget has ${max(self.left, 0):.2f} left: "
            f"${_dollars(used):.2f} of ${self.cap:.2f} is spent or reserved.",
            next_step=f"project.budget = {enough:.2f} allows it; or ask for less. Nothing was sent.",
        )

    def allow(self, amount: float | None, allowance: Allowance) -> None:
        """Let an act pass that costs that many US dollars in all.

        Args:
            amount: None where the price is not known. That is confirmed in any case, and no limit allows it.
            allowance: what a person allowed for it.

        Raises:
            OverBudget: it is more than the budget has left or was allowed, or, without a budget of this person's own,
                needs to be confirmed.
        """
        if amount is None or not allowance.priced:
            self._allow_unknown(allowance)
            return
        if allowance.at_most is not None and amount > allowance.at_most + _DUST:
            raise OverBudget(
                f"This costs about ${amount:.2f}, more than the ${allowance.at_most:.2f} that was allowed for it.",
                next_step="Look at its price again before you run it. Nothing was sent.",
                type="at_most",
            )
        self.without(allowance.reserved).check(amount)
        limited = self.cap is not None and self.granted and allowance.own
        if amount > CONFIRM_ABOVE and not allowance.confirmed and not limited:
            or_budget = ", or set project.budget" if self.cap is None else ""
            raise OverBudget(
                f"This costs about ${amount:.2f}, more than ${CONFIRM_ABOVE:.2f} at once.",
                next_step=f"Say {allowance.act} if you mean it{or_budget}. Nothing was sent.",
                type="confirm",
            )

    def _allow_unknown(self, allowance: Allowance) -> None:
        self.check(None)
        if allowance.at_most is not None:
            why = f"so the ${allowance.at_most:.2f} that was allowed for it cannot hold"
            raise _unknown_price(why, "leave out at_most")
        if not allowance.confirmed:
            raise OverBudget(
                "The price of this is not known.",
                next_step=f"Say {allowance.act} if you mean it, whatever it costs. Nothing was sent.",
                type="confirm",
            )

    def without(self, dollars: float) -> Purse:
        """The purse with that much less reserved."""
        return replace(self, reserved=_dollars(_nanos(self.reserved) - _nanos(dollars)))


def _unknown_price(why: str, instead: str) -> OverBudget:
    return OverBudget(
        f"The price of this is not known, {why}.",
        next_step=f"Ask for what has a price, or {instead} and confirm it. Nothing was sent.",
        type="unknown_price",
    )


def read_purse(connection: sqlite3.Connection, signer: Signer, folder: Path) -> Purse:
    """The purse as the history's totals and settings have it. A cap is this person's where they set it: in `folder`."""
    spent, reserved = connection.execute("SELECT spent, reserved FROM totals").fetchone()
    which = "SELECT name, value FROM settings WHERE name IN (?, ?)"
    settings = dict(connection.execute(which, (_CAP, _CAP_SIGNED)).fetchall())
    cap = settings.get(_CAP)
    granted = cap is None or signer.knows(_text_to_sign(folder, str(cap)), settings.get(_CAP_SIGNED))
    return Purse(_dollars(spent), _dollars(reserved), None if cap is None else _read_cap(cap), granted)


def write_cap(connection: sqlite3.Connection, signer: Signer, folder: Path, dollars: float | None) -> None:
    """Let the project spend that much in all, by this person's word; None removes the cap."""
    connection.execute("DELETE FROM settings WHERE name IN (?, ?)", (_CAP, _CAP_SIGNED))
    if dollars is not None:
        cap = repr(dollars)
        rows = ((_CAP, cap), (_CAP_SIGNED, signer.text(_text_to_sign(folder, cap))))
        connection.executemany("INSERT INTO settings VALUES (?, ?)", rows)


def _text_to_sign(folder: Path, cap: str) -> str:
    return f"{folder}\n{cap}"


def _read_cap(text: object) -> float:
    """A cap as it was written; of what is none, 0: it must not allow more than what it was."""
    with contextlib.suppress(ValueError, TypeError):
        cap = float(str(text))
        if 0 <= cap <= _MOST:
            return cap
    return 0.0


def _nanos(dollars: float) -> int:
    return round(dollars * _NANO)


def _dollars(nanos: int) -> float:
    return nanos / _NANO
