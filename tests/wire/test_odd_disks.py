"""Disks that have no memory for openers to share, or no locks, as hubs' homes, sticks and buckets are.

The system's own calls refuse what such a disk does; SQLite and Python are as everywhere.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import ipyseedance as sd

from .conftest import KEY
from .fal_double import FalDouble

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="loads a library before the C library")
FOX = sd.TextToVideo("A fox", seed=7)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    made = tmp_path_factory.mktemp("odd") / "odd_disk.so"
    source = Path(__file__).with_name("odd_disk.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", made, source, "-ldl"], check=True)
    return made


def kernel(
    fal: FalDouble, folder: Path, code: str, library: Path | None = None, **environment: str
) -> subprocess.Popen[str]:
    """A process that has that library loaded, and `open_project()`."""
    program = f"""
        import logging, time
        import ipyseedance as sd
        logging.basicConfig(format="%(message)s")
        began = time.monotonic()

        def open_project():
            return sd.Project({str(folder)!r}, server={fal.url!r}, key={KEY!r})
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program) + textwrap.dedent(code)],
        # By its bare name: the variable is split at spaces, which the folder may have.
        env=os.environ | environment | ({"LD_PRELOAD": f"./{library.name}"} if library else {}),
        cwd=library and library.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def odd(folder: Path, refuses: str, error: int) -> dict[str, str]:
    return {"ODD_FOLDER": str(folder.resolve()), "ODD_REFUSES": refuses, "ODD_ERROR": str(error)}


def test_two_kernels_on_a_disk_without_shared_memory_lose_nothing(
    fal: FalDouble, tmp_path: Path, library: Path
) -> None:
    folder = tmp_path / "project"
    code = """
        with open_project() as project:
            jobs = [project.submit(sd.TextToVideo("A fox", seed={first} + n)) for n in range(10)]
            assert all(job.result(timeout=60).path.stat().st_size for job in jobs)
    """
    disk = odd(folder, "memory", errno.ENODEV)
    kernels = [kernel(fal, folder, code.format(first=first), library, **disk) for first in (100, 200)]
    said = [process.communicate(timeout=90)[1] for process in kernels]
    assert [process.returncode for process in kernels] == [0, 0], said
    assert "write-ahead log" in "".join(said)
    assert "project/history.db" in "".join(said)
    seeds = sorted(call.json["seed"] for call in fal.taken.values())
    assert seeds == [*range(100, 110), *range(200, 210)]
    with sd.Project(folder, server=fal.url, key=KEY) as project:
        found = sorted(job.request.seed for job in project.generations if job.clip is not None)  # type: ignore[attr-defined]
        assert found == seeds


def test_a_project_that_could_not_be_opened_there_opens_now(fal: FalDouble, tmp_path: Path, library: Path) -> None:
    """The mode is kept in the file, so a disk that cannot have it was left with a history that nobody could read."""
    folder = tmp_path / "project"
    with sd.Project(folder, server=fal.url, key=KEY) as project:
        project.submit(FOX).result(timeout=20)
    assert (folder / "history.db").read_bytes()[18:20] == b"\x02\x02"
    code = "print(open_project().submit(sd.TextToVideo('An owl', seed=8)).result(timeout=20).path.name)"
    process = kernel(fal, folder, code, library, **odd(folder, "memory", errno.ENODEV))
    said, errors = process.communicate(timeout=60)
    assert said == "00002-an-owl-seed42.mp4\n", errors


@pytest.mark.parametrize("refuses", ["fcntl", "flock"])
@pytest.mark.parametrize("error", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM])
def test_a_disk_without_locks_is_named_at_once(
    fal: FalDouble, tmp_path: Path, library: Path, refuses: str, error: int
) -> None:
    code = """
        try:
            open_project()
        except sd.InvalidRequest as error:
            print(error)
            print(time.monotonic() - began < 5)
    """
    folder = tmp_path / "project"
    said, errors = kernel(fal, folder, code, library, **odd(folder, refuses, error)).communicate(timeout=60)
    assert f"{str(folder)!r} cannot be a project: files cannot be locked there ({os.strerror(error)})" in said, errors
    assert ". It is on " in said
    assert "Keep the project on another disk" in said
    assert said.endswith("True\n")
    assert not (folder / "history.db").exists(), "nothing is kept that two could write"
    assert list((folder / ".openers").iterdir()) == []


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077])
def test_every_file_of_a_project_follows_the_umask(fal: FalDouble, tmp_path: Path, umask: int) -> None:
    code = f"""
        import os
        os.umask({umask})
        from PIL import Image
        project = open_project()
        project.submit(sd.ImageToVideo("Go", Image.new("RGB", (640, 360)), seed=7)).result(timeout=20)
        studio = sd.Studio(project)
        project.export(project.generations)
        print("ready", flush=True)
        time.sleep(60)
    """
    folder = tmp_path / "project"
    process = kernel(fal, folder, code, XDG_DATA_HOME=str(tmp_path / "own"))
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        paths = [folder, *folder.rglob("*")]
        found = {path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in paths}
        assert {"history.db", "history.db-wal", "history.db-shm"} <= found.keys()
        assert any(name.startswith("frames/") for name in found)
        for path in paths:
            wanted = (0o777 if path.is_dir() else 0o666) & ~umask
            name = path.relative_to(folder).as_posix()
            assert (name, oct(found[name])) == (name, oct(wanted))
        secret = tmp_path / "own/ipyseedance/secret"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600 & ~umask
    finally:
        process.kill()
        process.communicate()
