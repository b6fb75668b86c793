"""Reading what a caller sends, within limits, and answering in JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

MAX_JSON_BYTES = 90_000_000
"""Room for two of the largest frames as data addresses."""
MAX_BYTES_AT_ONCE = 400_000_000
"""What all bodies that are being read may hold together."""
BODY_SECONDS = 60.0
"""How long a body may take to arrive: on this machine even the largest needs a second."""
BUSY = {"retry-after": "2"}


class Refused(Exception):
    """A body that is not taken; `answer` says why."""

    def __init__(self, code: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.answer = Json({"detail": detail}, code, headers)


class Json(JSONResponse):
    """An answer in JSON that can say whatever a caller may have sent, halves of characters included."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


@dataclass
class Bodies:
    """Reads bodies; each has a limit, and all that are being read at a time have one together."""

    held: int = 0
    """Bytes of the bodies that are being read."""

    async def read(self, request: Request, limit: int) -> bytes:
        """The whole body.

        Raises:
            Refused: it is larger than `limit` bytes, arrives too slowly, or others fill the memory.
        """
        announced = request.headers.get("content-length", "0")
        if len(announced) > len(str(limit)) or int(announced) > limit:
            raise Refused(413, f"The body is larger than {limit} bytes.")
        data = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in request.stream():
                    self.held += len(chunk)
                    data += chunk
                    if len(data) > limit:
                        raise Refused(413, f"The body is larger than {limit} bytes.")
                    if self.held > MAX_BYTES_AT_ONCE:
                        raise Refused(503, "Too much is being sent at once.", BUSY)
        except TimeoutError:
            raise Refused(408, f"The body did not arrive within {BODY_SECONDS:g} s.") from None
        except ClientDisconnect:
            raise Refused(400, "The body did not arrive whole.") from None
        finally:
            self.held -= len(data)
        return bytes(data)

    async def read_json(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """The body as a JSON object, and as it came.

        Raises:
            Refused: it is not one, or cannot be read.
        """
        kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise Refused(415, "The body must be JSON, and its Content-Type application/json.")
        data = await self.read(request, MAX_JSON_BYTES)
        try:
            body = json.loads(data, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused(400, "The body must be a JSON object.")
        return body, data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


async def refused(_request: Request, error: Exception) -> Response:
    """Answer with what a `Refused` holds."""
    assert isinstance(error, Refused)  # noqa: S101 - it is registered for nothing else
    return error.answer


def base_url(request: Request) -> str:
    """This server's address as the caller wrote it."""
    return f"{request.url.scheme}://{request.headers['host']}"
