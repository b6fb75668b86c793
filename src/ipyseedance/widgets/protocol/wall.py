"""What a Wall shows, what a page asks of it, and is answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from . import shared
from .message import Message, Name, Number, Numbers
from .shared import Begun, ErrorValue, GetClip, GetPoster, Hello, Judge, OfClip, Paid, Status, SweepTotals

MOST_WAVES = 200
"""Clips whose sound is drawn by one message."""

Which = Literal["start", "end"]


class Cell(TypedDict):
    """A place on the wall: its clip, or how far that is."""

    gid: int
    label: str
    """Its place in the sweep ("fox · seed 3"), or ""."""
    prompt: str
    seed: int | None
    width: int
    height: int
    duration: float
    """Seconds."""
    fps: float
    audio: bool
    url: str | None
    saved: bool
    status: Status
    stage: str
    progress: float | None
    ended: float | None
    error: ErrorValue | None
    star: bool
    rating: int | None
    tags: list[str]
    note: str
    measures: dict[str, float | None] | None
    """By the names of `_measures`; null where there is nothing to measure, and as a whole until it has been."""
    given: list[Which]
    """Which pictures it was made from."""


class Measure(TypedDict):
    """What a number of a clip is called and means."""

    name: str
    title: str
    short: str
    """Before the number where there is little room; "" where its unit says it."""
    unit: str
    digits: int
    """Places after the point."""
    meaning: str


class Page(TypedDict):
    """One page of the wall."""

    rev: int
    number: int
    count: int
    """Pages."""
    total: int
    """Clips on all pages."""
    name: str
    axes: list[str]
    rows: list[str]
    """Headings; none where the clips hang in plain order."""
    columns: list[str]
    cells: list[Cell | None]
    """Row by row; null where the sweep has no clip."""
    project: str


class Score(TypedDict):
    """By the votes, and the ends of its 95 % interval. Scores of different groups, which no votes connect, do not
    compare."""

    score: float
    low: float
    high: float
    votes: int
    group: int


class ClipScore(Score):
    """How a clip stands."""

    gid: int
    label: str
    prompt: str
    seed: int | None
    page: int
    star: bool
    rating: int | None
    cost: float | None
    motion: float | None


class ValueScore(Score):
    """How a value of an axis stands."""

    value: str


class AxisScores(TypedDict):
    axis: str
    values: list[ValueScore]


class Standing(TypedDict):
    """Of what was voted on, the best first."""

    votes: int
    clips: list[ClipScore]
    left_out: int
    """Clips that are too many for the table."""
    axes: list[AxisScores]


class WallTraits(TypedDict):
    """A wall's traits."""

    _page: Page
    _selection: list[Cell]
    _measures: list[Measure]
    _standing: Standing
    _read_only: bool
    """The kernel answers only what shows something."""


# Messages.


class FilmTiles(TypedDict):
    tiles: int
    columns: int


class GetFilm(OfClip):
    """A JPEG of a clip's pictures in rows, evenly from its first to its last frame, which comes beside the answer."""

    kind = "film"
    answer = FilmTiles
    looks = True


class Waves(TypedDict):
    waves: list[list[int]]


class GetWaves(Message):
    """The peaks of each clip's sound, 0 to 100 in equal parts; none where there is no sound."""

    kind = "waves"
    answer = Waves
    looks = True

    gids: Annotated[Numbers, Field(max_length=MOST_WAVES)]


class Likeness(TypedDict):
    ssim: float
    """1 is the same."""
    color_shift: float
    """ΔE."""


class CompareGiven(OfClip):
    """Two JPEGs: the picture a clip was given as the model fits it, and its real first or last frame."""

    kind = "given"
    answer = Likeness
    looks = True

    which: Which


class Finals(Message):
    """Clips to be asked for again."""

    gids: Numbers
    resolution: Name
    """Empty: the last that their model has."""
    sound: bool


class Promotion(SweepTotals):
    """What asking for them comes to."""

    resolution: str
    resolutions: list[str]
    """All that their model has."""
    note: str
    """What to know before."""


class PlanPromotion(Finals):
    """What promoting those clips comes to."""

    kind = "promotion"
    answer = Promotion


class Promote(Finals, Paid):
    """Promote those clips."""

    kind = "promote"
    answer = Begun
    acts = True


class TurnPage(Message):
    """Show the page with that number, from 0."""

    kind = "page"
    sets = "page"
    looks = True

    number: Number


class SelectCells(Message):
    """Choose these clips on the wall, and no others."""

    kind = "select"
    sets = "choice"
    looks = True

    gids: Numbers


class ListTags(shared.ListTags):
    """The tags in use in the project, to choose from: whoever only looks has no use for them."""

    looks = False


class Ballot(TypedDict):
    """The two clips to compare next."""

    first: Cell
    second: Cell
    done: int
    """Pairs that have been compared, of all there are."""
    total: int


class GetBallot(Message):
    """The two clips to compare next, among those, or among all on the wall."""

    kind = "ballot"
    answer = Ballot

    gids: Numbers


class Voted(TypedDict):
    vote: int
    """Its number, to take it back by."""
    next: Ballot


class Vote(Message):
    """Which of two clips is better; null for neither."""

    kind = "vote"
    answer = Voted
    sets = "votes"
    adds = True

    first: Number
    second: Number
    winner: Number | None
    gids: Numbers
    """Those to compare next, or none for all on the wall."""


class Unvote(Message):
    """Take a vote back."""

    kind = "unvote"
    sets = "votes"
    adds = True

    vote: Number


WALL_REQUESTS: tuple[type[Message], ...] = (
    Hello,
    GetClip,
    GetPoster,
    GetFilm,
    GetWaves,
    CompareGiven,
    PlanPromotion,
    Promote,
    TurnPage,
    SelectCells,
    Judge,
    ListTags,
    GetBallot,
    Vote,
    Unvote,
)
"""Everything that a wall answers."""
