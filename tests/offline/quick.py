"""In place of the engine, where a test is about the protocol: a clip without frames, at once."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from typing import Any

from ipyseedance.offline.engine.shot import Shot

QUICKLY = "work.render = __import__('tests.offline.quick', fromlist=['render']).render"
"""For the fixture `own`."""
FULL_AT_FIRST = "files.FileStore.write = __import__('tests.offline.quick', fromlist=['x']).failing_once('write')"
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


def failing_once(name: str) -> Callable[..., Any]:
    """A store's method, but for the first call there is no room on the disk."""
    from ipyseedance.offline.files import FileStore

    call, calls = getattr(FileStore, name), iter([True])

    def method(*given: Any) -> Any:
        if next(calls, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        return call(*given)

    return method
