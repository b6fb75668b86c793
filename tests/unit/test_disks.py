"""Where a history is kept: what the system says of the disk, and how the file is written on each kind."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.doors import files
from ipyseedance.doors.disks import Disk, check_locks, disk_of
from ipyseedance.store.database import Database
from ipyseedance.store.schema import ForeignSchema

posix = pytest.mark.skipif(os.name != "posix", reason="as POSIX systems have it")
MIGRATIONS = [["CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT)"]]
HOME = Disk("nfs4", "/home", remote=True)
NO_SHARED_MEMORY = "unix-dotfile"
"""One of SQLite's own ways to a file: it locks by a folder, and has no memory that openers share."""
WRITE_AHEAD, ROLLBACK = b"\x02\x02", b"\x01\x01"

LINUX = r"""
proc /proc proc rw,relatime 0 0
/dev/vda1 / ext4 rw,relatime 0 0
server:/export/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /media/My\040Stick exfat rw 0 0
bucket /home/ann/bucket fuse.gcsfuse rw,user_id=0 0 0
C:\134 /mnt/c 9p rw,dirsync 0 0
//nas/share /mnt/nas cifs rw 0 0
systemd-1 /net autofs rw 0 0
server:/net /net nfs rw 0 0
/dev/sdc1 /home/bob ext4 rw 0 0
short
"""
MAC = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//ann@nas._smb._tcp.local/films on /Volumes/films on tape (smbfs, nodev, nosuid, mounted by ann)
/dev/disk4s1 on /Volumes/STICK (exfat, local, nodev, nosuid, noowners)
"""


@pytest.mark.parametrize(
    ("system", "folder", "kind", "place", "remote"),
    [
        ("linux", "/srv/film", "ext4", "/", False),
        ("linux", "/home/ann/film", "nfs4", "/home", True),
        ("linux", "/homes/film", "ext4", "/", False),
        ("linux", "/home/ann/bucket/film", "fuse.gcsfuse", "/home/ann/bucket", True),
        ("linux", "/home/bob/film", "ext4", "/home/bob", False),
        ("linux", "/media/My Stick/film", "exfat", "/media/My Stick", False),
        ("linux", "/mnt/c/film", "9p", "/mnt/c", True),
        ("linux", "/mnt/nas", "cifs", "/mnt/nas", True),
        ("linux", "/net/film", "nfs", "/net", True),
        ("darwin", "/Users/ann/film", "apfs", "/", False),
        ("darwin", "/Volumes/films on tape/a", "smbfs", "/Volumes/films on tape", True),
        ("darwin", "/Volumes/STICK/film", "exfat", "/Volumes/STICK", False),
    ],
)
@posix
def test_the_disk_of_a_folder(system: str, folder: str, kind: str, place: str, remote: bool) -> None:
    disk = disk_of(Path(folder), LINUX if system == "linux" else MAC, system)
    assert disk == Disk(kind, place, remote)
    assert str(disk) == f"{kind} at {place}"


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_the_system_is_asked(tmp_path: Path) -> None:
    assert disk_of(Path("/proc/self")).kind == "proc"
    assert tmp_path.is_relative_to(disk_of(tmp_path.resolve()).place)


def test_what_is_not_said_is_no_disk_of_other_machines(tmp_path: Path) -> None:
    assert disk_of(tmp_path, "", "linux") == Disk("", str(tmp_path), remote=False)


def test_an_ordinary_disk_has_locks(tmp_path: Path) -> None:
    check_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


# How the file is written.


def mode_of(path: Path) -> bytes:
    """What the file says of its journal (SQLite's file format, section 1.3)."""
    return path.read_bytes()[18:20]


@contextlib.contextmanager
def opened(path: Path, disk: Disk | None = None, vfs: str | None = None) -> Iterator[Database]:
    database = Database(path, MIGRATIONS, disk=disk, vfs=vfs)
    try:
        yield database
    finally:
        database.close()


def add(database: Database, name: str) -> None:
    database.write(lambda connection: connection.execute("INSERT INTO rows (name) VALUES (?)", (name,))).result(20)


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return [row["name"] for row in connection.execute("SELECT name FROM rows ORDER BY id")]


def test_this_machines_own_disk_has_a_write_ahead_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path / "a.db"):
        assert mode_of(tmp_path / "a.db") == WRITE_AHEAD
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "a.db-shm", "a.db-wal"]
    assert caplog.messages == []


@posix
@pytest.mark.parametrize(("disk", "vfs"), [(HOME, None), (None, NO_SHARED_MEMORY)])
def test_a_disk_that_can_have_none_has_a_rollback_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, disk: Disk | None, vfs: str | None
) -> None:
    path = tmp_path / "a.db"
    with opened(path, disk, vfs) as one, opened(path, disk, vfs) as other:
        for number in range(10):
            add(one, f"one {number}")
            add(other, f"other {number}")
        assert names(one) == names(other) == [f"{who} {n}" for n in range(10) for who in ("one", "other")]
        assert mode_of(path) == ROLLBACK
    assert len(caplog.messages) == 1, "it is said once"
    assert str(disk or disk_of(tmp_path.resolve())) in caplog.text
    with opened(path, disk, vfs) as again:
        assert len(names(again)) == 20
    assert len(caplog.messages) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


