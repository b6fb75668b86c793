"""Who is told when a generation of a project, or the project itself, changes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from .job import Job
from .thread import job_thread

log = logging.getLogger("ipyseedance")

Observer = Callable[[Job | None], None]


class Observers:
    """The observers of one project.

    Args:
        of: what they observe, as the log names it.
    """

    def __init__(self, of: object) -> None:
        self._of = of
        self._thread = job_thread()
        self._callbacks: list[Observer] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._callbacks)

    def observe(self, callback: Observer) -> Callable[[], None]:
        """Have `callback` called, on the job thread, whenever a generation changes, or (None) something else does.

        Returns a function that ends it. What the callback raises is logged, and changes nothing.
        """
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback) if callback in self._callbacks else None

    def notify(self, job: Job | None = None) -> None:
        """Tell everybody that a job has changed, or something else. From any thread."""
        if not self._thread.is_current:
            self._thread.loop.call_soon_threadsafe(self.notify, job)
            return
        for callback in list(self._callbacks):
            try:
                callback(job)
            except Exception:
                # A job's next step waits for this, and must not end for what somebody makes of it.
                log.exception("an observer of %r raised", self._of)
