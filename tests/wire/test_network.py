"""Proxies and certificates of the environment: each works or is named, and nothing is charged for one that does not."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import FrameError
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.network import Network
from ipyseedance.fal.platform import Platform
from ipyseedance.fal.queue import Queue
from ipyseedance.fal.storage import Storage
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.project import open_project as open_tuned
from ipyseedance.store.record import Record, now
from ipyseedance.store.statuses import IN_QUEUE
from ipyseedance.store.store import Store

from .conftest import KEY
from .fal_double import FalDouble

FOX = sd.TextToVideo("A fox", seed=7)
PASSWORD = "hunter2-hunter2"
ELSEWHERE = "https://fal.example"
"""A service that is reached by a proxy, if at all."""
Speak = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT") or name == "REQUESTS_CA_BUNDLE":
            monkeypatch.delenv(name)


@contextlib.contextmanager
def proxy(speak: Speak) -> Iterator[int]:
    """A port where `speak` has each connection, on a thread of its own, and then it ends."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            speak(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def says(answer: bytes) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    return speak


@contextlib.contextmanager
def elsewhere(folder: Path, patience: float = 0.5) -> Iterator[sd.Project]:
    with open_tuned(folder, choose(ELSEWHERE, KEY), tuning=Tuning(submit_patience=patience)) as project:
        yield project


def failed(project: sd.Project) -> sd.SeedanceError:
    """How a job ends of which nothing left: it costs nothing, and no file of the project has the proxy's password."""
    job = project.submit(FOX)
    with pytest.raises(sd.SeedanceError) as caught:
        job.result(timeout=20)
    assert (job.status, job.cost, caught.value.charged) == ("FAILED", 0.0, "no")
    assert workspace_of(project).store.purse().reserved == 0
    seen = str(caught.value) + repr(workspace_of(project).connection.problem) + repr(workspace_of(project).connection)
    seen += "".join(f.read_bytes().decode("latin-1") for f in project.folder.rglob("*") if f.is_file())
    assert PASSWORD not in seen
    return caught.value


BROKEN = {
    "a SOCKS of another version": ("ALL_PROXY", f"socks4://me:{PASSWORD}@127.0.0.1:1080", "socks4://127.0.0.1:1080"),
    "no host": ("HTTPS_PROXY", "http://", "http://"),
    "half a bracket": ("HTTPS_PROXY", "http://[", "http://["),
    "no such port": ("https_proxy", f"http://me:{PASSWORD}@proxy.example:99999", "http://proxy.example:99999"),
    "no number": ("HTTPS_PROXY", f"me:{PASSWORD}@proxy.example:port", "http://proxy.example:port"),
    "a password with a slash": ("HTTPS_PROXY", f"http://me:a/{PASSWORD}@[proxy", "http://[proxy"),
    "a path": ("HTTPS_PROXY", "file:///etc/passwd", "file://"),
    "no certificates there": ("SSL_CERT_FILE", "/nonexistent.pem", "/nonexistent.pem"),
    "a folder": ("SSL_CERT_FILE", "/", "'/'"),
    "no certificates in it": ("SSL_CERT_FILE", __file__, "test_network.py"),
    "no such folder": ("SSL_CERT_DIR", "/nonexistent", "/nonexistent"),
}


@pytest.mark.parametrize(("variable", "value", "shown"), BROKEN.values(), ids=BROKEN)
def test_a_variable_that_cannot_be_used_is_named_and_nothing_is_sent(
    variable: str, value: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with elsewhere(tmp_path) as project:
        error = failed(project)
        assert variable in str(error)
        assert shown in str(error)
        assert workspace_of(project).connection.state == "unreachable"
    monkeypatch.delenv(variable)
    with elsewhere(tmp_path / "again") as project:
        assert variable not in str(failed(project))


def test_a_service_on_this_machine_needs_none_of_them(
    fal: FalDouble, project: sd.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "ALL_PROXY": "socks4://127.0.0.1:1", "HTTPS_PROXY": "http://[", "HTTP_PROXY": "foo://",
        "NO_PROXY": "[,fd00::/8,://", "SSL_CERT_FILE": "/nonexistent.pem", "SSL_CERT_DIR": "/nonexistent",
        "REQUESTS_CA_BUNDLE": "/nonexistent",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    start = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 600, 3), np.uint8))
    clip = project.submit(sd.ImageToVideo("Go", start, seed=1)).result(timeout=20)
    assert clip.path.read_bytes() == fal.clip


