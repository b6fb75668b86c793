"""What a person is asked before an act spends more than a dollar: they type its price."""

from __future__ import annotations

import re
from typing import Any

from ..contract.errors import SeedanceError
from ..lab.budget import CONFIRM_ABOVE

_TYPED = re.compile(r"\s*\$?\s*([0-9]+)[.,]([0-9]{2})\s*")


class PriceQuestion(SeedanceError):
    """An act above $1 waits until its price has been typed. Nothing was sent.

    `question` is what the widget shows: `count` clips, their `price` as it is to be typed ("1.40"), and `left`, the US
    dollars of the budget before the act or None without a budget.
    """

    def __init__(self, count: int, price: str, left: float | None, typed: object) -> None:
        what = "This clip costs" if count == 1 else f"These {count:,} clips cost"
        changed = f", and “{str(typed)[:12]}” was typed" if typed else ""
        super().__init__(
            f"{what} about ${price}{changed}.", next_step=f"Type {price} to confirm. Nothing was sent.", type="confirm"
        )
        self.question: dict[str, Any] = {"count": count, "price": price, "left": left}


def ask(count: int, cost: float, left: float | None, typed: object) -> bool:
    """Whether an act of that many clips and US dollars has been confirmed by typing its price. False: no need to.

    Args:
        left: what the budget has left before the act, or None without a budget.
        typed: what the person typed, such as "1.40", "$1.40" or "1,40"; None when they were not asked yet.

    Raises:
        PriceQuestion: it costs more than a dollar, and `typed` is not its price.
    """
    if cost <= CONFIRM_ABOVE:
        return False
    price = f"{cost:.2f}"
    match = _TYPED.fullmatch(typed) if isinstance(typed, str) else None
    if match is None or f"{match[1]}.{match[2]}" != price:
        raise PriceQuestion(count, price, left, typed)
    return True
