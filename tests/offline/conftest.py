"""One offline server for all tests here, and small helpers to talk to it and to look into clips."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import av
import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ipyseedance.offline.launch import KEY_VARIABLE, OfflineServer

from .quick import KEY, QUICKLY

TEXT = "/fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
IMAGE = "/fal-ai/bytedance/seedance/v1.5/pro/image-to-video"
QUICK = {"prompt": "A lake at sunset", "resolution": "480p", "duration": "4", "seed": 7, "generate_audio": False}
LONG = {"prompt": "A lake at sunset", "resolution": "1080p", "duration": "12", "seed": 7}


@pytest.fixture(scope="session")
def server() -> Iterator[OfflineServer]:
    server = OfflineServer()
    server.start()
    yield server
    server.close()


START = "import sys; sys.argv = ['offline', '--port', '0', '--watch-stdin', *sys.argv[1:]]"
RUN = "from ipyseedance.offline.__main__ import main; main()"
Own = Callable[..., str]


class Servers:
    """Servers with some of their limits changed, each in a process of its own."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *changes: str, options: Sequence[str] = (), key: str = "") -> str:
        """Start one as in `start("bodies.BODY_SECONDS = 1", options=["--runners", "1"], key="k")`; its address."""
        setup = [f"import ipyseedance.offline.{c.split('.')[0]}; ipyseedance.offline.{c}" for c in changes]
        environment = os.environ | {KEY_VARIABLE: key, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        process = subprocess.Popen(
            [sys.executable, "-c", "; ".join([START, *setup, RUN]), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._running.append(process)
        assert process.stdout is not None
        return str(json.loads(process.stdout.readline())["url"])

    def end(self, number: int) -> None:
        """Send them a signal, and wait until they are gone."""
        for process in self._running:
            process.send_signal(number)
            assert process.wait(timeout=20) == 0
        self.kill()

    def kill(self) -> None:
        """Kill them, as a power cut would."""
        for process in self._running:
            process.kill()
            process.communicate()
        self._running.clear()


@pytest.fixture
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.kill()


@pytest.fixture
def own(servers: Servers) -> Own:
    return servers.start


@pytest.fixture(scope="session")
def quick_url() -> Iterator[str]:
    """A server with one runner that needs no time for a clip, for what is about the protocol only."""
    servers = Servers()
    yield servers.start(QUICKLY, "webhooks.FIRST_PAUSE = 0.05", options=["--runners", "1"], key=KEY)
    servers.kill()


@pytest.fixture
def client(server: OfflineServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Key {server.key}"}, timeout=30) as client:
        yield client


Submit = Callable[..., dict[str, Any]]


@pytest.fixture
def submit(client: httpx.Client) -> Submit:
    def submit(body: dict[str, Any], path: str = TEXT) -> dict[str, Any]:
        answer = client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    return submit


def events(client: httpx.Client, job: dict[str, Any], logs: int = 1) -> Iterator[dict[str, Any]]:
    """The job's states as its status stream tells them, until it is completed."""
    with client.stream("GET", job["status_url"] + "/stream", params={"logs": logs}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def finished(client: httpx.Client, job: dict[str, Any]) -> httpx.Response:
    """The job's result, once it has one."""
    states = list(events(client, job))
    assert states[-1]["status"] == "COMPLETED"
    return client.get(job["response_url"])


def clip_of(client: httpx.Client, job: dict[str, Any]) -> bytes:
    """The job's clip."""
    result = finished(client, job)
    assert result.status_code == 200, result.text
    return httpx.get(result.json()["video"]["url"]).content


def luma(clip: bytes) -> list[NDArray[np.uint8]]:
    """The brightness of every frame."""
    with av.open(io.BytesIO(clip), "r") as container:
        return [
            np.frombuffer(memoryview(frame.planes[0]), np.uint8)
            .reshape(frame.height, frame.planes[0].line_size)[:, : frame.width]
            .copy()
            for frame in container.decode(video=0)
        ]


def picture(size: tuple[int, int], seed: int) -> Image.Image:
    """Something like a photograph: soft shapes, edges and fine grain in colour."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.float32)
    grain = random.normal(0, 6, (size[1], size[0], 1))
    edges = 40.0 * ((np.arange(size[0]) // 37) % 2)[None, :, None]
    return Image.fromarray((soft * 0.7 + edges + grain).clip(0, 255).astype(np.uint8))


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
