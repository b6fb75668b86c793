"""A clip's pictures in one, to stand in for it where it is not loaded."""

from __future__ import annotations

from pathlib import Path

from ..contract.previews import TILES, Filmstrip, frame_of_tile, read_box
from ..doors.videos import decode
from .clipfile import NotPlayable, open_clip


def filmstrip(path: Path) -> bytes:
    """A JPEG of `TILES` pictures of a clip in rows of `COLUMNS`, each at most `previews.TILE_SIDE` pixels long.

    Tile n shows frame `frame_of_tile(n, frames)`. It is the one the file brings along, or else decoded.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    return read_box(path, "filmstrip") or _decode(path)


def _decode(path: Path) -> bytes:
    film, planned, frames = _film(path, None)
    if frames != planned:  # the index was wrong, or there is none
        film, planned, frames = _film(path, frames)
    if not frames or frames != planned:
        raise NotPlayable("it has no frames")
    return film.jpeg()


def _film(path: Path, planned: int | None) -> tuple[Filmstrip, int, int]:
    """The filmstrip of a clip that has so many frames, by its index without a number; that number, and the real one.

    No other frames are kept than those that are shown: there may be thousands.
    """
    from PIL import Image

    with open_clip(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        film, frames = Filmstrip((stream.width, stream.height)), 0
        planned = stream.frames if planned is None else planned
        tiles: dict[int, list[int]] = {}
        for tile in range(TILES if planned else 0):
            tiles.setdefault(frame_of_tile(tile, planned), []).append(tile)
        for frame in decode(container, stream):
            if frames in tiles:
                small = frame.reformat(*film.tile_size, format="rgb24", interpolation="AREA")
                picture = Image.fromarray(small.to_ndarray())
                for tile in tiles[frames]:
                    film.put(tile, picture)
            frames += 1
        return film, planned, frames
