"""A clip's pictures in one, to stand in for it where it is not loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..contract.previews import TILES, Filmstrip, brought, frame_of_tile
from .clipfile import NotPlayable, opened

if TYPE_CHECKING:
    from PIL.Image import Image


def filmstrip(path: Path) -> bytes:
    """A JPEG of `TILES` pictures of a clip in rows of `COLUMNS`, each at most `previews.TILE_SIDE` pixels long.

    Tile n shows frame `frame_of_tile(n, frames)`. It is the one the file brings along, or else decoded.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    return brought(path, "filmstrip") or _decoded(path)


def _decoded(path: Path) -> bytes:
    import av
    from PIL import Image

    # How many frames there are is only sure at the end, so all are kept, small.
    pictures: list[Image.Image] = []
    try:
        with opened(path) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            film = Filmstrip((stream.width, stream.height))
            for frame in container.decode(stream):
                small = frame.reformat(*film.tile_size, format="rgb24", interpolation="AREA")
                pictures.append(Image.fromarray(small.to_ndarray()))
    except (av.FFmpegError, IndexError) as error:
        if isinstance(error, OSError):
            raise
        raise NotPlayable from error
    if not pictures:
        raise NotPlayable
    for tile in range(TILES):
        film.put(tile, pictures[frame_of_tile(tile, len(pictures))])
    return film.jpeg()
