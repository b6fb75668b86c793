"""What the answer to a submit says of the request: not taken, refused, or taken perhaps.

Whatever leaves a doubt counts as taken: a request that is sent again may be paid for twice.
"""

from __future__ import annotations

import re
from typing import Any

import httpx

from ..contract.errors import Unconfirmed
from ..doors.addresses import is_request_id

NOT_NOW = (429, 503)
IN_DOUBT = (408, 409, 425, 499)
"""With those of 500 and above, what a gateway also answers when the service behind it has taken the request."""
FINAL = (401, 402, 403)
"""Refusals of the key or the account, of which nothing more can be asked."""
_WENT_THROUGH = re.compile(
    r"upstream|disconnect|terminat|before headers|reset|rst_stream|goaway|time-?d? ?-?out|broken pipe|abort|hang ?up"
    r"|hung up|premature|incomplete|interrupt|crash|died|killed|lost|unexpected(?:ly)? (?:eof|end|clos)|\beof\b"
    r"|(?:stream|protocol) error|(?:no|empty) (?:reply|response|answer)|clos\w* (?:the )?(?:connection|stream)"
    r"|\b(?:connection|stream|socket|peer)\b.{0,40}\b(?:clos|drop|fail)|runner_",
    re.IGNORECASE,
)
"""In a 503: that the request was handed on, and what became of it there is not known. Envoy's words, and their like."""
_MOST_OF_TEXT = 100_000
_ID_IN_TEXT = re.compile(rb'"request_id"\s*:\s*"([A-Za-z0-9][A-Za-z0-9_-]{0,127})"')
_NEVER_TRIED = re.compile(r"\W*no healthy upstream\W*", re.IGNORECASE)
"""Envoy's word for having nobody to hand it to."""


def unconfirmed_error(what: str, request_id: str | None = None) -> Unconfirmed:
    error = Unconfirmed(f"{what}: it may be running, and billed.", charged="maybe")
    error.request_id = request_id
    return error


def request_id_in_body(response: httpx.Response, answer: dict[str, Any]) -> str | None:
    """The id by which an answer's body names a request, also one that is not quite JSON."""
    said = answer.get("request_id")
    if not answer and (found := _ID_IN_TEXT.search(response.content)):
        said = found[1].decode("ascii")
    return said if is_request_id(said) else None


def request_id_in_headers(response: httpx.Response) -> str | None:
    said = response.headers.get("x-fal-request-id")
    return said if is_request_id(said) else None


def is_untaken(response: httpx.Response, *, named: bool) -> bool:
    """Whether an answer says that the request was not taken, so that it may be sent again.

    A 429 does, and a 503 that nothing behind the gateway has had: it names no request, and its text does not speak of
    what became of one. What cannot be read speaks of it. A 429 that does both is in doubt too.

    Args:
        named: whether its body names a request. Its head may.
    """
    if response.status_code not in NOT_NOW:
        return False
    named = named or "x-fal-request-id" in response.headers
    said = response.content.decode("utf-8", "replace")
    words = f"{said} {response.reason_phrase} {response.headers.get('x-fal-error-type', '')}"
    unclear = len(said) > _MOST_OF_TEXT or "\ufffd" in said or _WENT_THROUGH.search(words) is not None
    went_through = unclear and not _NEVER_TRIED.fullmatch(said)
    return not (named and went_through) if response.status_code == 429 else not (named or went_through)
