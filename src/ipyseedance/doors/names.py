"""Names of a project's files: which there are, and which stored name may stand for one.

A history may come from somebody else, so a stored name is resolved by its form alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeGuard

from .files import is_file

CLIPS, FRAMES, OPENERS, EXPORTS, UPLOADS = "clips", "frames", ".openers", "exports", ".uploads"
ROOMS = (CLIPS, FRAMES, OPENERS, EXPORTS, UPLOADS)
"""The folders of a project. None of them may be a link."""
MADE_WHEN_NEEDED = (EXPORTS, UPLOADS)
HISTORY = "history.db"

_NO_NAME = re.compile(r"[. ]|(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)|.*[/\\:*?\"<>|]", re.IGNORECASE)
"""Hidden names, names that are devices on Windows, whatever comes after a dot, and signs that no disk takes there."""
_LONGEST_NAME = 255
_FRAME = re.compile(r"frames/([0-9a-f]{24}\.(?:png|jpg|webp))")
_TOKEN = re.compile(r"[0-9a-f]{24}")
_PART = re.compile(r"\.[0-9a-f]{32}\.part")


def room(folder: Path, name: str) -> Path:
    """One of a project's `ROOMS`."""
    return folder / name


def is_clip_name(name: object) -> TypeGuard[str]:
    """Whether a history may have that name for a clip's file: "clips/<name>.mp4", of letters that all disks take."""
    head, _, plain = name.partition("/") if isinstance(name, str) else ("", "", "")
    if head != CLIPS or not plain.endswith(".mp4") or len(plain.encode("utf-8", "replace")) > _LONGEST_NAME:
        return False
    return plain.isprintable() and not _NO_NAME.match(plain)


def clip_path(folder: Path, name: object) -> Path | None:
    """The file of a clip by the name a history has for it; None where it is no such name.

    Nothing is looked at on the disk.

    Args:
        folder: the project's, resolved.
    """
    return folder / CLIPS / name.partition("/")[2] if is_clip_name(name) else None


def frame_path(folder: Path, name: object) -> Path | None:
    """The file of a picture by the name a history has for it, "frames/<hash>.png"; None where it is no such name."""
    found = _FRAME.fullmatch(name) if isinstance(name, str) else None
    return folder / FRAMES / found[1] if found else None


def upload_path(folder: Path, name: object) -> Path | None:
    """The file of a picture that no request has used yet, by its name, "<hash>.png"; None where it is no such name."""
    found = _FRAME.fullmatch(f"{FRAMES}/{name}")
    return folder / UPLOADS / found[1] if found else None


def kept_frame(folder: Path, token: str) -> Path | None:
    """The file of a picture a project keeps, by the start of its hash, which is its name; None where there is none."""
    if not _TOKEN.fullmatch(token):
        return None
    names = [f"{token}{suffix}" for suffix in (".png", ".jpg", ".webp")]
    paths = (folder / room / name for room in (FRAMES, UPLOADS) for name in names)
    return next((path for path in paths if is_file(path)), None)


def beside(clip: Path, suffix: str) -> Path:
    """The file that is kept beside a clip, such as its poster (".jpg")."""
    return clip.with_suffix(suffix)


def note_path(clip: Path) -> Path:
    """The file that says how far the download of a clip has come."""
    return clip.with_name(f".{clip.name}.part.json")


def lock_path(openers: Path, owner: str) -> Path:
    """The file that an opener of a project holds locked."""
    return openers / f"{owner}.lock"


def part_path(folder: Path, name: object) -> Path | None:
    """A file on its way into a folder, by the name it was given by `new_file`; None where it is no such name."""
    return folder / name if isinstance(name, str) and _PART.fullmatch(name) else None
