"""What a message of a page is, and the limits of what it holds: a page may send anything, of any type and size."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, FailFast, Field
from typing_extensions import TypedDict

from ..reading import LARGEST, LONGEST_NAME

MOST_NUMBERED = 100_000
"""Clips that a message names at most: as many as a sweep can have."""

Number = Annotated[int, Field(ge=0, le=LARGEST)]
"""A whole number that the browser's numbers can hold; most are the number of a generation in the history."""
Numbers = Annotated[list[Number], FailFast(), Field(max_length=MOST_NUMBERED)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]


class Nothing(TypedDict):
    """It was done: there is no more to say."""


class Message(BaseModel):
    """What a page sends. Parts that the kernel does not know are passed over: the page may be of another version."""

    # Built when a widget first answers: it takes 0.1 s, which `import ipyseedance` need not.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)

    kind: ClassVar[str]
    answer: ClassVar[Any] = Nothing
    """The type of the answer."""
    looks: ClassVar[bool] = False
    """It only shows something. A read-only widget answers no others."""
    sets: ClassVar[str] = ""
    """What it sets: messages that set one thing are done in turn, and the last one sent stands."""
    adds: ClassVar[bool] = False
    """Of one that sets: what it says counts beside what others say, in whatever order they come."""
    acts: ClassVar[bool] = False
    """It sends, cancels or copies: an act of its own, which waits for no other message.

    One that neither sets nor acts asks: such are answered beside one another, and a slow one holds up no other.
    """
    large: ClassVar[bool] = False
    """Whether reading one may take so long that the job thread must not."""
