"""A submit whose answer is lost is looked for, never sent again by itself; one that was provably not taken is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.resume import find_unsent
from ipyseedance.jobs.workspace import workspace_of

from .fal_double import Call, FalDouble, Script

TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7)
Open = Callable[..., sd.Project]


@pytest.fixture(autouse=True)
def records(fal: FalDouble) -> None:
    fal.records = True


def test_a_lost_answer_is_found_again(fal: FalDouble, project: sd.Project) -> None:
    before = [project.submit(FOX.with_(seed=n)) for n in range(5)]
    for job in before:
        job.result(timeout=20)
    fal.on_submit = "drop"
    job = project.submit(FOX.with_(seed=99))
    assert job.result(timeout=20).path.read_bytes() == fal.clip
    assert len(fal.submits) == 6
    assert fal.taken[job.request_id or ""].json["seed"] == 99


def test_two_lost_answers_to_the_same_request_are_two_jobs(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "drop"
    jobs = [project.submit(FOX), project.submit(FOX)]
    clips = [job.result(timeout=20) for job in jobs]
    assert len({clip.request_id for clip in clips}) == 2
    assert len(fal.submits) == 2


def test_one_that_is_long_absent_waits_for_a_person(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit, fal.hides = "drop", True
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="most likely it was never accepted"):
        job.result(timeout=20)
    assert len(fal.submits) == 1
    assert workspace_of(project).store.purse().reserved == pytest.approx(job.estimate)

    fal.on_submit, fal.hides = None, False
    first, second = project.resume(), project.resume()
    assert first[0].result(timeout=20).seed == 42
    assert (len(first), second) == (1, [])
    assert len(fal.submits) == 2
    assert len(project.history) == 1


def test_reopening_looks_for_it_again(fal: FalDouble, open_project: Open) -> None:
    fal.on_submit, fal.records = "drop", False
    project = open_project()
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="cannot be looked for"):
        job.result(timeout=20)
    # This process goes on living, so say that its part is over, as a dead kernel's would be.
    workspace_of(project).store.update(job.id, owner="gone").result()
    project.close()
    fal.records = True
    again = open_project()
    assert again.generations[0].result(timeout=20).seed == 42
    assert len(fal.submits) == 1


@pytest.mark.parametrize("code", [429, 503])
def test_what_was_not_taken_is_sent_again(fal: FalDouble, open_project: Open, code: int) -> None:
    fal.on_submit = (code, {"detail": "Later"})
    job = open_project(submit_patience=60.0).submit(FOX)
    while len(fal.submits) < 2:
        time.sleep(0.01)
    while str(code) not in job_of(job).trouble:
        time.sleep(0.01)
    fal.on_submit = None
    job.result(timeout=20)
    assert len(fal.jobs) == 1


def test_patience_ends(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = (503, {"detail": "Later"})
    job = project.submit(FOX)
    with pytest.raises(sd.ServiceUnavailable):
        job.result(timeout=20)
    assert (job.status, job.cost) == ("FAILED", 0.0)


def test_it_is_cancelled_while_the_service_takes_nothing(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = (503, {"detail": "Later"})
    job = project.submit(FOX)
    while not fal.submits:
        time.sleep(0.01)
    job.cancel()
    with pytest.raises(sd.GenerationCancelled, match="before it was sent"):
        job.result(timeout=20)
    assert not fal.jobs


def test_reads_that_fail_are_made_again(fal: FalDouble, project: sd.Project) -> None:
    bad = {"code": 502, "body": {"detail": "Bad gateway", "error_type": "runner_disconnected"}}
    fal.script = Script([bad, "drop", {"code": 200, "body": {"status": "COMPLETED"}}], streams=False)
    assert project.submit(FOX).result(timeout=20).seed == 42


ENVOY = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
ODD = {
    "503 by a gateway": (503, {"detail": ENVOY}),
    "503": (503, {"detail": "Later"}),
    "429 by a gateway": (429, {"detail": ENVOY}),
    "500": (500, {}),
    "502": (502, {"detail": "Bad gateway"}),
    "504": (504, {"detail": "Request timed out", "error_type": "request_timeout"}),
    "408": (408, {}),
    "409": (409, {}),
    "425": (425, {}),
    "a redirect": (307, {}),
    "404": (404, {"detail": "Not found"}),
    "405": (405, {}),
    "410": (410, {}),
    "422": (422, {"detail": "Unprocessable"}),
    "200 without an id": (200, {"status": "IN_QUEUE"}),
    "201 without an id": (201, []),
}


@pytest.mark.parametrize("named", ["header", "body"])
@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_what_an_odd_answer_names_is_asked_for_first(
    fal: FalDouble, project: sd.Project, answer: tuple[int, Any], named: str
) -> None:
    """The account's list cannot be read here: the id alone finds it."""
    if named == "body" and isinstance(answer[1], list):
        answer = (answer[0], b'{"request_id": "ID", "at": NaN}')
    fal.on_submit, fal.takes, fal.id_named, fal.records = answer, True, named, False
    job = project.submit(FOX)
    assert job.result(timeout=20).path.read_bytes() == fal.clip
    assert (len(fal.submits), len(fal.taken)) == (1, 1)
    assert job.request_id in fal.taken


