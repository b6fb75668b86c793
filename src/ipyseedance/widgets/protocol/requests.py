"""What a page asks of Studio, and is answered, but for its history (`history.py`).

What a person does travels as one of these messages.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, model_validator
from typing_extensions import TypedDict

from ..reading import (
    LONGEST_ADDRESS,
    LONGEST_DRAFT,
    check_axes,
    check_fields,
    letters_of,
    wrong,
)
from .history import HISTORY_REQUESTS
from .message import Message, Name, Nothing, Number
from .shared import SHARED_REQUESTS, Begun, Fields, FrameValue, OfClip, Paid, SweepTotals
from .snapshots import Axes

MOST_AT_A_TIME = 1000
"""Requests at a time that a plan may be made for."""
MOST_AMOUNTS = 50
"""Open amounts that are told at a time."""

Address = Annotated[str, Field(max_length=LONGEST_ADDRESS)]
Language = Literal["python", "javascript", "curl"]


class OpenAmount(TypedDict):
    """Of what has ended without anybody knowing whether it was billed."""

    gid: int
    prompt: str
    dollars: float | None
    """Null where the price was not known."""
    ended: float
    request_id: str | None
    why: str


CellPlan = Literal["run", "hit", "coming", "twin", "skip", "invalid"]
"""`hit`: made already; `coming`: under way; `twin`: the same as an earlier cell that is to run."""


class PlanRow(TypedDict):
    """A cell of a plan."""

    values: list[str]
    estimate: float | None
    """US dollars; null where the price is not known."""
    plan: CellPlan
    problem: str | None


class Plan(SweepTotals):
    """What running a sweep would do, cell by cell."""

    axes: list[str]
    rows: list[PlanRow]
    """The first cells; `cells` counts all."""


class Composed(Message):
    """What a view's composer holds. A page of another day knows nothing of axes."""

    endpoint: Name
    fields: Annotated[Fields, PlainValidator(check_fields)]
    axes: Annotated[Axes, PlainValidator(check_axes)] = {}

    large = True

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if letters_of(self.fields) + letters_of(self.axes) > LONGEST_DRAFT:
            raise wrong("fields", self.fields, f"values of at most {LONGEST_DRAFT:,} letters together")
        return self


class Sent(TypedDict):
    gids: list[int]
    """The generations that were asked for."""


class SetDraft(Composed):
    """What a view's composer holds now. Answered when it is priced and planned."""

    kind = "draft"
    sets = "draft"

    origin: Name
    """Which view wrote it."""


class Submit(Composed, Paid):
    """Ask for one clip."""

    kind = "submit"
    answer = Sent
    acts = True


class MakePlan(Composed):
    """What running the draft as a sweep would do, cell by cell."""

    kind = "plan"
    answer = Plan

    concurrency: Annotated[int, Field(ge=1, le=MOST_AT_A_TIME)]


class RunSweep(Composed, Paid):
    """Run the draft as a sweep."""

    kind = "run"
    answer = Begun
    acts = True

    skip_invalid: bool = False


class Resume(Paid):
    """Go on with what waits. Accepts the bills that were shown, too."""

    kind = "resume"
    answer = Sent
    acts = True


class Settle(OfClip):
    """What a person says of an open amount: it was billed as estimated, or not at all."""

    kind = "settle"
    acts = True

    billed: bool


class OpenAmounts(TypedDict):
    total: int
    rows: list[OpenAmount]
    """The oldest first."""


class ListOpenAmounts(Message):
    """Some of the open amounts."""

    kind = "open_amounts"
    answer = OpenAmounts
    looks = True

    offset: Number
    limit: Annotated[int, Field(ge=1, le=MOST_AMOUNTS)]


class Cancel(OfClip):
    """Cancel one job."""

    kind = "cancel"
    acts = True


class Cancelled(TypedDict):
    count: int


class CancelAll(Message):
    """Cancel all jobs under way."""

    kind = "cancel_all"
    answer = Cancelled
    acts = True


class Dismiss(OfClip):
    """Take the card of a job that ended badly out of the queue."""

    kind = "dismiss"
    sets = "failures"
    adds = True


class Select(Message):
    """Show a clip in the player; with null, none."""

    kind = "select"
    sets = "player"
    looks = True

    gid: Number | None
    auto: bool = False
    """It is shown because it has just come; nobody chose it."""


class GetThumb(Message):
    """A small JPEG of a picture, which comes beside the answer."""

    kind = "thumb"

    frame: Address
    """Its token."""


class Code(TypedDict):
    text: str


class WriteCode(OfClip):
    """A clip as code that makes it again."""

    kind = "code"
    answer = Code
    looks = True

    language: Language


class Upload(Message):
    """A piece of a picture; the piece's bytes come beside it. The last one is answered with the picture."""

    kind = "upload"
    answer = FrameValue | Nothing

    upload: Name
    """What all pieces of it say."""
    name: Name
    """Of the file."""
    index: Number
    last: bool = False


class FetchFrame(Message):
    """The picture at an address."""

    kind = "frame_url"
    answer = FrameValue

    url: Address


class TakeVariable(Message):
    """The picture in a variable of the notebook."""

    kind = "frame_variable"
    answer = FrameValue

    name: Name


class TakeClipFrame(OfClip):
    """The first or last frame of a clip."""

    kind = "frame_clip"
    answer = FrameValue

    which: Literal["first", "last"]


class Variable(TypedDict):
    """A variable of the notebook that holds a picture or a clip."""

    name: str
    type: str
    width: int
    height: int


class Variables(TypedDict):
    variables: list[Variable]


class ListVariables(Message):
    """The variables of the notebook that hold a picture or a clip."""

    kind = "variables"
    answer = Variables


STUDIO_REQUESTS: tuple[type[Message], ...] = (
    *SHARED_REQUESTS,
    SetDraft,
    Submit,
    MakePlan,
    RunSweep,
    Resume,
    Settle,
    ListOpenAmounts,
    Cancel,
    CancelAll,
    Dismiss,
    Select,
    GetThumb,
    WriteCode,
    Upload,
    FetchFrame,
    TakeVariable,
    TakeClipFrame,
    ListVariables,
    *HISTORY_REQUESTS,
)
"""Everything that Studio answers."""
