"""A job is watched to its end: over bad lines, past its deadline, and in a long line of others."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.fal import wire as wire_module
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service, origin
from ipyseedance.fal.queue import Queue
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs import watch as watcher_module
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of

from .conftest import KEY
from .fal_double import FalDouble, Script
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)
RUNNING: dict[str, Any] = {"status": "IN_PROGRESS", "logs": None}
EXPIRED = (404, {"status": "NOT_FOUND"})


def test_a_stream_that_tells_nothing_gives_way_to_polls(
    fal: FalDouble, open_project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "LONGEST_SILENCE", 0.3)
    fal.script = Script([RUNNING, RUNNING, RUNNING, {"status": "COMPLETED"}], streams="silent")
    open_project().submit(FOX).result(timeout=20)
    ends = Counter(call.path.rpartition("/")[2] for call in fal.calls)
    assert ends["stream"] == watcher_module._FRUITLESS_STREAMS
    assert ends["status"] == 4


def test_jobs_without_a_free_stream_are_asked_about_now_and_then(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([RUNNING, "hold", {"status": "COMPLETED"}])
    project = open_project(streams=1, shortest_patrol=0.2)
    first = project.submit(FOX)
    wait_for(lambda: first.status == "IN_PROGRESS")
    fal.script = Script([RUNNING, {"status": "COMPLETED"}])
    second = project.submit(FOX.with_(seed=8))
    second.result(timeout=20)
    ends = [call.path.rpartition("/")[2] for call in fal.calls if str(second.request_id) in call.path]
    assert ends == ["status", "status", str(second.request_id)]
    fal.release.set()
    first.result(timeout=20)


def test_a_status_may_go_backwards(fal: FalDouble, open_project: Open) -> None:
    queued = {"status": "IN_QUEUE", "queue_position": 3}
    fal.script = Script([queued, RUNNING, queued, "hold", {"status": "COMPLETED"}])
    job = open_project().submit(FOX)
    wait_for(lambda: job_of(job).readings == 3 and job.status == "IN_QUEUE")
    assert job.queue_position == 3
    fal.release.set()
    assert job.result(timeout=20).path.exists()


def test_past_its_deadline_a_job_is_cancelled(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([RUNNING] * 3 + [{"status": "COMPLETED"}], result=[(400, {"detail": "still in progress"})])
    project = open_project(grace=1)
    project.deadline = 0.5
    job = project.submit(FOX)
    with pytest.raises(sd.DeadlinePassed, match="cancelling did not end it") as caught:
        job.result(timeout=20)
    assert [call.method for call in fal.calls].count("PUT") == 1
    assert (job.status, job.cost, caught.value.charged) == ("FAILED", None, "maybe")
    assert str(job.request_id) in caught.value.next_step
    assert workspace_of(project).store.purse().reserved == pytest.approx(job.estimate)

    fal.jobs[str(job.request_id)].result = None  # it finished after all
    found = project.import_request(str(job.request_id), job_of(job).record.endpoint)
    assert found.result(timeout=20).path.exists()
    assert len(project.history) == len(fal.submits) == 1
    assert workspace_of(project).store.purse().reserved == 0


def test_a_deadline_that_passed_while_nobody_watched_does_not_hide_a_finished_clip(
    fal: FalDouble, open_project: Open
) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: job.request_id)
    project.close()
    fal.release.set()
    project = open_project()
    project.deadline = 1e-6
    assert project.generations[0].result(timeout=20).path.exists()
    assert "PUT" not in [call.method for call in fal.calls]


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), "1 h", True, None])
def test_what_is_no_deadline_is_refused(project: sd.Project, seconds: Any) -> None:
    with pytest.raises(sd.InvalidRequest, match=r"deadline: .* is not allowed; give seconds, more than 0"):
        project.deadline = seconds


def test_a_cancel_is_repeated_until_it_is_heard(fal: FalDouble, project: sd.Project) -> None:
    heard = (202, {"status": "CANCELLATION_REQUESTED"})
    fal.script = Script([RUNNING, "hold", {"status": "COMPLETED"}], cancel=[(503, {}), (500, {}), heard])
    fal.script.result = (499, {"detail": "cancelled", "error_type": "client_cancelled"})
    job = project.submit(FOX)
    wait_for(lambda: job.status == "IN_PROGRESS")
    job.cancel()
    wait_for(lambda: [call.method for call in fal.calls].count("PUT") == 3)
    fal.release.set()
    with pytest.raises(sd.GenerationCancelled):
        job.result(timeout=20)


def test_a_cancel_that_is_refused_keeps_nobody_from_watching(fal: FalDouble, open_project: Open) -> None:
    fal.on_submit, fal.script = "hold", Script(cancel=(403, {"detail": "This key may not cancel."}))
    job = open_project(hearing=0.2).submit(FOX)
    wait_for(lambda: fal.submits)
    job.cancel()
    fal.release.set()
    assert job.result(timeout=20).path.exists()


def test_past_its_deadline_a_job_is_given_up_though_the_service_does_not_cancel(
    fal: FalDouble, open_project: Open
) -> None:
    fal.script = Script([RUNNING], streams=False, cancel=(405, {}))
    project = open_project(deadline=0.5, grace=1, hearing=0.2)
    with pytest.raises(sd.DeadlinePassed):
        project.submit(FOX).result(timeout=20)


def test_cancel_all_stops_what_is_sent_and_what_is_not(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([RUNNING, "hold", {"status": "COMPLETED"}])
    fal.script.result = (499, {"detail": "cancelled", "error_type": "client_cancelled"})
    project = open_project(slots=2)
    jobs = [project.submit(FOX.with_(seed=n)) for n in range(20)]
    wait_for(lambda: sum(job.status == "IN_PROGRESS" for job in jobs) == 2)
    assert project.cancel_all() == jobs
    wait_for(lambda: sum(job.done for job in jobs) == 18)
    fal.release.set()
    wait_for(lambda: all(job.done for job in jobs))
    assert {job.status for job in jobs} == {"CANCELLED"}
    assert len(fal.submits) == 2
    assert workspace_of(project).store.purse().reserved == workspace_of(project).store.purse().spent == 0
    assert project.under_way == []


def test_jobs_get_their_slots_in_order(fal: FalDouble, open_project: Open) -> None:
    project = open_project(slots=1)
    jobs = [project.submit(FOX.with_(seed=n)) for n in range(10)]
    for job in jobs:
        job.result(timeout=20)
    assert [call.json["seed"] for call in fal.submits] == list(range(10))
    wait_for(lambda: workspace_of(project).lifecycle.slots.free == 1)


def test_a_result_the_queue_forgot_is_in_the_accounts_records(fal: FalDouble, open_project: Open) -> None:
    fal.records = fal.outputs = True
    fal.script = Script(result=EXPIRED)
    job = open_project().submit(FOX)
    assert job.result(timeout=20).path.read_bytes() == fal.clip
    assert job_of(job).record.seed == 42


@pytest.mark.parametrize("records", [True, False])
def test_a_result_nobody_has_any_more_is_said_to_be_expired(fal: FalDouble, project: sd.Project, records: bool) -> None:
    fal.records = records
    fal.script = Script(result=EXPIRED)
    with pytest.raises(sd.ResultExpired, match="does not know this request"):
        project.submit(FOX).result(timeout=20)


def test_a_start_deadline_that_was_missed(fal: FalDouble, project: sd.Project) -> None:
    body = {"detail": "Request timed out", "error_type": "request_timeout"}
    fal.script = Script(result=(504, body, {"x-fal-request-timeout-type": "user"}))
    job = project.submit(FOX)
    with pytest.raises(sd.DeadlinePassed, match="had not begun it"):
        job.result(timeout=20)
    assert job.cost == 0


def test_a_host_that_is_down_is_stood_in_for_by_its_backup(fal: FalDouble) -> None:
    down = "http://127.0.0.1:9"
    service = Service("fal", down, down, f"{down}/v1", queue_backup=fal.url)
    endpoint = catalog.ENDPOINTS[0].id

    async def go() -> str:
        wire = Wire(service, Key(KEY))
        queue = Queue(wire)
        ticket = await queue.submit(endpoint, FOX.body({}))
        result = await queue.result(queue.ticket(endpoint, ticket.request_id))
        async for progress in queue.stream(queue.ticket(endpoint, ticket.request_id)):
            assert progress.status == "COMPLETED"
        await wire.close()
        return result.url

    assert asyncio.run(go()) == f"{fal.url}/files/clip.mp4"
    assert len(fal.submits) == 1
    assert all(call.headers["authorization"] == f"Key {KEY}" for call in fal.calls)


def test_only_where_no_connection_is_made_the_backup_is_tried(fal: FalDouble) -> None:
    """An answer that was lost says nothing about what was taken."""
    fal.on_submit = "drop"
    service = Service("fal", fal.url, fal.url, f"{fal.url}/v1", queue_backup="http://127.0.0.1:9")

    async def go() -> None:
        wire = Wire(service, Key(KEY))
        try:
            await Queue(wire).submit(catalog.ENDPOINTS[0].id, FOX.body({}))
        finally:
            await wire.close()

    with pytest.raises(sd.Unconfirmed):
        asyncio.run(go())
    assert len(fal.submits) == 1


def test_what_answered_is_asked_first(fal: FalDouble) -> None:
    """A host that is back is used again though its backup is dead, and a dead backup is not tried call after call."""
    down = "http://127.0.0.1:9"
    service = Service("fal", fal.url, fal.url, f"{fal.url}/v1", queue_backup=down)
    asked: list[str] = []

    async def go() -> None:
        wire = Wire(service, Key(KEY))
        queue = Queue(wire)
        ticket = await queue.submit(catalog.ENDPOINTS[0].id, FOX.body({}))
        wire.service = Service("fal", down, down, f"{down}/v1", queue_backup=down)
        with pytest.raises(sd.ServiceUnavailable):  # for a moment neither can be reached
            await wire.read("GET", f"{down}/x")
        wire.service = service
        async with wire.short.client() as client:
            client.event_hooks = {"request": [_noted(asked)]}
        for _ in range(3):
            await queue.result(ticket)
        await wire.close()

    asyncio.run(go())
    assert asked == [fal.url.removeprefix("http://")] * 3


def _noted(asked: list[str]) -> Callable[[Any], Any]:
    async def note(request: Any) -> None:
        asked.append(request.url.netloc.decode())

    return note


def test_fals_own_backup() -> None:
    fal = Service.fal()
    url = "https://queue.fal.run/fal-ai/bytedance/requests/1/status?logs=1"
    assert fal.backup(url) == "https://queue.falrun.com/fal-ai/bytedance/requests/1/status?logs=1"
    assert fal.backup("https://v3.fal.media/files/clip.mp4") is None
    assert origin("https://queue.falrun.com") in fal.origins


def test_an_observer_that_raises_ends_no_job(
    project: sd.Project, fal: FalDouble, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def careless(_: sd.Generation | None) -> None:
        raise OSError("no more room")

    project.observe(careless)
    project.observe(lambda job: told.append(job.status) if job else None)
    assert project.submit(FOX).result(timeout=20).seed == 42
    assert len(fal.submits) == 1
    assert (told[0], told[-1]) == ("PENDING", "COMPLETED")
    assert "no more room" in caplog.text


# Every watch ends.

AWAY = (503, {"detail": "away"})
UNREADABLE: dict[str, Any] = {"code": 500, "body": {"detail": "broken"}}


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (Script(result=AWAY), "could still not be had"),
        (Script(result=(500, {"detail": "broken"})), "could still not be had|not finished"),
        (Script([UNREADABLE], streams=False), "could still not be had"),
        (Script([{"code": 503, "body": {}}], streams=False), "could still not be had"),
        (Script([{"code": 401, "body": {"detail": "No user found"}}], streams=False), "could still not be had"),
        (Script([{"code": 403, "body": {"detail": "User is locked"}}], streams=False), "could still not be had"),
        (Script(["drop"]), "could still not be had"),
        (Script(["drop"], streams=False), "could still not be had"),
        (Script([RUNNING], streams="silent"), "not finished"),
        (Script([RUNNING], streams=False, cancel=AWAY), "not finished"),
        (Script(result=(400, {"detail": "still in progress"})), "not finished"),
    ],
    ids=["result 503", "result 500", "status 500", "status 503", "401", "locked", "cut stream", "cut status", "silent",
         "running, deaf", "running result"],
)  # fmt: skip
def test_past_its_deadline_a_watch_ends_whatever_the_service_answers(
    fal: FalDouble, open_project: Open, script: Script, says: str
) -> None:
    fal.script = script
    project = open_project(deadline=0.4, grace=0.4, hearing=0.1)
    job = project.submit(FOX)
    with pytest.raises(sd.DeadlinePassed, match=says) as caught:
        job.result(timeout=20)
    assert (job.status, job.cost, caught.value.charged) == ("FAILED", None, "maybe")
    assert f"project.import_request({job.request_id!r}, {job_of(job).record.endpoint!r})" in caught.value.next_step
    assert workspace_of(project).store.get(job.id).request_id == job.request_id
    assert project.under_way == []


def test_a_service_that_goes_away_for_good_is_given_up_at_the_deadline(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([RUNNING, "hold"])
    project = open_project(grace=0.4, hearing=0.1)
    job = project.submit(FOX)
    wait_for(lambda: job.status == "IN_PROGRESS")
    project.deadline = 0.4
    fal.close()
    with pytest.raises(sd.DeadlinePassed, match="could still not be had"):
        job.result(timeout=20)
    assert job.request_id


def test_a_cancel_nobody_hears_of_another_openers_job_ends(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script([RUNNING, "hold", {"status": "COMPLETED"}], cancel=(403, {"detail": "may not"}))
    other = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    project = open_project(deadline=0.4, grace=0.4)
    wait_for(lambda: project.generations[0].request_id)
    asyncio.run_coroutine_threadsafe(
        workspace_of(project).watcher.cancel(job_of(project.generations[0])), job_thread().loop
    ).result(20)
    kill(other)
    fal.release.set()


# Clocks that jump, and hours in which nobody watched.


class Clocks:
    """A wall's clock that can be set."""

    def __init__(self) -> None:
        self.wrong_by = 0.0

    def wall(self) -> float:
        return time.time() + self.wrong_by


