"""The endpoints on offer.

A new one is a request class with its roles and an `Endpoint`, and its place in `ENDPOINTS`.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..doors.text import plain
from . import seedance_1_5
from .carry import carry
from .endpoint import Endpoint
from .errors import InvalidRequest, Problem
from .price import Amount
from .requests import LENT, VideoRequest
from .roles import Asked, Columns, Role, seconds_of
from .stored_request import StoredRequest

if TYPE_CHECKING:
    import pandas as pd

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
    """The endpoint of that id, such as "fal-ai/bytedance/seedance/v1.5/pro/text-to-video": `endpoint(id)("A fox")`.

    Raises:
        InvalidRequest: it is not in the catalogue; the text names those that are near.
    """
    found = known(id)
    if found is None:
        ids = [one.id for one in ENDPOINTS]
        near = difflib.get_close_matches(str(id), ids, n=3, cutoff=0.3) or ids
        raise InvalidRequest([Problem("endpoint", plain(id, 80), f"it is not known here; there is {', '.join(near)}")])
    return found


def endpoints() -> pd.DataFrame:
    """The endpoints that are built in, a row each.

    - `model`: its name; `endpoint`: fal's id of it; `kind`: what it makes a clip from
    - `seconds`: the shortest and the longest clip; `resolutions`: those it has; `has_seed`: whether one can be given
    - `usd_5s_720p`: US dollars for five seconds of 720p 16:9 with sound, by the built-in table; NaN where not known
    - `status`: what is known of it, with the day; "" where nothing is
    """
    import pandas as pd

    columns = ["model", "endpoint", "kind", "seconds", "resolutions", "has_seed", "usd_5s_720p", "status"]
    return pd.DataFrame([_row_of(one) for one in ENDPOINTS], columns=columns)


def _row_of(one: Endpoint) -> tuple[object, ...]:
    lengths = [seconds for text in one.allowed(Role.SECONDS) if (seconds := seconds_of(text)) is not None]
    size = one.sizes.get("720p", {}).get("16:9")
    amount = Amount(None if size is None else math.prod(size), one.fps, 5, "720p")
    dollars = None if one.price is None or size is None else one.price.dollars(amount)
    return (
        one.model,
        one.id,
        one.title,
        (min(lengths), max(lengths)) if lengths else None,
        tuple(one.allowed(Role.RESOLUTION)),
        one.request.roles().name_of(Role.SEED) is not None,
        math.nan if dollars is None else round(dollars, 4),
        one.status,
    )


def _lend_on(request: VideoRequest) -> Callable[..., VideoRequest]:
    def on(id: str, *, drop: bool = False) -> VideoRequest:
        """The same request at the endpoint of that id; `carry` says how, and what `drop` does."""
        return carry(request, endpoint(id), drop=drop)

    return on


LENT["on"] = _lend_on


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
