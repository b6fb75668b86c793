"""What may be spent: the project's budget, and what one act may cost without a word."""

from __future__ import annotations

from ..contract.errors import InvalidRequest, OverBudget, Problem
from ..store.purse import Purse

CONFIRM_ABOVE = 1.0
"""US dollars that one act may cost without `confirm=True` in a project without a budget."""
LARGEST = 1_000_000
"""US dollars a budget can be: more is a slip, and the purse counts in nano-dollars."""


_DUST = 1e-6
"""US dollars by which two sums of the same prices may differ."""


def allow(
    purse: Purse,
    estimate: float,
    *,
    confirm: bool,
    act: str = "submit(request, confirm=True)",
    at_most: float | None = None,
) -> None:
    """Let an act of that many US dollars pass.

    Args:
        act: how to say it with the confirmation.
        at_most: what was allowed for it, in US dollars.

    Raises:
        OverBudget: it is more than the budget has left or was allowed, or, without a budget of this person's own,
            needs to be confirmed.
    """
    if at_most is not None and estimate > at_most + _DUST:
        raise OverBudget(
            f"This costs about ${estimate:.2f}, more than the ${at_most:.2f} that was allowed for it.",
            next_step="Look at its price again before you run it. Nothing was sent.",
            type="at_most",
        )
    if purse.left is not None:
        purse.check(estimate)
    if estimate > CONFIRM_ABOVE and not confirm and (purse.left is None or not purse.granted):
        raise OverBudget(
            f"This costs about ${estimate:.2f}, more than ${CONFIRM_ABOVE:.2f} at once.",
            next_step=f"Say {act} if you mean it{', or set project.budget' * (purse.cap is None)}. Nothing was sent.",
            type="confirm",
        )


def dollars_of(value: object) -> float:
    """A budget as it was given. Raises InvalidRequest unless it is 0 to `LARGEST`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return float(value)
    shown = repr(value)[:40]
    allowed = f"give US dollars, 0 or more, at most {LARGEST:,}"
    raise InvalidRequest([Problem("budget", shown, f"{shown} is not allowed; {allowed}")])
