"""Which cells of a sweep need no generation of their own, because the project has their clips."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..doors import files, names
from ..jobs.resume import find_absent
from ..jobs.workspace import Workspace
from ..store.record import Record
from ..store.runs import Had, Run
from .cells import Cell


@dataclass(frozen=True)
class Match:
    """Cells, by their place, that need no generation of their own."""

    hits: dict[int, int]
    """The number of the generation that has it."""
    shared: dict[int, int]
    """The place of an earlier cell with the same request."""
    new: set[str] = field(default_factory=set)
    """The meanings of the requests that need a new one."""

    def without(self, ids: set[int]) -> Match:
        """The same, but for those generations."""
        return Match({n: id for n, id in self.hits.items() if id not in ids}, self.shared, self.new)


def absent(had: Mapping[str, list[Had]], workspace: Workspace) -> dict[int, Record]:
    """Of what the history has, the generations whose clip is not in the folder, and may be fetched again."""
    here = _clips_in(workspace.folder) if had else set()
    away = [one.id for found in had.values() for one in found if not _is_here(one, here)]
    return {record.id: record for record in find_absent(workspace, away)} if away else {}


def at_hand(had: Mapping[str, list[Had]], folder: Path, away: Container[int]) -> dict[str, list[int]]:
    """The numbers of the generations whose clips cost nothing any more, by the meaning of the request.

    Args:
        away: those whose clip may be fetched again. They come last.
    """
    here = _clips_in(folder) if had else set()
    return {
        meaning: [one.id for one in found if _is_here(one, here)]
        + [one.id for one in found if not _is_here(one, here) and one.id in away]
        for meaning, found in had.items()
    }


def _is_here(one: Had, clips: set[str]) -> bool:
    """Whether its clip is in the folder, or on its way."""
    return not one.unsaved and (one.path is None or one.path in clips)


def match_cells(cells: Sequence[Cell], had: Mapping[str, list[int]], before: Run | None) -> Match:
    """Find for each cell a generation that has its clip; no two repetitions of a request find the same.

    Args:
        had: the numbers of those there are, by the meaning of the request.
        before: the run as it was, whose cells keep their generations.
    """
    kept = {json.dumps(cell, sort_keys=True): id for id, cell in before.members} if before else {}
    found = Match({}, {})
    first: dict[tuple[str, str], int] = {}
    free: dict[str, list[int]] = {}
    wanting = []
    for n, cell in enumerate(cells):
        if cell.request is None:
            continue
        text = cell.request.meaning()
        earlier = first.setdefault((text, cell.repetition), n)
        if earlier != n:
            found.shared[n] = earlier
            continue
        if text not in free:
            free[text] = list(had.get(text, ()))
        own = kept.get(json.dumps(cell.axes, sort_keys=True)) if free[text] and kept else None
        if own in free[text]:
            free[text].remove(own)
            found.hits[n] = own
        elif free[text]:
            wanting.append((n, text))
    for n, text in wanting:
        if free[text]:
            found.hits[n] = free[text].pop(0)
    found.new.update(text for (text, _), n in first.items() if n not in found.hits)
    return found


def _clips_in(folder: Path) -> set[str]:
    try:
        return {f"{names.CLIPS}/{name}" for name in files.names_in(names.room(folder, names.CLIPS))}
    except OSError:
        return set()


def seeds_of(cells: Sequence[Cell]) -> set[int | None]:
    """The seeds of the cells' requests; None for one that has none."""
    return {cell.request.asked().seed for cell in cells if cell.request is not None}
