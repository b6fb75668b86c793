"""From draft to final: chosen clips asked for again at another resolution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from ..contract.stored_request import StoredRequest
from ..jobs.job import Job
from .cells import Cell
from .sweep import Sweep

NEW_SAMPLE = "A new resolution is a new sample: the same seed gives a similar clip, not the same one sharper."


def promote(
    chosen: Iterable[tuple[Job, Mapping[str, str]]],
    resolution: str = "1080p",
    sound: bool = True,  # noqa: FBT001, FBT002
) -> Sweep:
    """The sweep of chosen generations at another resolution, with the same seeds. Nothing is sent until it is run.

    A new resolution is a new sample: the same seed gives a similar clip, not the same one sharper.

    Args:
        chosen: each generation and its place among the others, {axis: value as text}; empty where it has none.
        resolution: one that their endpoint takes, such as "1080p".
        sound: whether the clips have sound.

    Raises:
        InvalidRequest: there are none, they are of several endpoints, what was asked for one of them is not known any
            more, or the resolution is not allowed.
    """
    wanted = {
        Role.RESOLUTION: (resolution, resolution),
        Role.SOUND: (sound, "on" if sound else "off"),
    }
    cells, requests = [], []
    for job, place in chosen:
        request = request_again(job)
        names = {role: request.roles().name_of(role) for role in wanted}
        if names[Role.RESOLUTION] is None:
            title = catalog.endpoint_for(request).title
            raise InvalidRequest([Problem("resolution", resolution, f"{title} has no resolutions to choose from")])
        changes = {name: wanted[role][0] for role, name in names.items() if name is not None}
        texts = {name: wanted[role][1] for role, name in names.items() if name is not None}
        request = request.with_(**changes)
        requests.append(request)
        cells.append(Cell({axis: texts.get(axis, text) for axis, text in place.items()}, request))
    if not requests:
        raise InvalidRequest([Problem("chosen", "", "no clip was chosen")])
    endpoints = {catalog.endpoint_for(request).title for request in requests}
    if len(endpoints) > 1:
        told = " and ".join(sorted(endpoints))
        raise InvalidRequest([Problem("chosen", told, f"they are of {told}; promote the clips of one at a time")])
    return Sweep.of(requests[0], cells, NEW_SAMPLE)


def request_again(job: Job) -> VideoRequest:
    """What was asked for, if it can be asked for again."""
    request = job.request
    name = f"generation {job.id}"
    if isinstance(request, StoredRequest):
        raise request.refused("chosen", name)
    if not job.record.request:
        raise InvalidRequest([Problem("chosen", name, f"what was asked for {name} is not known: it was imported")])
    for field, frame in request.pictures_by_key().items():
        if frame.url is None and frame.data is None:
            gone = f"the {field} of {name} is no longer in the project, so it cannot be asked for again"
            raise InvalidRequest([Problem("chosen", name, gone)])
    return request
