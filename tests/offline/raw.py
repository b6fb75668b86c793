"""Talking to a server byte by byte."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit

from .conftest import TEXT


def connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=10)


def said(url: str, data: bytes) -> bytes:
    """All the server answers to those bytes, until it closes the connection or is silent for a second."""
    with connected(url) as line:
        line.sendall(data)
        line.settimeout(1)
        heard = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while piece := line.recv(65536):
                heard += piece
        return heard


def head(url: str, path: str = TEXT, method: str = "POST", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
