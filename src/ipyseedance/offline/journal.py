"""What survives a restart: every request, and the answer of those that have one, in an SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..doors.files import look
from .job import Answer, Job, Wishes

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, endpoint TEXT NOT NULL, input BLOB NOT NULL,
    wishes TEXT NOT NULL, base_url TEXT NOT NULL, submitted REAL NOT NULL, started REAL, ended REAL,
    seconds REAL, code INTEGER, body TEXT, headers TEXT, told INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0
) STRICT
"""
_ADDED = "ALTER TABLE job ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0"
"""For files of a version that did not write cancels down."""


class NoJournal(OSError):
    """The file cannot be used; another server may have it."""


@dataclass(frozen=True)
class Entry:
    """A request as the file has it."""

    number: int
    id: str
    endpoint: str
    input: bytes
    wishes: Wishes
    base_url: str
    submitted: float
    started: float | None
    ended: float | None
    inference_seconds: float | None
    answer: Answer | None
    """None: it was waiting, or being worked on, when the server stopped."""
    told: bool
    """Its webhook needs no more sending."""
    cancelled: bool
    """The caller no longer wants the clip."""


class Journal:
    """The file of one server. It is written in a thread of its own, in the order of the calls.

    Raises:
        NoJournal: another server has it open, or it is no such file, or cannot be written, or it is not this person's.
    """

    def __init__(self, path: Path) -> None:
        _make_private(path)
        try:
            self._file = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            # The lock is kept, so that no two servers work on the same requests.
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            # A crash of the machine, not of the server, may lose the last requests; it is an offline engine.
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.execute(_SCHEMA)
            if "cancelled" not in (column[1] for column in self._file.execute("PRAGMA table_info(job)")):
                self._file.execute(_ADDED)
            self._file.execute("BEGIN IMMEDIATE")
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            raise NoJournal(f"{path} is in use by another server, or cannot be used ({error})") from error
        _looked_at(path)  # it may have become a link since
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="journal")

    def entries(self) -> Iterator[Entry]:
        """All it has, oldest first."""
        for row in self._file.execute("SELECT * FROM job ORDER BY number").fetchall():
            number, id, endpoint, input, wishes, base_url, submitted, started, ended, seconds, *rest = row
            code, body, headers, told, cancelled = rest
            given = None if code is None else Answer(code, json.loads(body), json.loads(headers))
            asked = Wishes(**json.loads(wishes))
            times = submitted, started, ended, seconds
            yield Entry(number, id, endpoint, input, asked, base_url, *times, given, bool(told), bool(cancelled))

    def add(self, job: Job) -> Future[sqlite3.Cursor]:
        """Write a request down; done when it is on the disk."""
        wishes = json.dumps(asdict(job.wishes))
        row = (job.number, job.id, job.endpoint.id, job.input, wishes, job.base_url, job.submitted)
        names = "number, id, endpoint, input, wishes, base_url, submitted"
        return self._write(f"INSERT INTO job ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", *row)  # noqa: S608 - no input

    def cancel(self, job: Job) -> None:
        """Write down that its caller no longer wants the clip."""
        self._write("UPDATE job SET cancelled = 1 WHERE id = ?", job.id)

    def finish(self, job: Job) -> None:
        """Write its answer down."""
        answer = job.answer
        assert answer is not None  # noqa: S101 - it is completed
        values = job.input, job.started, job.ended, job.inference_seconds, answer.code
        texts = json.dumps(answer.body), json.dumps(answer.headers)
        told = job.wishes.webhook is None
        columns = "input = ?, started = ?, ended = ?, seconds = ?, code = ?, body = ?, headers = ?, told = ?"
        self._write(f"UPDATE job SET {columns} WHERE id = ?", *values, *texts, told, job.id)  # noqa: S608 - no input

    def told(self, job: Job) -> None:
        """Write down that its webhook needs no more sending."""
        self._write("UPDATE job SET told = 1 WHERE id = ?", job.id)

    def forget(self, id: str) -> None:
        """Delete a request."""
        self._write("DELETE FROM job WHERE id = ?", id)

    def written(self) -> Future[None]:
        """Done when all that was asked for so far has been written."""
        return self._writer.submit(lambda: None)

    def close(self) -> None:
        """Write what is still to be written."""
        self._writer.shutdown()
        self._file.close()

    def _write(self, statement: str, *values: Any) -> Future[sqlite3.Cursor]:
        written = self._writer.submit(self._file.execute, statement, values)
        written.add_done_callback(_complain)
        return written


def _make_private(path: Path) -> None:
    """See that an earlier server's file is this person's, no link, and for nobody else to read."""
    found = _looked_at(path)
    if found is None or os.name != "posix":
        return
    # Somebody else's would have this server work on what they ask for. Root may take over anybody's.
    if os.geteuid() not in (0, found.st_uid):
        raise NoJournal(f"{path} belongs to somebody else")
    if found.st_mode & 0o077:
        path.chmod(0o600)  # not by a descriptor: to close it would give up the lock of whoever has the file open


def _looked_at(path: Path) -> os.stat_result | None:
    """What the disk says of the file; None where there is none. SQLite itself would follow a link."""
    try:
        found = look(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NoJournal(f"{path} cannot be used ({error.strerror})") from error
    if found.st_nlink > 1:
        raise NoJournal(f"{path} cannot be used (it has another name elsewhere)")
    return found


def _complain(written: Future[Any]) -> None:
    error = written.exception()
    if error is not None:
        print(f"The journal of requests cannot be written: {error}", file=sys.stderr)  # noqa: T201
