"""The address of a clip, as the tests tell it to be: in ranges, over a line that is cut, changed under way."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import av
import numpy as np
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse


@dataclass
class Line:
    """How the address answers. By default with all that is asked for, ranges too, and no word on the file's version."""

    gives: list[int] = field(default_factory=list)
    """How many bytes the next answers give before they are cut."""
    answers: list[Response | None] = field(default_factory=list)
    """What is answered next instead; None for what the line gives."""
    ranges: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    """An ETag, or what else goes along."""
    seconds: float = 0
    """How long an answer takes."""
    open: int = 0
    most_open: int = 0
    """The most answers that were given at a time."""
    ports: set[int] = field(default_factory=set)
    """The ports of the connections that came."""

    def answer(self, request: Request, data: bytes) -> Response:
        if request.client:
            self.ports.add(request.client.port)
        if self.answers and (instead := self.answers.pop(0)) is not None:
            return instead
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        held = request.headers.get("if-range")
        first = int(asked[1]) if asked and self.ranges and held in (None, *self.headers.values()) else 0
        if first >= len(data):
            return Response(status_code=416, headers={"content-range": f"bytes */{len(data)}"})
        rest = data[first:]
        headers = {"content-length": str(len(rest))} | self.headers
        if first:
            headers["content-range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        return Cuttable(self._body(rest), 206 if first else 200, headers, media_type="video/mp4")

    async def _body(self, rest: bytes) -> AsyncIterator[bytes]:
        given = self.gives.pop(0) if self.gives else len(rest)
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            yield rest[:given]
            await asyncio.sleep(self.seconds)
        finally:
            self.open -= 1
        if given < len(rest):
            raise ConnectionResetError


class Cuttable(StreamingResponse):
    """A response whose line a ConnectionResetError cuts."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with contextlib.suppress(ConnectionResetError):
            await super().__call__(scope, receive, send)


@cache
def clip(width: int = 1280, height: int = 720, seconds: float = 5, *, audio: bool = True, noise: int = 0) -> bytes:
    """A real MP4 at 24 fps: of grey, which is small and quick, or of noise from a seed; silent sound."""
    out = io.BytesIO()
    rng = np.random.default_rng(noise)
    with av.open(out, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=48000, layout="stereo") if audio else None
        frame = av.VideoFrame(width, height, "yuv420p")
        for n in range(int(seconds * 24)):
            for plane in frame.planes:
                size = plane.buffer_size
                plane.update(rng.bytes(size) if noise else bytes([128]) * size)
            frame.pts = n
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if sound is not None:
            for n in range(int(seconds * 48000 / 1024)):
                silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
                silence.rate, silence.pts = 48000, n * 1024
                container.mux(sound.encode(silence))
            container.mux(sound.encode())
    return out.getvalue()
