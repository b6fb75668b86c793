"""The server's OpenAPI document, and that nothing built from it makes the server fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import jsonschema

from ipyseedance.contract.catalog import ENDPOINTS

from .conftest import IMAGE, QUICK, TEXT, Own, finished
from .quick import KEY, QUICKLY


def test_it_has_every_endpoint_as_the_contract_has_it(quick_url: str) -> None:
    told = httpx.get(f"{quick_url}/openapi.json", headers={"Authorization": f"Key {KEY}"}).json()
    for endpoint in ENDPOINTS:
        assert f"/{endpoint.id}" in told["paths"]
        schema = told["components"]["schemas"][endpoint.request.__name__]
        assert set(schema["properties"]) == set(endpoint.request.model_fields)
        jsonschema.Draft202012Validator.check_schema(schema)
        body = QUICK | ({"image_url": "https://x.example/a.png"} if endpoint.takes_pictures else {})
        jsonschema.validate(body, schema)
        wrong = jsonschema.Draft202012Validator(schema).iter_errors(body | {"duration": "13", "colour": "red"})
        assert len(list(wrong)) == 2


def test_nothing_made_from_it_is_answered_with_a_failure(own: Own, tmp_path: Path) -> None:
    url = own(QUICKLY, "inputs._download = lambda address: b''", options=["--runners", "4"], key=KEY)
    with httpx.Client(base_url=url, headers={"Authorization": f"Key {KEY}"}) as caller:
        job = caller.post(TEXT, json=QUICK).json()
        clip = finished(caller, job).json()["video"]["file_name"]
        known = f'[parameters]\nrequest_id = "{job["request_id"]}"\nname = "{clip}"\n'
        (tmp_path / "schemathesis.toml").write_text(known)
        options = {
            "--header": f"Authorization: Key {KEY}", "--checks": "not_a_server_error", "--max-examples": "3",
            "--phases": "coverage,fuzzing", "--seed": "1", "--generation-database": "none",
            "--workers": "1",  # two run into a bug of the parser of Python 3.11
            # A latency of an hour would be the last of it; direct runs differ from submits in how they answer only.
            "--exclude-path-regex": "/offline/faults|/run/.*image-to-video",
        }  # fmt: skip
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--no-color"]
        words = [word for pair in options.items() for word in pair]
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=160
        )
        assert done.returncode == 0, done.stdout[-9000:] + done.stderr[-2000:]
        counted = re.search(r"(\d+) generated", done.stdout)
        assert counted is not None, done.stdout
        assert int(counted[1]) > 500
        for path in (TEXT, IMAGE):
            assert caller.post(path, json=QUICK).is_success, "it goes on"
