"""Where the key comes from, and the forms in which it must not come out again."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import string
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ..contract.errors import KeyRefused
from ..doors.text import BLOT, keep_secret

SHORTEST_SECRET = 8
"""Letters below which half a key is no secret, and would be found everywhere."""

_PASTED_BEFORE = re.compile(r"^(?:(?:export\s+)?FAL_KEY\s*=|Key\s)", re.IGNORECASE)
_QUOTES = "\"'`“”\u2018\u2019"


class Key:
    """An API key that does not show itself: not in repr, str, copies, pickles or exception text.

    What people paste along with one (space, quotes, `FAL_KEY=`) is taken off. A key that cannot be one is kept with its
    `problem` and never sent.
    """

    __slots__ = ("__weakref__", "_beginnings", "_spellings", "_value", "problem")

    def __init__(self, value: str) -> None:
        self._value = _strip_paste(value)
        self.problem = _problem(self._value)
        """What is wrong with it, in words that do not show it, or ""."""
        # A server may change the case, as it does of header names.
        spellings = {spelling.lower() for spelling in _spellings(self._value)}
        self._spellings = tuple(sorted(spellings, key=len, reverse=True))
        self._beginnings = frozenset(s[:n] for s in self._spellings for n in range(1, len(s)))
        keep_secret(self)

    @classmethod
    def given(cls, value: str | None) -> Key | None:
        """The key of an argument; None for None and for the empty text."""
        return cls(value) or None if value else None

    @property
    def header(self) -> dict[str, str]:
        """The header that carries it."""
        return {"Authorization": f"Key {self._value}"}

    def check(self) -> None:
        """Raise KeyRefused when it cannot be a key. The text does not show it."""
        if self.problem:
            raise KeyRefused(self.problem, type="malformed_key")

    def redact(self, text: str) -> str:
        """The text with the key and each of its halves blotted out, also as base64 and in URLs and JSON."""
        lower = text.lower()  # a search for each word is many times quicker than a pattern of all
        found = [re.escape(secret) for secret in self._spellings if secret in lower]
        return re.sub("|".join(found), BLOT, text, flags=re.IGNORECASE) if found else text

    def unfinished(self, text: str) -> int:
        """How many letters at the end of a text may be the beginning of what `redact` would blot out."""
        longest = max(map(len, self._spellings), default=1) - 1
        for length in range(min(longest, len(text)), 0, -1):
            if text[-length:].lower() in self._beginnings:
                return length
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Key(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not pickled")


def find_key() -> Key | None:
    """The key of this machine: FAL_KEY, or FAL_KEY_ID and FAL_KEY_SECRET, each from the environment or else from
    Colab's secrets."""
    for read in (os.environ.get, _colab_secret):
        if key := Key.given(read("FAL_KEY")):
            return key
        key_id, secret = (_strip_paste(read(name) or "") for name in ("FAL_KEY_ID", "FAL_KEY_SECRET"))
        if key_id and secret:
            return Key(f"{key_id}:{secret}")
    return None


def _colab_secret(name: str) -> str | None:
    # Asking Colab may open a question to the person, so only a notebook that runs there does.
    if "google.colab" not in sys.modules:
        return None
    try:
        from google.colab import userdata  # type: ignore[import-not-found,import-untyped,unused-ignore]

        value = userdata.get(name)
    except Exception:  # noqa: BLE001 - Colab's own classes: no such secret, no access to it, no answer
        return None
    return value if isinstance(value, str) else None


def _strip_paste(value: str) -> str:
    around = string.whitespace + _QUOTES
    return _PASTED_BEFORE.sub("", value.strip(around)).strip(around)


def _problem(value: str) -> str:
    if any(not "!" <= letter <= "~" for letter in value):
        return "The key has a space, a line break or a letter in it that no key of fal has."
    if ":" in value and not all(value.split(":", 1)):
        return "The key is not whole: one side of its colon is empty."
    return ""


def _spellings(value: str) -> Iterator[str]:
    for secret in {value, *value.split(":", 1)}:
        if len(secret) < SHORTEST_SECRET:
            continue
        if not secret.isascii():  # it is no key, is never sent, and some of it may not be written at all
            yield secret
            continue
        yield from (secret, quote(secret), quote(secret, safe=""), html.escape(secret))
        yield from (json.dumps(secret)[1:-1], secret.replace("/", "\\/"))  # some escape a slash in JSON
        for spaced in (secret.encode(), "\0".join(secret).encode()):  # the second: UTF-16 of either order
            yield spaced.hex()
            for once in _in_base64(spaced):
                yield from (once, once.replace("+", "-").replace("/", "_"))
        for once in _in_base64(secret.encode()):
            yield from _in_base64(once.encode())


def _in_base64(data: bytes) -> Iterator[str]:
    """How base64 writes it depends on how many letters stand before it, by threes; the ends on what is around it."""
    for before in range(3):
        coded = base64.b64encode(b"-" * before + data).decode()
        yield coded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
