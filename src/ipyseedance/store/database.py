"""One SQLite file, written durably by one thread.

A commit waits for the disk. Doing that on the loop that watches hundreds of jobs would hold them all, so a thread of
its own takes the changes, commits whatever has gathered as one group, and only then says that each is safe.

SQLite's write-ahead log lets readers go on while somebody writes. It needs memory that all openers share, so all must
be on one machine (sqlite.org/wal.html), and the disk must let files be in memory. So a new file gets it only where both
hold; elsewhere it has a rollback journal, as SQLite has by default. A file keeps the one it has, for another notebook
may be writing by it, unless its disk cannot have it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from ..contract.errors import ProjectUnusable
from ..doors import disks, files

log = logging.getLogger("ipyseedance")

LOCK_SECONDS = 30.0
"""Another notebook may hold the file for a moment; waiting is better than failing a paid job's record."""

_JOURNAL = "-journal"
_WRITTEN_BESIDE = ("", "-wal", "-shm", _JOURNAL)
"""What SQLite writes: the file itself, and files of its name with these endings."""
_WRITE_AHEAD = "wal"
_ROLLS_BACK = (
    "%s is on a disk that can have no write-ahead log for several notebooks (%s). It has a rollback journal, which is"
    " as safe: only, whoever writes and whoever reads wait for each other."
)
_IS_AHEAD = (
    "%s is on a disk that other machines may have too (%s), and is open in a way that only notebooks on one machine may"
    " share. Close it in all of them, then open it again."
)
_JOURNAL_ENDS = bytes.fromhex("d9d505f920a163d7")
"""What a rollback journal ends with that names another: SQLite deletes that file (its file format, section 3). Ours
name none, for no second file is ever attached."""
_STATISTICS = {
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
"""Tables that ANALYZE adds, in which SQLite only finds hints for its plans."""
MOST_BYTES = 50_000_000
"""Of one value: the members of the largest run that a button begins take 4 MB."""
_LONGEST = 600.0
"""Seconds after which a question, or bringing a file to today's format, is given up. A file whose pages refer to each
other in circles would never be read to its end; all rows of a million, read one after the other, take minutes."""
_STEPS_BETWEEN = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds."""

T = TypeVar("T")
Steps = Sequence[Sequence[str]]
Change = Callable[[sqlite3.Connection], Any]


class Database:
    """A SQLite file: `write` changes it durably from any thread, `read` looks at it.

    Args:
        path: the file, made when missing.
        steps: what makes a file of format n one of format n + 1, as SQL statements; there are as many formats as steps.
        disk: where it is kept; by default the system is asked.
        vfs: SQLite's name of how it reaches the file; by default its own choice.

    Raises:
        ValueError: a newer version has written the file, or something else has.
        OSError: it is a link.
        sqlite3.Error: it is no database, or cannot be opened.
    """

    def __init__(self, path: Path, steps: Steps, *, disk: disks.Disk | None = None, vfs: str | None = None) -> None:
        self.path = path
        self._disk = disk or disks.disk_of(path.parent)
        self._vfs = vfs
        *_, self._journal_path = _written(path)
        self._steps = steps
        self._process = os.getpid()
        self._checked: int | None = None
        """SQLite's number of the schema that was found to be ours."""
        self._changes: queue.SimpleQueue[tuple[Change, Future[Any]] | None] = queue.SimpleQueue()
        self._idle: list[sqlite3.Connection] = []
        self._closing = threading.Lock()
        self._closed = False
        connection = self._first()
        self._rolls_back = _journal(connection) != _WRITE_AHEAD
        self._idle.append(connection)
        self._file = files.look(path)
        self._writer = threading.Thread(
            target=self._write_all, args=(self._connect(),), name="ipyseedance-history", daemon=True
        )
        self._writer.start()

    def _first(self) -> sqlite3.Connection:
        """A connection, with the file brought to today's format."""
        with contextlib.suppress(FileExistsError):  # SQLite would keep a group from writing it, whatever the umask
            files.make_file(self.path)
        try:
            return self._prepared()
        except sqlite3.OperationalError as error:
            if not _is_of_shared_memory(error):
                raise
        self._leave_write_ahead()
        return self._prepared()

    def _prepared(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            with _limited(connection, _LONGEST):
                is_new = not _format(connection) and not _schema(connection)
                if is_new and self._can_write_ahead():
                    _write_ahead(connection)
                _prepare(connection, self.path, self._steps)
                if is_new and _journal(connection) != _WRITE_AHEAD:
                    self._say(_ROLLS_BACK)
                elif self._disk.remote and _journal(connection) == _WRITE_AHEAD:
                    self._roll_back(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self, path: Path | None = None, *, alone: bool = False) -> sqlite3.Connection:
        """A connection. With `alone`, nobody else has the file while it is open, and it needs no shared memory."""
        self._refuse_links()
        path = path or self.path
        address = f"{path.absolute().as_uri()}?vfs={self._vfs}" if self._vfs else path
        connection = sqlite3.connect(
            address, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False, uri=self._vfs is not None
        )
        try:
            connection.row_factory = sqlite3.Row
            # A text that is no UTF-8 would make every row unreadable that is read along with it.
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
            if alone:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # before anything else looks at the file
            connection.execute("PRAGMA synchronous = EXTRA")  # FULL, and a rollback journal is gone for good
            connection.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync leaves it in the disk's own memory
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _can_write_ahead(self) -> bool:
        """Whether a new file may have a write-ahead log. It is tried by another: a disk that has no shared memory takes
        the mode, and whoever has the file open can read it no more."""
        if self._disk.remote:
            return False
        path, file = files.new_file(self.path.parent)
        file.close()
        try:
            with contextlib.closing(self._connect(path)) as connection:
                connection.execute("PRAGMA synchronous = OFF")
                _write_ahead(connection)
                connection.execute("CREATE TABLE tried(it)")
                return _journal(connection) == _WRITE_AHEAD
        except sqlite3.OperationalError as error:
            if not _is_of_shared_memory(error):
                raise
            return False
        finally:
            for beside in _written(path):
                with contextlib.suppress(OSError):
                    files.remove_file(beside)

    def _leave_write_ahead(self) -> None:
        """Give a file a rollback journal that has a write-ahead log, and a disk without shared memory. Whoever is alone
        can (sqlite.org/wal.html, section 8); nobody else can have it open there."""
        with contextlib.closing(self._connect(alone=True)) as connection, _limited(connection, _LONGEST):
            _refuse_foreign(connection, self.path, self._steps[: _format(connection)])  # it stays as it is
            connection.execute("PRAGMA journal_mode = DELETE")
        self._say(_ROLLS_BACK)

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """Give a file a rollback journal that other machines may open too."""
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            self._say(_IS_AHEAD)
        else:
            self._say(_ROLLS_BACK)

    def _say(self, what: str) -> None:
        log.warning(what, f"{self.path.parent.name}/{self.path.name}", self._disk)

    def _refuse_links(self) -> None:
        """Raise NoFile for a link, which SQLite would follow, and for a journal by which it would delete a file."""
        for path in _written(self.path):
            _refuse_link(path)

    def _reconnect(self) -> sqlite3.Connection:
        try:
            self._check_there()  # connecting would make a new file
            return self._connect()
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
            _refuse_link(self._journal_path)

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
        why = files.unwritable([self.path.parent, *_written(self.path)])
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
    def read(self, within: float = _LONGEST) -> Iterator[sqlite3.Connection]:
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
            with _limited(connection, within):
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
            _refuse_foreign(connection, self.path, self._steps)
            self._checked = number


@contextmanager
def _limited(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Give up what takes longer: SQLite then raises OperationalError, "interrupted"."""
    ends = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS_BETWEEN)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _written(path: Path) -> Iterator[Path]:
    """What SQLite writes for a file."""
    for ending in _WRITTEN_BESIDE:
        yield path.with_name(path.name + ending)


def _refuse_link(path: Path) -> None:
    # What may not be looked at cannot be followed either. On Windows a journal is so while its writer removes it.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        files.look(path)
        if path.name.endswith(_JOURNAL) and files.ends_with(path, _JOURNAL_ENDS):
            raise files.NoFile(path, "names another file, which would be deleted")


def _is_of_shared_memory(error: sqlite3.Error) -> bool:
    """Whether a disk, or SQLite's way to it, has no memory that several openers share."""
    return error.sqlite_errorname.startswith("SQLITE_IOERR_SHM") or error.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN


def _journal(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on while somebody writes, where the disk can.

    While two openers of a new file change its mode at a time, SQLite refuses one of them at once, whatever its timeout:
    waiting could be for ever. The other is done in milliseconds.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class ForeignSchema(ValueError):
    """The file has tables, triggers, indices or views that this package has not made, or lacks some of its own."""


def _prepare(connection: sqlite3.Connection, path: Path, steps: Steps) -> None:
    """Bring the file to today's format, whole or not at all."""
    if _format(connection) == len(steps):
        _refuse_foreign(connection, path, steps)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _format(connection)  # another opener may have been quicker
        if found > len(steps):
            raise ValueError(f"{path} was written by a newer ipyseedance (format {found}); upgrade to open it.")
        _refuse_foreign(connection, path, steps[:found])
        for step in steps[found:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # it may have been rolled back already
            connection.execute("ROLLBACK")
        raise


def _format(connection: sqlite3.Connection) -> int:
    return max(0, int(connection.execute("PRAGMA user_version").fetchone()[0]))


def _refuse_foreign(connection: sqlite3.Connection, path: Path, steps: Steps) -> None:
    """A trigger or a view of somebody else would work on every change, and every look: nothing of theirs may stand."""
    found, ours = _schema(connection), _schema_of(tuple(map(tuple, steps)))
    if found != ours:
        names = ", ".join(sorted({name for _, name, _, _ in found ^ ours}))[:200]
        raise ForeignSchema(f"{path.name} is not as ipyseedance makes it ({names})")


def _schema(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str, str | None]]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return frozenset(
        (type, name, table, " ".join(sql.split()) if sql else None)
        for type, name, table, sql in rows
        if not (type == "table" and _STATISTICS.get(name) == sql)
    )


@cache
def _schema_of(steps: tuple[tuple[str, ...], ...]) -> frozenset[tuple[str, str, str, str | None]]:
    """What those steps make, by making it."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for step in steps:
            for statement in step:
                connection.execute(statement)
        return _schema(connection)
