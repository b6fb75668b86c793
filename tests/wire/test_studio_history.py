"""Studio's history on its kernel side: what is found, chosen and done with the chosen."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.spending import NotAsShown

from .conftest import KEY
from .fal_double import FalDouble


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
    value: dict[str, Any] = job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(10)[0]
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
    ask(studio, "compare", gids=sorted((job.id for job in run.generations if job_of(job).record.sweep), reverse=True))
    assert (studio.wall._page["axes"], hanging(studio)) == (["seed"], [job.id for job in run.generations[2:]])
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


def test_running_again_is_one_act_that_asks_its_price(
    fal: FalDouble, project: sd.Project, studio: sd.Studio, jobs: list[sd.Generation]
) -> None:
    gids = [job.id for job in jobs] * 4  # however often one is named, it is run once
    told = ask(studio, "again_price", gids=gids)
    each = jobs[0].estimate or 0.0
    assert told == {"clips": 3, "dollars": pytest.approx(3 * each), "free": False}
    before = len(fal.submits)
    answer = ask(studio, "again", gids=gids, seeds="same", shown=told)
    run = project.sweep_run(answer["name"])
    run.result(20)
    assert (answer["sent"], len(fal.submits)) == (3, before + 3)
    assert [job.request for job in run.generations] == [job.request for job in jobs]
    assert not {job.id for job in run.generations} & {job.id for job in jobs}


def test_above_a_dollar_running_again_waits_for_the_typed_price(
    fal: FalDouble, project: sd.Project, studio: sd.Studio
) -> None:
    dear = project.submit(sd.TextToVideo("A storm", seed=1, resolution="1080p", duration=12), confirm=True)
    dear.result(20)
    assert len(fal.submits) == 1
    message = {"gids": [dear.id], "seeds": "new", "shown": {"clips": 1, "dollars": dear.estimate}}
    for typed in ({}, {"confirm": "9.99"}):
        with pytest.raises(PriceQuestion) as asked:
            ask(studio, "again", **message, **typed)
        assert asked.value.question == {"count": 1, "price": "1.40", "left": None}
    assert len(fal.submits) == 1
    answer = ask(studio, "again", **message, confirm="1.40")
    (again,) = project.sweep_run(answer["name"]).result(20).generations
    assert len(fal.submits) == 2
    assert again.request.with_(seed=1) == dear.request


def test_running_again_costs_no_more_than_was_shown_and_not_more_than_is_left(
    fal: FalDouble, project: sd.Project, studio: sd.Studio, jobs: list[sd.Generation]
) -> None:
    gids = [job.id for job in jobs]
    each = jobs[0].estimate
    for shown in ({"clips": 3, "dollars": each}, {"clips": 1, "dollars": 9.0}):
        with pytest.raises(NotAsShown, match="more than the button said"):
            ask(studio, "again", gids=gids, seeds="new", shown=shown)
    project.budget = each
    with pytest.raises(sd.OverBudget, match="budget has"):
        ask(studio, "again", gids=gids, seeds="new", shown={"clips": 3, "dollars": 9.0})
    assert len(fal.submits) == 3


def test_the_choice_is_told_and_set_by_code(studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    told: list[list[sd.Clip]] = []
    studio.observe(lambda change: told.append(change.new), "selection")
    ask(studio, "choose", gids=[jobs[2].id, jobs[0].id, 999])
    until(lambda: told)
    assert studio.selection == told[0] == [jobs[2].result(), jobs[0].result()]
    assert studio._chosen == [jobs[2].id, jobs[0].id]
    studio.selection = [jobs[1].result()]
    until(lambda: studio._chosen == [jobs[1].id])
    assert len(told) == 2
    other = replace(jobs[1].result(), path=Path("/elsewhere/film/clips/1.mp4"))
    with pytest.raises(sd.InvalidRequest, match="it is not of"):
        studio.selection = [other]
    with pytest.raises(sd.InvalidRequest, match="at most 1,000"):
        ask(studio, "choose", gids=list(range(1001)))


def test_of_quick_choices_the_last_one_stands(studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    """Each is looked up on the disk before, and a long one takes longer than the short one that comes after it."""
    for _ in range(10):
        many: dict[str, object] = {"kind": "choose", "gids": list(range(1, 900))}
        one: dict[str, object] = {"kind": "choose", "gids": [jobs[0].id]}
        acts = [job_thread().start(studio._answers.answer(message, [])) for message in (many, one)]
        for act in acts:
            act.result(10)
        assert studio._chosen == [jobs[0].id]


def test_pages_and_groups_are_found(project: sd.Project, studio: sd.Studio, jobs: list[sd.Generation]) -> None:
    base = sd.TextToVideo("A {place}", resolution="480p", duration=4)
    run = project.run(sd.Sweep(base, place=["moor", "hill"], seed=[5])).result(30)
    find = {"query": "", "sort": "oldest", "grouped": True}
    answer = ask(studio, "history", find=find, offset=0, limit=3, groups=True)
    assert answer["groups"] == [
        {"sweep": run.name, "axes": ["place"], "count": 2},
        {"sweep": None, "axes": [], "count": 3},
    ]
    assert (answer["total"], [row["sweep"] for row in answer["rows"]]) == (5, [run.name, run.name, None])
    assert ask(studio, "found", find=find, offset=2, limit=9) == {"gids": [job.id for job in jobs]}
    assert ask(studio, "sweeps") == {"sweeps": [run.name]}


def test_an_export_can_be_handed_on(project: sd.Project, studio: sd.Studio) -> None:
    prompt = '<img src=x onerror="alert(1)"> & a lake'
    job = project.submit(sd.TextToVideo(prompt, seed=7, resolution="480p", duration=4))
    job.result(20)
    folder = Path(ask(studio, "export", gids=[job.id])["folder"])
    assert folder.parent == project.folder / "exports"
    (mp4,) = folder.glob("*.mp4")
    assert mp4.read_bytes() == job.result().path.read_bytes()
    (row,) = json.loads((folder / "clips.json").read_text("utf-8"))
    assert (row["prompt"], row["seed"], row["file"], row["request_id"]) == (prompt, 42, mp4.name, job.request_id)
    table = pd.read_csv(folder / "clips.csv")
    assert table.prompt[0] == prompt
    page = (folder / "index.html").read_text("utf-8")
    assert "&lt;img src=x" in page
    assert "<img" not in page
    assert f'<video controls loop preload="metadata" src="{mp4.name}">' in page
    for text in (page, (folder / "clips.json").read_text("utf-8"), (folder / "clips.csv").read_text("utf-8")):
        assert str(project.folder) not in text
        assert KEY not in text
    # Another of the same day stands beside it.
    assert Path(ask(studio, "export", gids=[job.id])["folder"]).name == f"{folder.name}-2"


def test_an_export_by_code_takes_rows_and_writes_over_nothing(
    project: sd.Project, jobs: list[sd.Generation], tmp_path: Path
) -> None:
    df = project.history.df
    folder = project.export(df[df.id > jobs[0].id], tmp_path / "for you")
    assert len(list(folder.glob("*.mp4"))) == 2
    assert list(pd.read_csv(folder / "clips.csv").id) == [job.id for job in jobs[1:]]
    with pytest.raises(sd.InvalidRequest, match="is not empty"):
        project.export(jobs, folder)
    with pytest.raises(sd.InvalidRequest, match="there are none"):
        project.export([])
    with pytest.raises(sd.InvalidRequest, match="give a list of Generation or Clip, a run, or rows"):
        project.export("clips")
    jobs[0].result().path.unlink()
    with pytest.raises(sd.InvalidRequest, match="its clip is not on disk"):
        project.export(jobs)


def test_an_export_may_go_to_the_home_folder(
    project: sd.Project, jobs: list[sd.Generation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    assert project.export(jobs, "~/Desktop/out") == (tmp_path / "home/Desktop/out").resolve()
    assert not (tmp_path / "~").exists()
