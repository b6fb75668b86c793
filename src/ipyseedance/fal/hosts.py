"""Where a service's hosts are, and which addresses are its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

import httpx

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

    @classmethod
    def fal(cls) -> Self:
        return cls(
            "fal", "https://queue.fal.run", "https://rest.fal.ai", "https://api.fal.ai/v1", "https://queue.falrun.com"
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

    def backup(self, url: str) -> str | None:
        """The address that does the same as `url` at another host, where there is one."""
        if self.queue_backup is None or origin(url) != origin(self.queue):
            return None
        parts = urlsplit(url)
        there = urlsplit(self.queue_backup)
        return parts._replace(scheme=there.scheme, netloc=there.netloc).geturl()

    def __str__(self) -> str:
        return self.queue if self.kind == "url" else self.kind


def origin(url: str) -> Origin:
    """Scheme, host and port of an address as the HTTP library reads it; of one that cannot be read, nothing's."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        return "", "", None
    return parts.scheme, parts.raw_host.decode("ascii"), parts.port or _PORTS.get(parts.scheme)