@pytest.mark.parametrize(
    "headers",
    [{"content-encoding": "br"}, {"content-encoding": "gzip"}, {"content-length": "100"}],
    ids=["packed otherwise", "damaged", "cut"],
)
@pytest.mark.parametrize("code", [200, 503])
def test_an_answer_whose_body_does_not_come_names_its_request_all_the_same(
    fal: FalDouble, project: sd.Project, code: int, headers: dict[str, str]
) -> None:
    fal.on_submit, fal.takes, fal.records = (code, b"no gzip", headers), True, False
    assert project.submit(FOX).result(timeout=20).seed == 42
    assert len(fal.submits) == 1


TAKEN_PERHAPS = (
    ENVOY,
    "upstream request timeout",
    "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote reset",
    {"detail": "The runner was lost", "error_type": "runner_disconnected"},
    "Remote end closed connection without response",
    "HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR; connection dropped",
    "Error: socket hang up",
    "\xff\xfe".encode("latin-1"),
    "x" * 200_000,
)


@pytest.mark.parametrize("said", TAKEN_PERHAPS, ids=lambda said: str(said)[:40])
def test_a_503_that_may_have_been_taken_is_not_sent_again(fal: FalDouble, project: sd.Project, said: Any) -> None:
    fal.on_submit = (503, said if isinstance(said, (dict, bytes)) else said.encode())
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed):
        job.result(timeout=20)
    assert len(fal.submits) == 1
    assert (job.status, job.cost) == ("UNCONFIRMED", None)
    assert workspace_of(project).store.purse().reserved == pytest.approx(job.estimate)


@pytest.mark.parametrize(
    "answer",
    [
        (503, b"no healthy upstream"),
        (503, b"<html><h1>503 Service Temporarily Unavailable</h1></html>"),
        (503, b""),
        (429, {"detail": "Too many requests; the limit resets in 7 s"}),
        (429, {"detail": "Too many requests"}, {"x-fal-request-id": "0193-1"}),
    ],
)  # fmt: skip
def test_what_says_that_it_was_not_taken_ends_at_no_cost(fal: FalDouble, project: sd.Project, answer: Any) -> None:
    fal.on_submit = answer
    job = project.submit(FOX)
    with pytest.raises(sd.ServiceUnavailable):
        job.result(timeout=20)
    assert len(fal.submits) > 1
    assert (job.status, job.cost) == ("FAILED", 0.0)


@pytest.mark.parametrize(
    ("code", "error"), [(404, sd.EndpointRetired), (307, sd.EndpointRetired), (422, sd.GenerationFailed)]
)
def test_a_refusal_whose_request_is_not_there_is_one(
    fal: FalDouble, project: sd.Project, code: int, error: type[sd.SeedanceError]
) -> None:
    fal.on_submit = (code, {"detail": "No"}, {"x-fal-request-id": "0193-none"})
    job = project.submit(FOX)
    with pytest.raises(error):
        job.result(timeout=20)
    assert [call.path for call in fal.calls[1:]] == ["/fal-ai/bytedance/requests/0193-none/status"]


