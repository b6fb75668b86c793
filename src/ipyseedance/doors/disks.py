"""Which disk a folder is on, and whether files can be locked there.

Every function here blocks for milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import files

try:
    import fcntl
except ImportError:  # Windows, whose locks come with every disk
    fcntl = None  # type: ignore[assignment]

_MOST_BYTES = 4_000_000
_REMOTE = {
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fakeowner", "fuse", "gfs2",
    "glusterfs", "gpfs", "lustre", "mfs", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2",
    "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs",
}  # fmt: skip
"""What Linux calls disks that other machines may have too. Those of FUSE count as such: most are, and a local one that
is taken for one only loses speed."""
_ESCAPE = re.compile(r"\\([0-7]{3})")
_MAC = re.compile(r"^.* on (?P<place>/.*) \((?P<kind>[^,()]+)(?P<more>[^()]*)\)$")
_DRIVE_REMOTE = 4
_TRIES, _PAUSE = 4, 0.1
"""A server of locks that has just started refuses some."""


@dataclass(frozen=True)
class Disk:
    """Where a folder is kept."""

    kind: str
    """As the system calls it, such as "ext4" or "nfs4"; "" where that is not known."""
    place: str
    """Where it begins, such as "/home"."""
    remote: bool
    """Whether other machines may have it too."""

    def __str__(self) -> str:
        return f"{self.kind} at {self.place}" if self.kind else self.place


class NoLocks(OSError):
    """Files cannot be locked on that disk, so two openers would write at the same time."""


def disk_of(folder: Path, mounts: str | None = None, system: str = sys.platform) -> Disk:
    """The disk of a folder, whose path is resolved.

    Args:
        mounts: what the system says of its disks, as "/proc/mounts" has it on Linux, and `mount` on macOS; by default
            it is asked.
    """
    if system == "win32":
        drive = folder.drive
        remote = drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE  # type: ignore[attr-defined,unused-ignore]
        return Disk("a network drive" if remote else "", drive, remote)
    if mounts is None:
        mounts = _mounts(system)
    found = Disk("", str(folder), remote=False)
    for disk in map(_of_mac if system == "darwin" else _of_linux, mounts.splitlines()):
        # The last that is mounted at a place hides those before.
        if disk and folder.is_relative_to(disk.place) and (not found.kind or len(disk.place) >= len(found.place)):
            found = disk
    return found


def _mounts(system: str) -> str:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if system == "darwin":
            done = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=True)
            return os.fsdecode(done.stdout)
        return os.fsdecode(files.read_file(Path(f"/proc/{os.getpid()}/mounts"), _MOST_BYTES))
    return ""  # not said: then SQLite's own errors tell


def _of_linux(line: str) -> Disk | None:
    words = line.split(" ")
    if len(words) < 3:
        return None
    place, kind = _ESCAPE.sub(lambda found: chr(int(found[1], 8)), words[1]), words[2]
    return Disk(kind, place, kind in _REMOTE or kind.startswith("fuse."))


def _of_mac(line: str) -> Disk | None:
    found = _MAC.match(line)
    return found and Disk(found["kind"], found["place"], "local" not in found["more"].split(", "))


def check_locks(folder: Path) -> None:
    """Raise NoLocks where files of a folder cannot be locked. Tried with a new file, which nobody else can hold."""
    if fcntl is None:
        return
    path, file = files.new_file(folder)
    try:
        with file:
            for tries_left in range(_TRIES - 1, -1, -1):
                try:
                    for lock in (fcntl.lockf, fcntl.flock):  # SQLite's, and filelock's
                        lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        lock(file, fcntl.LOCK_UN)
                    return
                except OSError as error:
                    if not tries_left:
                        reason = error.strerror or str(error)
                        raise NoLocks(errno.ENOLCK, f"files cannot be locked there ({reason})", str(folder)) from error
                    time.sleep(_PAUSE)
    finally:
        with contextlib.suppress(OSError):
            files.remove_file(path)
