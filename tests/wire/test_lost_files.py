"""Clips that are not where they should be: not at their address yet, or no longer in the project's folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from tests.hostile.stranger import change

from .fal_double import FalDouble
from .test_downloads import downloads
from .test_reopen import wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", resolution="480p", seed=7)
ONE = sd.Sweep(FOX)
GONE = [404] * 1000


def test_a_new_clip_that_is_not_at_its_address_yet_is_asked_for_again(fal: FalDouble, project: sd.Project) -> None:
    fal.clip_answers = [404, 403, 404]
    assert project.submit(FOX).result(timeout=20).path.read_bytes() == fal.clip
    assert len(downloads(fal)) == 4


def test_an_old_clip_that_is_not_at_its_address_is_gone(fal: FalDouble, project: sd.Project) -> None:
    made = project.submit(FOX)
    made.result(timeout=20)
    # Made elsewhere: nobody here knows when.
    workspace_of(project).store.update(made.id, request_id="another").result()
    fal.clip_answers = [404]
    with pytest.raises(sd.ResultExpired):
        project.import_request(str(made.request_id), job_of(made).record.endpoint).result(timeout=20)


def deleted(project: sd.Project) -> sd.Generation:
    """A clip of a run, whose file somebody deleted since, an hour ago."""
    (job,) = project.run(ONE).result(timeout=20).generations
    assert job.clip
    job.clip.path.unlink()
    workspace_of(project).store.update(job.id, completed_at=job_of(job).record.created_at - 3600).result()
    return job


@pytest.mark.parametrize("reopened", [False, True])
@pytest.mark.parametrize("way", ["run", "import"])
def test_a_deleted_file_is_fetched_again_for_nothing(
    fal: FalDouble, open_project: Open, way: str, reopened: bool
) -> None:
    project = open_project()
    job = deleted(project)
    spent = workspace_of(project).store.purse().spent
    if reopened:
        project.close()
        project = open_project()
    if way == "run":
        plan = ONE.plan(project)
        assert (plan.hits, plan.to_run, plan.dollars) == (1, 0, 0)
        assert "1 clip is no longer in the folder: fetched again, free" in repr(plan)
        (again,) = project.run(ONE, at_most=0).result(timeout=20).generations
    else:
        again = project.import_request(str(job.request_id), job_of(job).record.endpoint)
    assert again.id == job.id
    clip = again.result(timeout=20)
    assert clip.path.read_bytes() == fal.clip
    assert (again.cost, workspace_of(project).store.purse().spent, len(fal.submits)) == (job.cost, spent, 1)
    assert "no longer" not in repr(ONE.plan(project))
    assert project.import_request(str(job.request_id), job_of(job).record.endpoint) is again
    assert len(downloads(fal)) == 2


def test_a_file_that_is_gone_everywhere_is_offered_as_new(fal: FalDouble, project: sd.Project) -> None:
    job = deleted(project)
    fal.clip_answers = list(GONE)
    (again,) = project.run(ONE).result(timeout=20).generations
    assert type(again.error) is sd.ResultExpired
    assert len(fal.submits) == 1, "nobody agreed to pay for another"
    assert workspace_of(project).store.purse().spent == job.cost
    plan = ONE.plan(project)
    assert (plan.hits, plan.to_run) == (0, 1)
    assert plan.dollars == pytest.approx(sd.estimate(FOX))
    fal.clip_answers = []
    (new,) = project.run(ONE).result(timeout=20).generations
    assert new.id != job.id
    assert len(fal.submits) == 2


def test_an_address_that_is_only_away_loses_no_clip(fal: FalDouble, open_project: Open) -> None:
    project = open_project(download_patience=0.2)
    job = deleted(project)
    fal.clip_answers = [503] * 1000
    (again,) = project.run(ONE).result(timeout=20).generations
    assert type(again.error) is sd.ClipNotSaved
    fal.clip_answers = []
    assert ONE.plan(project).hits == 1
    (again,) = project.run(ONE).result(timeout=20).generations
    assert again.id == job.id
    assert again.result(timeout=20).path.exists()
    assert len(fal.submits) == 1


def test_what_came_and_is_no_clip_is_offered_as_new(fal: FalDouble, project: sd.Project) -> None:
    good, fal.clip = fal.clip, b"<html>not a video</html>"
    project.run(ONE).result(timeout=20)
    assert ONE.plan(project).to_run == 1
    fal.clip = good
    assert len(project.run(ONE).result(timeout=20).clips) == 1


def test_two_runs_at_once_fetch_it_once(fal: FalDouble, project: sd.Project) -> None:
    job = deleted(project)
    runs = [project.run(ONE) for _ in range(4)]
    for run in runs:
        run.result(timeout=20)
        assert run.ids == [job.id]
    wait_for(lambda: project.by_id(job.id).clip)
    assert len(downloads(fal)) == 2
    assert len(fal.submits) == 1


def test_nothing_is_fetched_from_an_address_that_a_stranger_wrote(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    job = deleted(project)
    project.close()
    change(project.folder, url="https://example.com/theirs.mp4")
    before: Any = len(downloads(fal))
    project = open_project()
    assert ONE.plan(project).to_run == 1
    assert project.import_request(str(job.request_id), job_of(job).record.endpoint).id == job.id
    assert project.under_way == []
    assert len(downloads(fal)) == before
