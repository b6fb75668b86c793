"""Adopting a request that was made elsewhere, such as in fal's playground."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from ..contract.errors import SeedanceError
from ..store.claims import Claim
from ..store.record import Record
from ..store.statuses import CANCELLED, COMPLETED, FAILED, IN_QUEUE, SUBMITTING, UNCONFIRMED
from .elsewhere import record_of_import
from .job import Job
from .resume import fetch_again, find_absent
from .workspace import Workspace

_LOOK_SECONDS = 0.05


def import_request(workspace: Workspace, request_id: str, endpoint: str) -> Job:
    """Adopt a request, as `Project.import_request` says."""
    workspace.check_open()
    record = record_of_import(request_id, endpoint, server=str(workspace.choice), owner=workspace.lease.id)
    # Of two at a time, the second gets what the first made; but what follows jobs must not wait there.
    if not workspace.importing.acquire(blocking=not workspace.thread.is_current):
        raise SeedanceError(
            "Another request is being imported just now.", next_step="Nothing was imported. Try again in a moment."
        )
    try:
        known, new = _take_in(workspace, replace(record, free=workspace.choice.free))
        if new:
            job = workspace.jobs.new(known)
            workspace.jobs.start([job])
            return job
        return _look_again(workspace, known)
    finally:
        workspace.importing.release()


def _take_in(workspace: Workspace, record: Record) -> tuple[Record, bool]:
    """The row of a request that was made elsewhere, and whether it is new."""
    with contextlib.suppress(KeyError):
        return workspace.store.find(record.request_id or "", record.server), False
    until = time.monotonic() + workspace.tuning.import_patience
    while _is_sending(workspace, record):  # what is being sent has no id yet, and may be told this one
        if workspace.thread.is_current or time.monotonic() > until:
            raise SeedanceError(
                "A request is being sent to that endpoint just now, and it may be this one.",
                next_step="Nothing was imported. Try again in a moment.",
            )
        time.sleep(_LOOK_SECONDS)
    return workspace.store.take_in(record).result()


def _is_sending(workspace: Workspace, like: Record) -> bool:
    """Whether any opener has a request on its way to the endpoint of that one."""
    sending = [record for record in workspace.store.unsettled() if record.status == SUBMITTING]
    return any(
        (record.server, record.endpoint) == (like.server, like.endpoint) and workspace.is_alive(record.owner)
        for record in sending
    )


def _look_again(workspace: Workspace, known: Record) -> Job:
    """Look for a request again that the project has, unless its clip is here or it is under way."""
    if absent := find_absent(workspace, [known.id]):
        fetch_again(workspace, absent)
        return workspace.by_id(known.id)
    here = known.path is not None or any(job.id == known.id for job in workspace.jobs.under_way)
    # One whose answer was lost is given up for now: that its request is there, somebody has just said.
    ended = known.status in (FAILED, CANCELLED, COMPLETED) or (known.status == UNCONFIRMED and known.error)
    if here or not ended:
        return workspace.by_id(known.id)
    status = COMPLETED if known.status == COMPLETED else IN_QUEUE
    claim = Claim(known, {"owner": workspace.lease.id, "status": status, "error": None})
    return workspace.jobs.take_over(claim, by_person=True)
