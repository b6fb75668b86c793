"""fal's queue protocol as its clients see it."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from typing import Any

import httpx
import pytest

from ipyseedance.offline.jobs import RUNNERS
from ipyseedance.offline.launch import OfflineServer

from .conftest import IMAGE, LONG, QUICK, TEXT, Own, Submit, clip_of, events, finished
from .quick import HOLD, QUICKLY


def test_submit_answers_with_what_the_clients_need(client: httpx.Client, server: OfflineServer) -> None:
    answer = client.post(TEXT, json=QUICK)
    job = answer.json()
    assert answer.status_code == 200
    assert job["status"] == "IN_QUEUE"
    assert str(uuid.UUID(job["request_id"])) == job["request_id"] == answer.headers["x-fal-request-id"]
    assert job["response_url"] == f"{server.url}/fal-ai/bytedance/requests/{job['request_id']}"
    assert job["status_url"] == job["response_url"] + "/status"
    assert job["cancel_url"] == job["response_url"] + "/cancel"
    assert job["queue_position"] >= 0
    assert job["logs"] is None
    assert job["metrics"] == {}
    finished(client, job)


def test_a_job_is_202_until_it_is_completed_and_200_after(client: httpx.Client, submit: Submit) -> None:
    job = submit(LONG)
    running = client.get(job["status_url"])
    assert running.status_code == 202
    assert running.json()["status"] in ("IN_QUEUE", "IN_PROGRESS")
    assert running.json()["logs"] is None
    assert running.json()["metrics"] == {}
    early = client.get(job["response_url"])
    assert (early.status_code, early.json()) == (400, {"detail": "Request is still in progress"})
    client.put(job["cancel_url"])
    list(events(client, job))
    assert client.get(job["status_url"]).status_code == 200


def test_result_names_a_clip_that_can_be_fetched_without_a_key(client: httpx.Client, submit: Submit) -> None:
    job = submit(QUICK)
    result = finished(client, job)
    video = result.json()["video"]
    assert result.status_code == 200
    assert result.json()["seed"] == 7
    assert float(result.headers["x-fal-billable-units"]) > 0
    assert result.headers["x-fal-request-id"] == job["request_id"]
    clip = httpx.get(video["url"])
    assert clip.headers["content-type"] == video["content_type"] == "video/mp4"
    assert len(clip.content) == video["file_size"]
    assert video["url"].endswith(video["file_name"])
    state = client.get(job["status_url"]).json()
    assert state["metrics"]["inference_time"] > 0
    assert "queue_position" not in state
    assert "error" not in state


def test_an_absent_seed_is_chosen_and_told(client: httpx.Client, submit: Submit) -> None:
    body = {name: value for name, value in QUICK.items() if name != "seed"}
    seeds = [finished(client, submit(body | more)).json()["seed"] for more in ({}, {"seed": -1})]
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize("logs", ["1", "true"])
def test_polled_logs_are_cumulative_and_readable(client: httpx.Client, submit: Submit, logs: str) -> None:
    job = submit(QUICK)
    finished(client, job)
    lines = client.get(job["status_url"], params={"logs": logs}).json()["logs"]
    assert lines[0]["message"] == "queued"
    assert lines[-1]["message"] == "done"
    assert any(line["message"].startswith("rendering frame") for line in lines)
    stamps = [datetime.fromisoformat(line["timestamp"]) for line in lines]
    assert stamps == sorted(stamps)
    assert {line["level"] for line in lines} == {"INFO"}
    assert client.get(job["status_url"], params={"logs": "0"}).json()["logs"] is None


def test_streamed_logs_are_incremental_and_the_stream_ends_when_completed(client: httpx.Client, submit: Submit) -> None:
    job = submit(QUICK)
    states = list(events(client, job))
    told = [line for state in states for line in state["logs"]]
    assert [state["status"] for state in states][-1] == "COMPLETED"
    assert [state["status"] for state in states].count("COMPLETED") == 1
    assert told == client.get(job["status_url"], params={"logs": 1}).json()["logs"]
    assert all(state["logs"] is None for state in events(client, job, logs=0))


def test_a_stream_with_nothing_to_tell_is_kept_alive(own: Own) -> None:
    url = own(QUICKLY, "queue_api.KEEP_ALIVE_SECONDS = 0.5", options=["--runners", "1"])
    with httpx.Client(base_url=url, timeout=10) as client:
        for job in [client.post(TEXT, json=HOLD).json() for _ in range(2)]:
            begun = time.monotonic()
            with client.stream("GET", job["status_url"] + "/stream", params={"logs": 0}) as answer:
                kept = (line for line in answer.iter_lines() if line == ": keep-alive")
                assert [next(kept) for _ in range(3)] == [": keep-alive"] * 3
            assert time.monotonic() - begun > 1, "no more often than it must be"


def test_waiting_jobs_know_how_many_are_in_front_and_can_be_cancelled(client: httpx.Client, submit: Submit) -> None:
    running = [submit(LONG) for _ in range(RUNNERS)]
    for job in running:
        next(state for state in events(client, job) if state["status"] == "IN_PROGRESS")
    waiting = [submit(QUICK) for _ in range(2)]
    assert [client.get(job["status_url"]).json()["queue_position"] for job in waiting] == [0, 1]

    removed = client.put(waiting[0]["cancel_url"])
    assert (removed.status_code, removed.json()) == (200, {"status": "OK"})
    assert client.get(waiting[1]["status_url"]).json()["queue_position"] == 0
    assert_cancelled(client, waiting[0])

    for job in running:
        asked = client.put(job["cancel_url"])
        assert (asked.status_code, asked.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    for job in running:
        list(events(client, job))
        assert_cancelled(client, job)
        # 12 s of 1080p take far longer to render than this.
        assert client.get(job["status_url"]).json()["metrics"]["inference_time"] < 6
    assert finished(client, waiting[1]).status_code == 200


def assert_cancelled(client: httpx.Client, job: dict[str, Any]) -> None:
    result = client.get(job["response_url"])
    assert (result.status_code, result.json()["error_type"]) == (499, "client_cancelled")
    assert result.headers["x-fal-error-type"] == "client_cancelled"
    state = client.get(job["status_url"]).json()
    assert (state["status"], state["error_type"]) == ("COMPLETED", "client_cancelled")
    again = client.put(job["cancel_url"])
    assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})


@pytest.mark.parametrize(
    ("path", "change", "field", "type"),
    [
        (TEXT, {"prompt": " "}, "prompt", "value_error"),
        (TEXT, {"prompt": None}, "prompt", "string_type"),
        (TEXT, {"duration": "13"}, "duration", "value_error"),
        (TEXT, {"aspect_ratio": "2:1"}, "aspect_ratio", "literal_error"),
        (TEXT, {"seed": 2**32}, "seed", "value_error"),
        (TEXT, {"camera_fixed": "yes"}, "camera_fixed", "bool_type"),
        (TEXT, {"colour": "red"}, "colour", "extra_forbidden"),
        (IMAGE, {}, "image_url", "missing"),
        (IMAGE, {"image_url": 5}, "image_url", "value_error"),
        (IMAGE, {"image_url": "/etc/hostname"}, "image_url", "file_download_error"),
        (IMAGE, {"image_url": "file:///etc/hostname"}, "image_url", "file_download_error"),
        (IMAGE, {"image_url": "http://127.0.0.1:9/x.png"}, "image_url", "file_download_error"),
        (IMAGE, {"image_url": "data:image/png;base64,aGVsbG8="}, "image_url", "image_load_error"),
        (IMAGE, {"image_url": "data:image/png;base64,?"}, "image_url", "file_download_error"),
    ],
)
def test_wrong_input_is_accepted_and_refused_later(
    client: httpx.Client, submit: Submit, path: str, change: dict[str, Any], field: str, type: str
) -> None:
    job = submit(QUICK | change, path)
    result = finished(client, job)
    assert result.status_code == 422
    problem = next(p for p in result.json()["detail"] if p["loc"] == ["body", field])
    assert problem["type"] == type
    assert problem["msg"]
    assert problem["url"].endswith("#" + type)
    assert "error_type" not in client.get(job["status_url"]).json()


@pytest.mark.parametrize("body", [b"", b"no json", b"[1]", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused_at_once(client: httpx.Client, body: bytes) -> None:
    answer = client.post(TEXT, content=body)
    assert answer.status_code == 400
    assert "JSON object" in answer.json()["detail"]


def test_unknown_endpoints_requests_and_platform_calls_are_404(client: httpx.Client, submit: Submit) -> None:
    unknown = f"/fal-ai/bytedance/requests/{uuid.uuid4()}"
    assert client.post("/fal-ai/other/model", json=QUICK).status_code == 404
    assert client.get("/v1/serverless").json()["error"]["type"] == "not_found"
    for answer in (
        client.get(unknown),
        client.get(unknown + "/status"),
        client.get(unknown + "/status/stream"),
        client.put(unknown + "/cancel"),
        client.get("/nothing"),
    ):
        assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})
        assert answer.headers["x-fal-request-id"]
    job = submit(QUICK)
    assert client.get(f"/other/app/requests/{job['request_id']}").status_code == 404
    assert client.get(f"/fal-ai/bytedance/requests/{job['request_id']}/nonsense").status_code == 404
    finished(client, job)


def test_other_spellings_of_a_requests_address_work(client: httpx.Client, submit: Submit) -> None:
    job = submit(QUICK)
    finished(client, job)
    id = job["request_id"]
    for path in (
        f"/fal-ai/bytedance/requests/{id}/",
        f"/fal-ai/bytedance/requests/{id}/response",
        f"{TEXT}/requests/{id}",
    ):
        assert client.get(path).json()["seed"] == 7
    for path in (f"/fal-ai/bytedance/requests/{id}/status/", f"{TEXT}/requests/{id}/status"):
        assert client.get(path).json()["status"] == "COMPLETED"


def test_the_same_request_gives_the_same_bytes(client: httpx.Client, submit: Submit) -> None:
    body = QUICK | {"generate_audio": True}
    first, second, other = [clip_of(client, job) for job in (submit(body), submit(body), submit(body | {"seed": 8}))]
    assert first == second
    assert first != other
