"""What can go wrong, said so that the reader knows what to do next.

Every failure this package raises is a `SeedanceError`. Its text says what happened, whether money was
spent as far as can be known, and the next step. Nothing here ever holds an API key.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Charged = Literal["no", "maybe", "yes"]


class SeedanceError(Exception):
    """Base of every failure.

    Attributes:
        message: what happened, one or two sentences.
        next_step: what the person can do about it.
        charged: "no", "maybe" or "yes": whether the service may bill for it. fal never bills answers of
            500 and above and may bill a 422 (fal's FAQ).
        type: the service's own word for the failure, such as "content_policy_violation", or "".
    """

    default_next_step = ""

    def __init__(self, message: str, *, next_step: str | None = None, charged: Charged = "no", type: str = "") -> None:
        self.message = message
        self.next_step = self.default_next_step if next_step is None else next_step
        self.charged: Charged = charged
        self.type = type
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()

    def to_record(self) -> dict[str, Any]:
        """The failure as plain data, for the history and the widget."""
        return {
            "class": type(self).__name__,
            "message": self.message,
            "next_step": self.next_step,
            "charged": self.charged,
            "type": self.type,
        }


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field of a request."""

    field: str
    value: str
    """The offending value, shortened for reading."""
    message: str
    """What is wrong with it and what is allowed."""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class InvalidRequest(SeedanceError, ValueError):
    """The request cannot be sent. Raised before anything is sent or spent."""

    default_next_step = "Nothing was sent."

    def __init__(self, problems: list[Problem], *, next_step: str | None = None) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems), next_step=next_step, type="invalid_request")

    def __str__(self) -> str:
        return f"{self.message}\n{self.next_step}".rstrip()

    def to_record(self) -> dict[str, Any]:
        return super().to_record() | {"problems": [asdict(p) for p in self.problems]}


class KeyRefused(SeedanceError):
    """The service does not accept the key, or there is none."""

    default_next_step = (
        "Set FAL_KEY (key_id:key_secret, from fal.ai/dashboard/keys) before starting Jupyter, then restart the kernel."
    )


class AccountLocked(SeedanceError):
    """The account may not run requests now: no balance, a lock, or a spending limit."""

    default_next_step = "Look at fal.ai/dashboard/billing, then try again."


class OverBudget(SeedanceError):
    """The project's budget, or the limit for one act without confirmation, stands in the way."""


class ServiceUnavailable(SeedanceError):
    """The service cannot be reached or answers that it cannot serve now."""

    retry_after = 0.0
    """Seconds the service asked to wait before asking again."""
    default_next_step = "Check the network and fal's status page, then try again."


class GenerationFailed(SeedanceError):
    """The service took the request and could not make the clip."""


class ContentRefused(GenerationFailed):
    """The safety checker or the content policy refused the prompt or an image."""

    default_next_step = "Change the prompt or the image and generate again."


class GenerationCancelled(SeedanceError):
    """The request was cancelled."""

    default_next_step = "Generate again when you want it."


class Unconfirmed(SeedanceError):
    """A submit was sent and its answer was lost, so the request may be running, and billed, at the service."""

    request_id: str | None = None
    """The id that the odd answer named, by which the service is asked first."""
    default_next_step = (
        "It was not sent again. Look for it under fal.ai/dashboard/requests before you generate the same clip again."
    )


class DeadlinePassed(GenerationFailed):
    """It was not finished by its deadline: the service's for beginning it, or the project's for the whole."""


class EndpointRetired(SeedanceError):
    """The service no longer offers the endpoint, or sends its requests to another."""

    default_next_step = "Nothing was generated. Look at the endpoint's page on fal.ai, or choose another endpoint."


class ResultExpired(SeedanceError):
    """The service no longer has the request or its clip."""


class ProjectUnusable(SeedanceError):
    """The project's history or a picture of it cannot be read or written."""

    default_next_step = "Make room on the disk, or make the project's folder writable, then open the project again."


class ClipNotSaved(SeedanceError):
    """The clip was made but could not be downloaded, checked or written to disk."""


class ClipTooLarge(ClipNotSaved):
    """The clip's file is larger than any clip of what was asked for, and was not taken on."""


class AnswerTooLarge(SeedanceError):
    """The service's answer is larger than any that is meant, and was not read on."""

    default_next_step = "Look at fal's status page, and at the request under fal.ai/dashboard/requests."


class NotAsAsked(SeedanceError):
    """A clip came, and is kept, but its size, length or sound is not what was asked for."""

    default_next_step = "The clip is kept. The endpoint may be sent to another model now; look at its page at fal."


_CLASSES: dict[str, type[SeedanceError]] = {
    c.__name__: c
    for c in (
        KeyRefused, AccountLocked, OverBudget, ServiceUnavailable, GenerationFailed, ContentRefused,
        GenerationCancelled, Unconfirmed, DeadlinePassed, EndpointRetired, ResultExpired, ProjectUnusable, ClipNotSaved,
        ClipTooLarge, AnswerTooLarge, NotAsAsked,
    )
}  # fmt: skip


def from_record(record: dict[str, Any]) -> SeedanceError:
    """The failure `to_record` wrote, as an exception again."""
    if record.get("class") == InvalidRequest.__name__:
        problems = [Problem(**p) for p in record.get("problems", [])]
        return InvalidRequest(problems or [Problem("", "", record["message"])], next_step=record["next_step"])
    cls = _CLASSES.get(record.get("class", ""), SeedanceError)
    return cls(record["message"], next_step=record["next_step"], charged=record["charged"], type=record.get("type", ""))