@posix
@pytest.mark.parametrize(("disk", "vfs"), [(HOME, None), (None, NO_SHARED_MEMORY)])
def test_a_file_with_a_write_ahead_log_comes_to_such_a_disk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, disk: Disk | None, vfs: str | None
) -> None:
    path = tmp_path / "a.db"
    program = f"""
        import os
        from pathlib import Path
        from ipyseedance.store.database import Database
        database = Database(Path({str(path)!r}), {MIGRATIONS!r})
        database.write(lambda c: c.execute("INSERT INTO rows (name) VALUES ('kept')").rowcount).result()
        os._exit(0)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)
    assert (tmp_path / "a.db-wal").stat().st_size, "what was written is in the log alone"
    with opened(path, disk, vfs) as database:
        add(database, "new")
        assert names(database) == ["kept", "new"]
        assert mode_of(path) == ROLLBACK
    assert len(caplog.messages) == 1


def test_a_write_ahead_log_that_others_use_is_left_to_them(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path / "a.db") as earlier:
        add(earlier, "first")
        with opened(tmp_path / "a.db", HOME) as later:
            add(later, "second")
            add(earlier, "third")
            assert names(later) == names(earlier) == ["first", "second", "third"]
    assert "nfs4 at /home" in caplog.text
    assert "Close it in all of them" in caplog.text


def test_a_rollback_journal_that_others_may_use_is_left_to_them(tmp_path: Path) -> None:
    """The disk of a server is its own, and one that other machines have too."""
    with opened(tmp_path / "a.db", HOME) as far, opened(tmp_path / "a.db") as near:
        add(near, "first")
        add(far, "second")
        assert names(near) == ["first", "second"]
        assert mode_of(tmp_path / "a.db") == ROLLBACK


@posix
def test_another_programs_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(ForeignSchema, match="bookmarks"):
        Database(path, MIGRATIONS, vfs=NO_SHARED_MEMORY)
    assert path.read_bytes() == before


def test_a_journal_put_there_while_the_file_is_open_deletes_nothing(tmp_path: Path) -> None:
    path, thesis = tmp_path / "a.db", tmp_path / "thesis.ipynb"
    thesis.write_bytes(b"keep me")
    with opened(path, HOME) as database:
        add(database, "first")
        name = str(thesis).encode()
        mark = bytes.fromhex("d9d505f920a163d7")
        body = mark.ljust(512, b"\0") + (1).to_bytes(4, "big") + name
        end = len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + mark
        (tmp_path / "a.db-journal").write_bytes(body + end)
        for act in (lambda: add(database, "second"), lambda: names(database)):
            with pytest.raises(sd.ProjectUnusable, match=r"a\.db-journal names another file") as caught:
                act()
            assert str(tmp_path) not in caught.value.message
        (tmp_path / "a.db-journal").unlink()
        (tmp_path / "a.db-journal").symlink_to(thesis)
        for act in (lambda: add(database, "second"), lambda: names(database)):
            with pytest.raises(sd.ProjectUnusable, match=r"a\.db-journal is a link"):
                act()
        (tmp_path / "a.db-journal").unlink()
        add(database, "second")
        assert names(database) == ["first", "second"]
    assert thesis.read_bytes() == b"keep me"


WRITER = """
    from pathlib import Path
    from ipyseedance.doors.disks import Disk
    from ipyseedance.store.database import Database
    database = Database(Path({path!r}), {migrations!r}, disk={disk!r}, vfs={vfs!r})
    for number in range({rows}):
        name = f"{who} {{number}}"
        row = database.write(lambda c: c.execute("INSERT INTO rows (name) VALUES (?)", (name,)).lastrowid).result()
        print(name, flush=True)
    database.close()
"""


def writer(path: Path, who: str, rows: int, disk: Disk | None, vfs: str | None) -> subprocess.Popen[str]:
    program = textwrap.dedent(WRITER).format(
        path=str(path), migrations=MIGRATIONS, who=who, rows=rows, disk=disk, vfs=vfs
    )
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)


@posix
@pytest.mark.parametrize(("disk", "vfs"), [(HOME, None), (None, NO_SHARED_MEMORY)])
def test_two_kernels_on_such_a_disk_lose_nothing(tmp_path: Path, disk: Disk | None, vfs: str | None) -> None:
    path = tmp_path / "a.db"
    kernels = [writer(path, who, 60, disk, vfs) for who in ("ann", "bob")]
    said = [name for kernel in kernels for name in kernel.communicate(timeout=60)[0].splitlines()]
    assert [kernel.returncode for kernel in kernels] == [0, 0]
    with opened(path, disk, vfs) as database:
        assert sorted(names(database)) == sorted(said)
    assert len(said) == 120


def test_what_a_killed_kernel_said_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    kept, said = writer(path, "ann", 150, HOME, None), []
    for number in range(3):
        killed = writer(path, f"bob {number}", 10**6, HOME, None)
        assert killed.stdout
        said += [killed.stdout.readline().strip() for _ in range(20)]
        killed.kill()
        said += killed.communicate()[0].splitlines()
    said += kept.communicate(timeout=60)[0].splitlines()
    with opened(path, HOME) as database:
        assert set(said) <= set(names(database))
        with database.read() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert kept.returncode == 0


# Who may write what.


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0o002, 0o664), (0o022, 0o644), (0o077, 0o600)])
def test_the_umask_says_who_may_write_the_file(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        for disk in (None, HOME):
            path = tmp_path / f"{'near' if disk is None else 'far'}.db"
            with opened(path, disk) as database:
                add(database, "first")
                found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob(f"{path.name}*")}
                assert set(found.values()) == {mode}, found
    finally:
        os.umask(before)


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everything")
def test_what_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "a").chmod(0o444)
    assert files.unwritable([tmp_path, tmp_path / "none", tmp_path / "a"]).endswith("and is -r--r--r--")
