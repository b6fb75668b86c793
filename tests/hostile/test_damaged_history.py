"""A history in which anything may stand anywhere: it opens, shows, filters and exports, or is refused in clear words.

Hypothesis writes odd values into every column of `history.db` and looks at the project from every side. It never raises
anything raw, never reads outside the folder, never calls anybody. `FUZZ_MINUTES=10` goes on for so long.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.contract.frames import FrameError
from ipyseedance.jobs import previews as looking
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.finding import ORDERS, Find
from ipyseedance.store.record import COLUMNS, from_row
from ipyseedance.sweeps.promote import promote
from ipyseedance.sweeps.repeat import repeat
from ipyseedance.widgets import snippets
from tests.wire.clip_file import clip

from .stranger import SECRET, changing, finished, pack, row

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
ALLOWED = (sd.SeedanceError, FrameError)
"""What may be told."""
TABLES = {
    "generations": COLUMNS,
    "sweeps": ("name", "created_at", "axes", "members", "seed"),
    "votes": ("id", "created_at", "first", "second", "winner"),
    "settings": ("name", "value"),
    "totals": ("spent", "reserved", "generations", "clips"),
}
NAMES = ("../secret", "clips/../../secret", "frames/../../secret", "/etc/passwd", "clips/00001-a-fox-seed7.mp4",
         "clips/link.mp4", "frames/0123456789abcdef01234567.png", "file:///etc/passwd", "https://example.com/a.mp4",
         "http://127.0.0.1:9/a.mp4", "http://[", "data:image/png;base64,AAAA", "<img src=x onerror=alert(1)>",
         "=HYPERLINK(1)", "\x1b]0;x\x07", "a\u202eb", "fal-ai/other", "PENDING", "COMPLETED", "IN_QUEUE", "UNCONFIRMED",
         "sweep-1", "offline", "fal", "0" * 32)  # fmt: skip
numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(), st.sampled_from([0, 1, -1, 1e308, -1e308, 1e18, 2**53, float("inf")])
)
long = st.sampled_from("a[").map(lambda letter: letter * 100_000)
texts = st.one_of(st.text(max_size=30), st.sampled_from(NAMES), long)
plain = st.one_of(st.none(), st.booleans(), numbers, texts)
fields = st.sampled_from(
    ["prompt", "seed", "duration", "resolution", "aspect_ratio", "image_url", "end_image_url", "generate_audio", "self",
     "__class__", "_fields_set", "message", "problems", "type", "charged", "request_id", "status_url", "motion",
     "hash_first"]
)  # fmt: skip
documents = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(fields | texts, inner, max_size=4)),
    max_leaves=8,
)
as_json = documents.map(lambda value: json.dumps(value, ensure_ascii=False))
requests = st.dictionaries(fields, plain, max_size=6).map(
    lambda changes: json.dumps(sd.TextToVideo("A fox", seed=7).record() | changes)
)
objects = st.dictionaries(
    fields | st.sampled_from(["loop", "text", "frames", "body", "record"]), documents, max_size=6
).map(json.dumps)
ENDPOINTS = ("fal-ai/veo9/text-to-video", "fal-ai/bytedance/seedance/v2/pro/image-to-video", "x", "",
             *(endpoint.id for endpoint in catalog.ENDPOINTS))  # fmt: skip
broken = st.sampled_from(['{"a": 1', '{"a": NaN}', "{'a': 1}", '{"a":1},{"b":2}', "[1],[2]", b"\x3d\xd8", "nul"])
values = st.one_of(st.none(), numbers, texts, st.binary(max_size=20), as_json, requests, broken)


seen: Counter[str] = Counter()
slowest: list[Any] = [0.0, ""]


class Damaged(RuleBasedStateMachine):
    """A project, closed, which is changed by hand and then looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.room = tempfile.TemporaryDirectory()
        self.home = Path(self.room.name)

    @initialize()
    def begin(self) -> None:
        (self.home / "secret").write_bytes(SECRET)
        (self.home / "secret.mp4").write_bytes(SECRET)
        request = sd.ImageToVideo("Go", _picture(), seed=8)
        of_a_run = finished(request_id="r-2", sweep="sweep-1", cell={"seed": "7"}, tags=["a"], rating=3)
        rows = [finished(), row(), of_a_run,
                row(request, status="FAILED", error=sd.GenerationFailed("No.").to_record())]  # fmt: skip
        self.folder = pack(self.home / "project", *rows)
        (self.folder / "clips" / "00001-a-fox-seed7.mp4").write_bytes(CLIP)
        (self.folder / "clips" / "link.mp4").symlink_to("../../secret")
        with changing(self.folder) as connection:
            connection.execute(
                "INSERT INTO sweeps VALUES ('sweep-1', 1e9, ?, ?, 7)",
                (json.dumps({"seed": ["7", "8"]}), json.dumps([[1, {"seed": "7"}], [3, {"seed": "8"}]])),
            )
            connection.execute("INSERT INTO votes VALUES (1, 1e9, 1, 3, 3)")
            connection.execute("INSERT INTO settings VALUES ('cap', '5.0')")

    @rule(data=st.data(), table=st.sampled_from(sorted(TABLES)), value=values)
    def damage(self, data: st.DataObject, table: str, value: Any) -> None:
        column = data.draw(st.sampled_from(TABLES[table]))
        self._write(f"UPDATE {table} SET {column} = ?", value)

    @rule(data=st.data(), value=values, id=st.integers(1, 4))
    def damage_a_row(self, data: st.DataObject, value: Any, id: int) -> None:
        self._write(f"UPDATE generations SET {data.draw(st.sampled_from(COLUMNS))} = ? WHERE id = {id}", value)

    @rule(request=requests, id=st.integers(1, 4))
    def damage_a_request(self, request: str, id: int) -> None:
        self._write(f"UPDATE generations SET request = ? WHERE id = {id}", request)

    @rule(endpoint=st.sampled_from(ENDPOINTS), request=st.one_of(requests, objects), id=st.integers(1, 4))
    def of_another_endpoint(self, endpoint: str, request: str, id: int) -> None:
        """As another version writes it."""
        self._write(f"UPDATE generations SET endpoint = ? WHERE id = {id}", endpoint)
        self._write(f"UPDATE generations SET request = ? WHERE id = {id}", request)

    @rule(value=st.binary(min_size=1, max_size=6), id=st.integers(1, 4), column=st.sampled_from(COLUMNS))
    def damage_its_letters(self, value: bytes, id: int, column: str) -> None:
        """A text that is no UTF-8."""
        self._write(f"UPDATE generations SET {column} = CAST(? AS TEXT) WHERE id = {id}", value)

    def _write(self, statement: str, value: Any) -> None:
        if isinstance(value, str):
            value = value.encode("utf-8", "replace").decode()
        with changing(self.folder) as connection:
            # As somebody would who means it: SQLite's own checks are theirs to switch off.
            indices = [
                sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql > ''")
            ]
            for name, *_ in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND sql > ''"
            ).fetchall():
                connection.execute(f"DROP INDEX {name}")
            with contextlib.suppress(sqlite3.Error):
                seen["rows damaged"] += connection.execute(statement, (value,)).rowcount
            for sql in indices:
                try:
                    connection.execute(sql)
                except sqlite3.Error:
                    _put_back(connection, sql)

    @rule()
    def look(self) -> None:
        """Open it as a person does, and look at everything."""
        try:
            project = sd.Project(self.folder, server="offline")
        except sd.InvalidRequest as error:
            seen["refused"] += "cannot be a project" in str(error)
            return
        try:
            for name, act in self._acts(project):
                self._try(name, act)
        finally:
            project.close()
        assert (self.home / "secret").read_bytes() == SECRET
        assert {path.name for path in self.home.iterdir()} <= {"secret", "secret.mp4", "project", "export"}

    def _try(self, name: str, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        try:
            told = act()
        except ALLOWED as error:
            seen["told"] += 1
            told = error
        else:
            seen["shown"] += 1
        took = time.perf_counter() - began
        if took > slowest[0]:
            slowest[:] = took, name
        assert "report it" not in str(told), name
        for form in (SECRET, SECRET[:30]):
            assert form.decode() not in str(told)[:1_000_000]

    def _acts(self, project: sd.Project) -> list[tuple[str, Callable[[], object]]]:
        history, store = project.history, workspace_of(project).store
        acts: list[tuple[str, Callable[[], object]]] = [
            ("df", lambda: history.df.to_csv()),
            ("html", lambda: history._repr_html_()),
            ("generations", lambda: [repr(job) for job in project.generations]),
            (
                "runs",
                lambda: [(repr(run), run._repr_html_(), run.df, run.clips, run.done) for run in project.sweep_runs],
            ),
            ("votes", lambda: project.votes),
            ("scores", lambda: (project.scores(), project.scores(project.generations, by="seed"))),
            ("purse", lambda: (store.purse(), project.budget)),
            ("waiting", lambda: project.waiting()),
            ("waiting cost", lambda: project.waiting().cost),
            ("tags", store.tags),
            ("plan", lambda: sd.Sweep(sd.TextToVideo("A fox"), seed="7..8").plan(project)),
            ("named plan", lambda: sd.Sweep(sd.TextToVideo("A fox"), seed="7..8").plan(project, name="sweep-1")),
            ("studio", lambda: self._studio(project)),
            ("wall", lambda: _hung(project.generations)),
            ("wall of rows", lambda: _hung(history.df, project)),
            ("wall of a run", lambda: [_hung(run) for run in project.sweep_runs]),
            (
                "again",
                lambda: repeat([job_of(job) for job in project.generations], new_seeds=True).plan(project, again=True),
            ),
            ("export", lambda: self._export(project)),
            ("failures", lambda: store.undismissed_failures(12)),
            ("resume", lambda: _resumed(project)),
        ]
        finds = [Find(words=("fox", '"')), Find(words=("ÄPFEL",)),
                 Find(resolution=("720p",), seconds=(5.0,)), Find(sound=True, starred=True),
                 Find(rated=1), Find(seed=7), Find(tag="a"), Find(sweep="sweep-1"), Find(grouped=True),
                 *(Find(order=order) for order in ORDERS)]  # fmt: skip
        acts += [(f"find {find}", lambda f=find: store.page(f, offset=0, limit=9)) for find in finds]  # type: ignore[misc]
        acts += [(f"groups {find}", lambda f=find: store.groups(f)) for find in finds[:3]]  # type: ignore[misc]
        for job in project.generations:
            acts += [(name, lambda act=act, job=job: act(project, job)) for name, act in OF_A_JOB.items()]  # type: ignore[misc]
        return acts

    def _studio(self, project: sd.Project) -> object:
        studio = sd.Studio(project)
        told: list[object] = [studio._lab, studio._jobs, studio._history, studio._selected]
        try:
            for kind, message in MESSAGES:
                with contextlib.suppress(*ALLOWED):
                    told.append(job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(30))
            json.dumps(told[:4], allow_nan=False)  # the page has no NaN
            return told
        finally:
            studio.close()

    def _repeated(self, project: sd.Project) -> sd.Sweep:
        return repeat([job_of(job) for job in project.generations], new_seeds=True)

    def _export(self, project: sd.Project) -> object:
        with tempfile.TemporaryDirectory(dir=self.home, prefix="export") as name:
            target = project.export([job for job in project.generations if job.clip], Path(name) / "out")
            files = [path for path in target.rglob("*") if path.is_file()]
            assert all(SECRET not in path.read_bytes() for path in files)
            return [path.name for path in files]

    def teardown(self) -> None:
        self.room.cleanup()


OF_A_JOB: dict[str, Callable[[sd.Project, sd.Generation], object]] = {
    "clip": lambda project, job: job.clip and (job.clip.html(), job.clip.html(embed=True)),
    "facts": lambda project, job: (
        job.status,
        job.cost,
        job.estimate,
        job.error,
        job.logs,
        job.progress,
        job.done,
        job.tags,
    ),
    "request": lambda project, job: (job.request, job.request.record(), job.request.frames, job.request.meaning()),
    "promote": lambda project, job: promote([(job_of(job), {})]).plan(project),
    "everything": lambda project, job: [getattr(job, name) for name in dir(job) if not name.startswith("_")],
    "poster": lambda project, job: project.poster(job),
    "film": lambda project, job: looking.film_of(job_of(job)),
    "wave": lambda project, job: looking.waveform_of(job_of(job)),
    "given": lambda project, job: (
        job_thread().start(looking.beside(workspace_of(project), job_of(job), "start")).result(30)
    ),
    "python": lambda project, job: snippets.code_for(job_of(job), "python"),
    "javascript": lambda project, job: snippets.code_for(job_of(job), "javascript"),
    "curl": lambda project, job: snippets.code_for(job_of(job), "curl"),
    "judge": lambda project, job: project.judge(job, star=True, rating=3, tags=["a"], note="b"),
    "look": lambda project, job: job.result(timeout=0.01) if job.done else None,
    "trust": lambda project, job: workspace_of(project).store.trusts(job_of(job).record),
}
MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("hello", {}), ("history", {"find": {"query": "fox"}, "offset": 0, "limit": 48, "groups": True}), ("sweeps", {}),
    ("found", {"find": {"grouped": True}, "offset": 0, "limit": 48}), ("choose", {"gids": [1, 2, 3, 4]}),
    ("compare", {"gids": [1, 3]}), ("compare", {"sweep": "sweep-1"}), ("back", {}),
    ("select", {"gid": 1}), ("tags", {}),
    ("clip", {"gid": 1}), ("clip", {"gid": 3}), ("poster", {"gid": 1}), ("code", {"gid": 2, "language": "python"}),
    ("again_price", {"gids": [1, 2, 3, 4], "seeds": "new"}), ("frame_clip", {"gid": 1, "which": "last"}),
    ("thumb", {"frame": "0123456789abcdef01234567"}), ("dismiss", {"gid": 4}), ("export", {"gids": [1, 3]}),
]  # fmt: skip


