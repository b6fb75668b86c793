"""The history: durable, shared by openers, and a stable DataFrame."""

from __future__ import annotations

import contextlib
import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store import table
from ipyseedance.store.claims import Claim
from ipyseedance.store.finding import Find
from ipyseedance.store.history import History
from ipyseedance.store.purse import Allowance
from ipyseedance.store.record import Record
from ipyseedance.store.runs import New, PlanOutdated, Run, RunPlan
from ipyseedance.store.store import Store


def record(request: Any = None, **changes: Any) -> Record:
    request = request or sd.TextToVideo("A fox at dusk", seed=7)
    endpoint = catalog.endpoint_for(request)
    base = Record(1e9, "fal", False, endpoint.id, request.record(), sd.estimate(request), "PENDING")
    return replace(base, **changes)


def test_what_is_written_is_there_for_the_next_opener(tmp_path: Path) -> None:
    history = Store(tmp_path)
    id = history.add(record()).result()
    history.update(id, status="IN_QUEUE", request_id="r-1", ticket={"request_id": "r-1"}).result()
    other = Store(tmp_path)  # the first is still open
    assert other.find("r-1").status == "IN_QUEUE"
    assert other.get(id).request["prompt"] == "A fox at dusk"
    history.close()
    other.close()


def test_closing_writes_what_is_queued(tmp_path: Path) -> None:
    history = Store(tmp_path)
    waiting = [history.add(record()) for _ in range(500)]
    history.close()
    assert [f.result() for f in waiting] == list(range(1, 501))
    with pytest.raises(ValueError, match="closed"):
        history.add(record()).result()


def test_one_bad_change_does_not_spoil_its_group(tmp_path: Path) -> None:
    history = Store(tmp_path)
    first = history.add(record(request_id="same"))
    second = history.add(record(request_id="same"))
    third = history.add(record())
    assert first.result() == 1
    with pytest.raises(sqlite3.IntegrityError):
        second.result()
    assert history.get(third.result()).status == "PENDING"
    history.close()


def test_giving_up_waiting_does_not_take_a_change_back(tmp_path: Path) -> None:
    history = Store(tmp_path)
    given_up = [history.add(record()) for _ in range(50)]
    for future in given_up:
        future.cancel()
    assert history.add(record()).result(timeout=5) == 51
    assert len(history) == 51
    history.close()


