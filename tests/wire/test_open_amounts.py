"""What may have been billed has an end: the account's billing says it, or a person does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.record import Record

from .fal_double import FalDouble, Script
from .test_prices import wait_for
from .test_studio import answer

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", resolution="480p", duration=4, seed=7)
ONE = sd.estimate(FOX)
REFUSED = Script(result=(422, {"detail": [{"loc": ["body"], "msg": "No", "type": "content_policy_violation"}]}))


def refused(fal: FalDouble, project: sd.Project, count: int = 1) -> list[sd.Generation]:
    fal.script = REFUSED
    jobs = [project.submit(FOX.with_(seed=n)) for n in range(count)]
    for job in jobs:
        with pytest.raises(sd.ContentRefused):
            job.result(timeout=20)
    fal.script = Script()
    return jobs


def absent(project: sd.Project, **changes: Any) -> sd.Generation:
    """A job whose answer was lost and whose request is not among the account's, long after."""
    error = sd.Unconfirmed("The answer was lost.", type="absent", charged="maybe").to_record()
    said: dict[str, Any] = {"status": "UNCONFIRMED", "error": error, "owner": "gone", "sweep": "pets"} | changes
    record = Record(1e9, str(workspace_of(project).connection.choice), False, FOX_ID, FOX.record(), ONE, **said)
    return project.by_id(workspace_of(project).store.add(record).result())


FOX_ID = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"


def test_three_refusals_in_a_small_budget_do_not_end_it(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=2.5 * ONE)
    first, second = jobs = refused(fal, project, 2)
    with pytest.raises(sd.OverBudget):
        project.submit(FOX)
    assert project.open_amounts == jobs
    first.settle(0)
    assert (first.cost, job_of(first).record.cost_source) == (0.0, "person")
    assert project.reserved == pytest.approx(ONE)
    second.settle(0.05)
    assert (project.spent, project.reserved, project.open_amounts) == (0.05, 0.0, [])
    second.settle(0)  # by a person it may be said again
    assert list(project.history.df.cost_source) == ["person", "person"]
    project.submit(FOX).result(timeout=20)
    project.close()
    assert open_project().remaining == pytest.approx(1.5 * ONE)


@pytest.mark.parametrize("cost", [-0.01, 10_001, float("nan"), float("inf"), True, "0", None, 10**400])
def test_what_is_no_cost_is_refused(fal: FalDouble, project: sd.Project, cost: Any) -> None:
    (job,) = refused(fal, project)
    with pytest.raises(sd.InvalidRequest, match=r"cost: .* is not allowed; give US dollars, 0 to 10,000"):
        job.settle(cost)
    assert job.cost is None
    assert project.reserved == pytest.approx(ONE)


