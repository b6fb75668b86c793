"""fal's queue: submit, status, status stream, result, cancel."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from ..contract.errors import EndpointRetired, GenerationFailed, SeedanceError, ServiceUnavailable, Unconfirmed
from .hosts import origin
from .wire import Wire

_NOT_NOW = (429, 503)
_IN_DOUBT = (408, 409, 425)
"""With those of 500 and above, what a gateway also answers when the service behind it has taken the request."""


@dataclass(frozen=True)
class Ticket:
    """A request the service took: its id and where to ask for it."""

    request_id: str
    status_url: str
    response_url: str
    cancel_url: str

    def to_record(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """One reading of a request's status. `logs` are the lines this reading carried."""

    status: str
    """IN_QUEUE, IN_PROGRESS or COMPLETED, the last also for failed and cancelled requests."""
    queue_position: int | None = None
    logs: tuple[str, ...] = ()
    error: str = ""
    inference_seconds: float | None = None


@dataclass(frozen=True)
class Result:
    """What a finished request gives."""

    url: str
    seed: int | None
    billable_units: float | None


class StillRunning(Exception):
    """The result was asked for before the request finished."""


class NoStream(Exception):
    """The service gives no status stream for this request; poll instead."""


class Queue:
    """The queue calls of one service."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._base = wire.service.queue

    async def submit(self, endpoint_id: str, body: dict[str, Any]) -> Ticket:
        """Send a request, once. This is the one call that costs money and it is never repeated here.

        Raises:
            ServiceUnavailable: no byte can have been accepted; sending again is safe.
            Unconfirmed: it was sent and no usable answer came back.
            SeedanceError: it was refused.
        """
        wire, url = self._wire, f"{self._base}/{endpoint_id}"
        try:
            async with wire.submits.client() as client:
                response = await wire.send(client, "POST", url, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise wire.unreachable(error) from error
        except httpx.HTTPError as error:
            raise _lost(f"{wire.host} was sent the request and its answer was lost") from error
        if response.status_code in _NOT_NOW:
            raise wire.busy(response)
        if response.status_code >= 500 or response.status_code in _IN_DOUBT:
            raise _lost(f"{wire.host} answered HTTP {response.status_code} to the request")
        if response.status_code in (404, 405, 410):
            raise EndpointRetired(
                f"{wire.host} has no endpoint {endpoint_id} (HTTP {response.status_code}).", type="retired"
            )
        if 300 <= response.status_code < 400:
            raise EndpointRetired(
                f"{wire.host} sends requests for {endpoint_id} elsewhere (HTTP {response.status_code}).",
                type="redirected",
            )
        if response.status_code >= 400:
            refusal = wire.refusal(response)
            if isinstance(refusal, ServiceUnavailable):  # of a read it would say "not now", and be made again
                refusal = GenerationFailed(
                    refusal.message, next_step="Nothing was generated. Look at fal's status page."
                )
            raise refusal
        try:
            return self._ticket(endpoint_id, response.json())
        except (ValueError, KeyError, TypeError) as error:
            raise _lost(f"{wire.host} took the request and its answer could not be read") from error

    def _ticket(self, endpoint_id: str, answer: dict[str, Any]) -> Ticket:
        request_id = str(answer["request_id"])
        own = self.ticket(endpoint_id, request_id)

        def returned(name: str, fallback: str) -> str:
            # fal advises to use the addresses it returns. The key must not follow one to another host.
            url = answer.get(name)
            return url if isinstance(url, str) and origin(url) == origin(self._base) else fallback

        return Ticket(
            request_id,
            returned("status_url", own.status_url),
            returned("response_url", own.response_url),
            returned("cancel_url", own.cancel_url),
        )

    def ticket(self, endpoint_id: str, request_id: str) -> Ticket:
        """The addresses of a request by fal's rule: they carry only the owner/app part of the endpoint id."""
        app = "/".join(endpoint_id.split("/")[:2])
        url = f"{self._base}/{app}/requests/{request_id}"
        return Ticket(request_id, f"{url}/status", url, f"{url}/cancel")

    async def status(self, ticket: Ticket) -> Progress:
        """One status reading; its logs are all lines so far."""
        response = await self._wire.read("GET", ticket.status_url, params={"logs": "1"})
        if response.status_code >= 500 or response.status_code in _NOT_NOW:
            raise self._wire.busy(response)
        if response.status_code not in (200, 202):
            raise self._wire.refusal(response)
        try:
            return _progress(response.json())
        except (ValueError, AttributeError) as error:
            raise self._wire.unreachable(error) from error

    async def stream(self, ticket: Ticket) -> AsyncIterator[Progress]:
        """Status readings as they change, until COMPLETED; logs are the new lines of each.

        Raises:
            NoStream: the service does not stream this request.
            ServiceUnavailable: the stream broke, or was silent for longer than its 15 s keep-alive allows.
        """
        wire, url = self._wire, f"{ticket.status_url}/stream"
        headers = {"Accept": "text/event-stream"}
        try:
            async with wire.open_stream(url, params={"logs": "1"}, headers=headers) as response:
                if response.status_code in (401, 403):
                    await response.aread()
                    raise wire.refusal(response)
                if response.status_code >= 500 or response.status_code in _NOT_NOW:
                    raise wire.busy(response)
                if response.status_code != 200 or "event-stream" not in response.headers.get("content-type", ""):
                    raise NoStream
                async for line in response.aiter_lines():
                    if line.startswith("data:"):
                        yield _progress(json.loads(line[5:]))
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            raise wire.unreachable(error) from error

    async def result(self, ticket: Ticket) -> Result:
        """What the request gave.

        Raises:
            StillRunning: it has not finished.
            SeedanceError: it failed; the class says how.
        """
        response = await self._wire.read("GET", ticket.response_url)
        if response.status_code == 202 or (response.status_code == 400 and "in progress" in response.text):
            raise StillRunning
        if response.status_code != 200:
            raise self._wire.refusal(response)
        units = response.headers.get("x-fal-billable-units")
        try:
            return result_of(response.json(), float(units) if units else None)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SeedanceError(
                f"{self._wire.host} finished the request and its answer holds no clip.",
                charged="maybe",
                next_step="Look at the request under fal.ai/dashboard/requests.",
            ) from error

    async def cancel(self, ticket: Ticket) -> str:
        """Ask to cancel. The answer's word: OK, CANCELLATION_REQUESTED, ALREADY_COMPLETED or NOT_FOUND."""
        response = await self._wire.read("PUT", ticket.cancel_url)
        try:
            word = response.json().get("status")
        except (ValueError, AttributeError):
            word = None
        if word:
            return str(word)
        if response.status_code >= 400:
            raise self._wire.refusal(response)
        return "CANCELLATION_REQUESTED"


def result_of(answer: dict[str, Any], billable_units: float | None = None) -> Result:
    """Read a finished request's answer. Raises KeyError, TypeError or ValueError when it holds no clip."""
    seed = answer.get("seed")
    return Result(
        url=str(answer["video"]["url"]),
        seed=int(seed) if seed is not None else None,
        billable_units=billable_units,
    )


def _lost(what: str) -> Unconfirmed:
    return Unconfirmed(f"{what}: it may be running, and billed.", charged="maybe")


def _progress(body: dict[str, Any]) -> Progress:
    lines = (line.get("message") if isinstance(line, dict) else line for line in body.get("logs") or ())
    return Progress(
        status=str(body.get("status", "")),
        queue_position=body.get("queue_position"),
        logs=tuple(str(line) for line in lines if line),
        error=str(body.get("error") or ""),
        inference_seconds=(body.get("metrics") or {}).get("inference_time"),
    )
