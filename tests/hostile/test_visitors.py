"""A page that others see: what it may ask of the kernel, whatever it sends, and what is kept of it."""

from __future__ import annotations

import json
import logging
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import Frame
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.record import Record
from ipyseedance.widgets.answers import Answers
from ipyseedance.widgets.pictures import Pictures
from tests.wire.conftest import fal, open_project, project  # noqa: F401 - fixtures
from tests.wire.fal_double import FalDouble

TEXT, IMAGE = (f"fal-ai/bytedance/seedance/v1.5/pro/{kind}-to-video" for kind in ("text", "image"))
CHEAP = {"prompt": "A lake", "resolution": "480p", "duration": "4", "seed": 7}
DEAR = {"prompt": "A storm", "resolution": "1080p", "duration": "12"}  # $1.40
WORD = "red kite Überraschung"
SHOWN = {"clips": 100, "dollars": 100.0}


class Page:
    """A browser's side of a widget: it sends what it likes, and keeps the answers."""

    def __init__(self, widget: sd.Studio | sd.Wall, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = widget
        self._count = 0
        self._answers: dict[str, Future[dict[str, Any]]] = {}
        monkeypatch.setattr(widget, "send", self._take)

    def _take(self, reply: dict[str, Any], _buffers: object = None) -> None:
        self._answers[reply["req"]].set_result(reply)

    def begin(self, kind: object, *buffers: bytes, **message: Any) -> Future[dict[str, Any]]:
        self._count += 1
        req = f"page-{self._count}"
        self._answers[req] = Future()
        data = {"method": "custom", "content": {"kind": kind, "req": req, **message}}
        self.widget._handle_msg({"content": {"data": data}, "buffers": list(buffers)})
        return self._answers[req]

    def send(self, kind: object, *buffers: bytes, **message: Any) -> dict[str, Any]:
        """The reply to a message."""
        return self.begin(kind, *buffers, **message).result(20)

    def error(self, kind: object, *buffers: bytes, **message: Any) -> dict[str, Any]:
        reply = self.send(kind, *buffers, **message)
        assert not reply["ok"], reply
        error: dict[str, Any] = reply["error"]
        return error


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Page]]:
    """Show a Studio or a Wall, and be its page."""
    shown: list[sd.Studio | sd.Wall] = []

    def visit_(make: Callable[..., sd.Studio | sd.Wall], *given: Any, **options: Any) -> Page:
        shown.append(make(*given, **options))
        return Page(shown[-1], monkeypatch)

    yield visit_
    for widget in shown:
        widget.close()


@pytest.fixture
def made(project: sd.Project) -> list[sd.Generation]:  # noqa: F811
    jobs = [project.submit(sd.TextToVideo("A lake", seed=n, resolution="480p", duration=4)) for n in range(2)]
    for job in jobs:
        job.result(20)
    return jobs


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Only looking.

LOOKING: dict[str, dict[str, Any]] = {
    "hello": {}, "select": {"gid": 1}, "clip": {"gid": 1}, "poster": {"gid": 1},
    "code": {"gid": 1, "language": "python"}, "tags": {}, "sweeps": {}, "choose": {"gids": [1, 2]},
    "history": {"find": {}, "offset": 0, "limit": 48, "groups": True}, "found": {"find": {}, "offset": 0, "limit": 9},
    "compare": {"gids": [1, 2]}, "back": {}, "open_amounts": {"offset": 0, "limit": 9},
}  # fmt: skip
WALL_LOOKING: dict[str, dict[str, Any]] = {
    "hello": {}, "page": {"number": 0}, "select": {"gids": [1]}, "clip": {"gid": 1}, "poster": {"gid": 1},
    "film": {"gid": 1}, "waves": {"gids": [1, 2]},
}  # fmt: skip
FULL = {
    "endpoint": TEXT, "fields": CHEAP, "axes": {}, "origin": "page", "concurrency": 2, "shown": SHOWN, "gid": 1,
    "gids": [1, 2], "seeds": "new", "star": True, "upload": "u", "name": "x", "index": 0, "last": True,
    "url": "https://example.com/x.png", "frame": "0" * 24, "which": "start", "resolution": "1080p", "first": 1,
    "second": 2, "winner": 1, "vote": 1, "confirm": "1.40", "word": WORD, "sound": True,
}  # fmt: skip
"""Everything that any message needs."""


