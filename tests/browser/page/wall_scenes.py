"""The states that the wall's page tests begin in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipyseedance as sd
from tests.wire.fal_double import FalDouble, Script

from . import rows, takes
from .opened import Opened, until
from .scenes import nothing


@dataclass(frozen=True)
class WallScene:
    """What hangs on a wall."""

    folder: Callable[[Path], None] = nothing
    """Fills a folder. Scenes with the same one share it."""
    before: Callable[..., None] = nothing
    """What is done to a copy of it before its project opens."""
    service: Callable[[FalDouble], None] = nothing
    hung: Callable[[Opened, int | None], list[sd.Generation]] = lambda opened, count: opened.project.generations[:count]
    """Of these generations, the first `count`."""


def make_two(fal: FalDouble) -> None:
    """The service knows the requests of the two cells that are under way."""
    making: list[dict[str, Any] | str] = [
        {"status": "IN_PROGRESS", "logs": [{"message": "rendering frame 74 of 120"}]},
        "hold",
    ]
    fal.jobs[rows.request_id(takes.MAKING)] = Script(statuses=making)
    fal.jobs[rows.request_id(takes.QUEUED)] = Script(statuses=[{"status": "IN_QUEUE", "queue_position": 2}, "hold"])


def all_but_one(opened: Opened, _count: int | None) -> list[sd.Generation]:
    until(lambda: opened.generation(takes.MAKING).progress is not None)
    until(lambda: opened.generation(takes.QUEUED).queue_position)
    return [job for job in opened.project.generations if job.request_id != rows.request_id(takes.NOT_HUNG)]


sixteen = takes.plain(16)

WALL: dict[str, WallScene] = {
    "sweep": WallScene(takes.sweep),
    "plain": WallScene(sixteen),
    "bench": WallScene(takes.of_one_length),
    "paged": WallScene(takes.plain(40)),
    "states": WallScene(before=takes.put_states, service=make_two, hung=all_but_one),
}
