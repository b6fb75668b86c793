"""fal's queue: submit, status, status stream, result, cancel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx

from ..contract.errors import (
    AnswerTooLarge,
    EndpointRetired,
    GenerationFailed,
    InvalidRequest,
    Problem,
    SeedanceError,
    ServiceUnavailable,
)
from ..doors.addresses import is_endpoint, is_request_id
from ..doors.parsing import read_json
from ..doors.text import plain
from .answers import Progress, Result, clip_in, object_of, progress_of, result_of, word
from .bodies import events, lines
from .submit_answers import (
    FINAL,
    IN_DOUBT,
    NOT_NOW,
    is_untaken,
    request_id_in_body,
    request_id_in_headers,
    unconfirmed_error,
)  # fmt: skip
from .transport import AddressRefused
from .wire import LONGEST_SUBMIT, QUICKLY_READ, WHOLE, SendTrace, Wire, json_of, time_limit

_NOT_SENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError,
    AddressRefused,
)  # fmt: skip
"""Before a byte of the request left. A proxy's is that it makes no connection: what answers for the host is none."""


@dataclass(frozen=True)
class Ticket:
    """A request the service took: its id and where to ask for it."""

    request_id: str
    status_url: str
    response_url: str
    cancel_url: str

    def to_record(self) -> dict[str, str]:
        return asdict(self)


class StillRunning(Exception):
    """The result was asked for before the request finished."""


class NoStream(Exception):
    """The service gives no status stream for this request; poll instead."""


