"""What the browser is shown of a wall's clips, as plain JSON."""

from __future__ import annotations

from typing import cast

from ..contract.measures import MEASURES
from ..jobs import previews as looking
from ..jobs.job import Job
from . import views
from .protocol.wall import Cell, Measure, Which

NUMBERS = {name: measure for name, measure in MEASURES.items() if not measure.text}


def measures() -> list[Measure]:
    """The measures that are numbers, as the browser names and explains them."""
    return [
        {
            "name": name,
            "title": measure.title,
            "short": measure.short,
            "unit": measure.unit,
            "digits": measure.digits,
            "meaning": measure.meaning,
        }
        for name, measure in NUMBERS.items()
    ]


def cell(job: Job, label: str) -> Cell:
    """A place on the wall: its clip, or how far that is."""
    card, row = views.job(job), views.row_of(job)
    return {
        "gid": row["gid"],
        "prompt": row["prompt"],
        "seed": row["seed"],
        "width": row["width"],
        "height": row["height"],
        "duration": row["duration"],
        "fps": row["fps"],
        "audio": row["audio"],
        "url": row["url"],
        "saved": row["saved"],
        "star": row["star"],
        "rating": row["rating"],
        "tags": row["tags"],
        "note": row["note"],
        "status": card["status"],
        "stage": card["stage"],
        "progress": card["progress"],
        "ended": card["ended"],
        "error": card["error"],
        "label": label,
        "measures": _measures_of(job),
        "given": cast(list[Which], looking.pictures_given_to(job)),
    }


def _measures_of(job: Job) -> dict[str, float | None] | None:
    """A clip's measures that are numbers; None until they have been taken."""
    found = job.record.measures
    return None if found is None else {name: cast(float | None, found.get(name)) for name in NUMBERS}
