"""Prices, bills and retired endpoints, read from the service while everything else goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog, seedance_1_5
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of

from .conftest import KEY, TUNING
from .fal_double import FalDouble

FOX = sd.TextToVideo("A fox", seed=7)
IDS = [endpoint.id for endpoint in catalog.ENDPOINTS]
Open = Callable[..., sd.Project]


def at(amount: float, **changes: Any) -> list[dict[str, Any]]:
    row = {"unit_price": amount, "unit": "1m tokens", "currency": "USD"} | changes
    return [row | {"endpoint_id": id} for id in IDS]


def known(*statuses: str) -> list[dict[str, Any]]:
    return [{"endpoint_id": id, "metadata": {"status": s}} for id, s in zip(IDS, statuses, strict=False)]


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_live_price_is_what_is_reserved_and_stored(fal: FalDouble, open_project: Open) -> None:
    fal.prices = at(3.0)
    before = today()
    project = open_project()
    wait_for(lambda: project.prices.live)
    assert project.prices.as_of in {before, today()}
    fal.script.statuses = ["hold", {"status": "COMPLETED"}]
    job = project.submit(FOX)
    assert job.estimate == pytest.approx(0.324)
    wait_for(lambda: job.request_id)
    assert workspace_of(project).store.purse().reserved == pytest.approx(0.324)
    assert workspace_of(project).store.get(job.id).estimate == pytest.approx(0.324)
    assert {call.headers["authorization"] for call in fal.news_calls} == {f"Key {KEY}"}


def test_the_budget_goes_by_the_live_price(fal: FalDouble, open_project: Open) -> None:
    fal.prices = at(3.0)
    project = open_project(budget=0.3)
    wait_for(lambda: project.prices.live)
    assert sd.estimate(FOX) < 0.3
    with pytest.raises(sd.OverBudget):
        project.submit(FOX)
    assert not fal.submits


def test_it_is_settled_by_what_was_billed(fal: FalDouble, open_project: Open) -> None:
    fal.prices = at(3.0)
    fal.script.result = (200, {"video": {"url": f"{fal.url}/files/clip.mp4"}}, {"x-fal-billable-units": "0.12"})
    project = open_project(budget=0.35)
    wait_for(lambda: project.prices.live)
    job = project.submit(FOX)
    job.result(timeout=20)
    assert job.cost == pytest.approx(0.36)
    assert job_of(job).record.cost_source == "billed"
    # It was billed at more than was estimated: nothing is reserved, and nothing more is sent.
    assert workspace_of(project).store.purse().spent == pytest.approx(0.36)
    assert workspace_of(project).store.purse().reserved == 0.0
    with pytest.raises(sd.OverBudget, match=r"\$0\.00 left"):
        project.submit(FOX.with_(duration=4, resolution="480p"))
    assert len(fal.submits) == 1


def test_without_a_price_list_the_table_holds(fal: FalDouble, project: sd.Project) -> None:
    job = project.submit(FOX)
    job.result(timeout=20)
    assert (job.cost, job_of(job).record.cost_source) == (sd.estimate(FOX), "estimate")
    assert (project.prices.live, project.prices.as_of) == (False, seedance_1_5.PRICE.as_of)
    assert workspace_of(project).connection.retired == frozenset()


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"error": {"type": "authorization_error"}}),
        (403, {"error": {"type": "authorization_error"}}),
        (405, {}),
        (429, {}),
        (500, {}),
        (200, []),
        (200, {"prices": None, "models": None}),
        (200, {"prices": [{"endpoint_id": IDS[0]}], "models": [{"endpoint_id": IDS[0]}]}),
        (200, {"prices": ["nonsense"], "models": ["nonsense"]}),
        (200, {"prices": [{"endpoint_id": IDS[0], "unit_price": "dear", "unit": 1, "currency": 2}], "models": [None]}),
    ],
)
def test_no_answer_is_no_harm(fal: FalDouble, open_project: Open, answer: Any) -> None:
    fal.prices = fal.models = answer
    project = open_project()
    wait_for(lambda: len(fal.news_calls) == 2)
    job = project.submit(FOX)
    job.result(timeout=20)
    assert (job.estimate, job_of(job).record.cost_source) == (sd.estimate(FOX), "estimate")
    assert (project.prices.live, workspace_of(project).connection.retired) == (False, frozenset())
    assert workspace_of(project).connection.state == "ready"


def test_a_price_list_that_hangs_holds_nothing_up(fal: FalDouble, open_project: Open) -> None:
    fal.prices = fal.models = "hold"
    project = open_project()
    wait_for(lambda: len(fal.news_calls) == 2)
    began = time.monotonic()
    job = project.submit(FOX)
    job.result(timeout=20)
    project.close()
    assert time.monotonic() - began < 5
    assert (job.cost, job_of(job).record.cost_source) == (sd.estimate(FOX), "estimate")


def test_deprecated_endpoints_are_retired(fal: FalDouble, open_project: Open) -> None:
    fal.models = known("active", "deprecated")
    project = open_project()
    wait_for(lambda: workspace_of(project).connection.retired)
    assert workspace_of(project).connection.retired == {IDS[1]}


def test_whoever_shows_it_is_told_once(fal: FalDouble, open_project: Open) -> None:
    fal.prices = fal.models = "hold"
    project = open_project()
    wait_for(lambda: len(fal.news_calls) == 2)
    told: list[object] = []
    project.observe(told.append)
    fal.release.set()
    wait_for(lambda: told)
    assert workspace_of(project).connection.retired == set(IDS)
    assert told == [None]


def test_an_endpoint_it_does_not_know_is_retired(fal: FalDouble, open_project: Open) -> None:
    fal.models = known("active")
    project = open_project()
    wait_for(lambda: workspace_of(project).connection.retired)
    assert workspace_of(project).connection.retired == {IDS[1]}
    project.submit(FOX).result(timeout=20)


@pytest.mark.parametrize(("answer", "seconds"), [(None, TUNING.news_keeps), ((503, {}), TUNING.news_retry)])
def test_they_are_read_again_in_time(fal: FalDouble, open_project: Open, answer: Any, seconds: float) -> None:
    fal.prices, later = answer, 0.0
    project = open_project(clock=lambda: time.monotonic() + later)
    connected = workspace_of(project).connection
    wait_for(lambda: connected._news and connected._news.done())
    fal.prices = at(3.0)
    later = seconds - 60
    project.submit(FOX).result(timeout=20)
    assert len(fal.news_calls) == 2
    later = seconds
    project.submit(FOX).result(timeout=20)
    wait_for(lambda: project.prices.live)


def test_the_offline_engine_is_never_asked(tmp_path: Path) -> None:
    with sd.Project(tmp_path / "free", server="offline") as project:
        job = project.submit(FOX.with_(duration=4, resolution="480p"))
        job.result(timeout=60)
        assert (job.cost, job_of(job).record.cost_source) == (0.0, "free")
        assert workspace_of(project).connection._news is None
        assert not project.prices.live
