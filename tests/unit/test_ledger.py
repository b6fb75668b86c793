"""The ledger: right for every opener, and never over its cap, whatever happens to money in whatever order."""

from __future__ import annotations

import sqlite3
import tempfile
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.ledger import settle, settled_by_bill, settled_by_person
from ipyseedance.store.claims import Claim, Held
from ipyseedance.store.purse import Allowance
from ipyseedance.store.record import Record
from ipyseedance.store.runs import New, RunPlan
from ipyseedance.store.statuses import CANCELLED, COMPLETED, FAILED, IN_QUEUE, PENDING, SUBMITTING, UNCONFIRMED
from ipyseedance.store.store import Store

FOX = sd.TextToVideo("A fox", seed=7)
ENDPOINT = catalog.endpoint_for(FOX).id
PRICES = [0.130232813, 0.2592, 1 / 3, 0.62208]
BUDGETS = st.sampled_from([0.0, 0.5, 2.0, 5.0])
MAYBE = {"message": "It may have been billed.", "charged": "maybe"}


def record(estimate: float, **changes: Any) -> Record:
    return replace(Record(1e9, "fal", False, ENDPOINT, FOX.record(), estimate, PENDING), **changes)


def nanos(dollars: float) -> int:
    return round(dollars * 1e9)


@dataclass
class Opener:
    """A notebook that has the project open."""

    name: str
    history: Store


@dataclass
class Job:
    """What the test knows of a generation."""

    id: int
    opener: str
    status: str
    estimate: int
    sweep: str | None = None
    cost: int | None = None
    is_bill: bool = False
    accepted: bool = False

    @property
    def holds(self) -> bool:
        """Whether its bill holds its run."""
        return self.is_bill and not self.accepted and (self.cost or 0) > 1.5 * self.estimate

    @property
    def is_open(self) -> bool:
        return self.status in (FAILED, UNCONFIRMED) and self.cost is None


UNDER_WAY = (PENDING, SUBMITTING, IN_QUEUE)
LUCK = ["well"] * 4 + ["cheap", "dear", "very dear", "answer lost", "failed", "perhaps billed", "cancelled"]
LIVES = st.tuples(st.integers(0, 999), st.sampled_from(LUCK), st.integers(1, 4))
"""Which job goes on, how, and how far."""
BILLS = {"cheap": 0.5, "dear": 1.4, "very dear": 20}


