"""When the history cannot be written: an error at once, nothing sent, and nothing lost of what was."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store import opening

from .fal_double import FalDouble, Script
from .test_disk import failure
from .test_downloads import downloads
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)
LONG = FOX.with_(prompt="A fox. " * 4000)
"""Its record needs pages of its own."""


def clips_of(project: sd.Project) -> list[str]:
    return [path.name for path in (project.folder / "clips").iterdir()]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_SECONDS", 0.2)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the project's history as a program does that never lets go of it."""
    other = sqlite3.connect(folder / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def fill(project: sd.Project) -> None:
    """Let the history have no page more than it has now."""
    workspace_of(project).store.database.write(
        lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone()
    )


def test_without_room_for_the_intent_nothing_is_sent(fal: FalDouble, project: sd.Project) -> None:
    fill(project)
    with pytest.raises(sd.ProjectUnusable, match=r"history.db cannot be written: database or disk is full"):
        project.submit(LONG)
    assert project.under_way == []
    assert not fal.submits
    assert workspace_of(project).store.purse().reserved == 0


def test_without_room_for_the_mark_that_it_is_being_sent_nothing_is_sent(fal: FalDouble, open_project: Open) -> None:
    project = open_project()

    def fill_once_recorded(job: sd.Generation | None) -> None:
        if job is not None and job.status == "PENDING":
            fill(project)

    project.observe(fill_once_recorded)
    job = project.submit(LONG)
    failure(job, sd.ProjectUnusable)
    assert not fal.submits
    project.close()
    assert open_project().generations[0].status in ("FAILED", "PENDING")
    assert not fal.submits


def test_a_history_that_stays_locked(fal: FalDouble, open_project: Open, impatient: None) -> None:
    project = open_project()
    with locked(project.folder):
        with pytest.raises(sd.ProjectUnusable, match="database is locked"):
            project.submit(FOX)
        with pytest.raises(sd.ProjectUnusable, match="database is locked"):
            project.budget = 5
    assert not fal.submits
    project.submit(FOX).result(timeout=20)


def test_a_project_whose_history_stays_locked_from_the_first(tmp_path: Path, impatient: None) -> None:
    (tmp_path / "project").mkdir()
    with locked(tmp_path / "project"), pytest.raises(sd.InvalidRequest, match="database is locked") as caught:
        sd.Project(tmp_path / "project", server="offline")
    assert "Close the program" in caught.value.next_step


def test_a_history_locked_in_mid_job_loses_nothing(fal: FalDouble, open_project: Open, impatient: None) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    with locked(project.folder):
        fal.release.set()
        failure(job, sd.ProjectUnusable)
        assert job.status == "COMPLETED"
        assert job_of(job).owed
    project.close()
    again = open_project()
    assert again.generations[0].result(timeout=20).path.read_bytes() == fal.clip
    assert (len(fal.submits), len(downloads(fal))) == (1, 1)
    wait_for(lambda: clips_of(again) == [again.generations[0].clip.path.name])  # type: ignore[union-attr]


def test_what_the_history_could_not_be_told_goes_along_with_the_next_step(
    fal: FalDouble, open_project: Open, impatient: None
) -> None:
    fal.on_submit, fal.script = "hold", Script(["hold", {"status": "COMPLETED"}])
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: fal.submits)
    with locked(project.folder):
        fal.release.set()
        wait_for(lambda: job_of(job).owed)
        fal.release.clear()
    fal.release.set()  # its stream may have been opened since
    job.result(timeout=20)
    record = workspace_of(project).store.get(job.id)
    assert (record.request_id, record.status) == (job.request_id, "COMPLETED")
    assert (job_of(job).owed, job_of(job).trouble) == ({}, "")


def test_a_job_that_cannot_be_taken_over_stays_as_it_is(
    fal: FalDouble, tmp_path: Path, open_project: Open, impatient: None
) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    dead = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    kill(dead)
    fal.release.set()
    with locked(tmp_path / "project"):
        project = open_project()
        (job,) = project.under_way
        failure(job, sd.ProjectUnusable)
    assert workspace_of(project).store.get(job.id).status == "IN_QUEUE"
    project.close()
    open_project().generations[0].result(timeout=20)
    assert len(fal.submits) == 1


def gone(folder: Path) -> Callable[[], None]:
    """Move the history away while it is open. Returns what brings it back."""
    files = [path for path in folder.iterdir() if path.name.startswith("history.db")]
    away = folder.parent / "away"
    away.mkdir()
    for path in files:
        path.rename(away / path.name)

    def bring_back() -> None:
        for path in files:
            (away / path.name).rename(path)

    return bring_back


def test_a_history_that_is_gone(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    bring_back = gone(project.folder)
    with pytest.raises(sd.ProjectUnusable, match="the file is gone"):
        project.submit(FOX)
    assert not fal.submits
    assert not (project.folder / "history.db").exists()
    bring_back()
    project.submit(FOX).result(timeout=20)


def test_another_history_in_its_place(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    gone(project.folder)
    (project.folder / "history.db").write_bytes(b"")
    with pytest.raises(sd.ProjectUnusable):
        project.submit(FOX)
    assert not fal.submits


def test_a_history_that_goes_in_mid_job(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    bring_back = gone(project.folder)
    fal.release.set()
    failure(job, sd.ProjectUnusable)
    project.close()
    bring_back()
    assert open_project().generations[0].result(timeout=20).request_id == job.request_id
    assert len(fal.submits) == 1


def test_what_cannot_be_recorded_is_painted_all_the_same(fal: FalDouble, open_project: Open, impatient: None) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project = open_project()
    studio = sd.Studio(project)
    job = project.submit(FOX)
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    with locked(project.folder):
        fal.release.set()
        failure(job, sd.ProjectUnusable)
        wait_for(lambda: not studio.queue.view()["counts"])
        (card,) = studio.queue.view()["cards"]
        assert card["error"]
        assert "database is locked" in card["error"]["message"]
        assert card["error"]["next_step"]
        assert card["ended"]
    answered = studio._answers.answer({"kind": "dismiss", "gid": job.id}, [])
    job_thread().start(answered).result(10)
    assert studio.queue.view()["cards"] == []
    assert workspace_of(project).store.get(job.id).request_id == job.request_id
    studio.close()
