"""What was delivered, against what was asked for."""

from __future__ import annotations

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of

from .clip_file import clip
from .fal_double import FalDouble
from .test_downloads import FOX, Open, downloads


def test_a_clip_that_is_not_as_asked_is_kept_and_says_so(fal: FalDouble, open_project: Open) -> None:
    fal.clip = clip(864, 496, 4, audio=False)
    project = open_project()
    job = project.submit(FOX)
    came = job.result(timeout=20)
    assert (came.width, came.height, came.duration, came.has_audio) == (864, 496, 4, False)
    assert came.path.read_bytes() == fal.clip
    says = "1280 × 720 asked, 864 × 496 came; 5 s asked, 4 s came; sound asked, none came"  # noqa: RUF001
    error = job.error
    assert type(error) is sd.NotAsAsked
    assert error.message == f"The clip differs from what was asked for: {says}."
    assert (error.type, error.charged, job.status) == ("not_as_asked", "yes", "COMPLETED")
    project.close()

    again = open_project()
    (kept,) = again.generations
    assert type(kept.error) is sd.NotAsAsked
    assert kept.result(timeout=1).path == came.path
    assert again.history.df.error.tolist() == [error.message]
    assert again.under_way == []
    assert len(downloads(fal)) == 1


def test_a_clip_as_asked_says_nothing(fal: FalDouble, project: sd.Project) -> None:
    fal.clip = clip(496, 864, 4, audio=False)
    request = FOX.with_(resolution="480p", aspect_ratio="9:16", duration=4, generate_audio=False)
    job = project.submit(request)
    job.result(timeout=20)
    assert job.error is None
    assert workspace_of(project).store.undismissed_failures(9) == []


def test_nobody_knows_what_an_imported_request_asked_for(fal: FalDouble, project: sd.Project) -> None:
    made = project.submit(FOX)
    fal.clip = clip(320, 240, 1, audio=False)
    made.result(timeout=20)
    workspace_of(project).store.update(made.id, request_id="another").result()
    job = project.import_request(made.request_id or "", job_of(made).record.endpoint)
    job.result(timeout=20)
    assert job.error is None
