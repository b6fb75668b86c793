"""One SQLite file, written durably by one thread.

A commit waits for the disk. Doing that on the loop that watches hundreds of jobs would hold them all, so a thread of
its own takes the changes, commits whatever has gathered as one group, and only then says that each is safe.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ..contract.errors import ProjectUnusable
from ..doors import disks, files
from .opening import LONGEST, WRITE_AHEAD, Opening, journal_of, limit_time, refuse_link, written_beside
from .schema import ForeignSchema, Migrations, check_schema

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], Any]


class Database:
    """A SQLite file: `write` changes it durably from any thread, `read` looks at it.

    Args:
        path: the file, made when missing.
        migrations: what makes a file of format n one of format n + 1, as SQL statements; there are as many formats as
            migrations.
        disk: where it is kept; by default the system is asked.
        vfs: SQLite's name of how it reaches the file; by default its own choice.
        alone: whether nobody else has the project open; otherwise a file of an earlier format stays as it is.

    Raises:
        ValueError: a newer version has written the file, or something else has, or it is `InUse`.
        OSError: it is a link.
        sqlite3.Error: it is no database, or cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        migrations: Migrations,
        *,
        disk: disks.Disk | None = None,
        vfs: str | None = None,
        alone: bool = True,
    ) -> None:
        self.path = path
        *_, self._journal_path = written_beside(path)
        self._migrations = migrations
        self._opening = Opening(path, migrations, disk=disk, vfs=vfs, alone=alone)
        self._process = os.getpid()
        self._checked: int | None = None
        """SQLite's number of the schema that was found to be ours."""
        self._changes: queue.SimpleQueue[tuple[Change, Future[Any]] | None] = queue.SimpleQueue()
        self._idle: list[sqlite3.Connection] = []
        self._closing = threading.Lock()
        self._closed = False
        connection = self._opening.first()
        self._rolls_back = journal_of(connection) != WRITE_AHEAD
        self._idle.append(connection)
        self._file = files.look(path)
        self._writer = threading.Thread(
            target=self._write_all, args=(self._opening.connect(),), name="ipyseedance-history", daemon=True
        )
        self._writer.start()

    def _reconnect(self) -> sqlite3.Connection:
        try:
            self._check_there()  # connecting would make a new file
            return self._opening.connect()
        except (sqlite3.Error, OSError) as error:
            raise self._unusable("read", error) from error

    def _check_there(self) -> None:
        """On POSIX a file that was moved or deleted stays open, and what is written to it is lost."""
        with contextlib.suppress(OSError):
            # As cheap as can be: it is asked before each change, also when a process has no file to spare.
            if os.path.samestat(os.lstat(self.path), self._file):
                return
        raise sqlite3.OperationalError("the file is gone, or another is in its place")

    def _check_journal(self) -> None:
        """A rollback journal may be put there at any time, and is followed whenever SQLite looks at the file."""
        if self._rolls_back:
            refuse_link(self._journal_path)

    def _check_process(self) -> None:
        """Raise ProjectUnusable in a process that was forked off: the writing thread has not come along, and SQLite's
        connections must not be used there."""
        if os.getpid() != self._process:
            raise ProjectUnusable(
                "This process was forked from the one that has the project open, and cannot use its history.",
                next_step="Open the project again in this process: Project(folder).",
            )

    def _unusable(self, done: str, error: Exception) -> ProjectUnusable:
        # Without the folder's own path: a card that shows this is saved with the notebook.
        reason = error.strerror or error if isinstance(error, OSError) else error
        reason = "it takes too long" if "interrupted" in str(error) else reason
        why = files.unwritable([self.path.parent, *written_beside(self.path)])
        return ProjectUnusable(
            f"The project's {self.path.name} cannot be {done}: {reason}{f' ({why})' if why else ''}.",
            next_step=f"{files.LET_WRITE} Then open the project again." if why else None,
        )

    def write(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a change. The future completes when it is on the disk, with what `change` returned or raised."""
        self._check_process()
        future: Future[T] = Future()
        # From here on it cannot be cancelled: a job that nobody waits for any more still has its steps recorded.
        future.set_running_or_notify_cancel()
        with self._closing:
            if self._closed:
                future.set_exception(ValueError("the project is closed"))
            else:
                self._changes.put((change, future))
        return future

    @contextmanager
    def read(self, within: float = LONGEST) -> Iterator[sqlite3.Connection]:
        """A connection to read with, also after closing. Each reader has its own: a long look holds up no short one.

        Args:
            within: seconds after which SQLite gives up.
        """
        self._check_process()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._reconnect()
        try:
            self._check_journal()
            with limit_time(connection, within):
                yield connection
        except BaseException as error:
            connection.close()
            if isinstance(error, (sqlite3.Error, files.NoFile)):
                raise self._unusable("read", error) from error
            raise
        with self._closing:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        """Write what is queued, then let go of the file."""
        self._check_process()
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._changes.put(None)
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self._writer.join()

    def _write_all(self, connection: sqlite3.Connection) -> None:
        while group := self._gather():
            self._commit(connection, group)
        connection.close()

    def _gather(self) -> list[tuple[Change, Future[Any]]]:
        group = []
        item = self._changes.get()
        while item is not None:
            group.append(item)
            try:
                item = self._changes.get_nowait()
            except queue.Empty:
                return group
        if group:
            self._changes.put(None)  # close: after this last group
        return group

    def _commit(self, connection: sqlite3.Connection, group: list[tuple[Change, Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        failed: list[tuple[Future[Any], Exception]] = []
        try:
            self._check_there()
            self._check_journal()
            connection.execute("BEGIN IMMEDIATE")
            self._check_schema(connection)
            for change, future in group:
                connection.execute("SAVEPOINT change")
                try:
                    done.append((future, change(connection)))
                except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for this change
                    connection.execute("ROLLBACK TO change")
                    failed.append((future, error))
                connection.execute("RELEASE change")
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError, ValueError) as error:
            with contextlib.suppress(sqlite3.Error):  # it may have been rolled back already
                connection.execute("ROLLBACK")
            failed = [(future, error) for _, future in group]
            done = []
        for future, value in done:
            future.set_result(value)
        for future, problem in failed:
            of_the_file = isinstance(problem, sqlite3.Error) and not isinstance(problem, sqlite3.IntegrityError)
            of_the_file = of_the_file or isinstance(problem, (OSError, ForeignSchema))
            future.set_exception(self._unusable("written", problem) if of_the_file else problem)

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        """Raise ForeignSchema when somebody has changed what the file is made of, such as a trigger added, since."""
        number = connection.execute("PRAGMA schema_version").fetchone()[0]
        if number != self._checked:
            check_schema(connection, self.path, self._migrations)
            self._checked = number
