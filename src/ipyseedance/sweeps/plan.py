"""What running a sweep would do: which cells there are already, and what the others cost and take."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.price import total
from ..contract.requests import VideoRequest
from ..jobs.resume import find_unsent
from ..jobs.workspace import Workspace
from ..store.runs import Run
from .axes import is_count
from .cells import Cell
from .match import Match, absent, at_hand, match_cells, seeds_of

if TYPE_CHECKING:
    import pandas as pd

RUN, HIT, SKIP, INVALID = "run", "hit", "skip", "invalid"
COMING, TWIN = "coming", "twin"
_SHOWN = 24
"""Cells a plan shows of itself; its `df` has all."""


@dataclass(frozen=True)
class Plan:
    """What running a sweep would do. Nothing was sent to find it.

    `df` has a row a cell: a column for each axis with the value as text, then `estimate` (US dollars this cell adds),
    `plan` ("run", "hit" when the project or an earlier cell has its clip already, "skip", or "invalid") and `problem`
    (what is wrong, or None). An axis named like one of these has "axis_" before its name.
    """

    df: pd.DataFrame = field(repr=False)
    axes: dict[str, list[str]] = field(repr=False)
    cells: int
    to_run: int
    hits: int
    skipped: int
    invalid: int
    dollars: float | None
    """What is to run is expected to cost at fal, in US dollars; None where the price is not known."""
    free: bool
    """Whether it costs nothing where it is to run."""
    minutes: float | None
    """How long it may take, from like requests in the history or the catalogue's rough guess; None if unknown."""
    concurrency: int
    note: str = ""
    standing: tuple[str, ...] = field(default=(), repr=False)
    """How each cell stands: as in `df`, but "hit" is only a cell whose clip is on the disk. One whose clip is under way
    is "coming", and one like an earlier cell that is to run its "twin"."""

    @property
    def made(self) -> int:
        """Cells whose clips are on the disk."""
        return self.standing.count(HIT)

    @property
    def under_way(self) -> int:
        """Cells whose clips were asked for and are not there yet."""
        return self.standing.count(COMING)

    def _total(self) -> str:
        twins = self.standing.count(TWIN)
        counts = (
            (self.made, "already there"),
            (self.under_way, "under way"),
            (twins, "the same as another"),
            (self.skipped, "skipped"),
            (self.invalid, "invalid"),
        )
        others = "".join(f", {n:,} {word}" for n, word in counts if n)
        known = "price not known" if self.dollars is None else f"${self.dollars:,.2f}"
        price = known + (" at fal, free here" if self.free else "")
        time = (
            "" if self.minutes is None else f", about {describe_minutes(self.minutes)} at {self.concurrency} at a time"
        )
        return f"{self.cells:,} cells: {self.to_run:,} to run{others}; {price}{time}"

    def __repr__(self) -> str:
        return f"<Plan of {self._total()}{f'. {self.note}' if self.note else ''}>"

    def _repr_html_(self) -> str:
        def row(tag: str, values: Iterable[Any]) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(_short(value))}</{tag}>" for value in values) + "</tr>"

        table = self.df if self.invalid else self.df.drop(columns="problem")
        rows = "".join(row("td", values) for values in table.head(_SHOWN).itertuples(index=False))
        more = f"<div><small>and {self.cells - _SHOWN:,} more: plan.df</small></div>" if self.cells > _SHOWN else ""
        note = f"<div>{html.escape(self.note)}</div>" if self.note else ""
        total = f"<div><strong>{html.escape(self._total())}</strong></div>"
        return f"{total}{note}<table><thead>{row('th', table.columns)}</thead><tbody>{rows}</tbody></table>{more}"


