"""A bill far above its estimate is recorded as billed, told loudly, and holds its run until a person says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import seedance_1_5
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.claims import Held
from ipyseedance.store.store import Store
from ipyseedance.widgets.spending import NotAsShown

from .fal_double import FalDouble, Script
from .test_prices import at, wait_for
from .test_studio import answer

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", resolution="480p", duration=4, seed=7)
ONE = sd.estimate(FOX)
"""$0.10."""
DEAR, FAIR = 0.8037, 0.04
"""Units that come to $1.93, and to $0.10, at the table's price."""
COMPLAINT = r"clip 1 was billed \$1\.93 where \$0\.10 was expected"


def bills(fal: FalDouble, units: object) -> Script:
    body = {"video": {"url": f"{fal.url}/files/clip.mp4"}, "seed": 7}
    return Script(result=(200, body, {"x-fal-billable-units": str(units)}))


def priced(fal: FalDouble, open_project: Open, **options: Any) -> sd.Project:
    """A project that knows the price of a unit."""
    fal.prices = at(seedance_1_5.PRICE.with_audio)
    project = open_project(**options)
    wait_for(lambda: project.prices.live)
    return project


def overbilled(fal: FalDouble, project: sd.Project) -> sd.SweepRun:
    """A run of four whose first clip was billed at twenty times its price, while the others waited to be sent."""
    fal.script = bills(fal, DEAR)
    run = project.run(sd.Sweep(FOX, seed="1"), name="pets")
    run.result(timeout=20)
    fal.script = bills(fal, FAIR)
    return project.run(sd.Sweep(FOX, seed="1..4"), name="pets")


def test_twenty_times_the_estimate_is_recorded_as_billed(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project, budget=5)
    fal.script = bills(fal, DEAR)
    job = project.submit(FOX)
    job.result(timeout=20)
    assert job.cost == pytest.approx(1.93, abs=0.01)
    assert job_of(job).record.cost_source == "billed"
    assert project.spent == job.cost
    (row,) = project.history.df.itertuples()
    assert (row.billable_units, row.overbilled) == (DEAR, True)
    studio = sd.Studio(project)
    assert studio._selected
    told = studio._selected["bill"]
    assert told
    assert job.request_id
    assert told == studio._lab["waiting"]["bill"]
    assert told["message"] == "Clip 1 was billed $1.93 where $0.10 was expected."
    assert job.request_id in told["next_step"]
    # A single clip holds nothing, and is shown until a person has seen it.
    fal.script = bills(fal, FAIR)
    project.submit(FOX.with_(seed=8)).result(timeout=20)
    assert answer(studio, "resume", shown={"clips": 0, "dollars": 0, "bills": 1}) == {"gids": []}
    wait_for(lambda: studio._lab["waiting"]["bill"] is None)
    assert project.history.df.overbilled[0]
    studio.close()


@pytest.mark.parametrize("units", ["1e300", "99999999", "0.0602"])
def test_whatever_it_says_the_totals_stay_right(fal: FalDouble, open_project: Open, units: str) -> None:
    project = priced(fal, open_project, budget=5)
    fal.script = bills(fal, units)
    job = project.submit(FOX)
    job.result(timeout=20)
    assert job_of(job).record.cost_source == "billed"
    assert job_of(job).record.overbilled == (units != "0.0602")
    spent = project.spent
    assert spent == pytest.approx(min(float(units) * 2.4, 1e4))
    assert project.reserved == 0
    project.close()
    assert open_project().spent == spent == open_project().by_id(1).cost


@pytest.mark.parametrize("units", ["-5", "0", "nan", "inf", "-inf", "many", "1e999", "0.0001"])
def test_what_is_no_bill_makes_no_room(fal: FalDouble, open_project: Open, units: str) -> None:
    project = priced(fal, open_project, budget=5)
    fal.script = bills(fal, units)
    job = project.submit(FOX)
    job.result(timeout=20)
    assert job.cost == pytest.approx(ONE)
    assert job_of(job).record.cost_source == "estimate"


