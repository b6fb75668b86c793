"""What is looked at in a clip besides playing it: its filmstrip, its waveform, and its frames beside those given.

Poster, filmstrip and waveform are made once and kept beside the clip, unless whoever looks may not write there: then
each look makes them anew. What is no coroutine decodes: call it off the job
thread.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract.errors import SeedanceError
from ..contract.frames import MAX_BYTES
from ..contract.previews import COLUMNS, TILES
from ..doors import files, names
from ..doors.parsing import read_json
from ..doors.pictures import NoPicture, open_picture
from ..media import clipfile
from ..media.filmstrip import filmstrip
from ..media.similarity import compare, fit
from ..media.waveform import BINS, waveform
from ..store import clips
from .clip import explain_damage
from .job import Job
from .workspace import Workspace

if TYPE_CHECKING:
    from PIL import Image


_SHOWN = 1280


@dataclass(frozen=True)
class Film:
    """A JPEG of a clip's pictures, `tiles` of them in rows of `columns`, evenly from its first to its last frame."""

    data: bytes
    tiles: int
    columns: int


@dataclass(frozen=True)
class Beside:
    """A given picture as the model fits it to the clip, and the clip's real frame, as JPEGs; and how alike they are.

    `ssim` and `color_shift` are defined in `ipyseedance.media.similarity`.
    """

    given: bytes
    actual: bytes
    ssim: float
    color_shift: float


def poster_of(job: Job, *, keep: bool = True) -> bytes:
    """A JPEG of a clip's first frame. Raises SeedanceError when it is not to be had."""
    return _make_once(job, ".jpg", clipfile.poster, _is_jpeg, keep=keep)


def film_of(job: Job, *, keep: bool = True) -> Film:
    """A clip's filmstrip. Raises SeedanceError when it is not to be had."""
    return Film(_make_once(job, f".film{TILES}.jpg", filmstrip, _is_jpeg, keep=keep), TILES, COLUMNS)


def waveform_of(job: Job, *, keep: bool = True) -> list[int]:
    """A clip's waveform, as `media.waveform.waveform` gives it. Raises SeedanceError when it is not to be had."""
    levels: list[int] = read_json(_make_once(job, f".wave{BINS}.json", _wave, _is_waveform, keep=keep))
    return levels


def _make_once(
    job: Job, ending: str, make: Callable[[Path], bytes], usable: Callable[[bytes], bool], *, keep: bool
) -> bytes:
    path = _path(job)
    with explain_damage(path):
        return clips.keep_or_make(names.beside(path, ending), lambda: make(path), usable, keep=keep)


def _wave(path: Path) -> bytes:
    return json.dumps(waveform(path)).encode()


def _is_jpeg(data: bytes) -> bool:
    """Whether that begins as a JPEG does: what lies beside a clip need not be what was put there."""
    return data.startswith(b"\xff\xd8\xff")


def _is_waveform(data: bytes) -> bool:
    try:
        levels = read_json(data)
    except ValueError:
        return False
    whole = isinstance(levels, list) and all(type(level) is int and 0 <= level <= 100 for level in levels)
    return whole and len(levels) in (0, BINS)


def pictures_given_to(job: Job) -> list[str]:
    """Which pictures a clip was made from: "start", "end"."""
    return [which for which, reference in _given_frames(job).items() if reference]


def _given_frames(job: Job) -> dict[str, str | None]:
    """The pictures it was asked to begin and to end on: their addresses, or their files in the project."""
    asked = job.record.asked
    return {"start": asked.first_frame, "end": asked.last_frame}


def is_elsewhere(job: Job, which: str) -> bool:
    """Whether that picture is at an address, and not in the project."""
    return "://" in (_given_frames(job).get(which) or "")


async def beside(workspace: Workspace, job: Job, which: str) -> Beside:
    """The picture a clip was asked to begin or to end on, and the frame it really begins or ends on.

    Runs on the job thread; an address is fetched, and the decoding done off it.

    Args:
        which: "start" or "end".

    Raises:
        SeedanceError: it was given none, or the picture or the clip is not to be had.
        FrameError: the picture's address does not give it.
    """
    reference = _given_frames(job).get(which)
    if not reference:
        raise SeedanceError(f"This clip was given no {which} frame.", next_step="Choose one made from a picture.")
    if "://" in reference:
        picture = (await workspace.fetch_frame(reference, given=job.asked_here)).data or b""
        return await asyncio.to_thread(_compare, job, which, lambda: picture)
    return await asyncio.to_thread(_compare, job, which, lambda: _read_kept(workspace.folder, reference))


def _compare(job: Job, which: str, read: Callable[[], bytes]) -> Beside:
    path = _path(job)
    with explain_damage(path):
        actual = clipfile.first_frame(path) if which == "start" else clipfile.last_frame(path)
    try:
        given = open_picture(read()).convert("RGB")
        ssim, color_shift = compare(given, actual)
    except OSError as error:
        raise _no_frame(which, f"cannot be read: {error.strerror or error}") from error
    except NoPicture as error:
        raise _no_frame(which, str(error)) from error
    except ValueError as error:  # one of them is smaller than what is compared at a time
        raise _no_frame(which, f"cannot be compared: {error}") from error
    return Beside(_jpeg(fit(given, actual.size)), _jpeg(actual), round(ssim, 4), round(color_shift, 4))


def _read_kept(folder: Path, reference: str) -> bytes:
    path = names.frame_path(folder, reference)
    if path is None:
        raise NoPicture("is no picture of this project")
    return files.read_file(path, MAX_BYTES)


def _no_frame(which: str, why: str) -> SeedanceError:
    return SeedanceError(f"The {which} frame {why}.", next_step="It should be in the project, under frames/.")


def _path(job: Job) -> Path:
    clip = job.clip
    if clip is None:
        raise SeedanceError("This clip is not on disk.", next_step="It may still be downloading.")
    return clip.path


def _jpeg(picture: Image.Image) -> bytes:
    if max(picture.size) > _SHOWN:
        picture = picture.copy()
        picture.thumbnail((_SHOWN, _SHOWN))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()
