"""What a page asks of Studio's history, and is answered: what is found in it, and what is done with the chosen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from ..reading import LARGEST
from .message import Message, Name, Number, Numbers
from .shared import Begun, Paid
from .snapshots import Row

Offset = Annotated[int, Field(ge=0, le=10**9)]
"""Rows into a list, or of it: no history is longer."""
Names = Annotated[list[Name], Field(max_length=50)]
Sort = Literal["newest", "oldest", "cost", "cheapest", "duration", "shortest", "rating"]


class Find(Message):
    """What is looked for in the history. Of several values of a field any will do.

    A part that is not known is refused: a filter passed over would find more than what was meant.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)

    query: Annotated[str, Field(max_length=1000)] = ""
    sort: Sort = "newest"
    grouped: bool = False
    """Whether the clips of each sweep stand together."""
    endpoint: Names = []
    resolution: Names = []
    ratio: Names = []
    seconds: Names = []
    """Seconds as asked for."""
    sound: bool | None = None
    starred: bool = False
    rated: Number | None = None
    """The least rating."""
    seed: Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | None = None
    sweep: Name | None = None
    tag: Name | None = None


class Group(TypedDict):
    """The clips of one sweep among those found, or, without a name, those of none."""

    sweep: str | None
    axes: list[str]
    count: int


class FoundRows(TypedDict):
    total: int
    rows: list[Row]
    groups: list[Group] | None
    """Null where they were not asked for."""


class FindRows(Message):
    """A page of what is found in the history."""

    kind = "history"
    answer = FoundRows
    looks = True

    find: Find
    offset: Offset
    limit: Offset
    groups: bool = False


class FoundNumbers(TypedDict):
    gids: list[int]


class FindNumbers(Message):
    """The numbers of what is found, without its rows."""

    kind = "found"
    answer = FoundNumbers
    looks = True

    find: Find
    offset: Offset
    limit: Offset


class Sweeps(TypedDict):
    sweeps: list[str]


class ListSweeps(Message):
    """The names of the newest runs of sweeps."""

    kind = "sweeps"
    answer = Sweeps
    looks = True


class Choose(Message):
    """Choose these clips in the history, and no others."""

    kind = "choose"
    sets = "choice"
    looks = True

    gids: Numbers


class Compare(Message):
    """Hang these clips, or, where one is named, the run of that sweep, on the wall and show it."""

    kind = "compare"
    sets = "wall"
    looks = True

    gids: Numbers = []
    sweep: Name | None = None


class Back(Message):
    """From the wall to the composer and the player."""

    kind = "back"
    sets = "wall"
    looks = True


class AgainPrice(TypedDict):
    clips: int
    dollars: float | None
    """Null where the price is not known."""
    free: bool


class PriceAgain(Message):
    """What asking for these clips once more would cost."""

    kind = "again_price"
    answer = AgainPrice

    gids: Numbers


class Again(Paid):
    """Ask for these clips once more."""

    kind = "again"
    answer = Begun
    acts = True

    gids: Numbers
    seeds: Literal["new", "same"] = "new"


class Exported(TypedDict):
    folder: str
    count: int


class Export(Message):
    """Copy these clips, with what they were made from, to a folder of exports."""

    kind = "export"
    answer = Exported
    acts = True

    gids: Numbers


HISTORY_REQUESTS: tuple[type[Message], ...] = (
    FindRows,
    FindNumbers,
    ListSweeps,
    Choose,
    Compare,
    Back,
    PriceAgain,
    Again,
    Export,
)
"""Everything that Studio answers of its history."""
