"""What is being composed in a project, so that it outlives the kernel.

The person's own comes back whole. One of somebody else's folder is a stranger's: its words come back, which are only
shown, and nothing of it that could be fetched or opened.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from ..doors.parsing import read_json
from .trust import Signer

_DRAFT, _SIGNED = "draft", "draft_signature"
MOST_LETTERS = 8_000_000
"""Of one that is kept: what a page may send, and what JSON makes of it."""


@dataclass(frozen=True)
class Draft:
    """A composer's endpoint, fields and axes, as its page has them."""

    endpoint: str
    fields: dict[str, Any]
    axes: dict[str, Any]
    own: bool = True
    """Whether this person wrote it."""


def read_draft(connection: sqlite3.Connection, signer: Signer) -> Draft | None:
    """The draft that was kept last, or None where there is none, or what is there can be no draft."""
    settings = dict(
        connection.execute("SELECT name, value FROM settings WHERE name IN (?, ?)", (_DRAFT, _SIGNED)).fetchall()
    )
    text = settings.get(_DRAFT)
    if not isinstance(text, str):
        return None
    try:
        found = read_json(text, most=MOST_LETTERS)
    except ValueError:
        return None
    endpoint, fields, axes = (
        (found.get(name) for name in ("endpoint", "fields", "axes")) if isinstance(found, dict) else (None,) * 3
    )
    if not (isinstance(endpoint, str) and isinstance(fields, dict) and isinstance(axes, dict)):
        return None
    return Draft(endpoint, fields, axes, own=signer.knows(_text_to_sign(text), settings.get(_SIGNED)))


def write_draft(connection: sqlite3.Connection, signer: Signer, draft: Draft) -> bool:
    """Keep a draft in the place of the one before; False where it could not be read again."""
    value = {"endpoint": draft.endpoint, "fields": draft.fields, "axes": draft.axes}
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):  # code may put anything into a composer
        return False
    if len(text) > MOST_LETTERS:
        return False
    rows = ((_DRAFT, text), (_SIGNED, signer.text(_text_to_sign(text))))
    connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", rows)
    return True


def _text_to_sign(text: str) -> str:
    return f"{_DRAFT}\n{text}"
