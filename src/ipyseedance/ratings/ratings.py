"""Keeping what a person thinks of a project's clips, and the table of scores that votes come to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..contract.errors import InvalidRequest, Problem
from ..jobs.chosen import find_job, ids_of
from ..jobs.clip import Clip
from ..jobs.generation import Generation
from ..jobs.job import Job
from ..jobs.workspace import Workspace
from ..store.record import now
from .rating import check_ratings
from .scores import Score, scores

if TYPE_CHECKING:
    import pandas as pd

Voted = Generation | Clip | Job
"""What may stand for a clip that is rated or voted on."""
_SCORE = ("score", "low", "high", "votes", "group")


def rate(workspace: Workspace, clip: Voted, given: dict[str, Any]) -> None:
    """Keep what is given of star, rating, tags and note, as `Project.judge` says."""
    changes = check_ratings(given)
    job = find_job(workspace, clip)
    if changes:
        workspace.thread.refuse_waiting()
        workspace.thread.start(workspace.recorder.write(job, **changes)).result()


def vote(workspace: Workspace, first: Voted, second: Voted, winner: Voted | None) -> int:
    """Keep which of two clips is better, as `Project.vote` says."""
    a, b = find_job(workspace, first).id, find_job(workspace, second).id
    won = None if winner is None else find_job(workspace, winner).id
    if a == b:
        raise InvalidRequest([Problem("second", repr(second)[:60], "it is the first; give another clip")])
    if won not in (a, b, None):
        raise InvalidRequest([Problem("winner", repr(winner)[:60], "give one of the two, or None for a tie")])
    number = workspace.store.add_vote(now(), a, b, won).result()
    workspace.notify()
    return number


def unvote(workspace: Workspace, number: int) -> None:
    """Take back a vote. Raises KeyError when there is none of that number."""
    if not workspace.store.remove_vote(number).result():
        raise KeyError(number)
    workspace.notify()


def vote_table(workspace: Workspace) -> pd.DataFrame:
    """Every vote, as `Project.votes` says."""
    import pandas as pd

    votes = workspace.store.votes()
    created = pd.Series([vote.created_at for vote in votes], dtype="float64")
    columns = {
        "created_at": pd.to_datetime(created, unit="s", utc=True),
        "first": pd.Series([vote.first for vote in votes], dtype="int64"),
        "second": pd.Series([vote.second for vote in votes], dtype="int64"),
        "winner": pd.Series([vote.winner for vote in votes], dtype="Int64"),
    }
    return pd.DataFrame(columns)


def score_table(workspace: Workspace, clips: Any, *, by: str | None) -> pd.DataFrame:
    """How good clips, or the values of an axis, are by the votes between them, as `Project.scores` says."""
    import pandas as pd

    votes = [(vote.first, vote.second, vote.winner) for vote in workspace.store.votes()]
    if clips is None:
        ids = list(dict.fromkeys(id for first, second, _ in votes for id in (first, second)))
    else:
        ids = ids_of(workspace, clips, argument="clips")
    if by is None:
        found = rank(scores(ids, votes))
        name, dtype = "id", "int64"
    else:
        found = rank(value_scores(_values_of(workspace, ids, clips, by), votes))
        name, dtype = by, "object"
    frame = pd.DataFrame([score for _, score in found], columns=list(_SCORE))
    frame = frame.astype({"score": "float64", "low": "float64", "high": "float64", "votes": "int64", "group": "int64"})
    frame.insert(0, name, pd.Series([thing for thing, _ in found], dtype=dtype))
    return frame


def _values_of(workspace: Workspace, ids: list[int], clips: Any, by: str) -> dict[int, str]:
    """The value of an axis, as text, or of a request's field, of each clip that has one."""
    axes: dict[str, list[str]] = clips.axes if hasattr(clips, "ids") else {}
    if by in axes:  # a run's
        return {id: cell[by] for id, cell in zip(clips.ids, clips.cells, strict=True) if by in cell}
    found: dict[int, str] = {}
    names: dict[str, None] = dict.fromkeys(axes)
    for record in workspace.store.some(ids):
        places: dict[str, Any] = record.request | (record.cell or {})
        names |= dict.fromkeys(places)
        if by in places:
            found[record.id] = str(places[by])
    if ids and not found:
        raise InvalidRequest([Problem("by", repr(by)[:60], f"{by!r} is no axis; give one of {', '.join(names)}")])
    return found


def value_scores(values: dict[int, str], votes: Iterable[tuple[int, int, int | None]]) -> dict[str, Score]:
    """The score of each value of an axis.

    Args:
        values: that of each clip, by its number in the history.
        votes: between clips: first, second, and the winner or None.
    """
    between = [
        (values[first], values[second], None if winner is None else values[winner])
        for first, second, winner in votes
        if first in values and second in values
    ]
    return scores(list(dict.fromkeys(values.values())), between)


def rank(found: dict[Any, Score]) -> list[tuple[Any, Score]]:
    """The best first, group by group, the largest first; what was never compared comes last."""
    return sorted(found.items(), key=lambda item: (item[1].group < 0, item[1].group, -item[1].score))
