"""Starting and stopping the server, and that it never outlives its parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from ipyseedance.contract.errors import ServiceUnavailable
from ipyseedance.offline import launch
from ipyseedance.offline.launch import KEY_VARIABLE, OfflineServer

from .conftest import QUICK, TEXT, finished

GONE_WITHIN = 2.0
posix_only = pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")


def connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return socket.create_connection((parts.hostname, parts.port), timeout=GONE_WITHIN)


def hung_up(line: socket.socket) -> bool:
    """Whether the server closes the connection, as its death does; waits GONE_WITHIN at most."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_start_is_quick_and_close_is_final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("FAL_KEY", "id:secret")
    server = OfflineServer()
    server.start()
    started = time.perf_counter()
    url = server.url
    server.start()
    assert server.url == url, "starting twice keeps the first"
    assert len(list(tmp_path.iterdir())) == 1
    with connected(url) as line:
        server.close()
        assert hung_up(line)
    assert time.perf_counter() - started < GONE_WITHIN
    server.close()
    assert server.pid is None
    assert list(tmp_path.iterdir()) == [], "nothing is left on disk"


def test_it_can_be_started_again_and_used_from_any_thread() -> None:
    server = OfflineServer()
    threads = [threading.Thread(target=server.start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = server.pid
    assert httpx.get(server.url + "/x", headers={"Authorization": f"Key {server.key}"}).status_code == 404
    server.close()
    server.start()
    assert server.pid not in (None, first)
    server.close()


def test_close_does_not_wait_for_a_render() -> None:
    server = OfflineServer()
    server.start()
    body = QUICK | {"resolution": "1080p", "duration": "12"}
    httpx.post(server.url + TEXT, json=body, headers={"Authorization": f"Key {server.key}"})
    before = time.perf_counter()
    server.close()
    assert time.perf_counter() - before < 1


def test_a_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_RUN", "raise SystemExit('no room on this machine')")
    with pytest.raises(ServiceUnavailable, match="no room on this machine"):
        OfflineServer().start()


def test_no_key_is_in_the_process_list_nor_fals_anywhere_in_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("no /proc here")
    id, secret = "0123456789abcdef", "fedcba9876543210fedcba9876543210"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, value in {
        "FAL_KEY": f"{id}:{secret}", "FAL_KEY_ID": id, "FAL_KEY_SECRET": secret, "MY_COPY": f"x {id}:{secret} y",
        "HEADER": f"Authorization: Key {id}:{secret}", "SOME_API_KEY": "another", "HARMLESS": "kept",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    server = OfflineServer()
    server.start()
    try:
        result = finished_by(server)
        assert result["seed"] == QUICK["seed"]
        for process in [Path(f"/proc/{server.pid}"), *children(server.pid)]:
            line, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
            assert server.key.encode() not in line
            assert b"HARMLESS=kept" in environment
            assert b"SOME_API_KEY" not in environment
            for half in (id, secret):
                assert half.encode() not in line + environment
        held = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
        assert held
        assert not any(secret.encode() in data or server.key.encode() in data for data in held)
    finally:
        server.close()


def finished_by(server: OfflineServer) -> dict[str, Any]:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Key {server.key}"}, timeout=30) as client:
        result: dict[str, Any] = finished(client, client.post(TEXT, json=QUICK).json()).json()
        return result


def children(pid: int | None) -> list[Path]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [Path(f"/proc/{child}") for task in tasks for child in (task / "children").read_text().split()]


def test_the_help_names_the_safer_way_to_give_a_key() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "COLUMNS": "300"}
    command = [sys.executable, "-m", "ipyseedance.offline", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert f"better set the environment variable {KEY_VARIABLE}" in told


PARENT = """
import os, sys, time
from ipyseedance.offline.launch import OfflineServer
server = OfflineServer()
server.start()
fork = os.fork() if "fork" in sys.argv else 0
if "fork" in sys.argv and fork == 0:
    time.sleep(60)
    os._exit(0)
print(server.url, fork, flush=True)
time.sleep(60)
"""


@posix_only
@pytest.mark.parametrize("mode", ["alone", "fork"])
def test_it_dies_with_a_parent_that_is_killed(mode: str, tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, mode], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        url, fork = parent.stdout.readline().split()
        try:
            with connected(url) as line:
                parent.kill()
                assert hung_up(line)
        finally:
            if int(fork):
                os.kill(int(fork), signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_notebooks_interrupt_does_not_reach_it(server: OfflineServer) -> None:
    assert server.pid is not None
    assert os.getpgid(server.pid) != os.getpgid(0)


def test_it_runs_by_itself(tmp_path: Path) -> None:
    environment = os.environ | {KEY_VARIABLE: "k", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-m", "ipyseedance.offline", "--port", "0", "--files", str(tmp_path / "kept")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            assert httpx.post(url + TEXT, json=QUICK).status_code == 401
            headers = {"Authorization": "Key k"}
            body = {"content_type": "image/png", "file_name": "x.png"}
            places = httpx.post(url + "/storage/upload/initiate", json=body, headers=headers).json()
            httpx.put(places["upload_url"], content=b"kept")
        finally:
            process.terminate()
    assert [path.read_bytes() for path in (tmp_path / "kept").glob("*.png")] == [b"kept"]
    assert process.returncode == 0


def test_a_process_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(ServiceUnavailable, match=r"could not be started: .*Too many open files"):
        OfflineServer().start()
