"""Where the pictures lie that were uploaded to a service, so that each is uploaded once.

An entry says which address stands for which picture. A folder from somebody else could name another picture's, so only
what this person signed counts. Who has the folder under another name has the same pictures: its place is not signed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from .trust import Signer
from .values import LATEST, is_number

KEPT = 5 * 86_400.0
"""Seconds for which an upload counts as there. fal keeps one for seven days at least."""


def read_upload(connection: sqlite3.Connection, signer: Signer, service: str, sha256: str, at: float) -> str | None:
    """The address of a picture at a service, or None where none is known that is still there."""
    which = "SELECT url, expires_at, signature FROM uploads WHERE service = ? AND sha256 = ?"
    row = connection.execute(which, (service, sha256)).fetchone()
    if row is None:
        return None
    url, expires_at, signature = row
    # One that lasts longer than any does was written by a clock that went wrong.
    if not isinstance(url, str) or not is_number(expires_at, at, min(at + KEPT, LATEST)):
        return None
    return url if signer.knows(_text_to_sign(service, sha256, url, expires_at), signature) else None


def write_upload(
    connection: sqlite3.Connection, signer: Signer, service: str, sha256: str, url: str, at: float
) -> None:
    """Keep the address of a picture that was uploaded just now, and none that have expired."""
    connection.execute("DELETE FROM uploads WHERE NOT ifnull(expires_at > ?, 0)", (at,))
    expires_at = at + KEPT
    row = (service, sha256, url, expires_at, signer.text(_text_to_sign(service, sha256, url, expires_at)))
    connection.execute("INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)", row)


def forget(connection: sqlite3.Connection, service: str, urls: Iterable[str]) -> None:
    """Upload those pictures anew when they are next needed."""
    connection.executemany("DELETE FROM uploads WHERE service = ? AND url = ?", [(service, url) for url in urls])


def _text_to_sign(service: str, sha256: str, url: str, expires_at: float) -> str:
    return json.dumps(["upload", service, sha256, url, float(expires_at)])
