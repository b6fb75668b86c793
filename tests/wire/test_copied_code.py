"""Code that is copied from a clip runs as it is, from any folder, and asks for the same once more."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.jobs.ask import intent
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.job import Job
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.widgets.snippets import code_for

from .conftest import KEY
from .fal_double import FalDouble

Open = Callable[..., sd.Project]
PACKAGE = Path(__file__).parents[2] / "js" / "package.json"
NASTY = 'It\'s "dusk" \\ `ls` $HOME ${x} \\n %s {y}\n</script> — fox 狐 🦊'


def picture(color: str) -> Image.Image:
    return Image.new("RGB", (640, 360), color)


def png(color: str) -> bytes:
    out = io.BytesIO()
    picture(color).save(out, "PNG")
    return out.getvalue()


KINDS: dict[str, Callable[[FalDouble], sd.VideoRequest]] = {
    "text": lambda fal: sd.TextToVideo("A fox", seed=7, duration=8, resolution="480p", camera_fixed=True),
    "no seed": lambda fal: sd.TextToVideo("A fox"),
    "odd letters": lambda fal: sd.TextToVideo(NASTY, seed=7),
    "image": lambda fal: sd.ImageToVideo("Go", picture("red"), seed=7),
    "two images": lambda fal: sd.ImageToVideo(NASTY, picture("red"), end_image_url=picture("blue"), seed=7),
    "an address of the service": lambda fal: sd.ImageToVideo("Go", fal.add_picture(png("green")), seed=7),
}


@pytest.fixture(params=KINDS)
def job(request: pytest.FixtureRequest, fal: FalDouble, open_project: Open) -> sd.Generation:
    made = open_project().submit(KINDS[request.param](fal))
    made.result(timeout=20)
    return made


def body_of(fal: FalDouble, number: int) -> dict[str, Any]:
    """What was submitted, with a picture's bytes in the place of the address it was uploaded to."""
    found = fal.submits[number].json
    return {name: fal.files.get(str(value).rpartition("/")[2], value) for name, value in found.items()}


RUN = """
    import ast, asyncio, sys
    code = compile(sys.stdin.read(), "copied", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    scope = {}

    async def run():
        await eval(code, scope)

    try:
        asyncio.run(run())
    finally:
        if "project" in scope:
            scope["project"].close()
    print(scope["clip"].path)
"""


def run_python(code: str, place: Path) -> subprocess.CompletedProcess[str]:
    place.mkdir(exist_ok=True)
    command = [sys.executable, "-c", textwrap.dedent(RUN)]
    return subprocess.run(command, input=code, cwd=place, capture_output=True, encoding="utf-8", timeout=60)


def test_python(fal: FalDouble, open_project: Open, job: sd.Generation, tmp_path: Path) -> None:
    project = open_project()
    code = code_for(job_of(job), "python", workspace_of(project).connection.choice)
    assert KEY not in code
    elsewhere = tmp_path / "elsewhere"
    done = run_python(code.replace("key=...", f"key={KEY!r}"), elsewhere)
    assert done.returncode == 0, done.stderr
    assert body_of(fal, 1) == body_of(fal, 0)
    again = project.generations[1] if project.generations[0].id == job.id else project.generations[0]
    assert again.request.record() == job.request.record()
    assert Path(done.stdout.strip()).parent == project.folder / "clips", "it is kept in the project that is shown"
    assert list(elsewhere.iterdir()) == [], "and no other is made"


def test_python_without_the_key_of_a_service_spends_nothing(fal: FalDouble, open_project: Open, tmp_path: Path) -> None:
    project = open_project()
    job = project.submit(sd.TextToVideo("A fox", seed=7))
    job.result(timeout=20)
    done = run_python(code_for(job_of(job), "python", workspace_of(project).connection.choice), tmp_path / "elsewhere")
    assert "InvalidRequest" in done.stderr
    assert "key" in done.stderr
    assert len(fal.submits) == 1


