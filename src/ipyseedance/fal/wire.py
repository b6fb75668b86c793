"""HTTP to one service: its hosts, its connections, and what its refusals mean."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import httpx

from ..contract.errors import (
    AccountLocked,
    Charged,
    ContentRefused,
    GenerationCancelled,
    GenerationFailed,
    KeyRefused,
    ResultExpired,
    SeedanceError,
    ServiceUnavailable,
)
from .credentials import Key

_LONGEST_RETRY_AFTER = 60.0

ServiceKind = Literal["fal", "offline", "url"]


@dataclass(frozen=True)
class Service:
    """Where a service's hosts are. A server given by one address serves all of them there."""

    kind: ServiceKind
    queue: str
    rest: str
    platform: str

    @classmethod
    def fal(cls) -> Self:
        return cls("fal", "https://queue.fal.run", "https://rest.fal.ai", "https://api.fal.ai/v1")

    @classmethod
    def at(cls, url: str, kind: ServiceKind = "url") -> Self:
        base = url.rstrip("/")
        return cls(kind, base, base, f"{base}/v1")

    @property
    def free(self) -> bool:
        """The offline engine costs nothing; any other server may bill."""
        return self.kind == "offline"

    def __str__(self) -> str:
        return self.queue if self.kind == "url" else self.kind


def origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def is_private(url: str) -> bool:
    """Whether an address is on this machine or its network, where an outside service cannot fetch it."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host


@cache
def _certificates() -> ssl.SSLContext:
    # Loading the certificates takes tens of milliseconds, so all clients share them.
    return httpx.create_ssl_context()


def open_client(base: str, *, connections: int, keep_alive: bool = True, read_seconds: float = 60) -> httpx.AsyncClient:
    """A client for one host. A proxy from the environment is not asked for addresses on this machine."""
    return httpx.AsyncClient(
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=None if keep_alive else 0),
        timeout=httpx.Timeout(10, read=read_seconds, pool=None),
        verify=_certificates(),
        trust_env=not is_private(base),
        headers={"User-Agent": "ipyseedance"},
    )


class Wire:
    """The connections to one service. The key goes to its hosts only."""

    def __init__(self, service: Service, key: Key | None) -> None:
        self.service = service
        self._key = key
        # Hundreds of waiting streams in the pool of the short calls make every short call slow, so they are apart.
        self.short = open_client(service.queue, connections=16)
        self.streams = open_client(service.queue, connections=1000, read_seconds=40)
        # A kept-alive connection the server has just closed loses the answer of a submit that is then paid or
        # not, nobody knows. A fresh connection each cannot.
        self.submits = open_client(service.queue, connections=8, keep_alive=False)

    async def close(self) -> None:
        for client in (self.short, self.streams, self.submits):
            await client.aclose()

    def headers(self, url: str) -> dict[str, str]:
        """The headers for a call to that address; the key only for the service's own hosts."""
        own = origin(url) in {origin(host) for host in (self.service.queue, self.service.rest, self.service.platform)}
        return dict(self._key.header) if self._key and own else {}

    async def read(self, method: str, url: str, **options: Any) -> httpx.Response:
        """One call that may safely be made again.

        Raises:
            ServiceUnavailable: no answer came.
        """
        try:
            return await self.short.request(
                method, url, headers=self.headers(url), follow_redirects=method == "GET", **options
            )
        except httpx.HTTPError as error:
            raise self.unreachable(error) from error

    def unreachable(self, error: Exception) -> ServiceUnavailable:
        reason = self.redact(str(error)) or type(error).__name__
        return ServiceUnavailable(f"{self.host} did not answer: {reason}.")

    @property
    def host(self) -> str:
        return urlsplit(self.service.queue).netloc

    def redact(self, text: str) -> str:
        return self._key.redact(text) if self._key else text

    def refusal(self, response: httpx.Response) -> SeedanceError:
        """The error an unsuccessful answer stands for."""
        # Blotted before anything is read from it: a server may echo the key anywhere.
        body = _json(self.redact(response.text))
        detail = body.get("detail")
        kind = str(body.get("error_type") or self.redact(response.headers.get("x-fal-error-type", "")))
        code = response.status_code
        if isinstance(detail, list) and detail:
            return self._model_error(detail, code)
        said = str(detail or body.get("message") or f"HTTP {code}")[:500]
        if code == 401 or (code == 403 and "key" in said.lower()):
            return KeyRefused(f"{self.host} refused the key: {said}.", type=kind)
        if code == 403:
            return AccountLocked(f"{self.host} refused the account: {said}", type=kind)
        if code == 499 or kind == "client_cancelled":
            return GenerationCancelled("The request was cancelled.", type=kind)
        if code in (404, 410):
            return ResultExpired(
                f"{self.host} does not know this request or endpoint (HTTP {code}).",
                next_step="Results are kept for about an hour and an endpoint may be retired. Generate again.",
                type=kind,
            )
        if kind or code in (400, 422):
            return GenerationFailed(
                f"The generation failed: {said}.",
                charged=_charged(code),
                next_step="Generate again; it may work." if code >= 500 else "Change the request and generate again.",
                type=kind,
            )
        return self.busy(response, said)

    def busy(self, response: httpx.Response, said: str = "") -> ServiceUnavailable:
        """An answer that only says: not now."""
        error = ServiceUnavailable(f"{self.host} answered {said or f'HTTP {response.status_code}'}.")
        with contextlib.suppress(ValueError):
            error.retry_after = min(float(response.headers.get("retry-after", 0)), _LONGEST_RETRY_AFTER)
        return error

    @staticmethod
    def _model_error(details: list[Any], code: int) -> SeedanceError:
        """fal's model errors: a list of {loc, msg, type, …}. `input` echoes the prompt and is left out."""
        known = [d for d in details if isinstance(d, dict)]
        kind = str(known[0].get("type", "")) if known else ""
        lines = [_model_error_line(d) for d in known] or [f"HTTP {code}"]
        said = "; ".join(lines)[:500]
        if any(d.get("type") == "content_policy_violation" for d in known):
            return ContentRefused(f"The content check refused it: {said}.", charged=_charged(code), type=kind)
        return GenerationFailed(
            f"The model refused the request: {said}.",
            charged=_charged(code),
            next_step="Change the request and generate again.",
            type=kind,
        )


def _model_error_line(detail: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in detail.get("loc", ()) if part != "body")
    message = str(detail.get("msg", "")).rstrip(".")
    return f"{place}: {message}" if place else message


def _charged(code: int) -> Charged:
    """fal's FAQ: 500 and above are never charged, 422 may be."""
    return "maybe" if code == 422 else "no"


def _json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
