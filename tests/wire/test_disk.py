"""When the disk does not do what it should: an error at once, nothing half-written, nothing sent, nothing lost."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.lab.thread import job_thread
from ipyseedance.store import database

from .clip_file import clip
from .conftest import KEY
from .fal_double import FalDouble, Script
from .test_downloads import downloads
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)
LONG = FOX.with_(prompt="A fox. " * 4000)
"""Its record needs pages of its own."""


def failure(job: sd.Generation, error: type[sd.SeedanceError]) -> sd.SeedanceError:
    with pytest.raises(error) as caught:
        job.result(timeout=20)
    assert type(caught.value) is error
    assert job.error is caught.value
    assert caught.value.next_step
    return caught.value


def clips_of(project: sd.Project) -> list[str]:
    return [path.name for path in (project.folder / "clips").iterdir()]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.2)


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
    project.history._database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())


# The clips' folder.


def test_a_clips_folder_that_is_a_file(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    (project.folder / "clips").rmdir()
    (project.folder / "clips").write_text("in the way")
    job = project.submit(FOX)
    error = failure(job, sd.ClipNotSaved)
    assert "clips is not a folder" in error.message
    assert error.charged == "yes"
    assert (job.status, job.request_id) == ("COMPLETED", next(iter(fal.taken)))
    assert [record.id for record in project.history.undismissed_failures(9)] == [job.id]
    assert len(downloads(fal)) == 1
    project.close()

    (tmp := project.folder / "clips").unlink()
    again = open_project()
    assert again.generations[0].result(timeout=20).path.parent == tmp
    assert again.history.undismissed_failures(9) == []
    assert len(fal.submits) == 1


def test_a_frames_folder_that_is_a_file(fal: FalDouble, project: sd.Project, tmp_path: Path) -> None:
    from PIL import Image

    (project.folder / "frames").rmdir()
    (project.folder / "frames").write_text("in the way")
    Image.new("RGB", (640, 360)).save(tmp_path / "a.png")
    error = failure(project.submit(sd.ImageToVideo("Go", tmp_path / "a.png")), sd.ProjectUnusable)
    assert "Nothing was sent" in error.message
    assert not fal.submits


def test_one_picture_for_many_requests_is_kept_by_all(fal: FalDouble, project: sd.Project, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (640, 360)).save(tmp_path / "a.png")
    jobs = [project.submit(sd.ImageToVideo("Go", tmp_path / "a.png", seed=n), confirm=True) for n in range(24)]
    for job in jobs:
        job.result(timeout=30)
    assert len(list((project.folder / "frames").iterdir())) == 1


def test_a_file_that_is_held_open_elsewhere_is_replaced_when_it_is_free(
    fal: FalDouble, project: sd.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only Windows refuses to replace an open file, so its refusal is played.
    replace, refusals = Path.replace, iter([PermissionError(13, "Permission denied")] * 2)

    def held(path: Path, target: Path) -> Path:
        for refusal in refusals:
            raise refusal
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held)
    assert project.submit(FOX).result(timeout=20).path.read_bytes() == fal.clip


# The history.


def test_without_room_for_the_intent_nothing_is_sent(fal: FalDouble, project: sd.Project) -> None:
    fill(project)
    job = project.submit(LONG)
    error = failure(job, sd.ProjectUnusable)
    assert "history.db cannot be written: database or disk is full" in error.message
    assert (job.status, job.cost) == ("FAILED", 0.0)
    with pytest.raises(sd.ProjectUnusable):
        job.recorded.result()
    assert not fal.submits
    assert project.purse.reserved == 0


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
        assert "database is locked" in failure(project.submit(FOX), sd.ProjectUnusable).message
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
        assert job.owed
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
        wait_for(lambda: job.owed)
        fal.release.clear()
    job.result(timeout=20)
    record = project.history.get(job.id)
    assert (record.request_id, record.status) == (job.request_id, "COMPLETED")
    assert (job.owed, job.trouble) == ({}, "")


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
    assert project.history.get(job.id).status == "IN_QUEUE"
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
    assert "the file is gone" in failure(project.submit(FOX), sd.ProjectUnusable).message
    assert not fal.submits
    assert not (project.folder / "history.db").exists()
    bring_back()
    project.submit(FOX).result(timeout=20)


def test_another_history_in_its_place(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    gone(project.folder)
    (project.folder / "history.db").write_bytes(b"")
    failure(project.submit(FOX), sd.ProjectUnusable)
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
        assert "database is locked" in card["error"]["message"]
        assert card["error"]["next_step"]
        assert card["ended"]
    answered = studio._answers.answer({"kind": "dismiss", "gid": job.id}, [])
    job_thread().start(answered).result(10)
    assert studio.queue.view()["cards"] == []
    assert project.history.get(job.id).request_id == job.request_id
    studio.close()


# Faults of a whole process.


def process(fal: FalDouble, folder: Path, code: str) -> list[str]:
    """What a kernel of its own prints. Its project is `project`; `warm()` has everything loaded that will be needed."""
    program = f"""
        import os, resource, sys
        import ipyseedance as sd

        def warm(folder):
            with sd.Project(folder, server={fal.url!r}, key={KEY!r}) as other:
                other.submit(sd.TextToVideo("Warm", seed=1)).result(timeout=20)

        def open_project():
            return sd.Project({str(folder)!r}, server={fal.url!r}, key={KEY!r})

        def tell(job):
            try:
                job.result(timeout=20)
            except sd.SeedanceError as error:
                print(type(error).__name__, error, sep=": ")
            print(job.status, job.request_id)
    """
    program = textwrap.dedent(program) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_disk_that_is_full_after_half_a_clip(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.clip = clip(320, 240, 1, noise=1)
    half = len(fal.clip) // 2
    error, state = process(
        fal,
        tmp_path / "project",
        f"""
        resource.setrlimit(resource.RLIMIT_FSIZE, ({half}, {half}))
        tell(open_project().submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert error.startswith("ClipNotSaved: The clip could not be written to")
    assert "File too large. Make room" in error
    assert state == f"COMPLETED {next(iter(fal.taken))}"
    assert list((tmp_path / "project/clips").iterdir()) == []
    assert len(downloads(fal)) == 1

    project = open_project()
    assert project.generations[0].result(timeout=20).path.read_bytes() == fal.clip
    assert len(fal.submits) == 1


def test_a_disk_that_is_full_before_a_submit(fal: FalDouble, tmp_path: Path) -> None:
    error, state = process(
        fal,
        tmp_path / "project",
        """
        project = open_project()
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        tell(project.submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert error.startswith("ProjectUnusable: The history")
    assert "Make room" in error
    assert state == "FAILED None"
    assert not fal.submits


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that another user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="ipyseedance-test-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def give_away(project: Path) -> None:
    for path in (project, *project.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


# Root may write what nobody may; so it stops being root.
NOBODY = """
    if os.geteuid() == 0:
        os.setegid(65534)
        os.seteuid(65534)
"""


def test_a_clips_folder_that_may_not_be_written(fal: FalDouble, shared: Path) -> None:
    folder = shared / "project"
    sd.Project(folder, server=fal.url, key=KEY).close()
    give_away(folder)
    (folder / "clips").chmod(0o555)
    error, state = process(
        fal,
        folder,
        f"""
        warm({str(shared / "warm")!r})
        {textwrap.dedent(NOBODY).strip().replace(chr(10), chr(10) + " " * 8)}
        tell(open_project().submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert error.startswith("ClipNotSaved: The clip could not be written to")
    assert "Permission denied. Make room or choose a writable folder" in error
    (folder / "clips").chmod(0o777)
    give_away(folder)
    with sd.Project(folder, server=fal.url, key=KEY) as project:
        assert project.generations[0].result(timeout=20).request_id == state.split()[1]
    assert len(fal.submits) == 2  # with the one that warmed up


def test_a_history_that_may_only_be_read(fal: FalDouble, shared: Path) -> None:
    folder = shared / "project"
    sd.Project(folder, server=fal.url, key=KEY).close()
    give_away(folder)
    (folder / "history.db").chmod(0o444)
    error, state = process(
        fal,
        folder,
        f"""
        warm({str(shared / "warm")!r})
        {textwrap.dedent(NOBODY).strip().replace(chr(10), chr(10) + " " * 8)}
        tell(open_project().submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert "attempt to write a readonly database. Make room on the disk, or make" in error
    assert error.startswith("ProjectUnusable")
    assert state == "FAILED None"
    assert len(fal.submits) == 1  # the one that warmed up
