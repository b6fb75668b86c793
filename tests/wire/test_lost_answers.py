"""A submit whose answer is lost is looked for, never sent again by itself; one that was provably not taken is."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

import ipyseedance as sd

from .fal_double import FalDouble, Script

FOX = sd.TextToVideo("A fox", seed=7)
Open = Callable[..., sd.Project]


@pytest.fixture(autouse=True)
def records(fal: FalDouble) -> None:
    fal.records = True


def test_a_lost_answer_is_found_again(fal: FalDouble, project: sd.Project) -> None:
    before = [project.submit(FOX.with_(seed=n)) for n in range(5)]
    for job in before:
        job.result(timeout=20)
    fal.on_submit = "drop"
    job = project.submit(FOX.with_(seed=99))
    assert job.result(timeout=20).path.read_bytes() == fal.clip
    assert len(fal.submits) == 6
    assert fal.taken[job.request_id or ""].json["seed"] == 99


def test_two_lost_answers_to_the_same_request_are_two_jobs(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "drop"
    jobs = [project.submit(FOX), project.submit(FOX)]
    clips = [job.result(timeout=20) for job in jobs]
    assert len({clip.request_id for clip in clips}) == 2
    assert len(fal.submits) == 2


def test_one_that_is_long_absent_waits_for_a_person(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit, fal.hides = "drop", True
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="most likely it was never accepted"):
        job.result(timeout=20)
    assert len(fal.submits) == 1
    assert project.purse.reserved == pytest.approx(job.estimate)

    fal.on_submit, fal.hides = None, False
    first, second = project.resume(), project.resume()
    assert first[0].result(timeout=20).seed == 42
    assert (len(first), second) == (1, [])
    assert len(fal.submits) == 2
    assert len(project.history) == 1


def test_reopening_looks_for_it_again(fal: FalDouble, open_project: Open) -> None:
    fal.on_submit, fal.records = "drop", False
    project = open_project()
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="cannot be looked for"):
        job.result(timeout=20)
    # This process goes on living, so say that its part is over, as a dead kernel's would be.
    project.history.update(job.id, owner="gone").result()
    project.close()
    fal.records = True
    again = open_project()
    assert again.generations[0].result(timeout=20).seed == 42
    assert len(fal.submits) == 1


@pytest.mark.parametrize("code", [429, 503])
def test_what_was_not_taken_is_sent_again(fal: FalDouble, project: sd.Project, code: int) -> None:
    fal.on_submit = (code, {"detail": "Later"})
    project._sender.patience = 60.0
    job = project.submit(FOX)
    while len(fal.submits) < 2:
        time.sleep(0.01)
    while str(code) not in job.trouble:
        time.sleep(0.01)
    fal.on_submit = None
    job.result(timeout=20)
    assert len(fal.jobs) == 1


def test_patience_ends(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = (503, {"detail": "Later"})
    job = project.submit(FOX)
    with pytest.raises(sd.ServiceUnavailable):
        job.result(timeout=20)
    assert (job.status, job.cost) == ("FAILED", 0.0)


def test_it_is_cancelled_while_the_service_takes_nothing(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = (503, {"detail": "Later"})
    job = project.submit(FOX)
    while not fal.submits:
        time.sleep(0.01)
    job.cancel()
    with pytest.raises(sd.GenerationCancelled, match="before it was sent"):
        job.result(timeout=20)
    assert not fal.jobs


def test_reads_that_fail_are_made_again(fal: FalDouble, project: sd.Project) -> None:
    bad = {"code": 502, "body": {"detail": "Bad gateway", "error_type": "runner_disconnected"}}
    fal.script = Script([bad, "drop", {"code": 200, "body": {"status": "COMPLETED"}}], streams=False)
    assert project.submit(FOX).result(timeout=20).seed == 42