def test_it_can_be_read_when_it_is_closed(tmp_path: Path) -> None:
    history = Store(tmp_path)
    history.add(record()).result()
    history.close()
    assert len(History(history).df) == len(history.all()) == 1
    (tmp_path / "history.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(sd.ProjectUnusable, match="is gone"):
        history.all()


def test_readers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    history = Store(tmp_path)
    history.add(record()).result()
    slow = history.batches(["id"])
    next(slow)
    assert history.purse().reserved > 0  # would wait for ever
    assert list(slow) == []
    history.close()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "history.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ValueError, match="newer ipyseedance"):
        Store(tmp_path)


def test_the_budget_counts_what_may_still_be_billed(tmp_path: Path) -> None:
    history = Store(tmp_path)
    one = record().estimate
    history.set_budget(2.5 * one).result()
    first, second = history.add(record()).result(), history.add(record()).result()
    with pytest.raises(sd.OverBudget, match="budget has"):
        history.add(record()).result()
    history.update(first, status="FAILED", cost=0.0).result()
    history.update(second, status="COMPLETED", cost=one).result()
    third = history.add(record()).result()
    purse = history.purse()
    assert purse.spent == pytest.approx(one)
    assert purse.reserved == pytest.approx(one)
    history.update(third, status="UNCONFIRMED").result()
    assert history.purse().reserved == pytest.approx(one)
    history.add(record(free=True)).result()  # the offline engine is never counted
    history.set_budget(None).result()
    history.add(record()).result()
    history.close()


def test_two_openers_share_one_cap(tmp_path: Path) -> None:
    a, b = Store(tmp_path), Store(tmp_path)
    one = record().estimate
    a.set_budget(1.5 * one).result()
    outcomes = [h.add(record()) for h in (a, b, a, b)]
    errors = [f.exception() for f in outcomes]
    assert sum(e is None for e in errors) == 1
    assert all(isinstance(e, sd.OverBudget) for e in errors if e)
    a.close()
    b.close()


def test_the_columns_are_stable(tmp_path: Path) -> None:
    history = Store(tmp_path)
    empty = History(history).df
    assert tuple(empty.columns) == table.COLUMNS
    assert len(empty) == 0
    id = history.add(record()).result()
    history.update(id, seed=8, submitted_at=1e9 + 1, started_at=1e9 + 3, path="clips/a.mp4", cost=0.25).result()
    history.update(id, star=True, rating=4, tags=["crisp", "no drift"], note="The best.").result()
    history.add(record(sd.TextToVideo("An owl"), error={"message": "No."})).result()
    df = History(history).df
    assert list(df.dtypes.astype(str)) == list(empty.dtypes.astype(str))
    first = df.iloc[0]
    assert first.created_at == pd.Timestamp("2001-09-09T01:46:40Z")
    assert (first.seed, first.duration, first.queue_seconds, first.cost) == (8, 5, 2.0, 0.25)
    assert first.path == str(tmp_path / "clips/a.mp4")
    assert (first.star, first.rating, first.tags, first.note) == (True, 4, ("crisp", "no drift"), "The best.")
    assert df.iloc[1].error == "No."
    assert (df.iloc[1].star, df.iloc[1].rating is pd.NA, df.iloc[1].tags, df.iloc[1].note) == (False, True, (), "")
    assert "An owl" in History(history)._repr_html_()
    history.close()


def test_the_history_is_searched_and_paged(tmp_path: Path) -> None:
    history = Store(tmp_path)
    for n in range(30):
        prompt = "An Owl — сова" if n % 3 else 'A "fox"'
        request = sd.TextToVideo(prompt, seed=n, duration=4 + n % 9)
        history.add(record(request, url="https://x", seed=n, clip_duration=4 + n % 9)).result()
    history.add(record(url="http://127.0.0.1/x")).result()  # no browser can show this one
    total, rows = history.page(offset=0, limit=5)
    assert (total, [r.seed for r in rows]) == (30, [29, 28, 27, 26, 25])
    total, rows = history.page(Find(words=('"fox"',), order="oldest"), offset=2, limit=5)
    assert (total, [r.seed for r in rows]) == (10, [6, 9, 12, 15, 18])
    assert history.page(Find(words=("owl", "Сова".lower())), offset=0, limit=99)[0] == 20
    assert {r.clip_duration for r in history.page(Find(order="duration"), offset=0, limit=3)[1]} == {12}
    assert history.page(Find(words=("fox",), order="oldest"), offset=8, limit=5)[1][-1].seed == 27
    assert history.page(Find(words=("fox",), order="cost"), offset=99, limit=5) == (10, [])
    history.close()


def taken(history: Store, job: Record, owner: str, status: str) -> Future[list[int]]:
    return history.claim([Claim(job, {"owner": owner, "status": status, "error": None})], by_person=False)


def test_a_job_is_claimed_once(tmp_path: Path) -> None:
    history = Store(tmp_path)
    id = history.add(record(owner="gone")).result()
    job = history.get(id)
    claims = [taken(history, job, name, job.status) for name in ("a", "b")]
    assert [c.result() for c in claims] == [[id], []]
    assert history.get(id).owner == "a"
    again = history.get(id)
    assert not taken(history, again, "a", again.status).result()  # it is at it already

    history.update(id, status="UNCONFIRMED", error={"type": "absent"}).result()
    absent = history.get(id)
    claims = [taken(history, absent, "a", "PENDING") for _ in range(2)]
    assert [c.result() for c in claims] == [[id], []]
    history.close()


def test_only_what_has_ended_is_an_open_amount(tmp_path: Path) -> None:
    """A job that this kernel could not ask about may well go on at the service."""
    history = Store(tmp_path)
    error = sd.SeedanceError("The service cannot be asked about it.").to_record()
    stated = ("IN_QUEUE", "IN_PROGRESS", "PENDING", "FAILED", "CANCELLED", "UNCONFIRMED", "COMPLETED")
    for status in stated:
        history.add(record(status=status, error=error, free=False)).result()
    found = history.open_amounts()
    assert [one.status for one in found] == ["FAILED", "CANCELLED", "UNCONFIRMED", "COMPLETED"]
    assert [one.is_open for one in history.all()] == [one.status in stated[3:] for one in history.all()]
    history.close()


def test_as_texts_the_table_can_be_counted_and_handed_on(tmp_path: Path) -> None:
    """As the README says."""
    history = Store(tmp_path)
    for n in range(3):
        history.add(record(cell={"seed": str(n)}, tags=["a"], created_at=1e9 + n)).result()
    plain = History(history).df.astype(str)
    assert len(plain.drop_duplicates()) == 3
    assert plain.nunique().cell == 3
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        assert plain.to_sql("clips", connection) == 3
    history.close()


def plan_of(store: Store, request: Any, name: str | None = None, *, before: Run | None = None) -> RunPlan:
    """A run of one cell, of a request that the history does not have."""
    wanted = record(request)
    return RunPlan(
        "fal",
        wanted.endpoint,
        axes={"animal": ["fox"]},
        members=[(New(0), {"animal": "fox"}), (New(0), {"animal": "the same fox"})],
        records=[wanted],
        wanted={request.meaning()},
        seeds={request.seed},
        had=store.had("fal", wanted.endpoint, {request.seed}),
        name=name,
        before=before,
    )


FOX = sd.TextToVideo("A fox at dusk", seed=7)


def test_the_history_numbers_the_generations_of_a_run(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(record(sd.TextToVideo("An owl", seed=8))).result()
    run, made = store.add_run(plan_of(store, FOX)).result()
    assert run == store.run("sweep-1")
    assert run.members == [(2, {"animal": "fox"}), (2, {"animal": "the same fox"})]
    assert made == [store.get(2)]
    assert (made[0].sweep, store.asked(made[0])) == ("sweep-1", True)
    store.close()


def test_a_run_is_not_written_when_another_asked_for_its_clip_since_it_was_planned(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)
    plan = plan_of(store, FOX)
    other.add(record(FOX)).result()
    with pytest.raises(PlanOutdated):
        store.add_run(plan).result()
    assert (len(store), store.runs()) == (1, [])
    other.add(record(sd.TextToVideo("A fox at dusk", seed=9))).result()  # another request changes nothing
    other.update(1, status="FAILED").result()  # nor does one that ended without a clip
    store.add_run(plan_of(store, FOX)).result()
    assert len(store) == 3
    for opener in (store, other):
        opener.close()


def test_a_run_is_not_written_when_another_changed_it_since_it_was_planned(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)
    plan = plan_of(store, FOX, "pets")
    owl = sd.TextToVideo("An owl", seed=8)
    run, _ = other.add_run(plan_of(other, owl, "pets")).result()
    with pytest.raises(PlanOutdated):
        store.add_run(plan).result()
    assert store.run("pets") == run
    store.add_run(plan_of(store, FOX, "pets", before=run)).result()
    assert len(store) == 2
    for opener in (store, other):
        opener.close()


def test_a_run_that_may_not_be_paid_is_not_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.set_budget(0.1).result()
    with pytest.raises(sd.OverBudget):
        store.add_run(plan_of(store, FOX), Allowance(confirmed=True)).result()
    assert (len(store), store.runs()) == (0, [])
    store.close()


def test_a_row_is_changed_only_as_it_was_read(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)
    id = store.add(record(FOX, status="FAILED")).result()
    read = store.get(id)
    other.update(id, cost=0.2, cost_source="billed").result()
    assert not store.update_as_read(read, {"cost": 0.0, "cost_source": "person"}).result()
    assert (store.get(id).cost, store.get(id).cost_source) == (0.2, "billed")
    assert store.update_as_read(store.get(id), {"cost": 0.3}).result()
    assert store.get(id).cost == 0.3
    for opener in (store, other):
        opener.close()


def test_people_are_shown_the_table_and_little_else() -> None:
    assert [name for name in dir(History) if not name.startswith("_")] == ["df"]
