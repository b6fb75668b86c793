"""A fal that makes every job take the same time, in a process of its own, and notes when each was asked about.

`python -m tests.bench.job_server SECONDS RUNNERS` prints its address and serves until its input closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.wire.fal_double import tiny_clip

KEEP_ALIVE = 15.0


@dataclass
class Job:
    """One request: its state, and when it was done and first asked for its result (seconds)."""

    status: str = "IN_QUEUE"
    requests: int = 1
    done_at: float = 0.0
    asked_at: float = 0.0
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class JobServer:
    """Takes any submit; `runners` jobs run at a time, each for `seconds`."""

    def __init__(self, seconds: float, runners: int) -> None:
        self._seconds = seconds
        self._free = runners
        self._jobs: dict[str, Job] = {}
        self._line: deque[str] = deque()
        self._begun = 0
        self._place: dict[str, int] = {}
        self._numbers = itertools.count()
        self._clip = tiny_clip(0.1, 64, 64)
        self.app = Starlette(
            routes=[
                Route("/report", self._report),
                Route("/files/clip.mp4", self._file),
                Route("/{app:path}/requests/{id}/status/stream", self._stream),
                Route("/{app:path}/requests/{id}/status", self._status),
                Route("/{app:path}/requests/{id}", self._result),
                Route("/{endpoint:path}", self._submit, methods=["POST"]),
            ]
        )

    async def _submit(self, request: Request) -> Response:
        await request.body()
        number = next(self._numbers)
        id = f"{number:08d}"
        self._jobs[id] = Job()
        self._place[id] = number
        self._line.append(id)
        self._begin()
        base = f"{request.base_url}fal-ai/bytedance/requests/{id}"
        urls = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
        return JSONResponse({"status": "IN_QUEUE", "request_id": id, "queue_position": 0} | urls)

    def _begin(self) -> None:
        while self._free and self._line:
            self._free -= 1
            self._begun += 1
            id = self._line.popleft()
            self._move(self._jobs[id], "IN_PROGRESS")
            asyncio.get_running_loop().call_later(self._seconds, self._end, id)

    def _end(self, id: str) -> None:
        self._jobs[id].done_at = time.time()
        self._move(self._jobs[id], "COMPLETED")
        self._free += 1
        self._begin()

    @staticmethod
    def _move(job: Job, status: str) -> None:
        job.status = status
        job.moved.set()
        job.moved = asyncio.Event()

    def _state(self, id: str) -> dict[str, Any]:
        job = self._jobs[id]
        state: dict[str, Any] = {"status": job.status, "request_id": id, "logs": None, "metrics": {}}
        if job.status == "IN_QUEUE":
            state["queue_position"] = max(self._place[id] - self._begun, 0)
        return state

    def _asked(self, request: Request) -> str:
        id = str(request.path_params["id"])
        self._jobs[id].requests += 1
        return id

    async def _status(self, request: Request) -> Response:
        id = self._asked(request)
        return JSONResponse(self._state(id), 200 if self._jobs[id].status == "COMPLETED" else 202)

    async def _stream(self, request: Request) -> Response:
        id = self._asked(request)
        job = self._jobs[id]

        async def events() -> AsyncIterator[bytes]:
            while True:
                moved = job.moved
                yield b"data: " + json.dumps(self._state(id)).encode() + b"\n\n"
                if job.status == "COMPLETED":
                    return
                while not moved.is_set():
                    try:
                        await asyncio.wait_for(moved.wait(), KEEP_ALIVE)
                    except TimeoutError:
                        yield b": ping\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    async def _result(self, request: Request) -> Response:
        id = self._asked(request)
        job = self._jobs[id]
        if job.status != "COMPLETED":
            return JSONResponse({"detail": "Request is still in progress"}, 400)
        job.asked_at = job.asked_at or time.time()
        return JSONResponse({"video": {"url": f"{request.base_url}files/clip.mp4"}, "seed": 1})

    async def _file(self, _request: Request) -> Response:
        return Response(self._clip, media_type="video/mp4")

    async def _report(self, _request: Request) -> Response:
        return JSONResponse([[job.requests, job.asked_at - job.done_at] for job in self._jobs.values()])


@contextlib.contextmanager
def serving(seconds: float, runners: int = 1_000_000) -> Iterator[str]:
    """A job server's address."""
    command = [sys.executable, "-m", "tests.bench.job_server", str(seconds), str(runners)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def report(url: str) -> list[tuple[int, float]]:
    """For each job the requests made for it and the seconds from its end to the first request for its result."""
    return [tuple(row) for row in httpx.get(f"{url}/report", timeout=60).json()]


def main(seconds: float, runners: int) -> None:
    config = uvicorn.Config(JobServer(seconds, runners).app, port=0, log_level="critical", lifespan="off", backlog=4096)
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.005)
    print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
