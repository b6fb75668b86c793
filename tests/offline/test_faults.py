"""Faults on demand: by options, by HTTP, one by one."""

from __future__ import annotations

import sys
import time
from typing import Any

import httpx
import pytest

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.offline import command_line
from ipyseedance.offline.faults import FAILURES, Faults

from .conftest import QUICK, TEXT, Own, finished
from .quick import KEY, QUICKLY


@pytest.fixture
def caller(quick_url: str) -> Any:
    with httpx.Client(base_url=quick_url, headers={"Authorization": f"Key {KEY}"}, timeout=30) as client:
        yield client
        client.delete("/offline/faults")


def result(caller: httpx.Client, body: dict[str, Any] = QUICK) -> httpx.Response:
    return finished(caller, caller.post(TEXT, json=body).json())


def test_nothing_fails_until_it_is_asked_for(caller: httpx.Client) -> None:
    assert caller.get("/offline/faults").json() == {
        "latency": 0.0, "queue_wait": 0.0, "fail": None, "fail_times": None, "lose_answers": 0,
        "expire_results": False, "moderate": [],
    }  # fmt: skip


def test_a_failure_happens_as_often_as_asked_for(caller: httpx.Client) -> None:
    assert caller.put("/offline/faults", json={"fail": "runner_disconnected", "fail_times": 2}).is_success
    answers = [result(caller) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error_type"] == answers[0].headers["x-fal-error-type"] == "runner_disconnected"
    caller.put("/offline/faults", json={"fail": "generation_timeout", "fail_times": None})
    again = [result(caller) for _ in range(2)]
    assert [answer.status_code for answer in again] == [504, 504]
    assert again[0].json()["detail"][0]["type"] == "generation_timeout"


@pytest.mark.parametrize("type", FAILURES)
def test_every_failure_has_fals_shape(type: str) -> None:
    answer = Faults(fail=type).failure(ENDPOINTS[0])
    assert answer
    assert answer.code >= 400
    detail = answer.body["detail"]
    assert (detail[0]["type"] if isinstance(detail, list) else answer.body["error_type"]) == type


def test_a_lost_answer_is_a_job_all_the_same(caller: httpx.Client) -> None:
    caller.put("/offline/faults", json={"lose_answers": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        caller.post(TEXT, json=QUICK | {"seed": 99})
    assert result(caller).status_code == 200
    assert caller.get("/offline/faults").json()["lose_answers"] == 0


def test_moderation_looks_for_whole_words(caller: httpx.Client) -> None:
    caller.put("/offline/faults", json={"moderate": ["blood", "Große Angst"]})
    for prompt, code in (("BLOOD on snow", 422), ("bloodhounds", 200), ("große angst!", 422), ("große Freude", 200)):
        answer = result(caller, QUICK | {"prompt": prompt})
        assert answer.status_code == code, prompt
        if code == 422:
            [entry] = answer.json()["detail"]
            assert (entry["type"], entry["loc"]) == ("content_policy_violation", ["body", "prompt"])
            assert entry["url"].endswith("#content_policy_violation")


def test_results_are_gone_at_once(caller: httpx.Client) -> None:
    caller.put("/offline/faults", json={"expire_results": True})
    job = caller.post(TEXT, json=QUICK).json()
    while (answer := caller.get(job["status_url"])).status_code != 404:
        assert answer.json()["status"] != "COMPLETED"
    assert caller.get(job["response_url"]).json() == {"status": "NOT_FOUND"}


def test_every_answer_waits(caller: httpx.Client) -> None:
    caller.put("/offline/faults", json={"latency": 0.2})
    begun = time.monotonic()
    caller.get("/fal-ai/bytedance/requests/x")
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"latency": -1}, "latency"), ({"latency": True}, "latency"), ({"queue_wait": 1e9}, "queue_wait"),
        ({"fail": "sadness"}, "fail"), ({"fail_times": 1.5}, "fail_times"), ({"lose_answers": "1"}, "lose_answers"),
        ({"expire_results": 1}, "expire_results"), ({"moderate": "word"}, "moderate"), ({"moderate": [""]}, "moderate"),
        ({"latency": 1, "nonsense": 2}, "nonsense"),
    ],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_changes_nothing(caller: httpx.Client, wrong: dict[str, Any], named: str) -> None:
    answer = caller.put("/offline/faults", json=wrong)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]
    assert caller.get("/offline/faults").json()["latency"] == 0


def test_faults_by_options(own: Own) -> None:
    options = ["--latency", "0.01", "--fail", "internal_error", "--fail-times", "1", "--moderate", "a b,c"]
    url = own(QUICKLY, options=[*options, "--queue-wait", "0.1", "--lose-answers", "3", "--expire-results"])
    assert httpx.get(url + "/offline/faults").json() == {
        "latency": 0.01, "queue_wait": 0.1, "fail": "internal_error", "fail_times": 1, "lose_answers": 3,
        "expire_results": True, "moderate": ["a b", "c"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [["--fail", "sadness"], ["--latency", "-1"], ["--runners", "0"], ["--result-seconds", "nan"], ["--port", "70000"],
     ["--certificate", "/no/such/file"], ["--moderate", ","]],
)  # fmt: skip
def test_an_option_that_makes_no_sense_is_named(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["offline", *options])
    with pytest.raises(SystemExit, match="2"):
        command_line.settings(command_line.options())
    assert options[0].removeprefix("--") in capsys.readouterr().err
