"""What a server that is killed and started again on the same folder still knows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.offline.job import Answer, Job, Wishes
from ipyseedance.offline.jobs import JobQueue
from ipyseedance.offline.journal import Journal, NoJournal

from .conftest import QUICK, TEXT, Servers, events, finished
from .quick import DEAF, HOLD, QUICKLY

AGAIN = "/fal-ai/bytedance/requests/"


def test_jobs_survive_a_kill(servers: Servers, tmp_path: Path) -> None:
    kept: Any = [QUICKLY, "jobs.RESULT_SECONDS = 3600"], ["--runners", "1", "--files", str(tmp_path / "kept")]
    changes, options = kept
    with httpx.Client(base_url=servers.start(*changes, options=options), timeout=30) as before:
        done = before.post(TEXT, json=QUICK).json()
        result = finished(before, done).json()
        wrong = before.post(TEXT, json=QUICK | {"duration": "13"}).json()
        finished(before, wrong)
        running = before.post(TEXT, json=HOLD).json()
        next(state for state in events(before, running) if state["status"] == "IN_PROGRESS")
        low = before.post(TEXT, json=QUICK | {"seed": 1}, headers={"X-Fal-Queue-Priority": "low"}).json()
        normal = before.post(TEXT, json=QUICK | {"seed": 2}).json()
        late = before.post(TEXT, json=QUICK, headers={"X-Fal-Request-Timeout": "0.2"}).json()
        cancelled = before.post(TEXT, json=QUICK).json()
        before.put(cancelled["cancel_url"])
        assert before.get(cancelled["response_url"]).status_code == 499
    servers.kill()

    with httpx.Client(base_url=servers.start(*changes, options=options), timeout=30) as after:
        again = after.get(AGAIN + done["request_id"]).json()
        assert again["seed"] == result["seed"]
        assert again["video"]["url"].startswith(str(after.base_url).rstrip("/")), "at the new address"
        assert after.get(again["video"]["url"]).content == b"clip of A lake at sunset"
        assert after.get(AGAIN + wrong["request_id"]).status_code == 422
        assert after.get(AGAIN + cancelled["request_id"]).status_code == 499
        assert after.get(f"{AGAIN}{done['request_id']}/status").json()["metrics"]["inference_time"] >= 0

        here = {"status_url": f"{AGAIN}{running['request_id']}/status"}
        next(state for state in events(after, here) if state["status"] == "IN_PROGRESS")
        assert after.get(f"{AGAIN}{normal['request_id']}/status").json()["queue_position"] == 0
        assert after.get(f"{AGAIN}{low['request_id']}/status").json()["queue_position"] == 1
        after.put(f"{AGAIN}{running['request_id']}/cancel")
        for job, seed in ((normal, 2), (low, 1)):
            list(events(after, {"status_url": f"{AGAIN}{job['request_id']}/status"}))
            assert after.get(AGAIN + job["request_id"]).json()["seed"] == seed
        assert after.get(AGAIN + late["request_id"]).status_code == 504, "its time ran out meanwhile"


def test_a_cancel_that_was_answered_survives_a_kill(servers: Servers, tmp_path: Path) -> None:
    options = ["--runners", "1", "--files", str(tmp_path)]
    with httpx.Client(base_url=servers.start(QUICKLY, options=options), timeout=30) as before:
        running, waiting = [before.post(TEXT, json=DEAF).json() for _ in range(2)]
        next(state for state in events(before, running) if state["status"] == "IN_PROGRESS")
        answers = [before.put(job["cancel_url"]).status_code for job in (running, waiting)]
    servers.kill()
    assert answers == [202, 200]
    with httpx.Client(base_url=servers.start(QUICKLY, options=options), timeout=30) as after:
        for job in (running, waiting):
            result = after.get(AGAIN + job["request_id"])
            assert (result.status_code, result.json()["error_type"]) == (499, "client_cancelled")
        assert finished(after, after.post(TEXT, json=QUICK).json()).status_code == 200, "the runner is free"


async def test_a_file_from_before_cancels_were_written_down_opens(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "requests.db")
    queue = JobQueue(lambda _job: Answer(200, {"seed": 1}), runners=1, journal=journal)
    job = await queue.submit(ENDPOINTS[0], b"{}", "", Wishes(webhook="http://127.0.0.1:2/hook"))
    await job.completed()
    journal.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "requests.db")) as old:
        old.execute("ALTER TABLE job DROP COLUMN cancelled")
    for cancelled in (False, True):
        journal = Journal(tmp_path / "requests.db")
        [entry] = journal.entries()
        journal.cancel(job)
        journal.close()
        assert (entry.id, entry.answer, entry.told) == (job.id, Answer(200, {"seed": 1}), False)
        assert entry.cancelled == cancelled


@pytest.mark.skipif(os.name != "posix", reason="a signal is a kill there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_leaves_one_whole_file(servers: Servers, tmp_path: Path, number: int) -> None:
    options = ["--runners", "1", "--files", str(tmp_path)]
    with httpx.Client(base_url=servers.start(QUICKLY, options=options), timeout=30) as before:
        done = before.post(TEXT, json=QUICK).json()
        result = finished(before, done).json()
        running = before.post(TEXT, json=HOLD).json()
        next(state for state in events(before, running) if state["status"] == "IN_PROGRESS")
    servers.end(number)
    log = tmp_path / "requests.db-wal"
    assert not log.exists() or not log.stat().st_size

    with httpx.Client(base_url=servers.start(QUICKLY, options=options), timeout=30) as after:
        again = after.get(AGAIN + done["request_id"])
        assert again.status_code == 200
        assert again.json()["video"]["file_name"] == result["video"]["file_name"], "it was not made again"
        here = {"status_url": f"{AGAIN}{running['request_id']}/status"}
        next(state for state in events(after, here) if state["status"] == "IN_PROGRESS")


def test_two_servers_do_not_share_a_folder(servers: Servers, tmp_path: Path) -> None:
    url = servers.start(QUICKLY, options=["--files", str(tmp_path)])
    part = part_in(tmp_path, url)
    command = [sys.executable, "-m", "ipyseedance.offline", "--files", str(tmp_path)]
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert second.returncode == 1
    assert "in use by another server" in second.stderr
    assert part.exists(), "the first is still at it"


def test_what_was_sent_in_part_does_not_stay_for_ever(servers: Servers, tmp_path: Path) -> None:
    options = ["--files", str(tmp_path)]
    part = part_in(tmp_path, servers.start(QUICKLY, options=options))
    servers.kill()
    half, others = tmp_path / ("A" * 22 + ".mp4.part"), tmp_path / "a film.mp4.part"
    for path in (half, others):
        path.write_bytes(b"x")
    servers.start(QUICKLY, options=options)
    assert [path.exists() for path in (part, half, others)] == [False, False, True]


def part_in(folder: Path, url: str) -> Path:
    """The file of one part of an upload that is under way."""
    body = {"content_type": "image/png", "file_name": "x.png"}
    places = httpx.post(f"{url}/storage/upload/initiate-multipart", json=body).json()
    assert httpx.put(f"{places['upload_url']}/1", content=b"x").is_success
    [part] = folder.glob("*.part")
    return part


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "requests.db").write_bytes(b"something else" * 1000)
    for path in (tmp_path / "requests.db", tmp_path / "nowhere" / "requests.db"):
        with pytest.raises(NoJournal, match=re.escape(str(path))):
            Journal(path)


async def test_the_file_holds_no_more_than_the_queue_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipyseedance.offline.jobs.MAX_DONE", 2)
    journal = Journal(tmp_path / "requests.db")
    queue = JobQueue(lambda _job: Answer(200, {"seed": 1}), runners=1, journal=journal)
    jobs = [await queue.submit(ENDPOINTS[0], b'{"prompt": "x"}', "") for _ in range(4)]
    for job in jobs:
        await job.completed()
    journal.close()
    rows = sqlite3.connect(tmp_path / "requests.db").execute("SELECT id, code FROM job").fetchall()
    assert rows == [(job.id, 200) for job in jobs[2:]]


async def test_a_webhook_that_was_not_taken_is_sent_again(tmp_path: Path) -> None:
    untold: list[Job] = []
    for told in (False, True):
        journal = Journal(tmp_path / "requests.db")
        queue = JobQueue(lambda _job: Answer(200, {"seed": 1}), runners=1, journal=journal, on_completed=untold.append)
        queue.resume("http://127.0.0.1:1")
        if not untold:
            job = await queue.submit(ENDPOINTS[0], b"{}", "", Wishes(webhook="http://127.0.0.1:2/hook"))
            await job.completed()
        if told:
            journal.told(untold[-1])
        journal.close()
    assert [job.id for job in untold] == [untold[0].id] * 2
    assert untold[1].base_url == "http://127.0.0.1:1", "where its clip is now"
    queue = JobQueue(
        lambda _job: Answer(200, {}), journal=Journal(tmp_path / "requests.db"), on_completed=untold.append
    )
    queue.resume("")
    assert len(untold) == 2


async def test_pictures_are_not_kept_with_the_answer(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "requests.db")
    queue = JobQueue(lambda _job: Answer(200, {"seed": 1}), runners=1, journal=journal)
    job = await queue.submit(ENDPOINTS[0], b'{"prompt": "' + b"x" * 100_000 + b'"}', "")
    await job.completed()
    with pytest.raises(NoJournal, match="another server"):
        Journal(tmp_path / "requests.db")
    journal.close()
    again = Journal(tmp_path / "requests.db")
    [entry] = again.entries()
    assert (entry.input, entry.answer) == (b"", Answer(200, {"seed": 1}))
    again.close()
