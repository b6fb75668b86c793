"""Reading what a caller sends, within limits."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MAX_JSON_BYTES = 90_000_000
"""Room for two of the largest frames as data addresses."""


class TooLarge(Exception):
    """The body has more bytes than may be sent here."""


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        TooLarge: it has more than `limit` bytes.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
    return bytes(data)


async def read_json(request: Request) -> dict[str, Any] | Response:
    """The body as a JSON object, or the answer that refuses it."""
    try:
        body = json.loads(await read_body(request, MAX_JSON_BYTES))
    except TooLarge as error:
        return JSONResponse({"detail": str(error)}, 413)
    except (ValueError, RecursionError):
        body = None
    return body if isinstance(body, dict) else JSONResponse({"detail": "The body must be a JSON object."}, 400)


def base_url(request: Request) -> str:
    """This server's address as the caller wrote it."""
    return f"http://{request.headers['host']}"
