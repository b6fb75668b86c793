"""What is being written in the composer: its request, its price, and what is still wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from ..contract import catalog
from ..contract.endpoint import Endpoint
from ..contract.errors import InvalidRequest
from ..contract.frames import Frame
from ..contract.requests import VideoRequest
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.drafts import Draft
from ..sweeps.sweep import Sweep
from . import sweeping
from .building import build, request_class
from .pictures import Pictures
from .protocol.requests import Composed
from .protocol.shared import Fields, Problem
from .protocol.snapshots import Axes, DraftTrait, Price, Quote
from .reading import read
from .sweeping import Judged


@dataclass
class _Draft:
    """What was read of one draft."""

    priced: VideoRequest | None
    """What the quote is for: the draft, with stand-ins where something is missing."""
    request: VideoRequest | None
    """The draft as a request, while it is one and nothing is varied."""
    filled: dict[str, Any]
    """Its fields, with stand-ins where something is missing."""
    varied: Axes
    """Its axes that have values."""
    problems: list[Problem]
    """What is wrong with its fields, and what is missing; more may be wrong with its axes."""
    complete: bool
    view: DraftTrait


class Composer:
    """The draft all views of a Studio share."""

    def __init__(self, project: Project, pictures: Pictures, kept: Draft | None = None) -> None:
        self._project = project
        self._pictures = pictures
        self._revisions = count(1)
        self._turn = 0
        self.sweep: Sweep | None = None
        """The draft as a sweep, while any of it is varied and nothing is missing or wrong."""
        kept = usable(kept)
        request = request_class(kept.endpoint)
        # Its pictures are on the disk, and its sweep is to be planned: `later` is for whoever can wait for both.
        plain = {name: value for name, value in kept.fields.items() if name not in request.roles().media}
        self._draft = self._read(kept.endpoint, plain, {}, origin="kernel")
        self.later = kept if kept.axes or plain != kept.fields else None
        """What was being composed when the project was open last, where that is more than is shown at first."""

    @property
    def request(self) -> VideoRequest | None:
        """The draft as a request, while it is one and nothing is varied."""
        return self._draft.request

    @property
    def view(self) -> DraftTrait:
        """The draft as the browser sees it."""
        return self._draft.view

    @property
    def draft(self) -> Draft:
        """The draft as it is kept in the project."""
        view = self._draft.view
        return Draft(view["endpoint"], view["fields"], view["axes"])

    @property
    def pictures(self) -> set[str]:
        """The tokens of the pictures in it."""
        values = [*self._draft.view["fields"].values()]
        for given in self._draft.view["axes"].values():
            values += given if isinstance(given, list) else []
        return {str(value.get("frame")) for value in values if isinstance(value, dict)}

    @property
    def is_varied(self) -> bool:
        return bool(self._draft.varied)

    async def change(self, endpoint_id: str, fields: Fields, axes: Axes, *, origin: str) -> Awaitable[bool]:
        """Read a new draft; wrong values stay in it and are named in its problems.

        Returns what takes it, when its sweep is planned; that gives False when another has been read meanwhile.
        """
        draft = await asyncio.to_thread(partial(self._read, endpoint_id, fields, axes, origin=origin))
        self._turn += 1
        return self._take(draft, self._turn)

    async def _take(self, draft: _Draft, turn: int) -> bool:
        judged = await self._judged(draft)
        if turn != self._turn:
            return False
        self._draft = draft
        self._judge(judged)
        return True

    async def plan_again(self) -> bool:
        """Plan the sweep anew, and say whether that changed it: clips come, and prices are read, while one writes."""
        draft = self._draft
        judged = await self._judged(draft)
        if draft is not self._draft or judged is None or judged.view() == draft.view["sweep"]:
            return False
        self._judge(judged)
        return True

    def price_again(self) -> bool:
        """Price the draft anew, and say whether that changed its quote: prices are read while one writes."""
        draft = self._draft
        quote = draft.view["quote"]
        if draft.priced is None or quote is None:
            return False
        new: Quote = {**quote, **self._price(draft.priced)}
        if new == quote:
            return False
        draft.view = {**draft.view, "rev": next(self._revisions), "quote": new}
        return True

    def _read(self, endpoint_id: str, fields: Fields, axes: Axes, *, origin: str) -> _Draft:
        endpoint = catalog.endpoint(endpoint_id)
        known = _defaults(endpoint.request)
        fields = known | fields
        used = sweeping.in_use(endpoint.request, fields, axes)
        info = endpoint.request.model_fields
        missing = [n for n in info if info[n].is_required() and n not in used and _empty(fields[n])]
        unvaried = [name for name, given in used.items() if sweeping.is_blank(given)]
        problems: list[Problem] = [{"field": n, "message": "required", "missing": True} for n in missing]
        problems += [{"field": n, "message": "give its values", "missing": True} for n in unvaried]
        stand_ins = {n: Frame(name="none") if n in endpoint.request.roles().media else "…" for n in missing}
        filled = {**fields, **stand_ins}
        priced = None
        try:
            priced = build(endpoint_id, filled | sweeping.resting(endpoint.request, fields, used), self._pictures)
        except InvalidRequest as error:
            problems += [{"field": p.field, "message": p.message, "missing": False} for p in error.problems]
        return _Draft(
            priced=priced,
            request=None if missing or used else priced,
            filled=filled,
            varied={} if priced is None else {n: given for n, given in used.items() if n not in unvaried},
            problems=problems,
            complete=not missing and not unvaried,
            view={
                "rev": next(self._revisions),
                "origin": origin,
                "endpoint": endpoint_id,
                # A list has no control, and a page could not send it again.
                "fields": {name: fields[name] for name in known if not isinstance(fields[name], list)},
                "axes": dict(axes),
                "placeholders": sweeping.placeholders(endpoint.request, fields, axes),
                "counts": {},
                "sweep": None,
                "quote": None if priced is None else self._quote(endpoint, priced),
                "problems": problems,
            },
        )

    async def _judged(self, draft: _Draft) -> Judged | None:
        if not draft.varied:
            return None
        endpoint_id, project = draft.view["endpoint"], self._project
        # Thousands of cells are checked: what follows jobs must not wait for that.
        return await asyncio.to_thread(sweeping.judge, endpoint_id, draft.filled, draft.varied, self._pictures, project)

    def _judge(self, judged: Judged | None) -> None:
        draft = self._draft
        self.sweep = judged.sweep if judged is not None and draft.complete else None
        if judged is None:
            return
        named: list[Problem] = [{"field": p.field, "message": p.message, "missing": False} for p in judged.problems]
        others = [p for p in named if p not in draft.problems]
        draft.view = {
            **draft.view,
            "rev": next(self._revisions),
            "counts": judged.counts,
            "sweep": judged.view(),
            "problems": draft.problems + others,
        }

    def _price(self, request: VideoRequest) -> Price:
        prices = self._project.prices
        return {"cost": prices.known(request), "live": prices.live, "as_of": prices.as_of}

    def _quote(self, endpoint: Endpoint, request: VideoRequest) -> Quote:
        width, height = endpoint.size(request) or (None, None)
        choice = workspace_of(self._project).choice
        asked, store = request.asked(), workspace_of(self._project).store
        typical = store.typical_seconds(str(choice), endpoint.id, asked.resolution, asked.seconds)
        # Nothing is known of how fast another machine renders until it has.
        guess = endpoint.expected_seconds(request) if choice.kind == "fal" else None
        return {
            **self._price(request),
            "free": choice.free,
            "width": width,
            "height": height,
            "seconds": guess if typical is None else typical,
        }


def usable(kept: Draft | None) -> Draft:
    """A draft as it was kept, as far as it can be shown today; an empty one where there is none.

    Of somebody else's, only words, numbers and truth values: nothing that could be fetched, opened or counted out.
    """
    first = catalog.ENDPOINTS[0]
    if kept is None:
        return Draft(first.id, {}, {})
    endpoint = catalog.known(kept.endpoint) or first
    names, frames = endpoint.request.model_fields, endpoint.request.roles().media
    fields = {
        name: value
        for name, value in kept.fields.items()
        if name in names and (kept.own if name in frames else not isinstance(value, (dict, list)))
    }
    try:
        read(Composed, {"endpoint": endpoint.id, "fields": fields, "axes": kept.axes if kept.own else {}})
    except InvalidRequest:  # nothing that Studio wrote
        return Draft(first.id, {}, {})
    return Draft(endpoint.id, fields, dict(kept.axes) if kept.own and endpoint.id == kept.endpoint else {}, kept.own)


def _defaults(request: type[VideoRequest]) -> dict[str, Any]:
    properties = request.model_json_schema()["properties"]
    return {name: schema.get("default") for name, schema in properties.items()}


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
