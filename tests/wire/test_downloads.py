"""A clip's way down: cut, changed, refused, compressed, killed and crowded, it arrives once and whole."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import Response

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of

from .clip_file import clip
from .fal_double import Call, FalDouble
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)
VERSION = {"etag": '"one"'}
NOTE = "clips/.00001-a-fox-seed42.mp4.part.json"


def downloads(fal: FalDouble) -> list[Call]:
    return [c for c in fal.calls if c.path.endswith("clip.mp4")]


def ranges(fal: FalDouble) -> list[str | None]:
    return [c.headers.get("range") for c in downloads(fal)]


def parts(folder: Path) -> list[Path]:
    """What is on its way to the clips of a project's folder."""
    return list((folder / "clips").glob(".*.part"))


def leftovers(project: sd.Project) -> list[str]:
    return [p.name for p in (project.folder / "clips").iterdir() if p.name.startswith(".")]


def arrives(fal: FalDouble, project: sd.Project) -> sd.Clip:
    clip = project.submit(FOX).result(timeout=20)
    assert clip.path.read_bytes() == fal.clip
    wait_for(lambda: not leftovers(project))
    return clip


@pytest.mark.parametrize("version", [{}, VERSION, {"last-modified": "Sun, 22 Nov 2026 10:00:00 GMT"}])
def test_a_cut_download_goes_on_from_where_it_was(fal: FalDouble, project: sd.Project, version: dict[str, str]) -> None:
    fal.line.headers, fal.line.gives = version, [4000, 0, 3000]
    arrives(fal, project)
    assert ranges(fal) == [None, "bytes=4000-", "bytes=4000-", "bytes=7000-"]
    assert [c.headers.get("if-range") for c in downloads(fal)][1:] == [*version.values(), None][:1] * 3
    assert {c.headers["accept-encoding"] for c in downloads(fal)} == {"identity"}
    assert not [c for c in downloads(fal) if "authorization" in c.headers]


def test_a_weak_etag_is_no_proof_that_the_file_is_the_same(fal: FalDouble, project: sd.Project) -> None:
    fal.line.headers, fal.line.gives = {"etag": 'W/"one"'}, [4000]
    arrives(fal, project)
    assert [c.headers.get("if-range") for c in downloads(fal)] == [None, None]


def test_a_server_without_ranges_starts_over(fal: FalDouble, project: sd.Project) -> None:
    fal.line.ranges, fal.line.gives = False, [4000, 5000]
    arrives(fal, project)
    assert ranges(fal) == [None, "bytes=4000-", "bytes=5000-"]


def other(content_range: str, headers: dict[str, str] | None = None, body: bytes = b"x" * 100) -> Response:
    return Response(body, 206, headers={"content-range": content_range} | (headers or {}))


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=416),
        Response(b"x" * 100, 206),
        other("bytes 0-99/{total}"),
        other("bytes 4000-4099/99999"),
        other("bytes 4000-3999/{total}"),
        other("items 4000-4099/{total}"),
        other("bytes 4000-4099/{total}", {"etag": '"two"'}),
        other("bytes 4000-4099/{total}", {"content-encoding": "gzip"}),
    ],
    ids=["416", "no range", "from 0", "other length", "backwards", "no bytes", "other version", "compressed"],
)  # fmt: skip
def test_an_answer_that_does_not_go_on_starts_over(fal: FalDouble, project: sd.Project, answer: Response) -> None:
    for name, value in answer.headers.items():
        answer.headers[name] = value.format(total=len(fal.clip))
    fal.line.headers, fal.line.gives, fal.line.answers = VERSION, [4000], [None, answer]
    arrives(fal, project)
    assert ranges(fal) == [None, "bytes=4000-", None]


def test_a_server_that_gives_less_than_the_rest_is_asked_for_more(fal: FalDouble, project: sd.Project) -> None:
    some = other(f"bytes 4000-4999/{len(fal.clip)}", body=fal.clip[4000:5000])
    fal.line.gives, fal.line.answers = [4000], [None, some]
    arrives(fal, project)
    assert ranges(fal) == [None, "bytes=4000-", "bytes=5000-"]


