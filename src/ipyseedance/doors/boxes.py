"""The boxes of an MP4 (ISO/IEC 14496-12), looked at before FFmpeg makes an index of them.

A few hundred bytes can say that there are a hundred million samples, and FFmpeg keeps 24 bytes for each; they can hold
a compressed index of gigabytes, or refer to other files. So every table that FFmpeg reads is counted, wherever it may
lie: where the standard puts it, and nowhere else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

MOST_STREAMS = 8
MOST_SAMPLES = 150_000
"""Of all streams: ten minutes of 60 pictures a second are 36,000, of sound of 48 kHz 28,125."""
_MOST_BYTES = 8_000_000
"""Of all that is no picture and no sound: those samples take 3 MB."""
_MOST_BOXES = 10_000
_MOST_EDITS = 16

_HEAD = 8
_MEDIA = (b"mdat", b"uuid")  # FFmpeg looks for no box in them
_TOP = b""
_PARENTS = {
    b"moov": _TOP, b"trak": b"moov", b"mvex": b"moov", b"mdia": b"trak", b"edts": b"trak", b"minf": b"mdia",
    b"stbl": b"minf", b"dinf": b"minf", b"moof": _TOP, b"traf": b"moof",
}  # fmt: skip
"""The boxes that are looked into, and in which each may lie."""
_ROWS = {b"stts": 8, b"ctts": 8, b"stsc": 12, b"stco": 4, b"co64": 8, b"stss": 4}
"""Bytes of a row of a stream's tables, whose number comes after four bytes."""
_TABLES = (*_ROWS, b"stsz", b"stz2")
_NOT_ELSEWHERE = (
    *_PARENTS, *_TABLES, b"elst", b"trun", b"dref",
    b"cmov", b"rmra",  # a compressed index, and one that refers to other files
    b"sidx",  # says where else boxes may be
    b"iloc", b"iinf",  # still pictures
    b"senc", b"saiz", b"saio", b"sinf",  # encryption
)  # fmt: skip


class NoVideo(Exception):
    """A file that is no video that can be used; the text says why."""


def check_boxes(file: BinaryIO) -> None:
    """Look through an MP4's boxes, without its pictures and sound.

    Raises:
        NoVideo: it is no MP4, refers to other files, or has more streams, samples or index than a clip can have.
        OSError: it cannot be read.
    """
    count = _Count()
    end = file.seek(0, 2)
    at = boxes = 0
    while at + _HEAD <= end:
        file.seek(at)
        head = file.read(2 * _HEAD)
        length, kind = struct.unpack_from(">I4s", head)
        start = _HEAD
        if length == 1 and len(head) == 2 * _HEAD:
            (length,), start = struct.unpack_from(">Q", head, _HEAD), 2 * _HEAD
        elif length == 0:
            length = end - at
        boxes += 1
        if length < start or boxes > _MOST_BOXES:
            break
        if kind not in _MEDIA:
            count.size(min(length, end - at))  # of what is no box there may be less, after all that are
            if kind in _PARENTS and length > end - at:
                raise NoVideo("its index is cut off")
            file.seek(at + start)
            data = file.read(min(length, end - at) - start)
            count.box(_TOP, kind, data)
        at += length
    if not count.streams or boxes > _MOST_BOXES:
        raise NoVideo("it is no MP4")


class _Count:
    """What has been found so far."""

    def __init__(self) -> None:
        self.streams = self._samples = self._bytes = 0

    def size(self, length: int) -> None:
        self._bytes += length
        if self._bytes > _MOST_BYTES:
            raise NoVideo("its index is too large")

    def box(self, parent: bytes, kind: bytes, data: bytes) -> None:
        if _PARENTS.get(kind) == parent:
            self.streams += kind == b"trak"
            if self.streams > MOST_STREAMS:
                raise NoVideo("it has too many streams")
            children = list(_children(data))
            if kind == b"stbl":
                self._tables(children)
            for name, body in children:
                self.box(kind, name, body)
        elif (parent, kind) == (b"dinf", b"dref"):
            _check_references(data)
        elif (parent, kind) == (b"edts", b"elst"):
            if _number(data, 4) > _MOST_EDITS:
                raise NoVideo("it has too many edits")
        elif (parent, kind) == (b"traf", b"trun"):
            self._add(_number(data, 4))
        elif (parent != b"stbl" or kind not in _TABLES) and _holds_more(kind, data):
            raise NoVideo("its index is not one of an MP4")

    def _tables(self, children: list[tuple[bytes, bytes]]) -> None:
        tables = {name: data for name, data in children if name in _TABLES}
        if len(tables) < sum(name in _TABLES for name, _ in children):
            raise NoVideo("its index has a table twice")
        for name, width in _ROWS.items():
            if name in tables and _HEAD + width * _number(tables[name], 4) > len(tables[name]):
                raise NoVideo("its index is cut off")
        samples = [_number(tables[name], 8) for name in (b"stsz", b"stz2") if name in tables]
        samples += [int(_rows(tables, name)[:, 0].sum(dtype=np.uint64)) for name in (b"stts", b"ctts")]
        runs = _rows(tables, b"stsc")
        chunks = sum(_number(tables[name], 4) for name in (b"stco", b"co64") if name in tables)
        lengths = np.diff(np.append(runs[:, 0].astype(np.int64), chunks + 1))
        if (lengths < 0).any():
            raise NoVideo("its index is in no order")
        samples.append(int((lengths.astype(float) * runs[:, 1]).sum()))
        self._add(max(samples))

    def _add(self, samples: int) -> None:
        self._samples += samples
        if self._samples > MOST_SAMPLES:
            raise NoVideo("it has too many samples")


def _holds_more(kind: bytes, data: bytes) -> bool:
    """Whether a box is, or has in it, what FFmpeg would look into: it goes by the names alone, wherever they are."""
    return kind in _NOT_ELSEWHERE or data[4:8] == b"mvhd" or any(name in data for name in _NOT_ELSEWHERE)


def _children(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + _HEAD <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if not _HEAD <= length <= len(data) - at:
            raise NoVideo("its index is damaged")
        yield kind, data[at + _HEAD : at + length]
        at += length


def _check_references(data: bytes) -> None:
    """That the pictures and the sound are in the file itself, which the lowest flag says."""
    for _, body in _children(data[_HEAD:]):
        if not _number(body, 0) & 1:
            raise NoVideo("it refers to another file")


def _number(data: bytes, at: int) -> int:
    if len(data) < at + 4:
        raise NoVideo("its index is cut off")
    return int.from_bytes(data[at : at + 4], "big")


def _rows(tables: dict[bytes, bytes], name: bytes) -> np.ndarray:
    width = _ROWS[name] // 4
    data = tables.get(name, bytes(_HEAD))
    return np.frombuffer(data, ">u4", _number(data, 4) * width, _HEAD).reshape(-1, width)
