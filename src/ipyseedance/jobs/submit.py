"""From what was asked to the service's request id: check and upload the frames, send once, find a lost answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from ..contract.errors import (
    AccountLocked,
    GenerationCancelled,
    InvalidRequest,
    KeyRefused,
    Problem,
    SeedanceError,
    ServiceUnavailable,
    Unconfirmed,
)
from ..contract.frames import Frame, FrameError
from ..doors.addresses import is_private
from ..doors.text import plain
from ..fal.platform import NoRecords, Platform
from ..fal.queue import Queue, Ticket
from ..fal.storage import Storage
from ..fal.wire import SUBMITS
from ..store.claims import Held
from ..store.record import ABSENT, now
from ..store.statuses import IN_QUEUE, PENDING, UNCONFIRMED
from .backoff import delays
from .connection import Connection
from .job import Job
from .ledger import unseen_bill_error
from .recorder import Recorder
from .tuning import Tuning
from .uploads import Uploads

T = TypeVar("T")


class _Closing(Exception):
    """The project is being closed: what is not sent yet stays PENDING."""


class _TakenOver(Exception):
    """Another opener took this kernel for dead, and sends the job itself."""


@dataclass
class Submitter:
    """Sends the jobs of one project."""

    connection: Connection
    recorder: Recorder
    tuning: Tuning
    _uploads: Uploads = field(init=False)
    _sending: set[asyncio.Task[Held | None]] = field(default_factory=set)
    _posts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SUBMITS))
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._uploads = Uploads(self.recorder.store, str(self.connection.choice))

    async def send(self, job: Job) -> None:
        """Take a job from PENDING to IN_QUEUE, or to its end. What fails before it is posted is raised."""
        if not job.record.request:
            raise InvalidRequest([Problem("request", "", "what was asked for is not known, so it cannot be sent")])
        storage = (await self.connection.open()).storage
        request = await asyncio.to_thread(lambda: job.request)  # its pictures are read from the disk, and decoded
        addresses = {
            key: await self._address(job, key, frame, storage) for key, frame in request.pictures_by_key().items()
        }
        body = request.body(addresses)
        # Closing the project must not cut this off: the id of a paid request would be lost with it. Nor is whoever
        # waits for it still there then, so it records its own ending.
        sending = asyncio.create_task(self.recorder.see_to(job, self._submit(job, body)))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        if (held := await asyncio.shield(sending)) is not None:
            raise held

    async def finish(self) -> None:
        """Begin no further request, and wait until none is on its way without its id being recorded."""
        self._closing.set()
        self._uploads.stop()
        while self._sending:
            await asyncio.wait(list(self._sending))

    async def _submit(self, job: Job, body: dict[str, Any]) -> Held | None:
        """Post the request, again only while it provably was not taken. Gives why a bill holds it back."""

        async def once() -> Ticket:
            # One that waits here for a connection is not sent yet, and is not marked as if it were.
            async with self._posts:
                if job.cancel_asked:
                    raise GenerationCancelled("It was cancelled before it was sent.")
                if self._closing.is_set():
                    raise _Closing
                queue = (await self.connection.open()).queue  # anew: the offline engine may have died since
                if not await self.recorder.mark_sending(job, body):
                    raise _TakenOver
                try:
                    return await queue.submit(job.record.endpoint, body)
                except ServiceUnavailable:
                    # Not a byte was accepted. Should the kernel stop while this waits, it was never sent.
                    await self.recorder.insist(job, status=PENDING, submitted_at=None)
                    raise

        try:
            ticket = await self._patiently(job, once)
        except _Closing:
            return None
        except Held as held:
            return held
        except _TakenOver:
            await self.recorder.let_go(job)
            return None
        except Unconfirmed as error:
            await self._note_lost(job, error.request_id)
            return None
        except KeyRefused as error:
            self.connection.say("refused", error)
            raise
        except AccountLocked as error:
            self.connection.say("locked", error)
            raise
        taken = {"status": IN_QUEUE, "request_id": ticket.request_id, "ticket": ticket.to_record()}
        if not await self.recorder.insist(job, **taken):
            await self._note_lost(job)  # the id is another job's, so this one's is not known
            return None
        self.connection.say("ready")
        return None

    async def _note_lost(self, job: Job, request_id: str | None = None) -> None:
        """Record that the answer is lost, with the id that it may have named: by that the service is asked first."""
        if request_id is None or not await self.recorder.insist(job, status=UNCONFIRMED, request_id=request_id):
            await self.recorder.insist(job, status=UNCONFIRMED)

    async def _patiently(self, job: Job, call: Callable[[], Awaitable[T]]) -> T:
        """Repeat a call that may safely be made again, while the service cannot be reached or takes nothing."""
        # Not by the wall's clock: a machine that wakes from its sleep has no network for a moment.
        deadline = time.monotonic() + self.tuning.submit_patience
        for wait in delays():
            try:
                result = await call()
            except ServiceUnavailable as error:
                pause = max(wait, error.retry_after)
                self.connection.say("unreachable", error)
                if time.monotonic() + pause > deadline:
                    raise
                self.recorder.trouble(job, error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), pause)
            else:
                job.trouble = ""
                return result
        raise AssertionError("delays never end")

    async def _address(self, job: Job, name: str, frame: Frame, storage: Storage) -> str:
        """Where the service can fetch a frame from. An address is fetched and checked first."""
        if frame.url is None:
            if frame.data is None:
                lost = plain(frame.name, 80)
                raise InvalidRequest([Problem(name, lost, f"{lost} is no longer in the project")])
            return await self._patiently(job, partial(self._uploaded, frame))
        try:
            # In somebody else's row the address is not this person's, and may be of this machine's network.
            given = job.asked_here and frame.given
            checked = frame if frame.data is not None else await storage.fetch_frame(frame.url, given=given)
        except FrameError as error:
            raise InvalidRequest([Problem(name, plain(frame.url, 200), str(error))]) from error
        if self.connection.choice.kind == "fal" and is_private(frame.url):
            # fal cannot fetch what only this machine or its network can.
            return await self._patiently(job, partial(self._uploaded, replace(checked, url=None)))
        return frame.url

    async def _uploaded(self, frame: Frame) -> str:
        storage = (await self.connection.open()).storage  # anew: the offline engine may have died since
        return await self._uploads.address(frame, storage)

    # A lost answer.

    async def confirm(self, job: Job) -> None:
        """Find an UNCONFIRMED job's request: by the id that an answer named, then among the account's requests, by
        what was sent and when. Never sends it again.

        Raises:
            Unconfirmed: it is not there after `absent_after` seconds (type "absent"), or cannot be looked for.
        """
        record = job.record
        if not record.body and not record.request_id:  # any of the account's requests would be like it
            raise Unconfirmed(
                "The answer to the request was lost, and it cannot be looked for: what was sent is not known.",
                charged="maybe",
            )
        fal = await self.connection.open()
        queue, platform = fal.queue, fal.platform
        sent_at = record.submitted_at or record.created_at
        # The wall's clock is asked once: it may be set at any time, and what is absent may be sent again.
        age, begun = max(now() - sent_at, 0.0), time.monotonic()
        for pause in delays():
            problem: SeedanceError | None = None
            for look in (partial(self._by_id, job, queue, platform), partial(self._orphan, job, platform, sent_at)):
                try:
                    if await look():
                        return
                except NoRecords as error:
                    if job.request_id is None:
                        raise Unconfirmed(
                            f"The answer to the request was lost, and it cannot be looked for: {error}.",
                            charged="maybe",
                        ) from error
                except SeedanceError as error:
                    problem = error
            left = begun + self.tuning.absent_after - time.monotonic()
            if problem is None and left <= age:
                raise _absent_error(self.tuning.absent_after) if record.cost is None else unseen_bill_error(record)
            if problem is not None and left <= 0:
                raise _unanswered_error(problem)
            job.trouble = "The answer was lost; looking for the request at the service."
            if problem is not None:
                job.trouble = problem.message
            self.recorder.show(job)
            await asyncio.sleep(min(max(pause, getattr(problem, "retry_after", 0.0)), max(left, 0.0)))

    async def _by_id(self, job: Job, queue: Queue, platform: Platform) -> bool:
        """Whether the id that the odd answer named is this request's, and it goes on."""
        request_id, body = job.request_id, job.record.body or {}
        if request_id is None or not await queue.knows(job.record.endpoint, request_id):
            return False
        # Endpoints share their ids' namespace, and an answer may name anything.
        if not await platform.may_be(job.record.endpoint, request_id, body):
            return False
        return await self._adopt(job, request_id)

    async def _orphan(self, job: Job, platform: Platform, sent_at: float) -> bool:
        if not job.record.body:
            return False
        async for request_id in platform.find_like(job.record.endpoint, job.record.body, since=sent_at):
            if await self._adopt(job, request_id):
                return True
        return False

    async def _adopt(self, job: Job, request_id: str) -> bool:
        if not await asyncio.wrap_future(self.recorder.store.adopt(job.id, request_id)):
            return False
        job.trouble = ""
        self.recorder.show(job, status=IN_QUEUE, request_id=request_id)
        return True


def _unanswered_error(problem: SeedanceError) -> Unconfirmed:
    return Unconfirmed(
        f"The answer to the request was lost, and the service does not say whether it has it: {problem.message}",
        next_step="It was not sent again. Opening the project again looks for it anew, and fal.ai/dashboard/requests "
        "shows it.",
        charged="maybe",
    )


def _absent_error(seconds: float) -> Unconfirmed:
    return Unconfirmed(
        f"The answer to the request was lost, and {seconds / 60:.0f} minutes after it was sent it is not among the "
        "account's requests: most likely it was never accepted.",
        next_step="Nothing was sent again. project.resume() sends it.",
        charged="maybe",
        type=ABSENT,
    )
