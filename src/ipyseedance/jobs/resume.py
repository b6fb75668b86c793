"""Going on with jobs that nobody looks after: what was never sent, what somebody else asked for, and lost files."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..doors import files, names
from ..store.claims import Claim
from ..store.purse import Allowance
from ..store.record import Record
from ..store.statuses import COMPLETED
from .job import Job
from .waiting import Waiting, claim_of, cost_of, reprice
from .workspace import Workspace

_MOST_BILLS = 1000
"""Bills that are accepted at a time."""


def pick_up(workspace: Workspace) -> None:
    """Go on with this person's jobs whose kernel is gone. What was never sent, and what somebody else asked for,
    waits for `resume`."""
    store = workspace.store
    for record in workspace.find_abandoned(store.unsettled(besides=workspace.lease.living())):
        if not record.is_unsent and store.trusts(record):
            workspace.jobs.take_over(claim(workspace, record), by_person=False)


def resume(workspace: Workspace, *, confirm: bool, waiting: Waiting | None) -> list[Job]:
    """Go on with what waits, as `Project.resume` says."""
    workspace.check_open()
    waiting = waiting or find_waiting(workspace)
    prices = {record.id: record for record in waiting.unsent}
    meant = {record.id for record in waiting.held}
    held = [job for job in workspace.jobs.held if job.id in meant]
    kept = math.fsum(cost_of(job.record) or 0.0 for job in held)
    allowance = Allowance(
        "project.resume(confirm=True)",
        confirmed=confirm,
        reserved=kept,
        own=not waiting.others,
        priced=waiting.cost is not None,
    )
    claims = {record.id: claim(workspace, record, prices.get(record.id)) for record in waiting.records}
    bills = [bill.id for bill in waiting.bills]
    if not (claims or held or bills):
        return []
    taken = workspace.store.claim(
        list(claims.values()), by_person=True, allowance=None if workspace.choice.free else allowance, bills=bills
    ).result()
    jobs = [workspace.jobs.adopt(claims[id]) for id in taken]
    workspace.jobs.start(jobs)
    held = workspace.jobs.let_go_on(held)
    workspace.notify()
    return jobs + held


def find_waiting(workspace: Workspace) -> Waiting:
    """What `resume` would go on with, and what that would cost."""
    store, living = workspace.store, workspace.lease.living()
    unsent = _unsent(workspace, living)
    unsettled = workspace.find_abandoned(store.unsettled(besides=living))
    found = {record.id: record for record in (*unsent, *(r for r in unsettled if not store.trusts(r)))}
    records = [found[id] for id in sorted(found)]
    return Waiting(
        records,
        unsent=[price_anew(workspace, record) for record in records if record.is_unsent],
        others=[record for record in records if not store.trusts(record)],
        held=[job.record for job in workspace.jobs.held],
        bills=store.bills(_MOST_BILLS),
    )


def find_unsent(workspace: Workspace) -> list[Record]:
    """What was provably never sent, and nobody is about to send, as its rows stand."""
    return _unsent(workspace, workspace.lease.living())


def _unsent(workspace: Workspace, living: list[str]) -> list[Record]:
    return [r for r in workspace.find_abandoned(workspace.store.unsent(besides=living)) if r.is_unsent]


def claim(workspace: Workspace, record: Record, repriced: Record | None = None) -> Claim:
    """How a job is taken over.

    Args:
        repriced: the row with the price that was shown for it; by default, where it needs one, today's.
    """
    keeps_price = workspace.store.trusts(record) and not record.is_unsent
    return claim_of(record, workspace.lease.id, None if keeps_price else repriced or price_anew(workspace, record))


def price_of(workspace: Workspace, record: Record) -> float | None:
    """US dollars it would cost to send what a row asks for, now; None where that is not known."""
    return cost_of(price_anew(workspace, record))


def price_anew(workspace: Workspace, record: Record) -> Record:
    """A row with the price its request has now."""
    return reprice(record, workspace.prices.known, free=workspace.choice.free)


# Clips whose file is gone.


def find_absent(workspace: Workspace, ids: Iterable[int]) -> list[Record]:
    """Those whose clip was made for this person, is not in the folder, and may still be at its address."""
    # A clip of the offline engine has no address once that has stopped, and is made again for nothing.
    found = workspace.store.some(ids) if workspace.choice.kind != "offline" else []
    return [r for r in found if _is_gone(workspace, r) and workspace.store.trusts(r)]


def _is_gone(workspace: Workspace, record: Record) -> bool:
    path = names.clip_path(workspace.folder, record.path)
    gone = record.error is not None if path is None else not files.is_file(path)
    return gone and record.status == COMPLETED and record.url is not None


def fetch_again(workspace: Workspace, records: Iterable[Record]) -> None:
    """Fetch clips from their addresses that are not in the folder; nothing is asked for anew."""
    for record in records:
        changes = {"owner": workspace.lease.id, "status": COMPLETED, "path": None, "error": None}
        workspace.jobs.take_over(Claim(record, changes), by_person=True)
