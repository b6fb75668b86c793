"""Requests that were made elsewhere: how they begin here, and what they asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..contract import catalog
from ..contract.endpoint import Endpoint
from ..contract.errors import InvalidRequest, Problem, SeedanceError
from ..doors.addresses import is_request_id
from ..fal.platform import NoRecords
from ..store.record import Record, columns_asked, now
from ..store.statuses import IN_QUEUE
from .connection import Connection
from .job import Job
from .recorder import Recorder

ELSEWHERE = "elsewhere"
"""The `cost_source` of a request that somebody else paid, or this account outside the project."""


def record_of_import(request_id: object, endpoint: object, *, server: str, owner: str) -> Record:
    """The record an imported request begins with: what it asked for is not known yet.

    Raises:
        InvalidRequest: there is no such endpoint, or the id is none.
    """
    shown = repr(request_id)[:80]
    if not isinstance(request_id, str) or not is_request_id(request_id.strip()):
        allowed = "give the id of a request, letters, digits and hyphens, as fal.ai/dashboard/requests shows it"
        raise InvalidRequest([Problem("request_id", shown, f"{shown} is not allowed; {allowed}")])
    known = [e.id for e in catalog.ENDPOINTS]
    if not isinstance(endpoint, str) or endpoint not in known:
        shown = repr(endpoint)[:80]
        raise InvalidRequest([Problem("endpoint", shown, f"{shown} is not allowed; give one of {', '.join(known)}")])
    return Record(
        created_at=now(),
        server=server,
        free=False,
        owner=owner,
        endpoint=endpoint,
        request={},
        estimate=0.0,
        status=IN_QUEUE,
        request_id=request_id.strip(),
        cost=0.0,
        cost_source=ELSEWHERE,
    )


async def learn_request(job: Job, connection: Connection, recorder: Recorder) -> None:
    """Read what an imported request asked for, where the account's list of requests tells it."""
    platform = (await connection.open()).platform
    endpoint = catalog.known(job.record.endpoint)
    if endpoint is None:
        return
    try:
        found = await platform.find(endpoint.id, job.request_id or "")
        asked = (found or {}).get("json_input")
        if isinstance(asked, dict):
            fields = {name: asked[name] for name in endpoint.request.model_fields if name in asked}
            # A picture may be anything to `Frame`, also a path: of this machine, which an answer must not name.
            if not all(map(_is_named_outside, _given(endpoint, fields))):
                return
            request = endpoint.request(**fields)
            columns = columns_asked(endpoint.id, request.record())
            estimate = connection.prices.known(request)
            await recorder.write(job, request=request.record(), estimate=estimate or 0.0, **columns)
    except (NoRecords, SeedanceError):
        pass  # the clip is what matters, and needs none of it


def _given(endpoint: Endpoint, fields: dict[str, Any]) -> Iterator[object]:
    """What a request's media fields hold, one by one."""
    for name in endpoint.request.roles().media:
        value = fields.get(name)
        yield from value if isinstance(value, list) else (value,)


def _is_named_outside(picture: object) -> bool:
    return picture is None or (isinstance(picture, str) and picture.startswith(("https://", "http://", "data:")))
