"""Names and links: nothing outside a project's folder is read, written, handed on or deleted for the folder's sake."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import FrameError
from ipyseedance.doors import names
from ipyseedance.jobs import previews as looking
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store import clips
from tests.wire.clip_file import clip
from tests.wire.fal_double import FalDouble

from .conftest import Open
from .stranger import NAMES, SECRET, change, finished, pack, row

FOX = sd.TextToVideo("A fox", seed=7, resolution="480p", duration=4)
PATHS = (
    "../secret", "clips/../../secret", "clips/../../secret.mp4", "clips/sub/../../../secret.mp4", "/etc/passwd",
    "clips//etc/passwd", "clips/./../../secret.mp4", "frames/../../secret", "history.db", "clips/../history.db",
    "clips\\..\\..\\secret.mp4", "C:\\secret.mp4", "clips/C:secret.mp4", "clips/secret.mp4:stream",
    "\\\\host\\share\\a.mp4", "clips/NUL.mp4", "clips/con .mp4", "clips/.mp4", "clips/ .mp4", "clips/a\0.mp4",
    "clips/a\n.mp4", "clips/a\u202e.mp4", "clips/a.jpg", "clips/a", "clips", "clips/", "", "file:///etc/passwd",
    "https://example.com/a.mp4", "CLIPS/a.mp4", "clips/" + "a" * 300 + ".mp4",
)  # fmt: skip


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, by name; a folder's value is None."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


def picture(size: tuple[int, int] = (640, 360), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def answers(project: sd.Project, kind: str, **message: Any) -> list[bytes]:
    """What Studio gives a page for a message, or nothing where it refuses."""
    studio = sd.Studio(project)
    try:
        _, buffers = job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(20)
        return buffers
    except (sd.SeedanceError, FrameError):
        return []
    finally:
        studio.close()


# Reading: what a row, or a link, may hand on.


@pytest.mark.parametrize("path", PATHS)
def test_a_stored_name_is_a_clips_name_or_none(tmp_path: Path, path: str) -> None:
    assert names.clip_path(tmp_path, path) is None
    assert names.frame_path(tmp_path, path) is None


@pytest.mark.parametrize("path", ["../../secret", "clips/../../../secret", "frames/../../secret"])
def test_a_path_out_of_the_folder_hands_on_nothing(tmp_path: Path, opening: Open, path: str) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    folder = pack(tmp_path / "sub" / "project", finished(path="clips/a.mp4"))
    change(folder, path=path)
    before = tree(tmp_path)
    nothing_comes_out(opening(folder, server="offline"), tmp_path)
    assert {name: data for name, data in tree(tmp_path).items() if "project" not in name} == {
        name: data for name, data in before.items() if "project" not in name
    }


@pytest.mark.parametrize("how", ["absolute", "relative", "folder", "hard", "pipe"])
def test_a_link_among_the_clips_hands_on_nothing(tmp_path: Path, opening: Open, how: str) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    folder = pack(tmp_path / "project", finished(path="clips/00001-a.mp4"))
    name = folder / "clips" / "00001-a.mp4"
    if how == "absolute":
        name.symlink_to(tmp_path / "secret")
    elif how == "relative":
        name.symlink_to("../../secret")
    elif how == "folder":
        name.symlink_to(tmp_path)
    elif how == "hard":
        name.hardlink_to(tmp_path / "secret")
    else:
        os.mkfifo(name)
    nothing_comes_out(opening(folder, server="offline"), tmp_path)


def nothing_comes_out(project: sd.Project, home: Path) -> None:
    """By no way does the secret get out of the project: not shown, not exported, not sent to a page."""
    (job,) = project.generations
    told: list[str | bytes] = [repr(job), project.history.df.to_csv()]
    clip = job.clip
    if clip is not None:
        told += [clip.html(), clip.html(embed=True), clip.html(embed=False), json.dumps(clip._repr_mimebundle_())]
        for frame in (clip.first_frame, clip.last_frame):
            with pytest.raises(sd.SeedanceError):
                frame()
    for look in (looking.poster_of, looking.film_of, looking.waveform_of):
        with pytest.raises(sd.SeedanceError):
            told.append(str(look(job_of(job))))
    with pytest.raises(sd.SeedanceError):
        project.poster(job)
    with contextlib.suppress(sd.SeedanceError):
        target = project.export([job], home / "export")
        told += [data for data in tree(target).values() if data]
    for kind, message in (("clip", {"gid": 1}), ("poster", {"gid": 1}), ("thumb", {"frame": "../secret"})):
        told += answers(project, kind, **message)
    for text in told:
        data = text.encode() if isinstance(text, str) else text
        for form in (SECRET, base64.b64encode(SECRET)[:40], SECRET[:20], SECRET.hex().encode()[:40]):
            assert form not in data


@pytest.mark.parametrize("how", ["row", "link", "hard"])
def test_frames_hand_on_nothing(tmp_path: Path, opening: Open, how: str) -> None:
    """A picture that a row names: given beside the clip, shown small, exported, sent again."""
    (tmp_path / "secret").write_bytes(SECRET)
    token = "0123456789abcdef01234567"
    request = sd.ImageToVideo("Go", picture(), seed=7)
    name = "frames/../../secret" if how == "row" else f"frames/{token}.png"
    data = finished().request | request.record() | {"image_url": name}
    folder = pack(tmp_path / "project", finished(endpoint=row(request).endpoint, request=data))
    (folder / "clips" / "00001-a-fox-seed7.mp4").write_bytes(clip(864, 496, 1))
    if how == "link":
        (folder / "frames" / f"{token}.png").symlink_to(tmp_path / "secret")
    elif how == "hard":
        (folder / "frames" / f"{token}.png").hardlink_to(tmp_path / "secret")
    project = opening(folder, server="offline")
    (job,) = project.generations
    assert all(frame.data is None for frame in job.request.frames.values())
    with pytest.raises(sd.SeedanceError):
        job_thread().start(looking.beside(workspace_of(project), job_of(job), "start")).result(20)
    assert all(SECRET not in (data or b"") for data in tree(project.export([job], tmp_path / "out")).values())
    for frame in (token, "../../secret", "*", "[0-9a-f]*"):
        assert answers(project, "thumb", frame=frame) == []
    with pytest.raises(sd.InvalidRequest):
        project.submit(job.request.with_(seed=8)).result(20)


# Writing.


def test_opening_a_folder_writes_through_no_link(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    """A row that waits for its clip, and links where the clip's parts, poster and the like were written."""
    targets = ("authorized_keys", "startup.py", "poster", "film", "wave", "note", "clip")
    folder = pack(tmp_path / "project", finished(server=double.url, path=None, url=f"{double.url}/files/clip.mp4"))
    stem = "00001-a-fox-seed7"
    names = (f".{stem}.mp4.part", f".{stem}.mp4.part.json", f"{stem}.jpg", f"{stem}.film24.jpg", f"{stem}.wave96.json",
             f"{stem}.mp4", f".{'0' * 32}.part")  # fmt: skip
    for name, target in zip(names, targets, strict=True):
        (folder / "clips" / name).symlink_to(f"../../{target}")
    project = opening(folder)
    assert not double.calls  # before a person says so, nothing is asked
    (job,) = project.resume()
    job.result(timeout=20)
    project.poster(job)
    looking.film_of(job_of(job))
    looking.waveform_of(job_of(job))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project"]
    assert not (folder / "clips" / f"{stem}.mp4").is_symlink()
    assert not (folder / "clips" / f"{stem}.jpg").is_symlink()


