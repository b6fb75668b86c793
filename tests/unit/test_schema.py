"""The history's file: made by steps, carried over from the first format, and asked through its indexes."""

from __future__ import annotations

import ast
import hashlib
import re
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store import migrations, totals
from ipyseedance.store.conditions import INDEXED
from ipyseedance.store.database import Database
from ipyseedance.store.finding import Find
from ipyseedance.store.leases import Lease
from ipyseedance.store.migrations import MIGRATIONS
from ipyseedance.store.record import Record, to_row, with_columns
from ipyseedance.store.schema import InUse
from ipyseedance.store.store import Store

# As the first release made it.
FIRST_FORMAT = """
CREATE TABLE generations (
    id INTEGER PRIMARY KEY,
    created_at REAL NOT NULL,
    server TEXT NOT NULL,
    free INTEGER NOT NULL,
    owner TEXT,
    endpoint TEXT NOT NULL,
    request TEXT NOT NULL,
    estimate REAL NOT NULL,
    status TEXT NOT NULL,
    body TEXT,
    request_id TEXT,
    ticket TEXT,
    submitted_at REAL,
    started_at REAL,
    completed_at REAL,
    run_seconds REAL,
    seed INTEGER,
    url TEXT,
    billable_units REAL,
    cost REAL,
    cost_source TEXT,
    path TEXT,
    width INTEGER,
    height INTEGER,
    clip_duration REAL,
    fps REAL,
    has_audio INTEGER,
    logs TEXT,
    error TEXT,
    dismissed INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX by_request_id ON generations (server, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX by_status ON generations (status);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = 1;
"""


def record(request: Any = None, **changes: Any) -> Record:
    request = request or sd.TextToVideo("A fox at dusk", seed=7)
    endpoint = catalog.endpoint_for(request)
    return replace(Record(1e9, "fal", False, endpoint.id, request.record(), sd.estimate(request), "PENDING"), **changes)


def insert(connection: sqlite3.Connection, record: Record) -> None:
    names = [name for name in re.findall(r"^    (\w+) ", FIRST_FORMAT, re.MULTILINE) if name != "id"]
    row = to_row({name: getattr(record, name) for name in names})
    connection.execute(f"INSERT INTO generations ({', '.join(names)}) VALUES (:{', :'.join(names)})", row)


ROWS = [
    record(),
    record(status="COMPLETED", cost=0.2592, path="clips/a.mp4", request_id="r-1", logs=["done"], has_audio=True),
    record(status="COMPLETED", cost=0.2592, url="https://v3.fal.media/b.mp4", request_id="r-2"),
    record(status="FAILED", cost=0.0, error=sd.GenerationFailed("No.").to_record()),
    record(status="FAILED", error=sd.GenerationFailed("Perhaps.").to_record()),
    record(status="COMPLETED", cost=0.0, free=True, server="offline", url="http://127.0.0.1:1/c.mp4"),
    record(status="UNCONFIRMED", owner="gone"),
]


@pytest.fixture
def first_format(tmp_path: Path) -> sqlite3.Connection:
    """A file of the first format with rows, open as an older version of the package would have it."""
    connection = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(FIRST_FORMAT)
    for row in ROWS:
        insert(connection, row)
    connection.execute("INSERT INTO settings VALUES ('cap', '2.7960000000000003')")
    return connection


def test_a_file_of_the_first_format_is_carried_over(tmp_path: Path, first_format: sqlite3.Connection) -> None:
    history = Store(tmp_path)
    assert history.all() == [with_columns(replace(row, id=n)) for n, row in enumerate(ROWS, 1)]
    assert len(history) == len(ROWS)
    assert repr(history.purse()) == "Purse(spent=0.5184, reserved=0.7776, cap=2.7960000000000003)"
    assert history.purse().left == 1.5
    assert [r.id for r in history.page(offset=0, limit=9)[1]] == [3, 2]
    assert history.page(offset=0, limit=1)[0] == 2
    assert [r.id for r in history.unsettled()] == [1, 3, 6, 7]
    history.close()

    # A program that knows the first format alone may have it open still: what it writes is counted.
    insert(first_format, record())
    first_format.execute("UPDATE generations SET cost = 0.5, status = 'COMPLETED' WHERE id = 1")
    first_format.close()
    again = Store(tmp_path)
    assert (again.purse().spent, again.purse().reserved) == (1.0184, 0.7776)
    again.close()


