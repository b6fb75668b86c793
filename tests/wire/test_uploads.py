"""One picture is uploaded once, however many jobs have it, until it may be gone."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store import uploads
from tests.third_endpoint import SCRIPTWRITER, Scriptwriter

from .fal_double import FalDouble, Script

Open = Callable[..., sd.Project]
FIVE_DAYS = 5 * 86_400


def picture(seed: int = 1) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (400, 600, 3), np.uint8))


def puts(fal: FalDouble) -> int:
    return sum(call.method == "PUT" and call.path.startswith("/files/") for call in fal.calls)


def addresses(fal: FalDouble) -> list[str]:
    return [call.json["image_url"] for call in fal.submits]


def cells(count: int, start: Any) -> sd.Sweep:
    return sd.Sweep(sd.ImageToVideo("Go {where}", start, seed=1), where=[str(n) for n in range(count)])


def done(jobs: list[sd.Generation]) -> None:
    for job in jobs:
        job.result(timeout=40)


def stored(project: sd.Project) -> list[Any]:
    with sqlite3.connect(project.folder / "history.db") as connection:
        return connection.execute("SELECT service, sha256, url, expires_at FROM uploads").fetchall()


def change(project: sd.Project, **values: Any) -> None:
    """As whoever had the folder in between may have."""
    connection = sqlite3.connect(project.folder / "history.db")
    with connection:
        for name, value in values.items():
            connection.execute(f"UPDATE uploads SET {name} = ?", (value,))
    connection.close()


def test_a_sweep_uploads_its_start_frame_once(fal: FalDouble, project: sd.Project) -> None:
    run = project.run(cells(12, picture()), confirm=True)
    done(run.generations)
    assert (len(fal.submits), puts(fal)) == (12, 1)
    assert len(set(addresses(fal))) == 1
    done([project.submit(sd.ImageToVideo("Once more", picture(), seed=2))])
    assert puts(fal) == 1


def test_two_pictures_are_two_uploads(fal: FalDouble, project: sd.Project) -> None:
    done([project.submit(sd.ImageToVideo("Go", picture(1), end_image_url=picture(2), seed=n)) for n in range(3)])
    assert puts(fal) == 2


def test_an_upload_is_remembered_by_the_next_kernel(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    done([project.submit(sd.ImageToVideo("Go", picture(), seed=1))])
    ((service, _, url, expires_at),) = stored(project)
    assert (service, url) == (fal.url, addresses(fal)[0])
    assert expires_at == pytest.approx(time.time() + FIVE_DAYS, abs=100)
    project.close()
    done([open_project().submit(sd.ImageToVideo("Go", picture(), seed=2))])
    assert puts(fal) == 1
    assert len(set(addresses(fal))) == 1


ODD: dict[str, dict[str, Any]] = {
    "expired": {"expires_at": 1.0},
    "lasts too long": {"expires_at": 3e9},
    "no time": {"expires_at": "soon"},
    "another's": {"url": "OTHER"},
    "of this machine": {"url": "http://127.0.0.1:9/secret.png"},
    "gone": {},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_may_not_be_there_is_uploaded_anew(fal: FalDouble, open_project: Open, odd: dict[str, Any]) -> None:
    project = open_project()
    done([project.submit(sd.ImageToVideo("Go", picture(), seed=1))])
    project.close()
    other = fal.add_picture(b"of somebody else")
    change(project, **{name: other if value == "OTHER" else value for name, value in odd.items()})
    if not odd:
        fal.files.clear()
    done([open_project().submit(sd.ImageToVideo("Go", picture(), seed=2))])
    assert puts(fal) == 2
    first, second = addresses(fal)
    assert second not in (first, other)
    assert len(stored(project)) == 1


def test_another_services_upload_is_not_named(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    from .fal_double import serving

    project = open_project()
    done([project.submit(sd.ImageToVideo("Go", picture(), seed=1))])
    project.close()
    with serving() as other:
        second = open_project(server=other.url)
        done([second.submit(sd.ImageToVideo("Go", picture(), seed=1))])
        assert addresses(other)[0].startswith(other.url)
        second.close()
    assert len(stored(project)) == 2


def test_one_that_gives_up_leaves_the_upload_to_the_others(fal: FalDouble, project: sd.Project) -> None:
    fal.on_upload = "hold"
    jobs = [project.submit(sd.ImageToVideo("Go", picture(), seed=n)) for n in range(3)]
    while not fal.uploads:
        time.sleep(0.01)
    jobs[0].cancel()
    fal.release.set()
    done(jobs[1:])
    with pytest.raises(sd.GenerationCancelled):
        jobs[0].result(timeout=20)
    assert (len(fal.submits), puts(fal)) == (2, 1)


def test_an_upload_that_stumbles_is_made_again_once_for_all(fal: FalDouble, open_project: Open) -> None:
    project = open_project(submit_patience=60.0)
    fal.on_upload = [(503, {"detail": "Later"})]
    done([project.submit(sd.ImageToVideo("Go", picture(), seed=n)) for n in range(6)])
    assert puts(fal) == 1


def test_an_upload_that_is_refused_once_fails_one_job_at_most(fal: FalDouble, project: sd.Project) -> None:
    fal.on_upload = [(400, {"detail": "No"})]
    jobs = [project.submit(sd.ImageToVideo("Go", picture(), seed=n)) for n in range(4)]
    ended = []
    for job in jobs:
        try:
            job.result(timeout=20)
        except sd.GenerationFailed as error:
            ended.append(error)
    assert len(ended) == 1
    assert (len(fal.submits), puts(fal)) == (3, 1)


@pytest.mark.parametrize("kind", ["file_download_error", "image_load_error"])
@pytest.mark.parametrize("where", ["submit", "result"])
def test_a_picture_that_the_service_cannot_fetch_is_uploaded_anew_by_the_next_try(
    fal: FalDouble, project: sd.Project, kind: str, where: str
) -> None:
    """The refused request may have been billed, so it is not sent again by itself."""
    refused = (422, {"detail": [{"loc": ["body", "image_url"], "msg": "Failed to download", "type": kind}]})
    if where == "submit":
        fal.on_submit = refused
    else:
        fal.script = Script(result=refused)
    job = project.submit(sd.ImageToVideo("Go", picture(), seed=1))
    with pytest.raises(sd.GenerationFailed, match="uploaded anew") as caught:
        job.result(timeout=20)
    assert (caught.value.charged, len(fal.submits), stored(project)) == ("maybe", 1, [])
    fal.on_submit, fal.script = None, Script()
    done([project.submit(sd.ImageToVideo("Go", picture(), seed=1))])
    assert puts(fal) == 2
    first, second = addresses(fal)
    assert first != second


def test_closing_ends_an_upload(fal: FalDouble, project: sd.Project) -> None:
    fal.on_upload = "hold"
    job = project.submit(sd.ImageToVideo("Go", picture(), seed=1))
    while not fal.uploads:
        time.sleep(0.01)
    closing = threading.Thread(target=project.close)
    closing.start()
    closing.join(20)
    assert not closing.is_alive()
    assert not fal.submits
    assert [record.status for record in workspace_of(project).store.all()] == ["PENDING"]
    assert job.done


def test_an_upload_is_kept_well_within_the_seven_days_of_fal() -> None:
    assert 86_400 <= uploads.KEPT <= 6 * 86_400


def test_so_are_pictures_of_a_list(fal: FalDouble, open_project: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "ENDPOINTS", (*catalog.ENDPOINTS, SCRIPTWRITER))
    project = open_project()
    request = Scriptwriter(script="A fox", looks_like=(picture(1), picture(2)))
    refusal = {"detail": [{"loc": ["body", "looks_like"], "msg": "Failed", "type": "file_download_error"}]}
    fal.script = Script(result=(422, refusal))
    with pytest.raises(sd.GenerationFailed, match="uploaded anew"):
        project.submit(request).result(timeout=20)
    assert (puts(fal), stored(project)) == (2, [])
