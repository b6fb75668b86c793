"""A server on loopback that plays fal as a test tells it to, and keeps everything it was sent."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import threading
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .clip_file import Cuttable, Line, clip
from .loopback import Loopback


@dataclass
class Call:
    """One call as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Script:
    """How a job goes. Statuses are told one a reading; "drop" cuts the connection, "hold" waits for `release`."""

    statuses: Sequence[dict[str, Any] | str] = field(default_factory=lambda: [{"status": "COMPLETED"}])
    result: Any = None
    """None: a clip. A (status code, body) pair or (status code, body, headers) triple otherwise."""
    streams: bool | str = True
    """Whether there is a status stream; "silent": one that opens and tells nothing."""
    cancel: Any = (202, {"status": "CANCELLATION_REQUESTED"})
    """A (status code, body) pair, or a list of them, one a call."""


class FalDouble:
    """`url` is its address. `script` rules the next jobs, `submits` what was submitted, `calls` everything."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.script = Script()
        self.on_submit: Any = None
        """None: take it. "drop": take it and cut the answer. "refuse": cut before reading. "hold": wait for `release`
        before it is taken; "hold answer": after. Or (code, body) or
        (code, body, headers): answer so, and take it when `takes`. A body of bytes goes as it is."""
        self.takes = False
        self.id_named = "header"
        """Where such an answer names the id of what was taken: "header", "body" or ""."""
        self.on_upload: Any = None
        """None: give a place for it. "hold": after `release`. Or a list of (code, body) for the next ones."""
        self.release = threading.Event()
        self._releases: dict[str, threading.Event] = {}
        self.clip = clip()
        self.line = Line()
        """How the clip's address gives it."""
        self.clip_answers: list[int] = []
        """Status codes for the next downloads of the clip, before it is given."""
        self.files: dict[str, bytes] = {}
        self.records: bool = False
        """Whether it keeps a list of requests to look lost ones up in."""
        self.outputs = False
        """Whether that list has what came of them too."""
        self.hides = False
        """Whether that list leaves out what is taken from now on."""
        self.list_answer: Any = None
        """What that list answers instead: (code, body)."""
        self._hidden: set[str] = set()
        self.prices: Any = None
        """What the price list answers: rows, "hold" (until `release`), or (code, body). None: there is none (404)."""
        self.models: Any = None
        """The same for the list of endpoints."""
        self.bills: Any = None
        """The same for the billing events."""
        self.news_calls: list[Call] = []
        """The calls to those three lists, which `calls` leaves out: they come when they come."""
        self.jobs: dict[str, Script] = {}
        self.taken: dict[str, Call] = {}
        self._told: dict[str, int] = {}
        routes = [
            Route("/v1/models", self._models),
            Route("/v1/models/pricing", self._pricing),
            Route("/v1/models/billing-events", self._billing),
            Route("/v1/models/requests/by-endpoint", self._list),
            Route("/storage/upload/initiate", self._initiate, methods=["POST"]),
            Route("/files/{name:path}", self._file, methods=["GET", "PUT"]),
            Route("/{app:path}/requests/{id}/status/stream", self._stream),
            Route("/{app:path}/requests/{id}/status", self._status),
            Route("/{app:path}/requests/{id}/cancel", self._cancel, methods=["PUT"]),
            Route("/{app:path}/requests/{id}", self._result),
            Route("/{endpoint:path}", self._submit, methods=["POST"]),
        ]
        self._loopback = Loopback(routes)
        self.url = self._loopback.url

    def close(self) -> None:
        self.release.set()
        self._loopback.close()

    @property
    def submits(self) -> list[Call]:
        return [c for c in self.calls if c.method == "POST" and not c.path.startswith("/storage")]

    @property
    def uploads(self) -> list[Call]:
        """Each asking for a place to upload to."""
        return [c for c in self.calls if c.path.startswith("/storage")]

    def add_picture(self, data: bytes) -> str:
        """Serve those bytes; returns the address."""
        name = f"{uuid.uuid4().hex}.png"
        self.files[name] = data
        return f"{self.url}/files/{name}"

    async def _keep(self, request: Request, calls: list[Call] | None = None) -> Call:
        call = Call(
            request.method, request.url.path, dict(request.query_params), dict(request.headers), await request.body()
        )
        (self.calls if calls is None else calls).append(call)
        return call

    async def _submit(self, request: Request) -> Response:
        await self._keep(request)
        on_submit = self.on_submit
        if isinstance(on_submit, tuple) and not self.takes:
            return _said(*on_submit)
        if on_submit == "hold":
            await asyncio.to_thread(self.release.wait)
            if isinstance(self.on_submit, tuple):
                return _said(*self.on_submit)
        id = str(uuid.uuid4())
        self.jobs[id] = self.script
        self._releases[id] = self.release
        self.taken[id] = self.submits[-1]
        if self.hides:
            self._hidden.add(id)
        if on_submit == "drop":
            return _cut()
        if isinstance(on_submit, tuple):
            code, body, *rest = on_submit
            headers = dict(rest[0] if rest else {}) | ({"x-fal-request-id": id} if self.id_named == "header" else {})
            if self.id_named == "body":
                body = body.replace(b"ID", id.encode()) if isinstance(body, bytes) else body | {"request_id": id}
            return _said(code, body, headers)
        if on_submit == "hold answer":
            await asyncio.to_thread(self.release.wait)
        base = f"{self.url}/{'/'.join(request.path_params['endpoint'].split('/')[:2])}/requests/{id}"
        return JSONResponse(
            {
                "status": "IN_QUEUE",
                "request_id": id,
                "response_url": base,
                "status_url": f"{base}/status",
                "cancel_url": f"{base}/cancel",
                "queue_position": 0,
            }
        )

    async def _next(self, id: str) -> dict[str, Any] | str:
        script, told = self.jobs[id], self._told.get(id, 0)
        self._told[id] = told + 1
        state = script.statuses[min(told, len(script.statuses) - 1)]
        if state == "hold":
            # That of its submit: a test may hold what comes later by another one.
            await asyncio.to_thread(self._releases.get(id, self.release).wait)
            return await self._next(id)
        return state

    async def _status(self, request: Request) -> Response:
        await self._keep(request)
        id = request.path_params["id"]
        if id not in self.jobs:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        state = await self._next(id)
        if isinstance(state, str):
            return _cut()
        return JSONResponse(state.get("body", state), state.get("code", 200))

    async def _stream(self, request: Request) -> Response:
        await self._keep(request)
        id = request.path_params["id"]
        if id not in self.jobs or not self.jobs[id].streams:
            return JSONResponse({"detail": "no stream"}, 404)

        async def events() -> AsyncIterator[bytes]:
            yield b": ping\n\n"
            if self.jobs[id].streams == "silent":
                await asyncio.to_thread(self.release.wait)
            while True:
                state = await self._next(id)
                if isinstance(state, str):
                    raise ConnectionResetError(state)
                yield b"data: " + json.dumps(state).encode() + b"\n\n"
                if state["status"] == "COMPLETED":
                    return

        return Cuttable(events(), media_type="text/event-stream")

    async def _result(self, request: Request) -> Response:
        await self._keep(request)
        id = request.path_params["id"]
        if id not in self.jobs:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        result = self.jobs[id].result
        if isinstance(result, list):
            result = result.pop(0) if len(result) > 1 else result[0]
        if result is not None:
            code, body, *headers = result
            return JSONResponse(body, code, headers=headers[0] if headers else None)
        return JSONResponse(self._answer(), headers={"x-fal-billable-units": "0.108"})

    def _answer(self) -> dict[str, Any]:
        return {"video": {"url": f"{self.url}/files/clip.mp4"}, "seed": 42}

    async def _cancel(self, request: Request) -> Response:
        await self._keep(request)
        cancel = self.jobs[request.path_params["id"]].cancel
        code, body = cancel.pop(0) if isinstance(cancel, list) else cancel
        return JSONResponse(body, code)

    async def _list(self, request: Request) -> Response:
        await self._keep(request)
        if self.list_answer is not None:
            return _said(*self.list_answer)
        if not self.records:
            return JSONResponse({"error": {"type": "not_found"}}, 404)
        endpoint = "/" + request.query_params["endpoint_id"]
        known = [(id, call) for id, call in self.taken.items() if call.path == endpoint and id not in self._hidden]
        if wanted := request.query_params.get("request_id"):
            known = [(id, call) for id, call in known if id == wanted]
        start = int(request.query_params.get("cursor", 0))
        output = {"json_output": self._answer()} if self.outputs else {}
        page = [{"request_id": id, "json_input": call.json} | output for id, call in known[start : start + 2]]
        more = start + 2 < len(known)
        return JSONResponse({"items": page, "has_more": more, "next_cursor": str(start + 2) if more else None})

    async def _pricing(self, request: Request) -> Response:
        return await self._tell_news(request, "prices", self.prices)

    async def _models(self, request: Request) -> Response:
        return await self._tell_news(request, "models", self.models)

    async def _billing(self, request: Request) -> Response:
        return await self._tell_news(request, "billing_events", self.bills, by="request_id")

    async def _tell_news(self, request: Request, name: str, told: Any, by: str = "endpoint_id") -> Response:
        await self._keep(request, self.news_calls)
        if told is None:
            return JSONResponse({"error": {"type": "not_found"}}, 404)
        if isinstance(told, tuple):
            code, body = told
            return JSONResponse(body, code)
        if told == "hold":
            await asyncio.to_thread(self.release.wait)
            told = []
        wanted = request.query_params.getlist(by)
        rows = [row for row in told if row[by] in wanted]
        start = int(request.query_params.get("cursor", 0))
        more = start + 1 < len(rows)
        return JSONResponse(
            {name: rows[start : start + 1], "has_more": more, "next_cursor": str(start + 1) if more else None}
        )

    async def _initiate(self, request: Request) -> Response:
        await self._keep(request)
        if self.on_upload == "hold":
            await asyncio.to_thread(self.release.wait)
        elif self.on_upload:
            return _said(*self.on_upload.pop(0))
        name = uuid.uuid4().hex
        return JSONResponse({"upload_url": f"{self.url}/files/{name}", "file_url": f"{self.url}/files/{name}"})

    async def _file(self, request: Request) -> Response:
        call = await self._keep(request)
        name = request.path_params["name"]
        if request.method == "PUT":
            self.files[name] = call.body
            return Response()
        if name == "clip.mp4":
            code = self.clip_answers.pop(0) if self.clip_answers else 200
            return self.line.answer(request, self.clip) if code == 200 else Response("no", code)
        return Response(self.files[name]) if name in self.files else Response("none", 404)


def _said(code: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(body, code, headers) if isinstance(body, bytes) else JSONResponse(body, code, headers)


def _cut() -> Response:
    """An answer whose connection closes before a byte of it is whole."""

    async def nothing() -> AsyncIterator[bytes]:
        raise ConnectionResetError
        yield b""

    return Cuttable(nothing(), headers={"content-length": "100"})


def tiny_clip(seconds: float = 0.5, width: int = 320, height: int = 240) -> bytes:
    """A real MP4 of moving grey."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(int(seconds * 24)):
            picture = np.full((height, width, 3), 8 * n % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


@contextlib.contextmanager
def serving() -> Iterator[FalDouble]:
    double = FalDouble()
    try:
        yield double
    finally:
        double.close()
