"""What is looked at in a clip besides playing it: its filmstrip, its waveform, and its frames beside those given.

The filmstrip and the waveform are made once and kept beside the clip. What is no coroutine decodes: call it off the job
thread.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ..contract.errors import SeedanceError
from ..contract.previews import COLUMNS, TILES
from ..media import clipfile
from ..media.filmstrip import filmstrip
from ..media.similarity import compare, fitted
from ..media.waveform import BINS, waveform
from ..store import clips

if TYPE_CHECKING:
    from .generation import Generation
    from .project import Project

GIVEN = {"start": "image_url", "end": "end_image_url"}
"""Which field of a request holds the picture a clip was asked to begin, or to end, on."""
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


def film_of(job: Generation) -> Film:
    """A clip's filmstrip. Raises SeedanceError when it is not to be had."""
    path = _path(job)
    with reading(path):
        data = clips.kept(path.with_suffix(f".film{TILES}.jpg"), lambda: filmstrip(path))
    return Film(data, TILES, COLUMNS)


def waveform_of(job: Generation) -> list[int]:
    """A clip's waveform, as `media.waveform.waveform` gives it. Raises SeedanceError when it is not to be had."""
    path = _path(job)
    with reading(path):
        kept = clips.kept(path.with_suffix(f".wave{BINS}.json"), lambda: json.dumps(waveform(path)).encode())
    levels: list[int] = json.loads(kept)
    return levels


def given_to(job: Generation) -> list[str]:
    """Which pictures a clip was made from: "start", "end"."""
    return [which for which, field in GIVEN.items() if job.record.request.get(field)]


async def beside(project: Project, job: Generation, which: str) -> Beside:
    """The picture a clip was asked to begin or to end on, and the frame it really begins or ends on.

    Runs on the job thread; an address is fetched, and the decoding done off it.

    Args:
        which: "start" or "end".

    Raises:
        SeedanceError: it was given none, or the picture or the clip is not to be had.
        FrameError: the picture's address does not give it.
    """
    reference = job.record.request.get(GIVEN[which]) if which in GIVEN else None
    if not reference:
        raise SeedanceError(f"This clip was given no {which} frame.", next_step="Choose one made from a picture.")
    if "://" in reference:
        picture = (await project.fetch_frame(reference)).data or b""
        return await asyncio.to_thread(_compared, job, which, picture)
    return await asyncio.to_thread(_compared, job, which, project.folder / reference)


def _compared(job: Generation, which: str, picture: bytes | Path) -> Beside:
    path = _path(job)
    with reading(path):
        actual = clipfile.first_frame(path) if which == "start" else clipfile.last_frame(path)
    try:
        with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as opened:
            given = opened.convert("RGB")
    except OSError as error:
        raise SeedanceError(
            f"The {which} frame cannot be read: {error.strerror or error}.", next_step=f"It should be {picture!s:.200}."
        ) from error
    ssim, color_shift = compare(given, actual)
    return Beside(_jpeg(fitted(given, actual.size)), _jpeg(actual), round(ssim, 4), round(color_shift, 4))


def _path(job: Generation) -> Path:
    clip = job.clip
    if clip is None:
        raise SeedanceError("This clip is not on disk.", next_step="It may still be downloading.")
    return clip.path


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise a SeedanceError where the clip at that path cannot be read or decoded."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise SeedanceError(f"The clip's file cannot be read: {reason}.", next_step=f"It should be {path}.") from error
    except clipfile.NotPlayable as error:
        raise SeedanceError("The clip's file is damaged.", next_step=f"Look at {path}.") from error


def _jpeg(picture: Image.Image) -> bytes:
    if max(picture.size) > _SHOWN:
        picture = picture.copy()
        picture.thumbnail((_SHOWN, _SHOWN))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()