def contents(folder: Path) -> dict[str, bytes]:
    """What a project keeps; SQLite's own files beside the history come and go."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".openers" not in path.parts)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if not p.name.startswith("history.db")}


def test_a_read_only_studio_answers_only_what_shows_something(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    visit: Callable[..., Page],
) -> None:
    page = visit(sd.Studio, project, read_only=True)
    calls, before, rows = len(fal.calls), contents(project.folder), project.history.df.to_csv()
    refused = Answers(None).kinds - LOOKING.keys()  # type: ignore[arg-type]
    assert {"submit", "run", "again", "resume", "draft", "frame_url", "thumb", "variables", "judge", "export"} < refused
    for kind in sorted(refused):
        error = page.error(kind, b"x", **FULL)
        assert (error["type"], error["charged"]) == ("read_only", "no"), kind
        assert f"read-only, so “{kind}” was refused" in error["message"]
    for kind, message in LOOKING.items():
        assert page.send(kind, **message)["ok"], kind
    assert (len(fal.calls), contents(project.folder), project.history.df.to_csv()) == (calls, before, rows)
    assert page.widget.get_state()["_lab"]["read_only"] is True


def test_a_read_only_wall_and_the_wall_in_a_read_only_studio_do_the_same(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    visit: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = visit(sd.Studio, project, read_only=True)
    assert studio.send("compare", gids=[1, 2])["ok"]
    assert isinstance(studio.widget, sd.Studio)
    calls, before, rows = len(fal.calls), contents(project.folder), project.history.df.to_csv()
    for page in (visit(sd.Wall, made, read_only=True), Page(studio.widget.wall, monkeypatch)):
        refused = page.widget._answers.kinds - WALL_LOOKING.keys() - {"given"}
        assert refused == {"judge", "tags", "promotion", "promote", "ballot", "vote", "unvote"}
        for kind in sorted(refused):
            assert page.error(kind, **FULL)["type"] == "read_only"
        for kind, message in WALL_LOOKING.items():
            assert page.send(kind, **message)["ok"], kind
        assert page.widget.get_state()["_read_only"] is True
    assert (len(fal.calls), contents(project.folder), project.history.df.to_csv()) == (calls, before, rows)


def test_whoever_only_looks_has_no_address_fetched(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    visit: Callable[..., Page],
    tmp_path: Path,
) -> None:
    Image.new("RGB", (640, 360), "teal").save(tmp_path / "x.png")
    address = fal.add_picture((tmp_path / "x.png").read_bytes())
    job = project.submit(sd.ImageToVideo("It turns", address, seed=1, resolution="480p", duration=4))
    job.result(20)
    calls = len(fal.calls)
    page = visit(sd.Wall, [job], read_only=True)
    assert page.widget.get_state()["_page"]["cells"][0]["given"] == []
    assert page.error("given", gid=job.id, which="start")["type"] == "read_only"
    assert len(fal.calls) == calls


def test_no_page_sets_a_trait(project: sd.Project, visit: Callable[..., Page]) -> None:  # noqa: F811
    page = visit(sd.Studio, project, read_only=True)
    before = {name: value for name, value in page.widget.get_state().items() if not name.startswith("_view")}
    state = {
        "_esm": "export default { render: () => fetch('https://example.com') }",
        "_css": "*{}",
        "_lab": {},
        "_chosen": [1],
        "_jobs": {"cards": "<img src=x onerror=alert(1)>"},
    }
    page.widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    after = page.widget.get_state()
    assert {name: after[name] for name in before} == before


# A word for what spends.


@pytest.fixture
def locked(project: sd.Project, visit: Callable[..., Page]) -> Page:  # noqa: F811
    return visit(sd.Studio, project, lock=WORD)


def unsent(project: sd.Project) -> Record:  # noqa: F811
    """A job whose kernel stopped before it was sent."""
    request = sd.TextToVideo("A hill", seed=7, resolution="480p", duration=4).record()
    return Record(1e9, str(workspace_of(project).connection.choice), False, TEXT, request, 0.1, "PENDING", owner="gone")


@pytest.mark.parametrize("kind", ["submit", "run", "again", "resume", "promote"])
def test_every_act_that_costs_asks_for_the_word(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    locked: Page,
    visit: Callable[..., Page],
    kind: str,
) -> None:
    page = visit(sd.Wall, made, lock=WORD) if kind == "promote" else locked
    if kind == "resume":
        workspace_of(project).store.add(unsent(project)).result()
    message: dict[str, Any] = {"endpoint": TEXT, "fields": CHEAP, "axes": {"seed": "8, 9"}, "shown": SHOWN}
    message |= {"gids": [made[0].id], "seeds": "new", "resolution": "720p", "sound": True}
    sent = len(fal.submits)
    error = page.error(kind, **message)
    assert (error["type"], error["charged"]) == ("confirm", "no")
    assert (error["question"]["word"], error["question"]["typed"]) == (True, False)
    begun = time.monotonic()
    error = page.error(kind, word=WORD[:-1], **message)
    assert time.monotonic() - begun >= 1
    assert "that was not the word" in error["message"]
    assert len(fal.submits) == sent
    assert page.send(kind, word=WORD, **message)["ok"]
    until(lambda: len(fal.submits) > sent)


def test_above_a_dollar_both_the_price_and_the_word_are_asked_for(fal: FalDouble, locked: Page) -> None:  # noqa: F811
    message = {"endpoint": TEXT, "fields": DEAR, "shown": SHOWN}
    for given in ({}, {"confirm": "1.40"}, {"word": WORD}, {"confirm": "1.41", "word": WORD}):
        question = locked.error("submit", **message, **given)["question"]
        assert (question["price"], question["word"], question["typed"]) == ("1.40", True, True)
    assert fal.submits == []
    assert locked.send("submit", confirm="$1,40", word=f" {WORD}\n", **message)["ok"]
    until(lambda: len(fal.submits) == 1)


def test_wrong_words_are_looked_at_one_after_the_other(fal: FalDouble, locked: Page) -> None:  # noqa: F811
    begun = time.monotonic()
    tries = [
        locked.begin("submit", endpoint=TEXT, fields=CHEAP, shown=SHOWN, word=word)
        for word in ("aaaa", WORD.upper(), 7)
    ]
    answers = [one.result(20) for one in tries]
    assert time.monotonic() - begun >= 3
    assert [answer["error"]["type"] for answer in answers] == ["confirm"] * 3
    assert fal.submits == []


def test_on_the_offline_engine_nobody_is_asked(
    open_project: Callable[..., sd.Project],  # noqa: F811
    visit: Callable[..., Page],
    tmp_path: Path,
) -> None:
    with sd.Project(tmp_path / "free", server="offline") as free:
        reply = visit(sd.Studio, free, lock=WORD).send("submit", endpoint=TEXT, fields=DEAR, shown=SHOWN)
        assert reply["ok"]
        free.cancel_all()


@pytest.mark.parametrize("lock", ["", "   ", "abc", " abc ", b"secret-word-1", 123456789, ["secret-word-1"], True])
@pytest.mark.parametrize("widget", ["studio", "wall"])
def test_a_lock_that_is_none_is_refused_and_not_shown(
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    lock: Any,
    widget: str,
) -> None:
    with pytest.raises(sd.InvalidRequest, match="lock: give a word of at least 4 letters") as refused:
        sd.Studio(project, lock=lock) if widget == "studio" else sd.Wall(made, lock=lock)
    for held in variables_of(refused.value):
        assert not (held is lock and lock is not True)
        assert "secret-word-1" not in repr(held)
    assert "secret-word-1" not in str(refused.value)


def variables_of(error: BaseException | None) -> list[object]:
    """What the frames of this package hold, in an error's traceback and those of its causes."""
    found: list[object] = []
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if "ipyseedance" in trace.tb_frame.f_globals.get("__name__", ""):
                found += trace.tb_frame.f_locals.values()
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return found


