"""Webhooks: signed so that another implementation agrees, sent until they are taken, and to nobody they should not."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from ipyseedance.offline.signing import CannotSign, Signer

from .conftest import QUICK, TEXT, Own
from .quick import KEY, QUICKLY

VERIFIER = Path(__file__).parent / "clients" / "verify.mjs"


@dataclass
class Receiver:
    """Takes webhooks, answering with `codes` one after the other and then with 200."""

    url: str = ""
    codes: list[int] = field(default_factory=list)
    got: queue.SimpleQueue[tuple[dict[str, str], bytes]] = field(default_factory=queue.SimpleQueue)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.codes.pop(0) if receiver.codes else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver
        server.shutdown()


@pytest.fixture
def caller(quick_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=quick_url, headers={"Authorization": f"Key {KEY}"}, timeout=30) as client:
        yield client


def submitted(caller: httpx.Client, receiver: Receiver, body: dict[str, Any]) -> str:
    answer = caller.post(TEXT, json=body, params={"fal_webhook": receiver.url})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["request_id"])


def verified(caller: httpx.Client, headers: dict[str, str], body: bytes) -> bool:
    """What Node's own cryptography says to it, with the key that is told without a key."""
    jwks = httpx.get(caller.base_url.join("/.well-known/jwks.json")).json()
    told = json.dumps({"jwks": jwks, "headers": headers, "body": body.decode()})
    done = subprocess.run(["node", str(VERIFIER)], input=told, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "true"


def test_a_result_is_sent_and_signed(caller: httpx.Client, receiver: Receiver) -> None:
    id = submitted(caller, receiver, QUICK)
    headers, body = receiver.got.get(timeout=20)
    told = json.loads(body)
    assert told == {
        "request_id": id, "gateway_request_id": id, "status": "OK",
        "payload": caller.get(f"/fal-ai/bytedance/requests/{id}").json(),
    }  # fmt: skip
    assert headers["x-fal-webhook-request-id"] == id
    assert verified(caller, headers, body)
    assert not verified(caller, headers, body.replace(b"OK", b"KO"))
    assert not verified(caller, headers | {"x-fal-webhook-timestamp": "1"}, body)


def test_a_failure_is_sent_with_what_the_model_said(caller: httpx.Client, receiver: Receiver) -> None:
    submitted(caller, receiver, QUICK | {"duration": "13"})
    _, body = receiver.got.get(timeout=20)
    told = json.loads(body)
    assert (told["status"], told["error"]) == ("ERROR", "Invalid status code: 422")
    assert told["payload"]["detail"][0]["loc"] == ["body", "duration"]


def test_it_is_sent_until_it_is_taken(caller: httpx.Client, receiver: Receiver) -> None:
    receiver.codes = [500, 404]
    id = submitted(caller, receiver, QUICK)
    got = [receiver.got.get(timeout=20) for _ in range(3)]
    assert [json.loads(body)["request_id"] for _, body in got] == [id] * 3
    assert all(verified(caller, headers, body) for headers, body in got)
    assert_quiet(receiver)


def test_a_redirect_ends_it(caller: httpx.Client, receiver: Receiver) -> None:
    receiver.codes = [302]
    id = submitted(caller, receiver, QUICK)
    assert json.loads(receiver.got.get(timeout=20)[1])["request_id"] == id
    assert_quiet(receiver)


def assert_quiet(receiver: Receiver) -> None:
    """Nothing more is sent within many of the server's pauses, which are shortened to FIRST_PAUSE = 0.05 s here."""
    with pytest.raises(queue.Empty):
        receiver.got.get(timeout=2)


WRONG = [
    "http://192.168.0.1/x", "http://example.com/", "http://127.0.0.1.example.com/", "http://localhost@example.com/",
    "http://169.254.169.254/latest", "http://0.0.0.0/", "http://2130706433/", "ftp://127.0.0.1/", "file:///etc/passwd",
    "/hook", "", "http://[::1", "http://127.0.0.1:99999/",
]  # fmt: skip


@pytest.mark.parametrize("address", WRONG)
def test_nothing_is_sent_to_other_machines(quick_url: str, address: str) -> None:
    headers = {"Authorization": f"Key {KEY}"}
    answer = httpx.post(quick_url + TEXT, json=QUICK, params={"fal_webhook": address}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("fal_webhook: ")


def test_other_hosts_can_be_allowed_by_name(own: Own) -> None:
    url = own(QUICKLY, options=["--webhook-hosts", "hooks.invalid,other.invalid"])
    hook = {"fal_webhook": "https://hooks.invalid/x"}
    assert httpx.post(url + TEXT, json=QUICK, params=hook).status_code == 200
    assert httpx.post(url + TEXT, json=QUICK, params={"fal_webhook": "https://third.invalid/x"}).status_code == 400


def test_without_what_signs_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("cryptography")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(CannotSign, match=r"pip install 'ipyseedance\[webhooks\]'"):
        Signer().jwks()
