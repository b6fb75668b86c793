"""What is being written in the composer: its request, its price, and what is still wrong with it."""

from __future__ import annotations

from typing import Any

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import Frame, FrameError
from ..contract.requests import VideoRequest
from ..lab.project import Project
from .pictures import Pictures


def build(endpoint_id: str, fields: dict[str, Any], pictures: Pictures) -> VideoRequest:
    """The request of a composer's fields.

    Raises:
        InvalidRequest: naming each wrong field.
    """
    try:
        cls = catalog.endpoint(endpoint_id).request
    except KeyError:
        known = ", ".join(e.id for e in catalog.ENDPOINTS)
        raise InvalidRequest([Problem("endpoint", repr(endpoint_id), f"not an endpoint; known are {known}")]) from None
    values = {name: value for name, value in fields.items() if value is not None}
    for name in cls.frame_fields:
        if isinstance(values.get(name), dict):
            try:
                values[name] = pictures.frame(str(values[name].get("frame")))
            except FrameError as error:
                raise InvalidRequest([Problem(name, "", str(error))]) from error
    return cls(**values)


class Composer:
    """The draft all views of a Studio share."""

    def __init__(self, project: Project, pictures: Pictures) -> None:
        self._project = project
        self._pictures = pictures
        self._revision = 0
        self._priced: VideoRequest | None = None
        """What the quote is for: the draft, with stand-ins where something is missing."""
        self.request: VideoRequest | None = None
        """The draft as a request, while it is one."""
        self.view: dict[str, Any] = {}
        """The draft as the browser sees it."""
        first = catalog.ENDPOINTS[0]
        self.change(first.id, _defaults(first.request), origin="kernel")

    def change(self, endpoint_id: str, fields: dict[str, Any], *, origin: str) -> None:
        """Take a new draft; wrong values stay in it and are named in its problems."""
        endpoint = catalog.endpoint(endpoint_id)
        known = _defaults(endpoint.request)
        fields = known | fields
        missing = [n for n, info in endpoint.request.model_fields.items() if info.is_required() and _empty(fields[n])]
        problems = [{"field": n, "message": "required", "missing": True} for n in missing]
        self.request = self._priced = None
        try:
            stand_ins = {n: Frame(name="none") if n in endpoint.request.frame_fields else "…" for n in missing}
            self._priced = build(endpoint_id, {**fields, **stand_ins}, self._pictures)
        except InvalidRequest as error:
            problems += [{"field": p.field, "message": p.message, "missing": False} for p in error.problems]
            quote = None
        else:
            self.request = None if missing else self._priced
            quote = self._quote(endpoint, self._priced)
        self._revision += 1
        self.view = {
            "rev": self._revision,
            "origin": origin,
            "endpoint": endpoint_id,
            "fields": {name: fields[name] for name in known},
            "quote": quote,
            "problems": problems,
        }

    def price_again(self) -> bool:
        """Price the draft anew, and say whether that changed its quote: prices are read while one writes."""
        quote = self.view["quote"]
        if self._priced is None or self._price(self._priced).items() <= quote.items():
            return False
        self._revision += 1
        self.view = self.view | {"rev": self._revision, "quote": quote | self._price(self._priced)}
        return True

    def _price(self, request: VideoRequest) -> dict[str, Any]:
        prices = self._project.prices
        return {"cost": prices.estimate(request), "live": prices.live, "as_of": prices.as_of}

    def _quote(self, endpoint: catalog.Endpoint, request: VideoRequest) -> dict[str, Any]:
        width, height = endpoint.size(request)
        choice = self._project.connection.choice
        typical = self._project.history.typical_seconds(str(choice), endpoint.id, request.record())
        # Nothing is known of how fast another machine renders until it has.
        guess = endpoint.expected_seconds(request) if choice.kind == "fal" else None
        return self._price(request) | {
            "free": choice.free,
            "width": width,
            "height": height,
            "seconds": guess if typical is None else typical,
        }


def _defaults(request: type[VideoRequest]) -> dict[str, Any]:
    properties = request.model_json_schema()["properties"]
    return {name: schema.get("default") for name, schema in properties.items()}


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
