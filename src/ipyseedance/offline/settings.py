"""What can be set about a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .faults import Faults
from .jobs import RESULT_SECONDS, RUNNERS


@dataclass
class Settings:
    """How a server answers. Its files are apart: see `FileStore`."""

    key: str | None = None
    """What callers must send; without one, no key is asked for."""
    runners: int = RUNNERS
    """How many requests are worked on at a time."""
    result_seconds: float = RESULT_SECONDS
    """How long a result can be fetched."""
    faults: Faults = field(default_factory=Faults)
    journal: Path | None = None
    """Where requests are written down, so that they survive a restart; they do not without."""
    webhook_hosts: tuple[str, ...] = ()
    """Hosts beside this machine that webhooks may be sent to."""
    certificate: Path | None = None
    """PEM file with a certificate and its private key: the server speaks TLS."""