def test_only_what_has_ended_and_is_not_known_is_settled(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    job = project.submit(FOX)
    wait_for(lambda: job.request_id)
    assert project.open_amounts == []
    with pytest.raises(sd.InvalidRequest, match="cost: the job has not ended"):
        job.settle(0)
    fal.release.set()
    job.result(timeout=20)
    workspace_of(project).store.update(job.id, cost=0.1, cost_source="billed").result()
    for source, says in {"billed": r"was billed, \$0\.10", "elsewhere": "paid outside the project"}.items():
        workspace_of(project).store.update(job.id, cost_source=source).result()
        with pytest.raises(sd.InvalidRequest, match=says):
            job.settle(0)
    workspace_of(project).store.update(job.id, free=True).result()
    with pytest.raises(sd.InvalidRequest, match="costs nothing"):
        job.settle(0)
    assert workspace_of(project).store.get(job.id).cost == 0.1
    other = absent(project, status="IN_QUEUE", error=None, request_id="r-1")
    with pytest.raises(sd.InvalidRequest, match="has not ended"):
        other.settle(0)


def test_one_that_was_settled_is_neither_sent_again_nor_in_the_way_of_a_new_one(
    fal: FalDouble, project: sd.Project
) -> None:
    job = absent(project)
    assert project.waiting().count == 1
    job.settle(0)
    assert (job.status, project.waiting().count, project.resume(), project.reserved) == ("FAILED", 0, [], 0.0)
    assert fal.submits == []
    run = project.run(sd.Sweep(FOX, seed=str(FOX.seed)))
    run.result(timeout=20)
    assert (len(fal.submits), len(run.clips)) == (1, 1)


def test_the_accounts_billing_is_asked_when_the_project_is_opened(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=5)
    jobs = refused(fal, project, 4)
    ids = [job.request_id for job in jobs]
    project.close()
    fal.news_calls.clear()
    fal.bills = [
        {"request_id": ids[0], "cost_total": 0.1},
        {"request_id": ids[1], "cost_total": 2.5, "cost_estimate_nano_usd": 1},
        {"request_id": ids[2], "cost_total": "dear", "cost_estimate_nano_usd": "nan"},
        {"request_id": "another", "cost_total": 9.9},
    ]
    again = open_project()
    wait_for(lambda: len(again.open_amounts) == 2)
    costs = [(job.cost, job_of(job).record.cost_source) for job in again.generations]
    # That there is no event proves nothing, and what cannot be read neither.
    assert costs == [(0.1, "billed"), (2.5, "billed"), (None, None), (None, None)]
    assert [bill.id for bill in again.waiting().bills] == [2]
    asked = [call.query for call in fal.news_calls if call.path.endswith("billing-events")]
    assert asked[0]["request_id"] in ids
    with pytest.raises(sd.InvalidRequest, match=r"was billed, \$0\.10"):
        again.generations[0].settle(0)


def test_the_billing_is_asked_some_time_after_an_end(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    fal.bills = []
    (job,) = refused(fal, project)
    studio = sd.Studio(project)
    wait_for(lambda: studio._lab["open"]["count"] == 1)
    fal.bills = [{"request_id": job.request_id, "cost_estimate_nano_usd": int(ONE * 1e9)}]
    wait_for(lambda: job.cost is not None)
    assert job.cost == pytest.approx(ONE)
    assert job_of(job).record.cost_source == "billed"
    wait_for(lambda: studio._lab["open"] == {"count": 0, "dollars": 0})
    studio.close()


@pytest.mark.parametrize("result", [None, (500, {"detail": "No", "error_type": "internal_error"})])
def test_what_was_billed_stays_when_its_clip_is_looked_for_again(
    fal: FalDouble, project: sd.Project, result: Any
) -> None:
    """The result names no bill, or says that nothing was charged: the account's billing knows better."""
    fal.bills = []
    (job,) = refused(fal, project)
    fal.bills = [{"request_id": job.request_id, "cost_total": 2.5}]
    wait_for(lambda: job.cost == 2.5)
    fal.jobs[job.request_id or ""] = Script(result=result)
    again = project.import_request(job.request_id or "", FOX_ID)
    wait_for(lambda: again.done)
    assert (again.clip is None) == (result is not None)
    assert (again.cost, job_of(again).record.cost_source, project.spent) == (2.5, "billed", 2.5)
    assert [bill.id for bill in project.waiting().bills] == [again.id]


def test_what_a_person_settled_stays_when_it_fails_again(fal: FalDouble, project: sd.Project) -> None:
    (job,) = refused(fal, project)
    job.settle(0.07)
    fal.jobs[job.request_id or ""] = Script(result=(500, {"detail": "No", "error_type": "internal_error"}))
    again = project.import_request(job.request_id or "", FOX_ID)
    wait_for(lambda: again.done)
    assert (again.cost, job_of(again).record.cost_source) == (0.07, "person")


def test_a_lost_request_that_was_billed_is_looked_for_on_and_not_sent_again(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([{"code": 500, "body": {}}], streams=False)
    fal.on_submit, fal.takes, fal.bills = (503, {}), True, []
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: job.done)
    assert (job.status, job.cost, job.request_id is None) == ("UNCONFIRMED", None, False)
    fal.bills = [{"request_id": job.request_id, "cost_total": ONE}]
    wait_for(lambda: job.cost is not None)
    assert (job.status, job.error and job.error.charged) == ("UNCONFIRMED", "yes")
    assert "import_request" in str(job.error)
    assert (project.open_amounts, project.reserved, project.waiting().count) == ([], 0.0, 0)
    project.close()
    fal.jobs[job.request_id or ""] = Script()
    found = open_project().by_id(job.id)
    found.result(timeout=20)
    assert found.cost == pytest.approx(ONE)
    assert (job_of(found).record.cost_source, len(fal.submits)) == ("billed", 1)


@pytest.mark.parametrize("answer", [(401, {}), (403, {}), (404, {}), (405, {})])
def test_a_key_that_may_not_read_it_is_not_tried_again(fal: FalDouble, open_project: Open, answer: Any) -> None:
    project = open_project()
    refused(fal, project)
    project.close()
    fal.news_calls.clear()
    fal.bills = answer
    again = open_project()
    wait_for(lambda: [call for call in fal.news_calls if call.path.endswith("billing-events")])
    refused(fal, again)
    time.sleep(0.5)
    again.close()
    assert len([call for call in fal.news_calls if call.path.endswith("billing-events")]) == 1


@pytest.mark.parametrize("told", [(500, {}), (429, {}), (200, []), (200, {"billing_events": None}), (200, {"x": "y"})])
def test_no_answer_settles_nothing_and_harms_nothing(fal: FalDouble, open_project: Open, told: Any) -> None:
    project = open_project()
    refused(fal, project)
    project.close()
    fal.bills = told
    again = open_project()
    wait_for(lambda: [call for call in fal.news_calls if call.path.endswith("billing-events")])
    again.submit(FOX).result(timeout=20)
    assert len(again.open_amounts) == 1


def test_a_page_is_told_of_them_and_says_what_was_billed(fal: FalDouble, project: sd.Project) -> None:
    jobs = refused(fal, project, 3)
    studio = sd.Studio(project)
    assert studio._lab["open"] == {"count": 3, "dollars": pytest.approx(3 * ONE)}
    told = answer(studio, "open_amounts", offset=1, limit=1)
    assert (told["total"], [row["gid"] for row in told["rows"]]) == (3, [jobs[1].id])
    (row,) = told["rows"]
    assert (row["dollars"], row["request_id"]) == (pytest.approx(ONE), jobs[1].request_id)
    assert "content check refused" in row["why"]
    card = next(card for card in studio._jobs["cards"] if card["gid"] == jobs[0].id)
    assert (card["open"], card["cost"]) == (True, None)
    answer(studio, "settle", gid=jobs[0].id, billed=False)
    answer(studio, "settle", gid=jobs[1].id, billed=True)
    assert [job.cost for job in jobs[:2]] == [0.0, jobs[1].estimate]
    assert project.spent == pytest.approx(ONE)
    wait_for(lambda: studio._lab["open"]["count"] == 1)
    wait_for(lambda: studio._lab["purse"]["spent"] == pytest.approx(ONE))
    for billed in (None, 1, "yes"):
        with pytest.raises(sd.InvalidRequest, match="billed"):
            answer(studio, "settle", gid=jobs[2].id, billed=billed)
    studio.close()


def test_a_visitor_looks_and_settles_nothing(fal: FalDouble, project: sd.Project) -> None:
    (job,) = refused(fal, project)
    for studio in (sd.Studio(project, read_only=True), sd.Studio(project, lock="red kite")):
        assert answer(studio, "open_amounts", offset=0, limit=9)["total"] == 1
        with pytest.raises(sd.SeedanceError, match=r"read-only|locked"):
            answer(studio, "settle", gid=job.id, billed=False)
        studio.close()
    assert job.cost is None