def test_python_opens_no_other_project_in_the_same_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, server in (("", "auto"), (KEY, "offline"), (KEY, "auto")):
        monkeypatch.setenv("FAL_KEY", key)
        with sd.Project(tmp_path / "film", server=server) as project:
            job = intent(workspace_of(project), sd.TextToVideo("A fox", seed=7))
            code = code_for(Job(job, project.folder), "python", workspace_of(project).connection.choice)
            opening = next(line for line in code.splitlines() if line.startswith("project = "))
            scope: dict[str, Any] = {"sd": sd}
            exec(opening, scope)
            assert scope["project"] is project
            assert not project.closed


def test_python_of_a_picture_that_is_gone(fal: FalDouble, open_project: Open, tmp_path: Path) -> None:
    project = open_project()
    job = project.submit(sd.ImageToVideo("Go", picture("red"), seed=7))
    job.result(timeout=20)
    frame = next((project.folder / "frames").iterdir())
    frame.unlink()
    code = code_for(job_of(job), "python", workspace_of(project).connection.choice).replace("key=...", f"key={KEY!r}")
    assert f"# {frame.name} is gone from the project: give image_url another picture.\n" in code
    done = run_python(code, tmp_path / "elsewhere")
    assert "InvalidRequest" in done.stderr
    assert "image_url" in done.stderr
    assert len(fal.submits) == 1


CLIENT = """
    import {{ createRequire }} from "node:module";
    const {{ createFalClient }} = createRequire({package})("@fal-ai/client");
    const here = (url) => url.replace(/^https:[/][/](queue[.]fal[.]run|rest[.]fal[.]ai)/, {url});
    const requestMiddleware = async (request) => ({{ ...request, url: here(request.url) }});
    const fal = createFalClient({{ credentials: {key}, requestMiddleware }});
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_with_fals_own_client(fal: FalDouble, job: sd.Generation, tmp_path: Path) -> None:
    code = code_for(job_of(job), "javascript")
    first, rest = code.split("\n", 1)
    assert first == 'import { fal } from "@fal-ai/client";'
    client = CLIENT.format(package=json.dumps(str(PACKAGE)), url=json.dumps(fal.url), key=json.dumps(KEY))
    (tmp_path / "copied.mjs").write_text(textwrap.dedent(client) + rest, encoding="utf-8")
    done = subprocess.run(["node", tmp_path / "copied.mjs"], capture_output=True, encoding="utf-8", timeout=60)
    if any(frame.url for frame in job.request.frames.values()):
        assert "// fal cannot fetch this picture from here: upload it, and give image_url its public address." in code
        assert fal.url not in code
        return
    assert done.returncode == 0, done.stderr
    assert body_of(fal, 1) == body_of(fal, 0)
    assert next(iter(fal.jobs)) not in done.stdout
    assert f"{fal.url}/files/clip.mp4" in done.stdout


BASH = """
    curl() {{
      local words=() word
      for word; do words+=("${{word/#https:\\/\\/queue.fal.run/{url}}}"); done
      command curl --silent --noproxy '*' "${{words[@]}}"
    }}
"""


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
def test_curl(fal: FalDouble, job: sd.Generation) -> None:
    code = code_for(job_of(job), "curl")
    script = textwrap.dedent(BASH).format(url=fal.url.replace("/", "\\/")) + code
    environment = {"PATH": os.environ["PATH"], "FAL_KEY": KEY}
    done = subprocess.run(["bash", "--norc", "-eu", "-c", script], env=environment, capture_output=True, timeout=60)
    assert json.loads(done.stdout)["status"] == "IN_QUEUE", done.stderr
    first, again = body_of(fal, 0), body_of(fal, 1)
    assert fal.submits[1].headers["authorization"] == f"Key {KEY}"
    for name in job.request.frames:
        assert f"# fal cannot fetch this picture from here: upload it, and give {name} its public address." in code
        assert again.pop(name) == "the public address of a picture"
        first.pop(name)
    assert again == first