def test_the_word_is_kept_nowhere(
    project: sd.Project,  # noqa: F811
    locked: Page,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[BaseException] = []
    answers = locked.widget._answers
    answer = answers.answer

    async def watched(*given: Any) -> Any:
        try:
            return await answer(*given)
        except BaseException as error:
            errors.append(error)
            raise

    monkeypatch.setattr(answers, "answer", watched)
    replies = [
        locked.send("submit", endpoint=TEXT, fields=DEAR, shown=SHOWN, word=WORD),  # the price is missing
        locked.send("submit", endpoint=TEXT, fields={"prompt": " "}, shown=SHOWN, word=WORD),
        locked.send("submit", endpoint="no/such", fields={}, shown=SHOWN, word=WORD),
        locked.send("no such kind", word=WORD),
        locked.send("judge", gid=99, word=WORD),
    ]
    project.close()
    replies.append(locked.send("submit", endpoint=TEXT, fields=DEAR, shown=SHOWN, word=WORD))
    assert len(errors) == len(replies) == 6
    told = [repr(replies), caplog.text, repr(locked.widget), json.dumps(locked.widget.get_state(), default=repr)]
    told += [repr(vars(locked.widget)), *(repr(held) for error in errors for held in variables_of(error))]
    assert not [text for text in told if WORD in text]
    with pytest.raises(TypeError, match="Studio\\(\\) has no lok") as refused:
        sd.Studio(project, lok=WORD)
    assert WORD not in repr(variables_of(refused.value))


# Addresses.

PRIVATE = [
    "http://127.0.0.1:{port}/x.png",
    "https://127.0.0.1:{port}/x.png",
    "http://localhost:{port}/x.png",
    "http://[::1]:{port}/x.png",
    "http://[::ffff:127.0.0.1]:{port}/x.png",
    "http://2130706433:{port}/x.png",
    "http://0x7f.1:{port}/x.png",
    "https://127.1:{port}/x.png",
    "https://10.0.0.7/x.png",
    "https://169.254.169.254/latest/meta-data",
    "https://printer.local/x.png",
    "https://intranet/x.png",
    "https://user@example.com/x.png",
    "http://example.com/x.png",
    "ftp://example.com/x.png",
    "file:///etc/passwd",
]


@pytest.fixture
def neighbour() -> Iterator[tuple[int, list[object]]]:
    """A server in the kernel's own network: its port, and who called."""
    callers: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, caller = server.accept()
            except OSError:
                return
            callers.append(caller)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], callers
    server.close()


