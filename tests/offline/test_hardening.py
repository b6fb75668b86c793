"""Who can make the server do something, and that nothing it is sent makes it fail."""

from __future__ import annotations

import contextlib
import hmac
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from ipyseedance.offline import server as server_module
from ipyseedance.offline.access import Guard
from ipyseedance.offline.files import FileStore
from ipyseedance.offline.launch import OfflineServer
from ipyseedance.offline.settings import Settings

from .conftest import IMAGE, QUICK, TEXT, Own, Submit, finished
from .raw import head, said

# Who can reach it.


def test_it_listens_on_this_machine_only(server: OfflineServer) -> None:
    port = urlsplit(server.url).port
    with contextlib.suppress(OSError):
        outside = socket.gethostbyname(socket.gethostname())
        if not outside.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((outside, port), timeout=5)
    for host in ("0.0.0.0", "::", "", "192.168.0.1"):
        with pytest.raises(ValueError, match="is not one of"):
            server_module.serve(host, 0, files=FileStore(Path()), settings=Settings())


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:8888"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_page_of_another_site_can_drive_a_server_without_a_key(own: Own, headers: dict[str, str]) -> None:
    url = own()
    plain = {"Content-Type": "text/plain"}  # what a page may send anywhere without asking
    for kind in (plain, {}, {"Content-Type": "application/json"}):
        assert httpx.post(url + TEXT, content=json.dumps(QUICK), headers=headers | kind).status_code == 403
    assert httpx.get(url + "/fal-ai/bytedance/requests/x/status", headers=headers).status_code == 403
    assert httpx.put(url + "/uploads/x", headers=headers).status_code == 403
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for path in (TEXT, "/storage/upload/initiate", "/uploads/x", "/files/x.png"):
        answer = httpx.options(url + path, headers=headers | asked)
        assert 400 <= answer.status_code < 500
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert httpx.post(url + TEXT, content=json.dumps(QUICK), headers=plain).status_code == 415
    assert httpx.post(url + TEXT, json=QUICK, headers={"Origin": url, "Sec-Fetch-Site": "same-origin"}).is_success


def test_a_page_may_show_a_clip_whose_name_it_knows(client: httpx.Client, submit: Submit) -> None:
    video = finished(client, submit(QUICK)).json()["video"]["url"]
    shown = httpx.get(video, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "video"})
    assert shown.is_success
    assert shown.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.get("/v1/models").headers
    assert httpx.put(video, content=b"x", headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("host", [b"Host: 127.0.0.1\r\nHost: evil.example", b"X: y", b"Host: evil.example:80"])
def test_only_its_own_host_name_is_served(server: OfflineServer, host: bytes) -> None:
    path = b"http://127.0.0.1" + TEXT.encode()
    for target in (TEXT.encode(), path):
        request = b"POST " + target + b" HTTP/1.1\r\n" + host + b"\r\nAuthorization: Key " + server.key.encode()
        assert said(server.url, request + b"\r\nContent-Length: 2\r\n\r\n{}").split()[1] in (b"400", b"403")


# Paths.

TRICKS = [
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "..\\..\\etc\\passwd", "%2e%2e%2fetc",
    "/etc/passwd", "%2fetc%2fpasswd", "C:%5cWindows%5cwin.ini", "C:/Windows/win.ini", "file:///etc/passwd",
    "x.png%00.mp4", "%00", "%c0%ae%c0%ae/", "....//....//etc/passwd", ".", "..", "con.mp4",
    "a.part", "%ff", "A" * 22 + ".mp4/..",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("route", ["GET /files/", "PUT /uploads/", "GET /", "PUT /", "POST /"])
def test_tricks_with_paths_reach_nothing(server: OfflineServer, route: str, trick: str) -> None:
    method, folder = route.split()
    request = head(
        server.url, folder + trick, method, Authorization=f"Key {server.key}", Content_Length="2", Connection="close"
    )
    answer = said(server.url, request + b"{}")
    assert 400 <= int(answer.split()[1]) < 500
    assert b"root:" not in answer
    assert b"Traceback" not in answer


def test_a_store_gives_out_nothing_but_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    store = FileStore(tmp_path / "store", port=1)
    store.folder.mkdir()
    name = store.new_name("image/png")
    store.write(name, b"mine")
    assert store.path(name)
    assert store.path(f"{name}\n") is None
    for trick in (*TRICKS, "../secret.png", f"{tmp_path}/secret.png", f"../store/{name}", f"{name}\0", f"{name}.part"):
        assert store.path(trick) is None
        assert store.at(f"http://127.0.0.1:1/files/{trick}") is None
    for address in (f"http://evil.example:1/files/{name}", f"http://127.0.0.1:2/files/{name}", "http://[::1", "x"):
        assert store.at(address) is None


# What it is sent.

NO_OBJECTS = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[]",
    b"[" * 200_000,
    b'{"a":' * 50_000,
    b'{"seed": NaN}',
    b'{"s": ' + b"9" * 5000,
]
JSON = "application/json"
OTHER_KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [*((body, JSON, 400) for body in NO_OBJECTS), *((b"{}", kind, 415) for kind in OTHER_KINDS)],
    ids=range(len(NO_OBJECTS) + len(OTHER_KINDS)),
)
@pytest.mark.parametrize("path", [TEXT, IMAGE, "/storage/upload/initiate"])
def test_a_body_that_is_wrong_is_refused(client: httpx.Client, path: str, body: bytes, kind: str, code: int) -> None:
    answer = client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code == code
    assert answer.json()["detail"]


