"""The order of an MP4's boxes (ISO/IEC 14496-12): the index first, so that a browser plays the clip while it loads."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def index_first(file: bytes, extra: bytes = b"") -> bytes:
    """An MP4 that ends with its index (moov), with that before the media, and boxes for it to bring along behind it."""
    boxes = {kind: (start, end) for kind, start, end in _boxes(file, 0, len(file))}
    index, index_end = boxes[b"moov"]
    first = min(boxes[kind][0] for kind in (b"free", b"mdat") if kind in boxes)
    moov = bytearray(file[index:index_end])
    _shift_chunks(moov, 0, len(moov), len(moov) + len(extra))
    whole = memoryview(file)  # of which every slice would otherwise be copied
    return b"".join((whole[:first], moov, extra, whole[first:index], whole[index_end:]))


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
        yield kind, start, start + size
        start += size


def _shift_chunks(moov: bytearray, start: int, end: int, by: int) -> None:
    for kind, box, box_end in _boxes(moov, start, end):
        if kind in _HOLDERS:
            _shift_chunks(moov, box + 8, box_end, by)
        elif kind == b"stco":
            (count,) = struct.unpack_from(">I", moov, box + 12)
            offsets = struct.unpack_from(f">{count}I", moov, box + 16)
            struct.pack_into(f">{count}I", moov, box + 16, *(offset + by for offset in offsets))
