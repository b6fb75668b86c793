"""What a person thinks of a project's clips: judgements of one, votes between two, and the scores they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from ..contract.errors import InvalidRequest, Problem
from ..jobs.clip import Clip
from ..jobs.generation import Generation
from ..jobs.thread import JobThread
from ..store.history import History
from ..store.record import now
from ..sweeps.run import SweepRun
from .rating import judged
from .scores import Score, scores

if TYPE_CHECKING:
    import pandas as pd

    from ..jobs.lifecycle import Runner
    from ..jobs.registry import Jobs

_SCORE = ("score", "low", "high", "votes", "group")


class Judging:
    """The part of a project that keeps what a person thinks of its clips."""

    folder: Path
    history: History
    _thread: JobThread
    _jobs: Jobs
    _runner: Runner
    _changed: Callable[[Generation | None], None]

    def judge(
        self,
        clip: Generation | Clip,
        *,
        star: bool | EllipsisType = ...,
        rating: int | EllipsisType | None = ...,
        tags: Iterable[str] | EllipsisType | None = ...,
        note: str | EllipsisType = ...,
    ) -> None:
        """Keep what you think of a clip; returns when it is on the disk. What is left out stays as it was.

        Args:
            clip: a generation of this project, or its clip.
            star: True or False.
            rating: 1 to 5, the best, or None to take it back.
            tags: up to 20 words of at most 40 letters, instead of those it had.
            note: a text of at most 2,000 letters.

        Raises:
            InvalidRequest: one of them is not allowed; nothing was kept.
            ProjectUnusable: the history cannot be written.
            SeedanceError: it was called by what observes the project; nothing was kept.
        """
        given = {"star": star, "rating": rating, "tags": tags, "note": note}
        changes = judged({name: value for name, value in given.items() if value is not ...})
        job = self._job(clip)
        if changes:
            self._thread.refuse_waiting()
            self._thread.start(self._runner.journal.write(job, **changes)).result()

    def vote(self, first: Generation | Clip, second: Generation | Clip, winner: Generation | Clip | None) -> int:
        """Keep which of two clips is better; returns the vote's number when it is on the disk.

        Args:
            first: one of the two.
            second: the other.
            winner: one of the two, or None for a tie.

        Raises:
            InvalidRequest: the two are one, or the winner is neither.
            ProjectUnusable: the history cannot be written.
        """
        a, b = self._job(first).id, self._job(second).id
        won = None if winner is None else self._job(winner).id
        if a == b:
            raise InvalidRequest([Problem("second", repr(second)[:60], "it is the first; give another clip")])
        if won not in (a, b, None):
            raise InvalidRequest([Problem("winner", repr(winner)[:60], "give one of the two, or None for a tie")])
        number = self.history.add_vote(now(), a, b, won).result()
        self._changed(None)
        return number

    def unvote(self, number: int) -> None:
        """Take back the vote of that number; returns when that is on the disk. Raises KeyError when there is none."""
        if not self.history.remove_vote(number).result():
            raise KeyError(number)
        self._changed(None)

    @property
    def votes(self) -> pd.DataFrame:
        """Every vote, oldest first: `created_at` (UTC), `first`, `second` and `winner`, which is missing for a tie.

        The last three are the numbers of generations, `id` in `history.df`.
        """
        import pandas as pd

        votes = self.history.votes()
        columns = {
            "created_at": pd.to_datetime(
                pd.Series([vote.created_at for vote in votes], dtype="float64"), unit="s", utc=True
            ),
            "first": pd.Series([vote.first for vote in votes], dtype="int64"),
            "second": pd.Series([vote.second for vote in votes], dtype="int64"),
            "winner": pd.Series([vote.winner for vote in votes], dtype="Int64"),
        }
        return pd.DataFrame(columns)

    def scores(self, clips: object = None, *, by: str | None = None) -> pd.DataFrame:
        """How good clips are by the votes between them: Bradley and Terry's model, see `ipyseedance.ratings.scores`.

        One point more is 73 wins in a hundred, two points 88. Ties count half. The scores of a group have the mean 0.

        Args:
            clips: which are compared: a list of Generation or Clip, a sweep's run, or rows of `history.df`; None for
                all that were voted on.
            by: an axis of the run, or a field of the request, whose values are scored in place of the clips. Every
                vote between clips that differ in it is one for the value of the winner, whatever else differs; the
                others tell nothing of it. With few clips of a value, its interval is narrower than it should be.

        Returns:
            A row for each, the best first: `id` (or the name of the axis), `score`, `low` and `high`, the ends of its
            95 % interval, `votes`, and `group`. Scores of different groups, which no votes connect, do not compare.
            What has no votes has the score NaN and the group -1.

        Raises:
            InvalidRequest: the clips or the axis are not known.
        """
        import pandas as pd

        votes = [(vote.first, vote.second, vote.winner) for vote in self.history.votes()]
        if clips is None:
            ids = list(dict.fromkeys(id for first, second, _ in votes for id in (first, second)))
        else:
            ids = self._ids(clips)
        if by is None:
            found = ranked(scores(ids, votes))
            name, dtype = "id", "int64"
        else:
            found = ranked(value_scores(self._values(ids, clips, by), votes))
            name, dtype = by, "object"
        frame = pd.DataFrame([score for _, score in found], columns=list(_SCORE))
        frame = frame.astype(
            {"score": "float64", "low": "float64", "high": "float64", "votes": "int64", "group": "int64"}
        )
        frame.insert(0, name, pd.Series([thing for thing, _ in found], dtype=dtype))
        return frame

    def _job(self, clip: Generation | Clip) -> Generation:
        """The handle of a generation of this project."""
        self._thread.check_process(self.folder)
        if isinstance(clip, Generation) and clip.folder == self.folder:
            if not clip.id:
                clip.recorded.result()
            return clip
        if isinstance(clip, Clip) and self.folder in clip.path.parents:
            return self._jobs.of(self.history.find(clip.request_id))
        shown = repr(clip)[:60]
        raise InvalidRequest([Problem("clip", shown, f"{shown} is not a Generation or Clip of {self!r}")])

    def _ids(self, clips: object) -> list[int]:
        if isinstance(clips, SweepRun):
            return list(dict.fromkeys(clips.ids))
        if hasattr(clips, "iterrows"):
            if "id" not in clips.columns:  # type: ignore[attr-defined]
                raise InvalidRequest(
                    [Problem("clips", "DataFrame", "it has no column `id`; give rows of `history.df`")]
                )
            return list(dict.fromkeys(int(id) for id in clips["id"]))  # type: ignore[index]
        if isinstance(clips, (Generation, Clip, str)) or not isinstance(clips, Iterable):
            shown = repr(clips)[:60]
            raise InvalidRequest(
                [Problem("clips", shown, f"{shown}: give a list of Generation or Clip, a run, or rows")]
            )
        return list(dict.fromkeys(self._job(clip).id for clip in clips))

    def _values(self, ids: list[int], clips: object, by: str) -> dict[int, str]:
        """The value of an axis, as text, or of a request's field, of each clip that has one."""
        if isinstance(clips, SweepRun) and by in clips.axes:
            return {id: cell[by] for id, cell in zip(clips.ids, clips.cells, strict=True) if by in cell}
        found: dict[int, str] = {}
        names: dict[str, None] = dict.fromkeys(clips.axes) if isinstance(clips, SweepRun) else {}
        for record in self.history.some(ids):
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


def ranked(found: dict[Any, Score]) -> list[tuple[Any, Score]]:
    """The best first, group by group, the largest first; what was never compared comes last."""
    return sorted(found.items(), key=lambda item: (item[1].group < 0, item[1].group, -item[1].score))
