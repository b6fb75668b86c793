"""Clips asked for as a user asks, on the offline engine; test_product.py sees every size and length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.previews import film_of
from ipyseedance.jobs.workspace import workspace_of

SIZES = [
    (resolution, ratio, ENDPOINTS[0].sizes[resolution][ratio])
    for resolution, ratio in (("480p", "16:9"), ("720p", "3:4"), ("1080p", "21:9"))
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sd.Project]:
    with sd.Project(tmp_path_factory.mktemp("film"), server="offline") as project:
        yield project


@pytest.fixture(scope="module")
def clips(project: sd.Project) -> dict[tuple[str, str, int], sd.Clip]:
    """Three sizes at 4 s, and the two other lengths, generated at once."""
    base = sd.TextToVideo("A lake at dawn", seed=5)
    asked = {(resolution, ratio, 4): (resolution, ratio, 4) for resolution, ratio, _ in SIZES}
    asked |= {("480p", "16:9", seconds): ("480p", "16:9", seconds) for seconds in (5, 12)}
    jobs = {
        key: project.submit(base.with_(resolution=resolution, aspect_ratio=ratio, duration=seconds))
        for key, (resolution, ratio, seconds) in asked.items()
    }
    return {key: job.result(timeout=300) for key, job in jobs.items()}


@pytest.mark.parametrize(("resolution", "ratio", "size"), SIZES, ids=lambda v: str(v))
def test_size(clips: dict[tuple[str, str, int], sd.Clip], resolution: str, ratio: str, size: tuple[int, int]) -> None:
    clip = clips[resolution, ratio, 4]
    assert (clip.width, clip.height) == size
    _check(clip, 4)


@pytest.mark.parametrize("seconds", [4, 5, 12])
def test_length(clips: dict[tuple[str, str, int], sd.Clip], seconds: int) -> None:
    clip = clips["480p", "16:9", seconds]
    assert clip.duration == seconds
    _check(clip, seconds)


def _check(clip: sd.Clip, seconds: int) -> None:
    with av.open(str(clip.path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (clip.width, clip.height)
        assert video.average_rate == 24
        assert sum(1 for _ in container.decode(video)) == 24 * seconds
        assert (audio.codec_context.name, audio.rate, audio.codec_context.layout.name) == ("aac", 48000, "stereo")


def test_without_audio_there_is_no_track(project: sd.Project) -> None:
    clip = project.submit(sd.TextToVideo("A lake", resolution="480p", duration=4, generate_audio=False)).result()
    assert not clip.has_audio


def test_a_clip_goes_on_from_anothers_last_frame(project: sd.Project) -> None:
    first = project.submit(sd.TextToVideo("A lake", resolution="480p", duration=4, seed=1)).result()
    request = sd.ImageToVideo("On", first.last_frame(), resolution="480p", duration=4, aspect_ratio="auto", seed=2)
    second = project.submit(request).result()
    assert (second.width, second.height) == (864, 496)
    ends, begins = first.last_frame(), second.first_frame()
    difference = [abs(a - b) for a, b in zip(ends.convert("L").tobytes(), begins.convert("L").tobytes(), strict=True)]
    assert sum(difference) / len(difference) < 2


def test_poster_and_filmstrip_come_with_the_clip(project: sd.Project) -> None:
    job = project.submit(
        sd.TextToVideo("A boat on a lake", resolution="480p", duration=4, seed=3, generate_audio=False)
    )
    file = job.result().path.read_bytes()
    for picture, brought in ((project.poster(job), "poster"), (film_of(job_of(job)).data, "filmstrip")):
        assert picture in file, f"the {brought} was decoded"


def test_it_costs_nothing(project: sd.Project) -> None:
    assert workspace_of(project).store.purse().spent == workspace_of(project).store.purse().reserved == 0
    assert set(project.history.df.cost_source) == {"free"}


def test_a_poster_is_kept_beside_its_clip(project: sd.Project) -> None:
    job = project.generations[-1]
    assert project.poster(job).startswith(b"\xff\xd8")
    assert job.clip
    assert Path(job.clip.path).with_suffix(".jpg").read_bytes() == project.poster(job)


def test_a_project_without_its_engine_starts_it_again(tmp_path: Path) -> None:
    import os
    import signal

    with sd.Project(tmp_path, server="offline") as project:
        project.submit(sd.TextToVideo("A lake", resolution="480p", duration=4)).result()
        engine = workspace_of(project).connection.engine
        assert engine
        assert engine.pid
        os.kill(engine.pid, signal.SIGKILL)
        engine._process.wait()  # type: ignore[union-attr]
        assert project.submit(sd.TextToVideo("A hill", resolution="480p", duration=4)).result().width == 864
