"""The boxes of an MP4 (ISO/IEC 14496-12), looked at before FFmpeg makes an index of them.

A few hundred bytes can say that there are a hundred million samples, and FFmpeg keeps 24 bytes for each; they can hold
a compressed index of gigabytes, or refer to other files. So every table that FFmpeg reads is counted, wherever it may
lie: where the standard puts it, and nowhere else.

The walk goes where FFmpeg's goes (`mov_read_default` and its table, as of FFmpeg 8.1), so that a word in a title is
never taken for a box.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np

MOST_STREAMS = 8
MOST_SAMPLES = 150_000
"""Of all streams: ten minutes of 60 pictures a second are 36,000, of sound of 48 kHz 28,125."""
_MOST_BYTES = 8_000_000
"""Of all that is no picture and no sound: those samples take 3 MB."""
_MOST_BOXES = 10_000
_MOST_INNER_BOXES = 100_000
"""Within those; a fragment has some ten."""
_DEEPEST = 12
"""Boxes in boxes; FFmpeg gives up at that."""
_MOST_EDITS = 16
_MOST_MARKS = 1000
"""Of a camera, each of which becomes a chapter of 150 bytes; GoPro writes up to 100."""

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
_HANDLERS = (b"vide", b"soun", b"subp", b"clcp")
"""What FFmpeg takes a stream for."""
_TABLES = (*_ROWS, b"stsz", b"stz2")
_NOT_ELSEWHERE = (
    *_PARENTS, *_TABLES, b"elst", b"trun", b"dref", b"stsd", b"wave",
    b"cmov", b"rmra",  # a compressed index, and one that refers to other files
    b"sidx",  # says where else boxes may be
    b"iloc", b"iinf", b"iprp", b"iref",  # still pictures
    b"senc", b"saiz", b"saio", b"sinf", b"schi",  # encryption
)  # fmt: skip
_LISTS = (b"udta", b"ilst", b"tref")
"""The other boxes that FFmpeg looks into from their first byte on."""


class NoVideo(Exception):
    """A file that is no video that can be used; the text says why."""


def check_boxes(file: BinaryIO) -> None:
    """Look through an MP4's boxes, without its pictures and sound.

    Raises:
        NoVideo: it is no MP4, refers to other files, or has more streams, samples or index than a clip can have.
        OSError: it cannot be read.
    """
    count = _Count()
    starts = set()
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
        starts.add(at)
        if kind not in _MEDIA:
            count.size(min(length, end - at))  # of what is no box there may be less, after all that are
            if (kind in _PARENTS or kind == b"sidx") and length > end - at:
                raise NoVideo("its index is cut off")
            file.seek(at + start)
            data = file.read(min(length, end - at) - start)
            if kind == b"sidx":
                count.fragments(data, at + length)
            else:
                count.box(_TOP, kind, data)
        at += length
    if not count.streams or boxes > _MOST_BOXES:
        raise NoVideo("it is no MP4")
    if not count.named <= starts:
        raise NoVideo("its fragments are elsewhere")


class _Count:
    """What has been found so far."""

    def __init__(self) -> None:
        self.streams = self._samples = self._bytes = self._boxes = self._references = 0
        self.named: set[int] = set()
        """Bytes of the file at which fragments are said to begin; FFmpeg reads boxes there."""
        self._handler = b""

    def size(self, length: int) -> None:
        self._bytes += length
        if self._bytes > _MOST_BYTES:
            raise NoVideo("its index is too large")

    def fragments(self, data: bytes, end: int) -> None:
        """Take a segment index (`sidx`), whose box ends at that byte of the file."""
        wide = 8 if data[:1] != b"\0" else 4
        at = 12 + 2 * wide
        count = _number(data, at) & 0xFFFF
        self._references += count
        if self._references > _MOST_BOXES:
            raise NoVideo("it has too many fragments")
        begin = end + int.from_bytes(data[12 + wide : at], "big")
        for number in range(count):
            self.named.add(begin)
            begin += _number(data, at + 4 + 12 * number)

    def box(self, parent: bytes, kind: bytes, data: bytes, depth: int = 0) -> None:
        self._boxes += 1
        if self._boxes > _MOST_INNER_BOXES or depth > _DEEPEST:
            raise NoVideo("its index has too many boxes")
        if _PARENTS.get(kind) == parent:
            if kind == b"trak":
                self.streams, self._handler = self.streams + 1, b""
            if self.streams > MOST_STREAMS:
                raise NoVideo("it has too many streams")
            children = list(_children(data))
            if kind == b"stbl":
                self._tables(children)
            for name, body in children:
                self.box(kind, name, body, depth + 1)
        elif (parent, kind) == (b"dinf", b"dref"):
            _check_references(data)
        elif (parent, kind) == (b"edts", b"elst"):
            if _number(data, 4) > _MOST_EDITS:
                raise NoVideo("it has too many edits")
        elif (parent, kind) == (b"traf", b"trun"):
            self._add(_number(data, 4))
        elif (parent, kind) == (b"meta", b"keys") or kind == b"sgpd":  # FFmpeg makes room for as many as they say
            at = 4 if kind == b"keys" else 12 if data[:1] > b"\0" else 8
            if _number(data, at) > len(data):
                raise NoVideo("its index is cut off")
        elif kind == b"HMMT":
            if len(data) > 4 * _MOST_MARKS:
                raise NoVideo("its index has too many marks")
        elif kind == b"hdlr":
            self._handler = data[8:12] if data[8:12] in _HANDLERS else self._handler
        elif parent != b"stbl" or kind not in _TABLES:
            for inside in self._insides(parent, kind, data):
                for name, body in _loose(inside):
                    self.box(kind, name, body, depth + 1)

    def _insides(self, parent: bytes, kind: bytes, data: bytes) -> Iterable[bytes]:
        """The parts of a box in which FFmpeg looks for others: more than it does, where that hangs on much else."""
        if kind in _LISTS:
            return [data]
        if kind == b"meta":
            return _after_head(data)
        if (parent, kind) == (b"stbl", b"stsd"):
            return [entry[start:] for entry in _entries(data) for start in self._starts(entry)]
        if (parent, kind) == (b"stsd", b"wave"):
            return [data, data[8:]]
        if kind in _NOT_ELSEWHERE or (kind in (b"free", b"hoov") and data[4:8] in (b"mvhd", b"cmov")):
            raise NoVideo("its index is not one of an MP4")
        return ()

    def _starts(self, entry: bytes) -> list[int]:
        """Where a stream's description may have boxes, behind its numbers and the name of its encoder."""
        video = [86]
        if len(entry) >= 94 and entry[83] & 31 in (1, 2, 4, 8):  # bits a pixel: then a palette may lie before them
            video.append(94 + 8 * max(int.from_bytes(entry[92:94], "big") - _number(entry, 86) + 1, 0))
        sound = [36, 52, 72]
        return {b"vide": video, b"soun": sound}.get(self._handler, [16, *sound, *video])

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


def _loose(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in one that FFmpeg looks into: those that are too long end where it does."""
    at = 0
    while at + _HEAD <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start = _HEAD
        if length == 1 and at + 2 * _HEAD <= len(data):
            (length,), start = struct.unpack_from(">Q", data, at + _HEAD), 2 * _HEAD
            length = 0 if length == _HEAD else length  # as FFmpeg reckons it
        end = min(at + length, len(data)) if length else len(data)
        if end < at + start:
            return
        yield kind, data[at + start : end]
        at = end


def _after_head(data: bytes) -> list[bytes]:
    """What lies in a `meta` box: FFmpeg looks for the name of its first box, by steps of four bytes."""
    at = data.find(b"hdlr")
    while at > 0 and at % 4:
        at = data.find(b"hdlr", at + 1)
    return [data[at - 4 :]] if at > 0 else []


def _entries(data: bytes) -> Iterator[bytes]:
    at, number = _HEAD, _number(data, 4)
    if number > 1024:  # FFmpeg takes no more
        raise NoVideo("its index is damaged")
    for _ in range(number):
        length = _number(data, at)
        if not _HEAD <= length <= len(data) - at:
            raise NoVideo("its index is damaged")
        yield data[at : at + length]
        at += length


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
