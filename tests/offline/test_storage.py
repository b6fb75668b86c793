"""Uploading pictures and fetching files."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ipyseedance.offline import multipart
from ipyseedance.offline.files import FileStore
from ipyseedance.offline.launch import OfflineServer
from ipyseedance.offline.tokens import UploadTokens

from .conftest import IMAGE, QUICK, Own, Submit, clip_of, luma, picture, png
from .quick import FULL_AT_FIRST, failing_once, files_of_at_most
from .raw import connected, head


def uploaded(client: httpx.Client, data: bytes, content_type: str = "image/png") -> str:
    places = client.post("/storage/upload/initiate", json={"content_type": content_type, "file_name": "x.png"}).json()
    assert httpx.put(places["upload_url"], content=data).status_code == 200
    return str(places["file_url"])


def test_a_file_comes_back_as_it_was_sent(client: httpx.Client) -> None:
    data = png(picture((400, 400), 1))
    answer = httpx.get(uploaded(client, data))
    assert answer.content == data
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_parts_of_a_file_can_be_asked_for(client: httpx.Client) -> None:
    url = uploaded(client, bytes(range(256)), "video/mp4")
    part = httpx.get(url, headers={"Range": "bytes=16-31"})
    assert (part.status_code, part.content) == (206, bytes(range(16, 32)))
    assert part.headers["content-range"] == "bytes 16-31/256"
    assert httpx.get(url, headers={"Range": "bytes=-4"}).content == bytes(range(252, 256))
    assert httpx.get(url, headers={"Range": "bytes=900-"}).status_code == 416


def test_a_file_is_never_served_as_something_a_browser_runs(client: httpx.Client) -> None:
    answer = httpx.get(uploaded(client, b"<script>alert(1)</script>", "text/html"))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_upload_address_works_once_and_only_if_announced(client: httpx.Client) -> None:
    places = client.post("/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x.png"}).json()
    assert httpx.get(places["file_url"]).status_code == 404
    assert httpx.put(places["upload_url"], content=b"1").status_code == 200
    assert httpx.put(places["upload_url"], content=b"2").status_code == 404
    assert httpx.get(places["file_url"]).content == b"1"
    assert client.put("/uploads/guess", content=b"3").status_code == 404
    assert client.post("/storage/upload/initiate", json={"file_name": 1}).status_code == 422


def test_an_upload_that_did_not_arrive_can_be_sent_again(own: Own) -> None:
    url = own("bodies.MAX_BYTES_AT_ONCE = 100_000", "bodies.BODY_SECONDS = 1")
    places = httpx.post(f"{url}/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x"}).json()
    begun = head(url, urlsplit(places["upload_url"]).path, "PUT", Content_Length="1000") + b"x"
    with connected(url) as line:
        line.sendall(begun)
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass
    assert httpx.put(places["upload_url"], content=b"x" * 100_001).status_code == 503
    with connected(url) as line:
        line.sendall(begun)
        assert line.recv(4096).split()[1] == b"408"
    assert httpx.get(places["file_url"]).status_code == 404
    assert httpx.put(places["upload_url"], content=b"whole").status_code == 200
    assert httpx.put(places["upload_url"], content=b"again").status_code == 404
    assert httpx.get(places["file_url"]).content == b"whole"


def test_an_upload_there_was_no_room_for_can_be_sent_again(own: Own) -> None:
    url = own(FULL_AT_FIRST)
    places = httpx.post(f"{url}/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x"}).json()
    assert [httpx.put(places["upload_url"], content=b"x").status_code for _ in range(3)] == [500, 200, 404]


def test_too_large_an_upload_is_refused_before_it_is_read(client: httpx.Client) -> None:
    places = client.post("/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x.png"}).json()
    parts = urlsplit(places["upload_url"])
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.putrequest("PUT", parts.path)
        connection.putheader("Content-Length", str(100 * 2**20 + 1))
        connection.endheaders()
        assert connection.getresponse().status == 413
    finally:
        connection.close()


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//etc/passwd", "%00", ".", "a" * 22 + ".png"]
)
def test_tricks_with_paths_reach_nothing(client: httpx.Client, server: OfflineServer, name: str) -> None:
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.putrequest("GET", f"/files/{name}", skip_accept_encoding=True)
        connection.putheader("Authorization", f"Key {server.key}")
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 404
        assert b"root:" not in answer.read()
    finally:
        connection.close()


def test_a_clip_begins_on_an_uploaded_picture_or_a_data_address(client: httpx.Client, submit: Submit) -> None:
    image = picture((864, 496), 2)
    address = uploaded(client, png(image))
    clip = clip_of(client, submit(QUICK | {"image_url": address, "aspect_ratio": "auto"}, IMAGE))
    assert luma(clip)[0].shape == (496, 864)

    inline = "data:image/png;base64," + base64.b64encode(png(image)).decode()
    assert clip_of(client, submit(QUICK | {"image_url": inline, "aspect_ratio": "auto"}, IMAGE)) == clip


def parts_of(client: httpx.Client) -> tuple[str, str]:
    """Where to put the parts of a file, and where it will be."""
    body = {"content_type": "image/png", "file_name": "x.png"}
    places = client.post("/storage/upload/initiate-multipart", json=body).json()
    return places["upload_url"], places["file_url"]


def test_a_file_in_parts_is_put_together_in_their_order(client: httpx.Client) -> None:
    to, address = parts_of(client)
    sent = {2: b"two", 1: b"old", 3: b"three"}
    tags = {number: httpx.put(f"{to}/{number}", content=data).headers["etag"] for number, data in sent.items()}
    tags[1] = httpx.put(f"{to}/1", content=b"one").json()["etag"]
    assert httpx.get(address).status_code == 404, "not before all have come"
    listed = [{"partNumber": number, "etag": tag} for number, tag in tags.items()]
    assert httpx.post(f"{to}/complete", json={"parts": listed}).is_success
    assert httpx.get(address).content == b"onetwothree"
    assert httpx.put(f"{to}/1", content=b"late").status_code == 404


@pytest.mark.parametrize(
    "parts",
    [None, [], [{}], [1], [{"partNumber": 1, "etag": "wrong"}], [{"partNumber": 2, "etag": "x"}], {"partNumber": 1}],
)
def test_parts_that_were_not_sent_make_no_file(client: httpx.Client, parts: object) -> None:
    to, address = parts_of(client)
    httpx.put(f"{to}/1", content=b"1")
    assert httpx.post(f"{to}/complete", json={"parts": parts}).status_code == 400
    assert httpx.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "10001", "-1", "x", "1" * 20, "²"])
def test_a_parts_number_is_in_range(client: httpx.Client, number: str) -> None:
    to, _ = parts_of(client)
    assert httpx.put(f"{to}/{number}", content=b"x").status_code in (400, 404)


def test_parts_go_to_their_own_upload_only(client: httpx.Client) -> None:
    (first, _), (second, _) = parts_of(client), parts_of(client)
    crossed = first.rpartition("/")[0] + "/" + second.rpartition("/")[2]
    assert httpx.put(f"{crossed}/1", content=b"x").status_code == 404


def test_uploads_in_parts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MAX_OPEN", 2)
    monkeypatch.setattr(multipart, "MAX_BYTES", 100)
    uploads = multipart.MultipartUploads(FileStore(tmp_path))
    first, name = uploads.begin("image/png")
    uploads.put(first, 1, b"x" * 60)
    uploads.put(first, 1, b"y" * 60)
    with pytest.raises(multipart.WrongPart, match="100 bytes"):
        uploads.put(first, 2, b"x" * 60)
    others = [uploads.begin("image/png")[0] for _ in range(2)]
    assert not uploads.knows(first, name)
    assert list(tmp_path.iterdir()) == [], "nothing is left of what was abandoned"
    assert all(uploads.put(other, 1, b"x") for other in others)


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_parts_there_is_no_room_for_can_be_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path)
    uploads = multipart.MultipartUploads(store)
    id, name = uploads.begin("image/png")
    uploads.put(id, 1, b"old")
    with files_of_at_most(5):
        for number in (1, 2):
            with pytest.raises(OSError, match="File too large"):
                uploads.put(id, number, b"one or two")
        with pytest.raises(OSError, match="File too large"):
            store.write(name, b"a file")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
    tags = [(number, uploads.put(id, number, data)) for number, data in ((1, b"one"), (2, b"two"))]
    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfileobj", failing_once(shutil.copyfileobj))
        with pytest.raises(OSError, match="No space left"):
            uploads.complete(id, tags)
        assert not list(tmp_path.glob("*.png*"))
        uploads.complete(id, tags)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"onetwo"


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Bearer 99999999999.x", "Bearer ².x", "Key {key}", "Bearer"])
def test_whole_files_are_taken_from_who_has_a_token_only(
    client: httpx.Client, server: OfflineServer, authorization: str
) -> None:
    sent = authorization.format(key=server.key).encode("latin-1")
    headers = {b"Authorization": sent} if sent else {}
    for path in ("/files/upload", "/files/upload/multipart"):
        assert httpx.post(server.url + path, content=b"x", headers=headers).status_code == 401
    assert httpx.post(server.url + "/storage/auth/token", json={}).status_code == 401


def test_a_token_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = UploadTokens()
    token, until = tokens.new()
    assert tokens.allows(f"Bearer {token}")
    assert not UploadTokens().allows(f"Bearer {token}"), "another server's"
    monkeypatch.setattr(time, "time", until.timestamp)
    assert not tokens.allows(f"Bearer {token}")
