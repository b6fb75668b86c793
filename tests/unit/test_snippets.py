"""Code that makes a clip again: it must run, and ask for the same."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.job import Job
from ipyseedance.store.record import Record
from ipyseedance.widgets.snippets import code_for

NASTY = sd.TextToVideo('It\'s "dusk" & `ls` $HOME\n</script> — fox 狐', seed=7, duration=8, camera_fixed=True)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    id = catalog.endpoint_for(NASTY).id
    return Job(Record(0.0, "fal", False, id, NASTY.record(), 0.0, "PENDING", body=NASTY.body({})), tmp_path)


def test_python_makes_the_same_request(job: Job) -> None:
    code = code_for(job, "python").split("clip = ")[0]
    scope: dict[str, object] = {}
    exec(code, scope)
    assert scope["request"] == NASTY


def test_curl_sends_the_same_body(job: Job) -> None:
    words = shlex.split(code_for(job, "curl").replace("\\\n", " "))
    assert json.loads(words[words.index("--data") + 1]) == NASTY.body({})
    assert "Authorization: Key $FAL_KEY" in words


def test_javascript_asks_for_the_same(job: Job, tmp_path: Path) -> None:
    code = code_for(job, "javascript")
    stub = "const fal = {subscribe: async (id, options) => { console.log(JSON.stringify([id, options])); throw 0 }};\n"
    script = tmp_path / "snippet.mjs"
    script.write_text(stub + code.split("\n", 1)[1], encoding="utf-8")
    said = subprocess.run(["node", script], capture_output=True, text=True, check=False).stdout
    assert json.loads(said) == [job.record.endpoint, {"input": NASTY.body({})}]


def test_other_languages_are_refused(job: Job) -> None:
    with pytest.raises(ValueError, match="'perl' is not one of python, javascript, curl"):
        code_for(job, "perl")
