"""Blind votes on a wall: which two clips are next, and how all stand by the votes so far."""

from __future__ import annotations

import asyncio
import random
from typing import cast

from ..contract.errors import SeedanceError
from ..jobs.workspace import workspace_of
from ..ratings.pairing import count_compared, next_pair
from ..ratings.ratings import rank, value_scores, vote
from ..ratings.scores import scores
from . import views
from .answering import Answer, NotThere
from .protocol.message import Nothing
from .protocol.wall import AxisScores, Ballot, ClipScore, GetBallot, Standing, Unvote, ValueScore, Vote, Voted
from .shown import ShownWall

_MOST = 200
"""Clips of the table at most: it travels with every vote."""

_dice = random.SystemRandom()


class Voting:
    """Answers a wall's messages about votes, and knows what its `_standing` shows."""

    def __init__(self, wall: ShownWall) -> None:
        self._wall = wall

    async def ballot(self, ask: GetBallot, _buffers: list[bytes]) -> Answer[Ballot]:
        """The two clips to compare next."""
        return await asyncio.to_thread(lambda: self._ballot(self._among(ask.gids), None)), []

    async def vote(self, ask: Vote, _buffers: list[bytes]) -> Answer[Voted]:
        """Keep a vote, and give the next two clips."""
        first, second = self._wall.job(ask.first), self._wall.job(ask.second)
        winner = None if ask.winner is None else self._wall.job(ask.winner)
        number = await asyncio.to_thread(vote, workspace_of(self._wall.project), first, second, winner)
        ballot = await asyncio.to_thread(lambda: self._ballot(self._among(ask.gids), (ask.first, ask.second)))
        return {"vote": number, "next": ballot}, []

    async def unvote(self, ask: Unvote, _buffers: list[bytes]) -> Answer[Nothing]:
        """Take a vote back."""
        try:
            await asyncio.to_thread(self._wall.project.unvote, ask.vote)
        except KeyError:
            raise NotThere("vote", ask.vote, "in this project") from None
        return {}, []

    def _among(self, asked: list[int]) -> list[int]:
        """The clips to compare: those named, or all on the wall; without what cannot be watched."""
        jobs = self._wall.jobs
        rows = [views.row_of(jobs[id]) for id in asked or list(jobs) if id in jobs]
        return [row["gid"] for row in rows if row["saved"] or row["url"]]

    def _ballot(self, ids: list[int], last: tuple[int, int] | None) -> Ballot:
        if len(ids) < 2:
            raise SeedanceError("It takes two clips to compare.", next_step="Wait for more to be made, or choose two.")
        votes = self._votes()
        first, second = next_pair(ids, votes, last, _dice)
        done, total = count_compared(ids, votes)
        return {"first": self._wall.cell(first), "second": self._wall.cell(second), "done": done, "total": total}

    def _votes(self) -> list[tuple[int, int, int | None]]:
        return [(vote.first, vote.second, vote.winner) for vote in workspace_of(self._wall.project).store.votes()]

    def standing(self) -> Standing:
        """How the wall's clips, and the values of its axes, stand. It reads the disk."""
        jobs, layout, votes = self._wall.jobs, self._wall.layout_of_clips, self._votes()
        pages = {id: number for number, page in enumerate(layout.pages) for id in page.ids}
        found = rank(scores(list(jobs), votes))
        clips: list[ClipScore] = [
            {
                "score": score.score,
                "low": score.low,
                "high": score.high,
                "votes": score.votes,
                "group": score.group,
                "gid": row["gid"],
                "prompt": row["prompt"],
                "seed": row["seed"],
                "star": row["star"],
                "rating": row["rating"],
                "cost": row["cost"],
                "label": layout.labels.get(id, ""),
                "page": pages.get(id, 0),
                "motion": cast(float | None, (jobs[id].record.measures or {}).get("motion")),
            }
            for id, score in found
            if score.votes
            for row in [views.row_of(jobs[id])]
        ]
        axes: list[AxisScores] = []
        for axis in layout.axes:
            places = {id: place[axis] for id, place in layout.places.items()}
            values: list[ValueScore] = [
                {
                    "score": score.score,
                    "low": score.low,
                    "high": score.high,
                    "votes": score.votes,
                    "group": score.group,
                    "value": value,
                }
                for value, score in rank(value_scores(places, votes))
                if score.votes
            ]
            if values:
                axes.append({"axis": axis, "values": values})
        return {
            "votes": sum(first in jobs and second in jobs for first, second, _ in votes),
            "clips": clips[:_MOST],
            "left_out": max(0, len(clips) - _MOST),
            "axes": axes,
        }
