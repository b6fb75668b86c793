"""Where a kept or answered address leads: to the service, to the open internet, or to nothing that is called."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.frames import FrameError
from ipyseedance.doors import addresses
from ipyseedance.doors.addresses import is_endpoint, is_loopback, is_private, is_public, is_public_ip, is_request_id
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.queue import Queue
from ipyseedance.fal.storage import Storage
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.offline import inputs
from ipyseedance.offline.files import FileStore
from tests.wire.fal_double import Script, serving

from .torrent import Handler, Torrent, goes_to, says, torrent

ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7)
KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"

PUBLIC = ("https://v3.fal.media/files/a.mp4", "https://8.8.8.8/x", "https://[2001:4860:4860::8888]/x?y#z",
          "https://cdn.example.co.uk:8443/x", "HTTPS://V3.FAL.MEDIA/x", "https://[::ffff:8.8.8.8]/",
          "https://xn--mnchen-3ya.de/", "https://a_b.example.com/@x")  # fmt: skip
PRIVATE = ("https://127.0.0.1/x", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/",
           "https://0x7f.1/", "https://017700000001/", "https://0177.0.0.1/", "https://127.0.0.1./", "https://localhost/",
           "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://printer.local/",
           "https://x.internal/", "https://metadata.google.internal/", "https://router.home.arpa/", "https://nas.lan/",
           "https://nas/", "https://com/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/",
           "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/", "https://100.100.100.200/",
           "https://168.63.129.16/", "https://0.0.0.0/", "https://0/", "https://224.0.0.1/", "https://240.0.0.1/",
           "https://255.255.255.255/", "https://198.18.0.1/", "https://192.0.0.1/", "https://[::]/", "https://[::1]/",
           "https://[::127.0.0.1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1]/",
           "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[ff02::1]/",
           "https://[2002:7f00:1::]/", "https://[2002:a00:1::1]/", "https://[64:ff9b::7f00:1]/",
           "https://[64:ff9b::10.0.0.1]/", "https://[64:ff9b:1::1]/", "https://[2001:0:7f00:1::]/",
           "https://[2001:db8::1]/", "https://127.0.0.1%00.example.com/", "https://127%2e0.0.1/",
           "https://example.com%2f@127.0.0.1/", "https://ex ample.com/", "https://example.com./")  # fmt: skip
NEITHER: tuple[Any, ...] = (
           "http://v3.fal.media/x", "http://8.8.8.8/", "ftp://v3.fal.media/x", "file:///etc/passwd", "//v3.fal.media/x",
           "v3.fal.media/x", "", "https://", "https:///x", "https://user@v3.fal.media/", "https://a:b@v3.fal.media/",
           "https://@v3.fal.media/", "https://127.0.0.1\\@v3.fal.media/", "https://v3.fal.media\\@127.0.0.1/",
           "https://v3.fal.media/\r\nHost: x", "https://v3.fal.media/\t", " https://v3.fal.media/", "data:,x",
           "javascript:1", "https://v3.fal.media:99999/", "https://[::1", "https://v3.fal.media/\u202e", None, 7, [],
           b"https://v3.fal.media/", "https://v3.fal.media/" + "x" * 10_000)  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_public(url: str) -> None:
    assert is_public(url)
    assert not is_private(url)


@pytest.mark.parametrize("url", PRIVATE)
def test_private(url: str) -> None:
    assert not is_public(url)
    assert is_private(url)
    assert not is_public(url.replace("https", "http"))


@pytest.mark.parametrize("url", NEITHER, ids=lambda url: repr(url)[:40])
def test_what_may_not_be_called(url: Any) -> None:
    assert not is_public(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80", "https://127.8.9.1/x", "http://localhost:9", "http://[::1]:80/"]
)
def test_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["http://127.1", "http://localhost.", "http://a.localhost", "http://localhost.example",
                                 "ftp://localhost", "http://10.0.0.1", "http://user@localhost", "http://0.0.0.0",
                                 "localhost", "http://[::ffff:127.0.0.1]", None])  # fmt: skip
def test_this_machine_by_its_plain_names_only(url: Any) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize("ip", ["10.0.0.1", "fe80::1%eth0", "::1", "::ffff:10.0.0.1", "", "x", "127.1", "2002:a00:1::"])
def test_no_public_ip(ip: str) -> None:
    assert not is_public_ip(ip)


NO_ENDPOINTS = ("", "fal-ai", "/fal-ai/x", "fal-ai/x/", "fal-ai//x", "fal-ai/../x", "../fal-ai/x", "fal-ai/x?y=1",
                "fal-ai/x#y", "fal-ai/%2e%2e/x", "fal-ai/x\n", "fal-ai/x y", "fal-ai/.x", "http://a/b", "a\\b/c",
                "fal-ai/é", "a/b" * 200, "/".join("abcdefghijkl"), None, 7, b"fal-ai/x")  # fmt: skip
NO_IDS = ("", "..", "a/b", "a?b", "a#b", "a%2fb", "a\n", " a", "-a", "a" * 129, "ä", "a.b", 7, None, b"a", ["a"])


@pytest.mark.parametrize("endpoint", NO_ENDPOINTS, ids=lambda value: repr(value)[:30])
def test_no_endpoint(endpoint: Any) -> None:
    assert not is_endpoint(endpoint)


@pytest.mark.parametrize("id", NO_IDS, ids=lambda value: repr(value)[:30])
def test_no_request_id(id: Any) -> None:
    assert not is_request_id(id)


def test_endpoints_and_ids() -> None:
    assert all(map(is_endpoint, (ENDPOINT, "fal-ai/x", "workflows/me/a.b-c_d")))
    assert all(map(is_request_id, ("019ef3ca-bf2e-71b2-0000-000000000000", "1", "a_b")))


@asynccontextmanager
async def wired(service: Service, key: str | None = KEY) -> AsyncIterator[Wire]:
    wire = Wire(service, Key(key) if key else None)
    try:
        yield wire
    finally:
        await wire.close()


# Tickets.

BASE = "https://queue.fal.run"
OWN = f"{BASE}/fal-ai/bytedance/requests/1"
NOT_OF_THIS_REQUEST = (
    "http://queue.fal.run/fal-ai/bytedance/requests/1{}", "https://queue.fal.run.evil.com/fal-ai/bytedance/requests/1{}",
    "https://evil.com/fal-ai/bytedance/requests/1{}", f"{BASE}:444/fal-ai/bytedance/requests/1{{}}",
    "https://a@queue.fal.run/fal-ai/bytedance/requests/1{}", f"{BASE}/fal-ai/bytedance/requests/2{{}}",
    f"{BASE}/fal-ai/other/requests/1{{}}", f"{BASE}/other/bytedance/requests/1{{}}", f"{BASE}/requests/1{{}}",
    f"{BASE}/fal-ai/bytedance/../../x/requests/1{{}}", f"{BASE}/fal-ai/bytedance/./requests/1{{}}",
    f"{BASE}/fal-ai/bytedance//requests/1{{}}", f"{BASE}/fal-ai/bytedance/%2e%2e/requests/1{{}}",
    f"{BASE}/fal-ai/bytedance/x%2fy/requests/1{{}}", f"{BASE}/fal-ai/bytedance/requests/1{{}}?a=b",
    f"{BASE}/fal-ai/bytedance/requests/1{{}}#a", f"{BASE}/fal-ai/bytedance/requests/1{{}}\n",
    f"{BASE}/fal-ai/bytedance/requests/1{{}}/more", f"{BASE}/fal-ai/bytedance/requests/1/..{{}}",
    f"{BASE}/fal-ai/bytedance/a..b/requests/1{{}}", f"{BASE}\\fal-ai/bytedance/requests/1{{}}", "", "{}", "/x{}",
    "http://127.0.0.1:6379{}", "file:///etc/passwd", f"{BASE}/v1/keys{{}}", "http://[",
)  # fmt: skip


def fals_queue() -> Queue:
    return Queue(Wire(Service.fal(), Key(KEY)))


@pytest.mark.parametrize("url", NOT_OF_THIS_REQUEST)
def test_an_address_that_is_not_of_the_request_is_replaced_by_the_rule(url: str) -> None:
    told = {"status_url": url.format("/status"), "response_url": url.format(""), "cancel_url": url.format("/cancel")}
    ticket = fals_queue().ticket(ENDPOINT, "1", told=told | {"request_id": "2", "more": 1})
    assert (ticket.status_url, ticket.response_url, ticket.cancel_url) == (f"{OWN}/status", OWN, f"{OWN}/cancel")
    assert ticket.request_id == "1"


@pytest.mark.parametrize("swapped", [{"status_url": f"{OWN}/cancel", "response_url": f"{OWN}/cancel"},
                                     {"response_url": f"{OWN}/status"}, {"cancel_url": OWN}])  # fmt: skip
def test_an_address_is_for_one_thing(swapped: dict[str, str]) -> None:
    assert fals_queue().ticket(ENDPOINT, "1", told=swapped) == fals_queue().ticket(ENDPOINT, "1")


@pytest.mark.parametrize("told", [None, "x", 7, [], [{}], {"status_url": 7}, {"status_url": None}, {1: 2}])
def test_a_ticket_of_any_kind_is_read(told: Any) -> None:
    assert fals_queue().ticket(ENDPOINT, "1", told=told).status_url == f"{OWN}/status"


def test_the_addresses_a_service_gives_for_the_request_are_used() -> None:
    whole = f"{BASE}/{ENDPOINT}/requests/1"
    told = {"status_url": f"{whole}/status", "response_url": f"{OWN}/response", "cancel_url": f"{whole}/cancel"}
    assert fals_queue().ticket(ENDPOINT, "1", told=told).to_record() == {"request_id": "1"} | told


@pytest.mark.parametrize("endpoint", ["..", "fal-ai/../../x", "fal-ai/x?y", "http://a/b", "", None, 7])
@pytest.mark.parametrize("id", ["1", "../x", None])
def test_a_row_with_no_endpoint_or_id_is_a_clear_error(endpoint: Any, id: Any) -> None:
    with pytest.raises(sd.InvalidRequest, match="is not the id of an endpoint"):
        fals_queue().ticket(endpoint, id)
    with pytest.raises(sd.InvalidRequest, match="is not the id of a request"):
        fals_queue().ticket(ENDPOINT, "../x")


@pytest.fixture
def fal() -> Iterator[Torrent]:
    with torrent() as server:
        yield server


@pytest.fixture
def victim() -> Iterator[Torrent]:
    """Another server on this machine. Nothing is to call it but for a person who says so."""
    with torrent() as server:
        server.plan["clip"] = says(picture())
        yield server


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 400)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("id", ["../../x", "a/b", "1?x=1", "1#x", "", "1\n", "%2e%2e", 7, None, ["1"], {"a": 1}])
def test_an_answer_with_no_request_id_is_lost(fal: Torrent, id: Any) -> None:
    fal.plan["submit"] = says({"request_id": id})

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, FOX.body({}))

    asyncio.run(go())
    assert [call for call, _ in fal.heard] == [f"POST /{ENDPOINT}"]


@pytest.mark.parametrize("endpoint", ["../x", "fal-ai/bytedance?x", "fal-ai//x", "x"])
def test_nothing_is_sent_to_what_is_no_endpoint(fal: Torrent, endpoint: str) -> None:
    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(sd.InvalidRequest):
                await Queue(wire).submit(endpoint, FOX.body({}))

    asyncio.run(go())
    assert fal.heard == []


def test_ids_of_the_accounts_list_are_looked_at(fal: Torrent) -> None:
    from ipyseedance.fal.platform import Platform

    ids: tuple[Any, ...] = ("../x", 7, None, "good", "a?b")
    fal.plan["list"] = says({"items": [*({"request_id": id, "json_input": {}} for id in ids), {"json_input": {}}]})

    async def go() -> list[str]:
        async with wired(Service.at(fal.url)) as wire:
            return [id async for id in Platform(wire).find_like(ENDPOINT, {}, since=0)]

    assert asyncio.run(go()) == ["good"]


@pytest.mark.parametrize("way", ["answer", "history"])
def test_a_ticket_that_leads_elsewhere_leads_nowhere(victim: Torrent, tmp_path: Path, way: str) -> None:
    with serving() as double:
        evil = dict.fromkeys(("status_url", "response_url", "cancel_url"), f"{victim.url}/fal-ai/bytedance/requests/1")
        double.script = Script(["hold", {"status": "COMPLETED"}])
        if way == "answer":
            double.on_submit = (200, {"request_id": "0193"} | evil)
            double.jobs["0193"] = double.script
        with sd.Project(tmp_path / "film", server=double.url) as project:
            job = project.submit(FOX)
            while not job.request_id:
                with pytest.raises(TimeoutError):
                    job.result(timeout=0.02)
            if way == "history":
                workspace_of(project).store.update(job.id, owner="gone", ticket={"request_id": "1"} | evil).result()
            else:
                double.release.set()
                job.result(timeout=20)
        double.release.set()
        with sd.Project(tmp_path / "film", server=double.url) as project:
            assert project.generations[0].result(timeout=20).path.exists()
        assert len(double.submits) == 1
    assert victim.heard == []


# Clips and frames.


PLAIN = ("127.0.0.1", "localhost", "127.0.0.2")
"""How this machine is usually named."""
ODD = ("127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost.", "0", "a@127.0.0.1")
"""What names it as well, or would if it were called."""


def at(victim: Torrent, host: str, scheme: str = "http") -> str:
    return f"{scheme}://{host}:{victim.server_address[1]}/clip.mp4"


async def downloaded(wire: Wire, url: str) -> bytes:
    async with Storage(wire).download(url) as delivery:
        return b"".join([chunk async for chunk in delivery.chunks])


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", [*PLAIN, *ODD])
def test_a_picture_is_not_fetched_from_the_machine_or_its_network(
    fal: Torrent, victim: Torrent, host: str, scheme: str
) -> None:
    url = at(victim, host, scheme)

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(FrameError):
                await Storage(wire).fetch_frame(url)
            fal.plan["clip"] = goes_to(url)
            for given in (False,) if host in ("127.0.0.1", "localhost") else (True, False):
                with pytest.raises(FrameError):
                    await Storage(wire).fetch_frame(f"{fal.url}/clip.png", given=given)
            fal.plan["result"] = goes_to(url)
            with pytest.raises(sd.ServiceUnavailable):
                await Queue(wire).result(Queue(wire).ticket(ENDPOINT, "1"))

    asyncio.run(go())
    assert victim.heard == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machines_names_are_one_origin_for_a_picture(fal: Torrent, host: str) -> None:
    fal.plan["clip"] = says(picture())

    async def go() -> sd.Frame:
        async with wired(Service.at(at(fal, host).removesuffix("/clip.mp4"))) as wire:
            return await Storage(wire).fetch_frame(at(fal, "localhost" if host == "127.0.0.1" else "127.0.0.1"))

    assert asyncio.run(go()).width == 400


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ODD)
def test_a_clip_of_a_service_on_this_machine_is_fetched_by_no_odd_name(
    fal: Torrent, victim: Torrent, host: str, scheme: str
) -> None:
    url = at(victim, host, scheme)

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            fal.plan["clip"] = goes_to(url)
            for there in (url, f"{fal.url}/clip.mp4"):
                with pytest.raises(sd.ClipNotSaved):
                    await downloaded(wire, there)

    asyncio.run(go())
    assert victim.heard == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("own", ["127.0.0.1", "localhost"])
def test_a_clip_of_a_service_on_this_machine_may_be_at_any_port_of_it(
    fal: Torrent, victim: Torrent, host: str, own: str
) -> None:
    url = at(victim, host)
    victim.plan["clip"] = says(b"clip")
    fal.plan["clip"] = goes_to(url)

    async def go() -> None:
        async with wired(Service.at(at(fal, own).removesuffix("/clip.mp4"))) as wire:
            for there in (url, f"{fal.url}/clip.mp4"):
                assert await downloaded(wire, there) == b"clip"

    asyncio.run(go())
    assert len(victim.heard) == 2
    assert "authorization" not in str(victim.heard).lower()


@pytest.mark.parametrize(
    "service", [Service.fal(), Service.at("https://fal.example"), Service.at("http://10.0.0.9:80")]
)
@pytest.mark.parametrize("host", [*PLAIN, *ODD, "10.0.0.8", "nas"])
def test_a_clip_of_a_service_elsewhere_is_not_of_this_machine(victim: Torrent, service: Service, host: str) -> None:
    async def go() -> None:
        async with wired(service) as wire:
            for scheme in ("http", "https"):
                assert not service.may_deliver(at(victim, host, scheme))
                with pytest.raises(sd.ClipNotSaved):
                    await downloaded(wire, at(victim, host, scheme))

    asyncio.run(go())
    assert victim.heard == []


def test_a_clip_of_a_service_on_the_network_may_be_at_any_port_of_its_host(
    fal: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_lead(monkeypatch, {"nas.lan": [["127.0.0.1"]], "other.lan": [["127.0.0.1"]]})
    victim.plan["clip"] = says(b"clip")

    async def go() -> None:
        async with wired(Service.at(f"http://nas.lan:{fal.server_address[1]}")) as wire:
            assert await downloaded(wire, at(victim, "nas.lan")) == b"clip"
            for host in ("other.lan", *PLAIN, *ODD):
                fal.plan["clip"] = goes_to(at(victim, host))
                for there in (at(victim, host), at(fal, "nas.lan")):
                    with pytest.raises(sd.ClipNotSaved):
                        await downloaded(wire, there)
            with pytest.raises(FrameError):
                await Storage(wire).fetch_frame(at(victim, "nas.lan"))

    asyncio.run(go())
    assert len(victim.heard) == 1


def test_an_address_a_person_gave_may_lead_on_within_its_host(fal: Torrent, victim: Torrent) -> None:
    fal.plan["clip"] = goes_to(f"{victim.url}/clip.png")

    async def go() -> None:
        async with wired(Service.at("https://fal.example")) as wire:
            assert (await Storage(wire).fetch_frame(f"{fal.url}/clip.png", given=True)).width == 400
            for there in ("http://10.0.0.1/x.png", at(victim, "127.0.0.2"), at(victim, "localhost.")):
                fal.plan["clip"] = goes_to(there)
                with pytest.raises(FrameError, match="is not fetched"):
                    await Storage(wire).fetch_frame(f"{fal.url}/clip.png", given=True)

    asyncio.run(go())
    assert len(victim.heard) == 1


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_each_hop_is_looked_at(fal: Torrent, victim: Torrent, code: int) -> None:
    hops = iter([f"{fal.url}/clip/2", f"{fal.url}/clip/3", at(victim, "localhost.")])
    fal.plan["clip"] = lambda handler: goes_to(next(hops), code)(handler)

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(sd.ClipNotSaved, match="is not called"):
                async with Storage(wire).download(f"{fal.url}/clip/1"):
                    pass

    asyncio.run(go())
    assert len(fal.heard) == 3
    assert victim.heard == []


def test_what_the_service_itself_delivers_comes(fal: Torrent) -> None:
    hops = iter([goes_to("/clip/2"), says(b"clip")])
    fal.plan["clip"] = lambda handler: next(hops)(handler)

    async def go() -> bytes:
        async with wired(Service.at(fal.url)) as wire, Storage(wire).download(f"{fal.url}/clip/1") as delivery:
            return b"".join([chunk async for chunk in delivery.chunks])

    assert asyncio.run(go()) == b"clip"


def test_a_picture_of_this_machine_is_for_who_gave_it(fal: Torrent, victim: Torrent, tmp_path: Path) -> None:
    url = f"{victim.url}/clip.png"

    async def go() -> sd.Frame:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(FrameError, match="is not fetched: the address is not https on the open internet"):
                await Storage(wire).fetch_frame(url)
            assert victim.heard == []
            return await Storage(wire).fetch_frame(url, given=True)

    assert asyncio.run(go()).width == 400
    assert "authorization" not in str(victim.heard).lower()
    with sd.Project(tmp_path / "film", server=fal.url) as project:
        asked = asyncio.run_coroutine_threadsafe(
            workspace_of(project).fetch_frame(url), workspace_of(project).thread.loop
        )
        with pytest.raises(FrameError, match="is not fetched"):
            asked.result(10)
    assert len(victim.heard) == 1


@pytest.mark.parametrize("names", [("upload_url",), ("file_url",), ("upload_url", "file_url")])
def test_a_frame_is_uploaded_to_the_service_or_the_open_internet(
    fal: Torrent, victim: Torrent, names: tuple[str, ...]
) -> None:
    places = {"upload_url": f"{fal.url}/clip/put", "file_url": f"{fal.url}/clip/got"}
    fal.plan["initiate"] = says(places | dict.fromkeys(names, at(victim, "localhost.")))

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            with pytest.raises(sd.SeedanceError, match="not https on the open internet"):
                await Storage(wire).upload(sd.Frame.of(picture()))

    asyncio.run(go())
    assert victim.heard == []
    assert [call.split()[0] for call, _ in fal.heard] == ["POST"]


def test_a_service_on_this_machine_may_have_its_files_at_another_port(fal: Torrent, victim: Torrent) -> None:
    fal.plan["initiate"] = says({"upload_url": f"{victim.url}/clip/put", "file_url": f"{victim.url}/clip/got"})

    async def go() -> str:
        async with wired(Service.at(fal.url)) as wire:
            return await Storage(wire).upload(sd.Frame.of(picture()))

    assert asyncio.run(go()) == f"{victim.url}/clip/got"
    assert [call.split()[0] for call, _ in victim.heard] == ["PUT"]
    assert "authorization" not in str(victim.heard).lower()


# Names.


def names_lead(monkeypatch: pytest.MonkeyPatch, leads: dict[str, list[list[str]]]) -> list[str]:
    """Have names lead to these addresses, at each question to the next list. Returns the questions."""
    asked: list[str] = []
    system = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in leads:
            return system(host, port, *args, **options)
        asked.append(name)
        ips = leads[name].pop(0) if len(leads[name]) > 1 else leads[name][0]
        return [found for ip in ips for found in system(ip, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "100.64.0.1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_to_the_network_is_not_called(
    fal: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch, ip: str
) -> None:
    asked = names_lead(monkeypatch, {"cdn.example.com": [[ip]]})
    url = f"https://cdn.example.com:{victim.server_address[1]}/clip.mp4"
    fal.plan["clip"] = goes_to(url)

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            for there in (url, f"{fal.url}/clip.mp4"):
                with pytest.raises(sd.ClipNotSaved, match="leads to no public host"):
                    async with Storage(wire).download(there):
                        pass
            with pytest.raises(FrameError, match="leads to no public host"):
                await Storage(wire).fetch_frame(url)

    asyncio.run(go())
    assert victim.heard == []
    assert asked == ["cdn.example.com"] * 3


class Pictures(Handler):
    def do_GET(self) -> None:  # noqa: N802 - the base class names it
        self.server.heard.append((self.path, dict(self.headers)))
        says(picture())(self)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Torrent]:
    """An https server for cdn.example.com, whose certificate this process takes."""
    authority = trustme.CA()
    server = Torrent.__new__(Torrent)
    HTTPServer.__init__(server, ("127.0.0.1", 0), Pictures)
    server.plan, server.heard, server.sent, server.stopped = {}, [], 0, threading.Event()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("cdn.example.com", "v3.fal.media", "evilfal.media").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    authority.cert_pem.write_to_path(str(tmp_path / "ours.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ours.pem"))
    yield server
    server.stop()


def test_what_was_looked_at_is_what_is_called(fal: Torrent, shop: Torrent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name may lead elsewhere a moment later: it is asked once, and the certificate must be the name's."""
    port = shop.server_address[1]
    monkeypatch.setattr(addresses, "is_public_ip", lambda ip: ip == "127.0.0.1")  # as if it were on the internet
    asked = names_lead(monkeypatch, {"cdn.example.com": [["10.0.0.1", "127.0.0.1"], ["10.0.0.1"]],
                                     "other.example.com": [["127.0.0.1"]]})  # fmt: skip

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            frame = await Storage(wire).fetch_frame(f"https://cdn.example.com:{port}/a.png?b=c")
            assert frame.width == 400
            with pytest.raises(FrameError, match=r"(?i)certificate"):
                await Storage(wire).fetch_frame(f"https://other.example.com:{port}/a.png")

    asyncio.run(go())
    assert asked == ["cdn.example.com", "other.example.com"]
    [(path, headers)] = shop.heard
    assert (path, headers["Host"]) == ("/a.png?b=c", f"cdn.example.com:{port}")
    assert "Authorization" not in headers


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_carries_the_key(
    fal: Torrent, shop: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """To the open internet one is followed where nothing is paid for, and without the key."""
    monkeypatch.setattr(addresses, "is_public_ip", lambda ip: ip == "127.0.0.1")  # as if it were on the internet
    names_lead(monkeypatch, {"cdn.example.com": [["127.0.0.1"]]})
    port, here = shop.server_address[1], fal.server_address[1]
    followed = [f"https://cdn.example.com:{port}/a", f"HTTPS://CDN.example.com:{port}/b?{fal.url}"]
    refused = [
        f"https://cdn.example.com:{port}@127.0.0.1:{victim.server_address[1]}/", f"http://cdn.example.com:{port}/",
        f"//cdn.example.com:{port}/", f"https://127.0.0.1:{here}@cdn.example.com:{port}/", f"{victim.url}/x",
        f"http://127.0.0.1:{here}@{victim.url[7:]}/", f"http://127.0.0.1:{here}.example.com/", "http://127.0.0.1:99999/",
        f"http://127.0.0.1\\@{victim.url[7:]}/", f"//{victim.url[7:]}/x", "file:///etc/passwd", "javascript:1", "http://",
    ]  # fmt: skip

    async def go() -> None:
        async with wired(Service.at(fal.url)) as wire:
            queue, ticket = Queue(wire), Queue(wire).ticket(ENDPOINT, "1")
            for url in followed + refused:
                fal.plan = dict.fromkeys(("result", "status", "submit", "cancel"), goes_to(url, code))
                for call in (queue.result, queue.status, queue.cancel):
                    with contextlib.suppress(sd.SeedanceError):
                        await call(ticket)
                with pytest.raises(sd.SeedanceError):
                    await queue.submit(ENDPOINT, FOX.body({}))

    asyncio.run(go())
    assert len(shop.heard) == 2 * len(followed)  # neither the submit nor the cancel went on
    assert KEY not in str(shop.heard)
    assert "authorization" not in str(shop.heard).lower()
    assert victim.heard == []
    assert fal.submits == len(followed + refused)


async def test_behind_a_proxy_the_form_is_looked_at(
    fal: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", victim.url)
    asked = names_lead(monkeypatch, {"cdn.example.com": [["10.0.0.1"]]})
    async with wired(Service.at(fal.url)) as wire:
        with pytest.raises(FrameError, match="cannot be fetched"):  # this one only says what it was asked
            await Storage(wire).fetch_frame("https://cdn.example.com/a.png")
        for url in ("https://127.0.0.1/a.png", "https://localhost/a.png", "http://cdn.example.com/a.png"):
            with pytest.raises(FrameError, match="is not fetched"):
                await Storage(wire).fetch_frame(url)
    assert asked == []
    assert victim.heard == []  # a proxy is told with CONNECT, which this server does not know


async def test_fals_own_names_are_proved_by_their_certificates(shop: Torrent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind some VPNs each name leads to an address of 198.18.0.0/15 or 100.64.0.0/10, and from there to the host."""
    names = ("v3.fal.media", "x.fal.media", "evilfal.media")
    names_lead(monkeypatch, {name: [["127.0.0.1"]] for name in names})

    def place(name: str) -> str:
        return f"https://{name}:{shop.server_address[1]}/a.mp4"

    async with wired(Service.fal()) as wire:
        assert await downloaded(wire, place("v3.fal.media")) == picture()
        assert (await Storage(wire).fetch_frame(place("v3.fal.media"))).width == 400
        with pytest.raises(sd.ServiceUnavailable, match=r"(?i)certificate"):
            await downloaded(wire, place("x.fal.media"))
        with pytest.raises(sd.ClipNotSaved, match="leads to no public host"):
            await downloaded(wire, place("evilfal.media"))
    async with wired(Service.at("https://fal.example")) as wire:
        with pytest.raises(sd.ClipNotSaved, match="leads to no public host"):
            await downloaded(wire, place("v3.fal.media"))
    assert len(shop.heard) == 2


async def test_both_families_of_addresses_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    sixes, fours = [f"2600:9000::{n}" for n in range(1, 9)], [f"13.32.0.{n}" for n in range(1, 5)]
    names_lead(monkeypatch, {"six.example.com": [sixes + fours], "four.example.com": [[fours[0], *sixes, *fours]]})
    assert (await addresses.public_ips("six.example.com", 443))[:5] == [
        sixes[0],
        fours[0],
        sixes[1],
        fours[1],
        sixes[2],
    ]
    assert (await addresses.public_ips("four.example.com", 443))[:3] == [fours[0], sixes[0], fours[1]]
    assert len(await addresses.public_ips("six.example.com", 443)) == 12


async def test_a_proxy_that_makes_no_connection_sent_nothing(victim: Torrent, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", victim.url)  # it knows no CONNECT
    async with wired(Service.fal()) as wire:
        with pytest.raises(sd.ServiceUnavailable):
            await Queue(wire).submit(ENDPOINT, FOX.body({}))
    assert victim.heard == []


def picture_of_the_offline_server(url: str, folder: Path) -> None:
    endpoint = next(endpoint for endpoint in ENDPOINTS if endpoint.takes_pictures)
    inputs.read(endpoint, {"prompt": "A fox", "image_url": url}, FileStore(folder), lambda: None)


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy", "FTP_PROXY", "HTTPS_PROXY"])
def test_the_offline_server_looks_names_up_where_no_proxy_does(
    fal: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9" if name.endswith("S_PROXY") or name[0] == "F" else "example.org")
    names_lead(monkeypatch, {"cdn.example.com": [["127.0.0.1"]]})
    fal.plan["clip"] = goes_to(at(victim, "cdn.example.com"))
    with pytest.raises(inputs.InputRefused, match="NotPublic"):
        picture_of_the_offline_server(f"{fal.url}/clip.png", tmp_path)
    assert victim.heard == []


def test_the_offline_server_tries_more_than_one_address(
    fal: Torrent, victim: Torrent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(addresses, "is_public_ip", lambda ip: ip != "10.0.0.1")  # as if they were on the internet
    names_lead(monkeypatch, {"cdn.example.com": [["::1", "127.0.0.1"]]})  # the victim has no IPv6
    fal.plan["clip"] = goes_to(at(victim, "cdn.example.com"))
    picture_of_the_offline_server(f"{fal.url}/clip.png", tmp_path)
    [(_, headers)] = victim.heard
    assert headers["Host"] == f"cdn.example.com:{victim.server_address[1]}"
