"""What both widgets say: values, errors, prices, and the messages that both answer."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from ..reading import LARGEST, LONGEST_TEXT
from .message import Message, Name, Number

Status = Literal[
    "PENDING", "SUBMITTING", "IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "UNCONFIRMED"
]  # fmt: skip
CostSource = Literal["free", "estimate", "billed", "person", "elsewhere"]


class FrameValue(TypedDict):
    """A picture: the page holds its token, the kernel its bytes."""

    frame: str
    """The token."""
    name: str
    width: int
    """Pixels; 0 where they are not known."""
    height: int
    url: str | None


Value = str | int | float | bool | FrameValue | None
"""What a field holds."""
Fields = dict[str, Value]
"""The fields of a request, by name."""


class Problem(TypedDict):
    """One thing that is wrong."""

    field: str
    message: str
    missing: NotRequired[bool]
    """Required and merely still empty: pointed at when Generate is pressed, not before."""


class Question(TypedDict):
    """What a person is to type before an act that costs something."""

    count: int
    """Clips."""
    price: str | None
    """US dollars as they are to be typed: "1.40". Null where that is not known: then the word "unknown" is typed."""
    left: float | None
    """What the budget has left before the act; null without a budget."""
    word: NotRequired[Literal[True]]
    """Of a locked widget: the word that its owner has is to be typed."""
    typed: NotRequired[bool]
    """Whether the price is to be typed too, where that is not a matter of course."""


class ErrorValue(TypedDict):
    """What went wrong, and what helps."""

    message: str
    next_step: str
    charged: Literal["no", "maybe", "yes"]
    type: str
    problems: NotRequired[list[Problem]]
    question: NotRequired[Question]
    """An act waits until its price has been typed, its owner's word, or both."""


class Told(TypedDict):
    """What happened, and what a person can do about it."""

    message: str
    next_step: str


class Reply(TypedDict):
    """The answer to one message."""

    kind: Literal["reply"]
    req: str
    """The name of the message that is answered."""
    ok: bool
    value: NotRequired[object]
    """What that kind of message is answered."""
    error: NotRequired[ErrorValue]
    working: NotRequired[list[str]]
    """In the answer to a greeting: the messages the kernel is at work on."""


class SweepTotals(TypedDict):
    """What running a sweep comes to."""

    counts: dict[str, int]
    """Values of each axis, the last of which changes fastest."""
    cells: int
    to_run: int
    hits: int
    """Cells that need no clip of their own: made, under way, or the same as another."""
    made: int
    """Cells whose clips are there already."""
    under_way: int
    """Cells whose clips were asked for and are not there yet."""
    skipped: int
    invalid: int
    dollars: float | None
    """Of what is to run; null where the price is not known."""
    free: bool
    minutes: float | None
    concurrency: int
    """Requests at a time that `minutes` goes by."""


class Begun(TypedDict):
    """A run of a sweep."""

    name: str
    gids: list[int]
    """Of all its cells."""
    sent: int
    """How many of them were asked for now."""


# Parts of messages.

Amount = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]


class Shown(Message):
    """What the button said: an act is never more."""

    clips: Amount
    dollars: Amount
    """0 where no price was known: then the kernel asks in any case."""
    bills: Amount = 0
    """Of the button that goes on with what waits: how many bills that accepts."""


def _text_or_blank(typed: object) -> str:
    # Half of a surrogate pair can be sent nowhere, and told to nobody.
    return typed if isinstance(typed, str) and typed.isprintable() else ""


class Consent(Message):
    """What was typed in answer to a question: the price, and the owner's word."""

    confirm: Annotated[str, BeforeValidator(_text_or_blank)] | None = None
    """What is no text is not the price: it is asked for again."""
    word: bytes | None = None
    """The page sends a text. Its digest takes the text's place before anything else is done with the message."""


class Paid(Consent):
    """An act that may cost something."""

    shown: Shown


class OfClip(Message):
    """About one clip."""

    gid: Number
    """Its number in the history."""


class Judgement(Message):
    """What a person says of a clip; what is left out stays as it was."""

    star: bool = False
    rating: int | None = None
    """1 to 5."""
    tags: Annotated[list[Name], Field(max_length=100)] | None = None
    note: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""


# Messages.


class Hello(Message):
    """Ask whether the kernel is there, and have it show everything anew."""

    kind = "hello"
    looks = True


class ClipFile(TypedDict):
    """A clip's file, whose bytes come beside it."""

    content_type: str
    name: str


class GetClip(OfClip):
    """The clip itself."""

    kind = "clip"
    answer = ClipFile
    looks = True


class GetPoster(OfClip):
    """A JPEG of a clip's first frame, which comes beside the answer."""

    kind = "poster"
    looks = True


class Judge(OfClip, Judgement):
    """Keep what a person says of a clip."""

    kind = "judge"
    sets = "judgements"


class Tags(TypedDict):
    """Those in use, of most clips first."""

    tags: list[str]


class ListTags(Message):
    """The tags in use in the project."""

    kind = "tags"
    answer = Tags
    looks = True


SHARED_REQUESTS: tuple[type[Message], ...] = (Hello, GetClip, GetPoster, Judge, ListTags)
"""What both widgets answer."""
