"""fal's own JavaScript client, unmodified, against the offline server: through its proxy option and its middleware."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import QUICK, TEXT, picture, png
from .quick import KEY

CLIENT = Path(__file__).parent / "clients" / "fal.mjs"
PACKAGE = Path(__file__).parents[2] / "js" / "package.json"


@pytest.mark.parametrize("through", ["proxy", "middleware"])
def test_the_javascript_client(quick_url: str, tmp_path: Path, through: str) -> None:
    frame = tmp_path / "frame.png"
    frame.write_bytes(png(picture((400, 400), 1)))
    asked = {"server": quick_url, "key": KEY, "through": through, "js": str(PACKAGE), "frame": str(frame)}
    command = ["node", str(CLIENT), json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    saw: dict[str, Any] = json.loads(done.stdout)

    for way in ("polling", "streaming"):
        statuses = [update["status"] for update in saw[way]["updates"]]
        assert statuses == sorted(statuses, key=["IN_QUEUE", "IN_PROGRESS", "COMPLETED"].index)
        assert statuses[-1] == "COMPLETED"
        lines = saw[way]["updates"][-1]["logs"]
        assert (lines[0], lines[-1]) == ("queued", "done")
        assert len(lines) == len(set(lines)), "no line is told twice"
        assert saw[way]["data"]["seed"] == 7
        assert httpx.get(saw[way]["data"]["video"]["url"]).content == b"clip of A lake at sunset"

    queued = saw["queued"]
    assert queued["waiting"]["status"] == "IN_QUEUE"
    assert queued["position"] == 1
    assert (queued["early"]["status"], queued["early"]["body"]) == (400, {"detail": "Request is still in progress"})
    assert queued["tooLate"] == 504
    assert (queued["last"]["status"], queued["last"]["error_type"]) == ("COMPLETED", "client_cancelled")
    assert queued["cancelled"]["status"] == 499
    assert (queued["again"]["status"], queued["again"]["body"]) == (400, {"status": "ALREADY_COMPLETED"})

    assert saw["stored"] == {"small": True, "large": True}
    assert saw["fromBlob"]["seed"] == saw["run"]["seed"] == 7
    assert (saw["invalid"]["name"], saw["invalid"]["status"]) == ("ValidationError", 422)
    assert saw["invalid"]["body"]["detail"][0]["loc"] == ["body", "duration"]


NOT_FALS = [
    "", "http://queue.fal.run/x", "https://evil.example/x", "https://queue.fal.run.evil.example/", "/files/x",
    "https://evil.example@x/", "https://x@queue.fal.run/x", "https://queue.fal.run:8080/x", "https://[::1", "file:///x",
    "https://queue.fal.run/proxy", "https://queue.fal.run/%70roxy/", "https://queue.fal.run\\@evil.example/",
]  # fmt: skip


@pytest.mark.parametrize("target", NOT_FALS)
def test_the_proxy_is_no_open_one(client: httpx.Client, target: str) -> None:
    for path in ("/proxy", "/proxy/", "/api/fal/proxy"):
        answer = client.get(path, headers={"x-fal-target-url": target})
        assert answer.status_code in (400, 404), answer.text


def test_the_proxy_asks_for_the_key(client: httpx.Client) -> None:
    meant = {"x-fal-target-url": f"https://queue.fal.run{TEXT}"}
    assert httpx.post(client.base_url.join("/proxy"), json=QUICK, headers=meant).status_code == 401
    foreign = meant | {"Origin": "https://evil.example"}
    assert client.post("/proxy", json=QUICK, headers=foreign).status_code == 403
