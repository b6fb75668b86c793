"""The purse: exact, and never over its cap. `test_ledger.py` tries what can happen to it in any order."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.budget import dollars_of
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED, FAILED, PENDING
from ipyseedance.store.store import Store

FOX = sd.TextToVideo("A fox", seed=7)
SILENT = sd.TextToVideo("A fox", seed=7, resolution="720p", aspect_ratio="21:9", generate_audio=False)


def record(estimate: float, **changes: Any) -> Record:
    endpoint = catalog.endpoint_for(FOX)
    return replace(Record(1e9, "fal", False, endpoint.id, FOX.record(), estimate, PENDING), **changes)


def test_a_budget_of_exactly_what_is_asked_for_is_enough(tmp_path: Path) -> None:
    history, one = Store(tmp_path), catalog.estimate(SILENT)
    history.set_budget(sum(one for _ in range(1000))).result()
    assert not any(future.exception() for future in [history.add(record(one)) for _ in range(1000)])
    assert repr(history.purse().left) == "0.0"
    with pytest.raises(sd.OverBudget):
        history.add(record(1e-9)).result()
    history.close()


def test_nothing_is_left_over_where_nothing_is(tmp_path: Path) -> None:
    history = Store(tmp_path)
    for estimate in (0.1, 0.2, 0.3, 1 / 3):
        id = history.add(record(estimate)).result()
        history.update(id, status=FAILED, cost=0.0).result()
    id = history.add(record(0.1)).result()
    history.update(id, cost=0.7).result()
    assert repr(history.purse()) == "Purse(spent=0.7, reserved=0.0, cap=None)"
    history.set_budget(0.1 + 0.2 + 0.7).result()
    assert repr(history.purse()) == "Purse(spent=0.7, reserved=0.0, cap=1.0)"
    assert history.purse().left == 0.3
    history.set_budget(0.5).result()
    assert history.purse().left == -0.2
    history.close()


def test_a_bill_above_its_estimate_stops_what_costs_and_nothing_else(tmp_path: Path) -> None:
    history = Store(tmp_path)
    history.set_budget(0.5).result()
    id = history.add(record(0.5)).result()
    history.update(id, status=COMPLETED, cost=0.75, cost_source="billed").result()
    assert history.purse().left == -0.25
    with pytest.raises(sd.OverBudget, match=r"has \$0\.00 left"):
        history.add(record(0.01)).result()
    history.add(record(0.5, cost=0.0, cost_source="elsewhere")).result()
    history.add(record(0.5, free=True)).result()
    history.close()


def test_a_cost_below_nothing_does_not_widen_the_cap(tmp_path: Path) -> None:
    history = Store(tmp_path)
    history.set_budget(1.0).result()
    id = history.add(record(0.5)).result()
    history.update(id, status=COMPLETED, cost=-5.0).result()
    assert history.purse().left == 1.0
    history.close()


def test_what_another_program_does_to_the_rows_is_counted_too(tmp_path: Path) -> None:
    history = Store(tmp_path)
    ids = [history.add(record(0.25)).result() for _ in range(3)]
    with sqlite3.connect(tmp_path / "history.db") as connection:
        connection.execute("DELETE FROM generations WHERE id = ?", ids[:1])
        connection.execute("UPDATE generations SET free = 1, path = 'clips/a.mp4' WHERE id = ?", ids[1:2])
    connection.close()
    purse = history.purse()
    assert (purse.spent, purse.reserved, len(history)) == (0.0, 0.25, 2)
    assert history.page(offset=0, limit=9)[0] == 1
    history.close()


@pytest.mark.parametrize("value", [-0.01, 1e300, 10**400, float("inf"), float("nan"), True, "5"])
def test_a_budget_that_is_none(value: object) -> None:
    with pytest.raises(sd.InvalidRequest, match=r"budget: .+ is not allowed; give US dollars, 0 or more, at most 1,0"):
        dollars_of(value)


def test_budgets() -> None:
    assert [dollars_of(value) for value in (0, 0.5, 1_000_000)] == [0.0, 0.5, 1e6]
