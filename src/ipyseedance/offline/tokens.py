"""Tokens to upload with, as fal's file host takes them instead of the key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from datetime import UTC, datetime

_LIFE = 86_400
"""Seconds."""


class UploadTokens:
    """Gives out tokens and knows them again, without keeping them."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def new(self) -> tuple[str, datetime]:
        """A token, and until when it may be used."""
        until = int(time.time()) + _LIFE
        return f"{until}.{self._sign(until)}", datetime.fromtimestamp(until, UTC)

    def allows(self, authorization: str) -> bool:
        """Whether an Authorization header carries one of them that may still be used."""
        kind, _, token = authorization.partition(" ")
        until, _, signature = token.partition(".")
        if kind.lower() != "bearer" or not (until.isascii() and until.isdecimal() and len(until) < 12):
            return False
        genuine = hmac.compare_digest(signature.encode(), self._sign(int(until)).encode())
        return genuine and time.time() < int(until)

    def _sign(self, until: int) -> str:
        return hmac.new(self._secret, str(until).encode(), hashlib.sha256).hexdigest()