def test_it_holds_its_run_until_a_person_says_so(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    run = overbilled(fal, project)
    with pytest.raises(sd.OverBudget, match=COMPLAINT) as held:
        run.result(timeout=20)
    assert "project.resume()" in held.value.next_step
    jobs = run.generations[1:]
    with pytest.raises(sd.OverBudget, match="billed"):
        jobs[0].result(timeout=20)
    assert [(job.status, job_of(job).trouble[:12]) for job in jobs] == [("PENDING", "Held: clip 1")] * 3
    assert len(fal.submits) == 1
    assert project.reserved == pytest.approx(3 * ONE)
    # Others go on.
    project.submit(FOX.with_(seed=9)).result(timeout=20)
    assert len(fal.submits) == 2

    assert project.waiting().count == 3
    assert project.waiting().cost == pytest.approx(3 * ONE)
    assert project.resume() == jobs
    run.result(timeout=20)
    assert (len(fal.submits), project.reserved, project.waiting().bills) == (5, 0.0, [])
    project.run(sd.Sweep(FOX, seed="1..5"), name="pets").result(timeout=20)  # it was accepted
    assert len(fal.submits) == 6


def test_what_is_at_the_service_already_goes_on(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    fal.script = Script(["hold", {"status": "COMPLETED"}], bills(fal, DEAR).result)
    run = project.run(sd.Sweep(FOX, seed="1..3"))
    wait_for(lambda: all(job.request_id for job in run.generations))
    fal.release.set()
    run.result(timeout=20)
    assert len(run.clips) == 3
    assert len(project.waiting().bills) == 3


def test_every_opener_is_held_and_so_is_the_next_kernel(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    run = overbilled(fal, project)
    wait_for(lambda: all(job_of(job).held for job in run.generations[1:]))
    other = Store(project.folder)
    with pytest.raises(Held):
        other.mark_sending(2, workspace_of(project).store.get(2).owner, {}, 1e9).result()
    other.close()
    project.close()
    again = open_project()
    assert [record.status for record in workspace_of(again).store.some([2, 3, 4])] == ["PENDING"] * 3
    assert (again.waiting().count, len(again.waiting().bills)) == (3, 1)
    assert len(fal.submits) == 1
    for job in again.resume():
        job.result(timeout=20)
    assert len(fal.submits) == 4


def test_what_is_held_can_be_cancelled(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    run = overbilled(fal, project)
    wait_for(lambda: all(job_of(job).held for job in run.generations[1:]))
    run.generations[1].cancel()
    wait_for(lambda: run.generations[1].status == "CANCELLED")
    assert len(run.cancel()) == 2
    run.result(timeout=20)
    assert run.progress == {"COMPLETED": 1, "CANCELLED": 3}
    assert (len(fal.submits), project.reserved) == (1, 0.0)


def test_two_who_go_on_at_a_time_send_each_once(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    run = overbilled(fal, project)
    wait_for(lambda: all(job_of(job).held for job in run.generations[1:]))
    together = threading.Barrier(4)

    def go_on() -> list[sd.Generation]:
        together.wait(10)
        return project.resume()

    with ThreadPoolExecutor(4) as pool:
        gone_on = [job.id for went in [pool.submit(go_on) for _ in range(4)] for job in went.result(timeout=20)]
    run.result(timeout=20)
    project.close()  # which waits for whatever is on its way
    assert sorted(gone_on) == [2, 3, 4]
    assert len(fal.submits) == 4


def test_going_on_costs_what_its_button_said_and_fits_the_budget(fal: FalDouble, open_project: Open) -> None:
    project = priced(fal, open_project)
    run = overbilled(fal, project)
    project.budget = 2.0
    studio = sd.Studio(project)
    wait_for(lambda: studio._lab["waiting"]["held"] == 3)
    stages = [card["stage"] for card in studio._jobs["cards"]]
    assert all(stage.startswith("Held: clip 1 was billed $1.93") for stage in stages)
    shown = {"clips": 3, "dollars": 3 * ONE}
    with pytest.raises(NotAsShown, match="Another clip was billed"):
        answer(studio, "resume", shown=shown)
    with pytest.raises(NotAsShown):
        answer(studio, "resume", shown={"clips": 2, "dollars": 3 * ONE, "bills": 1})
    with pytest.raises(sd.OverBudget, match=r"\$0\.07 left: \$1\.93 of \$2\.00 is spent"):
        answer(studio, "resume", shown=shown | {"bills": 1})
    assert len(fal.submits) == 1
    project.budget = 3
    assert len(answer(studio, "resume", shown=shown | {"bills": 1})["gids"]) == 3
    run.result(timeout=20)
    assert len(fal.submits) == 4
    wait_for(lambda: studio._lab["waiting"] | {"cost": 0} == dict.fromkeys(studio._lab["waiting"], 0) | {"bill": None})
    studio.close()
