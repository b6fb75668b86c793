"""The wall's kernel side: what it is made of, and what it keeps of what a person chooses and thinks."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import FrameError
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.widgets.protocol.wall import Cell
from tests.unit.test_clipfile import moov_first

from .fal_double import FalDouble


@pytest.fixture
def jobs(project: sd.Project) -> list[sd.Generation]:
    jobs = [project.submit(sd.TextToVideo("A lake", seed=n, resolution="480p", duration=4)) for n in range(3)]
    for job in jobs:
        job.result(20)
    return jobs


@pytest.fixture
def wall(jobs: list[sd.Generation]) -> Iterator[sd.Wall]:
    wall = sd.Wall(jobs)
    yield wall
    wall.close()


def ask(wall: sd.Wall | sd.Studio, kind: str, **message: Any) -> tuple[dict[str, Any], list[bytes]]:
    return job_thread().start(wall._answers.answer({"kind": kind, **message}, [])).result(10)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def cells(wall: sd.Wall) -> list[Cell]:
    """What hangs on its page."""
    return [cell for cell in wall._page["cells"] if cell]


def gids(wall: sd.Wall) -> list[int]:
    return [cell["gid"] for cell in cells(wall)]


def test_it_takes_generations_clips_and_rows_alike(project: sd.Project, jobs: list[sd.Generation]) -> None:
    ids = [job.id for job in jobs]
    clips = [job.result() for job in jobs]
    df = project.history.df
    given: list[tuple[object, dict[str, Any], list[int]]] = [
        (jobs, {}, ids),
        (clips, {}, ids),
        (clips[1], {}, ids[1:2]),
        ([clips[2], jobs[0], clips[2]], {}, [ids[2], ids[0]]),
        (df[df.id > ids[0]], {"project": project}, ids[1:]),
    ]
    for clips_or_rows, options, expected in given:
        wall = sd.Wall(clips_or_rows, **options)
        assert gids(wall) == expected
        assert [clip.request_id for clip in wall.clips] == [project.by_id(id).request_id for id in expected]
        wall.close()


def test_a_run_hangs_by_its_axes_whatever_it_found_in_the_project(
    project: sd.Project, jobs: list[sd.Generation]
) -> None:
    base = sd.TextToVideo("A {place}", resolution="480p", duration=4)
    run = project.run(sd.Sweep(base, place=["lake", "hill"], seed=[0, 1])).result(30)
    wall = sd.Wall(run)
    assert (wall._page["rows"], wall._page["columns"]) == (["lake", "hill"], ["seed 0", "seed 1"])
    assert gids(wall)[:2] == [jobs[0].id, jobs[1].id]
    assert cells(wall)[3]["label"] == "hill · seed 1"
    wall.close()


def test_what_cannot_hang_is_refused_by_name(project: sd.Project, jobs: list[sd.Generation], tmp_path: Path) -> None:
    refused: list[tuple[object, dict[str, Any], str]] = [
        ("clips", {}, "a str cannot hang on a wall; give a list of Clip"),
        ([7], {}, "a int cannot hang on a wall"),
        ([], {}, "there are none"),
        ([], {"project": project}, "there are none"),
        (project.history.df, {}, "give `project=` too"),
        (project.history.df.iloc[:0], {"project": project}, "it has no rows"),
        (project.history.df[["seed"]], {"project": project}, "no column `id`"),
    ]
    for clips, options, message in refused:
        with pytest.raises(sd.InvalidRequest, match=re.escape(message)):
            sd.Wall(clips, **options)
    with pytest.raises(TypeError, match="Wall\\(\\) has no colour"):
        sd.Wall(jobs, colour="red")
    with sd.Project(tmp_path / "other", server="offline") as other, pytest.raises(sd.InvalidRequest, match="one wall"):
        sd.Wall(jobs, project=other)
    project.close()
    with pytest.raises(sd.InvalidRequest, match="its project is not open"):
        sd.Wall(jobs)


def test_the_selection_reaches_the_kernel_and_back(wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    told: list[list[sd.Clip]] = []
    stop = wall.on_select(told.append)
    ask(wall, "select", gids=[jobs[2].id, jobs[0].id, 999])
    assert wall.selection == [jobs[2].result(), jobs[0].result()]
    assert [cell["gid"] for cell in wall._selection] == [jobs[2].id, jobs[0].id]
    assert told == [wall.selection]
    stop()
    wall.selection = wall.clips[:1]
    assert wall.selection == wall.clips[:1]
    until(lambda: [cell["gid"] for cell in wall._selection] == [jobs[0].id])
    assert len(told) == 1
    with pytest.raises(sd.InvalidRequest, match="not on this wall"):
        wall.selection = [None]  # type: ignore[list-item]


def test_judgements_are_kept_in_the_history(project: sd.Project, wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    ask(wall, "judge", gid=jobs[1].id, star=True)
    ask(wall, "judge", gid=jobs[1].id, rating=4)
    kept = workspace_of(project).store.get(jobs[1].id)
    assert (kept.star, kept.rating) == (True, 4)
    assert [(cell["star"], cell["rating"]) for cell in cells(wall)] == [(False, None), (True, 4), (False, None)]
    ask(wall, "judge", gid=jobs[1].id, rating=None)
    assert workspace_of(project).store.get(jobs[1].id).rating is None


@pytest.mark.parametrize("wrong", [{"rating": 6}, {"rating": 0}, {"rating": True}, {"rating": "3"}, {"star": 1}])
def test_no_other_judgement_is_kept(
    project: sd.Project, wall: sd.Wall, jobs: list[sd.Generation], wrong: dict[str, Any]
) -> None:
    with pytest.raises(sd.InvalidRequest, match="is not allowed; give"):
        ask(wall, "judge", gid=jobs[0].id, **wrong)
    kept = workspace_of(project).store.get(jobs[0].id)
    assert (kept.star, kept.rating) == (False, None)


def test_clips_and_posters_come_as_bytes(wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    path = jobs[0].result().path
    value, (data,) = ask(wall, "clip", gid=jobs[0].id)
    assert (value["content_type"], data) == ("video/mp4", path.read_bytes())
    assert ask(wall, "poster", gid=jobs[0].id)[1][0].startswith(b"\xff\xd8")
    path.unlink()
    with pytest.raises(sd.SeedanceError, match="file cannot be read"):
        ask(wall, "clip", gid=jobs[0].id)
    with pytest.raises(KeyError):
        ask(wall, "clip", gid=999)


def test_what_stands_in_for_a_clip_is_made_once_and_kept_beside_it(wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    path = jobs[0].result().path
    value, (film,) = ask(wall, "film", gid=jobs[0].id)
    assert (value["tiles"], value["columns"]) == (24, 6)
    assert film.startswith(b"\xff\xd8")
    value, _ = ask(wall, "waves", gids=[jobs[0].id, jobs[1].id])
    assert value["waves"] == [[0] * 96] * 2  # the double's clips have a silent track
    path.unlink()
    assert ask(wall, "film", gid=jobs[0].id)[1] == [film]
    assert ask(wall, "waves", gids=[jobs[0].id])[0] == {"waves": [[0] * 96]}
    jobs[2].result().path.unlink()
    assert ask(wall, "waves", gids=[jobs[2].id])[0] == {"waves": [[]]}
    with pytest.raises(sd.SeedanceError, match="file cannot be read"):
        ask(wall, "film", gid=jobs[2].id)


def damaged(path: Path) -> str:
    """Leave a clip its index and none of its pictures. Returns what is told."""
    path.write_bytes(moov_first(path.read_bytes(), path).partition(b"mdat")[0])
    return "file is damaged"


def deleted(path: Path) -> str:
    path.unlink()
    return "file cannot be read"


@pytest.mark.parametrize("spoil", [damaged, deleted])
def test_a_clip_that_cannot_be_looked_into_is_told(
    project: sd.Project, wall: sd.Wall, jobs: list[sd.Generation], spoil: Callable[[Path], str]
) -> None:
    clip = jobs[0].result()
    told, studio = spoil(clip.path), sd.Studio(project)
    looks: list[Callable[[], object]] = [
        lambda: ask(wall, "poster", gid=jobs[0].id),
        lambda: ask(studio, "poster", gid=jobs[0].id),
        lambda: ask(studio, "frame_clip", gid=jobs[0].id, which="first"),
        lambda: ask(studio, "frame_clip", gid=jobs[0].id, which="last"),
        clip.first_frame,
        clip.last_frame,
    ]
    for look in looks:
        with pytest.raises(sd.SeedanceError, match=told):
            look()
    studio.close()


def test_the_given_picture_lies_beside_the_real_frame(project: sd.Project, fal: FalDouble) -> None:
    grey, pattern = Image.new("RGB", (400, 400), (128, 128, 128)), Image.effect_noise((400, 400), 90).convert("RGB")
    job = project.submit(sd.ImageToVideo("A lake", grey, end_image_url=pattern, resolution="480p", duration=4))
    plain = project.submit(sd.TextToVideo("A lake", resolution="480p", duration=4))
    clip, _ = job.result(20), plain.result(20)
    wall = sd.Wall([job, plain])
    assert [cell["given"] for cell in cells(wall)] == [["start", "end"], []]
    value, pictures = ask(wall, "given", gid=job.id, which="start")
    # The double's clips are grey.
    assert value["ssim"] == pytest.approx(1, abs=0.01)
    assert value["color_shift"] < 3
    assert [Image.open(io.BytesIO(data)).size for data in pictures] == [(clip.width, clip.height)] * 2
    assert ask(wall, "given", gid=job.id, which="end")[0]["ssim"] < 0.3
    with pytest.raises(sd.SeedanceError, match="given no start frame"):
        ask(wall, "given", gid=plain.id, which="start")
    with pytest.raises(sd.InvalidRequest, match="which: 'middle' is not allowed; give one of start, end"):
        ask(wall, "given", gid=job.id, which="middle")
    for picture in (project.folder / "frames").iterdir():
        picture.unlink()
    with pytest.raises((sd.SeedanceError, FrameError)):
        ask(wall, "given", gid=job.id, which="start")
    wall.close()


def test_measures_come_with_their_meaning(project: sd.Project, wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    assert cells(wall)[0]["measures"] is None
    found = {"motion": 12.5, "loudness": None, "hash_first": "00ff00ff00ff00ff"}
    job_thread().start(workspace_of(project).recorder.write(job_of(jobs[0]), measures=found)).result(10)
    until(lambda: cells(wall)[0]["measures"])
    names = [measure["name"] for measure in wall._measures]
    assert cells(wall)[0]["measures"] == dict.fromkeys(names) | {"motion": 12.5}
    assert "hash_first" not in names


def test_a_clip_that_becomes_ready_appears(fal: FalDouble, project: sd.Project) -> None:
    fal.script.statuses = [{"status": "IN_QUEUE", "queue_position": 1}, {"status": "COMPLETED"}]
    job = project.submit(sd.TextToVideo("A lake", resolution="480p", duration=4))
    wall = sd.Wall([job])
    assert cells(wall)[0]["saved"] is False
    job.result(20)
    until(lambda: cells(wall)[0]["saved"])
    wall.close()


def test_pages_are_turned(project: sd.Project, jobs: list[sd.Generation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipyseedance.widgets.wall_layout.MOST", 2)
    wall = sd.Wall(jobs)
    assert (gids(wall), wall._page["count"], wall._page["total"]) == ([jobs[0].id, jobs[1].id], 2, 3)
    ask(wall, "page", number=1)
    assert gids(wall) == [jobs[2].id]
    ask(wall, "page", number=9)
    assert wall._page["number"] == 1
    wall.close()


def test_other_clips_are_hung_and_what_stays_stays_chosen(wall: sd.Wall, jobs: list[sd.Generation]) -> None:
    told: list[list[sd.Clip]] = []
    wall.on_select(told.append)
    ask(wall, "select", gids=[jobs[2].id, jobs[0].id])
    wall.hang(jobs[1:])
    assert (gids(wall), wall.clips) == ([jobs[1].id, jobs[2].id], [job.result() for job in jobs[1:]])
    assert wall.selection == [jobs[2].result()]
    assert [cell["gid"] for cell in wall._selection] == [jobs[2].id]
    assert [len(clips) for clips in told] == [2, 1]
    with pytest.raises(sd.InvalidRequest, match="there are none"):
        wall.hang([])
    assert gids(wall) == [jobs[1].id, jobs[2].id]


def test_hanging_other_clips_begins_at_their_first_page(
    wall: sd.Wall, jobs: list[sd.Generation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipyseedance.widgets.wall_layout.MOST", 1)
    wall.hang(jobs)
    ask(wall, "page", number=2)
    wall.hang(jobs[:2])
    assert (gids(wall), wall._page["number"], wall._page["count"]) == ([jobs[0].id], 0, 2)
