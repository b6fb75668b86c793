"""What the browser is shown of a wall's clips, as plain JSON."""

from __future__ import annotations

from typing import Any

from ..contract.measures import MEASURES
from ..jobs import previews as looking
from ..jobs.job import Job
from . import views

_JOB = ("status", "stage", "progress", "ended", "error")
_ROW = (
    "gid", "prompt", "seed", "width", "height", "duration", "fps", "audio", "url", "saved",
    "star", "rating", "tags", "note",
)  # fmt: skip


NUMBERS = {name: measure for name, measure in MEASURES.items() if not measure.text}


def measures() -> list[dict[str, Any]]:
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


def cell(job: Job, label: str) -> dict[str, Any]:
    """A place on the wall: its clip, or how far that is."""
    card, row = views.job(job), views.row_of(job)
    return {
        **{name: row[name] for name in _ROW},
        **{name: card[name] for name in _JOB},
        "label": label,
        "measures": _measured(job),
        "given": looking.pictures_given_to(job),
    }


def _measured(job: Job) -> dict[str, Any] | None:
    """A clip's measures that are numbers; None until they have been taken."""
    found = job.record.measures
    return None if found is None else {name: found.get(name) for name in NUMBERS}
