"""The product against the offline server's platform calls, as if they were fal's: a lost answer, live prices."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from tests.offline.conftest import TEXT, Servers, finished
from tests.offline.quick import KEY

HEADERS = {"Authorization": f"Key {KEY}"}
FOX = sd.TextToVideo("A fox", resolution="480p", duration=4, seed=7, generate_audio=False)


@pytest.fixture
def fal_url() -> Iterator[str]:
    servers = Servers()
    yield servers.start(key=KEY)
    servers.kill()


@pytest.fixture
def project(fal_url: str, tmp_path: Path) -> Iterator[sd.Project]:
    with sd.Project(tmp_path / "project", server=fal_url, key=KEY) as project:
        yield project


def test_a_lost_answer_is_found_again_and_billed_at_live_prices(fal_url: str, project: sd.Project) -> None:
    httpx.put(f"{fal_url}/offline/faults", json={"lose_answers": 1}, headers=HEADERS)
    job = project.submit(FOX)
    clip = job.result(timeout=60)
    assert clip.path.exists()
    deadline = time.monotonic() + 10
    while not project.prices.live:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert project.submit(FOX.with_(seed=8)).result(timeout=60).seed == 8
    row = project.history.df.iloc[-1]
    assert row.cost_source == "billed"
    assert row.cost == pytest.approx(sd.estimate(FOX), abs=1e-5)
    with httpx.Client(base_url=fal_url, headers=HEADERS) as caller:
        listed = caller.get("/v1/models/requests/by-endpoint", params={"endpoint_id": ENDPOINTS[0].id}).json()
        assert len(listed["items"]) == 2, "nothing was sent twice"


def test_a_request_made_elsewhere_is_adopted_though_its_result_has_expired(fal_url: str, project: sd.Project) -> None:
    with httpx.Client(base_url=fal_url, headers=HEADERS, timeout=30) as caller:
        made = caller.post(TEXT, json=FOX.body({})).json()
        finished(caller, made)
        caller.put("/offline/faults", json={"expire_results": True})
        job = project.import_request(made["request_id"], ENDPOINTS[0].id)
        assert job.result(timeout=60).seed == 7
        assert project.history.df.iloc[-1].prompt == "A fox"
