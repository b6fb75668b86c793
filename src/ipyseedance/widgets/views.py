"""What the browser is shown of the lab, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import cast

from ..contract import catalog
from ..contract.errors import SeedanceError
from ..doors import addresses
from ..jobs.job import Job
from ..jobs.ledger import told_of_bill
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store.record import Record
from ..store.statuses import COMPLETED, IN_PROGRESS, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED
from . import pictures
from .protocol.requests import OpenAmount, OpenAmounts
from .protocol.shared import CostSource, ErrorValue, Fields, Status, Told
from .protocol.snapshots import Endpoint, Lab, OpenSum, Prompting, Row, Schema, SelectedRow, Waiting
from .protocol.snapshots import Job as JobCard

_PROMPT_SHOWN = 160
"""Characters of a prompt on a card, which shows one line of it: many cards travel often."""
_USUAL_FPS = 24


def catalogue() -> list[Endpoint]:
    """Every endpoint: its schema draws the controls."""
    return [
        {
            "id": e.id,
            "model": e.model,
            "title": e.title,
            "schema": cast(Schema, e.request.model_json_schema()),
            "fps": e.fps,
        }
        for e in catalog.ENDPOINTS
    ]


def lab(project: Project, waiting: Waiting, open: OpenSum, prompting: Prompting, *, read_only: bool) -> Lab:
    """Where requests go, how that is, and what has been spent."""
    workspace = workspace_of(project)
    connection, purse = workspace.connection, workspace.store.purse()
    problem = connection.problem
    return {
        "server": {
            "kind": connection.choice.kind,
            "label": connection.choice.label,
            "free": connection.choice.free,
            "state": "ready" if connection.state == "idle" else connection.state,
            "message": problem.message if problem else "",
            "next_step": problem.next_step if problem else "",
        },
        "purse": {"spent": purse.spent, "reserved": purse.reserved, "cap": purse.cap},
        "retired": sorted(connection.retired),
        "waiting": waiting,
        "open": open,
        "project": {"name": project.folder.name},
        "read_only": read_only,
        "prompting": prompting,
    }


def waiting(project: Project) -> tuple[Waiting, OpenSum]:
    """What waits for a person's word: jobs, and open amounts."""
    found = project.waiting()
    count, dollars = workspace_of(project).store.open_sum()
    said: Waiting = {
        "jobs": found.jobs,
        "count": found.count,
        "cost": found.cost,
        "foreign": found.foreign,
        "held": len(found.held),
        "bills": len(found.bills),
        "bill": _bill(found.bills[0]) if found.bills else None,
    }
    return said, {"count": count, "dollars": dollars}


def _bill(record: Record) -> Told:
    message, next_step = told_of_bill(record)
    return {"message": message, "next_step": next_step}


def open_amounts(project: Project, offset: int, limit: int) -> OpenAmounts:
    """Some of the open amounts, oldest first, and how many there are in all."""
    store = workspace_of(project).store
    rows: list[OpenAmount] = [
        {
            "gid": record.id,
            "prompt": _shortened(_prompt(record)),
            "dollars": record.price,
            "ended": record.completed_at or record.submitted_at or record.created_at,
            "request_id": record.request_id,
            "why": (record.error or {}).get("message", ""),
        }
        for record in store.open_amounts(offset=offset, limit=limit)
    ]
    return {"total": store.open_sum()[0], "rows": rows}


def error(problem: SeedanceError) -> ErrorValue:
    """A failure, for painting."""
    return {
        "message": problem.message,
        "next_step": problem.next_step,
        "charged": problem.charged,
        "type": problem.type,
    }


def job(generation: Job) -> JobCard:
    """A card of the queue."""
    record = generation.record
    return {
        "gid": generation.id,
        "prompt": _shortened(_prompt(record)),
        "endpoint": record.endpoint,
        # Only what has ended badly offers its settings again.
        "fields": _fields(record) if generation.done else None,
        "status": cast(Status, generation.status),
        "stage": _stage(generation),
        "progress": 0.0 if generation.held else _progress(generation),
        "elapsed_from": record.submitted_at or record.created_at,
        "ended": (record.completed_at or record.created_at) if generation.done else None,
        "estimate": record.price,
        "cost": record.cost,
        "cost_source": cast(CostSource | None, record.cost_source),
        "open": record.is_open,
        "free": record.free,
        "request_id": generation.request_id,
        "error": error(generation.error) if generation.error else None,
    }


