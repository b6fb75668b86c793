"""A request carried over to another endpoint: what a field is counts, not what it is called."""

from __future__ import annotations

from typing import Any

from .endpoint import Endpoint
from .errors import InvalidRequest, Problem
from .requests import VideoRequest
from .roles import Role, seconds_of


def carry(request: VideoRequest, to: Endpoint, *, drop: bool = False) -> VideoRequest:
    """The same request at another endpoint.

    A field goes to the field of its role, and one without a role to the field of its name. What stands at its default
    goes too, so that the clip stays what it was; where the other endpoint cannot have it, its own default counts.

    Args:
        drop: leave out what the other endpoint has no field for, or does not allow; by default that is refused.

    Raises:
        InvalidRequest: something that was asked for cannot be carried, and is named; or the other endpoint needs what
            is not there.
    """
    fields: dict[str, Any] = {}
    chosen: set[str] = set()
    lost: list[Problem] = []
    for name, info in type(request).model_fields.items():
        value, target = getattr(request, name), _target(name, request, to)
        is_chosen = info.is_required() or value != info.default
        if target is not None:
            fields[target] = _as_theirs(value, target, to)
            chosen |= {target} if is_chosen else set()
        elif is_chosen:
            lost.append(Problem(name, _shown(value), f"{to.id} has no field for it; leave it out, or say drop=True"))
    if lost and not drop:
        raise InvalidRequest(lost)
    try:
        return to.request(**fields)
    except InvalidRequest as error:
        refused = {problem.field for problem in error.problems} & fields.keys()
        if not refused or (refused & chosen and not drop):
            raise
        return to.request(**{name: value for name, value in fields.items() if name not in refused})


def _target(name: str, request: VideoRequest, to: Endpoint) -> str | None:
    """What the other endpoint calls a field; None where it has none."""
    ours, theirs = request.roles(), to.request.roles()
    if name in ours.fields:
        return theirs.name_of(ours.fields[name])
    return name if name in to.request.model_fields and name not in theirs.fields else None


def _as_theirs(value: Any, target: str, to: Endpoint) -> Any:
    """A value as the other endpoint writes it: 8 seconds may be "8s" there."""
    if to.request.roles().fields.get(target) is Role.SECONDS:
        return next((text for text in to.allowed(Role.SECONDS) if seconds_of(text) == seconds_of(value)), value)
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
