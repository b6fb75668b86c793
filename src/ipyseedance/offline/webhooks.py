"""Webhooks: a request's result is sent to the address that its submit named, signed as fal signs, until it is taken.

To this machine only, unless other hosts are allowed by name: whoever may submit makes this server send, and this
server reaches what the caller may not (fal, the other way round, sends to public addresses only).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from .bodies import Refused
from .files import LOOPBACK
from .job import Job
from .signing import CannotSign, Signer

ROUTE = "/.well-known/jwks.json"
USER_ID = "offline"
ATTEMPTS = 10
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 120.0
"""Seconds between two attempts; each pause is twice the one before."""
_FIRST_TIMEOUT, _TIMEOUT = 15.0, 120.0
_LONGEST_ADDRESS = 2000


class Webhooks:
    """Sends what is due; belongs to the event loop."""

    def __init__(self, allowed: Sequence[str], delivered: Callable[[Job], None] = lambda _job: None) -> None:
        self._allowed = frozenset((*LOOPBACK, *(host.lower() for host in allowed)))
        self._delivered = delivered
        self._signer = Signer()
        self._tasks: set[asyncio.Task[None]] = set()

    def jwks(self) -> dict[str, Any]:
        """The key its signatures are checked with."""
        try:
            return self._signer.jwks()
        except CannotSign as error:
            raise Refused(501, str(error)) from None

    def check(self, address: str) -> None:
        """Refuse an address nothing may be sent to.

        Raises:
            Refused: it is none, names another host than is allowed, or nothing can be signed here.
        """
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if host is None or parts.scheme not in ("http", "https") or len(address) > _LONGEST_ADDRESS:
            raise Refused(400, f"fal_webhook: {address[:100]!r} is not an http or https address.")
        if host not in self._allowed:
            hosts = ", ".join(sorted(self._allowed))
            raise Refused(400, f"fal_webhook: {host[:100]!r} is not one of {hosts}; --webhook-hosts allows others.")
        self.jwks()

    def completed(self, job: Job) -> None:
        """Send a completed job's result, if its submit asked for that."""
        if job.wishes.webhook is not None:
            task = asyncio.ensure_future(self._deliver(job, job.wishes.webhook))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, job: Job, address: str) -> None:
        body = json.dumps(_payload(job)).encode()
        pause = FIRST_PAUSE
        # No proxy of the environment: it would be asked for what may be sent to this machine only.
        async with httpx.AsyncClient(trust_env=False) as client:
            for attempt in range(ATTEMPTS):
                if attempt:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                timeout = _TIMEOUT if attempt else _FIRST_TIMEOUT
                try:
                    answer = await client.post(address, content=body, headers=self._headers(job, body), timeout=timeout)
                except (httpx.HTTPError, httpx.InvalidURL):
                    continue
                if answer.is_success or answer.has_redirect_location:  # as at fal, a redirect ends it
                    break
        self._delivered(job)

    def _headers(self, job: Job, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        return {
            "content-type": "application/json",
            "x-fal-webhook-request-id": job.id,
            "x-fal-webhook-user-id": USER_ID,
            "x-fal-webhook-timestamp": stamp,
            "x-fal-webhook-signature": self._signer.signature(job.id, USER_ID, stamp, body),
        }


def _payload(job: Job) -> dict[str, Any]:
    assert job.answer is not None  # noqa: S101 - it is completed
    told = {"request_id": job.id, "gateway_request_id": job.id, "payload": job.answer.at(job.base_url)}
    if job.answer.code < 400:
        return told | {"status": "OK"}
    return told | {"status": "ERROR", "error": f"Invalid status code: {job.answer.code}"}
