"""A fal that fails at random: reads, streams and answers to submits. It counts what it took."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ipyseedance.fal import wire
from ipyseedance.jobs import backoff as patience

from .clip_file import Cuttable
from .fal_double import _cut, tiny_clip
from .loopback import Loopback

READS_FAIL, REFUSED, LOST, STREAMS_CUT = 0.2, 0.1, 0.1, 0.2
JOB_SECONDS = 0.3


class Hostile:
    """`url` is its address; `taken` the inputs it accepted, by request id, each a paid job."""

    def __init__(self, seed: int, *, faults: bool = True) -> None:
        self._faults = faults
        self.taken: dict[str, dict[str, Any]] = {}
        self._begun: dict[str, float] = {}
        self._random = random.Random(seed)
        self._clip = tiny_clip(0.1, 64, 64)
        routes = [
            Route("/v1/models/requests/by-endpoint", self._list),
            Route("/files/clip.mp4", self._file),
            Route("/{app:path}/requests/{id}/status/stream", self._stream),
            Route("/{app:path}/requests/{id}/status", self._status),
            Route("/{app:path}/requests/{id}", self._result),
            Route("/{endpoint:path}", self._submit, methods=["POST"]),
        ]
        self._loopback = Loopback(routes)
        self.url = self._loopback.url

    def close(self) -> None:
        self._loopback.close()

    def _chance(self, share: float) -> bool:
        return self._faults and self._random.random() < share

    async def _fault(self) -> Response | None:
        if not self._chance(READS_FAIL):
            return None
        kind = self._random.random()
        if kind < 0.1:
            await asyncio.sleep(3600)
        if kind < 0.4:
            return _cut()
        return JSONResponse({"detail": "fault"}, self._random.choice([500, 502, 503, 429]))

    async def _submit(self, request: Request) -> Response:
        if self._chance(REFUSED):
            return JSONResponse({"detail": "not now"}, self._random.choice([429, 503]))
        id = str(uuid.uuid4())
        self.taken[id] = await request.json()
        self._begun[id] = time.monotonic()
        if self._chance(LOST):
            return _cut()
        base = f"{self.url}/fal-ai/bytedance/requests/{id}"
        urls = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
        return JSONResponse({"status": "IN_QUEUE", "request_id": id, "queue_position": 0} | urls)

    def _state(self, id: str) -> dict[str, Any]:
        done = time.monotonic() - self._begun[id] > JOB_SECONDS
        return {"status": "COMPLETED" if done else "IN_PROGRESS", "logs": None, "metrics": {}}

    async def _status(self, request: Request) -> Response:
        return await self._fault() or JSONResponse(self._state(request.path_params["id"]))

    async def _stream(self, request: Request) -> Response:
        if fault := await self._fault():
            return fault
        id = request.path_params["id"]
        cut = self._chance(STREAMS_CUT)

        async def events() -> AsyncIterator[bytes]:
            while True:
                state = self._state(id)
                yield b"data: " + json.dumps(state).encode() + b"\n\n"
                if cut:
                    raise ConnectionResetError
                if state["status"] == "COMPLETED":
                    return
                await asyncio.sleep(JOB_SECONDS / 2)

        return Cuttable(events(), media_type="text/event-stream")

    async def _result(self, request: Request) -> Response:
        if fault := await self._fault():
            return fault
        id = request.path_params["id"]
        if self._state(id)["status"] != "COMPLETED":
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        return JSONResponse({"video": {"url": f"{self.url}/files/clip.mp4"}, "seed": self.taken[id]["seed"]})

    async def _list(self, request: Request) -> Response:
        if fault := await self._fault():
            return fault
        known = list(self.taken.items())
        start = int(request.query_params.get("cursor", 0))
        page = [{"request_id": id, "json_input": body} for id, body in known[start : start + 100]]
        more = start + 100 < len(known)
        return JSONResponse({"items": page, "has_more": more, "next_cursor": str(start + 100) if more else None})

    async def _file(self, _request: Request) -> Response:
        return await self._fault() or Response(self._clip, media_type="video/mp4")


@contextlib.contextmanager
def hostile(seed: int, *, faults: bool = True) -> Iterator[Hostile]:
    """A failing server. While it is there nothing is waited for longer than two seconds, which hangs a minute else."""
    kept = wire.LONGEST_ANSWER, wire.LONGEST_SILENCE, patience.LONGEST_WAIT
    wire.LONGEST_ANSWER = wire.LONGEST_SILENCE = patience.LONGEST_WAIT = 2.0
    server = Hostile(seed, faults=faults)
    try:
        yield server
    finally:
        server.close()
        wire.LONGEST_ANSWER, wire.LONGEST_SILENCE, patience.LONGEST_WAIT = kept
