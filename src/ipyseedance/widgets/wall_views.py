"""What the browser is shown of a wall's clips, as plain JSON."""

from __future__ import annotations

from typing import Any

from ..lab.generation import Generation
from . import views

_JOB = ("status", "stage", "progress", "ended", "error")
_ROW = (
    "gid", "prompt", "seed", "width", "height", "duration", "fps", "audio", "url", "saved",
    "star", "rating", "tags", "note",
)  # fmt: skip


def cell(job: Generation, label: str) -> dict[str, Any]:
    """A place on the wall: its clip, or how far that is."""
    card, row = views.job(job), views.row(job.record)
    return {
        **{name: row[name] for name in _ROW},
        **{name: card[name] for name in _JOB},
        "label": label,
    }
