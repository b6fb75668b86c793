"""Judgements, votes and scores: by code and from the widgets, kept, reopened, and shared by two openers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.job import Job
from ipyseedance.store.store import Store

from .test_reopen import wait_for
from .test_wall import ask, cells, until

Opener = Callable[..., sd.Project]


def made(project: sd.Project, count: int = 3) -> list[sd.Generation]:
    jobs = [project.submit(sd.TextToVideo("A lake", seed=n, resolution="480p", duration=4)) for n in range(count)]
    for job in jobs:
        job.result(20)
    return jobs


def test_a_judgement_is_on_the_disk_when_the_call_returns(open_project: Opener, tmp_path: Path) -> None:
    project = open_project()
    job, other, _ = made(project)
    project.judge(job, star=True, rating=4, tags=["crisp", "no drift"], note="Best so far.")
    project.judge(other.result(), rating=2)
    with sqlite3.connect(tmp_path / "project/history.db") as file:
        assert file.execute("SELECT star, rating, tags, note FROM generations WHERE id = 1").fetchone() == (
            1, 4, '["crisp", "no drift"]', "Best so far.",
        )  # fmt: skip
    assert (job.star, job.rating, job.tags, job.note) == (True, 4, ("crisp", "no drift"), "Best so far.")
    assert (other.star, other.rating, other.tags, other.note) == (False, 2, (), "")
    project.judge(job, rating=None, tags=[])
    assert (job.star, job.rating, job.tags, job.note) == (True, None, (), "Best so far.")
    project.close()
    again = open_project().by_id(job.id)
    assert (again.star, again.rating, again.note) == (True, None, "Best so far.")


def test_what_is_not_of_the_project_is_refused(project: sd.Project, tmp_path: Path) -> None:
    (job,) = made(project, 1)
    for wrong in ("clip", 7, Job(job_of(job).record, tmp_path)):
        with pytest.raises(sd.InvalidRequest, match="is not a Generation or Clip of <Project project"):
            project.judge(wrong, star=True)  # type: ignore[arg-type]
    with pytest.raises(sd.InvalidRequest, match="rating: 6 is not allowed"):
        project.judge(job, rating=6, star=True)
    assert job.star is False
    with pytest.raises(sd.InvalidRequest, match="second: it is the first"):
        project.vote(job, job, None)
    assert len(project.votes) == 0


def test_votes_survive_and_come_to_scores(open_project: Opener) -> None:
    project = open_project()
    a, b, c = made(project)
    for _ in range(4):
        project.vote(a, b, a)
        project.vote(b.result(), c, b)
    last = project.vote(c, a, None)
    with pytest.raises(sd.InvalidRequest, match="winner: give one of the two"):
        project.vote(a, b, c)
    project.close()
    project = open_project()
    votes = project.votes
    assert list(votes.columns) == ["created_at", "first", "second", "winner"]
    assert list(votes.dtypes.astype(str)) == ["datetime64[ns, UTC]", "int64", "int64", "Int64"]
    assert votes.iloc[-1][["first", "second"]].tolist() == [c.id, a.id]
    assert votes.winner.isna().sum() == 1
    scores = project.scores()
    assert list(scores.columns) == ["id", "score", "low", "high", "votes", "group"]
    assert scores.id.tolist() == [a.id, b.id, c.id]
    assert scores.votes.tolist() == [5, 8, 5]
    assert (scores.low < scores.score).all()
    pd.testing.assert_frame_equal(project.scores([a, b, c]), scores)
    pd.testing.assert_frame_equal(project.scores(project.history.df), scores)
    assert project.scores([a.result(), c]).score.tolist() == [0, 0]  # of the votes between these two
    project.unvote(last)
    assert len(project.votes) == 8
    with pytest.raises(KeyError):
        project.unvote(last)
    pd.testing.assert_frame_equal(pd.DataFrame(project.scores([]).columns), pd.DataFrame(scores.columns))


def test_the_values_of_an_axis_are_scored(project: sd.Project) -> None:
    base = sd.TextToVideo("A {place}", resolution="480p", duration=4)
    run = project.run(sd.Sweep(base, place=["lake", "hill"], seed=[0, 1])).result(30)
    for first, second in combinations(run.generations, 2):
        project.vote(first, second, first)
    found = run.scores("place")
    assert found.place.tolist() == ["lake", "hill"]
    assert found.votes.tolist() == [4, 4]
    pd.testing.assert_frame_equal(found, project.scores(run.generations, by="place"))
    assert run.scores("seed").seed.tolist() == ["0", "1"]
    assert project.scores(by="resolution").votes.tolist() == [0]
    assert run.scores().id.tolist()[0] == run.generations[0].id
    with pytest.raises(sd.InvalidRequest, match=re.escape("by: 'mood' is no axis; give one of place, seed")):
        run.scores("mood")
    for wrong in ("clips", 7):
        with pytest.raises(sd.InvalidRequest, match="give a list of Generation or Clip, a run, or rows"):
            project.scores(wrong)


def test_two_openers_share_judgements_and_votes(open_project: Opener, tmp_path: Path) -> None:
    project = open_project()
    jobs = made(project)
    wall = sd.Wall(jobs)
    other = Store(tmp_path / "project")  # as another notebook has it
    other.update(jobs[0].id, star=True, note="From elsewhere.").result()
    other.add_vote(1e9, jobs[0].id, jobs[1].id, jobs[1].id).result()
    project.judge(jobs[0], rating=5)
    assert (len(project.votes), other.get(jobs[0].id).rating) == (1, 5)
    ask(wall, "hello")
    cell = cells(wall)[0]
    assert (cell["star"], cell["rating"], cell["note"]) == (True, 5, "From elsewhere.")
    assert [row["gid"] for row in wall._standing["clips"]] == [jobs[1].id, jobs[0].id]
    assert jobs[0].note == "From elsewhere."
    other.close()
    wall.close()


def test_a_wall_judges_votes_and_shows_how_all_stand(project: sd.Project) -> None:
    jobs = made(project)
    wall = sd.Wall(jobs)
    ask(wall, "judge", gid=jobs[0].id, tags=["crisp"], note="Sharp.")
    assert (cells(wall)[0]["tags"], cells(wall)[0]["note"]) == (["crisp"], "Sharp.")
    project.judge(jobs[1], tags=["soft", "crisp"])
    assert ask(wall, "tags")[0] == {"tags": ["crisp", "soft"]}

    ballot, _ = ask(wall, "ballot", gids=[])
    assert (ballot["done"], ballot["total"]) == (0, 3)
    pair = [ballot["first"]["gid"], ballot["second"]["gid"]]
    answer, _ = ask(wall, "vote", first=pair[0], second=pair[1], winner=pair[1], gids=[])
    assert {answer["next"]["first"]["gid"], answer["next"]["second"]["gid"]} != set(pair)
    assert answer["next"]["done"] == 1
    until(lambda: wall._standing["votes"] == 1)
    assert [row["gid"] for row in wall._standing["clips"]] == [pair[1], pair[0]]
    ask(wall, "unvote", vote=answer["vote"])
    until(lambda: wall._standing["votes"] == 0)
    assert len(project.votes) == 0

    chosen, _ = ask(wall, "ballot", gids=[jobs[2].id, jobs[0].id])
    assert {chosen["first"]["gid"], chosen["second"]["gid"]} == {jobs[0].id, jobs[2].id}
    with pytest.raises(sd.SeedanceError, match="It takes two clips"):
        ask(wall, "ballot", gids=[jobs[2].id])
    project.vote(jobs[0], jobs[1], None)  # by code, in another cell
    until(lambda: wall._standing["votes"] == 1)
    wall.close()


def test_the_table_of_scores_follows_what_is_said_by_code(project: sd.Project) -> None:
    first, second = made(project, 2)
    wall = sd.Wall([first, second])
    project.vote(first, second, first)
    until(lambda: wall._standing["votes"] == 1)
    project.judge(first, rating=4)
    until(lambda: [row["rating"] for row in wall._standing["clips"]] == [4, None])
    project.measure()
    # Measuring gives way to everything else on the machine.
    wait_for(lambda: wall._standing["clips"][0]["motion"] is not None, 60)
    wall.close()


def test_studio_judges_the_clip_it_shows(project: sd.Project) -> None:
    (job,) = made(project, 1)
    studio = sd.Studio(project)
    message: dict[str, Any] = {"gid": job.id, "star": True, "tags": ["crisp"]}
    ask(studio, "judge", **message)
    assert studio._selected
    assert studio._selected["star"] is True
    until(lambda: studio._history["rows"][0]["tags"] == ["crisp"])
    with pytest.raises(sd.InvalidRequest, match="note: 'xxx"):
        ask(studio, "judge", gid=job.id, note="x" * 2001)
    assert ask(studio, "tags")[0] == {"tags": ["crisp"]}
    studio.close()
