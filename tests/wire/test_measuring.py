"""Clips are measured in the background, once, and nobody waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.measures import MEASURES
from ipyseedance.jobs import measuring
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.media.measures import measure

from .clip_file import clip
from .conftest import KEY
from .fal_double import FalDouble
from .test_reopen import wait_for

Open = Callable[..., sd.Project]
AT_ONCE = 0.05
"""Seconds after which a project begins to measure."""
FOX = sd.TextToVideo("A fox", seed=7)
SMALL = clip(320, 180, 0.5)


@pytest.fixture
def small(fal: FalDouble) -> FalDouble:
    """A service whose clips are quick to measure."""
    fal.clip = SMALL
    return fal


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Measuring that does not end; gives how many clips are in it."""
    release, inside = threading.Event(), []

    def hold(*args: Any, stop: threading.Event, **frames: Any) -> Any:
        inside.append(args)
        while not (release.wait(0.01) or stop.is_set()):
            pass
        return measure(*args, stop=stop, **frames)

    monkeypatch.setattr(measuring, "measure", hold)
    yield lambda: len(inside)
    release.set()


def measures(project: sd.Project) -> list[dict[str, Any] | None]:
    return [record.measures for record in workspace_of(project).store.all()]


def all_measured(project: sd.Project) -> bool:
    return all(found is not None for found in measures(project))


def test_a_clips_measures_come_after_it_and_stand_in_the_history(small: FalDouble, open_project: Open) -> None:
    project = open_project(measuring_idle=AT_ONCE)
    job = project.submit(FOX)
    seen: list[Any] = []
    project.observe(lambda changed: seen.append(job_of(changed).record.measures) if changed else None)
    path = job.result(timeout=20).path
    wait_for(lambda: all_measured(project))
    found = measure(path)
    assert measures(project) == [found]
    wait_for(lambda: job_of(job).record.measures == found)
    assert seen[-1] == found
    row = project.history.df.iloc[0]
    assert {name: row[name] for name in ("cuts", "motion", "audible")} == {"cuts": 0, "motion": 0, "audible": 0}
    assert row.hash_last == found["hash_last"]
    assert np.isnan(row.start_ssim)


def test_the_pictures_the_project_keeps_are_compared(small: FalDouble, open_project: Open) -> None:
    project = open_project(measuring_idle=AT_ONCE)
    grey = Image.new("RGB", (640, 480), (130, 130, 130))
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8))
    project.submit(sd.ImageToVideo("Go", grey, end_image_url=noise, seed=1)).result(timeout=20)
    wait_for(lambda: all_measured(project))
    (found,) = measures(project)
    assert found is not None
    assert found["start_ssim"] > 0.99
    assert found["start_color_shift"] < 2
    assert found["end_ssim"] < 0.2


def test_the_columns_are_there_before_anything_is_measured(project: sd.Project) -> None:
    df = project.history.df
    at = list(df.columns).index(next(iter(MEASURES)))
    assert list(df.columns[at : at + len(MEASURES)]) == list(MEASURES)
    assert {str(df[name].dtype) for name, what in MEASURES.items() if not what.text} == {"float64"}


def test_what_cannot_be_measured_is_told_once_and_not_tried_again(
    small: FalDouble, open_project: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such codec")

    monkeypatch.setattr(measuring, "measure", fail)
    project = open_project(measuring_idle=AT_ONCE)
    with caplog.at_level(logging.WARNING, "ipyseedance"):
        job = project.submit(FOX)
        job.result(timeout=20)
        wait_for(lambda: all_measured(project))
        assert measures(project) == [{}]
        assert (job.status, job.clip is None) == ("COMPLETED", False)
        project.close()
        assert open_project().measure() == 0
    assert [record.getMessage() for record in caplog.records if "measured" in record.message] == [
        "The clip 00001-a-fox-seed42.mp4 could not be measured: no such codec."
    ]


def test_neither_the_clip_nor_closing_waits_for_it(
    small: FalDouble, open_project: Open, held: Callable[[], int]
) -> None:
    project = open_project(measuring_idle=AT_ONCE)
    for seed in range(3):
        project.submit(FOX.with_(seed=seed)).result(timeout=20)
    wait_for(held)
    start = time.monotonic()
    project.close()
    assert time.monotonic() - start < 1
    assert held() == 1  # one at a time
    assert measures(project) == [None] * 3


def test_the_next_opening_picks_up_what_was_left(
    small: FalDouble, open_project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project()
    for seed in range(3):
        project.submit(FOX.with_(seed=seed)).result(timeout=20)
    project.close()  # before the moment is over
    assert measures(project) == [None] * 3
    project = open_project(measuring_idle=AT_ONCE, look_back=2)
    wait_for(lambda: measures(project)[1:].count(None) == 0)
    assert measures(project)[0] is None  # only so many of the newest
    assert project.measure() == 1
    wait_for(lambda: all_measured(project))
    assert project.measure() == 0


def test_what_another_living_opener_saved_is_left_to_it(small: FalDouble, project: sd.Project) -> None:
    project.submit(FOX).result(timeout=20)
    record = workspace_of(project).store.all()[0]
    assert workspace_of(project).store.unmeasured(None) == [record.id]
    assert workspace_of(project).store.unmeasured(None, besides=[str(record.owner)]) == []


def test_a_clip_whose_file_was_removed(small: FalDouble, project: sd.Project, caplog: pytest.LogCaptureFixture) -> None:
    project.submit(FOX).result(timeout=20).path.unlink()
    with caplog.at_level(logging.WARNING, "ipyseedance"):
        wait_for(lambda: all_measured(project))
    assert measures(project) == [{}]


def test_a_closed_project_measures_nothing(fal: FalDouble, tmp_path: Path) -> None:
    project = sd.Project(tmp_path / "project", server=fal.url, key=KEY)
    project.close()
    with pytest.raises(sd.SeedanceError, match="closed"):
        project.measure()
