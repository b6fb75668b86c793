"""Code that is copied from a stranger's row holds nothing of the stranger's but plain values of known fields."""

from __future__ import annotations

import ast
import json
import math
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.doors.text import keep_secret
from ipyseedance.jobs.job import Job
from ipyseedance.store.record import Record
from ipyseedance.widgets.snippets import code_for

FIELDS = sorted({name for endpoint in catalog.ENDPOINTS for name in endpoint.request.model_fields})
PICTURES = ("image_url", "end_image_url")
NAMES = [
    *FIELDS, "prompt=0)\n__import__('os').system('touch /tmp/x')\nsd.TextToVideo(prompt", "__class__", "**", "a b", "",
    "__proto__", "constructor", "'; rm -rf ~ #", "class", "import os", "prompt\u202e", "\uff50rompt", "\n", "--data",
]  # fmt: skip
TEXTS = [
    "5", "5; import os", "²", "9" * 5000, "'", '"', "\\", "'''", '"""', "\n", "\r\n", "\x00", "\x1b[2J", "\x7f",
    "\x9b31m", "</script>", "${7*7}", "`id`", "$(id)", "!!", "@/etc/passwd", "\u202etxt.exe", "\u2066\u2069",
    "\u200b\ufeff\u2028", "\u061c\u200e", "\ud800", "x\udfff", "狐 — 🦊", "\U000e0041", "%0a",
    "*/ alert(1) /*", "// ", "# ",
]  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.sampled_from([10**100, -(2**63), 2**63 - 1, -0.0, math.inf]),
        st.floats(), st.sampled_from(TEXTS), st.text(st.characters(exclude_categories=())),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)),
    max_leaves=4,
)  # fmt: skip
ROWS = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=9)), VALUES, max_size=8)
BODIES: st.SearchStrategy[Any] = st.one_of(st.none(), ROWS, st.lists(VALUES, max_size=2), st.text())
ENDPOINTS = st.sampled_from([endpoint.id for endpoint in catalog.ENDPOINTS])


def row(endpoint: str, request: Any, body: Any = None) -> Job:
    return Job(Record(0.0, "fal", False, endpoint, request, 0.0, "COMPLETED", body=body), Path("film"))


def plain(endpoint: str, given: Any) -> dict[str, Any]:
    """What of a row may be in code, by another way of telling: it comes back from JSON as the same, and is no list."""
    kept = {}
    for name in catalog.endpoint(endpoint).request.model_fields if isinstance(given, dict) else ():
        value = given.get(name)
        writable = math.isfinite(value) if isinstance(value, float) else isinstance(value, bool | str)
        if writable or (isinstance(value, int) and abs(value) < 2**63):
            try:
                str(value).encode()
            except UnicodeEncodeError:
                continue
            kept[name] = value
    return kept


def but_pictures(fields: dict[str, Any]) -> dict[str, Any]:
    """Of a stranger's words none becomes the address or the file of a picture: all here are neither."""
    return {name: value for name, value in fields.items() if name not in PICTURES}


def python_fields(code: str, name: str) -> dict[str, Any]:
    """What the Python asks for. It is the same four statements whatever the row says."""
    shape = ast.parse(
        f"import ipyseedance as sd\nrequest = sd.{name}()\n"
        "project = sd.Project('film')\nclip = await project.submit(request)\n"
    )
    tree = ast.parse(code)
    made: Any = tree.body[1]
    call = made.value
    asked = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert all(isinstance(keyword.value, ast.Constant | ast.UnaryOp) for keyword in call.keywords)
    call.keywords = []
    assert ast.dump(tree) == ast.dump(shape)
    return asked


def javascript_fields(code: str, endpoint: str) -> Any:
    code = "".join(line for line in code.splitlines(keepends=True) if line not in notes("//"))
    before, after = f'const result = await fal.subscribe("{endpoint}", {{\n  input: ', ",\n});\nconsole.log("
    head, _, rest = code.partition(before)
    body, _, tail = rest.rpartition(after)
    assert (head, tail) == ('import { fal } from "@fal-ai/client";\n\n', "result.data.video.url, result.requestId);\n")
    return without_pictures(json.loads(body))


def notes(mark: str) -> list[str]:
    told = "fal cannot fetch this picture from here: upload it, and give {} its public address.\n"
    return [f"{mark} {told.format(name)}" for name in PICTURES]


def without_pictures(body: dict[str, Any]) -> dict[str, Any]:
    for name in PICTURES:
        assert body.pop(name, None) in (None, "the public address of a picture")
    return body


def curl_fields(code: str, endpoint: str) -> Any:
    code = "".join(line for line in code.splitlines(keepends=True) if line not in notes("#"))
    *words, body = shlex.split(code.replace("\\\n", " "))
    assert words == [
        "curl", "--request", "POST", f"https://queue.fal.run/{endpoint}", "--header", "Authorization: Key $FAL_KEY",
        "--header", "Content-Type: application/json", "--data",
    ]  # fmt: skip
    return without_pictures(json.loads(body))


