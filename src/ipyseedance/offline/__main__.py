"""`python -m ipyseedance.offline --port N [--key K]`: run the offline server by itself."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

from . import lifeline
from .launch import KEY_VARIABLE


def main() -> None:
    """Serve until interrupted, or until the parent dies with --watch-stdin."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="ipyseedance-", ignore_cleanup_errors=True) as scratch:
        if options.watch_stdin:
            lifeline.watch(Path(scratch))
        from .files import SCRATCH_BYTES, FileStore  # the lifeline comes first: a parent may die while these import
        from .server import serve

        if options.files:
            options.files.mkdir(parents=True, exist_ok=True)
            files = FileStore(options.files)
        else:
            files = FileStore(Path(scratch), most=SCRATCH_BYTES)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            serve(options.host, options.port, key=options.key, files=files)
        lifeline.leave(Path(scratch))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ipyseedance.offline",
        description="A local server that speaks fal's queue protocol and renders real clips. "
        'Prints {"url": ...} once it listens.',
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument("--host", choices=["127.0.0.1", "localhost", "::1"], default="127.0.0.1")
    parser.add_argument(
        "--key",
        default=os.environ.pop(KEY_VARIABLE, None) or None,
        help="the key callers must send. Everybody on this machine sees it in the process list: better set the "
        f"environment variable {KEY_VARIABLE} instead. Without one, no key is asked for",
    )
    parser.add_argument("--files", type=Path, metavar="DIR", help="keep clips and uploads here; default: until exit")
    parser.add_argument("--watch-stdin", action="store_true", help="exit when standard input closes")
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        parser.error("--port must be 0 to 65535")
    return options


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"The offline server cannot start: {error}")
