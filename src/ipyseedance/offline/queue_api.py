"""fal's queue protocol: submit, status, status stream, result, cancel; and fal's direct run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ..contract.catalog import known
from .bodies import BUSY, Bodies, Json, Refused, base_url
from .connections import hang_up
from .faults import Faults
from .job import COMPLETED, IN_QUEUE, Job
from .jobs import Full, JobQueue
from .submit_options import wishes
from .webhooks import Webhooks

KEEP_ALIVE_SECONDS = 15.0
POSITION_SECONDS = 1.0
"""How often a stream looks whether its job has moved up: telling all of them at every move would stop everybody."""
_CANCEL_CODES = {"OK": 200, "CANCELLATION_REQUESTED": 202, "ALREADY_COMPLETED": 400}


@dataclass(frozen=True)
class _Target:
    """A job and what is asked of it, as a path named them."""

    job: Job
    action: str


class QueueApi:
    """Handlers of the queue's routes."""

    def __init__(self, jobs: JobQueue, bodies: Bodies, faults: Faults, webhooks: Webhooks) -> None:
        self._jobs = jobs
        self._bodies = bodies
        self._faults = faults
        self._webhooks = webhooks

    async def post(self, request: Request) -> Response:
        """Submit: the body is the model's input, and is checked when its turn comes."""
        job = await self._submit(request)
        if self._faults.loses_answer():
            await hang_up(request)
        return _json(job, self._state(job, request) | {"queue_position": self._jobs.position(job)})

    async def run(self, request: Request) -> Response:
        """Submit and answer with the result, as fal does at another host. A caller who hangs up cancels."""
        job = await self._submit(request)
        done, gone = asyncio.ensure_future(job.completed()), asyncio.ensure_future(_wait_for_disconnect(request))
        await asyncio.wait((done, gone), return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not done.done():
            done.cancel()
            await self._jobs.cancel(job)
            return Response(status_code=499)
        return self._result(job, request)

    async def _submit(self, request: Request) -> Job:
        id = request.path_params["path"].strip("/")
        target = known(id)
        if target is None:
            raise Refused(404, f"Application {id[:100]!r} not found")
        asked = wishes(request)
        if asked.webhook is not None:
            self._webhooks.check(asked.webhook)
        _, data = await self._bodies.read_json(request)
        try:
            return await self._jobs.submit(target, data, base_url(request), asked)
        except Full as error:
            raise Refused(429, str(error), BUSY) from None

    async def get(self, request: Request) -> Response:
        """Status, status stream or result."""
        target = self._target(request)
        if target is None:
            return _unknown_response()
        job = target.job
        if target.action == "status":
            return _json(job, self._status(job, request, since=0), 200 if job.status == COMPLETED else 202)
        if target.action == "status/stream":
            events = self._events(job, request)
            return StreamingResponse(events, media_type="text/event-stream", headers=_headers(job))
        if target.action in ("", "response"):
            return self._result(job, request)
        return _unknown_response()

    async def put(self, request: Request) -> Response:
        """Cancel."""
        target = self._target(request)
        if target is None or target.action != "cancel":
            return _unknown_response()
        outcome = await self._jobs.cancel(target.job)
        return _json(target.job, {"status": outcome}, _CANCEL_CODES[outcome])

    def _result(self, job: Job, request: Request) -> Response:
        if job.answer is None:
            return _json(job, {"detail": "Request is still in progress"}, 400)
        return _json(job, job.answer.at(base_url(request)), job.answer.code, job.answer.headers)

    def _target(self, request: Request) -> _Target | None:
        # From the right: an endpoint's own path is free to hold the word.
        path, found, rest = request.path_params["path"].strip("/").rpartition("/requests/")
        id, _, action = rest.partition("/")
        job = self._jobs.find(id) if found else None
        if job is None or path not in (job.endpoint.app, job.endpoint.id):
            return None
        return _Target(job, action)

    def _state(self, job: Job, request: Request) -> dict[str, Any]:
        url = f"{base_url(request)}/{job.endpoint.app}/requests/{job.id}"
        return {
            "status": job.status,
            "request_id": job.id,
            "response_url": url,
            "status_url": f"{url}/status",
            "cancel_url": f"{url}/cancel",
            "logs": None,
            "metrics": {},
        }

    def _status(self, job: Job, request: Request, since: int) -> dict[str, Any]:
        state = self._state(job, request)
        if request.query_params.get("logs", "").lower() in ("1", "true"):
            state["logs"] = job.logs[since:]
        if state["status"] == IN_QUEUE:
            state["queue_position"] = self._jobs.position(job)
        if state["status"] == COMPLETED and job.answer is not None:
            state["metrics"] = {"inference_time": job.inference_seconds}
            if "error_type" in job.answer.body:
                state |= {"error": job.answer.body["detail"], "error_type": job.answer.body["error_type"]}
        return state

    async def _events(self, job: Job, request: Request) -> AsyncIterator[str]:
        shown: dict[str, Any] = {}
        seen, told = 0, time.monotonic()
        while True:
            change = job.change
            state = self._status(job, request, since=seen)
            if state.get("logs") or {**state, "logs": None} != {**shown, "logs": None}:
                yield f"data: {json.dumps(state)}\n\n"
                shown, told = state, time.monotonic()
                seen += len(state["logs"] or ())
            if state["status"] == COMPLETED:
                return
            # Not by how long it waited: a job at work wakes this all the time with what is not told.
            if time.monotonic() - told >= KEEP_ALIVE_SECONDS:
                yield ": keep-alive\n\n"
                told = time.monotonic()
            patience = told + KEEP_ALIVE_SECONDS - time.monotonic()
            if state["status"] == IN_QUEUE:
                patience = min(patience, POSITION_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), patience)


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _headers(job: Job, more: dict[str, str] | None = None) -> dict[str, str]:
    return {"x-fal-request-id": job.id, "cache-control": "no-store"} | (more or {})


def _json(job: Job, body: dict[str, Any], code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Json(body, code, _headers(job, headers))


def _unknown_response() -> Response:
    return Json({"status": "NOT_FOUND"}, 404)
