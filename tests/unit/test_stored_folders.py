"""Folders that earlier versions wrote: every clip, vote, run and dollar of them is there in this one.

`stored/format_N.sql` is what the version of that format wrote by its own code, as SQL. They are never made anew: a new
format adds a file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipyseedance.store.drafts import Draft
from ipyseedance.store.history import History
from ipyseedance.store.migrations import MIGRATIONS
from ipyseedance.store.record import Record
from ipyseedance.store.schema import parts_of
from ipyseedance.store.store import Store
from ipyseedance.store.trust import Signer

STORED = Path(__file__).parent / "stored"
FORMATS = sorted(int(path.stem.removeprefix("format_")) for path in STORED.glob("*.sql"))
WITH_RUNS, WITH_SIGNATURES, WITH_BILLS = 3, 5, 6
"""The formats from which on there are sweeps, votes and ratings; signatures; and bills, uploads and drafts."""
SIGNER = Signer(b"the secret of the stored folders")
ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
CLIPS = {1: "clips/00001-a-fox-at-dusk-seed7.mp4", 6: "clips/00006-a-fox-at-dusk-seed12.mp4"}


@pytest.fixture(params=FORMATS)
def format(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def store(format: int, tmp_path: Path) -> Iterator[Store]:
    """A folder of that format, with its clips, opened by this version."""
    connection = sqlite3.connect(tmp_path / "history.db")
    connection.executescript((STORED / f"format_{format}.sql").read_text(encoding="utf-8"))
    connection.close()
    (tmp_path / "clips").mkdir()
    for name in CLIPS.values():
        (tmp_path / name).write_bytes(b"a clip")
    store = Store(tmp_path, SIGNER)
    yield store
    store.close()


def test_there_is_a_folder_of_every_format_but_todays() -> None:
    assert FORMATS[: len(MIGRATIONS) - 1] == list(range(1, len(MIGRATIONS)))


def sql_of(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """What a file is made of, byte for byte."""
    return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def test_the_migrations_make_what_each_version_made(format: int) -> None:
    """A migration that is changed makes another file than the one people have."""
    stored, made = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    stored.executescript((STORED / f"format_{format}.sql").read_text(encoding="utf-8"))
    for statement in (statement for migration in MIGRATIONS[:format] for statement in migration):
        made.execute(statement)
    assert parts_of(stored) == parts_of(made)
    if format > 1:  # the very first version indented its table otherwise
        assert sql_of(stored) == sql_of(made)
    stored.close()
    made.close()


def test_it_is_brought_to_todays_format(store: Store) -> None:
    made = sqlite3.connect(":memory:")
    for statement in (statement for migration in MIGRATIONS for statement in migration):
        made.execute(statement)
    with store.database.read() as connection:
        assert parts_of(connection) == parts_of(made)
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    made.close()


def test_every_clip_is_there(store: Store, format: int) -> None:
    clip, offline = store.get(1), store.get(6)
    assert {id: record.path for id, record in ((1, clip), (6, offline))} == CLIPS
    assert clip.request["prompt"] == "A fox at dusk"
    assert clip.request["resolution"] == "480p"
    assert (clip.width, clip.height, clip.clip_duration, clip.fps, clip.has_audio) == (864, 480, 5.04, 24.0, True)
    assert (clip.seed, clip.request_id, clip.url) == (7, "r-1", "https://v3.fal.media/files/a.mp4")
    assert (clip.run_seconds, clip.queue_seconds, clip.logs) == (50.0, 4.0, ["done"])
    assert (clip.ticket or {})["status_url"] == "https://queue.fal.run/fal-ai/bytedance/requests/r-1/status"
    assert (offline.server, offline.free, offline.cost) == ("offline", True, 0.0)
    assert all((store.folder / path).is_file() for path in CLIPS.values())
    shown, _ = store.page(offset=0, limit=9)
    assert shown == len(CLIPS) + (format >= WITH_BILLS)


def test_every_job_stands_as_it_did(store: Store) -> None:
    status = {record.id: record.status for record in store.all() if record.id <= 6}
    words = ["COMPLETED", "FAILED", "IN_QUEUE", "UNCONFIRMED", "PENDING", "COMPLETED"]
    assert status == dict(enumerate(words, 1))
    failed, queued, lost = store.some([2, 3, 4])
    assert (failed.dismissed, (failed.error or {})["message"]) == (True, "It failed.")
    assert (queued.request_id, queued.owner) == ("r-3", "0" * 32)
    assert ((lost.error or {})["charged"], lost.is_open) == ("maybe", True)
    assert [record.id for record in store.unsettled() if record.id <= 6] == [3, 4, 5]
    assert 4 in [record.id for record in store.open_amounts()]


def test_every_dollar_is_there(store: Store, format: int) -> None:
    spent = 0.2 + (0.6 if format >= WITH_BILLS else 0.0)
    reserved = 3 * 0.25 + (2 * 0.1 if format >= WITH_RUNS else 0.0) + (0.25 if format >= WITH_BILLS else 0.0)
    purse = store.purse()
    assert [purse.spent, purse.reserved, purse.cap] == pytest.approx([spent, reserved, 5.0])
    assert store.open_sum() == ((2, 0.5) if format >= WITH_BILLS else (1, 0.25))
    assert [bill.id for bill in store.bills(9)] == ([9] if format >= WITH_BILLS else [])


def test_every_vote_run_and_rating_is_there(store: Store, format: int) -> None:
    clip = store.get(1)
    if format < WITH_RUNS:
        assert (store.runs(), store.votes(), clip.rating) == ([], [], None)
        return
    (run,) = store.runs()
    assert (run.name, run.axes, run.seed) == ("sweep-1", {"animal": ["fox", "owl"]}, 20)
    assert run.members == [(7, {"animal": "fox"}), (8, {"animal": "owl"})]
    assert [(record.sweep, record.cell) for record in store.some([7, 8])] == [
        ("sweep-1", {"animal": "fox"}),
        ("sweep-1", {"animal": "owl"}),
    ]
    assert [(vote.first, vote.second, vote.winner) for vote in store.votes()] == [(1, 6, 1), (1, 6, None)]
    assert (clip.star, clip.rating, clip.tags, clip.note) == (True, 4, ["keeper", "dusk"], "Softer than the others.")
    assert clip.measures == {"motion": 1.5}


def test_the_draft_is_there(store: Store, format: int) -> None:
    kept = Draft(ENDPOINT, {"prompt": "A {animal}"}, {"animal": "fox, owl"})
    assert store.draft() == (kept if format >= WITH_BILLS else None)


def test_what_was_signed_is_still_this_persons(store: Store, format: int) -> None:
    assert all(store.asked(record) == (format >= WITH_SIGNATURES) for record in store.all())


def test_the_table_has_every_row(store: Store) -> None:
    df = History(store).df
    assert df.id.tolist() == [record.id for record in store.all()]
    assert df.prompt[0] == "A fox at dusk"
    assert df.path[0] == str(store.folder / CLIPS[1])
    assert df.duration.notna().all()


def test_it_is_gone_on_with(store: Store) -> None:
    before, count = store.purse(), len(store)
    record = Record(1.8e9, "fal", False, ENDPOINT, {"prompt": "A new one"}, 0.5, "PENDING")
    id = store.add(record).result()
    store.update(id, status="COMPLETED", cost=0.5, cost_source="estimate").result()
    assert id == count + 1
    after = store.purse()
    assert [after.spent, after.reserved] == pytest.approx([before.spent + 0.5, before.reserved])
