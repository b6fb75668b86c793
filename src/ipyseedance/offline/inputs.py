"""A request's JSON body checked as the model does it: accepted first, refused later with fal's 422 array."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from typing import Any

import httpx
from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from ..contract.catalog import Endpoint
from ..contract.errors import InvalidRequest
from ..contract.frames import MAX_BYTES, MAX_SIDE, MIN_SIDE, Frame, FrameError, data_uri_bytes
from ..contract.requests import VideoRequest
from .files import FileStore

_ERROR_PAGE = "https://docs.fal.ai/errors#"
FETCH_SECONDS = 30.0
"""How long a picture's address may take in all, redirects included."""
_CHECK_SECONDS = 0.1
_NOT_FETCHED = (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, OverflowError, ExceptionGroup)
"""httpx leaves names that IDNA refuses, halves of characters and ports beyond all bounds to what it stands on, which
may raise them in a group."""
_LONGEST_ECHO = 1000
_MOST_PROBLEMS = 50


class InputRefused(Exception):
    """The model will not work on this input; `detail` is fal's array of what is wrong."""

    def __init__(self, detail: list[dict[str, Any]]) -> None:
        super().__init__(detail[0]["msg"])
        self.detail = detail


class _Problem(Exception):
    def __init__(self, type: str, message: str, context: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.type = type
        self.message = message
        self.context = context


def read(endpoint: Endpoint, body: dict[str, Any], files: FileStore, check: Callable[[], None]) -> VideoRequest:
    """The body as a request whose frames hold their pictures. While they are fetched, what `check` raises ends it.

    Raises:
        InputRefused: a field is wrong, or a picture cannot be had.
    """
    fields = dict(body)
    detail = []
    for name in endpoint.request.frame_fields:
        address = fields.get(name)
        if isinstance(address, str):
            try:
                fields[name] = _frame(address, files, check)
            except _Problem as problem:
                detail.append(entry(name, problem.type, problem.message, address, problem.context))
    if detail:
        raise InputRefused(detail)
    try:
        return endpoint.request(**fields)
    except InvalidRequest as error:
        raise InputRefused(_entries(error, body)) from error


def _entries(error: InvalidRequest, body: dict[str, Any]) -> list[dict[str, Any]]:
    cause = error.__context__
    kinds = [e["type"] for e in cause.errors()] if isinstance(cause, ValidationError) else []
    kinds += ["value_error"] * (len(error.problems) - len(kinds))
    return [
        entry(problem.field, kind, problem.message, body.get(problem.field))
        for problem, kind in list(zip(error.problems, kinds, strict=True))[:_MOST_PROBLEMS]
    ]


def entry(field: str, type: str, message: str, value: object, context: dict[str, Any] | None = None) -> dict[str, Any]:
    """One entry of fal's array of what is wrong; without a field, with the body as a whole."""
    # What was sent is echoed as fal does, but the answer is kept: a data address of 40 MB must not be.
    shown = value if len(text := str(value)) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"
    said = {"msg": message[:_LONGEST_ECHO], "type": type, "url": _ERROR_PAGE + type, "input": shown}
    return {"loc": ["body", field[:100]] if field else ["body"]} | said | ({"ctx": context} if context else {})


def _frame(address: str, files: FileStore, check: Callable[[], None]) -> Frame:
    data = _bytes_at(address, files, check)
    _refuse_large(len(data))
    try:
        with Image.open(io.BytesIO(data)) as picture:
            smaller, larger = sorted(picture.size)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise _Problem("image_load_error", "The file is not an image that can be read.") from error
    if smaller < MIN_SIDE:
        limits = {"min_height": MIN_SIDE, "min_width": MIN_SIDE}
        raise _Problem("image_too_small", f"The image's shorter side has {smaller} px.", limits)
    if larger > MAX_SIDE:
        limits = {"max_height": MAX_SIDE, "max_width": MAX_SIDE}
        raise _Problem("image_too_large", f"The image's longer side has {larger} px.", limits)
    try:
        return Frame.from_bytes(data, name="the image")
    except FrameError as error:
        raise _Problem("image_load_error", str(error)) from error


def _bytes_at(address: str, files: FileStore, check: Callable[[], None]) -> bytes:
    if address[:5].lower() == "data:":
        try:
            return data_uri_bytes(address)
        except FrameError as error:
            raise _Problem("file_download_error", "The data address cannot be decoded.") from error
    if not re.match(r"https?://", address, re.IGNORECASE):
        raise _Problem("file_download_error", "Only http, https and data addresses can be read.")
    own = files.at(address)
    if own is None:
        return _download(address, check)
    _refuse_large(own.stat().st_size)  # before it is read: what came in parts may be far larger
    return own.read_bytes()


def _refuse_large(size: int) -> None:
    if size >= MAX_BYTES:
        raise _Problem("file_too_large", f"The file has {size} bytes.", {"max_size": MAX_BYTES})


def _download(address: str, check: Callable[[], None]) -> bytes:
    # In an event loop, where all that may take long can be given up: looking a name up, a head that drips, redirects.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_fetched(address, check))
    except _NOT_FETCHED as error:
        raise _Problem("file_download_error", f"Failed to download the file ({type(error).__name__}).") from error
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()  # unlike asyncio.run, this does not wait for a name that is still being looked up


async def _fetched(address: str, check: Callable[[], None]) -> bytes:
    body = asyncio.ensure_future(_body(address))
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            while not body.done():
                check()
                await asyncio.wait((body,), timeout=_CHECK_SECONDS)
            return await body
    finally:
        body.cancel()
        await asyncio.gather(body, return_exceptions=True)


async def _body(address: str) -> bytes:
    data = bytearray()
    async with (
        httpx.AsyncClient(follow_redirects=True, timeout=FETCH_SECONDS) as client,
        client.stream("GET", address) as answer,
    ):
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            data += chunk
            if len(data) >= MAX_BYTES:
                break
    return bytes(data)
