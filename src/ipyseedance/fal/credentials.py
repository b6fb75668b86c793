"""Where the key comes from, and how it is kept out of everything else."""

from __future__ import annotations

import os
from typing import Any


class Key:
    """An API key that does not show itself: not in repr, str, pickles or exception text."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()

    @property
    def header(self) -> dict[str, str]:
        """The header that carries it."""
        return {"Authorization": f"Key {self._value}"}

    def redact(self, text: str) -> str:
        """The text with the key, and each of its halves, blotted out."""
        for secret in (self._value, *self._value.split(":", 1)):
            if len(secret) >= 8:
                text = text.replace(secret, "[key]")
        return text

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
    """The key of this machine: FAL_KEY, or FAL_KEY_ID and FAL_KEY_SECRET, or Colab's secret FAL_KEY."""
    if key := Key(os.environ.get("FAL_KEY", "")):
        return key
    key_id, secret = os.environ.get("FAL_KEY_ID", "").strip(), os.environ.get("FAL_KEY_SECRET", "").strip()
    if key_id and secret:
        return Key(f"{key_id}:{secret}")
    return _colab_secret()


def _colab_secret() -> Key | None:
    try:
        from google.colab import userdata  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    try:
        return Key(userdata.get("FAL_KEY") or "") or None
    except (userdata.SecretNotFoundError, userdata.NotebookAccessError):
        return None
