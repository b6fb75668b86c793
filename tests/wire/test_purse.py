"""The budget at the level of a project: whoever submits, from whatever thread or kernel, it is never passed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.store import Store

from .conftest import KEY
from .fal_double import FalDouble, Script
from .test_reopen import kill, wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox")
ONE = sd.estimate(FOX)


def submit(project: sd.Project) -> sd.Generation | None:
    """A job, or None when the budget has no room for it, told at once or when it is written."""
    try:
        job = project.submit(FOX)
        job.recorded.result(timeout=20)
    except sd.OverBudget:
        return None
    return job


def test_many_threads_at_once_never_pass_the_budget(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project(budget=7.5 * ONE)
    together = threading.Barrier(16)

    def act(_: int) -> list[sd.Generation | None]:
        together.wait()
        return [submit(project) for _ in range(3)]

    with ThreadPoolExecutor(16) as pool:
        jobs = [job for some in pool.map(act, range(16)) for job in some if job is not None]
    assert len(jobs) == 7
    purse = workspace_of(project).store.purse()
    assert purse.spent == 0.0
    assert purse.reserved == pytest.approx(7 * ONE, abs=1e-9)

    fal.release.set()
    for job in jobs:
        job.result(timeout=20)
    purse = workspace_of(project).store.purse()
    assert purse.spent == pytest.approx(7 * ONE, abs=1e-9)
    assert purse.reserved == 0.0
    assert purse.left == pytest.approx(0.5 * ONE, abs=1e-9)
    assert len(fal.submits) == 7
    assert submit(project) is None


def test_what_failed_unbilled_can_be_spent_again(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=2 * ONE)
    fal.script = Script(result=(500, {"detail": "Sorry", "error_type": "internal_server_error"}))
    failed = [project.submit(FOX), project.submit(FOX)]
    for job in failed:
        with pytest.raises(sd.GenerationFailed):
            job.result(timeout=20)
    assert repr(workspace_of(project).store.purse()) == f"Purse(spent=0.0, reserved=0.0, cap={2 * ONE})"

    # One that may be billed keeps its reservation.
    fal.script = Script(result=(422, {"detail": [{"loc": ["body"], "msg": "No", "type": "content_policy_violation"}]}))
    with pytest.raises(sd.ContentRefused):
        project.submit(FOX).result(timeout=20)
    assert workspace_of(project).store.purse().reserved == ONE
    fal.script = Script()
    project.submit(FOX).result(timeout=20)
    assert submit(project) is None
    assert workspace_of(project).store.purse().spent == ONE


KERNEL = """
import ipyseedance as sd
project = sd.Project({folder!r}, server={url!r}, key={key!r})
print("ready", flush=True)
input()
jobs = 0
for _ in range(10):
    try:
        project.submit(sd.TextToVideo("A fox")).recorded.result()
        jobs += 1
    except sd.OverBudget:
        pass
print(jobs, flush=True)
input()
"""


def test_another_kernel_spends_from_the_same_budget(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project(budget=10 * ONE)
    program = KERNEL.format(folder=str(project.folder), url=fal.url, key=KEY)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    other = subprocess.Popen([sys.executable, "-c", program], text=True, **pipes)  # type: ignore[call-overload]
    assert other.stdout.readline() == "ready\n"
    other.stdin.write("go\n")
    other.stdin.flush()
    ours = sum(submit(project) is not None for _ in range(10))
    theirs = int(other.stdout.readline())
    assert ours + theirs == 10
    assert workspace_of(project).store.purse().left == 0.0
    wait_for(lambda: all(job.request_id for job in project.generations))

    # Its kernel is killed: what it asked for stays reserved until its jobs have ended.
    kill(other)
    assert workspace_of(project).store.purse().reserved == pytest.approx(10 * ONE, abs=1e-9)
    fal.release.set()
    project.close()
    again = open_project()
    wait_for(lambda: again.reserved == 0.0)
    assert again.spent == pytest.approx(10 * ONE, abs=1e-9)
    assert (again.remaining, len(fal.submits)) == (0.0, 10)


def test_the_same_cell_run_again_grants_nothing_more(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=2 * ONE)
    project.submit(FOX).result(timeout=20)
    for _ in range(3):
        project = open_project(budget=2 * ONE)
    project.close()
    project = open_project(budget=2 * ONE)
    assert workspace_of(project).store.purse().left == pytest.approx(ONE, abs=1e-9)
    assert (project.budget, project.spent, project.reserved) == (2 * ONE, ONE, 0.0)
    assert project.remaining == pytest.approx(ONE, abs=1e-9)
    assert submit(project) is not None
    assert submit(project) is None
    again = open_project()  # left out, it stays
    assert (again.budget, again.remaining) == (2 * ONE, 0.0)


def test_two_kernels_run_the_same_cell(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=2 * ONE)
    other = Store(project.folder)
    project.submit(FOX).result(timeout=20)
    other.set_budget(2 * ONE).result()
    assert workspace_of(project).store.purse().cap == other.purse().cap == 2 * ONE
    assert project.budget == 2 * ONE
    other.close()


def test_a_budget_below_what_was_spent_stops_and_says_which_figure_goes_on(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    project.submit(FOX).result(timeout=20)
    assert (project.budget, project.remaining) == (None, None)
    project.budget = 0.1
    assert (project.budget, project.remaining) == (0.1, 0.0)
    with pytest.raises(sd.OverBudget) as refused:
        project.submit(FOX)
    assert str(refused.value) == (
        "This costs about $0.26, and the project's budget has $0.00 left: $0.26 of $0.10 is spent or reserved. "
        "project.budget = 0.52 allows it; or ask for less. Nothing was sent."
    )
    project.budget = 0.52
    project.submit(FOX).result(timeout=20)
    assert len(fal.submits) == 2