def test_a_refused_key_is_not_asked_with_again(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = (401, {"detail": "No user found"}, {"x-fal-request-id": "0193-none"})
    with pytest.raises(sd.KeyRefused):
        project.submit(FOX).result(timeout=20)
    assert len(fal.calls) == 1


def test_an_id_that_is_not_there_is_no_end_at_no_cost(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit, fal.records = (503, {}, {"x-fal-request-id": "0193-none"}), False
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="most likely it was never accepted"):
        job.result(timeout=20)
    assert len(fal.submits) == 1
    assert (job.status, job.cost) == ("UNCONFIRMED", None)
    fal.on_submit = None
    (again,) = project.resume()
    assert again.result(timeout=20).seed == 42


@pytest.mark.parametrize("code", [200, 503])
def test_the_id_of_another_job_is_not_taken_twice(fal: FalDouble, project: sd.Project, code: int) -> None:
    first = project.submit(FOX.with_(seed=1))
    first.result(timeout=20)
    fal.on_submit, fal.takes, fal.id_named = (code, {"request_id": first.request_id}), True, ""
    second = project.submit(FOX.with_(seed=2))
    second.result(timeout=20)  # found in the account's list
    assert second.request_id not in (None, first.request_id)
    assert fal.taken[second.request_id or ""].json["seed"] == 2
    assert project.history.df.request_id.nunique() == 2


def test_the_id_of_what_another_asked_for_is_not_taken(fal: FalDouble, project: sd.Project) -> None:
    """The account's list says that it was sent with another prompt."""
    stranger = "0193-of-a-colleague"
    fal.jobs[stranger], fal.taken[stranger] = Script(), Call("POST", f"/{TEXT}", {}, {}, b'{"prompt": "A cat"}')
    fal.on_submit = (503, {"request_id": stranger})
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="most likely it was never accepted"):
        job.result(timeout=20)
    assert not [call for call in fal.calls if call.path.endswith(("/cancel", stranger))]


def test_a_kernel_that_stops_asks_for_the_id_when_it_is_opened_again(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script([{"code": 500, "body": {}}], streams=False)
    fal.on_submit, fal.takes, fal.records = (503, {}), True, False
    project = open_project()
    job = project.submit(FOX)
    while job.request_id is None or not job_of(job).trouble:
        time.sleep(0.01)
    workspace_of(project).store.update(job.id, owner="gone").result()
    project.close()
    (row,) = workspace_of(project).store.all()
    assert (row.status, row.request_id) == ("UNCONFIRMED", next(iter(fal.taken)))
    fal.jobs[row.request_id or ""] = Script()
    assert open_project().generations[0].result(timeout=20).seed == 42
    assert len(fal.submits) == 1


@pytest.mark.parametrize("named", ["header", ""])
def test_the_search_ends_also_where_the_service_never_answers_it(
    fal: FalDouble, project: sd.Project, named: str
) -> None:
    fal.script = Script([{"code": 500, "body": {}}], streams=False)
    fal.on_submit, fal.takes, fal.id_named, fal.list_answer = (504, {}), True, named, (502, {"detail": "Bad gateway"})
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="does not say whether it has it"):
        job.result(timeout=20)
    assert (job.status, job.cost, job.error and job.error.charged) == ("UNCONFIRMED", None, "maybe")
    assert workspace_of(project).store.purse().reserved == pytest.approx(job.estimate)
    assert find_unsent(workspace_of(project)) == []  # nobody said that it is not there


@pytest.mark.parametrize(
    ("answer", "status", "cost"),
    [
        ((422, {"detail": [{"loc": None, "msg": "Too rude", "type": "x"}]}), "FAILED", None),
        ((400, {"detail": "Bad"}), "FAILED", 0.0),
        ((401, {"detail": "No user found"}), "FAILED", 0.0),
        ((403, {"detail": "User is locked."}), "FAILED", 0.0),
        ((404, {"detail": "Application not found"}), "FAILED", 0.0),
        ((429, {"detail": "Later"}), "PENDING", None),
        ((500, {}), "UNCONFIRMED", None),
    ],
)
def test_what_a_request_ends_in_while_the_project_closes_is_recorded(
    fal: FalDouble, open_project: Open, answer: Any, status: str, cost: float | None
) -> None:
    fal.on_submit = "hold"
    project = open_project()
    project.submit(FOX)
    while not fal.submits:
        time.sleep(0.01)
    closing = threading.Thread(target=project.close)
    closing.start()
    while not project.closed:
        time.sleep(0.01)
    fal.on_submit = answer
    fal.release.set()
    closing.join()
    (row,) = workspace_of(project).store.all()
    assert (row.status, row.cost) == (status, cost)
    assert len(fal.submits) == 1
    assert (row.error is not None) == (status == "FAILED")
