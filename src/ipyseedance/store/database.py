"""One SQLite file, written durably by one thread.

A commit waits for the disk. Doing that on the loop that watches hundreds of jobs would hold them all, so a thread of
its own takes the changes, commits whatever has gathered as one group, and only then says that each is safe.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], Any]


class Database:
    """A SQLite file: `write` changes it durably from any thread, `read` looks at it."""

    def __init__(self, path: Path, schema: str, version: int) -> None:
        self.path = path
        self._changes: queue.SimpleQueue[tuple[Change, Future[Any]] | None] = queue.SimpleQueue()
        self._reader = self._connect()
        self._reading = threading.Lock()
        self._closed = False
        self._prepare(schema, version)
        self._writer = threading.Thread(target=self._write_all, name="ipyseedance-history", daemon=True)
        self._writer.start()

    def _connect(self) -> sqlite3.Connection:
        # Another notebook may hold the file for a moment; waiting is better than failing a paid job's record.
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _prepare(self, schema: str, version: int) -> None:
        found = self._reader.execute("PRAGMA user_version").fetchone()[0]
        if found > version:
            self._reader.close()
            raise ValueError(f"{self.path} was written by a newer ipyseedance (format {found}); upgrade to open it.")
        if found < version:
            self._reader.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {version}; COMMIT;")

    def write(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a change. The future completes when it is on the disk, with what `change` returned or raised."""
        future: Future[T] = Future()
        # From here on it cannot be cancelled: a job that nobody waits for any more still has its steps recorded.
        future.set_running_or_notify_cancel()
        if self._closed:
            future.set_exception(ValueError("the project is closed"))
        else:
            self._changes.put((change, future))
        return future

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; one reader at a time."""
        with self._reading:
            yield self._reader

    def close(self) -> None:
        """Write what is queued, then close the file."""
        if not self._closed:
            self._closed = True
            self._changes.put(None)
            self._writer.join()
            with self._reading:
                self._reader.close()

    def _write_all(self) -> None:
        connection = self._connect()
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
            connection.execute("BEGIN IMMEDIATE")
            for change, future in group:
                connection.execute("SAVEPOINT change")
                try:
                    done.append((future, change(connection)))
                except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for this change
                    connection.execute("ROLLBACK TO change")
                    failed.append((future, error))
                connection.execute("RELEASE change")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            failed = [(future, error) for _, future in group]
            done = []
        for future, value in done:
            future.set_result(value)
        for future, problem in failed:
            future.set_exception(problem)
