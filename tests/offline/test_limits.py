"""How much the server can be sent, how slowly, and by how many at once."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.frames import MAX_BYTES
from ipyseedance.offline import files
from ipyseedance.offline.files import FileStore
from ipyseedance.offline.inputs import InputRefused, read
from ipyseedance.offline.launch import OfflineServer

from .conftest import IMAGE, LONG, QUICK, TEXT, Own, finished
from .quick import QUICKLY
from .raw import connected, head, said


def test_a_body_without_a_length_is_read_to_the_limit_only(own: Own) -> None:
    url = own("bodies.MAX_JSON_BYTES = 100_000", "storage_api.MAX_UPLOAD_BYTES = 100_000")

    def endless() -> Iterator[bytes]:
        for _ in range(50):
            yield b" " * 10_000

    places = httpx.post(f"{url}/storage/upload/initiate", json={"content_type": "image/png", "file_name": "x"}).json()
    for method, to in (("POST", url + TEXT), ("PUT", places["upload_url"])):
        with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # it may hang up while more is being sent
            assert httpx.request(method, to, content=endless()).status_code == 413
    for length in ("100001", "9" * 19, "9" * 5000, "-1", "x", "1_0"):
        assert said(url, head(url, Content_Length=length)).split()[1] in (b"400", b"413")
    assert httpx.get(places["file_url"]).status_code == 404


def test_all_bodies_together_have_a_limit(own: Own) -> None:
    url = own(QUICKLY, "bodies.MAX_BYTES_AT_ONCE = 100_000")

    def large() -> httpx.Response:
        return httpx.post(url + TEXT, json=QUICK | {"prompt": "x" * 50_000})

    with connected(url) as line:
        line.sendall(head(url, Content_Length="90000") + b" " * 80_000)
        busy = answered(503, large)
        assert busy.headers["retry-after"] == "2"
        assert "x-fal-request-id" not in busy.headers  # with one, it may have been taken
        assert httpx.post(url + TEXT, json=QUICK).is_success
    answered(200, large)


def answered(code: int, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The first answer with that code; the server may not have read yet what it depends on."""
    deadline = time.monotonic() + 20
    while (answer := ask()).status_code != code:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.02)
    return answer


def test_a_head_without_end_is_refused(server: OfflineServer) -> None:
    for request in (head(server.url, X="y" * 100_000)[:-4], b"GET /" + b"y" * 100_000, b"x" * 100_000):
        assert said(server.url, request).split()[1] == b"400"


def test_those_who_send_nothing_are_hung_up_on(own: Own) -> None:
    url = own("connections.REQUEST_SECONDS = 1.0", key="k")
    unfinished = head(url, Content_Length="1000000")
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(connected(url)) for _ in range(300)]
        for number, line in enumerate(slow):
            line.sendall((b"", b"G", unfinished[:-2], unfinished)[number % 4])
        begun = time.monotonic()
        assert httpx.get(url + "/x", headers={"Authorization": "Key k"}).status_code == 404
        assert time.monotonic() - begun < 1, "the others are not kept waiting"
        for line in slow:
            deadline = time.monotonic() + 6
            with contextlib.suppress(ConnectionError):
                while line.recv(4096):
                    line.sendall(b"x")  # a body that drips in after its answer
                    assert time.monotonic() < deadline


def test_a_body_that_drips_is_given_up(own: Own) -> None:
    url = own("bodies.BODY_SECONDS = 0.5")
    with connected(url) as line:
        line.sendall(head(url, Content_Length="1000"))
        begun = time.monotonic()
        line.settimeout(0.1)
        heard = b""
        while not heard and time.monotonic() < begun + 5:
            line.sendall(b" ")
            with contextlib.suppress(TimeoutError):
                heard = line.recv(4096)
    assert heard.split()[1] == b"408"


def test_the_queue_has_an_end_and_old_answers_go(own: Own) -> None:
    url = own("jobs.MAX_WAITING = 5", "jobs.MAX_DONE = 3", "jobs.MAX_WAITING_BYTES = 10_000")
    jobs = [httpx.post(url + TEXT, json=LONG) for _ in range(20)]
    taken, refused = [j.json() for j in jobs if j.is_success], [j for j in jobs if not j.is_success]
    assert refused
    assert {(j.status_code, j.headers["retry-after"]) for j in refused} == {(429, "2")}
    for job in taken:
        httpx.put(job["cancel_url"])
    deadline = time.monotonic() + 30
    known = taken
    while len(known) > 3 and time.monotonic() < deadline:
        known = [j for j in taken if httpx.get(j["status_url"]).status_code != 404]
        time.sleep(0.1)
    assert len(known) == 3
    large = LONG | {"prompt": "x" * 9000}
    job = httpx.post(url + TEXT, json=large).json()
    assert httpx.post(url + TEXT, json=large).status_code == 429
    httpx.put(job["cancel_url"])
    while httpx.get(job["response_url"]).status_code != 499 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert httpx.post(url + TEXT, json=large).is_success


