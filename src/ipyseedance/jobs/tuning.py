"""How long a project waits, and how much it does at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..fal.wire import STREAMS
from ..store.record import now


@dataclass(frozen=True)
class Tuning:
    """Limits, waits and clocks of one open project. All times are seconds.

    People have the defaults; `deadline` alone is theirs to change, as `project.deadline`. Tests give others when a
    project is opened: `project.open_project(folder, choice, tuning=Tuning(...))`.
    """

    clock: Callable[[], float] = time.monotonic
    """What waits and ages are measured by: it is never set."""
    wall: Callable[[], float] = now
    """The time of day, as the history has it. It may be set at any time."""

    # Opening, importing.

    opening_patience: float = 10.0
    """How long opening a folder waits for one that is being closed. That goes on by itself."""
    import_patience: float = 10.0
    """How long an import waits for a request that is on its way elsewhere in this process, or in another."""
    news_keeps: float = 6 * 3600.0
    """After this, prices and retired endpoints are read again, should the project still be in use."""
    news_retry: float = 300.0
    """After this, they are asked for again when the service could not be reached."""

    # Sending.

    slots: int = 1000
    """Jobs that are on their way at a time. Far more than an account may run at once, so nothing is slowed down, and
    what a run of 10,000 holds stays small."""
    submit_patience: float = 120.0
    """How long a service that takes nothing is asked again."""
    absent_after: float = 600.0
    """After this, a request that does not show among the account's requests counts as never accepted."""

    # Watching.

    deadline: float = 24 * 3600.0
    """Age from its submit at which a job that still runs is cancelled."""
    grace: float = 600.0
    """What it then has to end before it is given up. So long, too, is watched what is found past its deadline."""
    streams: int = STREAMS
    """Jobs whose status is streamed at a time."""
    shortest_patrol: float = 30.0
    """Jobs for which no stream is free are asked about that often, and together five times a second at most."""
    hearing: float = 5.0
    """How long a job's watch waits for the service to hear that it is to be cancelled."""

    # Downloading.

    download_patience: float = 600.0
    """The wait, in all, for a server that gives nothing more. What has come starts it anew."""
    longest_download: float = 24 * 3600.0
    """The limit for all of a download, however much comes in each try."""
    least_bytes: int = 60_000
    """Bytes that must come in each `window`, or the download gives its place to another and goes on later."""
    window: float = 60.0
    settling: float = 300.0
    """What a new clip has to appear at its address; one that is not there later is gone."""

    # Afterwards.

    billing_waits: tuple[float, ...] = (60.0, 600.0, 3600.0)
    """Waits after an end, and between two askings of the account's billing: its events come late."""
    measuring_idle: float = 2.0
    """The wait from a clip's saving, or from the opening of its project, to its measuring."""
    look_back: int = 200
    """Clips without measures that opening a project has measured, the newest first: some minutes of work at most."""
