"""One route for fal's JavaScript client, which can send all calls to a proxy: `x-fal-target-url` says what is meant.

Never an open proxy: only fal's own hosts can be meant, and each of them is this server.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .bodies import Json

ROUTES = ("/proxy", "/api/fal/proxy")
"""The second is where fal's documentation puts it."""
_HOSTS = {
    "queue.fal.run": "",
    "fal.run": "/run",
    "rest.fal.ai": "",
    "rest.alpha.fal.ai": "",
    "v3.fal.media": "",
    "api.fal.ai": "",
}
"""What each host's paths begin with here."""


class Proxy:
    """Sends calls to the proxy's route where they are meant to go; everything else straight on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        if scope["path"].rstrip("/") in ROUTES:
            meant = _meant(Headers(scope=scope).get("x-fal-target-url", ""))
            if meant is None:
                app = Json({"detail": "Invalid request"}, 400)
            else:
                path, query = meant
                here = {"path": unquote(path), "raw_path": path.encode(), "query_string": query.encode()}
                scope = {**scope, **here}
        await app(scope, receive, send)


def _meant(address: str) -> tuple[str, str] | None:
    """Path and query here of an address at one of fal's hosts."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    prefix = _HOSTS.get(parts.hostname or "")
    if parts.scheme != "https" or prefix is None or port not in (None, 443) or parts.username is not None:
        return None
    path = prefix + (parts.path or "/")
    return (path, parts.query) if address.isascii() and not unquote(path).startswith(ROUTES) else None