def test_the_oldest_files_make_room(tmp_path: Path) -> None:
    store = FileStore(tmp_path, most=100)
    names = [store.new_name("video/mp4") for _ in range(5)]
    for name in names:
        store.write(name, b"x" * 40)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names[-2:])
    store.write(names[0], b"x" * 1000)
    assert [p.name for p in tmp_path.iterdir()] == [names[0]], "the newest stays, however large"


def test_announced_uploads_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MAX_ANNOUNCED", 3)
    store = FileStore(tmp_path)
    secrets = [store.announce("image/png")[0] for _ in range(5)]
    assert [bool(store.take(secret)) for secret in secrets] == [False, False, True, True, True]


def test_too_large_a_picture_of_its_own_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path, port=1)
    name = store.new_name("image/png")
    with (tmp_path / name).open("wb") as file:
        file.truncate(MAX_BYTES)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("it was read"))
    body = {"prompt": "x", "image_url": f"http://127.0.0.1:1/files/{name}"}
    [endpoint] = [e for e in ENDPOINTS if f"/{e.id}" == IMAGE]
    with pytest.raises(InputRefused, match=f"has {MAX_BYTES} bytes") as refused:
        read(endpoint, body, store, lambda: None)
    assert refused.value.detail[0]["type"] == "file_too_large"


@pytest.mark.parametrize("told", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_picture_that_drips_does_not_hold_a_worker(own: Own, told: bytes) -> None:
    url = own("inputs.FETCH_SECONDS = 0.5")
    with socket.create_server(("127.0.0.1", 0)) as slow:
        job = httpx.post(url + IMAGE, json=QUICK | {"image_url": address_of(slow)}).json()
        line, _ = slow.accept()
        with line:
            for sent in (told, *[b"x"] * 100):
                with contextlib.suppress(ConnectionError):  # it was given up, which is told a moment later
                    line.sendall(sent)
                time.sleep(0.1)
                result = httpx.get(job["response_url"])
                if result.status_code == 422:
                    break
    assert result.json()["detail"][0]["type"] == "file_download_error"


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/x.png"


def test_all_redirects_of_a_picture_have_one_deadline(own: Own) -> None:
    url = own("inputs.FETCH_SECONDS = 2.0")
    hops = []
    with socket.create_server(("127.0.0.1", 0)) as slow, httpx.Client(timeout=30) as client:

        def send_on() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = slow.accept()
                    hops.append(line.recv(4096))
                    time.sleep(0.4)
                    line.sendall(b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /again.png\r\n\r\n")
                    line.close()

        threading.Thread(target=send_on, daemon=True).start()
        job = client.post(url + IMAGE, json=QUICK | {"image_url": address_of(slow)}).json()
        result = finished(client, job)
    assert result.json()["detail"][0]["type"] == "file_download_error"
    assert 2 <= len(hops) <= 6


def test_a_cancel_ends_the_wait_for_a_picture(own: Own) -> None:
    url = own()
    with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client(timeout=10) as client:
        job = client.post(url + IMAGE, json=QUICK | {"image_url": address_of(silent)}).json()
        line, _ = silent.accept()
        with line:
            assert client.put(job["cancel_url"]).status_code == 202
            assert finished(client, job).status_code == 499
            line.settimeout(10)
            while line.recv(4096):
                pass


def test_a_thousand_open_streams_stop_nobody(client: httpx.Client, server: OfflineServer) -> None:
    jobs = [client.post(TEXT, json=LONG).json() for _ in range(100)]
    times = []
    with contextlib.ExitStack() as lines:
        for number in range(1000):
            line = lines.enter_context(connected(server.url))
            path = f"/fal-ai/bytedance/requests/{jobs[number % 100]['request_id']}/status/stream?logs=1"
            line.sendall(head(server.url, path, "GET", Authorization=f"Key {server.key}"))
            assert line.recv(15) == b"HTTP/1.1 200 OK"
        for _ in range(10):
            begun = time.monotonic()
            assert client.get(jobs[50]["status_url"]).json()["status"] == "IN_QUEUE"
            times.append(time.monotonic() - begun)
    for job in jobs:
        client.put(job["cancel_url"])
    assert sorted(times)[5] < 0.3


def test_an_answer_does_not_wait_for_a_receipt(client: httpx.Client) -> None:
    """Without TCP_NODELAY each takes 40 ms, except the first few."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        client.get("/x/y/requests/1/status")
        times.append(time.perf_counter() - begun)
    assert sorted(times[5:])[3] < 0.03
