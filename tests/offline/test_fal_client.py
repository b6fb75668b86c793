"""fal's own Python client, unmodified, against the offline server."""

from __future__ import annotations

import gc
import hashlib
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fal_client
import httpx
import pytest
import trustme

from .conftest import IMAGE, QUICK, TEXT, Own, luma, picture, png
from .quick import HOLD, KEY, QUICKLY

TO_VIDEO, FROM_IMAGE = TEXT[1:], IMAGE[1:]

# The client closes none of its connections.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def forgotten_connections() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def fal(quick_url: str, monkeypatch: pytest.MonkeyPatch) -> fal_client.SyncClient:
    return client_of(quick_url, monkeypatch)


def client_of(url: str, monkeypatch: pytest.MonkeyPatch) -> fal_client.SyncClient:
    for name, value in {
        "QUEUE_URL_FORMAT": f"{url}/", "RUN_URL_FORMAT": f"{url}/run/", "REST_URL": url, "CDN_URL": url,
    }.items():  # fmt: skip
        monkeypatch.setattr(fal_client.client, name, value)
    return fal_client.SyncClient(key=KEY)


def test_subscribe_brings_a_clip_and_tells_how_it_goes(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fal = client_of(own(key=KEY), monkeypatch)
    told: list[fal_client.Status] = []
    ids: list[str] = []
    result = fal.subscribe(
        TO_VIDEO, QUICK, with_logs=True, on_queue_update=told.append, on_enqueue=ids.append, interval=0.05
    )
    assert result["seed"] == 7
    assert luma(httpx.get(result["video"]["url"]).content)[0].shape == (496, 864)
    kinds = [type(status) for status in told]
    assert kinds == sorted(kinds, key=[fal_client.Queued, fal_client.InProgress, fal_client.Completed].index)
    assert kinds[-1] is fal_client.Completed
    last: Any = told[-1]
    assert last.metrics["inference_time"] > 0
    lines = [line["message"] for line in last.logs]
    assert (lines[0], lines[-1]) == ("queued", "done")
    assert fal.result(TO_VIDEO, ids[0]) == result


def test_submit_status_and_cancel_in_every_state(fal: fal_client.SyncClient) -> None:
    running = fal.submit(TO_VIDEO, HOLD)
    while not isinstance(running.status(with_logs=True), fal_client.InProgress):
        pass
    waiting = [fal.submit(TO_VIDEO, QUICK) for _ in range(2)]
    assert [handle.status() for handle in waiting] == [fal_client.Queued(position=n) for n in (0, 1)]
    waiting[0].cancel()
    assert fal.status(TO_VIDEO, waiting[1].request_id) == fal_client.Queued(position=0)
    fal.cancel(TO_VIDEO, running.request_id)
    for handle in (running, waiting[0]):
        with pytest.raises(fal_client.FalClientHTTPError) as refused:
            handle.get()
        assert (refused.value.status_code, refused.value.error_type) == (499, "client_cancelled")
    assert waiting[1].get()["seed"] == 7
    for handle, code in ((waiting[1], 400), (fal.get_handle(TO_VIDEO, "unknown"), 404)):
        with pytest.raises(fal_client.FalClientHTTPError) as error:
            handle.cancel()
        assert error.value.status_code == code


def test_what_does_not_start_in_time_ends(fal: fal_client.SyncClient) -> None:
    held = fal.submit(TO_VIDEO, HOLD)
    late = fal.submit(TO_VIDEO, QUICK, start_timeout=1.01)
    with pytest.raises(fal_client.FalClientHTTPError) as error:
        late.get()
    assert (error.value.status_code, error.value.error_type) == (504, "request_timeout")
    assert error.value.response.headers["x-fal-request-timeout-type"] == "user"
    held.cancel()


def test_low_priority_goes_last(fal: fal_client.SyncClient) -> None:
    held = fal.submit(TO_VIDEO, HOLD)
    low = fal.submit(TO_VIDEO, QUICK, priority="low")
    normal = fal.submit(TO_VIDEO, QUICK, priority="normal")
    while isinstance(held.status(), fal_client.Queued):
        pass
    assert (normal.status(), low.status()) == (fal_client.Queued(position=0), fal_client.Queued(position=1))
    held.cancel()


def test_a_wrong_input_is_told_field_by_field(fal: fal_client.SyncClient) -> None:
    with pytest.raises(fal_client.FalClientHTTPError) as error:
        fal.subscribe(TO_VIDEO, QUICK | {"duration": "13"}, on_queue_update=lambda _: None)
    assert error.value.status_code == 422
    detail: Any = error.value.response.json()["detail"]
    assert detail[0]["loc"] == ["body", "duration"]


def test_a_direct_run(fal: fal_client.SyncClient) -> None:
    assert fal.run(TO_VIDEO, QUICK)["video"]["content_type"] == "video/mp4"


@pytest.mark.parametrize("repository", ["fal_v3", "fal"])
def test_uploads(fal: fal_client.SyncClient, quick_url: str, repository: Any) -> None:
    data = os.urandom(1000)
    address = fal.upload(data, "image/png", "x.png", repository=repository, fallback_repository=[])
    answer = httpx.get(address)
    assert address.startswith(f"{quick_url}/files/")
    assert (answer.content, answer.headers["content-type"]) == (data, "image/png")


def test_an_uploaded_image_begins_a_clip(fal: fal_client.SyncClient) -> None:
    address = fal.upload_image(picture((864, 496), 2), fallback_repository=[])
    assert fal.subscribe(FROM_IMAGE, QUICK | {"image_url": address})["seed"] == 7


def test_a_large_file_goes_in_parts(fal: fal_client.SyncClient, tmp_path: Path) -> None:
    data = os.urandom(2**20) * 101
    (tmp_path / "large.mp4").write_bytes(data)
    address = fal.upload_file(tmp_path / "large.mp4", fallback_repository=[])
    got = httpx.get(address, timeout=30)
    assert hashlib.sha256(got.content).digest() == hashlib.sha256(data).digest()
    assert got.headers["content-type"] == "video/mp4"


async def test_the_asynchronous_client(fal: fal_client.SyncClient) -> None:
    client = fal_client.AsyncClient(key=KEY)
    address = await client.upload(png(picture((400, 400), 1)), "image/png", fallback_repository=[])
    handle = await client.submit(FROM_IMAGE, QUICK | {"image_url": address, "aspect_ratio": "1:1"})
    states = [type(state) async for state in handle.iter_events(with_logs=True, interval=0.02)]
    assert states[-1] is fal_client.Completed
    assert (await handle.get())["seed"] == 7


def test_a_wrong_key(quick_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client_of(quick_url, monkeypatch)
    with pytest.raises(fal_client.FalClientHTTPError) as error:
        fal_client.SyncClient(key="other:key").submit(TO_VIDEO, QUICK)
    assert error.value.status_code == 401


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """The server's certificate with its key, and that of the authority that gave it."""
    authority = trustme.CA()
    own, trusted = tmp_path / "own.pem", tmp_path / "trusted.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(own)
    authority.cert_pem.write_to_path(trusted)
    return own, trusted


BY_ENVIRONMENT = f"""
import json, fal_client
told = []
handle = fal_client.submit({TO_VIDEO!r}, {QUICK!r})
for state in handle.iter_events(with_logs=True):
    told.append(type(state).__name__)
results = [call({TO_VIDEO!r}, {QUICK!r}) for call in (fal_client.subscribe, fal_client.run)]
print(json.dumps([told[-1], handle.response_url, results]))
"""


def test_over_tls_with_nothing_but_environment_variables(own: Own, certificate: tuple[Path, Path]) -> None:
    mine, trusted = certificate
    url = own(QUICKLY, options=["--certificate", str(mine)], key=KEY)
    host = url.replace("127.0.0.1", "localhost").removeprefix("https://")
    hosts = {"FAL_QUEUE_RUN_HOST": host, "FAL_RUN_HOST": f"{host}/run"}
    environment = os.environ | hosts | {"FAL_KEY": KEY, "SSL_CERT_FILE": str(trusted)}
    command = [sys.executable, "-c", BY_ENVIRONMENT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f'["Completed", "https://{host}/fal-ai/bytedance/requests/'), done.stderr
    assert done.stdout.count(f'"url": "https://{host}/files/') == 2
    with httpx.Client(verify=ssl.create_default_context(cafile=str(trusted))) as client:
        assert client.get(f"https://{host}/x").status_code == 401
