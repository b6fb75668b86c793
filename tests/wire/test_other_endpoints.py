"""Endpoints that the catalogue does not have, and one that it has besides its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.store.record import Record
from ipyseedance.store.trust import Signer
from ipyseedance.sweeps.promote import promoted
from ipyseedance.sweeps.repeat import repeated
from tests.hostile.stranger import finished, pack, row

from .conftest import KEY
from .fal_double import FalDouble, Script

Open = Callable[..., sd.Project]
VEO = "fal-ai/veo9/text-to-video"
OWN = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7).record()
THIRD = """
    from typing import Literal
    import ipyseedance as sd
    from dataclasses import replace
    from ipyseedance.contract import catalog, requests

    class Third(requests._Prompted):
        resolution: Literal["720p"] = "720p"
        aspect_ratio: Literal["16:9"] = "16:9"
        duration: requests.Seconds = 5
        generate_audio: bool = True
        style: Literal["plain", "painted"] = "plain"

    first = catalog.ENDPOINTS[0]
    catalog.ENDPOINTS += (replace(first, id="fal-ai/third/model", model="Third", title="Third", request=Third),)
"""


def test_an_endpoint_more_in_the_catalogue_is_offered_and_sent(fal: FalDouble, tmp_path: Path) -> None:
    code = textwrap.dedent(THIRD) + textwrap.dedent(f"""
    project = sd.Project({str(tmp_path / "film")!r}, server={fal.url!r}, key={KEY!r})
    studio = sd.Studio(project)
    assert [e["id"] for e in studio._catalog] == [e.id for e in catalog.ENDPOINTS]
    studio.redraft("fal-ai/third/model", {{"prompt": "A fox"}}, "test").result(20)
    assert studio._draft["quote"]["width"] == 1280, studio._draft
    job = project.submit(studio.request)
    job.result(timeout=20)
    wall = sd.Wall([job])
    assert sd.Sweep(Third("A fox"), style="plain, painted").plan(project).hits == 1
    run = project.run(sd.Sweep(Third("A fox"), style="plain, painted")).result(timeout=20)
    assert run.ids[0] == job.id
    print(project.history.df.endpoint.tolist(), repr(job), run.df["style"].tolist() if "style" in run.df else run.cells)
    project.close()
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "fal-ai/third/model" in done.stdout
    assert [call.json for call in fal.submits] == [
        {"prompt": "A fox", "resolution": "720p", "aspect_ratio": "16:9", "duration": "5", "generate_audio": True,
         "style": style}
        for style in ("plain", "painted")
    ]  # fmt: skip


def later(number: int, endpoint: str, request: dict[str, Any], **columns: Any) -> Record:
    """A row that a later version wrote."""
    said = {"request_id": f"r-{number}", "path": f"clips/{number:05d}-a-fox-seed7.mp4"}
    return finished(**{"endpoint": endpoint, "request": request} | said | columns)


@pytest.fixture
def project(tmp_path: Path, fal: FalDouble, open_project: Open) -> sd.Project:
    """A project whose rows are of an endpoint that is not known, and of later versions of one that is."""
    rows = [
        later(1, VEO, {"text": "A fox", "frames": 97, "seed": [7]}),
        later(2, VEO, {"prompt": None}, status="MOVED"),
        later(3, OWN, FOX | {"loop": True}),
        later(4, OWN, {"prompt": "A fox"}),
        later(5, "", {}),
    ]
    folder = pack(tmp_path / "project", *(replace(r, server=fal.url) for r in rows), signer=Signer.of_person())
    for record in rows:
        (folder / str(record.path)).write_bytes(fal.clip)
    return open_project()


def test_whatever_is_stored_is_shown(project: sd.Project) -> None:
    assert len(project.history.df) == 5
    assert "A fox" in repr([job.request for job in project.generations])
    assert all(repr(job) and job.clip and job.clip.html() for job in project.generations)
    studio, wall = sd.Studio(project), sd.Wall(project.generations)
    assert [r["endpoint"] for r in studio._history["rows"]] == ["", OWN, OWN, VEO, VEO]
    assert len(wall.clips) == 5
    assert len(list((project.export(project.generations)).glob("*.mp4"))) == 5
    studio.close()
    wall.close()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, f"it asked for {VEO}, which is not in this version's catalogue"),
        (3, f"it asked for {OWN}, which this version asks in another way .*loop"),
    ],
)
def test_what_cannot_be_sent_again_names_its_model(fal: FalDouble, project: sd.Project, number: int, told: str) -> None:
    job = project.by_id(number)
    acts: list[Callable[[], object]] = [
        lambda: project.submit(job.request),
        lambda: project.submit(job.request.with_(seed=8)),
        lambda: sd.estimate(job.request),
        lambda: promoted([(job, {})]),
        lambda: repeated([job], new_seeds=True),
        lambda: sd.Sweep(job.request, seed="1..2").plan(project),
    ]
    for act in acts:
        with pytest.raises(sd.InvalidRequest, match=f"(?s){told}.*Upgrade ipyseedance"):
            act()
    assert fal.submits == []


def test_what_a_later_version_left_unsent_is_not_sent_by_this_one(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    unsent = replace(row(endpoint=VEO, request={"text": "A fox"}), server=fal.url)
    pack(tmp_path / "project", unsent, signer=Signer.of_person())
    (job,) = open_project().resume()
    with pytest.raises(sd.InvalidRequest, match=VEO):
        job.result(timeout=20)
    assert fal.submits == []


def test_a_later_versions_job_that_is_under_way_is_watched_to_its_clip(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    fal.jobs["r-9"] = Script(result=None)
    going = row(endpoint=VEO, request={"text": "A fox", "seed": [7]}, status="IN_QUEUE", request_id="r-9")
    pack(tmp_path / "project", replace(going, server=fal.url), signer=Signer.of_person())
    (job,) = open_project().generations
    assert job.result(timeout=20).path.read_bytes() == fal.clip
