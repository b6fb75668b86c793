"""Where a service's hosts are, which addresses are its own, and which its answers may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

import httpx

from ..doors.addresses import host_of, is_loopback, is_private, is_public

ServiceKind = Literal["fal", "offline", "url"]
Origin = tuple[str, str, int | None]
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Service:
    """The hosts of one service. A server given by one address serves all of them there."""

    kind: ServiceKind
    queue: str
    rest: str
    platform: str
    queue_backup: str | None = None
    """A host that serves the same queue, for when no connection can be made to the first (fal's Python client)."""
    domains: tuple[str, ...] = ()
    """Domains of the service's own, which their certificates prove, wherever a name seems to lead: behind some VPNs and
    proxies each leads to an address that is not public (198.18.0.0/15, 100.64.0.0/10), and from there to the host."""

    @classmethod
    def fal(cls) -> Self:
        return cls(
            "fal",
            "https://queue.fal.run",
            "https://rest.fal.ai",
            "https://api.fal.ai/v1",
            queue_backup="https://queue.falrun.com",
            domains=("fal.media", "fal.run", "fal.ai", "falrun.com"),
        )

    @classmethod
    def at(cls, url: str, kind: ServiceKind = "url") -> Self:
        base = url.rstrip("/")
        return cls(kind, base, base, f"{base}/v1")

    @property
    def origins(self) -> frozenset[Origin]:
        """The hosts that may be given the key."""
        hosts = (self.queue, self.rest, self.platform, self.queue_backup)
        return frozenset(origin(host) for host in hosts if host)

    def is_own(self, url: str) -> bool:
        """Whether an address is on one of the service's origins. This machine's usual names are one host."""
        hosts = (self.queue, self.rest, self.platform, self.queue_backup)
        return _place(url) in {_place(host) for host in hosts if host}

    def is_beside(self, url: str) -> bool:
        """Whether files may come from there and go there, as where the service is: on its own origins; of one on this
        machine, anywhere on this machine; of one on this machine's network, at any port of its host."""
        if is_loopback(self.queue) and is_loopback(url):
            return True
        return self.is_own(url) or (is_private(self.queue) and host_of(url) == host_of(self.queue) != "")

    def may_deliver(self, url: str) -> bool:
        """Whether an answer may name that address for a clip or an upload: https on a public host, or beside it."""
        return is_public(url) or self.is_beside(url)

    def backup(self, url: str) -> str | None:
        """The address that does the same as `url` at another host, where there is one."""
        if self.queue_backup is None or origin(url) != origin(self.queue):
            return None
        parts = urlsplit(url)
        there = urlsplit(self.queue_backup)
        return parts._replace(scheme=there.scheme, netloc=there.netloc).geturl()

    def __str__(self) -> str:
        return self.queue if self.kind == "url" else self.kind


def _place(url: str) -> Origin:
    """An address's origin, with one name for this machine."""
    scheme, host, port = origin(url)
    return scheme, host_of(url) or host, port


def origin(url: str) -> Origin:
    """Scheme, host and port of an address as the HTTP library reads it; of one that cannot be read, nothing's."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        return "", "", None
    return parts.scheme, parts.raw_host.decode("ascii"), parts.port or _PORTS.get(parts.scheme)
