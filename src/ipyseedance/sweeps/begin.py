"""Beginning the run of a sweep: one act that is planned, written whole or not at all, and sent on its way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import NamedTuple

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.price import total
from ..contract.requests import VideoRequest
from ..jobs.ask import check_frames, intent, take_up
from ..jobs.resume import fetch_again, find_unsent, price_of
from ..jobs.workspace import Workspace
from ..store import clips
from ..store.purse import Allowance
from ..store.record import Record
from ..store.runs import New, PlanOutdated, Run, RunPlan
from ..store.statuses import PENDING
from .cells import Cell
from .match import Match, absent, at_hand, match_cells, seeds_of
from .run import SweepRun
from .sweep import Sweep


def begin(
    workspace: Workspace,
    sweep: Sweep,
    *,
    name: str | None,
    again: bool,
    confirm: bool,
    skip_invalid: bool,
    at_most: float | None,
) -> SweepRun:
    """Write a run and what it asks for, as one act, and send it on its way."""
    if not isinstance(sweep, Sweep):
        shown = repr(sweep)[:60]
        raise InvalidRequest([Problem("sweep", shown, f"a {type(sweep).__name__} is not a Sweep")])
    if name is not None and not str(name).strip():
        raise InvalidRequest([Problem("name", repr(name)[:60], "give a text that is not blank")])
    allowed = Allowance("project.run(sweep, confirm=True)", confirmed=confirm, at_most=at_most)
    while True:
        before = workspace.store.run(name) if name is not None else None
        # Anew each time: the seed that nobody gave is that of the run that is changed.
        asked = sweep.seeded(before)
        if skip_invalid:
            asked = asked.only_valid()
        planned = _plan(workspace, asked, name, before, again=again)
        try:
            return _write(workspace, planned, allowed)
        except PlanOutdated:
            continue  # somebody else asked for one of its clips meanwhile, or changed the run


class _Planned(NamedTuple):
    """A run as it is to be written, and what is sent then."""

    plan: RunPlan
    requests: list[VideoRequest]
    """Those of its new generations."""
    late: list[Record]
    """What an earlier act asked for and never sent; it is sent now."""
    gone: list[Record]
    """What is only fetched again."""


def _plan(workspace: Workspace, sweep: Sweep, name: str | None, before: Run | None, *, again: bool) -> _Planned:
    """Plan the run of a sweep by what there is now. Its pictures are kept in the project.

    Raises:
        InvalidRequest: it has no cell to run, or a picture that is not this person's to ask for.
    """
    cells = list(sweep.runnable())
    if not cells:
        raise InvalidRequest([Problem("sweep", "", "it has no cell to run")])
    for _, request in cells:
        check_frames(workspace, request)
    pictures = {frame.reference: frame for _, request in cells for frame in request.pictures_by_key().values()}
    for frame in pictures.values():
        clips.keep_frame(workspace.folder, frame)
    server, endpoint = str(workspace.choice), catalog.endpoint_for(sweep.base).id
    stored = {record.id: record for record in find_unsent(workspace) if record.status == PENDING}
    seeds = set() if again else seeds_of(sweep.cells)
    had = workspace.store.had(server, endpoint, seeds)
    away = absent(had, workspace)
    found = match_cells([cell for cell, _ in cells], at_hand(had, workspace.folder, away), before)
    members, new = _members(cells, found)
    plan = RunPlan(
        server,
        endpoint,
        sweep.axes,
        members,
        [intent(workspace, request, cell=cell) for cell, request in new],
        wanted=found.new,
        seeds=seeds,
        had=had,
        name=name,
        before=before,
        seed=sweep.base.asked().seed if sweep.seed_was_chosen else None,
    )
    hits = set(found.hits.values())
    late, gone = [stored[id] for id in hits & stored.keys()], [away[id] for id in hits & away.keys()]
    return _Planned(plan, [request for _, request in new], late, gone)


def _members(
    cells: Sequence[tuple[Cell, VideoRequest]], found: Match
) -> tuple[list[tuple[int | New, dict[str, str]]], list[tuple[dict[str, str], VideoRequest]]]:
    """Each cell's generation, and the cells that need a new one, with their requests."""
    members: list[tuple[int | New, dict[str, str]]] = []
    new: list[tuple[dict[str, str], VideoRequest]] = []
    for place, (cell, request) in enumerate(cells):
        if place in found.hits:
            members.append((found.hits[place], cell.axes))
        elif place in found.shared:
            members.append((members[found.shared[place]][0], cell.axes))
        else:
            members.append((New(len(new)), cell.axes))
            new.append((cell.axes, request))
    return members, new


def _write(workspace: Workspace, planned: _Planned, allowed: Allowance) -> SweepRun:
    """Write a run as it is planned, and send it on its way.

    Raises:
        PlanOutdated: the history is not as the plan saw it any more. Nothing was written.
    """
    plan, requests, late, gone = planned
    begun: Future[SweepRun] = Future()

    def send(written: Future[tuple[Run, list[Record]]]) -> None:
        try:
            run, records = written.result()
            take_up(workspace, list(zip(records, requests, strict=True)), late)
            fetch_again(workspace, gone)
            begun.set_result(SweepRun(workspace, run))
        except Exception as error:  # noqa: BLE001 - it is raised below
            begun.set_exception(error)

    # What an earlier act of this person reserved is in the purse already, but is sent by this one, and at today's
    # price. What somebody else's rows reserve is not taken for that.
    reserved = math.fsum(record.reserved for record in late if workspace.store.trusts(record))
    written = workspace.store.add_run(
        plan,
        None if workspace.choice.free else replace(allowed, reserved=reserved),
        late=total(price_of(workspace, record) for record in late),
    )
    # Not by the caller, whom an interrupt may reach between the two: what is on the disk is on its way.
    written.add_done_callback(send)
    return begun.result()
