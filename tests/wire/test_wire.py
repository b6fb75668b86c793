"""What goes over the wire, and what is made of the answers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of

from .conftest import KEY
from .fal_double import FalDouble, Script

TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7)


def finish(project: sd.Project, request: Any = FOX) -> sd.Clip:
    return project.submit(request).result(timeout=20)


def failure(project: sd.Project, request: Any = FOX) -> sd.SeedanceError:
    job = project.submit(request)
    with pytest.raises(sd.SeedanceError) as caught:
        job.result(timeout=20)
    assert job.error is caught.value
    return caught.value


def test_a_clip_from_submit_to_file(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(
        [
            {"status": "IN_QUEUE", "queue_position": 2, "logs": None},
            {"status": "IN_PROGRESS", "logs": [{"message": "rendering frame 6 of 12"}]},
            {"status": "COMPLETED", "logs": [{"message": "done"}], "metrics": {"inference_time": 1.5}},
        ]
    )
    job = project.submit(FOX)
    clip = job.result(timeout=20)

    (submit,) = fal.submits
    assert submit.path == f"/{TEXT}"
    assert submit.json == FOX.body({})
    assert submit.headers["authorization"] == f"Key {KEY}"
    assert fal.calls[1].path == f"/fal-ai/bytedance/requests/{job.request_id}/status/stream"
    assert len(fal.calls) == 4  # submit, stream, result, download
    assert "authorization" not in next(c for c in fal.calls if c.path.endswith(".mp4")).headers

    assert (job.status, job.error) == ("COMPLETED", None)
    assert job.logs == ["rendering frame 6 of 12", "done"]
    assert clip.path.read_bytes() == fal.clip
    assert (clip.width, clip.height, clip.duration, clip.fps, clip.has_audio) == (1280, 720, 5, 24, True)
    assert (clip.seed, clip.request_id, clip.request) == (42, job.request_id, FOX)
    row = project.history.df.iloc[0]
    assert (row.status, row.seed, row.run_seconds, row.cost_source) == ("COMPLETED", 42, 1.5, "estimate")
    assert row.path == str(clip.path)
    assert row.cost == pytest.approx(0.2592)


def test_local_frames_are_uploaded_without_the_key_and_travel_as_addresses(
    fal: FalDouble, project: sd.Project, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    start = Image.fromarray(rng.integers(0, 255, (400, 600, 3), np.uint8))
    end = tmp_path / "end.png"
    start.rotate(180).save(end)
    clip = finish(project, sd.ImageToVideo("Go", start, end_image_url=end, seed=1))

    body = fal.submits[0].json
    puts = [c for c in fal.calls if c.method == "PUT"]
    assert len(puts) == 2
    assert all("authorization" not in c.headers for c in puts)
    assert puts[1].body == end.read_bytes()
    assert [fal.files[body[name].rsplit("/", 1)[1]] for name in ("image_url", "end_image_url")] == [
        c.body for c in puts
    ]
    kept = sorted(hashlib.sha256(f.read_bytes()).hexdigest() for f in (project.folder / "frames").iterdir())
    assert kept == sorted(hashlib.sha256(c.body).hexdigest() for c in puts)
    assert clip.request.frames["end_image_url"].data == end.read_bytes()


def test_an_address_is_checked_and_travels_as_it_is(fal: FalDouble, project: sd.Project, tmp_path: Path) -> None:
    Image.new("RGB", (640, 360)).save(tmp_path / "a.png")
    url = fal.add_picture((tmp_path / "a.png").read_bytes())
    finish(project, sd.ImageToVideo("Go", url))
    assert fal.submits[0].json["image_url"] == url


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("{url}/files/none.png", "answers HTTP 404"),
        ("http://127.0.0.1:9/dead.png", "cannot be fetched"),
        ("{url}/files/clip.mp4", "does not decode as an image"),
    ],
)
def test_an_address_without_a_picture_is_refused_and_nothing_is_sent(
    fal: FalDouble, project: sd.Project, address: str, says: str
) -> None:
    error = failure(project, sd.ImageToVideo("Go", address.format(url=fal.url)))
    assert isinstance(error, sd.InvalidRequest)
    assert error.problems[0].field == "image_url"
    assert says in str(error)
    assert "Allowed: a PNG" in str(error)
    assert not fal.submits
    assert project.history.df.cost.tolist() == [0.0]


def test_a_lost_answer_is_never_sent_again(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "drop"
    job = project.submit(FOX)
    with pytest.raises(sd.Unconfirmed, match="answer to the request was lost"):
        job.result(timeout=20)
    assert len(fal.submits) == 1
    assert (job.status, job.error and job.error.charged) == ("UNCONFIRMED", "maybe")
    assert workspace_of(project).store.purse().reserved == pytest.approx(job.estimate)


@pytest.mark.parametrize("code", [408, 409, 425, 500, 502, 504, 507, 520, 522, 524, 530])
def test_a_gateway_error_to_a_submit_is_no_proof_that_it_was_not_taken(
    fal: FalDouble, project: sd.Project, code: int
) -> None:
    fal.on_submit = (code, {"detail": "Bad gateway"})
    assert isinstance(failure(project), sd.Unconfirmed)
    assert len(fal.submits) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {"detail": "No user found for Key ID and Secret"}), sd.KeyRefused),
        ((403, {"detail": "User is locked. Reason: Exhausted balance."}), sd.AccountLocked),
        ((404, {"detail": "Application not found"}), sd.EndpointRetired),
        ((422, {"detail": [{"loc": ["body", "prompt"], "msg": "Too rude", "type": "x"}]}), sd.GenerationFailed),
        ((307, {}), sd.EndpointRetired),
        ((402, {"detail": "Payment required"}), sd.GenerationFailed),
        ((413, {}), sd.GenerationFailed),
    ],
)
def test_a_refused_submit(fal: FalDouble, project: sd.Project, answer: Any, error: type[sd.SeedanceError]) -> None:
    fal.on_submit = answer
    caught = failure(project)
    assert type(caught) is error
    assert caught.next_step
    assert len(fal.submits) == 1


def test_a_server_that_is_not_there(open_project: Any) -> None:
    project = open_project(server="http://127.0.0.1:9")
    error = failure(project)
    assert isinstance(error, sd.ServiceUnavailable)
    assert workspace_of(project).store.purse().reserved == 0
    assert workspace_of(project).connection.state == "unreachable"


MODERATED = {
    "detail": [
        {
            "loc": ["body", "prompt"],
            "msg": "The content could not be processed.",
            "type": "content_policy_violation",
            "url": "https://docs.fal.ai/errors#content_policy_violation",
            "input": {"prompt": "A SECRET PROMPT"},
        }
    ]
}


@pytest.mark.parametrize(
    ("result", "error", "charged", "status"),
    [
        ((422, MODERATED), sd.ContentRefused, "maybe", "FAILED"),
        ((422, {"detail": [{"loc": ["body"], "msg": "No", "type": "x"}]}), sd.GenerationFailed, "maybe", "FAILED"),
        ((504, {"detail": "Timed out", "error_type": "request_timeout"}), sd.GenerationFailed, "no", "FAILED"),
        ((500, {"detail": "Oh"}, {"x-fal-error-type": "runner_server_error"}), sd.GenerationFailed, "no", "FAILED"),
        ((499, {"detail": "Cancelled", "error_type": "client_cancelled"}), sd.GenerationCancelled, "no", "CANCELLED"),
        ((404, {"status": "NOT_FOUND"}), sd.ResultExpired, "maybe", "FAILED"),
        ((200, {"seed": 1}), sd.SeedanceError, "maybe", "FAILED"),
    ],
)  # fmt: skip
def test_completed_but_failed(
    fal: FalDouble, project: sd.Project, result: Any, error: type[sd.SeedanceError], charged: str, status: str
) -> None:
    fal.script = Script(result=result)
    caught = failure(project)
    assert type(caught) is error
    assert caught.charged == charged
    assert "SECRET" not in str(caught)
    assert project.history.df.status.tolist() == [status]
    assert project.history.df.error.tolist() == [caught.message]


def test_without_a_stream_it_polls(fal: FalDouble, project: sd.Project) -> None:
    said = [{"message": "one"}]
    fal.script = Script(
        [
            {"code": 202, "body": {"status": "IN_QUEUE", "queue_position": 1, "logs": None}},
            {"code": 202, "body": {"status": "IN_PROGRESS", "logs": said}},
            {"code": 200, "body": {"status": "COMPLETED", "logs": [*said, {"message": "two"}]}},
        ],
        result=[
            *[(400, {"detail": "Request is still in progress"})] * 2,
            (200, {"video": {"url": f"{fal.url}/files/clip.mp4"}, "seed": 1}),
        ],
        streams=False,
    )  # fmt: skip
    job = project.submit(FOX)
    job.result(timeout=30)
    assert job.logs == ["one", "two"]
    asked = [c for c in fal.calls if c.path.endswith(job.request_id or "")]
    assert len(asked) == 3  # only when it has completed


def test_a_cut_stream_is_taken_up_again(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(
        [
            {"status": "IN_QUEUE", "queue_position": 0},
            {"status": "IN_PROGRESS", "logs": [{"message": "a"}]},
            "drop",
            {"status": "IN_QUEUE", "queue_position": 0},  # fal puts a job back when its runner fails
            {"status": "IN_PROGRESS", "logs": [{"message": "a"}, {"message": "b"}]},
            {"status": "COMPLETED"},
        ]
    )
    job = project.submit(FOX)
    job.result(timeout=20)
    assert job.logs == ["a", "b"]
    assert len(fal.submits) == 1


def test_a_lock_in_mid_job_says_nothing_about_the_job(fal: FalDouble, project: sd.Project) -> None:
    locked = (403, {"detail": "User is locked. Reason: TOP_UP."})
    good = (200, {"video": {"url": f"{fal.url}/files/clip.mp4"}, "seed": 1})
    fal.script = Script(result=[locked, good])
    assert finish(project).seed == 1


def test_a_download_that_stumbles_is_tried_again(fal: FalDouble, project: sd.Project) -> None:
    fal.clip_answers = [503, 500]
    assert finish(project).path.read_bytes() == fal.clip
    assert not list((project.folder / "clips").glob("*.part"))


def test_a_clip_that_is_gone_says_so(fal: FalDouble, open_project: Callable[..., sd.Project]) -> None:
    fal.clip_answers = [404] * 99
    error = failure(open_project(settling=0.5))
    assert isinstance(error, sd.ResultExpired)
    assert error.charged == "yes"
    assert len(fal.clip_answers) < 98


def test_what_is_no_video_is_not_kept(fal: FalDouble, project: sd.Project) -> None:
    fal.clip = b"<html>not a video</html>"
    assert isinstance(failure(project), sd.ClipNotSaved)
    assert list((project.folder / "clips").iterdir()) == []


def test_cancel(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(
        [{"status": "IN_PROGRESS"}, "hold", {"status": "COMPLETED"}],
        result=(499, {"detail": "Cancelled", "error_type": "client_cancelled"}),
    )
    job = project.submit(FOX)
    while job.status != "IN_PROGRESS":
        with pytest.raises(TimeoutError):
            job.result(timeout=0.02)
    job.cancel()
    while not any(c.path.endswith("/cancel") for c in fal.calls):
        with pytest.raises(TimeoutError):
            job.result(timeout=0.02)
    fal.release.set()
    with pytest.raises(sd.GenerationCancelled):
        job.result(timeout=20)
    assert job.status == "CANCELLED"


def test_cancelled_while_it_is_being_sent(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "hold"
    fal.script = Script(result=(499, {"detail": "Cancelled", "error_type": "client_cancelled"}))
    job = project.submit(FOX)
    while not fal.submits:
        with pytest.raises(TimeoutError):
            job.result(timeout=0.02)
    job.cancel()
    fal.release.set()
    with pytest.raises(sd.GenerationCancelled):
        job.result(timeout=20)
    assert any(c.path.endswith("/cancel") for c in fal.calls)


def test_the_key_is_shown_nowhere(fal: FalDouble, project: sd.Project, caplog: pytest.LogCaptureFixture) -> None:
    fal.on_submit = (401, {"detail": f"No user for {KEY}; secret {KEY.split(':')[1]}"})
    error = failure(project)
    fal.on_submit, fal.script = None, Script(result=(422, {"detail": [{"msg": KEY, "loc": [], "type": KEY}]}))
    second = failure(project)
    project.close()
    seen = [str(error), str(second), repr(project), caplog.text, repr(workspace_of(project).connection.choice)]
    seen += [f.read_bytes().decode("latin-1") for f in project.folder.rglob("*") if f.is_file()]
    for half in KEY.split(":"):
        assert not [text for text in seen if half in text]


def test_the_key_stays_with_its_hosts(fal: FalDouble, project: sd.Project) -> None:
    from .fal_double import serving

    with serving() as other:
        fal.url, own = other.url, fal.url  # the answers name another host, for the clip too
        project.submit(FOX).result(timeout=20)
        fal.url = own
        assert [call.path for call in other.calls] == ["/files/clip.mp4"]
        assert "authorization" not in other.calls[0].headers


async def test_await_in_any_loop(project: sd.Project) -> None:
    jobs = [project.submit(FOX.with_(seed=n)) for n in range(8)]
    clips = await asyncio.gather(*jobs)
    assert len({clip.path for clip in clips}) == 8


async def test_giving_up_waiting_leaves_the_job_alone(fal: FalDouble, project: sd.Project) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    job = project.submit(FOX)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(job, 0.3)
    fal.release.set()
    assert (await job).seed == 42
