"""The calls of fal's platform that are about models: the list, prices, and the account's requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from ..contract.catalog import ENDPOINTS
from ..contract.endpoint import Endpoint
from .bodies import Bodies, Json, base_url
from .job import Job
from .jobs import JobQueue
from .schemas import endpoint_document

_T = TypeVar("_T")
_NO_DAY = "2026-01-01"
"""For an endpoint whose price nobody has read."""
_MOST_IDS = 50
_MOST_ITEMS = 100
_DAY = 86_400.0
_STATUSES: dict[str, Callable[[int], bool]] = {
    "success": lambda code: code < 400,
    "user_error": lambda code: 400 <= code < 500,
    "error": lambda code: code >= 500,
}


class _Wrong(Exception):
    """A parameter that is not allowed; the text says which."""


class PlatformApi:
    """Handlers of the routes under /v1."""

    def __init__(self, jobs: JobQueue, bodies: Bodies) -> None:
        self._jobs = jobs
        self._bodies = bodies

    async def get(self, request: Request) -> Response:
        """Models, their prices, or the account's requests."""
        reading = {"models": _models, "models/pricing": _prices, "models/requests/by-endpoint": self._requests}
        read = reading.get(request.path_params["path"].strip("/"))
        if read is None:
            return _unknown(request)
        try:
            return Json(read(request))
        except _Wrong as wrong:
            return _error(400, "validation_error", str(wrong))

    async def post(self, request: Request) -> Response:
        """What so many units of an endpoint cost."""
        if request.path_params["path"].strip("/") != "models/pricing/estimate":
            return _unknown(request)
        body, _ = await self._bodies.read_json(request)
        try:
            return Json(_estimate(body))
        except _Wrong as wrong:
            return _error(400, "validation_error", str(wrong))

    def _requests(self, request: Request) -> dict[str, Any]:
        query = request.query_params
        endpoint, id = query.get("endpoint_id"), query.get("request_id")
        if endpoint is None:
            raise _Wrong("endpoint_id is required")
        start, end = _time(query.get("start")), _time(query.get("end"))
        if start is None and id is None:
            start = datetime.now(UTC).timestamp() - _DAY
        wanted = query.get("status")
        if wanted is not None and wanted not in _STATUSES:
            raise _Wrong(f"status is not one of {', '.join(_STATUSES)}")
        found = [
            job
            for job in self._jobs.all()
            if job.started is not None
            and job.endpoint.id == endpoint
            and id in (None, job.id)
            and (start is None or job.submitted >= start)
            and (end is None or job.submitted <= end)
            and (wanted is None or (job.answer is not None and _STATUSES[wanted](job.answer.code)))
        ]
        order = query.get("sort_by", "ended_at")
        if order not in ("ended_at", "duration"):
            raise _Wrong("sort_by is neither ended_at nor duration")

        # One that is still running ends after all the others.
        def latest(job: Job) -> tuple[float, int]:
            return job.ended or float("inf"), job.number

        found.sort(key=latest if order == "ended_at" else lambda job: _duration(job) or 0.0, reverse=True)
        base = base_url(request) if "payloads" in query.getlist("expand") else None
        page, after = _page(found, request, lambda job: job.id)
        return {"items": [_item(job, base) for job in page], "next_cursor": after, "has_more": after is not None}


def _models(request: Request) -> dict[str, Any]:
    query = request.query_params
    known = _asked(request) if "endpoint_id" in query else list(ENDPOINTS)
    words = query.get("q", "").lower().split()
    known = [e for e in known if all(word in f"{e.id} {e.model} {e.title}".lower() for word in words)]
    if query.get("status", "active") != "active":
        known = []
    if query.get("category") is not None:
        known = [e for e in known if _category(e) == query["category"]]
    page, after = _page(known, request, lambda e: e.id)
    whole = "openapi-3.0" in query.getlist("expand")
    models = [_model(e) | ({"openapi": endpoint_document(e)} if whole else {}) for e in page]
    return {"models": models, "next_cursor": after, "has_more": after is not None}


def _model(endpoint: Endpoint) -> dict[str, Any]:
    about = {
        "display_name": f"{endpoint.model} {endpoint.title}",
        "category": _category(endpoint),
        "description": "Drawn by the offline engine.",
        "status": "active",
        "tags": [],
        "updated_at": f"{endpoint.price.as_of if endpoint.price else _NO_DAY}T00:00:00Z",
        "model_url": f"https://fal.run/{endpoint.id}",
    }
    return {"endpoint_id": endpoint.id, "metadata": about}


