"""Asking the account's billing what open amounts came to. Most keys may not read it, and then nothing is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from ..contract.errors import SeedanceError
from ..fal.platform import NoRecords, Platform
from ..store.record import Record, now
from .connection import Connection
from .job import Job
from .ledger import settle, settled_by_bill
from .recorder import Recorder
from .registry import Jobs
from .tuning import Tuning

_AT_A_TIME, _MOST = 50, 500
"""Requests a call names at most, and requests that are asked about in all: the newest."""
_LOOKS_BACK = 89 * 86_400.0
"""Seconds: the list has the events of 90 days."""


class Billing:
    """Settles the open amounts of one project by what the account's billing says.

    Only what this person asked for is asked about. A bill settles an amount; that there is none settles nothing: it may
    come later, and the key may be of another account by now.
    """

    def __init__(self, connection: Connection, recorder: Recorder, jobs: Jobs, tuning: Tuning) -> None:
        self._connection = connection
        self._recorder = recorder
        self._jobs = jobs
        self._waits = tuning.billing_waits
        self._round = 0
        self._about_to = False
        """Whether an asking waits already that will see what ends now."""
        self._over = connection.choice.free
        """Whether there is nothing to ask: nothing costs here, or the key may not."""

    def look_back(self) -> None:
        """Ask about what earlier kernels left open."""
        if not self._over:
            self._jobs.do(self._follow(self._round, (0.0, *self._waits[1:])))

    def note(self, job: Job | None) -> None:
        """Ask about a job that has ended so, some time later. On the job thread."""
        if self._over or self._about_to or job is None or not job.done:
            return
        if not job.record.is_open or job.request_id is None:
            return
        self._about_to = True
        self._round += 1
        self._jobs.do(self._follow(self._round, self._waits))

    async def _follow(self, round: int, waits: Sequence[float]) -> None:
        for wait in waits:
            await asyncio.sleep(wait)
            if self._over or round != self._round:
                return  # what has ended since is followed by another, which asks about all
            self._about_to = False
            try:
                if not await self._ask():
                    return
            except NoRecords:
                self._over = True
                return
            except SeedanceError:
                continue  # the service, or the disk, is away; it is only good to know

    async def _ask(self) -> bool:
        """Ask about everything that is open; False when nothing is."""
        records = await asyncio.to_thread(self._open)
        if records:
            platform = (await self._connection.open()).platform
            for first in range(0, len(records), _AT_A_TIME):
                await self._settle(records[first : first + _AT_A_TIME], platform)
        return bool(records)

    def _open(self) -> list[Record]:
        store, server = self._recorder.store, str(self._connection.choice)
        return [
            record
            for record in store.open_amounts()[-_MOST:]
            if record.server == server
            and record.request_id is not None
            and _sent_at(record) > now() - _LOOKS_BACK
            and store.trusts(record)
        ]

    async def _settle(self, records: Sequence[Record], platform: Platform) -> None:
        ids = [record.request_id for record in records if record.request_id is not None]
        bills = await platform.bills(ids, since=min(map(_sent_at, records)), until=now())
        for record in records:
            if record.request_id in bills:
                decide = partial(settled_by_bill, dollars=bills[record.request_id])
                changes = await asyncio.to_thread(settle, self._recorder.store, record.id, decide)
                if changes:
                    self._recorder.show(self._jobs.of(record), **changes)


def _sent_at(record: Record) -> float:
    return record.submitted_at or record.created_at
