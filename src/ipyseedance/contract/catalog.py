"""The endpoints on offer.

A new one is a request class with its roles and an `Endpoint`, and its place in `ENDPOINTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import seedance_1_5
from .endpoint import Endpoint
from .errors import InvalidRequest, Problem
from .requests import VideoRequest
from .roles import Asked, Columns, Role
from .stored_request import StoredRequest

ENDPOINTS: tuple[Endpoint, ...] = seedance_1_5.ENDPOINTS


def _kinds() -> dict[str, str]:
    """The fields of the built-in endpoints, and the kind of number each holds in a table: "" where it is a text."""
    kinds = {"integer": "Int64", "boolean": "boolean"}
    found: dict[str, str] = {}
    for built_in in ENDPOINTS:
        roles = built_in.request.roles()
        for name, schema in built_in.request.model_json_schema()["properties"].items():
            whole = roles.fields.get(name) is Role.SECONDS
            found.setdefault(name, "Int64" if whole else kinds.get(schema.get("type", ""), ""))
    return found


FIELD_KINDS = _kinds()


def endpoint(id: str) -> Endpoint:
    """The endpoint of that id. Raises KeyError for one not in the catalogue."""
    found = known(id)
    if found is None:
        raise KeyError(id)
    return found


def known(id: str) -> Endpoint | None:
    """The endpoint of that id, or None: a history may be older, or newer, than the catalogue."""
    return next((candidate for candidate in ENDPOINTS if candidate.id == id), None)


def asked_of(id: str, stored: Mapping[str, Any], columns: Columns | None = None) -> Asked:
    """What a request that the history keeps asks for, by role.

    Args:
        columns: what its row says besides, which counts where its endpoint is known no more.
    """
    found = known(id)
    if found is not None:
        return found.asked(stored)
    return Asked.of(stored) if columns is None else Asked.of(stored).told(columns)


def endpoint_for(request: VideoRequest) -> Endpoint:
    """The endpoint a request belongs to. Raises InvalidRequest for what only a history keeps as one."""
    found = known(request.taken_by())
    if found is not None and type(request) is found.request:
        return found
    if isinstance(request, StoredRequest):
        raise request.refused()
    kind = type(request).__name__
    raise InvalidRequest([Problem("request", kind, f"a {kind} belongs to no endpoint that is known")])


def estimate(request: VideoRequest) -> float:
    """US dollars the request is expected to cost at fal, by the built-in table; `project.prices` knows live prices.

    Raises:
        InvalidRequest: its price is not known.
    """
    return known_price(endpoint_for(request), endpoint_for(request).estimate(request))


def known_price(endpoint: Endpoint, dollars: float | None) -> float:
    """A price as it is. Raises InvalidRequest where it is None: not known."""
    if dollars is None:
        raise InvalidRequest([Problem("endpoint", endpoint.id, f"the price of {endpoint.title} is not known")])
    return dollars
