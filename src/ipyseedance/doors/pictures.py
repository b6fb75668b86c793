"""Pictures: a file of one of three formats, decoded, and nothing else by any other name.

Pillow knows some fifty formats and tells them by their first bytes, whatever a file is called; one of them hands the
file to Ghostscript. So the format is told here, and only its own plugin sees the file. A picture's pixels are counted
before they are decoded: a file of 30 kB can hold 6 GB of them.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from .files import NoFile

FORMATS = ("PNG", "JPEG", "WEBP", "MPO")
"""MPO is a JPEG with more of them behind it, as phones write it; the first is the picture."""
MOST_PIXELS = 6000 * 6000
"""The most that any service takes as a frame; decoded they are 108 MB."""
MOST_BYTES = 32_000_000
"""A file's: ByteDance takes 30 MB."""
_MOST_SCANS = 200
"""Of a progressive JPEG; encoders make about ten. Each takes a pass over all pixels, and as little as 10 bytes."""
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
"""Of a JPEG, those that have a length apart from the two below: in a scan, FF before 00 or D0 to D7 is none of them."""
_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN = b"\xd8", b"\xd9", b"\xda"

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"BM", "BMP"), (b"GIF8", "GIF"), (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"), (b"%!PS", "PostScript"), (b"\xc5\xd0\xd3\xc6", "PostScript"), (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"), (b"<svg", "SVG"),
)  # fmt: skip
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}

_EXIF_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_silence = threading.Lock()


class NoPicture(ValueError):
    """What cannot be used as a picture; the text says why, to go after the picture's name."""


class TooManyPixels(NoPicture):
    """A picture of more than `MOST_PIXELS`; `size` is its width and height in pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        super().__init__(f"has {size[0]}x{size[1]} pixels")


def open_picture(source: bytes | BinaryIO, *, formats: Sequence[str] = FORMATS) -> Image.Image:
    """A picture, decoded, with its `format` and `info`.

    Args:
        source: a file's bytes, or the file, which is read and not closed.
        formats: of `FORMATS`, those that are taken.

    Raises:
        NoPicture: it is none of these formats, does not decode, or has more than `MOST_BYTES` or `MOST_PIXELS`.
        OSError: the file cannot be read.
    """
    data = source if isinstance(source, bytes) else source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NoPicture(f"has more than {MOST_BYTES // 1_000_000} MB")
    kind = _format(data)
    if kind not in formats:
        raise NoPicture(f"is a {kind} file" if kind else "does not decode as an image")
    try:
        if kind == "WEBP":  # whose plugin makes room for the pixels at once
            _check_pixels(_webp_size(data))
        with _quietly():
            picture = Image.open(io.BytesIO(data), formats=(kind,))
        if picture.format not in formats:  # the JPEG plugin makes an MPO of some
            raise NoPicture(f"is a {picture.format} file")
        _check_pixels(picture.size)
        if kind == "JPEG":
            _check_scans(data)
        picture.load()
    except NoPicture:
        raise
    except Exception as error:  # a file makes the plugins raise whatever they can
        raise NoPicture("does not decode as an image") from error
    return picture


def orientation(picture: Image.Image) -> int:
    """A camera's mark of how a picture is to be turned, 1 to 8; 1, which is not at all, without one that can be read.

    `upright` turns it so.
    """
    try:
        with _quietly():
            mark = picture.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - as above; what a camera wrote besides the picture is no reason to refuse it
        return 1
    return mark if mark in _TURNS else 1


def upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its mark says; without one, the very same."""
    turn = _TURNS.get(orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def read_given(path: Path, most: int) -> bytes:
    """The first `most` bytes of a file that the person named: through links too, which are theirs.

    Raises:
        OSError: it is no plain file, which could make this wait for ever, or cannot be read.
    """
    _check_plain(path, path.stat())
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        _check_plain(path, os.fstat(file.fileno()))
        return file.read(most)


def _check_plain(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NoFile(path, "is not a file")


def _format(data: bytes) -> str:
    """What a file is by its first bytes, or "" for what is not known."""
    head = data[:16]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "")
    return next((name for signature, name in _SIGNATURES if head.startswith(signature)), "")


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as a WebP file's first chunk says (RFC 9649, 2.5 to 2.7)."""
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<xI", body)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<6xHH", body)
        return width & 0x3FFF, height & 0x3FFF
    raise NoPicture("does not decode as an image")


def _check_scans(data: bytes) -> None:
    """That a JPEG has no more than `_MOST_SCANS`, up to its end: behind it a phone may put a video, or more pictures.

    Markers are found as libjpeg finds them: what is none is skipped.
    """
    at = scans = 0
    while found := _MARKER.search(data, at):
        kind, at = found[1], found.end()
        if kind == _END_OF_IMAGE:
            return
        scans += kind == _START_OF_SCAN
        if scans > _MOST_SCANS:
            raise NoPicture("does not decode as an image: it has too many scans")
        if kind != _START_OF_IMAGE:
            at += int.from_bytes(data[at : at + 2], "big")


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise TooManyPixels(size)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without Pillow's warnings: what is wrong with a stranger's file is refused or does not matter.

    Python keeps what is to be warned of for all threads together, so only one at a time changes it.
    """
    with _silence, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield
