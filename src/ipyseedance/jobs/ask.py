"""Asking for a clip: what is asked is checked, written down, and sent on its way."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..doors.addresses import is_public
from ..doors.text import plain
from ..store import clips
from ..store.purse import Allowance
from ..store.record import Record, now, with_columns
from ..store.statuses import PENDING
from .job import Job
from .resume import claim
from .workspace import Workspace


def submit(workspace: Workspace, request: VideoRequest, *, confirm: bool, at_most: float | None) -> Job:
    """Ask for a clip, as `Project.submit` says."""
    workspace.check_open()
    if not isinstance(request, VideoRequest):
        problem = f"a {type(request).__name__} is not a request; give TextToVideo or ImageToVideo"
        raise InvalidRequest([Problem("request", repr(request)[:60], problem)])
    # Checked anew: a copy that pydantic made, or one of which nothing is known, may be anything.
    request = request.with_().resolved()
    check_frames(workspace, request)
    record = intent(workspace, request)
    job = workspace.jobs.new(record, request)

    def ask() -> None:
        try:
            for frame in request.pictures_by_key().values():
                clips.keep_frame(workspace.folder, frame)
            written = workspace.store.add(record, Allowance(confirmed=confirm, at_most=at_most))
        except Exception as error:  # noqa: BLE001 - it is raised below
            written = Future()
            written.set_exception(error)
        # Not by the caller, whom an interrupt may reach between the two: what is on the disk is on its way.
        written.add_done_callback(lambda written: workspace.jobs.begin(job, written))

    if workspace.thread.is_current:
        workspace.thread.loop.run_in_executor(None, ask)
    else:
        ask()
        job.recorded.result()
    return job


def check_frames(workspace: Workspace, request: VideoRequest) -> None:
    """Raise InvalidRequest for a picture at an address of this machine's network that somebody else's row named."""
    for name, frame in request.pictures_by_key().items():
        if frame.url and not frame.given and not (is_public(frame.url) or workspace.choice.serves(frame.url)):
            shown = plain(frame.url, 200)
            problem = f"{shown} is on a private network, and stands in a row of somebody else; give it yourself"
            raise InvalidRequest([Problem(name, shown, problem)])


def intent(workspace: Workspace, request: VideoRequest, **more: Any) -> Record:
    """What the history is to say before that request, of a concrete seed, is sent."""
    price = workspace.prices.known(request)
    record = Record(
        created_at=now(),
        server=str(workspace.choice),
        free=workspace.choice.free,
        owner=workspace.lease.id,
        endpoint=catalog.endpoint_for(request).id,
        request=request.record(),
        estimate=price or 0.0,
        bill_accepted=price is None,
        status=PENDING,
        **more,
    )
    return with_columns(record)


def take_up(workspace: Workspace, intents: Sequence[tuple[Record, VideoRequest]], unsent: Sequence[Record]) -> None:
    """Send what the history has as asked for by this opener, and what another never sent."""
    workspace.jobs.start([workspace.jobs.new(record, request) for record, request in intents])
    for record in unsent:
        workspace.jobs.take_over(claim(workspace, record), by_person=True)
