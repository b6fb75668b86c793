"""Who waits for a job, on whatever thread or loop."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator

_waking = threading.Lock()
"""Guards every job's list of who waits for it: one lock for all, which thousands of jobs would feel each to have."""


def waking_lock() -> threading.Lock:
    """The lock of everybody who waits, and of what they wait for."""
    return _waking


def _renew_lock() -> None:
    """In a process that was forked off: a thread that has not come along may have held it."""
    global _waking
    _waking = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


class Waiters:
    """Who waits for one job."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], None]] = []

    @contextlib.contextmanager
    def wake_with(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called, on the job thread, when there is something to look at."""
        with _waking:
            self._calls.append(wake)
        try:
            yield
        finally:
            with _waking:
                self._calls.remove(wake)

    def wake(self) -> None:
        """Call all of them."""
        with _waking:
            calls = list(self._calls)
        for call in calls:
            call()