def _put_back(connection: sqlite3.Connection, sql: str) -> None:
    """An index that SQLite will not fill, with nothing in it: for that, what it is made of is written by hand."""
    connection.execute("PRAGMA writable_schema = ON")
    name = sql.split(" INDEX ")[1].split()[0]
    connection.execute("CREATE INDEX stand_in ON settings (value) WHERE 0")
    connection.execute(
        "UPDATE sqlite_master SET name = ?, tbl_name = 'generations', sql = ? WHERE name = 'stand_in'", (name, sql)
    )
    connection.execute("PRAGMA writable_schema = RESET")


def _hung(*clips: Any) -> object:
    wall = sd.Wall(*clips)
    try:
        return wall._page, wall._standing, wall.clips
    finally:
        wall.close()


def _resumed(project: sd.Project) -> object:
    jobs = project.resume()
    for job in jobs:
        job.cancel()
    return jobs


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(out, "PNG")
    return out.getvalue()


CLIP = clip(320, 240, 1)


@pytest.fixture(autouse=True)
def _nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is looked up and no connection made, but to the offline engine on this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        assert not isinstance(address, tuple) or address[0] == "127.0.0.1", address
        real(self, address)

    def getaddrinfo(host: Any, *given: Any, **options: Any) -> Any:
        raise AssertionError(f"{host} was looked up")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.timeout(300 + 60 * MINUTES)
def test_whatever_stands_in_it_is_shown_or_refused() -> None:
    ends = time.monotonic() + 60 * MINUTES
    while True:
        run_state_machine_as_test(
            Damaged,
            settings=settings(
                max_examples=25,
                stateful_step_count=12,
                derandomize=not MINUTES,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        if time.monotonic() >= ends:
            break
    assert seen["shown"] > seen["told"] > 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{dict(seen)}; slowest {slowest[0]:.2f} s ({slowest[1]}); largest memory {peak:.0f} MB")  # noqa: T201


def test_a_value_of_another_kind_is_read_as_nothing() -> None:
    odd = (None, b"\xff", "x", -5, 1e308, float("inf"), "[1]", '{"a": [1]}', "9" * 5000)
    for value in odd:
        record = from_row([1 if name == "id" else value for name in COLUMNS])
        json.dumps([getattr(record, name) for name in COLUMNS], allow_nan=False)
    assert sys.getrecursionlimit() >= 100
