"""The bodies of answers: unpacked in pieces of a bounded size, counted, and told in lines."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from ..contract.errors import AnswerTooLarge

ACCEPTED = "gzip"
"""What is asked for. What knows no gzip comes as it is."""
MOST_BYTES = 8_000_000
"""Bytes, unpacked, of an answer that is no file."""
LONGEST_LINE = 1_000_000
"""Bytes of a line of a stream."""
_PIECE = 1 << 16


class Unpacking:
    """Takes the packing off a body, in pieces of 64 kB at most: what a few bytes unpack to need not fit in memory.

    Raises:
        httpx.DecodingError: it is packed otherwise than was asked for, or more than once, or damaged.
    """

    def __init__(self, headers: httpx.Headers) -> None:
        named = ",".join(headers.get_list("content-encoding")).lower().split(",")
        packings = [name.strip() for name in named if name.strip() not in ("", "identity")]
        if packings not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
            raise httpx.DecodingError("the answer is packed in a way that was not asked for")
        self.packed = bool(packings)
        # 15 is the largest window, and 16 more mean gzip's frame. Deflate should have zlib's; some servers give none.
        self._inflater = zlib.decompressobj(15 if packings == ["deflate"] else 31) if packings else None
        self._may_lack_frame = packings == ["deflate"]

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        """What a piece of the body holds."""
        if self._inflater is None:
            yield piece
            return
        while piece and not self._inflater.eof:
            if text := self._inflate(piece):
                yield text
            piece = self._inflater.unconsumed_tail

    def _inflate(self, piece: bytes) -> bytes:
        assert self._inflater is not None  # noqa: S101 - for the type checker: `unpack` has looked
        unframed, self._may_lack_frame = self._may_lack_frame, False
        failed = False
        try:
            return self._inflater.decompress(piece, _PIECE)
        except zlib.error:
            failed = True
        if failed and unframed:
            self._inflater = zlib.decompressobj(-15)
            return self._inflate(piece)
        raise httpx.DecodingError("the answer is packed and damaged")

    def finish(self) -> None:
        """Raise DecodingError where the end is missing."""
        if self._inflater is not None and not self._inflater.eof:
            raise httpx.DecodingError("the answer is packed and not whole")


async def lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """The lines of a stream as they come, without their ends.

    Raises:
        AnswerTooLarge: one has more than LONGEST_LINE bytes.
    """
    held = bytearray()
    async for chunk in response.aiter_bytes():
        held += chunk
        if b"\n" in chunk or b"\r" in chunk:
            *whole, rest = held.splitlines(keepends=True)
            if rest.endswith((b"\n", b"\r")):
                whole, rest = [*whole, rest], bytearray()
            held = rest
            for line in whole:
                if len(line) > LONGEST_LINE:
                    raise too_large("A line of the answer", LONGEST_LINE)
                yield bytes(line.rstrip(b"\r\n"))
        if len(held) > LONGEST_LINE:
            raise too_large("A line of the answer", LONGEST_LINE)
    if held:
        yield bytes(held)


def too_large(what: str, most: int) -> AnswerTooLarge:
    return AnswerTooLarge(f"{what} has more than {most / 1e6:g} MB, and was not read on.")
