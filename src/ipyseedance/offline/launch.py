"""Start the offline server as a child process and stop it again."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from ..contract.errors import ServiceUnavailable

KEY_VARIABLE = "IPYSEEDANCE_OFFLINE_KEY"
"""Carries the key to the server, where the process list does not show it."""

_SECRET_NAME = re.compile(r"KEY|SECRET|TOKEN|PASSW|CREDENTIAL", re.IGNORECASE)
_SHORTEST = 8
"""Letters from which on fal's key is looked for in other variables."""
_READY_SECONDS = 20.0
_LEAVE_SECONDS = 2.0
_LIVES = 3
"""That often it is started with its requests. One of them may be what kills it, so then all are forgotten."""
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
# -P keeps a notebook's own random.py from shadowing the standard library's; the package may have been found through
# sys.path changes that a child would not see.
_RUN = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); runpy.run_module('ipyseedance.offline', run_name='__main__')"
)


class OfflineServer:
    """An offline server of one's own: `start()`, then `url` and `key`; `close()` when done. Any thread may call.

    One that died and is started again has its address, where that is still free, and goes on with its requests.
    """

    def __init__(self) -> None:
        self.url = ""
        self.key = secrets.token_urlsafe(24)
        self.deaths = 0
        """How often it was started again since it had died."""
        self._scratch: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._errors: deque[str] = deque(maxlen=50)
        self._readers: list[threading.Thread] = []
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the child and wait until it listens; does nothing when it already does.

        Raises:
            ServiceUnavailable: it did not come up; the text holds the end of what it said.
        """
        with self._lock:
            if self.pid is not None:
                return
            self._stop()
            before, self.url = self.url, ""
            if before:
                self.deaths += 1
                if self.deaths % _LIVES == 0:
                    self._forget()
                # Another program may listen there by now.
                with contextlib.suppress(ServiceUnavailable):
                    self._run(urlsplit(before).port or 0)
            if not self.url:
                try:
                    self._run(0)
                except ServiceUnavailable:
                    self._forget()  # what it was asked for may be what ends it
                    raise

    def _run(self, port: int) -> None:
        first_line: queue.SimpleQueue[str] = queue.SimpleQueue()
        try:
            if self._scratch is None or not self._scratch.is_dir():  # one that came to an orderly end has removed it
                self._scratch = Path(tempfile.mkdtemp(prefix="ipyseedance-"))
            self._process = process = _spawn(self.key, port, self._scratch)
        except OSError as error:
            raise ServiceUnavailable(
                f"The offline engine's process could not be started: {error}.",
                next_step="Make room on this machine (memory, open files), then generate again.",
            ) from error
        self._readers = [
            threading.Thread(target=_read_first, args=(process.stdout, first_line), daemon=True),
            threading.Thread(target=self._errors.extend, args=(process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.url = json.loads(first_line.get(timeout=_READY_SECONDS))["url"]
        except (queue.Empty, ValueError, KeyError) as error:
            self._stop()
            said = "".join(self._errors).strip()[-2000:] or "It said nothing."
            raise ServiceUnavailable(
                f"The offline engine did not start. {said}",
                next_step="Run `python -m ipyseedance.offline --port 0` in a terminal to see why.",
            ) from error

    def close(self) -> None:
        """Stop the child, which also ends with this process. Its clips that were not downloaded are gone."""
        with self._lock:
            self._stop()
            self._forget()
            self.url = ""

    def _forget(self) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            cast("IO[str]", process.stdin).close()
        try:
            process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for reader in self._readers:
            reader.join(_LEAVE_SECONDS)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _environment(key: str) -> dict[str, str]:
    """This process's, less what looks like a secret: the child needs none, and fal's key may have been copied."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("FAL_")}
    keys = [os.environ[name] for name in os.environ.keys() - given if _SECRET_NAME.search(name)]
    return {
        name: value
        for name, value in given.items()
        if not _SECRET_NAME.search(name) and not any(len(k) >= _SHORTEST and k in value for k in keys)
    } | {KEY_VARIABLE: key}


def _spawn(key: str, port: int, scratch: Path) -> subprocess.Popen[str]:
    options = ["--port", str(port), "--scratch", str(scratch), "--watch-stdin"]
    # A session of its own: a notebook's interrupt goes to the kernel's whole process group.
    windows_flags = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-c", _RUN, _PACKAGE_ROOT, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(key),
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=os.name == "posix",
        creationflags=windows_flags,
    )


def _read_first(stdout: IO[str], first_line: queue.SimpleQueue[str]) -> None:
    first_line.put(stdout.readline())
    for _ in stdout:
        pass  # keep the pipe drained: a full one would stop the child
