"""A child that never outlives its parent, on any system, however the parent dies.

The parent holds the write end of this process's standard input, which closes when it dies. A fork of the parent may
hold that end open too, so on POSIX a change of parent counts as well.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

_PARENT_CHECK_SECONDS = 0.5


def watch(scratch: Path) -> None:
    """Leave as soon as the parent is gone."""
    threading.Thread(target=_until_stdin_closes, args=(scratch,), daemon=True, name="parent-stdin").start()
    if os.name == "posix":
        parent = os.getppid()
        threading.Thread(target=_until_orphaned, args=(scratch, parent), daemon=True, name="parent-watch").start()


def leave(scratch: Path) -> NoReturn:
    """Exit at once: render threads are not worth waiting for, and nothing but `scratch` is left behind."""
    shutil.rmtree(scratch, ignore_errors=True)
    sys.stderr.flush()
    os._exit(0)


def _until_stdin_closes(scratch: Path) -> None:
    if sys.platform == "win32":
        # Not by reading: while a read is pending, a library that looks at standard input as it loads hangs.
        import ctypes
        import msvcrt

        pipe = msvcrt.get_osfhandle(0)
        while ctypes.windll.kernel32.PeekNamedPipe(pipe, None, 0, None, None, None):
            time.sleep(_PARENT_CHECK_SECONDS)
    else:
        while os.read(0, 4096):
            pass
    leave(scratch)


def _until_orphaned(scratch: Path, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    leave(scratch)