class Queue:
    """The queue calls of one service."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._base = wire.service.queue

    async def submit(self, endpoint_id: str, body: dict[str, Any], *, within: float = WHOLE * LONGEST_SUBMIT) -> Ticket:
        """Send a request, once. This is the one call that costs money and it is never repeated here.

        Args:
            endpoint_id: whole, as "fal-ai/bytedance/seedance/v1.5/pro/text-to-video".
            body: the request as it travels.
            within: seconds after which an answer that is not whole counts as lost.

        Raises:
            InvalidRequest: the endpoint has not the form of one. Nothing was sent.
            ServiceUnavailable: no byte can have been accepted; sending again is safe.
            Unconfirmed: it was sent and no usable answer came back. Its `request_id` is the id that one named.
            SeedanceError: it was refused.
        """
        _check_endpoint(endpoint_id)
        wire, url, trace = self._wire, f"{self._base}/{endpoint_id}", SendTrace()
        request_id = None
        options: dict[str, Any] = {"json": body, "within": within, "trace": trace, "stream": True}
        try:
            async with wire.submits.client() as client, time_limit(within):
                response = await wire.send(client, "POST", url, **options)
                try:
                    request_id = request_id_in_headers(response)  # should the rest not come
                    await response.aread()
                finally:
                    await response.aclose()
        except Exception as error:
            if isinstance(error, _NOT_SENT) or trace.unsent:
                raise wire.unreachable(error) from error
            raise unconfirmed_error(f"{wire.host} was sent the request and its answer was lost", request_id) from error
        try:
            answer = await _read(response)
            request_id = request_id_in_body(response, answer) or request_id
            return await self._ticket_of(endpoint_id, response, answer, request_id)
        except SeedanceError:
            raise
        except Exception as error:
            raise unconfirmed_error(
                f"{wire.host} took the request and its answer could not be read", request_id
            ) from error

    async def _ticket_of(
        self, endpoint_id: str, response: httpx.Response, answer: dict[str, Any], request_id: str | None
    ) -> Ticket:
        """What the answer to a submit gives, or the error it stands for."""
        wire, code = self._wire, response.status_code
        if 200 <= code < 300 and is_request_id(answer.get("request_id")):
            return self.ticket(endpoint_id, answer["request_id"], told=answer)
        if 200 <= code < 300:
            raise unconfirmed_error(f"{wire.host} took the request and its answer could not be read", request_id)
        if is_untaken(response, named="request_id" in answer or request_id is not None):
            raise wire.busy(response)
        if code < 200 or code >= 500 or code in NOT_NOW or code in IN_DOUBT:
            raise unconfirmed_error(f"{wire.host} answered HTTP {code} to the request", request_id)
        refusal = self._refusal_of(endpoint_id, response)
        if request_id is not None and code not in FINAL and await self._may_have(endpoint_id, request_id):
            raise unconfirmed_error(f"{wire.host} answered HTTP {code} to the request, and gave it an id", request_id)
        raise refusal

    def _refusal_of(self, endpoint_id: str, response: httpx.Response) -> SeedanceError:
        """What an answer says that takes no request, and is not one of "not now"."""
        wire, code = self._wire, response.status_code
        if code in (404, 405, 410):
            return EndpointRetired(f"{wire.host} has no endpoint {endpoint_id} (HTTP {code}).", type="retired")
        if code < 400:
            return EndpointRetired(
                f"{wire.host} sends requests for {endpoint_id} elsewhere (HTTP {code}).", type="redirected"
            )
        refusal = wire.refusal(response)
        if isinstance(refusal, ServiceUnavailable):  # of a read it would say "not now", and be made again
            refusal = GenerationFailed(refusal.message, next_step="Nothing was generated. Look at fal's status page.")
        return refusal

    async def _may_have(self, endpoint_id: str, request_id: str) -> bool:
        """Whether the service has that request, as far as it says: without a clear word, it may."""
        try:
            return await self.knows(endpoint_id, request_id)
        except SeedanceError:
            return True

    async def knows(self, endpoint_id: object, request_id: object) -> bool:
        """Whether there is a request of that id.

        Raises:
            InvalidRequest: one of them has not its form.
            SeedanceError: the service does not say.
        """
        response = await self._wire.read("GET", self.ticket(endpoint_id, request_id).status_url)
        if response.status_code in (404, 410):
            return False
        if response.status_code >= 500 or response.status_code in NOT_NOW:
            raise self._wire.busy(response)
        if response.status_code not in (200, 202):
            raise self._wire.refusal(response)
        status = (await _read(response)).get("status")
        if status in ("IN_QUEUE", "IN_PROGRESS", "COMPLETED"):
            return True
        if status == "NOT_FOUND":
            return False
        raise ServiceUnavailable(f"{self._wire.host} does not say how request {request_id} is.")

    def ticket(self, endpoint_id: object, request_id: object, *, told: object = None) -> Ticket:
        """The addresses of a request, by fal's rule: they carry only the owner/app part of the endpoint id.

        Args:
            endpoint_id: of the endpoint that was asked, as it is kept.
            request_id: as it is kept.
            told: the addresses an answer gave, or the history has for it. fal advises to use those it returns, so
                they are taken where they lead to this request on this service, and to nothing else.

        Raises:
            InvalidRequest: the endpoint or the id has not the form of one. Nothing was called.
        """
        _check_endpoint(endpoint_id)
        if not is_request_id(request_id):
            raise _invalid("request_id", request_id, "the id of a request")
        app = "/".join(str(endpoint_id).split("/")[:2])
        own = f"{self._base}/{app}/requests/{request_id}"
        # Some answers carry the endpoint's whole id, and some a word at the result's end.
        begin = rf"{re.escape(f'{self._base}/{app}')}(?:/[A-Za-z0-9][A-Za-z0-9._-]*){{0,8}}/requests/{request_id}"
        kept = told if isinstance(told, dict) else {}

        def taken(name: str, end: str, fallback: str) -> str:
            url = kept.get(name)
            if isinstance(url, str) and re.fullmatch(begin + end, url) and ".." not in url:
                return url
            return fallback

        return Ticket(
            request_id,
            taken("status_url", "/status", f"{own}/status"),
            taken("response_url", "(?:/response)?", own),
            taken("cancel_url", "/cancel", f"{own}/cancel"),
        )

    async def status(self, ticket: Ticket) -> Progress:
        """One status reading; its logs are all lines so far."""
        response = await self._wire.read("GET", ticket.status_url, params={"logs": "1"})
        if response.status_code >= 500 or response.status_code in NOT_NOW:
            raise self._wire.busy(response)
        if response.status_code not in (200, 202):
            raise self._wire.refusal(response)
        try:
            return await json_of(response.content, progress_of)
        except ValueError as error:
            raise self._wire.unreachable(error) from error

    async def stream(self, ticket: Ticket) -> AsyncGenerator[Progress, None]:
        """Status readings as they change, until COMPLETED; logs are the new lines of each.

        They come at once while they are few. Of a flood some ten a second come, each with those `earlier` ones that it
        stands for.

        Raises:
            NoStream: the service does not stream this request, or a line of it has more than 1 MB.
            ServiceUnavailable: the stream broke, or was silent for longer than its 15 s keep-alive allows.
        """
        wire, url = self._wire, f"{ticket.status_url}/stream"
        headers = {"Accept": "text/event-stream"}
        try:
            async with wire.open_stream(url, params={"logs": "1"}, headers=headers) as response:
                if response.status_code in (401, 403):
                    await response.aread()
                    raise wire.refusal(response)
                if response.status_code >= 500 or response.status_code in NOT_NOW:
                    raise wire.busy(response)
                if response.status_code != 200 or "event-stream" not in response.headers.get("content-type", ""):
                    raise NoStream
                async with aclosing(events(lines(response))) as told:
                    async for data in told:
                        large = sum(map(len, data)) > QUICKLY_READ
                        yield await asyncio.to_thread(_newest_progress, data) if large else _newest_progress(data)
        except AnswerTooLarge as error:
            raise NoStream from error
        except (httpx.HTTPError, ValueError) as error:
            raise wire.unreachable(error) from error

    async def result(self, ticket: Ticket) -> Result:
        """What the request gave.

        Raises:
            StillRunning: it has not finished.
            SeedanceError: it failed; the class says how.
        """
        response = await self._wire.read("GET", ticket.response_url)
        if response.status_code == 202 or (response.status_code == 400 and b"in progress" in response.content):
            raise StillRunning
        if response.status_code != 200:
            raise self._wire.refusal(response)
        units = response.headers.get("x-fal-billable-units")
        try:
            return await json_of(response.content, lambda answer: result_of(answer, units))
        except ValueError:
            pass  # what it holds all the same is looked for
        try:
            return clip_in(response.content, units)
        except ValueError as error:
            raise SeedanceError(
                f"{self._wire.host} finished the request and its answer holds no clip.",
                charged="maybe",
                next_step="Look at the request under fal.ai/dashboard/requests.",
            ) from error

    async def cancel(self, ticket: Ticket) -> str:
        """Ask to cancel. The answer's word: OK, CANCELLATION_REQUESTED, ALREADY_COMPLETED or NOT_FOUND."""
        response = await self._wire.read("PUT", ticket.cancel_url)
        try:
            if said := word((await json_of(response.content, object_of)).get("status")):
                return said
        except ValueError:
            pass  # its code says enough
        if response.status_code >= 400:
            raise self._wire.refusal(response)
        return "CANCELLATION_REQUESTED"


def _newest_progress(told: list[bytes]) -> Progress:
    # What is taken of a status is blotted out there: all of it, as of other answers, would take twice as long.
    *earlier, newest = [progress_of(read_json(data)) for data in told]
    return replace(newest, earlier=tuple(earlier))


async def _read(response: httpx.Response) -> dict[str, Any]:
    """What an answer says, as far as it is a JSON object."""
    try:
        return await json_of(response.content, object_of)
    except ValueError:
        return {}


def _check_endpoint(endpoint_id: object) -> None:
    if not is_endpoint(endpoint_id):
        raise _invalid("endpoint", endpoint_id, "the id of an endpoint")


def _invalid(field: str, value: object, what: str) -> InvalidRequest:
    shown = plain(repr(value), 80)
    return InvalidRequest(
        [Problem(field, shown, f"{shown} is not {what}")],
        next_step="Nothing was called. The row was not written by ipyseedance, or was changed since.",
    )
