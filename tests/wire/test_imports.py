"""Requests that were made elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from tests.unit.test_history import record

from .fal_double import FalDouble, Script
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
ASKED = {"prompt": "A fox", "duration": "5", "resolution": "720p", "seed": 7, "generate_audio": True}


def made_elsewhere(fal: FalDouble) -> str:
    return str(httpx.post(f"{fal.url}/{ENDPOINT}", json=ASKED).json()["request_id"])


def test_a_clip_made_elsewhere_comes_with_what_was_asked_for(fal: FalDouble, open_project: Open) -> None:
    fal.records = True
    project = open_project(budget=0)
    id = made_elsewhere(fal)
    job = project.import_request(f" {id}\n", ENDPOINT)
    clip = job.result(timeout=20)
    assert clip.path.read_bytes() == fal.clip
    assert clip.request == sd.TextToVideo("A fox", seed=7)
    assert job.error is None
    assert len(fal.submits) == 1
    row = project.history.df.iloc[0]
    assert (row.request_id, row.prompt, row.duration, row.cost, row.cost_source) == (id, "A fox", 5, 0, "elsewhere")
    assert row.estimate == pytest.approx(sd.estimate(clip.request))
    assert workspace_of(project).store.purse().spent == workspace_of(project).store.purse().reserved == 0


def test_where_the_key_may_not_read_what_was_asked_for_the_clip_comes_all_the_same(
    fal: FalDouble, open_project: Open
) -> None:
    project = open_project()
    job = project.import_request(made_elsewhere(fal), ENDPOINT)
    assert job.result(timeout=20).path.exists()
    assert job.error is None
    assert isinstance(job.request, sd.TextToVideo)
    project.close()
    row = open_project().history.df.iloc[0]
    assert row.isna()[["prompt", "duration", "resolution"]].all()
    assert (row.width, row.clip_duration) == (1280, 5)


def test_what_the_project_has_is_not_taken_twice(fal: FalDouble, project: sd.Project) -> None:
    job = project.submit(sd.TextToVideo("A fox"))
    job.result(timeout=20)
    assert project.import_request(str(job.request_id), ENDPOINT) is job
    assert len(project.history) == 1


def test_what_failed_is_looked_for_again(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(result=(404, {"status": "NOT_FOUND"}))
    job = project.submit(sd.TextToVideo("A fox"))
    with pytest.raises(sd.ResultExpired):
        job.result(timeout=20)
    fal.jobs[str(job.request_id)].result = None
    again = project.import_request(str(job.request_id), ENDPOINT)
    assert again.result(timeout=20).path.exists()
    assert len(project.history) == len(fal.submits) == 1
    assert project.history.df.cost_source[0] == "estimate"


def test_one_whose_answer_was_lost_is_looked_for_by_its_id(fal: FalDouble, project: sd.Project) -> None:
    """It was given up, and somebody sees it at the service: to send it again would pay twice."""
    fal.records, fal.on_submit = True, (503, {}, {"x-fal-request-id": "0193-late"})
    lost = project.submit(sd.TextToVideo("A fox", seed=7))
    with pytest.raises(sd.Unconfirmed):
        lost.result(timeout=20)
    fal.jobs["0193-late"] = Script()
    found = project.import_request("0193-late", ENDPOINT)
    assert found.result(timeout=20).seed == 42
    assert (found.id, found.cost, project.waiting().count, len(fal.submits)) == (lost.id, found.estimate, 0, 1)


def test_what_another_service_has_under_that_id_is_another_request(fal: FalDouble, project: sd.Project) -> None:
    id = made_elsewhere(fal)
    failed = record(server="fal", request_id=id, status="FAILED", error=sd.GenerationFailed("No.").to_record())
    number = workspace_of(project).store.add(failed).result()
    before = workspace_of(project).store.get(number)
    job = project.import_request(id, ENDPOINT)
    assert job.result(timeout=20).path.exists()
    assert workspace_of(project).store.get(number) == before
    assert (job_of(job).record.server, job.cost, len(project.history)) == (fal.url, 0, 2)
    assert project.import_request(id, ENDPOINT) is job


def test_what_was_paid_elsewhere_stays_so_when_it_first_fails(fal: FalDouble, project: sd.Project) -> None:
    fal.records = True
    fal.script = Script(result=(500, {"detail": "Something broke", "error_type": "internal_error"}))
    id = made_elsewhere(fal)
    job = project.import_request(id, ENDPOINT)
    with pytest.raises(sd.GenerationFailed) as failed:
        job.result(timeout=20)
    assert (failed.value.charged, job.cost, job_of(job).record.cost_source) == ("no", 0, "elsewhere")
    fal.jobs[id].result = None
    again = project.import_request(id, ENDPOINT)
    assert again.result(timeout=20).path.exists()
    assert (again.cost, job_of(again).record.cost_source) == (0, "elsewhere")
    assert workspace_of(project).store.purse().spent == workspace_of(project).store.purse().reserved == 0


@pytest.mark.parametrize("id", ["", " ", "a/../b", "../status", "a b", "ä", 7, None, "x" * 200])
def test_what_is_no_request_id_is_refused(fal: FalDouble, project: sd.Project, id: Any) -> None:
    with pytest.raises(sd.InvalidRequest, match=r"request_id: .* is not allowed; give the id of a request"):
        project.import_request(id, ENDPOINT)
    assert len(project.history) == 0


@pytest.mark.parametrize("endpoint", ["", "fal-ai/bytedance", None, ENDPOINT + "/x"])
def test_what_is_no_endpoint_is_refused(project: sd.Project, endpoint: Any) -> None:
    with pytest.raises(sd.InvalidRequest, match=f"endpoint: .* is not allowed; give one of {ENDPOINT}"):
        project.import_request("0193", endpoint)


def test_an_id_nobody_knows_fails_and_costs_nothing(fal: FalDouble, project: sd.Project) -> None:
    job = project.import_request("019ef3ca-bf2e-71b2-0000-000000000000", ENDPOINT)
    with pytest.raises(sd.ResultExpired, match="does not know this request"):
        job.result(timeout=20)
    assert workspace_of(project).store.purse().reserved == 0
    assert fal.submits == []


def test_what_is_imported_twice_is_one_generation(fal: FalDouble, project: sd.Project) -> None:
    id = made_elsewhere(fal)
    fal.jobs[id].statuses = ["hold", {"status": "COMPLETED"}]
    first = project.import_request(id, ENDPOINT)
    assert project.import_request(id, ENDPOINT) is first
    fal.release.set()
    assert first.result(timeout=20).path.exists()
    assert project.import_request(id, ENDPOINT) is first
    assert len(project.history) == 1


def test_what_two_threads_import_at_a_time_is_one_generation(fal: FalDouble, project: sd.Project) -> None:
    id = made_elsewhere(fal)
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda _: project.import_request(id, ENDPOINT), range(8)))
    assert all(job is jobs[0] for job in jobs)
    assert jobs[0].result(timeout=20).path.exists()
    assert len(project.history) == 1


def test_what_another_notebook_imported_is_looked_at_here(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    id = made_elsewhere(fal)
    fal.jobs[id].statuses = ["hold", {"status": "COMPLETED"}]
    other = kernel(fal, tmp_path / "project", f"project.import_request({id!r}, {ENDPOINT!r})")
    project = open_project()
    job = project.import_request(id, ENDPOINT)
    assert (job.id, len(project.history)) == (1, 1)
    fal.release.set()
    assert job.result(timeout=20).path.exists()
    kill(other)


def test_what_is_being_sent_here_is_not_imported_beside(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "hold answer"
    job = project.submit(sd.TextToVideo("A fox"))
    wait_for(lambda: fal.taken)
    (id,) = fal.taken
    with ThreadPoolExecutor() as pool:
        imported = pool.submit(project.import_request, id, ENDPOINT)
        fal.release.set()
        assert imported.result(timeout=20) is job
    assert job.result(timeout=20).path.exists()
    assert (job_of(job).owed, len(project.history)) == ({}, 1)


def test_while_a_request_is_on_its_way_an_import_says_so(fal: FalDouble, open_project: Open) -> None:
    project = open_project(import_patience=0.2)
    id = made_elsewhere(fal)
    fal.on_submit = "hold"
    project.submit(sd.TextToVideo("A fox"))
    wait_for(lambda: len(fal.submits) == 2)
    with pytest.raises(sd.SeedanceError, match="it may be this one"):
        project.import_request(id, ENDPOINT)
    assert len(project.history) == 1
    fal.release.set()


def test_the_job_thread_waits_for_no_import_of_another(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "hold"
    job = project.submit(sd.TextToVideo("A fox", seed=7))
    wait_for(lambda: fal.submits)

    async def import_there() -> None:  # as what observes the project may
        project.import_request("0123abcd", ENDPOINT)

    with ThreadPoolExecutor() as pool:
        waits = pool.submit(project.import_request, "4567abcd", ENDPOINT)
        wait_for(lambda: workspace_of(project).importing.locked())  # it waits for the one that is being sent
        with pytest.raises(sd.SeedanceError, match="Nothing was imported"):
            job_thread().start(import_there()).result(timeout=2)
        assert not waits.done()
        fal.release.set()
        assert waits.result(timeout=20).request_id == "4567abcd"
    assert job.result(timeout=20).path.exists()
