"""In place of the engine, where a test is about the protocol: a clip without frames, at once."""

from __future__ import annotations

import time
from collections.abc import Callable

from ipyseedance.offline.engine.shot import Shot

QUICKLY = "work.render = __import__('tests.offline.quick', fromlist=['render']).render"
"""For the fixture `own`."""
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
