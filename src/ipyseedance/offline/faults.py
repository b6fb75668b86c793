"""Faults on demand, for teaching and for testing what a program does when fal fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..contract.endpoint import Endpoint
from .inputs import entry
from .job import Answer
from .request_to_shot import prompt_of

MODERATED = "content_policy_violation"
_MESSAGE = "The content could not be processed because it contained material flagged by a content checker."
_MODEL_FAILURES = {
    "internal_server_error": 500,
    "generation_timeout": 504,
    "downstream_service_error": 400,
    "downstream_service_unavailable": 500,
    MODERATED: 422,
    "no_media_generated": 422,
    "image_load_error": 422,
    "file_download_error": 422,
    "face_detection_error": 422,
}
"""fal's types of failure that the model answers, with their HTTP status."""
_QUEUE_FAILURES = {
    "request_timeout": 504,
    "startup_timeout": 504,
    "runner_scheduling_failure": 503,
    "runner_connection_timeout": 503,
    "runner_disconnected": 503,
    "runner_connection_refused": 503,
    "runner_connection_error": 503,
    "runner_incomplete_response": 502,
    "runner_server_error": 500,
    "internal_error": 500,
    "bad_request": 400,
}
"""fal's types of failure of what carries the request to the model."""
FAILURES = (*_MODEL_FAILURES, *_QUEUE_FAILURES)
LONGEST = 3600.0
"""Seconds a fault may delay something."""


@dataclass
class Faults:
    """What goes wrong, as long as it is set."""

    latency: float = 0.0
    """Seconds every answer waits."""
    queue_wait: float = 0.0
    """Seconds a request stays in the queue at least."""
    fail: str | None = None
    """One of FAILURES: requests end so."""
    fail_times: int | None = None
    """How many more do; None: all."""
    lose_answers: int = 0
    """How many more submits are taken and then hung up on."""
    expire_results: bool = False
    """Results are gone as soon as they are there."""
    moderate: tuple[str, ...] = ()
    """Words: a request whose prompt holds one of them ends as content_policy_violation."""

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Set some of them; all or nothing.

        Raises:
            ValueError: a name or a value is wrong; the text says which and what is allowed.
        """
        for name, value in wanted.items():
            known = _ALLOWED.get(name)
            if known is None:
                raise ValueError(f"{name[:50]!r} is none of {', '.join(_ALLOWED)}")
            said, good = known
            if not good(value):
                raise ValueError(f"{name}: {str(value)[:50]!r} is not allowed; give {said}")
        for name, value in wanted.items():
            setattr(self, name, tuple(value) if isinstance(value, list) else value)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def failure(self, endpoint: Endpoint) -> Answer | None:
        """How the next request ends, if it is to fail."""
        if self.fail is None or self.fail_times == 0:
            return None
        if self.fail_times is not None:
            self.fail_times -= 1
        return _failure(endpoint, self.fail)

    def loses_answer(self) -> bool:
        """Whether the answer to this submit gets lost."""
        self.lose_answers, lost = max(self.lose_answers - 1, 0), self.lose_answers > 0
        return lost

    def refusal(self, endpoint: Endpoint, fields: Mapping[str, Any]) -> Answer | None:
        """How a request ends whose prompt holds a word that is moderated."""
        prompt = endpoint.asked(fields).prompt
        if prompt and any(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", prompt, re.IGNORECASE) for word in self.moderate
        ):
            return Answer(422, {"detail": [entry(prompt_of(endpoint), MODERATED, _MESSAGE, prompt)]})
        return None


def _failure(endpoint: Endpoint, type: str) -> Answer:
    if type == MODERATED:
        return Answer(422, {"detail": [entry(prompt_of(endpoint), type, _MESSAGE, None)]})
    message = f"The offline engine was told to fail with {type}."
    if type in _MODEL_FAILURES:
        return Answer(_MODEL_FAILURES[type], {"detail": [entry("", type, message, None)]})
    return Answer.failure(_QUEUE_FAILURES[type], type, message)


def _seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000


def _words(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) <= 100
        and all(isinstance(word, str) and word.strip() and len(word) <= 100 for word in value)
    )


_DELAY = f"seconds from 0 to {LONGEST:g}"
_COUNT = "a whole number from 0 to 1000000"
_ALLOWED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "latency": (_DELAY, _seconds),
    "queue_wait": (_DELAY, _seconds),
    "fail": (f"null or one of {', '.join(FAILURES)}", lambda value: value is None or value in FAILURES),
    "fail_times": (f"null or {_COUNT}", lambda value: value is None or _count(value)),
    "lose_answers": (_COUNT, _count),
    "expire_results": ("true or false", lambda value: isinstance(value, bool)),
    "moderate": ("a list of at most 100 words of at most 100 letters", _words),
}