@pytest.mark.parametrize("hours", [25, -3])
def test_a_clock_that_is_set_ends_no_job_and_makes_no_time_of_it(
    fal: FalDouble, open_project: Open, hours: float
) -> None:
    fal.script = Script([RUNNING, "hold", {"status": "COMPLETED"}])
    clocks = Clocks()
    project = open_project(wall=clocks.wall)
    job = project.submit(FOX)
    wait_for(lambda: job.status == "IN_PROGRESS")
    clocks.wrong_by = hours * 3600
    fal.release.set()
    assert job.result(timeout=20).path.exists()
    assert "PUT" not in [call.method for call in fal.calls]
    record = job_of(job).record
    assert record.submitted_at
    assert record.completed_at
    assert 0 <= (record.run_seconds or 0.0) < 20
    assert 0 <= record.completed_at - record.submitted_at < 20 or not record.run_seconds
    typical = workspace_of(project).store.typical_seconds(
        record.server, record.endpoint, record.resolution, record.seconds
    )
    assert typical is None or 0 <= typical < 20


@pytest.mark.parametrize("then", [[], [RUNNING], [{"status": "IN_QUEUE"}, RUNNING]], ids=["ended", "running", "queued"])
def test_a_job_that_is_found_a_day_later_is_not_cancelled_at_once(
    fal: FalDouble, open_project: Open, then: list[Any]
) -> None:
    """And what nobody watched took nobody knows how long."""
    fal.script = Script(["hold", *then, {"status": "COMPLETED"}])
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: job.request_id)
    day_before = (job_of(job).record.submitted_at or 0.0) - 25 * 3600
    workspace_of(project).store.update(job.id, submitted_at=day_before).result()
    project.close()
    fal.release.set()

    again = open_project().generations[0]
    again.result(timeout=20)
    assert "PUT" not in [call.method for call in fal.calls]
    record = job_of(again).record
    assert record.run_seconds is None or (len(then) == 2 and 0 <= record.run_seconds < 20)
    assert (
        workspace_of(open_project()).store.typical_seconds(
            record.server, record.endpoint, record.resolution, record.seconds
        )
        is None
    )
