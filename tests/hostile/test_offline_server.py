"""The offline server on a machine of many users: nobody else reads its files, leads it elsewhere or fills it up."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ipyseedance.offline.launch import KEY_VARIABLE, OfflineServer
from tests.offline.conftest import QUICK, TEXT, finished
from tests.offline.raw import connected, head

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions and limits of POSIX")
KEY = "0123456789abcdef0123456789abcdef"
RUN = "from ipyseedance.offline.__main__ import main; main()"
ENVIRONMENT = os.environ | {KEY_VARIABLE: KEY, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
MOST = 10_000
"""Connections."""


class Server:
    """One that runs by itself, as a person starts it."""

    def __init__(self, *options: str, before: str = "", temporary: Path | None = None) -> None:
        environment = ENVIRONMENT | ({"TMPDIR": str(temporary)} if temporary else {})
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{RUN}", "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, umask=0o022,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        self.url = json.loads(said)["url"] if said else ""
        self.client = httpx.Client(base_url=self.url, headers={"Authorization": f"Key {KEY}"}, timeout=20)

    def stop(self) -> str:
        """What it said was wrong."""
        self.client.close()
        self.process.terminate()
        return self.process.communicate(timeout=20)[1]

    def upload(self, data: bytes) -> str:
        """The address of an uploaded picture."""
        body = {"content_type": "image/png", "file_name": "x.png"}
        places = self.client.post("/storage/upload/initiate", json=body).json()
        httpx.put(places["upload_url"], content=data).raise_for_status()
        return str(places["file_url"])

    def begin_parts(self) -> tuple[str, str]:
        """Where the parts of an upload go, and the address of what they make."""
        body = {"content_type": "image/png", "file_name": "x.png"}
        places = self.client.post("/storage/upload/initiate-multipart", json=body).json()
        return places["upload_url"], places["file_url"]


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    running: list[Server] = []

    def start(*options: str, **others: str | Path) -> Server:
        running.append(Server(*options, **others))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for server in running:
        server.stop()


# Nobody else reads.


def open_to_others(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@pytest.mark.parametrize("kept", ["scratch", "new", "there"])
def test_its_files_are_for_nobody_else(start: Callable[..., Server], tmp_path: Path, kept: str) -> None:
    folder, temporary = tmp_path / "parent" / "kept", tmp_path / "temporary"
    temporary.mkdir(mode=0o755)
    if kept == "there":
        folder.mkdir(parents=True)
        (tmp_path / "parent").chmod(0o755)
        folder.chmod(0o755)
    server = start(*([] if kept == "scratch" else ["--files", str(folder)]), temporary=temporary)
    address = server.upload(b"a picture")
    to, _ = server.begin_parts()
    httpx.put(f"{to}/1", content=b"a part").raise_for_status()
    assert finished(server.client, server.client.post(TEXT, json=QUICK).json()).status_code == 200
    assert httpx.get(address).content == b"a picture"
    held = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(held) >= 3
    if kept == "there":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755, "the person's own choice"
        assert open_to_others(folder) == []
    else:
        assert open_to_others(tmp_path) == ["temporary"]


def test_an_earlier_servers_requests_are_made_private(start: Callable[..., Server], tmp_path: Path) -> None:
    start("--files", str(tmp_path)).stop()
    journal = tmp_path / "requests.db"
    journal.chmod(0o644)
    assert start("--files", str(tmp_path)).url
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_nobody_else_can_ask_the_system_for_the_key() -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("no /proc here")
    server = OfflineServer()
    server.start()
    try:
        process = Path(f"/proc/{server.pid}")
        assert server.key.encode() not in (process / "cmdline").read_bytes()
        for name in ("environ", "mem", "maps", "fd"):
            mode = (process / name).stat().st_mode
            assert name == "maps" or not mode & 0o077, "the system shows it to the owner alone"
            assert (process / name).stat().st_uid == os.geteuid()
    finally:
        server.close()


# Nobody else leads it elsewhere.


@pytest.mark.parametrize("link", ["symbolic", "dangling", "hard", "folder"])
def test_it_does_not_start_with_a_link_for_its_journal(start: Callable[..., Server], tmp_path: Path, link: str) -> None:
    folder, target = tmp_path / "kept", tmp_path / "elsewhere.db"
    folder.mkdir()
    if link in ("symbolic", "hard"):
        target.write_bytes(b"")
    if link == "hard":
        (folder / "requests.db").hardlink_to(target)
    elif link == "folder":
        (folder / "requests.db").mkdir()
    else:
        (folder / "requests.db").symlink_to(target)
    server = start("--files", str(folder))
    assert (server.url, server.process.wait(20)) == ("", 1)
    assert "requests.db cannot be used" in server.stop()
    assert not target.exists() or target.read_bytes() == b""


def test_a_folder_that_the_person_named_may_be_reached_by_a_link(start: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    server = start("--files", str(tmp_path / "link"))
    assert httpx.get(server.upload(b"kept")).content == b"kept"
    assert [path.read_bytes() for path in (tmp_path / "real").glob("*.png")] == [b"kept"]


def test_a_planted_name_hands_nothing_on(start: Callable[..., Server], tmp_path: Path) -> None:
    folder, secret = tmp_path / "kept", tmp_path / "id_rsa"
    secret.write_bytes(b"PRIVATE KEY")
    server = start("--files", str(folder))
    for name, plant in {"A" * 22 + ".mp4": Path.symlink_to, "B" * 22 + ".png": Path.symlink_to}.items():
        plant(folder / name, secret)
        for headers in ({}, {"Range": "bytes=0-3"}):
            answer = httpx.get(f"{server.url}/files/{name}", headers=headers)
            assert (answer.status_code, b"PRIVATE" in answer.content) == (404, False)
    os.mkfifo(folder / ("C" * 22 + ".mp4"))
    assert httpx.get(f"{server.url}/files/{'C' * 22}.mp4", timeout=5).status_code == 404
    body = QUICK | {"image_url": f"{server.url}/files/{'B' * 22}.png"}
    job = server.client.post("/fal-ai/bytedance/seedance/v1.5/pro/image-to-video", json=body).json()
    assert finished(server.client, job).status_code == 422


def test_what_it_writes_goes_through_no_planted_link(start: Callable[..., Server], tmp_path: Path) -> None:
    folder, victim = tmp_path / "kept", tmp_path / "authorized_keys"
    victim.write_bytes(b"mine")
    server = start("--files", str(folder))
    body = {"content_type": "image/png", "file_name": "x.png"}
    places = server.client.post("/storage/upload/initiate", json=body).json()
    name = places["file_url"].rpartition("/")[2]
    for planted in (name, f"{name}.part", f".{name}.part"):
        (folder / planted).symlink_to(victim)
    httpx.put(places["upload_url"], content=b"theirs").raise_for_status()
    assert httpx.get(places["file_url"]).content == b"theirs"

    to, address = server.begin_parts()
    id, made = to.rpartition("/")[2], address.rpartition("/")[2]
    for planted in (f"{id}.1.part", f"{id}.2.part", made, f"{made}.part"):
        (folder / planted).symlink_to(victim)
    tags = [httpx.put(f"{to}/{number}", content=b"part").headers["etag"] for number in (1, 2)]
    parts = [{"partNumber": number, "etag": tag} for number, tag in enumerate(tags, 1)]
    httpx.post(f"{to}/complete", json={"parts": parts}).raise_for_status()
    assert httpx.get(address).content == b"partpart"
    assert victim.read_bytes() == b"mine"
    assert not (folder / made).is_symlink()


# Nobody fills it up.

HOLDER = """
import resource, socket, sys
host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
lines = [socket.create_connection((host, port), timeout=30) for _ in range(count)]
print(len(lines), flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def held(url: str, counts: Sequence[int]) -> Iterator[None]:
    """That many connections that say nothing, each count from a process of its own."""
    place = urlsplit(url)
    with contextlib.ExitStack() as stack:
        holders = []
        for count in counts:
            command = [sys.executable, "-c", HOLDER, str(place.hostname), str(place.port), str(count)]
            holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(holder)
            stack.callback(holder.kill)
            holders.append(holder)
        for holder, count in zip(holders, counts, strict=True):
            assert holder.stdout is not None
            assert holder.stdout.readline() == f"{count}\n"
        yield


def answers(server: Server, times: int = 20) -> list[float]:
    """How long new callers wait for an answer, in seconds, the quickest first."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        said = httpx.get(f"{server.url}/x/y/requests/1/status", headers={"Authorization": f"Key {KEY}"}, timeout=10)
        took.append(time.perf_counter() - begun)
        assert said.status_code == 404
    return sorted(took)


def memory(server: Server) -> float:
    """The process's resident memory in MB."""
    (line,) = [x for x in Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if x.startswith("VmRSS")]
    return int(line.split()[1]) / 1000


def test_ten_thousand_idle_connections_stop_nobody(start: Callable[..., Server]) -> None:
    server = start()
    answers(server)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard - 1500)
    with held(server.url, [most // 2, most - most // 2]):
        took = answers(server)
        assert took[len(took) // 2] < 0.5
        if Path("/proc/self/status").exists():
            assert memory(server) < 600
    assert answers(server)[10] < 0.5


FEW = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))"


@pytest.mark.parametrize("files", [128, 256])
def test_where_the_system_gives_few_files_the_silent_ones_give_way(start: Callable[..., Server], files: int) -> None:
    server = start(before=FEW.format(files))
    job = server.client.post(TEXT, json=QUICK).json()
    with connected(server.url) as stream:  # one that is being answered is no silent one
        path = urlsplit(job["status_url"]).path + "/stream"
        stream.sendall(head(server.url, path, "GET", Authorization=f"Key {KEY}"))
        stream.settimeout(30)
        assert stream.recv(15) == b"HTTP/1.1 200 OK"
        with held(server.url, [files * 2]):
            assert answers(server)[-1] < 1
            heard = b""
            while b"COMPLETED" not in heard:
                said = stream.recv(65_536)
                assert said, "it was cut"
                heard += said
    assert server.client.get(job["response_url"]).status_code == 200
    assert answers(server)[-1] < 1
    assert server.stop() == "", "nothing ran out"


def test_where_all_are_being_answered_one_more_is_refused(start: Callable[..., Server]) -> None:
    server = start(before=FEW.format(128))
    long = QUICK | {"resolution": "1080p", "duration": "12"}
    jobs = [server.client.post(TEXT, json=long).json() for _ in range(4)]
    codes = []
    with contextlib.ExitStack() as lines:
        for number in range(100):
            line = lines.enter_context(connected(server.url))
            path = urlsplit(jobs[number % 4]["status_url"]).path + "/stream"
            line.sendall(head(server.url, path, "GET", Authorization=f"Key {KEY}"))
            line.settimeout(10)
            with contextlib.suppress(ConnectionError):
                codes.append(line.recv(12)[9:])
        for job in jobs:
            server.client.put(job["cancel_url"])
    assert set(codes) == {b"200", b"503"}
    assert codes[:20] == [b"200"] * 20
    assert answers(server)[-1] < 1