def plan_of(
    cells: Sequence[Cell],
    axes: dict[str, list[str]],
    endpoint: str,
    note: str,
    workspace: Workspace | None,
    concurrency: int,
    *,
    before: Run | None,
    again: bool,
) -> Plan:
    """The plan of a sweep's cells, in a project or, without one, by the built-in tables.

    Args:
        axes: each axis and its values, as text.
        endpoint: where all cells are sent.
        note: what to know of the sweep.
        before: the run that is gone on with.
        again: whether every cell is generated anew, whatever there is.
    """
    import pandas as pd

    if not is_count(concurrency):
        allowed = f"{concurrency!r} is not allowed; give a whole number from 1"
        raise InvalidRequest([Problem("concurrency", repr(concurrency), allowed)])
    under_way: set[int] = set()
    if workspace is not None:
        had = {} if again else workspace.store.had(str(workspace.choice), endpoint, seeds_of(cells))
        waiting, away = {record.id for record in find_unsent(workspace)}, absent(had, workspace)
        under_way = {one.id for same in had.values() for one in same if one.path is None}
        found = match_cells(cells, at_hand(had, workspace.folder, away), before).without(waiting)
        again_fetched = len(away.keys() & found.hits.values())
    else:
        found, again_fetched = match_cells(cells, {}, None), 0
    price = _table_price if workspace is None else workspace.prices.known
    states = [_state(cell, n in found.hits or n in found.shared) for n, cell in enumerate(cells)]
    to_run = [cell.request if state == RUN else None for cell, state in zip(cells, states, strict=True)]
    estimates = [0.0 if request is None else price(request) for request in to_run]
    columns = {
        column: [cell.axes.get(axis) for cell in cells]
        for axis, column in columns_of(axes, ("estimate", "plan", "problem")).items()
    }
    problems = ["; ".join(map(str, cell.problems)) or None for cell in cells]
    counts = Counter(states)
    return Plan(
        df=pd.DataFrame(columns | {"estimate": pd.Series(estimates, dtype=float), "plan": states, "problem": problems}),
        axes=axes,
        cells=len(states),
        to_run=counts[RUN],
        hits=counts[HIT],
        skipped=counts[SKIP],
        invalid=counts[INVALID],
        dollars=total(estimates),
        free=workspace is not None and workspace.choice.free,
        minutes=_minutes([request for request in to_run if request is not None], workspace, concurrency),
        concurrency=concurrency,
        note=" ".join(filter(None, (note, _describe_absent(again_fetched)))),
        standing=tuple(_standing(n, state, found, under_way) for n, state in enumerate(states)),
    )


def _table_price(request: VideoRequest) -> float | None:
    return catalog.endpoint_for(request).estimate(request)


def _describe_absent(clips: int) -> str:
    if not clips:
        return ""
    which = "1 clip is" if clips == 1 else f"{clips:,} clips are"
    return f"{which} no longer in the folder: fetched again, free, while the address still answers."


def _standing(n: int, state: str, found: Match, under_way: set[int]) -> str:
    if state != HIT:
        return state
    id = found.hits.get(found.shared.get(n, n))
    if id is None:
        return TWIN
    return COMING if id in under_way else HIT


def _state(cell: Cell, there: bool) -> str:  # noqa: FBT001
    if cell.request is not None:
        return HIT if there else RUN
    return INVALID if cell.problems else SKIP


def _minutes(requests: Sequence[VideoRequest], workspace: Workspace | None, concurrency: int) -> float | None:
    """How long those may take, so many at a time, or None where nothing is known of one of them."""

    @cache
    def typical(resolution: str | None, seconds: float | None) -> float | None:
        if workspace is None:
            return None
        endpoint = catalog.endpoint_for(requests[0])
        return workspace.store.typical_seconds(str(workspace.choice), endpoint.id, resolution, seconds)

    # Nothing is known of how fast another machine renders until it has.
    guess = workspace is None or workspace.choice.kind == "fal"
    times = []
    for request in requests:
        asked = request.asked()
        taken = typical(asked.resolution, asked.seconds)
        if taken is None and guess:
            taken = catalog.endpoint_for(request).expected_seconds(request)
        if taken is None:
            return None
        times.append(taken)
    return max(math.fsum(times) / concurrency, max(times, default=0.0)) / 60


def columns_of(axes: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """The name of each axis' column beside those that are taken."""
    return {axis: f"axis_{axis}" if axis in set(taken) else axis for axis in axes}


def describe_minutes(minutes: float) -> str:
    """A time as a person says it."""
    if minutes < 1:
        return f"{max(round(minutes * 60), 1)} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _short(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
