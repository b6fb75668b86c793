"""From what the browser holds to a checked request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import Frame, FrameError
from ..contract.requests import VideoRequest
from .pictures import Pictures
from .protocol.shared import Value
from .reading import shown


def request_class(endpoint_id: str) -> type[VideoRequest]:
    """The class of an endpoint's requests. Raises InvalidRequest for one that is not known."""
    return catalog.endpoint(endpoint_id).request


def build(endpoint_id: str, fields: Mapping[str, Value | Frame], pictures: Pictures) -> VideoRequest:
    """The request of a composer's fields.

    Raises:
        InvalidRequest: naming each wrong field.
    """
    cls = request_class(endpoint_id)
    values: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    for name in cls.roles().media:
        if isinstance(value := values.get(name), (dict, str)):
            try:
                values[name] = pictures.named(value)
            except FrameError as error:
                raise InvalidRequest([Problem(name, shown(value), str(error))]) from error
    return cls(**values)
