"""Opening the history's file: its format, its journal, and how each connection is set up.

SQLite's write-ahead log lets readers go on while somebody writes. It needs memory that all openers share, so all must
be on one machine (sqlite.org/wal.html), and the disk must let files be in memory. So a new file gets it only where both
hold; elsewhere it has a rollback journal, as SQLite has by default. A file keeps the one it has, for another notebook
may be writing by it, unless its disk cannot have it.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ..doors import disks, files
from .schema import Migrations, check_schema, format_of, migrate, parts_of

log = logging.getLogger("ipyseedance")

LOCK_SECONDS = 30.0
"""Another notebook may hold the file for a moment; waiting is better than failing a paid job's record."""
MOST_BYTES = 50_000_000
"""Of one value: the members of the largest run that a button begins take 4 MB."""
LONGEST = 600.0
"""Seconds after which a question, or bringing a file to today's format, is given up. A file whose pages refer to each
other in circles would never be read to its end; all rows of a million, read one after the other, take minutes."""
WRITE_AHEAD = "wal"

_JOURNAL = "-journal"
_WRITTEN_BESIDE = ("", "-wal", "-shm", _JOURNAL)
"""What SQLite writes: the file itself, and files of its name with these endings."""
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
_STEPS_BETWEEN = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds."""


class Opening:
    """How a SQLite file is opened: `first` brings it to today's format, `connect` gives further connections.

    Args:
        path: the file, made when missing.
        migrations: what makes it of today's format.
        disk: where it is kept; by default the system is asked.
        vfs: SQLite's name of how it reaches the file; by default its own choice.
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
        self._migrations = migrations
        self._disk = disk or disks.disk_of(path.parent)
        self._vfs = vfs
        self._alone = alone

    def first(self) -> sqlite3.Connection:
        """A connection, with the file brought to today's format.

        Raises:
            ValueError: a newer version has written the file, or something else has.
            OSError: it is a link.
            sqlite3.Error: it is no database, or cannot be opened.
        """
        with contextlib.suppress(FileExistsError):  # SQLite would keep a group from writing it, whatever the umask
            files.make_file(self.path)
        try:
            return self._prepare()
        except sqlite3.OperationalError as error:
            if not _is_of_shared_memory(error):
                raise
        self._leave_write_ahead()
        return self._prepare()

    def _prepare(self) -> sqlite3.Connection:
        connection = self.connect()
        try:
            with limit_time(connection, LONGEST):
                is_new = not format_of(connection) and not parts_of(connection)
                if is_new and self._can_write_ahead():
                    _write_ahead(connection)
                migrate(connection, self.path, self._migrations, alone=self._alone)
                if is_new and journal_of(connection) != WRITE_AHEAD:
                    self._say(_ROLLS_BACK)
                elif self._disk.remote and journal_of(connection) == WRITE_AHEAD:
                    self._roll_back(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def connect(self, path: Path | None = None, *, alone: bool = False) -> sqlite3.Connection:
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
            with contextlib.closing(self.connect(path)) as connection:
                connection.execute("PRAGMA synchronous = OFF")
                _write_ahead(connection)
                connection.execute("CREATE TABLE tried(it)")
                return journal_of(connection) == WRITE_AHEAD
        except sqlite3.OperationalError as error:
            if not _is_of_shared_memory(error):
                raise
            return False
        finally:
            for beside in written_beside(path):
                with contextlib.suppress(OSError):
                    files.remove_file(beside)

    def _leave_write_ahead(self) -> None:
        """Give a file a rollback journal that has a write-ahead log, and a disk without shared memory. Whoever is alone
        can (sqlite.org/wal.html, section 8); nobody else can have it open there."""
        with contextlib.closing(self.connect(alone=True)) as connection, limit_time(connection, LONGEST):
            check_schema(connection, self.path, self._migrations[: format_of(connection)])  # it stays as it is
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
        for path in written_beside(self.path):
            refuse_link(path)


@contextmanager
def limit_time(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Give up what takes longer: SQLite then raises OperationalError, "interrupted"."""
    ends = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS_BETWEEN)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def written_beside(path: Path) -> Iterator[Path]:
    """What SQLite writes for a file."""
    for ending in _WRITTEN_BESIDE:
        yield path.with_name(path.name + ending)


def refuse_link(path: Path) -> None:
    """Raise NoFile for a link, and for a journal by which SQLite would delete a file."""
    # What may not be looked at cannot be followed either. On Windows a journal is so while its writer removes it.
    with contextlib.suppress(FileNotFoundError, PermissionError):
        files.look(path)
        if path.name.endswith(_JOURNAL) and files.ends_with(path, _JOURNAL_ENDS):
            raise files.NoFile(path, "names another file, which would be deleted")


def _is_of_shared_memory(error: sqlite3.Error) -> bool:
    """Whether a disk, or SQLite's way to it, has no memory that several openers share."""
    return error.sqlite_errorname.startswith("SQLITE_IOERR_SHM") or error.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN


def journal_of(connection: sqlite3.Connection) -> str:
    """The kind of journal the file has, in SQLite's word."""
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
