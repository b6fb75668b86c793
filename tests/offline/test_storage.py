"""Uploading pictures and fetching files."""

from __future__ import annotations

import base64
import http.client
from urllib.parse import urlsplit

import httpx
import pytest

from ipyseedance.offline.launch import OfflineServer

from .conftest import IMAGE, QUICK, Submit, clip_of, luma, picture, png


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


def test_too_large_an_upload_is_refused_before_it_is_read(client: httpx.Client) -> None:
    places = client.post("/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x.png"}).json()
    parts = urlsplit(places["upload_url"])
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.putrequest("PUT", parts.path)
        connection.putheader("Content-Length", "100000001")
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
