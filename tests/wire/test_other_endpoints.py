"""Endpoints that the catalogue does not have, and one that it has besides its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.store.record import Record
from ipyseedance.store.trust import Signer
from ipyseedance.sweeps.promote import promote
from ipyseedance.sweeps.repeat import repeat
from tests.hostile.stranger import finished, pack, row

from .clip_file import clip
from .conftest import KEY
from .fal_double import FalDouble, Script

Open = Callable[..., sd.Project]
VEO = "fal-ai/veo9/text-to-video"
OWN = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7).record()
ROOT = Path(__file__).parents[2]
WALK = """
import sys
sys.path.insert(0, {root!r})
import pandas as pd
from PIL import Image
import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.finding import Find
from ipyseedance.widgets.snippets import code_for
from tests.third_endpoint import ID, Scriptwriter, offer

offer()
red, blue = (Image.new("RGB", (640, 400), colour) for colour in ("red", "blue"))
request = Scriptwriter("A fox at dusk", length="8s", opening_picture=red, looks_like=[blue, red])
assert (request.endpoint, request.prompt, request.seconds, request.resolution) == (ID, "A fox at dusk", 8.0, "draft")
assert (request.ratio, request.sound, request.seed) == ("wide", None, None)
assert [m.key for m in request.media] == ["opening_picture", "looks_like[0]", "looks_like[1]"]
assert list(request.frames) == [m.key for m in request.media] and request.fields["length"] == "8s"
assert (sd.estimate(request), sd.estimate(request.with_(quality="final"))) == (0.05, 0.2)
assert request.resolved() == request

project = sd.Project({folder!r}, server={url!r}, key={key!r}, budget=5)
studio = sd.Studio(project)
assert [e["id"] for e in studio._catalog] == [e.id for e in catalog.ENDPOINTS]
studio.redraft(ID, {{"script": "A fox at dusk"}}, "test").result(20)
assert (studio._draft["quote"]["width"], studio._draft["quote"]["cost"]) == (320, 0.05), studio._draft
assert studio.request == Scriptwriter("A fox at dusk")
given = {{"script": "A fox at dusk", "opening_picture": red, "looks_like": [blue]}}
studio.redraft(ID, given, "test").result(20)
assert studio.request == Scriptwriter(**given), studio._draft
assert studio._draft["fields"]["opening_picture"]["width"] == 640 and "looks_like" not in studio._draft["fields"]

clip = project.submit(request).result(timeout=20)
assert clip.path.name.startswith("00001-a-fox-at-dusk") and clip.prompt == "A fox at dusk" and clip.seed is None
assert "seed" not in repr(clip) + clip.html()
assert clip.request == request
sweep = sd.Sweep(Scriptwriter("A {{animal}}"), animal=["fox", "owl"], length=["4s", "8s"])
run = project.run(sweep).result(timeout=20)
assert len(run.clips) == 4 and sweep.plan(project).hits == 4
assert [job.request.prompt for job in run.generations] == ["A fox", "A fox", "A owl", "A owl"]
assert run.df["animal"].tolist() == ["fox", "fox", "owl", "owl"]
assert sd.Sweep(Scriptwriter("A fox"), looks_like=[[red], [blue]]).plan().to_run == 2
try:
    sd.Sweep(Scriptwriter("A fox"), seed=[1, 2])
except sd.InvalidRequest as error:
    assert "neither a field of Scriptwriter" in str(error), error
else:
    raise AssertionError("it has no seed")

promoted = run.promote({{"animal": "owl", "length": "8s"}}, resolution="final")
assert [r.quality for r in promoted.requests] == ["final"] and promoted.estimate() == 0.2
wall = sd.Wall(run)
assert len(wall.clips) == 4
df = project.history.df
assert df.model.tolist() == ["Scriptwriter"] * 5 and df.fields[0]["script"] == "A fox at dusk"
found = workspace_of(project).store.found
assert found(Find(seconds=(8.0,), resolution=("draft",), ratio=("wide",), model=("Scriptwriter",))) == [5, 3, 1]
assert found(Find(words=("owl",))) == [5, 4] and found(Find(sound=False)) == []
folder = project.export(run)
page = (folder / "index.html").read_text()
assert "A owl" in page and "length 8s" in page and "given frame" not in page
given = (project.export(clip) / "index.html").read_text()
assert given.count("given frame") == 3, given
assert len(pd.read_csv(folder / "clips.csv")) == 4
code = code_for(job_of(project.by_id(1)), "python")
scope = {{}}
exec(code.split("project = ")[0], scope)
assert scope["request"].fields["script"] == "A fox at dusk", code
job = job_of(project.by_id(1))
told = "given 2 files as looks_like, which are not in this code"
assert all(told in code_for(job_of(project.by_id(1)), language) for language in ("python", "javascript", "curl"))
assert '"length": "8s"' in code_for(job, "javascript") and "8s" in code_for(job, "curl")
project.judge(clip, star=True)
studio.close()
wall.close()
project.close()
print("walked")
"""
GONE = """
import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.finding import Find

project = sd.Project({folder!r}, server={url!r}, key={key!r})
df = project.history.df
assert df.model.tolist() == ["Scriptwriter"] * 5 and df.fields[4]["length"] == "8s"
assert workspace_of(project).store.found(Find(seconds=(8.0,), resolution=("draft",))) == [5, 3, 1]
# Which of its fields was the prompt nobody knows any more; what the columns of its row say stands.
assert [job.clip.prompt for job in project.generations][:2] == ["", ""]
asked = job_of(project.by_id(1)).record.asked
assert (asked.seconds, asked.resolution, asked.ratio) == (8, "draft", "wide")
studio, run = sd.Studio(project), project.sweep_run("sweep-1")
assert all(row["prompt"].startswith("Request ") for row in studio._history["rows"])
wall = sd.Wall(run)
assert len(wall.clips) == len(run.clips) == 4 and (project.export(run) / "index.html").exists()
try:
    project.submit(project.by_id(1).request)
except sd.InvalidRequest as error:
    assert "not in this version's catalogue" in str(error), error
else:
    raise AssertionError("it was sent")
project.close()
print("gone")
"""


def test_an_endpoint_that_calls_everything_something_else(fal: FalDouble, tmp_path: Path) -> None:
    """From a request to its file, sweep, wall, filter, promotion, export and code; and when it is known no more."""
    fal.clip = clip(320, 180, 4)
    fal.script = Script(result=(200, {"video": {"url": f"{fal.url}/files/clip.mp4"}}))
    names = {"root": str(ROOT), "folder": str(tmp_path / "film"), "url": fal.url, "key": KEY}
    for code, said in ((WALK, "walked"), (GONE, "gone")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(**names)], capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == said
    bodies = [call.json for call in fal.submits]
    assert len(bodies) == 5
    first, *others = bodies
    assert first["script"] == "A fox at dusk"
    assert first["opening_picture"] == first["looks_like"][1] != first["looks_like"][0]
    assert all(address.startswith("http") for address in first["looks_like"])
    assert sorted((body["script"], body["length"]) for body in others) == [
        ("A fox", "4s"), ("A fox", "8s"), ("A owl", "4s"), ("A owl", "8s"),
    ]  # fmt: skip
    assert not any("seed" in body for body in bodies)


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
        lambda: promote([(job_of(job), {})]),
        lambda: repeat([job_of(job)], new_seeds=True),
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