def test_a_link_planted_while_a_clip_comes_is_not_followed(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    """In a group's folder another member may change anything while a job runs."""
    outside = tmp_path / "outside"
    outside.mkdir()
    double.clip = clip(320, 240, 1, noise=1)
    double.line.gives, double.line.seconds = [300_000], 0
    project = opening(tmp_path / "project")
    room = project.folder / "clips"
    release = threading.Event()

    def plant(generation: sd.Generation | None) -> None:
        if generation is not None and generation.status == "COMPLETED" and not release.is_set():
            release.set()
            room.rename(project.folder / "clips-before")
            room.symlink_to(outside)

    project.observe(plant)
    job = project.submit(FOX)
    with pytest.raises(sd.ClipNotSaved, match="link"):
        job.result(timeout=20)
    assert list(outside.iterdir()) == []
    assert job.request_id in double.taken  # and nothing is lost
    room.unlink()
    (project.folder / "clips-before").rename(room)
    project.close()
    assert opening(tmp_path / "project").generations[0].result(timeout=20).path.read_bytes() == double.clip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["somewhere", "nowhere", "file"])
def test_a_room_that_is_a_link_is_refused(tmp_path: Path, name: str, target: str) -> None:
    folder = pack(tmp_path / "project")
    outside = tmp_path / "somewhere"
    outside.mkdir()
    for left in ("old.lock", f"{'0' * 32}.lock", f".{'0' * 32}.part", ".00001-a.mp4.part", "asking"):
        (outside / left).write_bytes(b"keep me")
        os.utime(outside / left, (1e9, 1e9))
    (tmp_path / "file").write_bytes(b"keep me")
    if (folder / name).is_dir():
        for file in (folder / name).iterdir():
            file.unlink()
        (folder / name).rmdir()
    (folder / name).symlink_to(tmp_path / target)
    before = {key: data for key, data in tree(tmp_path).items() if not key.startswith("project")}
    with pytest.raises(sd.InvalidRequest, match=rf"{name.replace('.', '[.]')} is a link"):
        sd.Project(folder, server="offline")
    clips.sweep(folder)
    after = {key: data for key, data in tree(tmp_path).items() if not key.startswith("project")}
    assert before == after