def _category(endpoint: Endpoint) -> str:
    return endpoint.id.rpartition("/")[2]


def _prices(request: Request) -> dict[str, Any]:
    if "endpoint_id" not in request.query_params:
        raise _Wrong("endpoint_id is required")
    prices = [
        {"endpoint_id": e.id, "unit_price": price.dollars_a_unit, "unit": price.unit, "currency": "USD"}
        for e in _asked(request)
        if (price := e.price) is not None
    ]
    return {"prices": prices, "next_cursor": None, "has_more": False}


def _estimate(body: dict[str, Any]) -> dict[str, Any]:
    kind, asked = body.get("estimate_type"), body.get("endpoints")
    quantity = {"unit_price": "unit_quantity", "historical_api_price": "call_quantity"}.get(str(kind))
    if quantity is None:
        raise _Wrong("estimate_type is neither unit_price nor historical_api_price")
    if not isinstance(asked, dict) or not 0 < len(asked) <= _MOST_IDS:
        raise _Wrong(f"endpoints must name 1 to {_MOST_IDS} endpoints")
    known = {e.id: e for e in ENDPOINTS}
    total = 0.0
    for id, wanted in asked.items():
        number = wanted.get(quantity) if isinstance(wanted, dict) else None
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number <= 1e9:
            raise _Wrong(f"endpoints[{id[:100]!r}].{quantity} must be a number above 0, 1e9 at most")
        if id not in known:
            raise _Wrong(f"there is no endpoint {id[:100]!r}")
        endpoint = known[id]
        if endpoint.price is not None:
            price = endpoint.price
            usual = price.dollars_a_unit if quantity == "unit_quantity" else price.dollars(endpoint.usual)
            total += number * (usual or 0.0)
    return {"estimate_type": kind, "total_cost": round(total, 9), "currency": "USD"}


def _asked(request: Request) -> list[Endpoint]:
    """The endpoints a query names; those that are not known are absent."""
    ids = request.query_params.getlist("endpoint_id")
    if len(ids) > _MOST_IDS:
        raise _Wrong(f"endpoint_id may be given {_MOST_IDS} times at most")
    return [e for e in ENDPOINTS if e.id in ids]


def _page(found: list[_T], request: Request, id_of: Callable[[_T], str]) -> tuple[list[_T], str | None]:
    """The part of the list a query asks for, and the cursor of the next."""
    said, cursor = request.query_params.get("limit", str(_MOST_ITEMS)), request.query_params.get("cursor")
    limit = int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else 0
    if not 1 <= limit <= _MOST_ITEMS:
        raise _Wrong(f"limit is not from 1 to {_MOST_ITEMS}")
    first = 0
    if cursor is not None:
        places = [n for n, item in enumerate(found) if id_of(item) == cursor]
        if not places:
            raise _Wrong("cursor is none that was given here")
        first = places[0] + 1
    page = found[first : first + limit]
    return page, id_of(page[-1]) if first + limit < len(found) else None


def _item(job: Job, base: str | None) -> dict[str, Any]:
    item = {
        "request_id": job.id,
        "endpoint_id": job.endpoint.id,
        "sent_at": _stamp(job.submitted),
        "started_at": _stamp(job.started),
        "ended_at": _stamp(job.ended),
        "status_code": job.answer.code if job.answer else None,
        "duration": _duration(job),
    }
    if base is None:
        return item
    output = job.answer.at(base) if job.answer is not None and job.wishes.keep_input else None
    return item | {"json_input": json.loads(job.input) if job.shows_input else None, "json_output": output}


def _duration(job: Job) -> float | None:
    return job.ended - job.started if job.ended is not None and job.started is not None else None


def _stamp(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(said: str | None) -> float | None:
    if said is None:
        return None
    try:
        time = datetime.fromisoformat(said)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise _Wrong(f"{said[:50]!r} is not a time as ISO 8601 writes it") from None


def _unknown(request: Request) -> Response:
    return _error(404, "not_found", f"The offline engine has no platform API at {request.url.path[:200]}.")


def _error(code: int, type: str, message: str) -> Response:
    return Json({"error": {"type": type, "message": message}}, code)