def _progress(generation: Job) -> float | None:
    return generation.progress if generation.status in (IN_PROGRESS, COMPLETED) else None


def _stage(generation: Job) -> str:
    status, ahead = generation.status, generation.queue_position
    if generation.held:
        return generation.held.message
    if generation.trouble:
        return f"{generation.trouble} Asking again."
    if generation.cancel_asked and not generation.done:
        return "cancelling"
    if status == IN_QUEUE:
        return f"in queue, {ahead} ahead" if ahead else "in queue, next"
    if status == IN_PROGRESS:
        return generation.logs[-1] if generation.logs else "generating"
    words = {PENDING: "preparing", SUBMITTING: "sending", COMPLETED: "saving the clip", UNCONFIRMED: "looking for it"}
    return words.get(status, status.lower())


def row_of(job: Job) -> Row:
    """A generation's clip."""
    return row(job.record, asked_here=job.asked_here)


def row(record: Record, *, asked_here: bool) -> Row:
    """A clip of the history.

    Args:
        asked_here: whether this person asked for it. A page fetches no address that somebody else's folder names.
    """
    endpoint = catalog.known(record.endpoint)
    return {
        "gid": record.id,
        "prompt": _prompt(record),
        "endpoint": record.endpoint,
        "fields": _fields(record),
        "seed": record.seed,
        "width": record.width or 0,
        "height": record.height or 0,
        "duration": record.clip_duration or record.seconds or 0,
        "fps": record.fps or (endpoint.fps if endpoint else _USUAL_FPS),
        "audio": bool(record.sound) if record.has_audio is None else record.has_audio,
        "cost": record.cost,
        "cost_source": cast(CostSource | None, record.cost_source),
        "bill": _bill(record) if record.overbilled else None,
        "created": record.created_at,
        "queue_seconds": record.queue_seconds,
        "run_seconds": record.run_seconds,
        # A page served over https may not show plain http, and the kernel's loopback is not the browser's.
        "url": record.url if asked_here and addresses.is_public(record.url) else None,
        "saved": record.path is not None,
        "file_name": record.path.rsplit("/", 1)[-1] if record.path else f"clip-{record.id}.mp4",
        "request_id": record.request_id,
        "notice": _notice(record),
        "sweep": record.sweep,
        "star": record.star,
        "rating": record.rating,
        "tags": record.tags or [],
        "note": record.note,
    }


def rows(project: Project, records: Iterable[Record]) -> list[Row]:
    """Clips of a project's history."""
    store = workspace_of(project).store
    return [row(record, asked_here=store.asked(record)) for record in records]


def selected_row(job: Job, *, auto: bool = False) -> SelectedRow:
    """The clip in the player. `auto`: it has just come, and nobody chose it."""
    found = row_of(job)
    return cast(SelectedRow, {**found, "auto": True} if auto else found)


def _prompt(record: Record) -> str:
    """What stands for a generation: its prompt, which of an imported one may be unknown."""
    return record.asked.prompt or f"Request {record.request_id}"


def _shortened(prompt: str) -> str:
    return prompt if len(prompt) <= _PROMPT_SHOWN else prompt[: _PROMPT_SHOWN - 1] + "…"


def _notice(record: Record) -> Told | None:
    """What to know about a clip that is there: it is not as asked, or not on this disk."""
    told = record.error
    return None if told is None else {"message": told["message"], "next_step": told["next_step"]}


def _fields(record: Record) -> Fields:
    """A request's fields as the composer holds them, from its record alone: no picture is read for a list."""
    endpoint = catalog.known(record.endpoint)
    frames = endpoint.request.roles().media if endpoint else ()
    plain = {name: value for name, value in record.request.items() if isinstance(value, (str, int, float, NoneType))}
    shown = {
        name: pictures.reference(value) if name in frames and isinstance(value, str) and value else value
        for name, value in plain.items()
    }
    lists = {name: value for name in frames if isinstance(value := record.request.get(name), list)}
    several = {n: [pictures.reference(v) for v in found if isinstance(v, str)] for n, found in lists.items()}
    return cast(Fields, shown | several)  # the page draws no control for several pictures, and gives them back as read
