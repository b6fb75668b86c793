"""An endpoint whose price nobody knows: unknown asks, and a budget refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.fal.platform import UnitPrice
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.widgets.permission import PriceQuestion
from tests.third_endpoint import SCRIPTWRITER, Scriptwriter

from .clip_file import clip
from .fal_double import FalDouble, Script
from .test_studio import answer

Open = Callable[..., sd.Project]
FOX = Scriptwriter(script="A fox")
SWEEP = sd.Sweep(FOX, length=["4s", "8s"])
SHOWN = {"clips": 1, "dollars": 0}


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch, fal: FalDouble) -> None:
    """It is in the catalogue, with no price and no sizes."""
    unknown = replace(SCRIPTWRITER, price=None, sizes={})
    monkeypatch.setattr(catalog, "ENDPOINTS", (*catalog.ENDPOINTS, unknown))
    fal.clip = clip(320, 180, 4)


def test_it_is_sent_when_that_is_confirmed(fal: FalDouble, project: sd.Project) -> None:
    acts: list[Callable[[], object]] = [lambda: project.submit(FOX), lambda: project.run(SWEEP)]
    for act in acts:
        with pytest.raises(sd.OverBudget, match=r"The price of this is not known.*confirm=True.*Nothing was sent"):
            act()
    assert (fal.submits, len(project.history)) == ([], 0)
    job = project.submit(FOX, confirm=True)
    assert job.result(timeout=20).path.exists()
    assert (job.estimate, job.cost, project.spent, project.reserved) == (None, None, 0, 0)
    # Nobody knows what it was billed: that is asked of the account's billing, or said by a person.
    assert [one.id for one in project.open_amounts] == [job.id]
    assert project.history.df.estimate.isna().tolist() == [True]
    run = project.run(SWEEP, confirm=True).result(timeout=20)
    assert len(run.clips) == 2
    assert project.run(SWEEP).ids == run.ids  # there is nothing to pay for


def test_what_it_cost_can_be_said(project: sd.Project) -> None:
    job = project.submit(FOX, confirm=True)
    job.result(timeout=20)
    job.settle(0.4)
    assert (job.cost, project.spent, project.open_amounts) == (0.4, 0.4, [])


def test_a_bill_that_was_accepted_unseen_is_not_once_the_price_is_known(
    fal: FalDouble, open_project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project()
    job = project.submit(FOX, confirm=True)
    job.result(timeout=20)
    never = {"status": "PENDING", "owner": "gone", "request_id": None, "path": None, "url": None}
    workspace_of(project).store.update(job.id, **never).result()
    project.close()
    monkeypatch.setattr(catalog, "ENDPOINTS", (*catalog.ENDPOINTS[:-1], SCRIPTWRITER))
    fal.script = Script(result=(200, {"video": {"url": f"{fal.url}/files/clip.mp4"}}, {"x-fal-billable-units": "1"}))
    again = open_project()
    again.budget = 1
    again.prices.learn({SCRIPTWRITER.id: UnitPrice(0.05, "videos", "USD")}, "2027-01-02")
    assert again.waiting().cost == 0.05
    monkeypatch.setattr(again.prices, "settle", lambda *_: (5.0, "billed"))
    (sent,) = again.resume(confirm=True)
    sent.result(timeout=20)
    assert [bill.id for bill in again.waiting().bills] == [sent.id]


@pytest.mark.parametrize("confirm", [False, True])
def test_a_budget_refuses_it(fal: FalDouble, project: sd.Project, confirm: bool) -> None:
    project.budget = 5
    told = r"price of this is not known, so the project's budget of \$5.00 cannot hold.*Nothing was sent"
    acts: list[Callable[[], object]] = [
        lambda: project.submit(FOX, confirm=confirm),
        lambda: project.run(SWEEP, confirm=confirm),
    ]
    for act in acts:
        with pytest.raises(sd.OverBudget, match=told):
            act()
    project.budget = None
    with pytest.raises(sd.OverBudget, match=r"so the \$2.00 that was allowed for it cannot hold"):
        project.submit(FOX, confirm=True, at_most=2)
    assert (fal.submits, len(project.history)) == ([], 0)


def test_a_bill_is_no_surprise(fal: FalDouble, project: sd.Project) -> None:
    """Whatever it comes to was accepted: it holds no run."""
    project.prices.learn({SCRIPTWRITER.id: UnitPrice(3.0, "videos", "USD")}, "2027-01-02")
    fal.script = Script(result=(200, {"video": {"url": f"{fal.url}/files/clip.mp4"}}, {"x-fal-billable-units": "1"}))
    run = project.run(SWEEP, confirm=True).result(timeout=20)
    assert [job.cost for job in run.generations] == [3.0, 3.0]
    assert (project.spent, project.waiting().bills) == (6.0, [])


def test_what_was_never_sent_is_confirmed_when_it_goes_on(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    job = project.submit(FOX, confirm=True)
    job.result(timeout=20)
    workspace_of(project).store.update(
        job.id, status="PENDING", owner="gone", request_id=None, path=None, url=None
    ).result()
    project.close()
    again = open_project()
    assert (again.waiting().count, again.waiting().cost) == (1, None)
    with pytest.raises(sd.OverBudget, match=r"not known.*resume\(confirm=True\)"):
        again.resume()
    again.budget = 5
    with pytest.raises(sd.OverBudget, match="cannot hold"):
        again.resume(confirm=True)
    again.budget = None
    (job,) = again.resume(confirm=True)
    assert job.result(timeout=20).path.exists()
    assert len(fal.submits) == 2


def refused(studio: sd.Studio, kind: str, **message: Any) -> sd.SeedanceError:
    with pytest.raises(sd.SeedanceError) as caught:
        answer(studio, kind, **message)
    return caught.value


def test_studio_asks_for_it_in_words(fal: FalDouble, project: sd.Project) -> None:
    studio = sd.Studio(project)
    studio.redraft(SCRIPTWRITER.id, {"script": "A fox"}, "test").result(20)
    quote = studio._draft["quote"]
    assert quote is not None
    assert (quote["cost"], quote["width"], quote["height"]) == (None, None, None)
    fields = studio._draft["fields"]
    assert "looks_like" not in fields
    draft = {"endpoint": SCRIPTWRITER.id, "fields": fields, "shown": SHOWN}
    for typed in ("", "0.00", "yes"):
        error = refused(studio, "submit", **draft, confirm=typed)
        assert error.message.startswith("The price of this clip is not known")
        assert isinstance(error, PriceQuestion)
        assert dict(error.question) == {"count": 1, "price": None, "left": None}
    assert fal.submits == []
    (gid,) = answer(studio, "submit", **draft, confirm=" Unknown ")["gids"]
    project.by_id(gid).result(timeout=20)
    sweep = draft | {"axes": {"length": ["4s", "8s"]}, "skip_invalid": False, "shown": {"clips": 2, "dollars": 0}}
    error = refused(studio, "run", **sweep)
    assert error.message == "The price of this clip is not known."
    planned = answer(studio, "plan", **(draft | {"axes": {"length": ["4s", "8s"]}, "concurrency": 2}))
    assert (planned["dollars"], [row["estimate"] for row in planned["rows"]]) == (None, [0, None])
    project.budget = 5
    for kind, message in (("submit", draft), ("run", sweep)):
        error = refused(studio, kind, **message, confirm="unknown")
        assert "so the project's budget of $5.00 cannot hold" in error.message
    assert len(fal.submits) == 1
    studio.close()


def test_the_offline_engine_asks_nobody(tmp_path: Path) -> None:
    with sd.Project(tmp_path / "film", server="offline", budget=1) as project:
        plan = SWEEP.plan(project)
        assert (plan.free, plan.dollars) == (True, None)
        job = project.submit(FOX)
        job.cancel()
        assert (job.estimate, project.spent) == (None, 0)