def test_a_file_of_an_earlier_format_is_not_changed_under_others(
    tmp_path: Path, first_format: sqlite3.Connection
) -> None:
    """Their version would refuse to write to it: the id of a request that is on its way would be lost."""
    with pytest.raises(InUse, match="another notebook has it open with an earlier ipyseedance"):
        Store(tmp_path, alone=False)
    assert first_format.execute("PRAGMA user_version").fetchone() == (1,)
    insert(first_format, record())
    first_format.close()
    history = Store(tmp_path)
    assert len(history) == len(ROWS) + 1
    history.close()
    Store(tmp_path, alone=False).close()  # it is of today's format
    (tmp_path / "new").mkdir()
    Store(tmp_path / "new", alone=False).close()  # made by two at once


def test_a_project_of_an_earlier_format_waits_for_its_other_notebook(tmp_path: Path) -> None:
    (tmp_path / ".openers").mkdir()
    other = Lease(tmp_path / ".openers")
    connection = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    connection.executescript(FIRST_FORMAT)
    connection.close()
    with pytest.raises(sd.InvalidRequest, match=r"has it open with an earlier ipyseedance.*\n.*Close it there"):
        sd.Project(tmp_path, server="offline")
    other.release()
    sd.Project(tmp_path, server="offline").close()


FROZEN = {
    1: "270a1ba5a71927c52a343d45868bdbef3e025bdad03882dad45889fae374afdc",
    2: "eb9ba846a7acb4a85b4567523db3c312bae93286ce8032e3200a4d0f3348ca85",
    3: "f15d6bdc273b9075e50b8a41bc22241e35a3c8f0be522ef78a85d70eee68ce2d",
    4: "ca996f220d86e6312a699bada9b0940aaaf9259d66fbd56214c16772428c14d4",
    5: "f89897e992b7c7db7ccf42fef0f36393bfccd8b443f4f92f57db3c99e52d9b64",
    6: "3790750cbb23a77af661d5bf814673217df5bb8aa3840e81f83154ac2a5e3e9a",
}
"""The SHA-256 of each released migration."""


@pytest.mark.parametrize(("format", "digest"), FROZEN.items())
def test_a_released_migration_is_never_changed(format: int, digest: str) -> None:
    text = "\n".join(MIGRATIONS[format - 1])
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_a_migration_shares_no_text_with_a_query() -> None:
    """Each is a literal: a query that changes must not change what an older file becomes."""
    tree = ast.parse(Path(migrations.__file__).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names <= {"MIGRATIONS", *(node.targets[0].id for node in tree.body if isinstance(node, ast.Assign))}  # type: ignore[attr-defined]
    assert not any(isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Import)) for node in ast.walk(tree))


def test_a_file_carried_over_is_as_a_new_one(tmp_path: Path, first_format: sqlite3.Connection) -> None:
    first_format.close()
    (tmp_path / "new").mkdir()
    for folder in (tmp_path, tmp_path / "new"):
        Store(folder).close()
    old, new = (parts(folder / "history.db") for folder in (tmp_path, tmp_path / "new"))
    assert old == new


def parts(file: Path) -> set[tuple[str, ...]]:
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    connection.close()
    return {tuple(re.sub(r"\s+", " ", str(value)) for value in row) for row in rows}


def test_a_carrying_over_that_fails_leaves_the_file_as_it_was(tmp_path: Path, first_format: sqlite3.Connection) -> None:
    before = parts(tmp_path / "history.db")
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        Database(tmp_path / "history.db", (*MIGRATIONS, ("CREATE TABLE more (id)", "UPDATE no_such_table SET id = 1")))
    assert first_format.execute("PRAGMA user_version").fetchone() == (1,)
    first_format.close()
    assert parts(tmp_path / "history.db") == before


