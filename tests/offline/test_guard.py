"""Who may call."""

from __future__ import annotations

import httpx
import pytest

from ipyseedance.offline.launch import OfflineServer

from .conftest import QUICK, TEXT


@pytest.mark.parametrize("sent", [None, "Key wrong", "Bearer x", "é"])
def test_without_the_key_nothing_is_done(server: OfflineServer, sent: str | None) -> None:
    headers = {b"Authorization": sent.encode("latin-1")} if sent else {}
    for answer in (
        httpx.post(server.url + TEXT, json=QUICK, headers=headers),
        httpx.get(server.url + "/fal-ai/bytedance/requests/x/status", headers=headers),
        httpx.post(server.url + "/storage/upload/initiate", json={}, headers=headers),
        httpx.get(server.url + "/v1/models", headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost@evil.example"]
)
def test_a_foreign_host_name_is_refused_even_with_the_key(client: httpx.Client, host: str) -> None:
    assert client.get("/fal-ai/bytedance/requests/x/status", headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_addresses_in_answers_use_the_callers_own_host_name(client: httpx.Client, host: str) -> None:
    host = f"{host}:{client.base_url.port}"
    job = client.post(TEXT, json=QUICK, headers={"Host": host}).json()
    assert job["status_url"].startswith(f"http://{host}/fal-ai/bytedance/requests/")
    client.put(f"/fal-ai/bytedance/requests/{job['request_id']}/cancel")


def test_the_key_is_not_told(client: httpx.Client, server: OfflineServer) -> None:
    for answer in (client.get("/x"), client.post(TEXT, content=b"?"), httpx.get(server.url + "/x")):
        assert server.key not in answer.text + str(answer.headers)
