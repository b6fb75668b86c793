"""What an unsuccessful answer means, as an error that says what to do next. fal's shapes: its "request errors" page."""

from __future__ import annotations

import contextlib
import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from ..contract.errors import (
    AccountLocked,
    Charged,
    ContentRefused,
    DeadlinePassed,
    GenerationCancelled,
    GenerationFailed,
    KeyRefused,
    ResultExpired,
    SeedanceError,
    ServiceUnavailable,
)
from ..doors.parsing import read_json
from ..doors.text import BLOT, plain

UNFETCHED = frozenset(("file_download_error", "image_load_error"))
"""fal's types for a picture that it could not get from its address."""
_LONGEST_RETRY_AFTER = 60.0
_LONGEST_KIND = 100
_MOST_BYTES = 1_000_000
_MOST_DETAILS = 20
_NOT_TOLD = ("loc", "input", "ctx", "url")


def refusal(response: httpx.Response, host: str) -> SeedanceError:
    """The error an unsuccessful answer stands for."""
    body = _json(response.content)
    kind = _word(body.get("error_type")) or _word(response.headers.get("x-fal-error-type"))
    code = response.status_code
    details = _details(body.get("detail"))
    texts = (details, _details(body.get("message")), _details(body.get("error")))
    said = next(filter(None, map(_text_of, texts)), f"HTTP {code}")
    if details and code not in (401, 403) and _is_of_model(body.get("detail"), code):
        return _model_error(details, said, code)
    if code == 401 or (code == 403 and "key" in said.replace(BLOT, "").lower()):
        return KeyRefused(f"{host} refused the key: {said}.", type=kind)
    if code == 403:
        return AccountLocked(f"{host} refused the account: {said}", type=kind)
    if code == 499 or kind == "client_cancelled":
        return GenerationCancelled("The request was cancelled.", type=kind)
    if code in (404, 410):
        return ResultExpired(
            f"{host} does not know this request (HTTP {code}).",
            next_step="Results are kept for about an hour. Look under fal.ai/dashboard/requests, or generate again.",
            charged="maybe",
            type=kind,
        )
    if kind == "request_timeout" and response.headers.get("x-fal-request-timeout-type") == "user":
        return DeadlinePassed(
            "The service had not begun it by the deadline it was given.",
            next_step="Nothing was generated. Generate again, when the queue is shorter.",
            type=kind,
        )
    if kind or code in (400, 422):
        return GenerationFailed(
            f"The generation failed: {said}.",
            charged=_charge_of(code),
            next_step="Generate again; it may work." if code >= 500 else "Change the request and generate again.",
            type=kind,
        )
    return busy(response, host, said)


def busy(response: httpx.Response, host: str, said: str = "") -> ServiceUnavailable:
    """An answer that only says: not now."""
    error = ServiceUnavailable(f"{host} answered {said or f'HTTP {response.status_code}'}.")
    error.retry_after = _retry_after(response.headers.get("retry-after", ""))
    return error


def _retry_after(text: str) -> float:
    """Seconds from now, given as such or as a date (RFC 9110 §10.2.3); 0 when it says neither."""
    seconds = 0.0
    with contextlib.suppress(ValueError, TypeError, OverflowError, OSError):
        seconds = float(text) if text[:1].isdigit() else parsedate_to_datetime(text).timestamp() - time.time()
    return max(0.0, min(seconds, _LONGEST_RETRY_AFTER))


def _details(detail: Any) -> list[dict[str, Any]]:
    """fal's model errors, a list of {loc, msg, type, …}, and what else may stand there: one of them, or text."""
    entries = detail[:_MOST_DETAILS] if isinstance(detail, list) else [detail]
    return [entry if isinstance(entry, dict) else {"msg": entry} for entry in entries if entry]


def _is_of_model(detail: Any, code: int) -> bool:
    one = isinstance(detail, dict) and not {"msg", "type"}.isdisjoint(detail) and code not in (404, 410)
    return isinstance(detail, list) or one


def _text_of(details: list[dict[str, Any]]) -> str:
    return "; ".join(filter(None, map(_line, details)))[:500]


def _model_error(details: list[dict[str, Any]], said: str, code: int) -> SeedanceError:
    kinds = [_word(detail.get("type")) for detail in details]
    if "content_policy_violation" in kinds:
        return ContentRefused(f"The content check refused it: {said}.", charged=_charge_of(code), type=kinds[0])
    next_step = "Change the request and generate again."
    if not UNFETCHED.isdisjoint(kinds):
        next_step = "Generate again: a picture of your own is uploaded anew. An address must be open to everybody."
        kinds = [kind for kind in kinds if kind in UNFETCHED]
    return GenerationFailed(
        f"The model refused the request: {said}.", charged=_charge_of(code), next_step=next_step, type=kinds[0]
    )


def _line(detail: dict[str, Any]) -> str:
    """Where and what, in the service's own words. `input` echoes the prompt and is left out."""
    loc, message = detail.get("loc"), detail.get("msg") or detail.get("message")
    if not isinstance(message, str):
        told = (value for name, value in detail.items() if isinstance(value, str) and name not in _NOT_TOLD)
        message = str(message) if isinstance(message, (int, float)) else ", ".join(told)
    parts = loc[:_MOST_DETAILS] if isinstance(loc, list) else [loc]
    place = plain(".".join(str(part) for part in parts if part != "body" and isinstance(part, (str, int))))
    message = plain(message).rstrip(".")
    return f"{place}: {message}" if place and message else message or place


def _word(value: Any) -> str:
    """The service's own word for a kind of failure, or ""."""
    return plain(value, _LONGEST_KIND) if isinstance(value, str) else ""


def _charge_of(code: int) -> Charged:
    """fal's FAQ: 500 and above are never charged, 422 may be."""
    return "maybe" if code == 422 else "no"


def _json(data: bytes) -> dict[str, Any]:
    try:
        body = read_json(data, most=_MOST_BYTES)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
