"""What every call must pass: a loopback Host header, no page of another site and, if there is one, the key."""

from __future__ import annotations

import hmac
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .bodies import Json
from .webhooks import ROUTE as JWKS

# Without this a web page could reach the server under a name of its own that resolves to 127.0.0.1.
_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_FILES = "/files/"
_KEYLESS = (_FILES, "/uploads/", JWKS)
"""Under names nobody can guess, as at fal's file hosts. A video element cannot send a key, and fal's clients send none
with an upload. The key that webhooks are checked with is public."""


class Guard:
    """Lets a call through to `app`, or answers it here. Gives every answer a request id, but one that took nothing."""

    def __init__(self, app: ASGIApp, key: str | None) -> None:
        self._app = app
        self._expected = f"Key {key}".encode() if key is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_id(message: Message) -> None:
            # A 503 with one says that a request was handed on.
            if message["type"] == "http.response.start" and message["status"] != 503:
                MutableHeaders(scope=message).setdefault("x-fal-request-id", str(uuid.uuid4()))
            await send(message)

        headers = Headers(scope=scope)
        app: ASGIApp = self._app
        reading_file = scope["path"].startswith(_FILES) and scope["method"] in ("GET", "HEAD")
        if not _OWN_HOST.fullmatch(headers.get("host", "")):
            app = Json({"detail": "This server answers to 127.0.0.1 and localhost only."}, 403)
        elif _from_another_site(scope["scheme"], headers) and not reading_file:
            app = Json({"detail": "This server answers to no page of another site."}, 403)
        elif not (scope["path"].startswith(_KEYLESS) or self._allows(headers.get("authorization", ""))):
            app = Json({"detail": "No user found for Key ID and Secret"}, 401)
        await app(scope, receive, send_with_id)

    def _allows(self, authorization: str) -> bool:
        return self._expected is None or hmac.compare_digest(authorization.encode(), self._expected)


def _from_another_site(scheme: str, headers: Headers) -> bool:
    """Whether a browser says that a page from elsewhere makes the call. Without a key it could drive this server."""
    site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
    return site not in ("none", "same-origin") or (origin is not None and origin != f"{scheme}://{headers['host']}")
