"""What running a sweep would do: which cells there are already, and what the others cost and take."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..doors import files
from ..store.record import Record
from ..store.runs import Had, Run
from .axes import is_count

if TYPE_CHECKING:
    import pandas as pd

    from ..project import Project
    from .sweep import Cell, Sweep

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
    dollars: float
    """What is to run is expected to cost at fal, in US dollars."""
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
        price = f"${self.dollars:,.2f}" + (" at fal, free here" if self.free else "")
        time = "" if self.minutes is None else f", about {minutes_told(self.minutes)} at {self.concurrency} at a time"
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


def made(sweep: Sweep, project: Project | None, concurrency: int, *, name: str | None, again: bool) -> Plan:
    """The plan of a sweep, in a project or by the built-in tables."""
    import pandas as pd

    if not is_count(concurrency):
        allowed = f"{concurrency!r} is not allowed; give a whole number from 1"
        raise InvalidRequest([Problem("concurrency", repr(concurrency), allowed)])
    before = project.history.run(name) if project is not None and name is not None else None
    sweep = seeded(sweep, before)
    under_way: set[int] = set()
    if project is not None:
        server, endpoint = str(project.connection.choice), catalog.endpoint_for(sweep.base).id
        had = {} if again else project.history.had(server, endpoint, seeds(sweep))
        waiting, away = {record.id for record in project.unsent()}, absent(had, project)
        under_way = {one.id for same in had.values() for one in same if one.path is None}
        found = matched(sweep.cells, at_hand(had, project.folder, away), before).without(waiting)
        again_fetched = len(away.keys() & found.hits.values())
    else:
        found, again_fetched = matched(sweep.cells, {}, None), 0
    price = catalog.estimate if project is None else project.prices.estimate
    states = [_state(cell, n in found.hits or n in found.shared) for n, cell in enumerate(sweep.cells)]
    to_run = [cell.request if state == RUN else None for cell, state in zip(sweep.cells, states, strict=True)]
    estimates = [0.0 if request is None else price(request) for request in to_run]
    columns = {
        column: [cell.axes.get(axis) for cell in sweep.cells]
        for axis, column in columns_of(sweep.axes, ("estimate", "plan", "problem")).items()
    }
    problems = ["; ".join(map(str, cell.problems)) or None for cell in sweep.cells]
    counts = Counter(states)
    return Plan(
        df=pd.DataFrame(columns | {"estimate": estimates, "plan": states, "problem": problems}),
        axes=sweep.axes,
        cells=len(states),
        to_run=counts[RUN],
        hits=counts[HIT],
        skipped=counts[SKIP],
        invalid=counts[INVALID],
        dollars=round(sum(estimates), 9),
        free=project is not None and project.connection.choice.free,
        minutes=_minutes([request for request in to_run if request is not None], project, concurrency),
        concurrency=concurrency,
        note=" ".join(filter(None, (sweep.note, _told_absent(again_fetched)))),
        standing=tuple(_standing(n, state, found, under_way) for n, state in enumerate(states)),
    )


def _told_absent(clips: int) -> str:
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


def _minutes(requests: Sequence[VideoRequest], project: Project | None, concurrency: int) -> float | None:
    """How long those may take, so many at a time, or None where nothing is known of one of them."""

    @cache
    def typical(resolution: str, duration: str) -> float | None:
        if project is None:
            return None
        endpoint, choice = catalog.endpoint_for(requests[0]), project.connection.choice
        like = {"resolution": resolution, "duration": duration}
        return project.history.typical_seconds(str(choice), endpoint.id, like)

    # Nothing is known of how fast another machine renders until it has.
    guess = project is None or project.connection.choice.kind == "fal"
    times = []
    for request in requests:
        fields: Any = request
        seconds = typical(fields.resolution, str(fields.duration))
        if seconds is None and guess:
            seconds = catalog.endpoint_for(request).expected_seconds(request)
        if seconds is None:
            return None
        times.append(seconds)
    return max(sum(times) / concurrency, max(times, default=0.0)) / 60


# Which cells are there already.


@dataclass(frozen=True)
class Match:
    """Cells, by their place, that need no generation of their own."""

    hits: dict[int, int]
    """The number of the generation that has it."""
    shared: dict[int, int]
    """The place of an earlier cell with the same request."""

    def without(self, ids: set[int]) -> Match:
        """The same, but for those generations."""
        return Match({n: id for n, id in self.hits.items() if id not in ids}, self.shared)


def absent(had: Mapping[str, list[Had]], project: Project) -> dict[int, Record]:
    """Of what the history has, the generations whose clip is not in the folder, and may be fetched again."""
    here = _clips_in(project.folder) if had else set()
    away = [one.id for found in had.values() for one in found if not _is_here(one, here)]
    return {record.id: record for record in project.absent(away)} if away else {}


def at_hand(had: Mapping[str, list[Had]], folder: Path, away: Container[int]) -> dict[str, list[int]]:
    """The numbers of the generations whose clips cost nothing any more, by the meaning of the request.

    Args:
        away: those whose clip may be fetched again. They come last.
    """
    here = _clips_in(folder) if had else set()
    return {
        meaning: [one.id for one in found if _is_here(one, here)]
        + [one.id for one in found if not _is_here(one, here) and one.id in away]
        for meaning, found in had.items()
    }


def _is_here(one: Had, clips: set[str]) -> bool:
    """Whether its clip is in the folder, or on its way."""
    return not one.unsaved and (one.path is None or one.path in clips)


def matched(cells: Sequence[Cell], had: Mapping[str, list[int]], before: Run | None) -> Match:
    """Find for each cell a generation that has its clip; no two repetitions of a request find the same.

    Args:
        had: the numbers of those there are, by the meaning of the request.
        before: the run as it was, whose cells keep their generations.
    """
    kept = {json.dumps(cell, sort_keys=True): id for id, cell in before.members} if before else {}
    found = Match({}, {})
    first: dict[tuple[str, str], int] = {}
    free: dict[str, list[int]] = {}
    wanting = []
    for n, cell in enumerate(cells):
        if cell.request is None:
            continue
        text = cell.request.meaning()
        earlier = first.setdefault((text, cell.repetition), n)
        if earlier != n:
            found.shared[n] = earlier
            continue
        if text not in free:
            free[text] = list(had.get(text, ()))
        own = kept.get(json.dumps(cell.axes, sort_keys=True)) if free[text] and kept else None
        if own in free[text]:
            free[text].remove(own)
            found.hits[n] = own
        elif free[text]:
            wanting.append((n, text))
    for n, text in wanting:
        if free[text]:
            found.hits[n] = free[text].pop(0)
    return found


def _clips_in(folder: Path) -> set[str]:
    try:
        return {f"{files.CLIPS}/{name}" for name in files.names_in(files.room(folder, files.CLIPS))}
    except OSError:
        return set()


def seeds(sweep: Sweep) -> set[int | None]:
    """Those of its requests; None for one that has none."""
    return {getattr(cell.request, "seed", None) for cell in sweep.cells if cell.request is not None}


def seeded(sweep: Sweep, before: Run | None) -> Sweep:
    """The sweep with the seed its run has, where nobody gave one: or else no cell would be there already."""
    if before is not None and before.seed is not None and sweep.seed_was_chosen:
        return sweep.with_seed(before.seed)
    return sweep


def columns_of(axes: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """The name of each axis' column beside those that are taken."""
    return {axis: f"axis_{axis}" if axis in set(taken) else axis for axis in axes}


def minutes_told(minutes: float) -> str:
    """A time as a person says it."""
    if minutes < 1:
        return f"{max(round(minutes * 60), 1)} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _short(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
