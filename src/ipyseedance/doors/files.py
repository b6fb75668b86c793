"""Files of a project: nothing is opened, written, renamed or deleted through a link.

Whoever packed a folder, or can write to one that a group shares, may have put links into it: a file that is read
through one is handed on, a file that is written through one is somebody's start-up script. So a file is
reached from its folder, which is opened first and must not be a link either (`openat` and O_NOFOLLOW; on Windows, which
has neither, by looking before and after). What a stored name may be, `names.py` says.

Every function here blocks, and raises OSError.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_BY_FOLDER = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_ALWAYS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe or a terminal does not wait for its other end."""
_MOUNT_POINT = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)
_KINDS = {
    ".mp4": [(4, box) for box in (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid")],
    ".png": [(0, b"\x89PNG\r\n\x1a\n")],
    ".jpg": [(0, b"\xff\xd8\xff")],
    ".webp": [(8, b"WEBP")],
}
"""Where a file of each kind has its mark."""
_REPLACE_TRIES, _REPLACE_PAUSE = 8, 0.25


class NoFile(OSError):
    """There is no plain file, or no plain folder, of that name: it is a link, a device, or larger than it may be."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(errno.ELOOP, f"{path.name} {reason}", str(path))


LET_WRITE = "Let whoever it belongs to allow you to write it, or copy the folder to a place of your own."

# Folders.


def make_folder(path: Path) -> None:
    """Make a folder where there is none. Raises NoFile where something else, or a link, has its name."""
    with contextlib.suppress(FileExistsError):
        path.mkdir()
    _check_folder(path)


def names_in(path: Path) -> list[str]:
    """The names in a folder, in no order. It does not look at the files: there may be 100,000."""
    if _BY_FOLDER and os.scandir in os.supports_fd:
        with _folder(path) as at, os.scandir(at) as entries:
            return [entry.name for entry in entries]
    _check_folder(path)
    with os.scandir(path) as entries:
        return [entry.name for entry in entries]


def _check_folder(path: Path) -> None:
    found = path.lstat()
    if _is_link(found):
        raise NoFile(path, "is a link")
    if not stat.S_ISDIR(found.st_mode):
        raise NoFile(path, "is not a folder")


@contextmanager
def _folder(path: Path) -> Iterator[int | None]:
    """A folder, to reach its files from: they stay in it even if its name becomes a link meanwhile."""
    if not _BY_FOLDER:
        _check_folder(path)
        yield None
        return
    try:
        at = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _ALWAYS)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            _check_folder(path)  # says which
        raise
    try:
        yield at
    finally:
        os.close(at)


# Files.


def look(path: Path) -> os.stat_result:
    """What the disk says of a plain file. Raises NoFile for anything else, FileNotFoundError where there is none."""
    with _folder(path.parent) as at:
        return _check_kind(path, _lstat(path, at))


def is_file(path: Path) -> bool:
    """Whether there is a plain file, no link, in a folder that is none either."""
    try:
        look(path)
    except (OSError, ValueError):
        return False
    return True


def unwritable(paths: Iterable[Path]) -> str:
    """Which of these, as far as they are there, this process may not write, and why; "" where it may write them all."""
    for path in paths:
        with contextlib.suppress(OSError):
            found = path.lstat()
            wanted = os.W_OK | (os.X_OK if stat.S_ISDIR(found.st_mode) else 0)
            if not os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids):
                if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
                    return f"{path.name} is on a disk that may only be read"
                return f"{path.name} belongs to {_name_of(found)} and is {stat.filemode(found.st_mode)}"
    return ""


def _name_of(found: os.stat_result) -> str:
    try:
        import pwd

        return pwd.getpwuid(found.st_uid).pw_name
    except (ImportError, KeyError):  # Windows; a user of another machine
        return f"user {found.st_uid}"


def open_file(path: Path) -> BinaryIO:
    """A plain file, to be read."""
    with _folder(path.parent) as at:
        return os.fdopen(_open_checked(path, at, os.O_RDONLY), "rb")


def ends_with(path: Path, end: bytes) -> bool:
    """Whether a plain file's last bytes are those."""
    with open_file(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(end)))
        return file.read() == end


def open_kept(path: Path) -> BinaryIO:
    """A clip or a picture, to be handed on. Raises NoFile where its bytes do not begin as its name says.

    A second name of a person's file is as good as the file, and no link.
    """
    file = open_file(path)
    head = file.read(12)
    if not any(head[at : at + len(mark)] == mark for at, mark in _KINDS.get(path.suffix, ())):
        file.close()
        raise NoFile(path, f"is no {path.suffix[1:].upper()} file")
    file.seek(0)
    return file


def is_kept(path: Path) -> bool:
    """Whether there is a clip or a picture to be handed on."""
    try:
        open_kept(path).close()
    except (OSError, ValueError):
        return False
    return True


def read_kept(path: Path, most: int) -> bytes:
    """The bytes of a clip or a picture, to be handed on. Raises NoFile where it has more than `most`."""
    return _read(open_kept(path), path, most)


def change_file(path: Path) -> BinaryIO:
    """A plain file that has no other name, to be written where it stands."""
    with _folder(path.parent) as at:
        file = os.fdopen(_open_checked(path, at, os.O_RDWR), "r+b")
    if os.fstat(file.fileno()).st_nlink > 1:
        file.close()
        raise NoFile(path, "has another name elsewhere")
    return file


def read_file(path: Path, most: int) -> bytes:
    """A plain file's bytes. Raises NoFile where it has more than `most`."""
    return _read(open_file(path), path, most)


def _read(opened: BinaryIO, path: Path, most: int) -> bytes:
    with opened as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NoFile(path, f"has more than {most:,} bytes")
    return data


def new_file(folder: Path, mode: int = 0o666) -> tuple[Path, BinaryIO]:
    """A new file in a folder, under a hidden name that nobody can foresee, and what to write it with.

    Args:
        mode: who may read and write it, less what the process masks.
    """
    path = folder / f".{uuid.uuid4().hex}.part"
    with _folder(folder) as at:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _ALWAYS
        return path, os.fdopen(os.open(path.name if at is not None else path, flags, mode, dir_fd=at), "w+b")


def make_file(path: Path) -> None:
    """Make an empty file, which whoever the process lets may read and write. Raises FileExistsError where there is
    anything of its name."""
    with _folder(path.parent) as at:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _ALWAYS
        os.close(os.open(path if at is None else path.name, flags, 0o666, dir_fd=at))


def write_file(path: Path, data: bytes) -> None:
    """Write a file durably, whole or not at all, in the place of whatever has its name; a link is replaced."""
    part, file = new_file(path.parent)
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move_file(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            remove_file(part)
        raise


def move_file(part: Path, path: Path) -> None:
    """Give a file its name within its folder, durably, in the place of whatever has it; a link is replaced."""
    with _folder(path.parent) as at:
        for tries_left in range(_REPLACE_TRIES - 1, -1, -1):
            try:
                if at is None:
                    part.replace(path)
                else:
                    os.rename(part.name, path.name, src_dir_fd=at, dst_dir_fd=at)
                break
            except PermissionError:
                # On Windows a file that another program has open cannot be replaced; most let go of it soon.
                if not tries_left or os.name == "posix":
                    raise
                time.sleep(_REPLACE_PAUSE)
        if at is not None:
            with contextlib.suppress(OSError):  # some network disks cannot do it; the name is given all the same
                os.fsync(at)


def remove_file(path: Path) -> None:
    """Delete a name in a folder, which must not be a link; of a link in it only the link goes."""
    with _folder(path.parent) as at, contextlib.suppress(FileNotFoundError):
        os.unlink(path if at is None else path.name, dir_fd=at)


def _open_checked(path: Path, at: int | None, flags: int) -> int:
    """The descriptor of a plain file."""
    before = _check_kind(path, _lstat(path, at))
    try:
        found = os.open(path if at is None else path.name, flags | _ALWAYS | _NO_WAIT, dir_fd=at)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NoFile(path, "is a link") from error
        raise
    try:
        now = _check_kind(path, os.fstat(found))
        if at is None and not os.path.samestat(before, now):
            raise NoFile(path, "was replaced while it was opened")
    except BaseException:
        os.close(found)
        raise
    return found


def _lstat(path: Path, at: int | None) -> os.stat_result:
    return os.lstat(path) if at is None else os.stat(path.name, dir_fd=at, follow_symlinks=False)


def _check_kind(path: Path, found: os.stat_result) -> os.stat_result:
    if _is_link(found):
        raise NoFile(path, "is a link")
    if not stat.S_ISREG(found.st_mode):
        raise NoFile(path, "is not a file")
    return found


def _is_link(found: os.stat_result) -> bool:
    """Whether it is a link, or a junction, which is Windows' link of a folder."""
    junction = _MOUNT_POINT is not None and getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT
    return stat.S_ISLNK(found.st_mode) or junction
