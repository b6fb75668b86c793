"""In place of the engine, where a test is about the protocol: a clip without frames, at once."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from typing import Any

from ipyseedance.offline.engine.shot import Shot

QUICKLY = "worker.render = __import__('tests.offline.quick', fromlist=['render']).render"
"""For the fixture `own`."""
FULL_AT_FIRST = (
    "files.FileStore.write = __import__('tests.offline.quick', fromlist=['failing_once'])"
    ".failing_once(ipyseedance.offline.files.FileStore.write)"
)
"""For the fixture `own`: there is no room for the first file."""
KEY = "id:secret"
HOLD = {"prompt": "hold"}
"""A request that is worked on until it is cancelled."""
DEAF = {"prompt": "deaf"}
"""A request that is worked on for ever, also when it is cancelled."""


def render(shot: Shot, progress: Callable[[str, bool], None]) -> bytes:
    progress("rendering frame 1 of 96", True)
    while shot.prompt == "hold":
        progress("rendering frame 2 of 96", True)
        time.sleep(0.005)
    while shot.prompt == "deaf":
        time.sleep(0.005)
    progress("rendering frame 96 of 96", False)
    return b"clip of " + shot.prompt.encode()


def failing_once(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but the first time there is no room on the disk."""
    calls = iter([True])

    def method(*given: Any) -> Any:
        if next(calls, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        return call(*given)

    return method


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """This process can write that many bytes to a file, as on a disk that gets full half-way."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
