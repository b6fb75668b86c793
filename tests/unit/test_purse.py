"""The purse: exact, the same for every opener, and never over its cap, whatever happens in whatever order."""

from __future__ import annotations

import sqlite3
import tempfile
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.lab.budget import dollars_of
from ipyseedance.store.history import Claim, History
from ipyseedance.store.record import CANCELLED, COMPLETED, FAILED, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED, Record

FOX = sd.TextToVideo("A fox", seed=7)
SILENT = sd.TextToVideo("A fox", seed=7, resolution="720p", aspect_ratio="21:9", generate_audio=False)


def record(estimate: float, **changes: Any) -> Record:
    endpoint = catalog.endpoint_for(FOX)
    return replace(Record(1e9, "fal", False, endpoint.id, FOX.record(), estimate, PENDING), **changes)


def claim(opener: Opener, found: Record, status: str) -> Future[list[int]]:
    changes = {"owner": opener.name, "status": status, "error": None}
    return opener.history.claim([Claim(found, changes)], by_person=False)


def nanos(dollars: float) -> int:
    return round(dollars * 1e9)


def from_rows(folder: Path) -> tuple[int, int]:
    """Spent and reserved, added up from the rows anew."""
    with sqlite3.connect(folder / "history.db") as connection:
        rows = connection.execute("SELECT free, estimate, cost FROM generations").fetchall()
    connection.close()
    spent = sum(nanos(cost) for free, _, cost in rows if not free and cost is not None)
    reserved = sum(nanos(estimate) for free, estimate, cost in rows if not free and cost is None)
    return spent, reserved


def test_a_budget_of_exactly_what_is_asked_for_is_enough(tmp_path: Path) -> None:
    history, one = History(tmp_path), catalog.estimate(SILENT)
    history.set_budget(sum(one for _ in range(1000))).result()
    assert not any(future.exception() for future in [history.add(record(one)) for _ in range(1000)])
    assert repr(history.purse().left) == "0.0"
    with pytest.raises(sd.OverBudget):
        history.add(record(1e-9)).result()
    history.close()


def test_nothing_is_left_over_where_nothing_is(tmp_path: Path) -> None:
    history = History(tmp_path)
    for estimate in (0.1, 0.2, 0.3, 1 / 3):
        id = history.add(record(estimate)).result()
        history.update(id, status=FAILED, cost=0.0).result()
    id = history.add(record(0.1)).result()
    history.update(id, cost=0.7).result()
    assert repr(history.purse()) == "Purse(spent=0.7, reserved=0.0, cap=None)"
    history.set_budget(0.1 + 0.2).result()
    assert repr(history.purse()) == "Purse(spent=0.7, reserved=0.0, cap=1.0)"
    assert history.purse().left == 0.3
    history.close()


def test_a_bill_above_its_estimate_stops_what_costs_and_nothing_else(tmp_path: Path) -> None:
    history = History(tmp_path)
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
    history = History(tmp_path)
    history.set_budget(1.0).result()
    id = history.add(record(0.5)).result()
    history.update(id, status=COMPLETED, cost=-5.0).result()
    assert history.purse().left == 1.0
    history.close()


def test_what_another_program_does_to_the_rows_is_counted_too(tmp_path: Path) -> None:
    history = History(tmp_path)
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


@dataclass
class Opener:
    """A notebook that has the project open."""

    name: str
    history: History


@dataclass
class Job:
    """What the test knows of a generation."""

    id: int
    opener: str
    status: str
    estimate: int
    cost: int | None = None


UNDER_WAY = (PENDING, SUBMITTING, IN_QUEUE, UNCONFIRMED)
LUCK = ["well"] * 4 + ["cheap", "dear", "answer lost", "failed", "perhaps billed", "cancelled"]
LIVES = st.tuples(st.integers(0, 999), st.sampled_from(LUCK), st.integers(1, 4))
"""Which job goes on, how, and how far."""