class Ledger(RuleBasedStateMachine):
    """Two notebooks on one project, and everything that can happen to its money."""

    def __init__(self) -> None:
        super().__init__()
        self.room = tempfile.TemporaryDirectory()
        self.folder = Path(self.room.name)
        self.dead: list[Opener] = []
        self.names = 0
        self.jobs: list[Job] = []
        self.cap: int | None = None
        self.excess = 0
        """What spending may be above the cap: what bills came to above their estimates since it was set, and what it
        was lowered below."""
        self.openers = [self.open(), self.open()]

    def open(self) -> Opener:
        self.names += 1
        return Opener(f"opener {self.names}", Store(self.folder))

    def spent(self) -> int:
        return sum(job.cost for job in self.jobs if job.cost is not None)

    def reserved(self) -> int:
        return sum(job.estimate for job in self.jobs if job.cost is None)

    def left(self) -> int | None:
        return None if self.cap is None else self.cap - self.spent() - self.reserved()

    def held(self, sweep: str | None) -> bool:
        return any(job.holds for job in self.jobs if job.sweep is not None and job.sweep == sweep)

    def opener_of(self, job: Job) -> Opener:
        return next(o for o in self.openers if o.name == job.opener)

    def write(self, job: Job, **changes: Any) -> None:
        """What the notebook that looks after a job does to it."""
        self.opener_of(job).history.update(job.id, **changes).result(timeout=20)
        job.status = changes.get("status", job.status)
        if "cost" in changes:
            self.cost(job, nanos(changes["cost"]), is_bill=changes.get("cost_source") == "billed")

    def cost(self, job: Job, cost: int, *, is_bill: bool = False) -> None:
        self.excess += max(0, cost - (job.estimate if job.cost is None else job.cost))
        job.cost, job.is_bill, job.accepted = cost, is_bill, False

    def looked_after(self) -> list[Job]:
        """The jobs under way whose notebook lives."""
        living = {opener.name for opener in self.openers}
        return [job for job in self.jobs if job.opener in living and job.status in UNDER_WAY]

    # What people do.

    @initialize(dollars=BUDGETS)
    def begin(self, dollars: float) -> None:
        self.set_budget(dollars, 0)

    @rule(dollars=BUDGETS | st.none(), by=st.integers(0, 1))
    def set_budget(self, dollars: float | None, by: int) -> None:
        for _ in range(2):  # a cell that is run twice
            self.openers[by].history.set_budget(dollars).result(timeout=20)
        self.cap = None if dollars is None else nanos(dollars)
        left = self.left()
        self.excess = 0 if left is None else max(0, -left)

    @rule(asked=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(PRICES)), min_size=1, max_size=8))
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

    @rule(by=st.integers(0, 1), name=st.sampled_from(["pets", "storms"]), price=st.sampled_from(PRICES))
    def run(self, by: int, name: str, price: float) -> None:
        """A run of three, all or nothing."""
        opener = self.openers[by]

        plan = RunPlan(
            "fal",
            ENDPOINT,
            axes={},
            members=[(New(n), {}) for n in range(3)],
            records=[record(price, owner=opener.name)] * 3,
            wanted=(),
            seeds=(),
            had={},
            name=name,
            before=opener.history.run(name),
        )
        left = self.left()
        try:
            _, made = opener.history.add_run(plan, Allowance(confirmed=True)).result(timeout=20)
        except sd.OverBudget:
            assert left is not None
            assert nanos(3 * price) > left
        else:
            assert left is None or nanos(3 * price) <= left
            self.jobs += [Job(one.id, opener.name, PENDING, nanos(price), name) for one in made]

    @rule(by=st.integers(0, 1))
    def go_on_in_spite_of_bills(self, by: int) -> None:
        opener = self.openers[by]
        bills = opener.history.bills(1000)
        assert {bill.id for bill in bills} == {job.id for job in self.jobs if job.holds}
        opener.history.claim([], by_person=True, bills=[bill.id for bill in bills]).result(timeout=20)
        for job in self.jobs:
            job.accepted = job.accepted or job.holds

    @rule(pick=st.integers(0, 999), by=st.integers(0, 1), cost=st.sampled_from([0.0, 0.01, 0.2592, 3.0]))
    def settle(self, pick: int, by: int, cost: float) -> None:
        """A person says what one of them cost."""
        if not self.jobs:
            return
        job = self.jobs[pick % len(self.jobs)]
        decide = partial(settled_by_person, cost=cost)
        try:
            settle(self.openers[by].history, job.id, decide)
        except sd.InvalidRequest:
            assert job.is_bill or (job.cost is None and not job.is_open)
        else:
            assert not job.is_bill
            job.status = FAILED if job.status == UNCONFIRMED else job.status
            self.cost(job, nanos(cost))

    @rule(pick=st.integers(0, 999), by=st.integers(0, 1), bill=st.sampled_from([0.0, 0.001, 0.1, 1.0, 20.0]))
    def bill(self, pick: int, by: int, bill: float) -> None:
        """The account's billing has an event for one of them."""
        if jobs := [job for job in self.jobs if job.status not in UNDER_WAY]:
            job = jobs[pick % len(jobs)]
            dollars = job.estimate / 1e9 * bill
            changes = settle(self.openers[by].history, job.id, partial(settled_by_bill, dollars=dollars))
            assert bool(changes) == (job.is_open and bill >= 0.1)
            if changes:
                self.cost(job, nanos(changes["cost"]), is_bill=True)

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
        if luck == "cancelled" and job.status in (IN_QUEUE, PENDING):
            self.write(job, status=CANCELLED, cost=0.0, cost_source="estimate")
        elif luck == "failed" and job.status == SUBMITTING:
            self.write(job, status=FAILED, cost=0.0, cost_source="estimate")
        elif luck == "perhaps billed" and job.status == IN_QUEUE:
            self.write(job, status=FAILED, error=MAYBE)
        elif luck == "answer lost" and job.status == SUBMITTING:
            self.write(job, status=UNCONFIRMED, error=MAYBE | {"type": "absent"})
        elif job.status == PENDING:
            self.send(job)
        elif job.status == SUBMITTING:
            self.write(job, status=IN_QUEUE, request_id=f"request {job.id}")
        else:
            bill = round(job.estimate * BILLS.get(luck, 1.0))
            said = "billed" if luck in BILLS else "estimate"
            self.write(job, status=COMPLETED, cost=bill / 1e9, cost_source=said, path=f"clips/{job.id}.mp4")

    def send(self, job: Job) -> None:
        """Nothing of a run is sent while a bill holds it, whichever notebook asks."""
        marked = self.opener_of(job).history.mark_sending(job.id, job.opener, {"prompt": "A fox"}, 1e9)
        try:
            assert marked.result(timeout=20)
        except Held as held:
            assert (self.held(job.sweep), held.bill.sweep) == (True, job.sweep)  # noqa: PT017
        else:
            assert not self.held(job.sweep)
            job.status = SUBMITTING

    @rule(pick=st.integers(0, 999))
    def send_again(self, pick: int) -> None:
        """Both notebooks are told to send one again whose answer was lost; one of them does."""
        if lost := [job for job in self.jobs if job.status == UNCONFIRMED and job.cost is None]:
            job = lost[pick % len(lost)]
            found = self.openers[0].history.get(job.id)
            claims = [(o, claim(o, found, PENDING, by_person=True)) for o in self.openers]
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
        found = [r for r in self.openers[0].history.unsettled(besides=living) if r.owner in dead and r.error is None]
        assert {r.id for r in found} == {job.id for job in self.jobs if job.opener in dead and job.status in UNDER_WAY}
        order = [self.openers[first], self.openers[1 - first]]
        claims = [(r, o, claim(o, r, r.status)) for r in found for o in order]
        taken = {r.id: o.name for r, o, claimed in claims if claimed.result(timeout=20)}
        assert sum(len(claimed.result()) for _, _, claimed in claims) == len(found) == len(taken)
        for job in self.jobs:
            job.opener = taken.get(job.id, job.opener)

    # What always holds.

    @invariant()
    def never_over_the_cap_but_by_what_was_billed(self) -> None:
        left = self.left()
        assert left is None or left >= -self.excess

    @invariant()
    def the_ledger_is_what_the_rows_come_to(self) -> None:
        expected = (self.spent(), self.reserved())
        assert from_rows(self.folder) == expected
        amounts = [job for job in self.jobs if job.is_open]
        for opener in self.openers:
            purse, left = opener.history.purse(), self.left()
            assert (nanos(purse.spent), nanos(purse.reserved)) == expected
            assert purse.left == (None if left is None else left / 1e9)
            assert len(opener.history) == len(self.jobs)
            count, dollars = opener.history.open_sum()
            assert (count, nanos(dollars)) == (len(amounts), sum(job.estimate for job in amounts))

    def teardown(self) -> None:
        try:
            self.everything_ends()
        finally:
            for opener in [*self.openers, *self.dead]:
                opener.history.close()
            self.room.cleanup()

    def everything_ends(self) -> None:
        """Whoever is left ends everything, and somebody settles what is open: then nothing stays reserved."""
        self.take_over(0)
        for job in self.jobs:
            if job.status in UNDER_WAY:
                self.write(job, status=FAILED, cost=0.0)
        history = self.openers[0].history
        assert [r.id for r in history.open_amounts()] == [job.id for job in self.jobs if job.is_open]
        for found in history.open_amounts():
            settle(history, found.id, partial(settled_by_person, cost=0.0))
        left = [found for found in history.unsettled() if found.cost is None]  # what was billed is looked for on
        assert (history.purse().reserved, history.open_sum(), left) == (0.0, (0, 0.0), [])


def claim(opener: Opener, found: Record, status: str, *, by_person: bool = False) -> Future[list[int]]:
    changes = {"owner": opener.name, "status": status, "error": None}
    return opener.history.claim([Claim(found, changes)], by_person=by_person)


def from_rows(folder: Path) -> tuple[int, int]:
    """Spent and reserved, added up from the rows anew."""
    with sqlite3.connect(folder / "history.db") as connection:
        rows = connection.execute("SELECT free, estimate, cost FROM generations").fetchall()
    connection.close()
    spent = sum(nanos(cost) for free, _, cost in rows if not free and cost is not None)
    reserved = sum(nanos(estimate) for free, estimate, cost in rows if not free and cost is None)
    return spent, reserved


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # add Phase.shrink to look for the cause of a failure: it takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)
