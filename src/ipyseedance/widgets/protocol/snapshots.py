"""What Studio shows: its traits, and what they are made of. They travel from the kernel to the page only."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .shared import CostSource, ErrorValue, Fields, Problem, Status, SweepTotals, Told, Value


class Property(TypedDict, total=False):
    """A field of a request in JSON Schema, as far as controls are drawn from it."""

    title: str
    description: str
    control: str
    role: str
    """What the field is, whatever the endpoint calls it: "prompt", "seconds", "first_frame" …"""
    type: str
    enum: list[str | int | float]
    default: Value
    unit: str
    minimum: float
    maximum: float
    allowed: str
    ref: Annotated[str, Field(alias="$ref")]
    anyOf: list[Property]
    allOf: list[Property]


class Schema(TypedDict):
    """The fields of an endpoint's requests."""

    properties: dict[str, Property]
    required: NotRequired[list[str]]
    defs: NotRequired[Annotated[dict[str, Property], Field(alias="$defs")]]


class Endpoint(TypedDict):
    """A model's endpoint: its schema draws the controls."""

    id: str
    model: str
    title: str
    schema: Schema
    fps: float


class Insertion(TypedDict):
    """A piece of a prompt; a "|" marks where the caret goes."""

    label: str
    insert: str


class Helper(TypedDict):
    title: str
    items: list[Insertion]


class Example(TypedDict):
    use: str
    prompt: str
    endpoint: str


class Prompting(TypedDict):
    """Help with prompts."""

    helpers: list[Helper]
    examples: list[Example]


class Server(TypedDict):
    """Where requests go, and how that is."""

    kind: Literal["offline", "fal", "url"]
    label: str
    free: bool
    state: Literal["starting", "ready", "refused", "locked", "unreachable"]
    message: str
    next_step: str


class Spending(TypedDict):
    """US dollars."""

    spent: float
    reserved: float
    cap: float | None
    """The budget; null without one."""


class Waiting(TypedDict):
    """What goes on only when a person says so: never sent, and what that costs; asked for by somebody else, sent or
    not."""

    jobs: int
    """Jobs in all."""
    count: int
    """Those that would be sent, and what that costs: null where it is not known."""
    cost: float | None
    foreign: int
    """Those that somebody else asked for."""
    held: int
    """Those that a bill far above its estimate holds back."""
    bills: int
    """How many such bills nobody has accepted, and the newest: going on accepts them."""
    bill: Told | None


class OpenSum(TypedDict):
    """What has ended without anybody knowing whether it was billed, and the US dollars reserved for it."""

    count: int
    dollars: float


class ProjectName(TypedDict):
    name: str


class Lab(TypedDict):
    """Where requests go, what has been spent, and what waits for a person."""

    server: Server
    retired: list[str]
    """Endpoints the service calls deprecated."""
    purse: Spending
    waiting: Waiting
    open: OpenSum
    project: ProjectName
    read_only: bool
    """The kernel answers only what shows something."""
    prompting: Prompting


class Price(TypedDict):
    """What a draft would cost, in US dollars: null where that is not known."""

    cost: float | None
    live: bool
    """The service's own price; otherwise a price list's."""
    as_of: str
    """The day that price is of: "2026-11-22"."""


class Quote(Price):
    """What a draft would cost, and what it would give."""

    free: bool
    width: int | None
    """Pixels; null where the endpoint says no sizes."""
    height: int | None
    seconds: float | None
    """Until it would be there; null where nothing is known of that."""


Axis = str | list[Value]
"""What a field or a placeholder is varied over: a text in the syntax of a sweep, which the kernel reads, or values."""
Axes = dict[str, Axis]


class WrongCells(TypedDict):
    """A reason why cells are invalid, and how many have it."""

    field: str
    message: str
    cells: int


class SweepQuote(SweepTotals):
    """What a draft some of whose fields are varied comes to."""

    wrong: list[WrongCells]
    """Why cells are invalid: the first few reasons."""


class DraftTrait(TypedDict):
    """What is being composed, which all views of a Studio share."""

    rev: int
    origin: str
    """Which view wrote it."""
    endpoint: str
    fields: Fields
    axes: Axes
    placeholders: list[str]
    """Names in braces in the prompt that may be axes."""
    counts: dict[str, int]
    """Values of each axis that can be read."""
    sweep: SweepQuote | None
    """Null while nothing is varied, or something is wrong."""
    quote: Quote | None
    problems: list[Problem]


class Job(TypedDict):
    """A card of the queue."""

    gid: int
    prompt: str
    endpoint: str
    status: Status
    stage: str
    """What it is at, in words."""
    progress: float | None
    """0 to 1."""
    elapsed_from: float
    """Seconds since the epoch."""
    ended: float | None
    """Null while it is under way."""
    estimate: float | None
    """US dollars; null where the price was not known."""
    cost: float | None
    cost_source: CostSource | None
    open: bool
    """It has ended, and whether it was billed is not known."""
    free: bool
    request_id: str | None
    error: ErrorValue | None
    fields: Fields | None
    """Of one that has ended."""


class JobsTrait(TypedDict):
    cards: list[Job]
    """Those that ended badly, then the foremost of those under way."""
    counts: dict[Status, int]
    """All jobs under way, by status; only those that there are."""


class Row(TypedDict):
    """A clip of the history."""

    gid: int
    prompt: str
    endpoint: str
    fields: Fields
    seed: int | None
    width: int
    height: int
    duration: float
    """Seconds."""
    fps: float
    audio: bool
    cost: float | None
    cost_source: CostSource | None
    bill: Told | None
    """What is said of a bill far above its estimate."""
    created: float
    """Seconds since the epoch."""
    queue_seconds: float | None
    run_seconds: float | None
    url: str | None
    saved: bool
    file_name: str
    request_id: str | None
    notice: Told | None
    """What to know about it: it is not as asked, or not on the kernel's disk."""
    sweep: str | None
    """The run of a sweep it was asked for by."""
    star: bool
    rating: int | None
    """1 to 5."""
    tags: list[str]
    note: str


class SelectedRow(Row):
    """The clip in the player."""

    auto: NotRequired[Literal[True]]
    """A page showed it because it had just come; nobody chose it."""


class HistoryTrait(TypedDict):
    rev: int
    total: int
    rows: list[Row]
    """The newest."""


class StudioTraits(TypedDict):
    """Studio's traits."""

    _catalog: list[Endpoint]
    _lab: Lab
    _draft: DraftTrait
    _jobs: JobsTrait
    _history: HistoryTrait
    _selected: SelectedRow | None
    _wall: str | None
    """A reference to the wall's model, while it is shown."""
    _chosen: list[int]
    """The clips chosen in the history, in the order they were chosen."""
