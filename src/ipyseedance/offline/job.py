"""One request on this server: what was asked, where it stands, what the model answered."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..contract.endpoint import Endpoint

IN_QUEUE, IN_PROGRESS, COMPLETED = "IN_QUEUE", "IN_PROGRESS", "COMPLETED"
KEPT_INPUT_BYTES = 10_000
"""Inputs up to this size are kept with the answer, for the account's list of requests; pictures must not be."""
_LOG_SECONDS = 0.2


class Cancelled(Exception):
    """The caller no longer wants the clip."""


@dataclass(frozen=True)
class Answer:
    """What the model answered: fal replays it as it is. Addresses of this server's files begin with a slash."""

    code: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def failure(cls, code: int, error_type: str, message: str, headers: dict[str, str] | None = None) -> Answer:
        """An infrastructure failure in fal's flat shape."""
        told = {"x-fal-error-type": error_type} | (headers or {})
        return cls(code, {"detail": message, "error_type": error_type}, told)

    def at(self, base: str) -> dict[str, Any]:
        """The body as a caller sees it who reaches this server at `base`."""
        video = self.body.get("video")
        return self.body | {"video": video | {"url": base + video["url"]}} if isinstance(video, dict) else self.body


@dataclass(frozen=True)
class Wishes:
    """What a submit asks of the queue, beside the model's input."""

    low: bool = False
    """Let every request of normal priority go first."""
    start_within: float | None = None
    """Seconds until it must have begun."""
    most_waiting: int | None = None
    """Refuse it when more than that wait for its endpoint."""
    webhook: str | None = None
    """The address to be told when it is completed."""
    keep_input: bool = True
    """Show the input in the account's list of requests."""


@dataclass(eq=False)
class Job:
    """One request: its worker writes it, the event loop reads it."""

    endpoint: Endpoint
    input: bytes
    """The model's input as it was sent, a JSON object; empty once it is let go."""
    base_url: str
    number: int
    loop: asyncio.AbstractEventLoop
    wishes: Wishes = Wishes()
    submitted: float = field(default_factory=time.time)
    """Unix seconds, as the other times."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = IN_QUEUE
    started: float | None = None
    ended: float | None = None
    logs: list[dict[str, str]] = field(default_factory=list)
    answer: Answer | None = None
    inference_seconds: float | None = None
    change: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced by a fresh one, whenever the job changes."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    logged_at: float = 0.0

    @property
    def place(self) -> tuple[bool, int]:
        """Orders the queue: low priority last, else first come, first served."""
        return self.wishes.low, self.number

    @property
    def shows_input(self) -> bool:
        """Whether the account's list of requests may show what was asked."""
        return self.wishes.keep_input and 0 < len(self.input) <= KEPT_INPUT_BYTES

    def fields(self) -> dict[str, Any]:
        """The model's input."""
        read: dict[str, Any] = json.loads(self.input)
        return read

    def log(self, message: str, *, passing: bool = False) -> None:
        """Add a log line. Lines about passing progress are thinned to a handful a second."""
        now = time.monotonic()
        if passing and now - self.logged_at < _LOG_SECONDS:
            return
        self.logged_at = now
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.logs.append({"message": message, "level": "INFO", "source": "USER", "timestamp": stamp})
        self.ring()

    def ring(self) -> None:
        """Wake those who wait for a change; from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        change, self.change = self.change, asyncio.Event()
        change.set()

    def check(self) -> None:
        """Raise Cancelled once the caller has cancelled."""
        if self.cancelled.is_set():
            raise Cancelled

    def finish(self, answer: Answer, ended: float) -> None:
        """Complete it, for better or worse. An input that may hold pictures is let go."""
        self.answer = answer
        if not self.shows_input:
            self.input = b""
        self.ended = ended
        self.status = COMPLETED
        self.ring()

    async def completed(self) -> Answer:
        """Wait for the answer."""
        while True:
            change = self.change
            if self.answer is not None:
                return self.answer
            await change.wait()