def test_what_is_broken_for_other_addresses_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://[")
    monkeypatch.setenv("NO_PROXY", "localhost,fd00::/8,[::1,,%,http://")
    with elsewhere(tmp_path) as project:
        error = failed(project)
    assert isinstance(error, sd.ServiceUnavailable)  # as without them: no such host
    assert "PROXY" not in str(error)


CONNECTS = {
    "a password is missing": b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
    "forbidden": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
    "bad gateway": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "not now": b"HTTP/1.1 503 upstream reset\r\nX-Fal-Request-Id: 0193-1\r\nContent-Length: 0\r\n\r\n",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n",
    "it hangs up": b"",
    "half an answer": b"HTTP/1.1 200 Connection est",
    "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n",
    "no TLS behind it": b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
}


@pytest.mark.parametrize("answer", CONNECTS.values(), ids=CONNECTS)
def test_a_proxy_that_lets_nothing_through_costs_nothing(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(says(answer)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{port}")
        with elsewhere(tmp_path) as project:
            error = failed(project)
    assert isinstance(error, sd.ServiceUnavailable)
    assert f"http://127.0.0.1:{port}, which HTTPS_PROXY names" in str(error)
    if b"407" in answer:
        assert "407 Proxy Authentication Required" in str(error)


async def test_a_proxy_that_stops_a_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(says(CONNECTS["a password is missing"])) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{port}")
        wire = Wire(Service.at(ELSEWHERE), Key(KEY))
        with pytest.raises(sd.ServiceUnavailable) as clip:
            async with Storage(wire).download("https://cdn.example.com/a.mp4"):
                pass
        with pytest.raises(FrameError) as picture:
            await Storage(wire).fetch_frame("https://cdn.example.com/a.png")
        with pytest.raises(sd.ServiceUnavailable) as list_:
            await Platform(wire).prices(["fal-ai/x"])
        await wire.close()
    said = [str(error.value) for error in (clip, picture, list_)]
    assert all(f"by the proxy http://127.0.0.1:{port}, which HTTPS_PROXY names" in text for text in said)
    assert PASSWORD not in str(said)


async def test_where_nothing_answers_it_is_said_in_plain_words() -> None:
    with socket.socket() as held:  # bound, and nobody listens
        held.bind(("127.0.0.1", 0))
        there = f"http://127.0.0.1:{held.getsockname()[1]}"
        wire = Wire(Service.at(there), Key(KEY))
        with pytest.raises(FrameError) as picture:
            await Storage(wire).fetch_frame(f"{there}/a.png", given=True)
        with pytest.raises(sd.ServiceUnavailable) as prices:
            await Platform(wire).prices(["fal-ai/x"])
        await wire.close()
    said = [str(error.value) for error in (picture, prices)]
    assert all("nothing answers there" in text for text in said), said
    assert "attempts" not in str(said)


async def test_a_file_on_a_broken_way_is_not_fetched_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://[")
    wire = Wire(Service.at("http://127.0.0.1:9"), Key(KEY))
    with pytest.raises(sd.ClipNotSaved, match="HTTPS_PROXY") as clip:
        async with Storage(wire).download("https://cdn.example.com/a.mp4"):
            pass
    assert clip.value.charged == "yes"
    with pytest.raises(FrameError, match="HTTPS_PROXY"):
        await Storage(wire).fetch_frame("https://cdn.example.com/a.png")
    await wire.close()


def test_while_a_proxy_refuses_the_job_is_not_sent_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(says(CONNECTS["a password is missing"])) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{port}")
        with elsewhere(tmp_path, patience=60) as project:
            job = project.submit(FOX)
            while "407" not in job_of(job).trouble:
                with pytest.raises(TimeoutError):
                    job.result(timeout=0.02)
            assert job.status == "PENDING"
        again = Store(tmp_path)
        (record,) = again.all()
        again.close()
        assert record.is_unsent


SOCKS = {
    "no way of signing in": b"\x05\xff",
    "no SOCKS": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "it hangs up": b"",
}


# httpcore lets go of a connection on which SOCKS fails, without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("answer", SOCKS.values(), ids=SOCKS)
def test_a_socks_proxy_that_lets_nothing_through_has_sent_nothing(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        wire = Wire(Service.at(ELSEWHERE), Key(KEY))
        with pytest.raises(sd.ServiceUnavailable) as caught:
            await Queue(wire).submit("fal-ai/bytedance/x", {})
        await wire.close()
        assert f"socks5h://127.0.0.1:{port}, which ALL_PROXY names" in str(caught.value)

    with proxy(says(answer)) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://me:{PASSWORD}@127.0.0.1:{port}")
        asyncio.run(go())
    gc.collect()  # here, where it is not minded


async def test_a_socks_proxy_is_used(fal: FalDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def relay(near: socket.socket) -> None:
        near.recv(4096)
        near.sendall(b"\x05\x00")
        asked.append(near.recv(4096))
        near.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        with socket.create_connection(("127.0.0.1", int(fal.url.rpartition(":")[2]))) as far:
            far.sendall(near.recv(65536))
            while data := far.recv(65536):
                near.sendall(data)

    with proxy(relay) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{port}")
        wire = Wire(Service.at("http://fal.example"), Key(KEY))
        assert (await wire.read("GET", "http://fal.example/v1/models")).status_code == 404
        await wire.close()
    assert b"fal.example" in asked[0]  # the proxy looks the name up


BESIDE = "192.168.0.7 10.1.2.3 [fd00::5] fal.example a.fal.example deep.example intranet [2001:db8::1] one.example"


@pytest.mark.parametrize(
    ("entry", "direct"),
    [
        ("192.168.0.0/16", "192.168.0.7"),
        ("192.168.0.7", "192.168.0.7"),
        ("fd00::/8", "[fd00::5]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("2001:DB8:0::1", "[2001:db8::1]"),
        ("fal.example", "fal.example a.fal.example"),
        (".fal.example", "fal.example a.fal.example"),
        ("*.fal.example", "fal.example a.fal.example"),
        ("FAL.example", "fal.example a.fal.example"),
        ("https://fal.example:443", "fal.example a.fal.example"),
        ("fal.example:8443", ""),
        ("http://fal.example", ""),
        ("al.example", ""),
        ("*", BESIDE),
        ("%,[,::/999,:,.,://,:99999999999", ""),
    ],
)
def test_what_no_proxy_names_is_reached_without_one(entry: str, direct: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", f"localhost, {entry}")
    network = Network.read(ELSEWHERE)
    assert " ".join(host for host in BESIDE.split() if network.proxy(f"https://{host}/x") is None) == direct


def test_jobs_under_way_outlast_a_broken_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be running at the service, so a kernel that cannot ask says nothing of what they cost."""
    more: dict[str, Any] = {"request": FOX.record(), "body": FOX.body({}), "estimate": 0.2, "submitted_at": now()}
    history = Store(tmp_path)
    for status, request_id in ((IN_QUEUE, "0193-1"), ("UNCONFIRMED", None), ("SUBMITTING", None)):
        row = Record(
            now(), ELSEWHERE, free=False, endpoint="fal-ai/bytedance/seedance/v1.5/pro/text-to-video",
            status=status, request_id=request_id, owner="gone", **more,
        )  # fmt: skip
        history.add(row).result()
    history.close()
    monkeypatch.setenv("HTTPS_PROXY", "http://[")
    with elsewhere(tmp_path) as project:
        for job in project.generations:
            with pytest.raises(sd.SeedanceError, match="HTTPS_PROXY") as caught:
                job.result(timeout=20)
            assert (caught.value.charged, job.cost) == ("maybe", None)
        assert {job.status for job in project.generations} <= {IN_QUEUE, "UNCONFIRMED", "SUBMITTING"}
        assert workspace_of(project).store.purse().reserved == pytest.approx(0.6)