def test_another_who_is_just_making_the_file_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # who wants to change the file's mode meanwhile is refused at once
    threading.Timer(0.3, other.execute, ["COMMIT"]).start()
    history = Store(tmp_path)
    assert history.add(record(free=True)).result(timeout=20) == 1
    history.close()
    other.close()


@pytest.mark.parametrize("new", [True, False])
def test_many_open_it_at_once(tmp_path: Path, new: bool, first_format: sqlite3.Connection) -> None:
    first_format.close()
    folder = tmp_path / "new" if new else tmp_path
    folder.mkdir(exist_ok=True)
    opened: list[Store] = []
    problems: list[Exception] = []
    together = threading.Barrier(6)

    def open_() -> None:
        together.wait()
        try:
            opened.append(Store(folder))
        except Exception as error:  # noqa: BLE001 - it is looked at below
            problems.append(error)

    threads = [threading.Thread(target=open_) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    ids = [history.add(record(free=True)).result(timeout=20) for history in opened]
    assert len(set(ids)) == 6
    for history in opened:
        history.close()


def test_what_other_openers_look_after_can_be_left_out(tmp_path: Path) -> None:
    history = Store(tmp_path)
    for status in ("PENDING", "IN_QUEUE", "UNCONFIRMED"):
        for owner in ("here", "there", None):
            history.add(record(status=status, owner=owner)).result()
    assert [r.id for r in history.unsettled(besides=["here", "there"])] == [3, 6, 9]
    assert [r.id for r in history.unsettled(besides=["here"])] == [2, 3, 5, 6, 8, 9]
    # An unconfirmed one may have been given up by whoever looked after it.
    assert [r.id for r in history.unsent(besides=["here", "there"])] == [3, 7, 8, 9]
    assert [r.id for r in history.unsent()] == [1, 2, 3, 7, 8, 9]
    history.close()


KNOWN = ("request_id IS NOT NULL", "sweep IS NOT NULL", "star", "status = 'COMPLETED'")
"""Conditions of indexes that queries have in words of their own."""


def test_queries_and_indexes_have_their_conditions_in_the_same_words(tmp_path: Path) -> None:
    """SQLite uses an index with a condition, or of an expression, only for a query that has it so."""
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "history.db") as connection:
        rows = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        indexes = [sql for (sql,) in rows]
    connection.close()
    conditions = {sql.split(" WHERE ", 1)[1] for sql in indexes if " WHERE " in sql}
    assert conditions <= {*INDEXED, *KNOWN}
    for words in INDEXED:
        assert words in conditions or any(words in sql.split(" WHERE ", 1)[0] for sql in indexes), words


ODD = (0.25, 0, -1.0, 1e9, 1e300, "a text", "0.5", None, b"bytes")


@pytest.mark.parametrize("free", [0, 1, 2, "a text"])
@pytest.mark.parametrize("cost", ODD)
def test_the_triggers_count_as_the_rows_are_counted(tmp_path: Path, free: Any, cost: Any) -> None:
    """What keeps the totals is written in the migrations, and what proves them in `totals.py`."""
    store = Store(tmp_path)

    def change(connection: sqlite3.Connection) -> None:
        for estimate in (odd for odd in ODD if odd is not None):
            connection.execute(
                "INSERT INTO generations (created_at, server, free, endpoint, request, estimate, status, cost, url)"
                " VALUES (1, 'fal', ?, 'x', '{}', ?, 'FAILED', ?, 'https://v3.fal.media/a.mp4')",
                (free, estimate, cost),
            )
        connection.execute("UPDATE generations SET cost = NULL, url = NULL WHERE id % 3 = 0")
        connection.execute("DELETE FROM generations WHERE id % 4 = 0")

    store.database.write(change).result()
    with store.database.read() as connection:
        kept = [tuple(row) for row in connection.execute("SELECT * FROM totals")]
        assert totals.are_right(connection)
    store.database.write(totals.count_anew).result()
    with store.database.read() as connection:
        assert [tuple(row) for row in connection.execute("SELECT * FROM totals")] == kept
    store.close()


