"""Studio's history on its kernel side: the wall inside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.lab.thread import job_thread


@pytest.fixture
def studio(project: sd.Project) -> Iterator[sd.Studio]:
    studio = sd.Studio(project)
    yield studio
    studio.close()


@pytest.fixture
def jobs(project: sd.Project) -> list[sd.Generation]:
    jobs = [project.submit(sd.TextToVideo("A lake", seed=n, resolution="480p", duration=4)) for n in range(3)]
    for job in jobs:
        job.result(20)
    return jobs


def ask(studio: sd.Studio, kind: str, **message: Any) -> dict[str, Any]:
    """What the kernel answers a message of the browser."""
    value, _ = job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(10)
    return value


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def hanging(studio: sd.Studio) -> list[int]:
    return [cell["gid"] for cell in studio.wall._page["cells"] if cell]


def test_chosen_clips_hang_on_the_wall_inside(studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    assert (studio._wall, studio.wall.clips) == (None, [])
    ask(studio, "compare", gids=[jobs[2].id, jobs[0].id, 999])
    assert hanging(studio) == [jobs[2].id, jobs[0].id]
    assert studio._wall is studio.wall
    assert studio.get_state()["_wall"] == f"anywidget:{studio.wall.model_id}"
    ask(studio, "back")
    assert studio._wall is None


def test_a_sweep_hangs_by_its_axes(project: sd.Project, studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    base = sd.TextToVideo("A {place}", resolution="480p", duration=4)
    run = project.run(sd.Sweep(base, place=["lake", "hill"], seed=[0, 1])).result(30)
    ask(studio, "compare", sweep=run.name)
    assert (studio.wall._page["rows"], studio.wall._page["columns"]) == (["lake", "hill"], ["seed 0", "seed 1"])
    with pytest.raises(KeyError):
        ask(studio, "compare", sweep="sweep-9")


def test_the_wall_is_shown_by_code_and_closed_with_studio(studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    studio.compare(jobs)
    until(lambda: studio._wall is studio.wall)
    assert hanging(studio) == [job.id for job in jobs]
    with pytest.raises(sd.InvalidRequest, match="there are none"):
        studio.compare([])
    studio.close()
    assert studio.wall.comm is None