@pytest.mark.parametrize("name", ["history.db", "history.db-wal", "history.db-shm", "history.db-journal"])
@pytest.mark.parametrize("dangling", [True, False])
def test_a_history_that_is_a_link_is_refused(tmp_path: Path, name: str, dangling: bool) -> None:
    folder = pack(tmp_path / "project", row())
    target = tmp_path / "theirs.db"
    if not dangling:
        target.write_bytes(b"")  # SQLite would make it one of ours
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    with pytest.raises(sd.InvalidRequest, match="is a link"):
        sd.Project(folder, server="offline")
    assert target.read_bytes() == b"" if target.exists() else dangling


def test_locks_are_no_links_and_have_our_names(tmp_path: Path, opening: Open) -> None:
    """An opener's id comes from a row, and its lock lies where anybody may have put a link."""
    outside = tmp_path / "start-up.lock"
    outside.write_bytes(b"import os")
    folder = pack(
        tmp_path / "project",
        finished(path=None, owner="../../start-up", request_id="r-1"),
        finished(path=None, owner="1" * 32, request_id="r-2"),
    )
    openers = folder / ".openers"
    openers.mkdir()
    (openers / f"{'1' * 32}.lock").symlink_to(outside)
    (openers / "asking").symlink_to(outside)
    (openers / "notes.lock").write_bytes(b"keep me")
    os.utime(openers / "notes.lock", (1e9, 1e9))
    os.utime(outside, (1e9, 1e9))
    project = opening(folder, server="offline")
    assert [record.id for record in workspace_of(project).store.unsettled()] == [1, 2]
    assert outside.read_bytes() == b"import os"
    assert outside.stat().st_mtime == 1e9
    assert (openers / "notes.lock").read_bytes() == b"keep me"
    project.close()
    assert outside.read_bytes() == b"import os"


def test_only_our_names_are_cleared_away(tmp_path: Path) -> None:
    folder = pack(tmp_path / "project")
    (tmp_path / "thesis.part").write_bytes(b"keep me")
    ours = [f"clips/.{'a' * 32}.part", "clips/.00001-a-fox-seed7.mp4.part", "clips/.00001-a-fox-seed7.mp4.part.json",
            f"frames/.{'a' * 24}.png.{'b' * 32}.part"]  # fmt: skip
    theirs = [
        "clips/.thesis.part",
        "clips/.a.part.json",
        "clips/a.part",
        "frames/.notes.json.part",
        f"clips/{'a' * 32}.part",
    ]
    for name in ours + theirs:
        (folder / name).write_bytes(b"")
        os.utime(folder / name, (1e9, 1e9))
    (folder / f"clips/.{'c' * 32}.part").symlink_to(tmp_path / "thesis.part")
    clips.sweep(folder)
    left = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.parent.name in ("clips", "frames")}
    assert left == {*theirs, f"clips/.{'c' * 32}.part"}
    assert (tmp_path / "thesis.part").read_bytes() == b"keep me"


# What lies beside a clip is a stranger's too.


@pytest.mark.parametrize(
    "data", [b"", b"[" * 100_000, b'{"a": 1}', b"[1e999]", b"[NaN]", b"[-1]", b"[101]", b'["<b>"]', b"\xff", b"[1]"]
)
def test_a_waveform_that_is_none_is_made_anew(tmp_path: Path, opening: Open, data: bytes) -> None:
    folder = pack(tmp_path / "project", finished())
    (folder / "clips" / "00001-a-fox-seed7.mp4").write_bytes(clip(320, 240, 1))
    (folder / "clips" / "00001-a-fox-seed7.wave96.json").write_bytes(data)
    levels = looking.waveform_of(job_of(opening(folder, server="offline").generations[0]))
    assert len(levels) in (0, 96)
    assert all(type(level) is int and 0 <= level <= 100 for level in levels)


@pytest.mark.parametrize("data", [b"<script>alert(1)</script>", b"%!PS-Adobe-3.0 EPSF-3.0", b"", b"\x89PNG\r\n\x1a\n"])
def test_a_poster_that_is_none_is_made_anew(tmp_path: Path, opening: Open, data: bytes) -> None:
    folder = pack(tmp_path / "project", finished())
    (folder / "clips" / "00001-a-fox-seed7.mp4").write_bytes(clip(320, 240, 1))
    (folder / "clips" / "00001-a-fox-seed7.jpg").write_bytes(data)
    project = opening(folder, server="offline")
    assert Image.open(io.BytesIO(project.poster(project.generations[0])), formats=["JPEG"]).size == (320, 240)