def test_a_file_that_changed_under_way_is_fetched_anew(fal: FalDouble, project: sd.Project) -> None:
    old, new = padded(clip(320, 240, 1, noise=1), clip(320, 240, 1, noise=2))
    fal.clip, fal.line.headers, fal.line.gives = old, dict(VERSION), [len(old) // 2]
    job = project.submit(FOX)
    wait_for(lambda: downloads(fal) and not fal.line.gives)
    fal.clip, fal.line.headers["etag"] = new, '"two"'
    assert job.result(timeout=20).path.read_bytes() == new


def test_halves_of_two_files_are_thrown_away(fal: FalDouble, project: sd.Project) -> None:
    whole, rest = padded(clip(320, 240, 1, noise=1), clip(320, 240, 1, noise=2))
    half = len(whole) // 2
    fal.clip, fal.line.gives = whole, [half]
    fal.line.answers = [None, other(f"bytes {half}-{len(rest) - 1}/{len(rest)}", body=rest[half:])]
    arrives(fal, project)
    assert ranges(fal) == [None, f"bytes={half}-", None]


def padded(*clips: bytes) -> list[bytes]:
    """The clips, as long as each other."""
    longest = max(map(len, clips)) + 8
    return [
        data + (longest - len(data)).to_bytes(4, "big") + b"free" + bytes(longest - len(data) - 8) for data in clips
    ]


def test_what_never_plays_is_fetched_three_times(fal: FalDouble, project: sd.Project) -> None:
    fal.clip = b"<html>not a video</html>"
    job = project.submit(FOX)
    with pytest.raises(sd.ClipNotSaved, match="not a playable video"):
        job.result(timeout=20)
    assert ranges(fal) == [None] * 3
    assert list((project.folder / "clips").iterdir()) == []


def test_progress_starts_the_patience_anew(fal: FalDouble, open_project: Open) -> None:
    fal.line.gives = [len(fal.clip) // 12] * 11
    arrives(fal, open_project(download_patience=0.3))
    assert len(downloads(fal)) == 12


@pytest.mark.parametrize("going_on", [True, False])
def test_without_progress_patience_ends(fal: FalDouble, open_project: Open, going_on: bool) -> None:
    project = open_project(download_patience=0.5)
    fal.line.gives, fal.line.ranges = [4000] + [0 if going_on else 4000] * 1000, going_on
    with pytest.raises(sd.ClipNotSaved, match="did not arrive") as caught:
        project.submit(FOX).result(timeout=20)
    assert "reopen the project" in caught.value.next_step
    assert 3 <= len(downloads(fal)) <= 6
    fal.line.gives = []
    project.close()
    again = sd.Project(project.folder, server=fal.url, key="id:secret-of-the-test")
    with again:
        wait_for(lambda: again.generations[0].clip)
    assert ranges(fal)[-1] == "bytes=4000-"


def test_a_busy_server_says_when_to_ask_again(fal: FalDouble, project: sd.Project) -> None:
    fal.line.answers = [Response(status_code=429, headers={"retry-after": "1"})]
    job = project.submit(FOX)
    wait_for(lambda: downloads(fal))
    began = time.monotonic()
    wait_for(lambda: "429" in job_of(job).trouble)
    job.result(timeout=20)
    assert time.monotonic() - began >= 0.95


@pytest.mark.parametrize("code", [400, 401, 451])
def test_a_refusal_is_not_asked_again(fal: FalDouble, project: sd.Project, code: int) -> None:
    fal.clip_answers = [code]
    with pytest.raises(sd.ClipNotSaved, match=f"HTTP {code}"):
        project.submit(FOX).result(timeout=20)
    assert len(downloads(fal)) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "no address", "http://[", ""])
def test_what_is_no_address_is_not_asked(fal: FalDouble, project: sd.Project, url: str) -> None:
    from .fal_double import Script

    fal.script = Script(result=(200, {"video": {"url": url}, "seed": 1}))
    with pytest.raises(sd.ClipNotSaved, match="no address"):
        project.submit(FOX).result(timeout=20)


def test_a_compressed_answer_is_read(fal: FalDouble, project: sd.Project) -> None:
    packed = Response(gzip.compress(fal.clip), headers={"content-encoding": "gzip"})
    fal.line.answers = [packed]
    arrives(fal, project)
    assert len(downloads(fal)) == 1