@pytest.mark.parametrize("form", PRIVATE)
def test_an_address_in_the_kernels_network_is_named_and_not_called(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    visit: Callable[..., Page],
    neighbour: tuple[int, list[object]],
    form: str,
) -> None:
    port, callers = neighbour
    address = form.format(port=port)
    page = visit(sd.Studio, project)
    for given in (address, {"frame": address, "name": "x.png", "width": 0, "height": 0, "url": address}):
        fields = {**CHEAP, "image_url": given}
        error = page.error("submit", endpoint=IMAGE, fields=fields, shown=SHOWN)
        assert [problem["field"] for problem in error["problems"]] == ["image_url"]
        assert "https address on a public host" in error["message"]
        assert page.send("draft", endpoint=IMAGE, fields=fields, axes={}, origin="page")["ok"]
        (problem,) = page.widget.get_state()["_draft"]["problems"]
        assert problem["field"] == "image_url"
        for axes in ({"image_url": [given]}, {"image_url": address}, {"end_image_url": [given]}):
            varied = {"endpoint": IMAGE, "fields": {**CHEAP, "image_url": None}, "axes": axes}
            for kind in ("plan", "run"):
                error = page.error(kind, **varied, concurrency=2, shown=SHOWN)
                assert "https address on a public host" in error["message"]
    for kind, name in (("frame_url", "url"), ("thumb", "frame")):
        assert page.error(kind, **{name: address})["type"] == "invalid_frame"
    assert (callers, fal.submits) == ([], [])


def test_a_page_names_no_file_of_the_kernels_machine(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    visit: Callable[..., Page],
    tmp_path: Path,
) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (640, 360), "teal").save(secret)
    page = visit(sd.Studio, project)
    for path in (str(secret), f"../{secret.name}", "frames/../../secret.png", "~/secret.png"):
        for given in (path, {"frame": path}):
            error = page.error("submit", endpoint=IMAGE, fields={**CHEAP, "image_url": given}, shown=SHOWN)
            assert [problem["field"] for problem in error["problems"]] == ["image_url"]
            for axes in ({"image_url": [given]}, {"image_url": path}):
                varied = {"endpoint": IMAGE, "fields": CHEAP, "axes": axes, "shown": SHOWN, "concurrency": 2}
                assert not page.send("plan", **varied)["ok"]
                assert not page.send("run", **varied)["ok"]
        assert page.error("thumb", frame=path)["type"] == "invalid_frame"
    assert fal.submits == []


