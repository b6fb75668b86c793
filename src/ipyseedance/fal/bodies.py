"""The bodies of answers: unpacked in pieces of a bounded size, counted, and told in lines, not too many at a time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

import httpx

from ..contract.errors import AnswerTooLarge

ACCEPT_ENCODING = "gzip"
"""What is asked for. What knows no gzip comes as it is."""
MOST_BYTES = 8_000_000
"""Bytes, unpacked, of an answer that is no file."""
LONGEST_LINE = 1_000_000
"""Bytes of a line of a stream."""
_PIECE = 1 << 16
_MOST_FOR_NOTHING = 1_000_000
"""Bytes in a row that may unpack to nothing: such a packing need not end."""
_PACE, _AT_ONCE = 0.1, 10
"""Seconds between two readings of a stream, in the long run; so many come without a pause."""
_LONGEST_REST = 2.0
_MOST_TOGETHER = 250_000
"""Bytes of lines that are held until they are read; then the stream is not read on."""


class Unpacker:
    """Takes the packing off a body, in pieces of 64 kB at most: what a few bytes unpack to need not fit in memory.

    Raises:
        httpx.DecodingError: it is packed otherwise than was asked for, or more than once, or damaged.
        AnswerTooLarge: it goes on and on and unpacks to nothing.
    """

    def __init__(self, headers: httpx.Headers) -> None:
        named = ",".join(headers.get_list("content-encoding")).lower().split(",")
        packings = [name.strip() for name in named if name.strip() not in ("", "identity")]
        self._foreign = packings not in ([], ["gzip"], ["x-gzip"], ["deflate"])
        self.packed = bool(packings)
        # 15 is the largest window, and 16 more mean gzip's frame. Deflate should have zlib's; some servers give none.
        self._inflater = zlib.decompressobj(15 if packings == ["deflate"] else 31) if packings else None
        self._may_lack_frame = packings == ["deflate"]
        self._for_nothing = 0

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        """What a piece of the body holds."""
        self._check_known()
        if self._inflater is None:
            yield piece
            return
        self._for_nothing += len(piece)
        while piece and not self._inflater.eof:
            if text := self._inflate(piece):
                self._for_nothing = 0
                yield text
            piece = self._inflater.unconsumed_tail
        if self._for_nothing > _MOST_FOR_NOTHING:
            raise too_large("What an answer with nothing in it is packed in", _MOST_FOR_NOTHING)

    def _check_known(self) -> None:
        # Not before: its head can be read all the same, and may name a request.
        if self._foreign:
            raise httpx.DecodingError("the answer is packed in a way that was not asked for")

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
        self._check_known()
        if self._inflater is not None and not self._inflater.eof:
            raise httpx.DecodingError("the answer is packed and not whole")


async def lines(response: httpx.Response) -> AsyncIterator[list[bytes]]:
    """The lines of a stream as they come, without their ends: those that came together.

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
            if max(map(len, whole), default=0) > LONGEST_LINE:
                raise too_large("A line of the answer", LONGEST_LINE)
            yield [bytes(line.rstrip(b"\r\n")) for line in whole]
        if len(held) > LONGEST_LINE:
            raise too_large("A line of the answer", LONGEST_LINE)
    if held:
        yield [bytes(held)]


async def events(pieces: AsyncIterator[list[bytes]]) -> AsyncGenerator[list[bytes], None]:
    """The data of a stream's events, from its lines: one by one and without delay while they are few.

    Of a stream that floods, those of a tenth of a second come together, and no more is read meanwhile; whoever takes
    long over some has as long before the next.
    """
    clock = asyncio.get_running_loop().time
    due, rested = clock() - _AT_ONCE * _PACE, clock()
    held: list[bytes] = []
    size, coming = 0, None
    try:
        while True:
            if coming is None and size <= _MOST_TOGETHER:
                coming = asyncio.ensure_future(anext(pieces, None))
            left = max(0.0, due - clock(), rested - clock()) if size else None
            if coming is None:
                await asyncio.sleep(left or 0)
            else:
                await asyncio.wait((coming,), timeout=left)
            ended = False
            if coming is not None and coming.done():
                if coming.exception() is not None or (piece := coming.result()) is None:
                    ended = True
                else:
                    held += [line[5:] for line in piece if line.startswith(b"data:")]
                    size += sum(map(len, piece)) + len(piece)
                    coming = None
            if size and (ended or clock() >= max(due, rested)):
                begun, told, held, size = clock(), held, [], 0
                due = max(due, begun - _AT_ONCE * _PACE) + _PACE
                while told:
                    alone = due <= begun
                    yield told[:1] if alone else told
                    told = told[1:] if alone else []
                    due += _PACE if told else 0
                taken = clock() - begun
                rested = clock() + min(taken, _LONGEST_REST)
                due = max(due, clock()) if taken > _PACE else due
            if ended and coming is not None:
                coming.result()
                return
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


def too_large(what: str, most: int) -> AnswerTooLarge:
    return AnswerTooLarge(f"{what} has more than {most / 1e6:g} MB, and was not read on.")
