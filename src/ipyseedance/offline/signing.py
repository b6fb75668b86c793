"""The key that webhooks are signed with: Ed25519, made anew by every server, told by its JWKS.

It signs for nobody but this server, to this machine's own programs, so it is not kept. The signing itself is
`cryptography`'s: it is large, and needed by nothing else here, so it is an extra of the package and loaded when the
first webhook is asked for. Code of our own would be smaller; a signature that is subtly wrong would teach the wrong
thing to who tests a verifier against it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HOW_TO_SIGN = "Webhooks are signed with the package cryptography: pip install 'ipyseedance[webhooks]'"


class CannotSign(Exception):
    """The package that signs is not installed."""


class Signer:
    """Signs what is sent, with one key."""

    def __init__(self) -> None:
        self._made: Ed25519PrivateKey | None = None

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set.

        Raises:
            CannotSign: nothing can be signed here.
        """
        public = base64.urlsafe_b64encode(self._key().public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": public}]}

    def signature(self, request_id: str, user_id: str, timestamp: str, body: bytes) -> str:
        """fal's signature of a webhook, as hexadecimal digits.

        Raises:
            CannotSign: nothing can be signed here.
        """
        lines = (request_id, user_id, timestamp, hashlib.sha256(body).hexdigest())
        return self._key().sign("\n".join(lines).encode()).hex()

    def _key(self) -> Ed25519PrivateKey:
        if self._made is None:
            try:
                from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
            except ImportError as error:
                raise CannotSign(HOW_TO_SIGN) from error
            self._made = Ed25519PrivateKey.generate()
        return self._made