def test_a_notebooks_texts_are_no_pictures(
    project: sd.Project,  # noqa: F811
    visit: Callable[..., Page],
    neighbour: tuple[int, list[object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Image.new("RGB", (640, 360), "teal").save(tmp_path / "secret.png")
    holds = {
        "path": str(tmp_path / "secret.png"),
        "url": f"http://127.0.0.1:{neighbour[0]}/",
        "_hidden": Image.new("L", (9, 9)),
    }
    monkeypatch.setattr(
        "ipyseedance.widgets.pictures._namespace", lambda: holds | {"shot": Image.new("RGB", (640, 360))}
    )
    page = visit(sd.Studio, project)
    for name in (*holds, "nothing", "__builtins__"):
        assert page.error("frame_variable", name=name)["type"] == "invalid_frame"
    assert page.send("frame_variable", name="shot")["value"]["width"] == 640


def test_what_code_gave_may_be_used_again(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    visit: Callable[..., Page],
    neighbour: tuple[int, list[object]],
) -> None:
    address = f"http://127.0.0.1:{neighbour[0]}/x.png"
    page = visit(sd.Studio, project)
    assert isinstance(page.widget, sd.Studio)
    page.widget.redraft(IMAGE, {**CHEAP, "image_url": address}, "python").result(10)
    draft = page.widget.get_state()["_draft"]
    assert (draft["problems"], draft["fields"]["image_url"]["url"]) == ([], address)
    assert page.send("draft", endpoint=IMAGE, fields=draft["fields"], axes={}, origin="page")["ok"]
    assert page.widget.get_state()["_draft"]["problems"] == []


def test_a_private_address_of_a_strangers_row_is_not_asked_for_again(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    visit: Callable[..., Page],
    neighbour: tuple[int, list[object]],
) -> None:
    request = {
        **job_of(made[0]).record.request,
        "image_url": f"http://127.0.0.1:{neighbour[0]}/x.png",
        "end_image_url": None,
    }
    row = workspace_of(project).store.get(made[0].id)
    stranger = Record(
        1e9,
        row.server,
        False,
        IMAGE,
        request,
        0.1,
        "COMPLETED",
        owner="gone",
        request_id="abc-1",
        url=row.url,
        path=row.path,
    )
    workspace_of(project).store.add(stranger).result()
    gid = max(record.id for record in workspace_of(project).store.all())
    sent = len(fal.submits)
    for kind in ("again_price", "again"):
        error = visit(sd.Studio, project).error(kind, gids=[gid], seeds="new", shown=SHOWN)
        assert [problem["field"] for problem in error["problems"]] == ["image_url"]
    wall = visit(sd.Wall, [project.by_id(gid)])
    for kind in ("promotion", "promote"):
        error = wall.error(kind, gids=[gid], resolution="720p", sound=True, shown=SHOWN)
        assert [problem["field"] for problem in error["problems"]] == ["image_url"]
    assert (neighbour[1], len(fal.submits)) == ([], sent)


# Whatever a page sends.


def deep(levels: int = 400) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"frame": value}
    return value


ODD: list[Any] = [
    None, True, -1, 1.5, math.nan, math.inf, 2**63, 10**4000, "", "1", "x" * 200_000, "\ud800", "a\x00b",
    [], [None], [[]], list(range(20_000)), ["x"] * 20_000, {}, {"frame": 7}, {"sort": "no"}, {"query": "x " * 3000},
    {"seed": 2**70}, {"tag": "\ud800"}, {"endpoint": 7}, deep(), [deep()], {"clips": math.inf, "dollars": math.inf},
]  # fmt: skip


READS = {
    "draft": "endpoint fields axes origin", "submit": "endpoint fields shown confirm", "settle": "gid billed",
    "open_amounts": "offset limit", "resume": "shown confirm", "plan": "endpoint fields concurrency",
    "run": "endpoint fields axes shown confirm", "cancel": "gid", "dismiss": "gid", "select": "gid gids",
    "choose": "gids", "compare": "gids sweep", "clip": "gid", "poster": "gid", "code": "gid language",
    "upload": "upload name index", "frame_url": "url", "frame_variable": "name", "frame_clip": "gid which",
    "thumb": "frame", "judge": "gid rating star tags note", "history": "find offset limit",
    "found": "find offset limit",
    "again_price": "gids", "again": "gids shown", "page": "number", "film": "gid", "waves": "gids",
    "given": "gid which", "promotion": "gids resolution sound", "promote": "gids shown", "ballot": "gids",
    "vote": "first second winner gids", "unvote": "vote",
}  # fmt: skip
"""What each kind of message says."""


@pytest.mark.parametrize("widget", ["studio", "wall"])
def test_odd_messages_are_answered_in_words_and_cost_nothing(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    visit: Callable[..., Page],
    widget: str,
) -> None:
    page = visit(sd.Studio, project, lock=WORD) if widget == "studio" else visit(sd.Wall, made, lock=WORD)
    sent = len(fal.submits)
    full = {name: value for name, value in FULL.items() if name not in ("confirm", "word")}
    full |= {"find": {}, "offset": 0, "limit": 9}

    def check(kind: object, **odd: Any) -> None:
        reply = page.send(kind, **full | odd)
        assert reply["ok"] or reply["error"]["type"] != "internal", (kind, odd, reply)
        assert reply["ok"] or reply["error"]["charged"] == "no"

    for value in ODD:
        for kind, names in READS.items():
            if kind in page.widget._answers.kinds:
                for name in names.split():
                    check(kind, **{name: value})
        assert page.error(value)["type"] == "invalid_request"
        for field in ("prompt", "image_url", "seed", "no such field") if widget == "studio" else ():
            for endpoint in (TEXT, IMAGE):
                check("draft", endpoint=endpoint, fields={**CHEAP, field: value})
                check("plan", endpoint=endpoint, fields={**CHEAP, field: value}, axes={"seed": "1, 2"})
                check("draft", endpoint=endpoint, axes={field: value})
                check("draft", endpoint=endpoint, axes={field: [value]})
    json.dumps(page.widget.get_state(["_draft"] if widget == "studio" else ["_page"]), allow_nan=False)
    assert len(fal.submits) == sent


def test_pictures_are_remembered_up_to_a_bound_and_never_those_in_use(project: sd.Project) -> None:  # noqa: F811
    used = Frame(url="https://example.com/used.png", data=b"u" * 1_000_000)
    pictures = Pictures(project, in_use=lambda: {str(used.url)})
    pictures.value(used)
    for n in range(400):
        pictures.value(Frame(url=f"https://example.com/{n}.jpg", data=bytes(1_000_000)))
    kept = [frame for frame in pictures._frames.values() if frame.data]
    assert sum(len(frame.data or b"") for frame in kept) <= 256_000_000
    assert pictures.frame(str(used.url)) is used
    for n in range(3000):
        pictures.value(Frame(url=f"https://example.com/{n}.png"))
    assert len(pictures._frames) <= 1001


def test_many_uploads_at_once_are_bounded(project: sd.Project, visit: Callable[..., Page]) -> None:  # noqa: F811
    page = visit(sd.Studio, project)
    assert isinstance(page.widget, sd.Studio)
    piece = bytes(1_000_000)
    for index in range(10):
        for n in range(30):
            page.begin("upload", piece, upload=f"u{n}", name="x.png", index=index, last=False)
    page.send("tags")
    uploads = page.widget.pictures._uploads
    assert sum(len(upload.data) for upload in uploads.values()) <= 120_000_000
    assert len(uploads) <= 32


# What a notebook saves.


def test_saved_state_names_no_folder_of_the_person(
    fal: FalDouble,  # noqa: F811
    project: sd.Project,  # noqa: F811
    made: list[sd.Generation],
    visit: Callable[..., Page],
) -> None:
    page = visit(sd.Studio, project)
    wall = visit(sd.Wall, made)
    (project.folder / "clips" / made[0].clip.path.name).write_bytes(b"damaged")  # type: ignore[union-attr]
    for kind in ("poster", "clip"):
        page.send(kind, gid=made[0].id)
    for clip in (project.folder / "clips").iterdir():
        clip.unlink()
    (project.folder / "clips").rmdir()
    (project.folder / "clips").write_text("in the way")
    job = project.submit(sd.TextToVideo("A hill", seed=9, resolution="480p", duration=4))
    until(lambda: job.error is not None)
    page.send("compare", gids=[job.id, made[0].id])
    until(lambda: any(card["error"] for card in page.widget.get_state()["_jobs"]["cards"]))
    wall.send("hello")
    page.send("hello")
    assert isinstance(page.widget, sd.Studio)
    for widget in (page.widget, page.widget.wall, wall.widget):
        state = json.dumps(widget.get_state(), default=str)
        for path in {str(project.folder), str(project.folder.parent), str(Path.home())} - {"/"}:
            assert path not in state
