"""Answers of any size and shape: each ends in bounded memory and time with a typed error, and none is paid twice."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.errors import from_record
from ipyseedance.contract.frames import FrameError
from ipyseedance.doors.parsing import read_json
from ipyseedance.fal import queue as queue_module
from ipyseedance.fal import refusals
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.platform import NoRecords, Platform
from ipyseedance.fal.queue import NoStream, Queue
from ipyseedance.fal.storage import Storage
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.project import open_project
from ipyseedance.store.store import Store
from tests.wire.fal_double import tiny_clip
from tests.wire.test_reopen import wait_for

from .torrent import MB, Answer, Handler, Torrent, drips, floods, goes_to, packed, raw, says, torrent

ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7)
KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"
ASKED = FOX.body({})
MUCH = 60
"""Megabytes of what has no end. Where 8 MB are the most, what sockets hold beside them is less than as much again."""
TAKEN_AT_MOST = 20 * MB


@pytest.fixture
def fal() -> Iterator[Torrent]:
    with torrent() as server:
        yield server


@pytest.fixture(params=["with a key", "without a key"])
def key(request: pytest.FixtureRequest) -> str | None:
    return KEY if request.param == "with a key" else None


@pytest.fixture
def project(fal: Torrent, tmp_path: Path, key: str | None) -> Iterator[sd.Project]:
    with sd.Project(tmp_path / "film", server=fal.url, key=key, budget=100) as opened:
        yield opened


@asynccontextmanager
async def wired(fal: Torrent, key: str | None = KEY) -> AsyncIterator[Wire]:
    wire = Wire(Service.at(fal.url), Key(key) if key else None)
    try:
        yield wire
    finally:
        await wire.close()


def failure(project: sd.Project) -> tuple[sd.Generation, sd.SeedanceError]:
    job = project.submit(FOX)
    with pytest.raises(sd.SeedanceError) as caught:
        job.result(timeout=90)
    return job, caught.value


FLOODS: dict[str, Callable[[int], Answer]] = {
    "until the end": lambda code: floods(MUCH, code=code),
    "with a length": lambda code: floods(MUCH, code=code, Content_Length=str(MUCH * MB)),
    "gzip": lambda code: packed(b'{"status": "COMPLETED", "detail": "', MUCH, b'"}', code),
    "deflate": lambda code: packed(b'{"status": "COMPLETED", "detail": "', MUCH, b'"}', code, "deflate"),
}


@pytest.mark.parametrize("way", FLOODS)
@pytest.mark.parametrize("code", [200, 422, 500])
def test_a_flood_after_a_submit_is_a_lost_answer(fal: Torrent, project: sd.Project, way: str, code: int) -> None:
    fal.plan["submit"] = FLOODS[way](code)
    job, error = failure(project)
    assert isinstance(error, sd.Unconfirmed)
    assert (job.status, error.charged, fal.submits) == ("UNCONFIRMED", "maybe", 1)
    assert fal.sent < TAKEN_AT_MOST


@pytest.mark.parametrize("way", FLOODS)
@pytest.mark.parametrize("code", [200, 401, 503])
@pytest.mark.parametrize("kind", ["status", "result"])
def test_a_flood_from_a_job_ends_it(fal: Torrent, project: sd.Project, way: str, code: int, kind: str) -> None:
    fal.plan[kind] = FLOODS[way](code)
    job, error = failure(project)
    assert type(error) is sd.AnswerTooLarge
    assert (job.status, error.charged, fal.submits) == ("FAILED", "maybe", 1)
    assert f"project.import_request('0193-1', '{ENDPOINT}')" in error.next_step
    assert fal.sent < TAKEN_AT_MOST
    assert type(from_record(job_of(job).record.error or {})) is sd.AnswerTooLarge


NUMBER = f"&#{'9' * 5000};"
"""A letter in HTML whose number Python does not read."""


@pytest.mark.parametrize("code", [200, 401, 422, 429, 500])
@pytest.mark.parametrize("place", ["header", "text", "name"])
def test_no_text_of_an_answer_is_an_error_of_its_own(fal: Torrent, place: str, code: int) -> None:
    body: dict[str, Any] = {"request_id": "1", "detail": [{"loc": ["body"], "msg": NUMBER}] if code == 422 else "no"}
    if place == "name":
        body[NUMBER] = 1
    elif place == "text":
        body |= {"note": NUMBER, "detail": NUMBER, "error_type": NUMBER}
    headers: Any = {"X_Note": NUMBER, "Retry_After": NUMBER} if place == "header" else {}
    fal.plan = dict.fromkeys(("submit", "status", "result", "cancel"), says(body, code, **headers))

    async def go() -> None:
        async with wired(fal) as wire:
            queue, ticket = Queue(wire), Queue(wire).ticket(ENDPOINT, "1")
            for call in (
                queue.submit(ENDPOINT, ASKED),
                queue.status(ticket),
                queue.result(ticket),
                queue.cancel(ticket),
            ):
                try:
                    await call
                except sd.SeedanceError as error:
                    assert str(error)  # noqa: PT017 - of a 200 some are none

    asyncio.run(go())
    assert fal.submits == 1


@pytest.mark.parametrize(
    "error", [ValueError, OverflowError, RecursionError, KeyError, TypeError, AttributeError, MemoryError]
)
@pytest.mark.parametrize(("code", "reader"), [(200, "object_of"), (422, "plain"), (500, "_lost")])
def test_what_goes_wrong_while_an_answer_is_read_is_a_lost_answer(
    fal: Torrent, monkeypatch: pytest.MonkeyPatch, error: type[Exception], code: int, reader: str
) -> None:
    def fails(*_: object, **__: object) -> Any:
        raise error("odd")

    fal.plan["submit"] = says({"request_id": "1", "detail": "no"}, code)
    if reader != "_lost":
        monkeypatch.setattr(refusals if reader == "plain" else queue_module, reader, fails)

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, ASKED)

    asyncio.run(go())
    assert fal.submits == 1


def test_a_line_without_end_gives_way_to_polls(fal: Torrent, project: sd.Project) -> None:
    fal.plan["stream"] = floods(MUCH, b"data: " + b"x" * 65530, Content_Type="text/event-stream")
    fal.plan["status"] = says({"status": "COMPLETED"})
    fal.plan["result"] = says({"nothing": 1})
    _, error = failure(project)
    assert "holds no clip" in str(error)
    assert fal.sent < TAKEN_AT_MOST


def test_a_packed_line_without_end_is_not_unpacked(fal: Torrent) -> None:
    fal.plan["stream"] = lambda handler: packed(b"data: ", MUCH, b"")(with_events(handler))

    async def go() -> None:
        async with wired(fal) as wire:
            queue = Queue(wire)
            with pytest.raises(NoStream):
                async for _ in queue.stream(queue.ticket(ENDPOINT, "1")):
                    pass

    asyncio.run(go())


def event(**told: Any) -> bytes:
    return b"data: " + json.dumps(told).encode() + b"\n\n"


QUEUED, RUNNING = event(status="IN_QUEUE", queue_position=1), event(status="IN_PROGRESS")
EVENTS: Any = {"Content_Type": "text/event-stream"}


@pytest.mark.parametrize("told", [QUEUED, QUEUED + RUNNING], ids=["one", "both by turns"])
def test_a_stream_that_floods_is_heard_ten_times_a_second(
    fal: Torrent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bytes
) -> None:
    writes: list[Any] = []
    update = Store.update

    def counted(history: Store, *args: Any, **changes: Any) -> Any:
        writes.append(changes)
        return update(history, *args, **changes)

    monkeypatch.setattr(Store, "update", counted)
    fal.plan["stream"] = floods(100_000, told * 500, **EVENTS)
    with sd.Project(tmp_path / "film", server=fal.url, key=KEY, budget=100) as project:
        job = project.submit(FOX)
        wait_for(lambda: job_of(job).readings)
        began, before, written = time.monotonic(), job_of(job).readings, len(writes)
        wait_for(lambda: time.monotonic() - began > 2)
        assert job_of(job).readings - before <= 10 + 12 * (time.monotonic() - began)
        assert len(writes) - written <= 6 + 3 * (time.monotonic() - began)
        assert fal.sent < 20 * MB


def test_a_stream_that_tells_little_is_heard_at_once(fal: Torrent) -> None:
    sent: list[float] = []

    def calmly(handler: Handler) -> None:
        handler.begin(200, {"Connection": "close"} | EVENTS)
        for told in (*[QUEUED] * 4, *[RUNNING] * 4, event(status="COMPLETED")):
            sent.append(time.monotonic())
            handler.write(told)
            handler.server.stopped.wait(0.03)

    fal.plan["stream"] = calmly

    async def go() -> list[tuple[float, str]]:
        async with wired(fal) as wire:
            stream = Queue(wire).stream(Queue(wire).ticket(ENDPOINT, "1"))
            return [(time.monotonic(), progress.status) async for progress in stream]

    heard = asyncio.run(go())
    assert len(heard) == 9
    assert heard[-1][1] == "COMPLETED"
    late = sorted(at - then for (at, _), then in zip(heard, sent, strict=True))
    assert late[4] < 0.03


def test_no_reading_is_lost_of_a_stream_that_floods(fal: Torrent) -> None:
    lines = [str(n) for n in range(30_000)]
    told = b"".join(event(status="IN_PROGRESS", logs=lines[n : n + 3]) for n in range(0, len(lines), 3))
    fal.plan["stream"] = says(told + event(status="COMPLETED"), **EVENTS)
    heard: list[str] = []

    async def go() -> str:
        async with wired(fal) as wire:
            async for progress in Queue(wire).stream(Queue(wire).ticket(ENDPOINT, "1")):
                heard.extend(line for reading in (*progress.earlier, progress) for line in reading.logs)
        return progress.status

    assert asyncio.run(go()) == "COMPLETED"
    assert heard == lines


@pytest.mark.parametrize("kind", ["stream", "status", "header"])
def test_what_takes_long_to_read_holds_nobody_up(fal: Torrent, kind: str) -> None:
    hard = "%2525263d+AGE-=3D\\u0026" * 40
    told = {"status": "IN_PROGRESS", "logs": [{"message": hard}] * 800}
    fal.plan["stream"] = says(event(**told) + event(status="COMPLETED"), **EVENTS)
    headers: Any = {f"X_{n}": hard * 7 for n in range(8)}
    fal.plan["status"] = says(told) if kind == "status" else says({}, **headers)

    async def go() -> float:
        longest, done = 0.0, False

        async def watch() -> None:
            nonlocal longest
            while not done:
                began = time.monotonic()
                await asyncio.sleep(0.005)
                longest = max(longest, time.monotonic() - began)

        async with wired(fal) as wire:
            queue, ticket = Queue(wire), Queue(wire).ticket(ENDPOINT, "1")
            await queue.cancel(ticket)  # so that the certificates are loaded
            watching = asyncio.ensure_future(watch())
            if kind == "stream":
                assert [progress.status async for progress in queue.stream(ticket)][-1] == "COMPLETED"
            else:
                await queue.status(ticket)
            done = True
            await watching
        return longest

    assert asyncio.run(go()) < 0.7  # all of it takes a second or more


def with_events(handler: Any) -> Any:
    begin = handler.begin
    handler.begin = lambda code, headers: begin(code, headers | {"Content-Type": "text/event-stream"})
    return handler


@pytest.mark.parametrize("each", [7, 5000])
def test_of_the_log_the_newest_lines_are_kept(fal: Torrent, project: sd.Project, each: int) -> None:
    lines = [f"{n} " + "x" * (2100 if each == 7 else 30) for n in range(1050 if each == 7 else 5000)]
    events = [{"status": "IN_PROGRESS", "logs": lines[n : n + each]} for n in range(0, len(lines), each)]
    told = "".join(f"data: {json.dumps(event)}\n\n" for event in [*events, {"status": "COMPLETED"}])
    fal.plan["stream"] = says(told.encode(), Content_Type="text/event-stream")
    fal.plan["result"] = says({"nothing": 1})
    job, _ = failure(project)
    assert len(job.logs) == 1000
    assert job.logs[-1].startswith(lines[-1][:20])
    assert max(map(len, job.logs)) <= 2000
    assert job_of(job).record.logs == job.logs


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, identity, gzip", "x-unknown", "compress"])
def test_what_is_packed_otherwise_than_asked_for_is_not_unpacked(fal: Torrent, encoding: str) -> None:
    data = json.dumps({"request_id": "0193-1"}).encode()
    fal.plan["submit"] = says(data, Content_Encoding=encoding)

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, ASKED)

    asyncio.run(go())
    assert fal.submits == 1


ENDLESS = {
    "answers that announce one": drips(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "answers with hints": drips(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0.001),
    "a head that drips": lambda handler: drips(b"X-A: b\r\n")(begun(handler, b"HTTP/1.1 200 OK\r\n")),
    "a body that drips": lambda handler: drips(b" ")(begun(handler, b"HTTP/1.1 200 OK\r\n\r\n")),
    "pieces that drip": lambda handler: drips(b"1\r\n \r\n")(
        begun(handler, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    ),
}


def begun(handler: Any, head: bytes) -> Any:
    handler.write(head)
    return handler


@pytest.mark.parametrize("way", ENDLESS)
def test_an_answer_that_never_ends_ends(fal: Torrent, way: str) -> None:
    fal.plan["submit"] = fal.plan["status"] = ENDLESS[way]

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, ASKED, within=0.3)
            with pytest.raises(sd.ServiceUnavailable):
                await wire.read("GET", f"{fal.url}/fal-ai/bytedance/requests/1/status", within=0.3)

    asyncio.run(asyncio.wait_for(go(), 10))
    assert fal.submits == 1


def test_a_head_without_end_is_not_kept(fal: Torrent) -> None:
    def endless(handler: Handler) -> None:
        handler.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(MUCH * 16):
            handler.write(f"X-{n}: ".encode() + b"x" * 65000 + b"\r\n")

    fal.plan["submit"] = endless

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, ASKED)

    asyncio.run(go())
    assert fal.sent < TAKEN_AT_MOST


NO_JSON = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "too deep to be handed on": b'{"request_id": "1", "x": ' + b"[" * 200 + b"]" * 200 + b"}",
    "many values": b'{"request_id": "1", "x": [' + b"0," * 1_000_000 + b"0]}",
    "not a number": b'{"request_id": "1", "x": NaN}',
    "infinity": b'{"request_id": "1", "x": -Infinity}',
    "a number as large": b'{"request_id": "1", "x": 1e999}',
    "a number of many digits": b'{"request_id": "1", "x": ' + b"9" * 10_000 + b"}",
    "half a pair": b'{"request_id": "1", "x": "\\ud800"}',
    "a name of half a pair": b'{"request_id": "1", "\\udfff": 1}',
    "UTF-16": '{"request_id": "1"}'.encode("utf-16"),
    "UTF-32": '{"request_id": "1"}'.encode("utf-32"),
    "Latin-1": '{"request_id": "1", "x": "é"}'.encode("latin-1"),
    "nothing": b"",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_an_error_of_one_kind(fal: Torrent, body: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(body)
    fal.plan = dict.fromkeys(("submit", "status", "result", "list", "initiate"), says(body))

    async def go() -> None:
        async with wired(fal) as wire:
            queue = Queue(wire)
            ticket = queue.ticket(ENDPOINT, "1")
            with pytest.raises(sd.Unconfirmed):
                await queue.submit(ENDPOINT, ASKED)
            with pytest.raises(sd.ServiceUnavailable):
                await queue.status(ticket)
            with pytest.raises(sd.SeedanceError, match="holds no clip"):
                await queue.result(ticket)
            with pytest.raises(sd.ServiceUnavailable):
                await Platform(wire).find(ENDPOINT, "1")
            with pytest.raises(sd.ServiceUnavailable):
                await Platform(wire).prices([ENDPOINT])
            with pytest.raises(sd.ServiceUnavailable):
                await Storage(wire).upload(sd.Frame.of(Image.new("RGB", (400, 400))))

    asyncio.run(go())


ODD: tuple[Any, ...] = ("abc", "", [], {}, [1], {"a": 1}, 1.5, -1, True, None, 10**30, "9" * 5000, "nan", "1e999")


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_a_field_of_any_kind_is_read_or_left_out(fal: Torrent, value: Any) -> None:
    fields = ("status", "queue_position", "logs", "error", "error_type", "metrics")
    answers = [says(dict.fromkeys(fields, value)), says({"logs": [value, {"message": value}], "metrics":
               {"inference_time": value}}), says(value)]  # fmt: skip
    results = [{"video": {"url": value}, "seed": 1}, {"video": value}, value]

    async def go() -> None:
        async with wired(fal) as wire:
            queue, ticket = Queue(wire), Queue(wire).ticket(ENDPOINT, "1")
            for answer in answers:
                fal.plan["status"] = answer
                try:
                    progress = await queue.status(ticket)
                except sd.ServiceUnavailable:
                    continue
                assert isinstance(progress.status, str)
                assert isinstance(progress.queue_position, int | None)
                assert isinstance(progress.inference_seconds, int | float | None)
                assert all(isinstance(line, str) for line in progress.logs)
            for result in results:
                fal.plan["result"] = says(result, x_fal_billable_units=str(value)[:100])
                try:
                    await queue.result(ticket)
                except sd.SeedanceError as error:
                    assert "holds no clip" in str(error)  # noqa: PT017 - either is right
            fal.plan["result"] = says({"video": {"url": "https://a.b/c"}, "seed": value}, x_fal_billable_units="nan")
            found = await queue.result(ticket)
            assert found.seed is None or abs(found.seed) < 2**63
            assert found.billable_units is None
            for name in ("detail", "error_type", "message", "loc", "msg", "type"):
                for body in ({name: value}, {"detail": [{name: value}]}, {"detail": [value]}):
                    fal.plan["result"] = says(body, 422)
                    with pytest.raises(sd.SeedanceError):
                        await queue.result(ticket)
            fal.plan["cancel"] = says({"status": value})
            await queue.cancel(ticket)

    asyncio.run(go())


@pytest.mark.parametrize(("few_enough", "asked"), [(10, ["100", "10"]), (1, ["100", "10", "1"])])
def test_a_list_that_is_too_large_is_asked_for_in_smaller_pages(
    fal: Torrent, few_enough: int, asked: list[str]
) -> None:
    def pages(handler: Any) -> None:
        limit = int(handler.path.partition("limit=")[2].partition("&")[0])
        found = {"items": [{"request_id": "1", "json_input": ASKED}], "has_more": False}
        (says(found) if limit <= few_enough else floods(MUCH))(handler)

    fal.plan["list"] = pages

    async def go() -> list[str]:
        async with wired(fal) as wire:
            return [id async for id in Platform(wire).find_like(ENDPOINT, ASKED, since=0)]

    assert asyncio.run(go()) == ["1"]
    assert [call.partition("limit=")[2].partition("&")[0] for call, _ in fal.heard] == asked


def test_a_list_that_stays_too_large_is_none(fal: Torrent) -> None:
    fal.plan["list"] = FLOODS["gzip"](200)

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(NoRecords, match="too large to read"):
                await Platform(wire).find(ENDPOINT, "1")
            with pytest.raises(NoRecords, match="too large to read"):
                await Platform(wire).prices([ENDPOINT])

    asyncio.run(go())


CLIPS: dict[str, Answer] = {
    "by its length": says(b"x" * 500_000),
    "as it comes": floods(MUCH, b"x" * 1000),
    "by the whole of a range": says(b"x", 206, Content_Range="bytes 5-5/999999999"),
    "packed": packed(b"", MUCH, b""),
}


@pytest.mark.parametrize("way", CLIPS)
def test_a_clip_that_is_too_large_is_not_taken(fal: Torrent, way: str) -> None:
    fal.plan["clip"] = CLIPS[way]
    start = 5 if "range" in way else 0

    taken = [0]

    async def go() -> None:
        async with (
            wired(fal) as wire,
            Storage(wire).download(f"{fal.url}/clip.mp4", start=start, most=100_000) as delivery,
        ):
            async for chunk in delivery.chunks:
                taken[0] += len(chunk)

    with pytest.raises(sd.ClipTooLarge, match="has more than 0 MB"):
        asyncio.run(go())
    assert taken[0] <= 100_000
    assert fal.sent < TAKEN_AT_MOST
    assert issubclass(sd.ClipTooLarge, sd.ClipNotSaved)


def test_a_clip_as_large_as_it_may_be_is_taken(fal: Torrent) -> None:
    fal.plan["clip"] = says(b"x" * 100_000)

    async def go() -> int:
        async with wired(fal) as wire, Storage(wire).download(f"{fal.url}/clip.mp4", most=100_000) as delivery:
            return sum([len(chunk) async for chunk in delivery.chunks])

    assert asyncio.run(go()) == 100_000


EMPTY = b"\x00\x00\x00\xff\xff" * 13_000
"""Blocks of deflate with nothing in them."""


def emptily(handler: Handler) -> None:
    """A packed answer that never holds a byte."""
    handler.begin(200, {"Content_Encoding": "gzip", "Connection": "close"} | EVENTS)
    handler.write(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")
    for _ in range(MUCH * MB // len(EMPTY)):
        handler.write(EMPTY)


def nearly_emptily(handler: Handler) -> None:
    """The same, with a byte now and then."""
    handler.begin(200, {"Content_Encoding": "gzip", "Connection": "close"} | EVENTS)
    handler.write(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")
    for _ in range(MUCH * MB // len(EMPTY)):
        handler.write(EMPTY + b"\x00\x01\x00\xfe\xffx")


async def size_of(storage: Storage, url: str, most: int) -> int:
    async with storage.download(url, most=most) as delivery:
        return sum([len(chunk) async for chunk in delivery.chunks])


@pytest.mark.parametrize("answer", [emptily, nearly_emptily])
def test_what_a_packing_of_nothing_takes_is_counted(fal: Torrent, answer: Answer) -> None:
    fal.plan = dict.fromkeys(("submit", "status", "result", "stream", "clip"), answer)

    async def go() -> None:
        async with wired(fal) as wire:
            queue, ticket, storage = Queue(wire), Queue(wire).ticket(ENDPOINT, "1"), Storage(wire)
            with pytest.raises(sd.Unconfirmed):
                await queue.submit(ENDPOINT, ASKED)
            for call in (queue.status, queue.result):
                with pytest.raises(sd.AnswerTooLarge):
                    await call(ticket)
            with pytest.raises(sd.ClipTooLarge):
                await size_of(storage, f"{fal.url}/clip.mp4", 5 * MB)
            assert fal.sent < 4 * TAKEN_AT_MOST
            if answer is emptily:
                with pytest.raises(FrameError):
                    await storage.fetch_frame(f"{fal.url}/clip.png")
                with pytest.raises(NoStream):
                    async for _ in queue.stream(ticket):
                        pass
                assert fal.sent < 5 * TAKEN_AT_MOST

    asyncio.run(go())


def test_a_clip_that_drips_gives_its_place_to_others(fal: Torrent, tmp_path: Path) -> None:
    clip = tiny_clip()
    answers = [lambda handler: drips(b"x")(begun(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"))]
    fal.plan["clip"] = lambda handler: (answers.pop() if answers else says(clip))(handler)
    troubles: set[str] = set()

    def is_done() -> bool:
        troubles.add(job_of(job).trouble)
        return job.done

    tuning = Tuning(least_bytes=1000, window=0.3)
    with open_project(tmp_path / "film", choose(fal.url, KEY), tuning=tuning, budget=100) as project:
        job = project.submit(FOX)
        wait_for(is_done)
    assert "The clip comes too slowly." in troubles
    assert job.clip
    assert job.clip.path.read_bytes() == clip


@pytest.mark.parametrize("answer", [floods(MUCH), packed(b"", MUCH, b"")], ids=["plain", "packed"])
def test_a_picture_without_end_is_no_frame(fal: Torrent, answer: Answer) -> None:
    fal.plan["clip"] = answer

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(FrameError, match="has more than 30 MB"):
                await Storage(wire).fetch_frame(f"{fal.url}/clip.png", given=True)

    asyncio.run(go())
    assert fal.sent < 45 * MB


@pytest.mark.parametrize("code", [200, 500])
def test_what_an_upload_is_answered_is_not_read_without_end(fal: Torrent, code: int) -> None:
    fal.plan["clip"] = floods(MUCH, code=code)

    async def go() -> str:
        async with wired(fal) as wire:
            return await Storage(wire).upload(sd.Frame.of(Image.new("RGB", (400, 400))))

    if code == 200:
        assert asyncio.run(go()) == f"{fal.url}/clip/got"
    else:
        with pytest.raises(sd.AnswerTooLarge):
            asyncio.run(go())
    assert fal.sent < TAKEN_AT_MOST


def test_what_comes_with_a_redirect_is_not_read_without_end(fal: Torrent) -> None:
    fal.plan["clip"] = floods(MUCH, code=302, Location=f"{fal.url}/clip.mp4")

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.AnswerTooLarge):
                async with Storage(wire).download(f"{fal.url}/clip.mp4"):
                    pass

    asyncio.run(go())
    assert fal.sent < TAKEN_AT_MOST


def test_an_answer_goes_nowhere_without_end(fal: Torrent) -> None:
    fal.plan["result"] = goes_to(f"{fal.url}/fal-ai/bytedance/requests/1")

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.ServiceUnavailable, match="redirects"):
                await Queue(wire).result(Queue(wire).ticket(ENDPOINT, "1"))

    asyncio.run(go())
    assert len(fal.heard) <= 21


def test_no_cookie_is_kept(fal: Torrent) -> None:
    fal.plan["status"] = says({"status": "IN_QUEUE"}, Set_Cookie="a=b; Path=/")

    async def go() -> None:
        async with wired(fal) as wire:
            for _ in range(2):
                await Queue(wire).status(Queue(wire).ticket(ENDPOINT, "1"))

    asyncio.run(go())
    assert [headers.get("Cookie") for _, headers in fal.heard] == [None, None]


def test_what_is_no_http_is_a_lost_answer(fal: Torrent) -> None:
    fal.plan["submit"] = raw(b"\x00\xff" * 1000)

    async def go() -> None:
        async with wired(fal) as wire:
            with pytest.raises(sd.Unconfirmed):
                await Queue(wire).submit(ENDPOINT, ASKED)

    asyncio.run(go())
    assert fal.submits == 1
