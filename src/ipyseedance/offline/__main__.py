"""`python -m ipyseedance.offline --port N`: run the offline server by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

from . import parent_watch
from .command_line import options


def main() -> None:
    """Serve until interrupted, or until the parent dies with --watch-stdin."""
    if os.name == "posix":
        os.umask(0o077)  # what people ask for, and get, is for nobody else on this machine to read
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with contextlib.ExitStack() as stack:
        scratch = given.scratch
        if scratch is None:
            own = tempfile.TemporaryDirectory(prefix="ipyseedance-", ignore_cleanup_errors=True)
            scratch = Path(stack.enter_context(own))
        if given.watch_stdin:
            parent_watch.watch(scratch)
        from .command_line import settings
        from .files import SCRATCH_BYTES, FileStore  # this watch comes first: a parent may die while these import
        from .server import serve

        chosen = settings(given)
        if given.files:
            given.files.mkdir(parents=True, exist_ok=True)
            files = FileStore(given.files)
        else:
            files = FileStore(scratch, most=SCRATCH_BYTES)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            serve(given.host, given.port, files=files, settings=chosen)
        parent_watch.leave(scratch)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"The offline server cannot start: {error}")
