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
    Unconfirmed,
)
from ..doors.addresses import is_endpoint, is_request_id
from ..doors.parsing import read_json
from ..doors.text import plain
from .answers import Progress, Result, clip_in, object_of, progress_of, result_of, word
from .bodies import events, lines
from .transport import AddressRefused
from .wire import LONGEST_SUBMIT, QUICKLY_READ, WHOLE, Departure, Wire, json_of, patience

_NOT_SENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError,
    AddressRefused,
)  # fmt: skip
"""Before a byte of the request left. A proxy's is that it makes no connection: what answers for the host is none."""
_NOT_NOW = (429, 503)
_IN_DOUBT = (408, 409, 425, 499)
"""With those of 500 and above, what a gateway also answers when the service behind it has taken the request."""
_FINAL = (401, 402, 403)
"""Refusals of the key or the account, of which nothing more can be asked."""
_WENT_THROUGH = re.compile(
    r"upstream|disconnect|terminat|before headers|reset|rst_stream|goaway|time-?d? ?-?out|broken pipe|abort|hang ?up"
    r"|hung up|premature|incomplete|interrupt|crash|died|killed|lost|unexpected(?:ly)? (?:eof|end|clos)|\beof\b"
    r"|(?:stream|protocol) error|(?:no|empty) (?:reply|response|answer)|clos\w* (?:the )?(?:connection|stream)"
    r"|\b(?:connection|stream|socket|peer)\b.{0,40}\b(?:clos|drop|fail)|runner_",
    re.IGNORECASE,
)
"""In a 503: that the request was handed on, and what became of it there is not known. Envoy's words, and their like."""
_MOST_OF_TEXT = 100_000
_ID_IN_TEXT = re.compile(rb'"request_id"\s*:\s*"([A-Za-z0-9][A-Za-z0-9_-]{0,127})"')
_NEVER_TRIED = re.compile(r"\W*no healthy upstream\W*", re.IGNORECASE)
"""Envoy's word for having nobody to hand it to."""


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
        wire, url, departure = self._wire, f"{self._base}/{endpoint_id}", Departure()
        request_id = None
        options: dict[str, Any] = {"json": body, "within": within, "departure": departure, "stream": True}
        try:
            async with wire.submits.client() as client, patience(within):
                response = await wire.send(client, "POST", url, **options)
                try:
                    request_id = _named_in_head(response)  # should the rest not come
                    await response.aread()
                finally:
                    await response.aclose()
        except Exception as error:
            if isinstance(error, _NOT_SENT) or departure.stayed:
                raise wire.unreachable(error) from error
            raise _lost(f"{wire.host} was sent the request and its answer was lost", request_id) from error
        try:
            answer = await _read(response)
            request_id = _named(response, answer) or request_id
            return await self._taken(endpoint_id, response, answer, request_id)
        except SeedanceError:
            raise
        except Exception as error:
            raise _lost(f"{wire.host} took the request and its answer could not be read", request_id) from error

    async def _taken(
        self, endpoint_id: str, response: httpx.Response, answer: dict[str, Any], request_id: str | None
    ) -> Ticket:
        """What the answer to a submit gives, or the error it stands for."""
        wire, code = self._wire, response.status_code
        if 200 <= code < 300 and is_request_id(answer.get("request_id")):
            return self.ticket(endpoint_id, answer["request_id"], told=answer)
        if 200 <= code < 300:
            raise _lost(f"{wire.host} took the request and its answer could not be read", request_id)
        if _is_untaken(response, named="request_id" in answer or request_id is not None):
            raise wire.busy(response)
        if code < 200 or code >= 500 or code in _NOT_NOW or code in _IN_DOUBT:
            raise _lost(f"{wire.host} answered HTTP {code} to the request", request_id)
        refusal = self._refusal_of(endpoint_id, response)
        if request_id is not None and code not in _FINAL and await self._may_have(endpoint_id, request_id):
            raise _lost(f"{wire.host} answered HTTP {code} to the request, and gave it an id", request_id)
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
        if response.status_code >= 500 or response.status_code in _NOT_NOW:
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
            raise _misfit("request_id", request_id, "the id of a request")
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
        if response.status_code >= 500 or response.status_code in _NOT_NOW:
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
                if response.status_code >= 500 or response.status_code in _NOT_NOW:
                    raise wire.busy(response)
                if response.status_code != 200 or "event-stream" not in response.headers.get("content-type", ""):
                    raise NoStream
                async with aclosing(events(lines(response))) as told:
                    async for data in told:
                        large = sum(map(len, data)) > QUICKLY_READ
                        yield await asyncio.to_thread(_newest, data) if large else _newest(data)
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


def _newest(told: list[bytes]) -> Progress:
    # What is taken of a status is blotted out there: all of it, as of other answers, would take twice as long.
    *earlier, newest = [progress_of(read_json(data)) for data in told]
    return replace(newest, earlier=tuple(earlier))


def _lost(what: str, request_id: str | None = None) -> Unconfirmed:
    error = Unconfirmed(f"{what}: it may be running, and billed.", charged="maybe")
    error.request_id = request_id
    return error


async def _read(response: httpx.Response) -> dict[str, Any]:
    """What an answer says, as far as it is a JSON object."""
    try:
        return await json_of(response.content, object_of)
    except ValueError:
        return {}


def _named(response: httpx.Response, answer: dict[str, Any]) -> str | None:
    """The id by which an answer's body names a request, also one that is not quite JSON."""
    said = answer.get("request_id")
    if not answer and (found := _ID_IN_TEXT.search(response.content)):
        said = found[1].decode("ascii")
    return said if is_request_id(said) else None


def _named_in_head(response: httpx.Response) -> str | None:
    said = response.headers.get("x-fal-request-id")
    return said if is_request_id(said) else None


def _is_untaken(response: httpx.Response, *, named: bool) -> bool:
    """Whether an answer says that the request was not taken, so that it may be sent again.

    A 429 does, and a 503 that nothing behind the gateway has had: it names no request, and its text does not speak of
    what became of one. What cannot be read speaks of it. A 429 that does both is in doubt too.

    Args:
        named: whether its body names a request. Its head may.
    """
    if response.status_code not in _NOT_NOW:
        return False
    named = named or "x-fal-request-id" in response.headers
    said = response.content.decode("utf-8", "replace")
    words = f"{said} {response.reason_phrase} {response.headers.get('x-fal-error-type', '')}"
    unclear = len(said) > _MOST_OF_TEXT or "\ufffd" in said or _WENT_THROUGH.search(words) is not None
    went_through = unclear and not _NEVER_TRIED.fullmatch(said)
    return not (named and went_through) if response.status_code == 429 else not (named or went_through)


def _check_endpoint(endpoint_id: object) -> None:
    if not is_endpoint(endpoint_id):
        raise _misfit("endpoint", endpoint_id, "the id of an endpoint")


def _misfit(field: str, value: object, what: str) -> InvalidRequest:
    shown = plain(repr(value), 80)
    return InvalidRequest(
        [Problem(field, shown, f"{shown} is not {what}")],
        next_step="Nothing was called. The row was not written by ipyseedance, or was changed since.",
    )