def test_many_at_once_use_few_connections(fal: FalDouble, project: sd.Project) -> None:
    fal.line.seconds = 0.05
    jobs = [project.submit(FOX.with_(seed=n), confirm=True) for n in range(40)]
    for job in jobs:
        job.result(timeout=30)
    assert 1 < fal.line.most_open <= 8
    assert len(fal.line.ports) <= 8


def test_a_killed_kernels_download_goes_on(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.clip = clip(320, 240, 1, noise=1)
    fal.line.headers, fal.line.gives, fal.line.seconds = VERSION, [600_000], 30
    dead = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox", seed=7))')
    wait_for(lambda: sum(path.stat().st_size for path in parts(tmp_path / "project")) > 500_000)
    kill(dead)
    (part,) = parts(tmp_path / "project")
    came = part.stat().st_size

    fal.line.seconds = 0
    project = open_project()
    assert project.generations[0].result(timeout=20).path.read_bytes() == fal.clip
    assert ranges(fal) == [None, f"bytes={came}-"]
    assert downloads(fal)[1].headers["if-range"] == '"one"'
    wait_for(lambda: not leftovers(project))


def leave(project: sd.Project, data: bytes, url: str, total: int) -> None:
    """Leave a part of a clip and its note, as a download does that was cut."""
    part = project.folder / f"clips/.{'0' * 32}.part"
    part.write_bytes(data)
    told = {"url": url, "total": total, "mark": "", "part": part.name}
    (project.folder / NOTE).write_text(json.dumps(told))


def test_a_part_of_another_file_is_not_gone_on_with(fal: FalDouble, project: sd.Project) -> None:
    leave(project, b"x" * 4000, "http://other", 9999)
    arrives(fal, project)
    assert ranges(fal) == [None]


@pytest.mark.parametrize("torn", [b"", b"{", b"[1]", b'{"url": 1}', b"\xff"])
def test_a_torn_note_starts_over(fal: FalDouble, project: sd.Project, torn: bytes) -> None:
    (project.folder / NOTE).write_bytes(torn)
    arrives(fal, project)
    assert ranges(fal) == [None]


def test_all_that_came_before_a_kill_is_not_asked_for_again(fal: FalDouble, project: sd.Project) -> None:
    leave(project, fal.clip, f"{fal.url}/files/clip.mp4", len(fal.clip))
    arrives(fal, project)
    assert ranges(fal) == []


def test_leftovers_go_when_nobody_else_has_the_project_open(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    project = open_project()
    clips, frames = project.folder / "clips", project.folder / "frames"
    kept = project.submit(FOX).result(timeout=20).path
    project.close()
    other = kernel(fal, tmp_path / "project", "")
    hours = {
        clips / f".{kept.name}.part": 2,
        clips / f".{kept.name}.part.json": 2,
        clips / f".{'a' * 32}.part": 8 * 24,
        clips / ".00009-x.mp4.part": 8 * 24,
        clips / ".00009-x.mp4.part.json": 8 * 24,
        frames / f".{'a' * 24}.png.{'b' * 32}.part": 8 * 24,
        frames / f".{'c' * 32}.part": 8 * 24,
        clips / ".00008-y.mp4.part": 6 * 24,
        clips / ".00008-y.mp4.part.json": 6 * 24,
    }
    for path, age in hours.items():
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age * 3600,) * 2)
    open_project().close()
    kill(other)
    assert all(path.exists() for path in hours)

    open_project()
    young = [".00008-y.mp4.part", ".00008-y.mp4.part.json"]
    wait_for(lambda: [p.name for p in sorted(clips.iterdir())] == [*young, kept.name])
    wait_for(lambda: list(frames.iterdir()) == [])


def test_what_somebody_removes_under_way_is_fetched_anew(fal: FalDouble, project: sd.Project) -> None:
    fal.line.gives, fal.line.answers = [4000], [None, Response(status_code=503, headers={"retry-after": "1"})]
    job = project.submit(FOX)
    wait_for(lambda: "503" in job_of(job).trouble)
    (part,) = parts(project.folder)
    part.unlink()
    job.result(timeout=20)
    assert ranges(fal) == [None, "bytes=4000-", "bytes=4000-", None]
