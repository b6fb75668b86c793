"""What a submit may ask of the queue, direct runs, and results that expire."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import subprocess
import threading
from typing import Any

import httpx
import pytest

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.offline.faults import Faults
from ipyseedance.offline.job import Answer, Job, Wishes
from ipyseedance.offline.jobs import JobQueue

from .conftest import IMAGE, QUICK, TEXT, Own, events
from .quick import HOLD, KEY, QUICKLY


@pytest.fixture
def caller(quick_url: str) -> Any:
    with httpx.Client(base_url=quick_url, headers={"Authorization": f"Key {KEY}"}, timeout=30) as client:
        yield client


def held(caller: httpx.Client) -> str:
    """Keep the only runner busy; the address to cancel that."""
    job = caller.post(TEXT, json=HOLD).json()
    next(state for state in events(caller, job) if state["status"] == "IN_PROGRESS")
    return str(job["cancel_url"])


def test_a_submit_may_insist_on_a_short_queue(caller: httpx.Client) -> None:
    cancel = held(caller)
    asked = [caller.post(TEXT, json=QUICK, params={"fal_max_queue_length": 1}) for _ in range(3)]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert "fal_max_queue_length=1" in asked[2].json()["detail"]
    assert caller.post(IMAGE, json=QUICK, params={"fal_max_queue_length": 0}).status_code == 200, "a queue an endpoint"
    caller.put(cancel)


def test_what_has_begun_in_time_is_not_hurried(caller: httpx.Client) -> None:
    job = caller.post(TEXT, json=QUICK, headers={"X-Fal-Request-Timeout": "30.5"}).json()
    assert [state["status"] for state in events(caller, job)][-1] == "COMPLETED"
    assert caller.get(job["response_url"]).status_code == 200


WRONG = [
    ({"X-Fal-Request-Timeout": "soon"}, {}), ({"X-Fal-Request-Timeout": "0.1"}, {}),
    ({"X-Fal-Request-Timeout": "nan"}, {}), ({"X-Fal-Request-Timeout": "inf"}, {}), ({"X-Fal-Request-Timeout": ""}, {}),
    ({"X-Fal-Queue-Priority": "high"}, {}),
    ({}, {"fal_max_queue_length": "-1"}), ({}, {"fal_max_queue_length": "x"}), ({}, {"fal_max_queue_length": "²"}),
    ({}, {"fal_max_queue_length": "9" * 5000}),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "query"), WRONG, ids=range(len(WRONG)))
def test_a_wish_that_cannot_be_read_is_named(
    caller: httpx.Client, headers: dict[str, str], query: dict[str, str]
) -> None:
    answer = caller.post(TEXT, json=QUICK, headers=headers, params=query)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{[*headers, *query][0]}: ")


def test_who_hangs_up_on_a_direct_run_cancels_it(caller: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        caller.post("/run" + TEXT, json=HOLD, timeout=0.3)
    assert caller.post("/run" + TEXT, json=QUICK).json()["seed"] == 7, "the only runner is free again"
    wrong = caller.post("/run" + TEXT, json=QUICK | {"duration": "13"})
    assert (wrong.status_code, wrong.json()["detail"][0]["loc"]) == (422, ["body", "duration"])


CURL = r"""curl --request POST \
  --url https://fal.run/fal-ai/bytedance/seedance/v1.5/pro/text-to-video \
  --header "Authorization: Key $FAL_KEY" \
  --header "Content-Type: application/json" \
  --data '{
  "prompt": "Defense attorney declaring \"Ladies and gentlemen, reasonable doubt isn'\''t just a phrase, it'\''s the foundation of justice itself\", footsteps on marble, jury shifting, courtroom drama, closing argument power."
}'"""  # noqa: E501 - as it stands on fal's page
"""fal's own example."""


def test_fals_own_curl_example(quick_url: str) -> None:
    here = CURL.replace("https://fal.run/", f"{quick_url}/run/").replace("$FAL_KEY", KEY)
    command = shlex.split(here.replace("\\\n", " "))
    if shutil.which("curl"):
        said = subprocess.run([*command, "--silent"], capture_output=True, check=True).stdout
    else:
        options = dict(zip(command[1::2], command[2::2], strict=True))
        headers = {"Authorization": f"Key {KEY}", "Content-Type": "application/json"}
        said = httpx.post(options["--url"], headers=headers, content=options["--data"]).content
    result = json.loads(said)
    assert isinstance(result["seed"], int)
    assert b"reasonable doubt isn't just a phrase" in httpx.get(result["video"]["url"]).content


def test_as_many_runners_as_asked_for(own: Own) -> None:
    url = own(QUICKLY, options=["--runners", "3"])
    jobs = [httpx.post(url + TEXT, json=HOLD).json() for _ in range(4)]
    with httpx.Client() as client:
        for job in jobs[:3]:
            next(state for state in events(client, job) if state["status"] == "IN_PROGRESS")
        assert client.get(jobs[3]["status_url"]).json()["queue_position"] == 0
        for job in jobs:
            client.put(job["cancel_url"])


# In this process, with a clock of the test's own.


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def answered(_job: Job) -> Answer:
    return Answer(200, {"seed": 1})


async def test_a_result_can_be_had_for_an_hour() -> None:
    clock = Clock()
    queue = JobQueue(answered, runners=1, clock=clock)
    job = await queue.submit(ENDPOINTS[0], b"{}", "")
    await job.completed()
    clock.now += 3599
    assert queue.find(job.id) is job
    clock.now += 1
    assert queue.find(job.id) is None
    assert list(queue.all()) == [job], "the account's list still has it"


async def test_a_job_that_waits_does_not_expire() -> None:
    clock, go = Clock(), threading.Event()
    queue = JobQueue(lambda _job: Answer(200 if go.wait(10) else 500, {}), runners=1, result_seconds=5, clock=clock)
    jobs = [await queue.submit(ENDPOINTS[0], b"{}", "") for _ in range(2)]
    await asyncio.sleep(0)
    clock.now += 100
    assert [queue.find(job.id) for job in jobs] == jobs
    go.set()
    for job in jobs:
        await job.completed()


async def test_low_priority_lets_all_others_go_first() -> None:
    order: list[int] = []
    go = threading.Event()

    def work(job: Job) -> Answer:
        go.wait(10)
        order.append(job.number)
        return Answer(200, {})

    queue = JobQueue(work, runners=1)
    low, normal = Wishes(low=True), Wishes()
    jobs = [await queue.submit(ENDPOINTS[0], b"{}", "", wishes) for wishes in (normal, low, normal, low, normal)]
    assert [queue.position(job) for job in jobs] == [0, 3, 1, 4, 2]
    go.set()
    for job in jobs:
        await job.completed()
    assert order == [0, 2, 4, 1, 3]


async def test_a_job_stays_queued_as_long_as_it_is_told_to() -> None:
    queue = JobQueue(answered, runners=1, faults=Faults(queue_wait=0.2))
    job = await queue.submit(ENDPOINTS[0], b"{}", "", Wishes(start_within=0.15))
    assert (await job.completed()).code == 504, "it would have begun at once"
