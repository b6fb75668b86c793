"""A clip's pictures in one, to stand in for it where it is not loaded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from .clipfile import NotPlayable

if TYPE_CHECKING:
    from PIL.Image import Image

TILES, COLUMNS = 24, 6
"""Tiles of a filmstrip, and how many are in a row: some five a second of a short clip."""
SIDE = 240
"""Pixels of a tile's longer side."""


def frame_of_tile(tile: int, frames: int) -> int:
    """The number of the frame that a tile shows: the first shows the first, the last the last, the others evenly."""
    return round(tile * (frames - 1) / (TILES - 1))


def filmstrip(path: Path) -> bytes:
    """A JPEG of `TILES` pictures of a clip in rows of `COLUMNS`, each at most `SIDE` pixels long.

    Tile n shows frame `frame_of_tile(n, frames)`.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    import av
    from PIL import Image

    # How many frames there are is only sure at the end, so all are kept, small.
    pictures: list[Image.Image] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            scale = min(1.0, SIDE / max(stream.width, stream.height))
            width, height = (max(1, round(length * scale)) for length in (stream.width, stream.height))
            for frame in container.decode(stream):
                small = frame.reformat(width, height, format="rgb24", interpolation="AREA")
                pictures.append(Image.fromarray(small.to_ndarray()))
    except (av.FFmpegError, IndexError) as error:
        if isinstance(error, OSError):
            raise
        raise NotPlayable from error
    if not pictures:
        raise NotPlayable
    return _joined([pictures[frame_of_tile(tile, len(pictures))] for tile in range(TILES)])


def _joined(tiles: list[Image]) -> bytes:
    from PIL import Image

    width, height = tiles[0].size
    sheet = Image.new("RGB", (COLUMNS * width, -(-len(tiles) // COLUMNS) * height))
    for n, tile in enumerate(tiles):
        sheet.paste(tile, (n % COLUMNS * width, n // COLUMNS * height))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()
