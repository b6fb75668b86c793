"""Money: what a folder says of prices, of being free, of what was spent and of what may be is not taken."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.store import Store
from ipyseedance.store.trust import Signer
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.spending import NotAsShown
from tests.wire.fal_double import FalDouble

from .conftest import Open
from .stranger import change, changing, finished, pack, row

DEAR = sd.TextToVideo("A storm", resolution="1080p", duration=12, seed=7)
PRICE = sd.estimate(DEAR)
"""1.40 dollars."""
LIES: dict[str, dict[str, Any]] = {
    "a small estimate": {"estimate": 0.0001},
    "no estimate": {"estimate": 0.0},
    "free": {"free": True},
    "paid elsewhere": {"cost": 0.0, "cost_source": "elsewhere"},
    "paid": {"cost": 0.0001, "cost_source": "billed"},
    "below nothing": {"estimate": -5.0},
    "not a number": {"estimate": float("inf")},
}


def dear(double: FalDouble, count: int, **columns: Any) -> list[Any]:
    return [row(DEAR.with_(seed=n), server=double.url, **columns) for n in range(count)]


def answer(studio: sd.Studio, kind: str, **message: Any) -> Any:
    return job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(20)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("whose", ["somebody's", "mine, changed"])
def test_what_waits_costs_what_it_costs(tmp_path: Path, double: FalDouble, opening: Open, lie: str, whose: str) -> None:
    if whose == "somebody's":
        folder = pack(tmp_path / "project", *dear(double, 5, **LIES[lie]))
    else:
        folder = pack(tmp_path / "project", *dear(double, 5), signer=Signer.of_person())
        for id in range(1, 6):
            change(folder, id, **LIES[lie])
    project = opening(folder)
    waiting = project.waiting()
    assert waiting.count == 5
    assert waiting.cost == pytest.approx(5 * PRICE)
    with pytest.raises(sd.OverBudget, match=r"\$7\.00.*confirm=True"):
        project.resume()
    studio = sd.Studio(project)
    assert studio._lab["waiting"]["cost"] == pytest.approx(5 * PRICE)
    for typed in (None, "0.00", "0.01"):
        with pytest.raises(PriceQuestion):
            answer(studio, "resume", confirm=typed, shown={"clips": 5, "dollars": 5 * PRICE})
    studio.close()
    assert double.submits == []
    project.budget = 2 * PRICE
    with pytest.raises(sd.OverBudget):
        project.resume(confirm=True)
    assert double.submits == []
    assert [record.status for record in workspace_of(project).store.all()] == ["PENDING"] * 5
    project.budget = 5 * PRICE
    jobs = project.resume(confirm=True)
    for job in jobs:
        job.result(timeout=30)
    assert len(double.submits) == 5
    assert workspace_of(project).store.purse().spent == pytest.approx(5 * PRICE)
    records = [job_of(job).record for job in project.generations]
    assert {(record.free, record.cost_source) for record in records} == {(False, "estimate")}


def test_a_lost_answer_is_priced_anew_too(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    """One that is not among the account's requests is sent again by a word, at today's price."""
    error = sd.Unconfirmed("The answer was lost.", type="absent", charged="maybe").to_record()
    rows = dear(double, 1, status="UNCONFIRMED", error=error, estimate=0.0001, free=True, request_id=None)
    project = opening(pack(tmp_path / "project", *rows))
    assert project.waiting().cost == pytest.approx(PRICE)
    with pytest.raises(sd.OverBudget):
        project.resume()
    assert double.submits == []


@pytest.mark.parametrize("lie", LIES)
def test_a_sweep_that_sends_what_waits_costs_what_it_costs(
    tmp_path: Path, double: FalDouble, opening: Open, lie: str
) -> None:
    project = opening(pack(tmp_path / "project", *dear(double, 3, **LIES[lie])))
    sweep = sd.Sweep(DEAR, seed="0..2")
    assert sweep.plan(project).dollars == pytest.approx(3 * PRICE)
    with pytest.raises(sd.OverBudget, match=r"\$4\.20"):
        project.run(sweep)
    said = project.spent + project.reserved  # somebody else's word, which makes no room
    project.budget = said + 2 * PRICE
    with pytest.raises(sd.OverBudget):
        project.run(sweep)
    assert double.submits == []
    project.budget = said + 3 * PRICE
    project.run(sweep).result(timeout=30)
    assert len(double.submits) == 3
    assert workspace_of(project).store.purse().spent == pytest.approx(3 * PRICE)


@pytest.mark.parametrize("cap", ["1000000", "1e400", "inf", "nan", "abc", "-1", "", "1_000", b"\xff", "0x10"])
def test_a_budget_that_came_with_a_folder_allows_nothing(
    tmp_path: Path, double: FalDouble, opening: Open, cap: str | bytes
) -> None:
    """It limits, and an act above a dollar needs a word all the same."""
    folder = pack(tmp_path / "project")
    with changing(folder) as connection:
        connection.execute("INSERT INTO settings VALUES ('cap', ?)", (cap,))
        connection.execute("INSERT INTO settings VALUES ('cap_signature', ?)", ("0" * 64,))
    project = opening(folder)
    with pytest.raises(sd.OverBudget):
        project.submit(DEAR)
    with pytest.raises(sd.OverBudget):
        project.run(sd.Sweep(DEAR, seed="1..2"))
    assert double.submits == []
    project.budget = 10
    project.close()
    project = opening(folder)
    project.submit(DEAR).result(timeout=30)
    assert len(double.submits) == 1


FORGETS = "CREATE TRIGGER t AFTER UPDATE ON generations BEGIN UPDATE totals SET spent = 0; END"
TRICKS = {
    "a trigger that forgets what was spent": FORGETS,
    "a trigger on settings": "CREATE TRIGGER t AFTER DELETE ON settings BEGIN DELETE FROM generations; END",
    "a trigger of ours that is gone": "DROP TRIGGER changed",
    "a trigger of ours that is another": "DROP TRIGGER changed;"
    " CREATE TRIGGER changed AFTER UPDATE ON votes BEGIN SELECT 1; END",
    "a view": "CREATE VIEW v AS SELECT 1",
    "a view in the place of a table": "DROP TABLE votes; CREATE VIEW votes AS SELECT * FROM generations",
    "a table": "CREATE TABLE more (a)",
    "a table that is gone": "DROP TABLE votes",
    "a column more": "ALTER TABLE generations ADD COLUMN more",
    "an index": "CREATE INDEX more ON generations (prompt_of(request))",
    "a virtual table": "CREATE VIRTUAL TABLE more USING fts5(a)",
    "a default that computes": "DROP TABLE settings;"
    " CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT DEFAULT (abs(1)))",
    "a generated column": "ALTER TABLE votes ADD COLUMN more GENERATED ALWAYS AS (first + 1)",
    "an older format": "PRAGMA user_version = 2",
    "no format": "PRAGMA user_version = 0",
    "a format below nothing": "PRAGMA user_version = -1",
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_a_history_is_exactly_ours_or_refused(tmp_path: Path, trick: str) -> None:
    folder = pack(tmp_path / "project", finished(cost=5.0))
    with changing(folder) as connection:
        connection.create_function("prompt_of", 1, str, deterministic=True)
        connection.executescript(TRICKS[trick])
    before = (folder / "history.db").read_bytes()
    with pytest.raises(sd.InvalidRequest, match=r"history\.db is not as ipyseedance makes it") as caught:
        sd.Project(folder, server="offline")
    assert "clips" in caught.value.next_step
    assert "copy" in caught.value.next_step
    assert (folder / "history.db").read_bytes() == before
    if trick == "a trigger that forgets what was spent":
        assert "(t)" in str(caught.value)


def test_a_trigger_that_is_added_later_stops_what_is_written(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    project = opening(tmp_path / "project")
    with changing(project.folder) as connection:
        connection.execute(FORGETS)
    with pytest.raises(sd.ProjectUnusable, match="not as ipyseedance makes it"):
        project.submit(sd.TextToVideo("A fox", resolution="480p", duration=4)).result(timeout=20)
    assert double.submits == []
    with changing(project.folder) as connection:
        connection.execute("DROP TRIGGER t")
    project.submit(sd.TextToVideo("A fox", resolution="480p", duration=4)).result(timeout=20)
    assert len(double.submits) == 1


def test_statistics_of_sqlite_are_nobodys(tmp_path: Path, opening: Open) -> None:
    folder = pack(tmp_path / "project", finished())
    with changing(folder) as connection:
        connection.execute("ANALYZE")
    assert len(opening(folder, server="offline").generations) == 1


@pytest.mark.parametrize(
    "totals", [[(0, 0, 0, 0)], [(1, 1, 1, 1)], [], [(0, 0, 0, 0), (0, 0, 0, 0)], [("a", None, b"", 1)]]
)
def test_the_totals_are_proved_against_the_rows(
    tmp_path: Path, double: FalDouble, opening: Open, totals: list[Any]
) -> None:
    folder = pack(tmp_path / "project", finished(cost=5.0), row(status="FAILED", estimate=0.25))
    with changing(folder) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("DELETE FROM totals")
        for values in totals:
            try:
                connection.execute("INSERT INTO totals VALUES (?, ?, ?, ?)", values)
            except sqlite3.IntegrityError:
                return
    project = opening(folder)
    assert (workspace_of(project).store.purse().spent, workspace_of(project).store.purse().reserved) == (5.0, 0.25)
    assert len(project.history) == 2
    project.budget = 0.2
    with pytest.raises(sd.OverBudget):
        project.submit(DEAR)
    assert double.submits == []


def test_what_is_sent_anew_begins_anew(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    """A row that is to be sent brings no body, no id and no address along."""
    lies = {"body": {"prompt": "Something else", "seed": 1}, "request_id": "r-9", "url": "https://example.com/a.mp4",
            "ticket": {"request_id": "r-9", "status_url": "u", "response_url": "u", "cancel_url": "u"}}  # fmt: skip
    project = opening(pack(tmp_path / "project", *dear(double, 1, **lies)))
    (job,) = project.resume(confirm=True)
    job.result(timeout=20)
    assert json.loads(double.submits[0].body) == DEAR.with_(seed=0).body({})
    assert job.request_id in double.taken


def test_what_cannot_be_sent_says_why_and_costs_nothing(tmp_path: Path, double: FalDouble, opening: Open) -> None:
    rows = [
        row(server=double.url, endpoint="fal-ai/other"),
        row(server=double.url, request={"prompt": 5}),
        row(server=double.url, request={}),
        row(server=double.url, request=DEAR.record() | {"duration": "99"}),
        row(server=double.url, request=DEAR.record() | {"self": 1, "__class__": 2, "_fields_set": 3}),
    ]
    project = opening(pack(tmp_path / "project", *rows))
    assert project.waiting().cost == 0
    jobs = project.resume()
    for job in jobs:
        with pytest.raises(sd.SeedanceError) as caught:
            job.result(timeout=20)
        assert "Something went wrong" not in str(caught.value)
    assert {job.status for job in jobs} == {"FAILED"}
    assert double.calls == []
    assert workspace_of(project).store.purse().reserved == 0


def test_a_click_goes_on_with_what_its_button_said_and_no_more(
    tmp_path: Path, double: FalDouble, opening: Open
) -> None:
    """Another member of a group adds rows meanwhile."""
    cheap = sd.TextToVideo("A fox", resolution="480p", duration=4)
    price = sd.estimate(cheap)
    folder = pack(tmp_path / "project", row(cheap.with_(seed=1), server=double.url))
    project = opening(folder)
    studio = sd.Studio(project)
    pack(folder, *(row(cheap.with_(seed=n), server=double.url) for n in (2, 3)))
    with pytest.raises(NotAsShown, match="more than the button said"):
        answer(studio, "resume", shown={"clips": 1, "dollars": price})
    for shown in (None, {}, {"clips": "1"}, {"clips": 3}, {"clips": float("nan"), "dollars": 1}):
        with pytest.raises(sd.InvalidRequest):
            answer(studio, "resume", shown=shown)
    assert double.submits == []
    waiting = project.waiting()
    pack(folder, *(row(DEAR.with_(seed=n), server=double.url) for n in range(20)))
    assert [job.id for job in project.resume(waiting=waiting)] == [1, 2, 3]
    waiting = project.waiting()
    change(folder, 5, request=DEAR.with_(prompt="Another", seed=99).record())
    taken = [job.id for job in project.resume(waiting=waiting, confirm=True)]
    assert 5 not in taken
    assert len(taken) == 19
    studio.close()


def test_a_budget_of_ones_own_confirms_nothing_that_somebody_else_asked_for(
    tmp_path: Path, double: FalDouble, opening: Open
) -> None:
    """A colleague takes a copy of the folder, adds rows, and gives it back."""
    folder = tmp_path / "project"
    opening(folder, budget=100).close()
    pack(folder, *dear(double, 5))
    project = opening(folder)
    with pytest.raises(sd.OverBudget, match="confirm=True"):
        project.resume()
    project.close()
    shutil.copytree(folder, tmp_path / "another")
    project = opening(tmp_path / "another")
    with pytest.raises(sd.OverBudget, match="confirm"):  # nor does it hold in another folder
        project.submit(DEAR)
    assert double.submits == []


@pytest.mark.parametrize("id", [0, -1, 2**63 - 1, 2**60])
def test_rows_with_numbers_that_no_row_has_are_refused(tmp_path: Path, double: FalDouble, id: int) -> None:
    """Number 0 is a job that is not recorded yet: it would be sent again each time."""
    folder = pack(tmp_path / "project", *dear(double, 1))
    with changing(folder) as connection:
        connection.execute("UPDATE generations SET id = ?", (id,))
    with pytest.raises(sd.InvalidRequest, match=r"history\.db is not as ipyseedance makes it"):
        sd.Project(folder, server="offline")


def test_a_journal_deletes_no_file(tmp_path: Path) -> None:
    """SQLite plays back a journal that it finds, and deletes the file that it names."""
    thesis = tmp_path / "thesis.ipynb"
    thesis.write_bytes(b"keep me")
    folder = pack(tmp_path / "project", row())
    name = str(thesis).encode()
    head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">IIIII", 0, 0, 1, 512, 4096)
    end = struct.pack(">II", len(name), sum(name)) + bytes.fromhex("d9d505f920a163d7")
    journal = head.ljust(512, b"\0") + struct.pack(">I", 1) + name + end
    (folder / "history.db-journal").write_bytes(journal)
    with pytest.raises(sd.InvalidRequest, match=r"history\.db-journal names another file"):
        sd.Project(folder, server="offline")
    assert thesis.read_bytes() == b"keep me"


def test_what_another_program_keeps_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "history.db")) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
        connection.commit()
    before = (folder / "history.db").read_bytes()
    with pytest.raises(sd.InvalidRequest, match="bookmarks"):
        sd.Project(folder, server="offline")
    assert (folder / "history.db").read_bytes() == before


def test_statistics_that_compute_are_refused(tmp_path: Path) -> None:
    folder = pack(tmp_path / "project", row())
    with changing(folder) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA writable_schema = ON")
        lie = "CREATE TABLE sqlite_stat1(tbl,idx,stat AS (hex(zeroblob(10))))"
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'sqlite_stat1'", (lie,))
    with pytest.raises(sd.InvalidRequest):
        sd.Project(folder, server="offline")


def test_a_large_run_is_read_back_whole(tmp_path: Path) -> None:
    """As many cells as a button begins, each with a prompt of its own."""
    history = Store(tmp_path)
    cells = [(n, {"prompt": f"{n} " + "a fox " * 70}) for n in range(1, 10_001)]
    history.database.write(
        lambda connection: (
            connection.execute(
                "INSERT INTO sweeps VALUES ('large', 1e9, ?, ?, 7)",
                (json.dumps({"prompt": [cell["prompt"] for _, cell in cells]}), json.dumps(cells)),
            ).rowcount
        )
    ).result()
    insert = "INSERT INTO generations (id, created_at, server, free, endpoint, request, estimate, status)"
    rows = [(n,) for n, _ in cells]
    history.database.write(
        lambda connection: (
            connection.executemany(f"{insert} VALUES (?, 1, 'fal', 0, 'e', '{{}}', 0, 'FAILED')", rows).rowcount
        )
    ).result()
    run = history.run("large")
    assert run is not None
    assert len(run.members) == len(run.axes["prompt"]) == 10_000
    history.close()