@pytest.mark.parametrize("prompt", ["\ud800", "a\udfffb", "\0", "\u202e", "x" * 500_000])
@pytest.mark.parametrize("field", ["prompt", "aspect_ratio", "nonsense", "image_url"])
def test_any_text_in_a_request_is_answered(client: httpx.Client, submit: Submit, prompt: str, field: str) -> None:
    job = client.post(TEXT, content=json.dumps(QUICK | {"duration": "99", field: prompt})).json()
    result = finished(client, job)
    assert result.status_code == 422
    assert len(result.content) < 20_000


NO_HOSTS = [
    "http://", "http:///x", "http://a..b/x", "http://xn--/", f"http://{'a' * 300}/x", "http://[::1/x", "http://[v1.x]/",
    "http://127.0.0.1:1/\ud800", "http://\ud800/", "http://127.0.0.1:99999/", f"http://127.0.0.1:{'9' * 30}/",
]  # fmt: skip


@pytest.mark.parametrize("address", NO_HOSTS, ids=range(len(NO_HOSTS)))
def test_a_picture_at_an_impossible_address_is_not_to_be_had(client: httpx.Client, address: str) -> None:
    job = client.post(IMAGE, content=json.dumps(QUICK | {"image_url": address})).json()
    result = finished(client, job)
    assert result.status_code == 422
    assert result.json()["detail"][0]["type"] == "file_download_error"


@pytest.mark.parametrize("nested", [[[[{}]]], {"a": {"b": []}}, True, 1e300, -1, None, [1] * 10_000])
def test_any_value_in_a_request_is_answered(client: httpx.Client, submit: Submit, nested: object) -> None:
    fields = dict.fromkeys(("duration", "seed", "resolution"), nested) | {f"x{n}": nested for n in range(200)}
    result = finished(client, submit(QUICK | fields))
    assert result.status_code == 422
    assert len(result.content) < 100_000


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "CONNECT", "FOO"])
@pytest.mark.parametrize("path", [TEXT, "/files/x", "/uploads/x", "/storage/upload/initiate", "/v1/other", "/proxy"])
def test_other_methods_are_refused(server: OfflineServer, method: str, path: str) -> None:
    request = head(server.url, path, method, Authorization=f"Key {server.key}", Connection="close")
    assert 400 <= int(said(server.url, request).split()[1]) < 500


@pytest.mark.parametrize("ranges", ["bytes=" + ",".join(["0-0"] * 5000), "bytes=0-1,3-4"])
def test_many_ranges_of_a_file_are_refused(client: httpx.Client, submit: Submit, ranges: str) -> None:
    video = finished(client, submit(QUICK)).json()["video"]["url"]
    assert httpx.get(video, headers={"Range": ranges}).status_code == 416
    assert httpx.get(video, headers={"Range": "bytes=0-9"}).status_code == 206


def test_the_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return a == b

    monkeypatch.setattr(hmac, "compare_digest", compare)
    guard = Guard(Starlette(), "right")
    assert guard._allows("Key right")
    assert not guard._allows("Key wrong")
    assert compared == [(b"Key right", b"Key right"), (b"Key wrong", b"Key right")]