class Spending(RuleBasedStateMachine):
    """Two notebooks on one project, and everything that can happen to its money."""

    def __init__(self) -> None:
        super().__init__()
        self.room = tempfile.TemporaryDirectory()
        self.folder = Path(self.room.name)
        self.dead: list[Opener] = []
        self.names = 0
        self.jobs: list[Job] = []
        self.cap: int | None = None
        self.overbilled = 0
        """What bills since the cap was set came to above their estimates. It is spent before anybody can say no."""
        self.openers = [self.open(), self.open()]

    def open(self) -> Opener:
        self.names += 1
        return Opener(f"opener {self.names}", History(self.folder))

    def spent(self) -> int:
        return sum(job.cost for job in self.jobs if job.cost is not None)

    def reserved(self) -> int:
        return sum(job.estimate for job in self.jobs if job.cost is None)

    def left(self) -> int | None:
        return None if self.cap is None else self.cap - self.spent() - self.reserved()

    def write(self, job: Job, **changes: Any) -> None:
        """What the notebook that looks after a job does to it."""
        opener = next(o for o in self.openers if o.name == job.opener)
        opener.history.update(job.id, **changes).result(timeout=20)
        job.status = changes.get("status", job.status)
        if "cost" in changes:
            job.cost = nanos(changes["cost"])

    def looked_after(self) -> list[Job]:
        """The jobs under way whose notebook lives."""
        living = {opener.name for opener in self.openers}
        return [job for job in self.jobs if job.opener in living and job.status in UNDER_WAY]

    # What people do.

    @initialize(dollars=st.sampled_from([0.0, 0.5, 2.0, 5.0]))
    def begin(self, dollars: float) -> None:
        self.set_budget(dollars, 0)

    @rule(dollars=st.sampled_from([0.0, 0.5, 2.0, 5.0]) | st.none(), by=st.integers(0, 1))
    def set_budget(self, dollars: float | None, by: int) -> None:
        self.openers[by].history.set_budget(dollars).result(timeout=20)
        self.cap = None if dollars is None else self.spent() + self.reserved() + nanos(dollars)
        self.overbilled = 0

    @rule(
        asked=st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from([0.130232813, 0.2592, 1 / 3, 0.62208])), min_size=1, max_size=8
        )
    )
    def submit(self, asked: list[tuple[int, float]]) -> None:
        """Both notebooks at once, each with what it likes."""
        under_way: list[tuple[Opener, float, Future[int]]] = []
        for by, estimate in asked:
            opener = self.openers[by]
            under_way.append((opener, estimate, opener.history.add(record(estimate, owner=opener.name))))
        refused = []
        for opener, estimate, future in under_way:
            try:
                self.jobs.append(Job(future.result(timeout=20), opener.name, PENDING, nanos(estimate)))
            except sd.OverBudget:
                refused.append(nanos(estimate))
        left = self.left()
        assert left is not None or not refused
        assert all(left is not None and amount > left for amount in refused), "it would have fitted"

    # What becomes of jobs.

    @rule(lives=st.lists(LIVES, min_size=1, max_size=6))
    def go_on(self, lives: list[tuple[int, str, int]]) -> None:
        for pick, luck, steps in lives:
            # Not drawn from the jobs themselves: who of two notebooks was quicker is not told by a seed.
            if jobs := self.looked_after():
                job = jobs[pick % len(jobs)]
                for _ in range(steps):
                    if job.status in UNDER_WAY:
                        self.step(job, luck)

    def step(self, job: Job, luck: str) -> None:
        if luck == "cancelled" and job.status == IN_QUEUE:
            self.write(job, status=CANCELLED, cost=0.0)
        elif luck == "failed" and job.status == SUBMITTING:
            self.write(job, status=FAILED, cost=0.0)
        elif luck == "perhaps billed" and job.status == IN_QUEUE:
            self.write(job, status=FAILED)
        elif job.status == PENDING:
            self.write(job, status=SUBMITTING)
        elif job.status == SUBMITTING:
            self.write(job, status=UNCONFIRMED if luck == "answer lost" else IN_QUEUE)
        elif job.status == UNCONFIRMED:
            self.look_for(job, there=luck != "answer lost")
        else:
            bill = job.estimate * {"cheap": 1, "dear": 3}.get(luck, 2) // 2
            self.overbilled += max(0, bill - job.estimate)
            self.write(job, status=COMPLETED, cost=bill / 1e9, path=f"clips/{job.id}.mp4")

    def look_for(self, job: Job, *, there: bool) -> None:
        """A lost answer is found among the account's requests; or both notebooks are told to send it again."""
        if there:
            opener = next(o for o in self.openers if o.name == job.opener)
            assert opener.history.adopt(job.id, f"request {job.id}").result(timeout=20)
            job.status = IN_QUEUE
        else:
            self.write(job, error={"type": "absent"})
            found = self.openers[0].history.get(job.id)
            claims = [(o, claim(o, found, PENDING)) for o in self.openers]
            (job.opener,) = [o.name for o, claimed in claims if claimed.result(timeout=20)]
            job.status = PENDING

    # What happens to notebooks.

    @precondition(lambda self: len(self.dead) < 6)
    @rule(which=st.integers(0, 1))
    def crash(self, which: int) -> None:
        """Its kernel is killed, and the project opened anew. Nobody tells the history."""
        self.dead.append(self.openers[which])
        self.openers[which] = self.open()

    @rule(first=st.integers(0, 1))
    def take_over(self, first: int) -> None:
        """Both find the jobs of the dead at once; each job goes to one of them."""
        dead = {opener.name for opener in self.dead}
        living = [opener.name for opener in self.openers]
        found = [r for r in self.openers[0].history.unsettled(besides=living) if r.owner in dead]
        assert {r.id for r in found} == {job.id for job in self.jobs if job.opener in dead and job.status in UNDER_WAY}
        order = [self.openers[first], self.openers[1 - first]]
        claims = [(r, o, claim(o, r, r.status)) for r in found for o in order]
        taken = {r.id: o.name for r, o, claimed in claims if claimed.result(timeout=20)}
        assert sum(len(claimed.result()) for _, _, claimed in claims) == len(found) == len(taken)
        for job in self.jobs:
            job.opener = taken.get(job.id, job.opener)

    # What always holds.

    @invariant()
    def never_over_the_cap(self) -> None:
        left = self.left()
        assert left is None or left >= -self.overbilled

    @invariant()
    def the_ledger_is_what_the_rows_come_to(self) -> None:
        expected = (self.spent(), self.reserved())
        assert from_rows(self.folder) == expected
        for opener in self.openers:
            purse, left = opener.history.purse(), self.left()
            assert (nanos(purse.spent), nanos(purse.reserved)) == expected
            assert purse.left == (None if left is None else left / 1e9)
            assert len(opener.history) == len(self.jobs)

    def teardown(self) -> None:
        try:
            self.everything_ends()
        finally:
            for opener in [*self.openers, *self.dead]:
                opener.history.close()
            self.room.cleanup()

    def everything_ends(self) -> None:
        """Whoever is left ends everything; only what may have been billed stays reserved."""
        self.take_over(0)
        for job in self.jobs:
            if job.status in (PENDING, SUBMITTING, IN_QUEUE):
                self.write(job, status=FAILED, cost=0.0)
        maybe = [job.estimate for job in self.jobs if job.status in (FAILED, UNCONFIRMED) and job.cost is None]
        assert nanos(self.openers[0].history.purse().reserved) == sum(maybe)
        self.the_ledger_is_what_the_rows_come_to()


TestSpending = Spending.TestCase
TestSpending.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # add Phase.shrink to look for the cause of a failure: it takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)