SORT = "USE TEMP B-TREE FOR ORDER BY"
"""Of the few that were found."""
LISTED = "SCAN json_each VIRTUAL TABLE INDEX 1:"
"""Of the values given."""


def page(order: str, offset: int = 0) -> Callable[[Store], object]:
    return lambda history: history.page(Find(order=order), offset=offset, limit=48)


@pytest.mark.parametrize(
    ("ask", "uses"),
    [
        (len, {"SCAN totals"}),
        (Store.purse, {"SCAN totals", "SEARCH settings USING INDEX sqlite_autoindex_settings_1 (name=?)"}),
        (lambda h: h.unsettled(besides=["a", "b"]), {"SCAN generations USING INDEX unsettled", SORT}),
        (lambda h: h.unsent(besides=["a", "b"]), {"SEARCH generations USING INDEX unsent (status=?)", SORT}),
        (lambda h: h.undismissed_failures(12), {"SCAN generations USING INDEX to_be_seen"}),
        (Store.open_amounts, {"SCAN generations USING INDEX open_amounts"}),
        (Store.open_sum, {"SCAN generations USING INDEX open_amounts"}),
        (lambda h: h.bills(9), {"SCAN generations USING INDEX overbilled", SORT}),
        (
            lambda h: h.typical_seconds("fal", "x", "720p", 5.0),
            {"SEARCH generations USING INDEX alike (server=? AND endpoint=? AND resolution=? AND seconds=?)"},
        ),
        (
            lambda h: h.had("fal", catalog.ENDPOINTS[0].id, [7, 8]),
            {"SEARCH generations USING INDEX by_seed (asked_seed=? AND server=? AND endpoint=?)", LISTED, SORT},
        ),
        (lambda h: h.standing([1, 2]), {"SEARCH generations USING INTEGER PRIMARY KEY (rowid=?)", LISTED}),
        (lambda h: h.run("a"), {"SEARCH sweeps USING INDEX sqlite_autoindex_sweeps_1 (name=?)"}),
        (lambda h: h.find("r-1"), {"SEARCH generations USING INDEX by_request_id (request_id=?)"}),
        (lambda h: h.get(1), {"SEARCH generations USING INTEGER PRIMARY KEY (rowid=?)"}),
        (page("newest"), {"SCAN totals", "SCAN generations USING INDEX shown_by_id"}),
        (page("oldest", 500), {"SCAN totals", "SCAN generations USING INDEX shown_by_id"}),
        (page("cost"), {"SCAN totals", "SCAN generations USING INDEX shown_by_estimate"}),
        (page("duration"), {"SCAN totals", "SCAN generations USING INDEX shown_by_duration"}),
        (page("rating"), {"SCAN totals", "SCAN generations USING INDEX shown_by_rating"}),
        (lambda h: h.found(Find(starred=True)), {"SCAN generations USING INDEX starred"}),
        (lambda h: h.found(Find(rated=4)), {"SEARCH generations USING INDEX shown_by_rating (rating>?)", SORT}),
    ],
)
def test_no_question_looks_at_every_row(tmp_path: Path, ask: Callable[[Store], object], uses: set[str]) -> None:
    """What is asked on opening and while jobs run: a look at an index that holds only what is wanted, or one row."""
    history = Store(tmp_path)
    history.add(record(request_id="r-1")).result()
    asked: list[str] = []
    with history.database.read() as connection:
        connection.set_trace_callback(asked.append)
    ask(history)
    with history.database.read() as connection:
        connection.set_trace_callback(None)
        plans = [step[3] for query in asked for step in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert {plan for plan in plans if "SUBQUERY" not in plan} == uses
    history.close()
