"""Faults by HTTP: `GET`, `PUT` and `DELETE /offline/faults`; and the delay of every answer."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .bodies import Bodies, Json, Refused
from .faults import Faults

ROUTE = "/offline/faults"


class FaultsApi:
    """Handlers of the route."""

    def __init__(self, faults: Faults, bodies: Bodies) -> None:
        self._faults = faults
        self._bodies = bodies

    async def get(self, _request: Request) -> Response:
        """What is set."""
        return Json(self._faults.to_json())

    async def put(self, request: Request) -> Response:
        """Set those the body names; the others stay."""
        wanted, _ = await self._bodies.read_json(request)
        try:
            self._faults.change(wanted)
        except ValueError as error:
            raise Refused(422, str(error)) from None
        return Json(self._faults.to_json())

    async def delete(self, _request: Request) -> Response:
        """Let everything work again."""
        self._faults.change(Faults().to_json())
        return Json(self._faults.to_json())


class Latency:
    """Delays every answer but those about faults."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._faults.latency and scope["path"] != ROUTE:
            await asyncio.sleep(self._faults.latency)
        await self._app(scope, receive, send)
