"""Running a sweep from a widget: one act, which costs what its button said and what a person confirmed."""

from __future__ import annotations

import asyncio
import math
from functools import partial
from typing import Any

from ..contract.errors import SeedanceError
from ..jobs.waiting import cost_of
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.sweep import Sweep
from .permission import Permission
from .protocol.shared import Begun, Paid, Shown

_HALF_CENT = 0.005 + 1e-9
"""What a button rounds away of a price, and a little of what computers do."""


class NotAsShown(SeedanceError):
    """The act is more than the button that was pressed said. Nothing was sent."""


async def run(
    project: Project,
    sweep: Sweep,
    ask: Paid,
    permission: Permission,
    *,
    again: bool = False,
    skip_invalid: bool = False,
) -> Begun:
    """Run a sweep as one act.

    Args:
        ask: the message: what the button said, and the price and the owner's word as they were typed, if they were
            asked for.
        permission: whether the widget that was pressed asks for that word.
        again: whether every cell is made anew, whatever there is.

    Returns:
        The run's `name`, its generations' `gids`, and how many of them it `sent`.

    Raises:
        InvalidRequest: cells are invalid, or none is left.
        NotAsShown: it has become more, or dearer, than the button said.
        PriceQuestion: it costs more than a dollar, and its price was not typed; or the word was not.
        OverBudget: it costs more than the budget has left.
        In each case nothing was sent.
    """
    if not skip_invalid:
        await asyncio.to_thread(sweep.check)
    plan = await asyncio.to_thread(partial(sweep.plan, project, again=again))
    check_shown(plan.to_run, plan.dollars, ask.shown, free=plan.free)
    confirmed = False
    if not plan.free:
        # What was asked for and never sent is in the purse already, and may be part of this.
        waiting = await asyncio.to_thread(project.waiting)
        reserved = math.fsum(cost_of(record) or 0.0 for record in waiting.unsent)
        purse = await asyncio.to_thread(workspace_of(project).store.purse)
        left = purse.left
        purse.check(None if plan.dollars is None else max(plan.dollars - reserved, 0.0))
        consent = await permission.consent(ask)
        confirmed = consent.ask(plan.to_run, plan.dollars, left)
    # It waits for the disk, which this thread must not.
    options: dict[str, Any] = {"again": again, "confirm": confirmed, "skip_invalid": skip_invalid}
    begun = await asyncio.to_thread(partial(project.run, sweep, **options, at_most=plan.dollars))
    return {"name": begun.name, "gids": list(dict.fromkeys(begun.ids)), "sent": plan.to_run}


def dearer(dollars: float | None, shown: Shown) -> float | None:
    """The price that the button `shown` said, where so many US dollars are more; otherwise None.

    A price that is not known is asked about in any case.
    """
    return shown.dollars if dollars is not None and dollars > shown.dollars + _HALF_CENT else None


def check_shown(clips: int, dollars: float | None, shown: Shown, *, free: bool) -> None:
    """Raise NotAsShown when an act of so many clips, and US dollars, is more than what the button `shown` said."""
    if clips <= shown.clips and (free or dearer(dollars, shown) is None):
        return
    price = "free" if free else "price not known" if dollars is None else f"${dollars:.2f}"
    raise NotAsShown(
        f"This is {clips:,} clips · {price} now, more than the button said.",
        next_step="Look at what it says now, and press it again if you mean it. Nothing was sent.",
        type="not_as_shown",
    )


def check_bills(bills: int, shown: Shown) -> None:
    """Raise NotAsShown when going on accepts more bills than what the button `shown` said."""
    if bills > shown.bills:
        raise NotAsShown(
            "Another clip was billed far above its estimate since.",
            next_step="Look at what it says now, and press the button again if you mean it. Nothing was sent.",
            type="not_as_shown",
        )
