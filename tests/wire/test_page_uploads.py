"""Pictures that a page gives lie in the project, used or not, and few of them in memory."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.store import clips
from ipyseedance.widgets.pictures import Pictures

from .fal_double import FalDouble

IMAGE = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video"
DAY = 86_400


def picture(seed: int) -> bytes:
    """A PNG of noise: 480 kB."""
    out = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (400, 400, 3), np.uint8)
    Image.fromarray(noise).save(out, "PNG")
    return out.getvalue()


def answer(studio: sd.Studio, kind: str, buffer: bytes = b"", **message: Any) -> dict[str, Any]:
    value: dict[str, Any] = (
        job_thread().start(studio._answers.answer({"kind": kind, **message}, [buffer])).result(20)[0]
    )
    return value


def upload(studio: sd.Studio, data: bytes) -> dict[str, Any]:
    return answer(studio, "upload", data, upload="u", name="a.png", index=0, last=True)


def test_many_chosen_pictures_stay_usable_and_out_of_memory(project: sd.Project) -> None:
    used: set[str] = set()
    pictures = Pictures(project, in_use=lambda: used, at_hand=1_000_000)
    given = {}
    for n in range(12):
        frame = sd.Frame.from_bytes(picture(n), name=f"{n}.png")
        if n == 0:
            used.add(frame.token)
        given[pictures.value(frame)["frame"]] = frame.sha256
    assert sum(len(frame.data or b"") for frame in pictures._frames.values()) <= 2_000_000
    assert {token: pictures.frame(token).sha256 for token in given} == given
    assert sum(len(frame.data or b"") for frame in pictures._frames.values()) <= 2_000_000


def test_an_uploaded_picture_is_there_for_the_next_kernel(
    fal: FalDouble, open_project: Callable[..., sd.Project]
) -> None:
    project = open_project()
    studio = sd.Studio(project)
    frame = upload(studio, picture(1))
    studio.close()
    project.close()
    studio = sd.Studio(open_project())
    fields = {"prompt": "Go", "image_url": frame, "resolution": "480p", "duration": "4"}
    assert answer(studio, "submit", endpoint=IMAGE, fields=fields, shown={"clips": 1, "dollars": 5.0})
    (job,) = studio.project.generations
    job.result(20)
    assert job_of(job).record.request["image_url"] == f"frames/{frame['frame']}.png"
    assert len(fal.submits) == 1
    studio.close()


def test_a_picture_that_was_never_used_goes_after_a_month(project: sd.Project) -> None:
    studio = sd.Studio(project)
    old, young = upload(studio, picture(1))["frame"], upload(studio, picture(2))["frame"]
    room = project.folder / ".uploads"
    (room / "notes.txt").write_text("Somebody's own")
    for name, days in ((f"{old}.png", 31), (f"{young}.png", 29), ("notes.txt", 99)):
        os.utime(room / name, (time.time() - days * DAY,) * 2)
    clips.sweep(project.folder)
    assert {path.name for path in room.iterdir()} == {f"{young}.png", "notes.txt"}
    studio.close()


def test_a_picture_that_cannot_be_kept_is_told(project: sd.Project) -> None:
    studio = sd.Studio(project)
    (project.folder / ".uploads").write_text("in the way")
    with pytest.raises(sd.ProjectUnusable, match=r"could not be written to \.uploads/.*Nothing was sent"):
        upload(studio, picture(1))
    studio.close()


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_folder_whose_uploads_are_a_link_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "film").mkdir()
    (tmp_path / "film" / ".uploads").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(sd.InvalidRequest, match="is a link"):
        sd.Project(tmp_path / "film", server="offline")
