"""The small pictures that stand in for a clip where it is not loaded, and how its file may bring them along.

A clip of fal's has none: they are decoded from it. The offline engine sees each frame anyway, and lays both into the
file in boxes of their own, which players pass over (ISO/IEC 14496-12, 11.1: "uuid").
"""

from __future__ import annotations

import io
import struct
import uuid
from pathlib import Path
from typing import BinaryIO, Literal

from PIL import Image

from ..doors.files import open_file
from ..doors.pictures import NoPicture, open_picture

Kind = Literal["poster", "filmstrip"]
Size = tuple[int, int]

POSTER_SIDE = 640
"""Pixels of a poster's longer side, at most."""
TILES, COLUMNS = 24, 6
"""Tiles of a filmstrip, and how many are in a row: some five a second of a short clip."""
TILE_SIDE = 240
"""Pixels of a tile's longer side, at most."""

# An id stands for what is in the box: with another layout it must be another one.
_IDS: dict[Kind, bytes] = {
    "poster": uuid.UUID("d7b7dbd0-43c6-4b0e-9a4a-2f5f0c1f6b01").bytes,
    "filmstrip": uuid.UUID("d7b7dbd0-43c6-4b0e-9a4a-2f5f0c1f6b02").bytes,
}
_LONGEST = 4_000_000
_MOST_BOXES = 100
"""Before the media: a clip has about five, and an endless row of empty ones must come to an end."""
_HEAD, _ID = 8, 16


def frame_of_tile(tile: int, frames: int) -> int:
    """The number of the frame that a tile shows: the first shows the first, the last the last, the others evenly."""
    return round(tile * (frames - 1) / (TILES - 1))


def fit(size: Size, side: int) -> Size:
    """The size of a picture made as small as needed for neither side to be longer than `side`, in pixels."""
    scale = min(1.0, side / max(size))
    width, height = (max(1, round(length * scale)) for length in size)
    return width, height


def poster(picture: Image.Image) -> bytes:
    """A JPEG of a clip's first frame, at most `POSTER_SIDE` pixels wide and high."""
    small = picture.resize(fit(picture.size, POSTER_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return _jpeg(small, 84)


class Filmstrip:
    """`TILES` pictures of a clip in rows of `COLUMNS`."""

    def __init__(self, size: Size) -> None:
        """`size` is that of the clip's frames."""
        self.tile_size = width, height = fit(size, TILE_SIDE)
        self._sheet = Image.new("RGB", (COLUMNS * width, TILES // COLUMNS * height))

    def put(self, tile: int, picture: Image.Image) -> None:
        """Set a tile, numbered from 0; its picture is of `tile_size`."""
        width, height = self.tile_size
        self._sheet.paste(picture, (tile % COLUMNS * width, tile // COLUMNS * height))

    def jpeg(self) -> bytes:
        """All of them as one JPEG."""
        return _jpeg(self._sheet, 80)


def make_box(kind: Kind, jpeg: bytes) -> bytes:
    """A preview as a box for a clip's file, to go between its index and its media."""
    return struct.pack(">I4s", _HEAD + _ID + len(jpeg), b"uuid") + _IDS[kind] + jpeg


def read_box(path: Path, kind: Kind) -> bytes | None:
    """The JPEG that a clip's file brings along, or None when it has none that can be used.

    Raises:
        OSError: the file cannot be read, or is a link.
    """
    with open_file(path) as file:
        jpeg = _find_box(file, kind)
    return jpeg if jpeg is not None and _usable(jpeg, kind) else None


def _find_box(file: BinaryIO, kind: Kind) -> bytes | None:
    start = boxes = 0
    while boxes < _MOST_BOXES and len(head := file.read(_HEAD + _ID)) == _HEAD + _ID:
        size, name = struct.unpack_from(">I4s", head)
        if name == b"uuid" and head[_HEAD:] == _IDS[kind] and size <= _LONGEST:
            jpeg = file.read(max(0, size - len(head)))
            return jpeg if len(jpeg) == size - len(head) else None
        if name == b"mdat" or size < _HEAD:  # what comes after the media is not looked for
            return None
        start += size
        boxes += 1
        file.seek(start)
    return None


def _usable(jpeg: bytes, kind: Kind) -> bool:
    try:
        width, height = open_picture(jpeg, formats=("JPEG",)).size
    except NoPicture:
        return False
    if kind == "poster":
        return max(width, height) <= POSTER_SIDE
    tile = (width / COLUMNS, height / (TILES // COLUMNS))
    return all(side.is_integer() and side <= TILE_SIDE for side in tile)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