@given(ENDPOINTS, ROWS, BODIES)
def test_a_hostile_row_is_code_for_its_plain_values_alone(endpoint: str, request: Any, body: Any) -> None:
    job = row(endpoint, request, body)
    codes = {language: code_for(job, language) for language in ("python", "javascript", "curl")}
    for code in codes.values():
        assert all(letter.isprintable() or letter == "\n" for letter in code), "nothing is hidden, or turned around"
    fields = but_pictures(plain(endpoint, request))
    told = python_fields(codes["python"], catalog.endpoint(endpoint).request.__name__)
    if isinstance(length := fields.get("duration"), str) and length.isdecimal() and len(length) <= 2:
        fields = fields | {"duration": int(length)}
    assert told == fields
    sent = but_pictures(plain(endpoint, body) or plain(endpoint, request))
    assert javascript_fields(codes["javascript"], endpoint) == sent
    assert curl_fields(codes["curl"], endpoint) == sent


PLACES = [
    "/etc/passwd", "~/.ssh/id_rsa", "photo.png", "../photo.png", "frames/../../photo.png", "C:\\photo.png", ".", "",
    "file:///photo.png", "http://127.0.0.1:8888/api", "http://169.254.169.254/latest", "https://10.0.0.1/a.png",
    "https://user:word@example.com/a.png", "https://router.local/a.png", "data:image/png;base64,AAAA", "ftp://a.b/c",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_picture_that_a_stranger_names_is_no_file_and_no_address_here(place: str) -> None:
    """Whoever runs the code gives the picture: theirs would be read from it, and sent."""
    asked = {"prompt": "Go", "image_url": place, "end_image_url": place}
    endpoint = next(endpoint.id for endpoint in catalog.ENDPOINTS if "image_url" in endpoint.request.model_fields)
    record = Record(0.0, "fal", False, endpoint, asked, 0.0, "COMPLETED", body=asked)
    job = Job(record, Path("film"), asked_here=False)
    assert python_fields(code_for(job, "python"), "ImageToVideo") == {"prompt": "Go"}
    assert javascript_fields(code_for(job, "javascript"), endpoint) == {"prompt": "Go"}
    assert curl_fields(code_for(job, "curl"), endpoint) == {"prompt": "Go"}


@given(st.one_of(ROWS, st.none(), st.lists(st.integers(), max_size=1), st.integers(), st.text()))
def test_what_is_no_request_at_all_gives_code_without_fields(request: Any) -> None:
    told = python_fields(code_for(row(catalog.ENDPOINTS[0].id, request), "python"), "TextToVideo")
    assert set(told) <= set(sd.TextToVideo.model_fields)


def test_a_number_too_long_to_write_down_is_left_out() -> None:
    job = row(catalog.ENDPOINTS[0].id, {"prompt": "x", "seed": 10**5000, "duration": "9" * 5000})
    assert python_fields(code_for(job, "python"), "TextToVideo") == {"prompt": "x", "duration": "9" * 5000}


class Marker:
    """A key as the package keeps one from being told."""

    key = "0123456789abcdef:fedcba9876543210fedcba9876543210"

    def redact(self, text: str) -> str:
        return text.replace(self.key, "[key]")


def test_the_key_is_in_no_code() -> None:
    marker = Marker()
    keep_secret(marker)
    hidden = "".join(f"\\u{ord(letter):04x}" for letter in marker.key)
    for prompt in (marker.key, hidden, f"a {hidden} b \\ud800", marker.key.replace(":", "%3A")):
        job = row(catalog.ENDPOINTS[0].id, {"prompt": prompt, "seed": 1}, {"prompt": f"fox {prompt}"})
        for language in ("python", "javascript", "curl"):
            code = code_for(job, language)
            assert marker.key not in code.encode().decode("unicode_escape")
            assert "fedcba98" not in code


@given(st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text(), max_size=1)))
def test_another_endpoint_is_no_address(endpoint: Any) -> None:
    for language in ("python", "javascript", "curl"):
        with pytest.raises(sd.SeedanceError, match="is not in this version's catalogue"):
            code_for(row(endpoint, {"prompt": "x"}), language)


@pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="needs bash")
def test_a_shell_runs_nothing_but_curl() -> None:
    bash = str(shutil.which("bash"))
    for text in TEXTS:
        if "\ud800" <= text[-1] <= "\udfff":
            continue
        code = code_for(row(catalog.ENDPOINTS[0].id, {"prompt": text, "'; touch /tmp/x '": 1}), "curl")
        script = "curl() { printf '%s\\0' \"$@\"; }\n" + code
        run = [bash, "--norc", "-eu", "-c", script]
        done = subprocess.run(run, env={"FAL_KEY": "id:secret", "PATH": ""}, capture_output=True, check=True)
        *words, body, end = done.stdout.decode().split("\0")
        assert (words[4], end, done.stderr) == ("Authorization: Key id:secret", "", b"")
        assert json.loads(body) == {"prompt": text}


def test_node_reads_what_was_asked(tmp_path: Path) -> None:
    asked = {"prompt": "".join(text for text in TEXTS if text.isprintable()) + "\u2028\u202e", "seed": 1}
    code = code_for(row(catalog.ENDPOINTS[0].id, asked | {"__proto__": {"seed": 2}, "x: alert(1), y": 1}), "javascript")
    stub = "const fal = {subscribe: async (id, asked) => { console.log(JSON.stringify(asked.input)); throw 0 }};\n"
    (tmp_path / "snippet.mjs").write_text(stub + code.split("\n", 1)[1], "utf-8")
    done = subprocess.run(["node", tmp_path / "snippet.mjs"], capture_output=True, encoding="utf-8", check=False)
    assert json.loads(done.stdout) == asked
