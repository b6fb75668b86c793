"""Chosen clips asked for once more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from ..jobs.job import Job
from .axes import REPEAT
from .cells import Cell
from .promote import request_again
from .sweep import Sweep


def repeat(jobs: Sequence[Job], *, new_seeds: bool) -> Sweep:
    """The sweep that asks for those clips once more. Nothing is sent until it is run with `again=True`.

    Its axes are the fields in which the requests differ; with `repeat` where some do not differ at all.

    Args:
        jobs: what to ask for again.
        new_seeds: with other seeds, chosen now; otherwise with the same, and what then differs is the model's noise.

    Raises:
        InvalidRequest: there is none, or what was asked for one of them is not known, or not in the project any more.
    """
    requests = [_with_new_seed(request_again(job)) if new_seeds else request_again(job) for job in jobs]
    if not requests:
        raise InvalidRequest([Problem("chosen", "", "no clip was chosen")])
    records = [request.record() for request in requests]
    names = dict.fromkeys(name for record in records for name in record)
    varied = [name for name in names if len({json.dumps(record.get(name)) for record in records}) > 1]
    varied = varied or list(requests[0].roles().names_of(Role.SEED))
    cells, times = [], Counter[str]()
    alike = len({request.meaning() for request in requests}) < len(records)
    for request, record in zip(requests, records, strict=True):
        text = request.meaning()
        times[text] += 1
        axes = {name: _text(record.get(name)) for name in varied}
        cells.append(Cell(axes | ({REPEAT: str(times[text])} if alike else {}), request))
    return Sweep.of(requests[0], cells, "")


def _with_new_seed(request: VideoRequest) -> VideoRequest:
    name = request.roles().name_of(Role.SEED)
    return request if name is None else request.with_(**{name: None}).resolved()


def _text(value: object) -> str:
    """A field's value as sweeps write it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value)
