"""The files of a project: the clips' names, and frames and posters, each written whole or not at all."""

from __future__ import annotations

import contextlib
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from ..contract.errors import ProjectUnusable
from ..contract.frames import Frame
from ..doors import files, names

_IDLE_SECONDS, _OLD_SECONDS, _UNUSED_SECONDS = 3600, 7 * 86400, 30 * 86400
_MOST_KEPT = 8_000_000
"""Bytes of what is kept beside a clip; a filmstrip has 135 kB."""
_LEFT = re.compile(
    r"\.(?P<of>[0-9]{5,}[0-9a-z-]*\.mp4)\.part(\.json)?"  # a download's note; its part too, until version 0.1
    r"|\.[0-9a-f]{32}\.part"  # whatever is being written
    r"|\.[0-9a-z-]+\.(mp4|png|jpg|webp|json|film[0-9]+\.jpg|wave[0-9]+\.json)\.[0-9a-f]{32}\.part"  # until then
)
"""Names that downloads and writes give, and that may be deleted. Nothing else is."""


def clip_name(id: int, prompt: str, seed: int | None) -> str:
    """A file name a person can read: number, the prompt's first words, seed."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain)[:6])[:48].strip("-")
    parts = [f"{id:05d}", words, f"seed{seed}" if seed is not None else ""]
    return "-".join(part for part in parts if part) + ".mp4"


def keep_frame(folder: Path, frame: Frame) -> None:
    """Write a frame's bytes to `frames/`, so that its generation can be understood and repeated later.

    Raises:
        ProjectUnusable: they cannot be written.
    """
    _keep(names.frame_path(folder, frame.reference), frame, frame.reference)


def keep_upload(folder: Path, frame: Frame) -> None:
    """Write the bytes of a picture that no request has used yet, unless the project has it.

    Raises:
        ProjectUnusable: they cannot be written.
    """
    if names.kept_frame(folder, frame.token) is None:
        _keep(names.upload_path(folder, frame.file_name), frame, f"{names.UPLOADS}/{frame.file_name}")


def _keep(path: Path | None, frame: Frame, name: str) -> None:
    if frame.data is None or frame.url is not None or path is None:
        return
    try:
        files.make_folder(path.parent)
        # Whatever else has the name, a link or what somebody put there, gives way to the picture.
        if not files.is_file(path) or files.read_file(path, len(frame.data)) != frame.data:
            files.write_file(path, frame.data)
    except OSError as error:
        why = files.unwritable([path.parent])
        reason = f"{error.strerror or error}{f' ({why})' if why else ''}"
        raise ProjectUnusable(
            f"The picture could not be written to {name}: {reason}. Nothing was sent.",
            next_step=files.LET_WRITE if why else None,
        ) from error


def keep_or_make(path: Path, make: Callable[[], bytes], usable: Callable[[bytes], bool], *, keep: bool) -> bytes:
    """A small file's bytes, made when it is not there yet, or is not `usable`; and then written, with `keep`."""
    with contextlib.suppress(OSError):
        data = files.read_file(path, _MOST_KEPT)
        if usable(data):
            return data
    data = make()
    if keep:
        with contextlib.suppress(OSError):  # a folder that cannot be written costs time, not the picture
            files.write_file(path, data)
    return data


def sweep(folder: Path) -> None:
    """Remove what downloads and writes left unfinished in a project that nobody else has open.

    Notes on clips that are there, whatever is older than a week, and pictures that were chosen a month ago, of which
    what a request used lies elsewhere too. What was touched within the hour may be the opener's own and is left.
    """
    with contextlib.suppress(OSError):
        for name in files.names_in(names.room(folder, names.UPLOADS)):
            if (path := names.upload_path(folder, name)) is not None:
                _remove(path, older=_UNUSED_SECONDS)
    for room in (names.room(folder, name) for name in (names.CLIPS, names.FRAMES, names.UPLOADS)):
        with contextlib.suppress(OSError):
            there = set(files.names_in(room))
            for name in there:
                if left := _LEFT.fullmatch(name):
                    _remove(room / name, older=_IDLE_SECONDS if left["of"] in there else _OLD_SECONDS)


def _remove(path: Path, *, older: float) -> None:
    with contextlib.suppress(OSError):
        if time.time() - files.look(path).st_mtime > older:
            files.remove_file(path)
