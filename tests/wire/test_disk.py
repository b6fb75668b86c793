"""When the disk does not do what it should: an error at once, nothing half-written, nothing sent, nothing lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of

from .clip_file import clip
from .conftest import KEY
from .fal_double import FalDouble
from .test_downloads import downloads

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)


def failure(job: sd.Generation, error: type[sd.SeedanceError]) -> sd.SeedanceError:
    with pytest.raises(error) as caught:
        job.result(timeout=20)
    assert type(caught.value) is error
    assert job.error is caught.value
    assert caught.value.next_step
    return caught.value


def test_a_clips_folder_that_is_a_file(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    (project.folder / "clips").rmdir()
    (project.folder / "clips").write_text("in the way")
    job = project.submit(FOX)
    error = failure(job, sd.ClipNotSaved)
    assert "clips is not a folder" in error.message
    assert error.charged == "yes"
    assert (job.status, job.request_id) == ("COMPLETED", next(iter(fal.taken)))
    assert [record.id for record in workspace_of(project).store.undismissed_failures(9)] == [job.id]
    assert len(downloads(fal)) == 1
    project.close()

    (tmp := project.folder / "clips").unlink()
    again = open_project()
    assert again.generations[0].result(timeout=20).path.parent == tmp
    assert workspace_of(again).store.undismissed_failures(9) == []
    assert len(fal.submits) == 1


def test_a_frames_folder_that_is_a_file(fal: FalDouble, project: sd.Project, tmp_path: Path) -> None:
    from PIL import Image

    (project.folder / "frames").rmdir()
    (project.folder / "frames").write_text("in the way")
    Image.new("RGB", (640, 360)).save(tmp_path / "a.png")
    with pytest.raises(sd.ProjectUnusable, match="Nothing was sent"):
        project.submit(sd.ImageToVideo("Go", tmp_path / "a.png"))
    assert len(project.history) == 0
    assert not fal.submits


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

        def refused(ask):
            try:
                ask()
            except sd.SeedanceError as error:
                print(type(error).__name__, error, sep=": ")

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
    (error,) = process(
        fal,
        tmp_path / "project",
        """
        project = open_project()
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        refused(lambda: project.submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert error.startswith("ProjectUnusable: The project's history.db")
    assert "Make room" in error
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
    assert (
        f"Permission denied (clips belongs to {shared.owner()} and is dr-xr-xr-x). Let whoever it belongs to allow you"
        in error
    )
    (folder / "clips").chmod(0o777)
    give_away(folder)
    with sd.Project(folder, server=fal.url, key=KEY) as project:
        assert project.waiting().foreign == 1  # another person of this machine asked for it
        assert [job.id for job in project.resume()] == [1]
        assert project.generations[0].result(timeout=20).request_id == state.split()[1]
    assert len(fal.submits) == 2  # with the one that warmed up


def test_a_frames_folder_that_may_not_be_written(fal: FalDouble, shared: Path) -> None:
    folder = shared / "project"
    sd.Project(folder, server=fal.url, key=KEY).close()
    give_away(folder)
    (folder / "frames").chmod(0o555)
    (error,) = process(
        fal,
        folder,
        f"""
        warm({str(shared / "warm")!r})
        from PIL import Image
        {textwrap.dedent(NOBODY).strip().replace(chr(10), chr(10) + " " * 8)}
        refused(lambda: open_project().submit(sd.ImageToVideo("Go", Image.new("RGB", (640, 360)), seed=7)))
        """,
    )
    assert (
        f"Permission denied (frames belongs to {shared.owner()} and is dr-xr-xr-x). Nothing was sent. Let whoever"
        in error
    )
    assert len(fal.submits) == 1  # the one that warmed up


def test_a_folder_that_may_not_be_written_is_no_project(fal: FalDouble, shared: Path) -> None:
    folder = shared / "project"
    sd.Project(folder, server=fal.url, key=KEY).close()
    give_away(folder)
    (folder / ".openers").chmod(0o555)
    problem, next_step = process(
        fal,
        folder,
        f"""
        warm({str(shared / "warm")!r})
        {textwrap.dedent(NOBODY).strip().replace(chr(10), chr(10) + " " * 8)}
        try:
            open_project()
        except sd.InvalidRequest as error:
            print(error)
        """,
    )
    assert problem.endswith(
        f"cannot be a project: Permission denied (.openers belongs to {shared.owner()} and is dr-xr-xr-x)"
    )
    assert next_step.startswith("Choose a folder you may write to. Let whoever it belongs to allow you")


def test_a_history_that_may_only_be_read(fal: FalDouble, shared: Path) -> None:
    folder = shared / "project"
    sd.Project(folder, server=fal.url, key=KEY).close()
    give_away(folder)
    (folder / "history.db").chmod(0o444)
    (error,) = process(
        fal,
        folder,
        f"""
        warm({str(shared / "warm")!r})
        {textwrap.dedent(NOBODY).strip().replace(chr(10), chr(10) + " " * 8)}
        refused(lambda: open_project().submit(sd.TextToVideo("A fox", seed=7)))
        """,
    )
    assert (
        f"attempt to write a readonly database (history.db belongs to {shared.owner()} and is -r--r--r--). Let whoever"
        in error
    )
    assert error.startswith("ProjectUnusable")
    assert len(fal.submits) == 1  # the one that warmed up
