"""Rows that somebody else made: nothing is asked, fetched or sent for them before a person says so."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import FrameError
from ipyseedance.jobs import previews as looking
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.resume import claim
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.migrations import MIGRATIONS
from ipyseedance.store.record import COLUMNS, Record, to_row
from ipyseedance.store.store import Store
from ipyseedance.store.trust import SIGNED, Signer
from tests.unit.test_schema import FIRST_FORMAT, insert
from tests.wire.fal_double import FalDouble, Script, serving

from .conftest import Open
from .stranger import SOMEBODY, change, changing, finished, pack, row

FOX = sd.TextToVideo("A fox", seed=7, resolution="480p", duration=4)


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def taken(double: FalDouble) -> str:
    """A request that the service has."""
    double.jobs["r-1"] = Script()
    return "r-1"


def unsettled(double: FalDouble) -> dict[str, Record]:
    """A row in each state that a project goes on with when it is opened."""
    there = {"server": double.url, "path": None, "completed_at": None}
    return {
        "IN_QUEUE": row(FOX, server=double.url, status="IN_QUEUE", request_id="r-1"),
        "IN_PROGRESS": row(FOX, server=double.url, status="IN_PROGRESS", request_id="r-1"),
        "COMPLETED": finished(**there, request=FOX.record(), url=f"{double.url}/files/clip.mp4"),
        "not saved": finished(
            **there, url=f"{double.url}/files/clip.mp4", error=sd.ClipNotSaved("No.", charged="yes").to_record()
        ),
        "SUBMITTING": row(FOX, server=double.url, status="SUBMITTING", body=FOX.body({}), submitted_at=time.time()),
        "UNCONFIRMED": row(FOX, server=double.url, status="UNCONFIRMED", body=FOX.body({}), submitted_at=time.time()),
    }


@pytest.mark.parametrize("state", ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "not saved", "SUBMITTING", "UNCONFIRMED"])
@pytest.mark.parametrize("whose", ["somebody's", "mine", "mine, changed"])
def test_a_job_goes_on_by_itself_only_where_this_person_asked_for_it(
    tmp_path: Path, double: FalDouble, opening: Open, state: str, whose: str
) -> None:
    taken(double)
    double.records = True
    record = unsettled(double)[state]
    folder = pack(tmp_path / "project", record, signer=SOMEBODY if whose == "somebody's" else Signer.of_person())
    if whose == "mine, changed":
        change(folder, request=FOX.with_(prompt="Another").record())
    project = opening(folder)
    if whose == "mine":
        assert project.waiting().records == []
        wait_for(lambda: double.calls)
        return
    assert (project.waiting().count, project.waiting().foreign) == (0, 1)
    studio = sd.Studio(project)
    assert studio._lab["waiting"] == {
        "jobs": 1,
        "count": 0,
        "cost": 0.0,
        "foreign": 1,
        "held": 0,
        "bills": 0,
        "bill": None,
    }
    studio.close()
    project.close()
    assert double.calls == []  # closing waits for what was begun
    project = opening(folder)
    (job,) = project.resume()
    wait_for(lambda: double.calls)
    assert workspace_of(project).store.trusts(workspace_of(project).store.get(job.id))
    project.close()
    assert opening(folder).waiting().records == []  # asked about once


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("url", "https://example.com/a.mp4"), ("url", "http://169.254.169.254/latest/meta-data/"),
        ("request_id", "r-2"), ("ticket", {"request_id": "r-1", "status_url": "http://10.0.0.1/s"}),
        ("server", "other"), ("endpoint", "fal-ai/other"), ("request", {"prompt": "Another"}), ("body", {"a": 1}),
        ("created_at", 2e9), ("free", 1), ("estimate", 0.0001), ("status", "IN_PROGRESS"), ("path", "clips/b.mp4"),
        ("signature", "0" * 64), ("signature", None),
        ("signature", b"\xff" * 64), ("signature", "é" * 64), ("id", 7),
    ],
)  # fmt: skip
def test_whatever_is_acted_on_is_signed(tmp_path: Path, column: str, value: Any) -> None:
    mine = Signer.of_person()
    folder = pack(tmp_path, finished(path="clips/a.mp4"), signer=mine)
    history = Store(tmp_path)
    assert history.trusts(history.all()[0])
    history.close()
    with changing(folder) as connection:
        stored = json.dumps(value) if isinstance(value, dict) else value
        connection.execute(f"UPDATE generations SET {column} = ?", (stored,))
    history = Store(tmp_path)
    assert not history.trusts(history.all()[0])
    history.close()


def test_what_is_only_thought_of_a_clip_needs_no_signature(tmp_path: Path, opening: Open) -> None:
    """Another member of a group may rate a clip; that makes nothing of it theirs."""
    folder = pack(tmp_path / "project", finished(), finished(request_id="r-2"), signer=Signer.of_person())
    change(folder, star=1, rating=5, note="Good.", tags=["keeper"], measures={"motion": 1.0}, dismissed=1)
    project = opening(folder, server="offline")
    assert [job_of(job).asked_here for job in project.generations] == [True, True]
    project.judge(project.generations[1], star=True)
    assert workspace_of(project).store.trusts(workspace_of(project).store.get(2))


def test_a_copied_signature_is_of_another_row(tmp_path: Path) -> None:
    """A row of this person's, written over another row, or again."""
    history = Store(tmp_path)
    history.add(row(FOX)).result()
    history.add(row(FOX.with_(prompt="Another"))).result()
    first = history.get(1)
    history.close()
    change(tmp_path, 2, signature=first.signature)
    with changing(tmp_path) as connection:
        columns = [name for name in COLUMNS if name != "id"]
        connection.execute(
            f"INSERT INTO generations ({', '.join(columns)}) SELECT {', '.join(columns)} FROM generations WHERE id = 1"
        )
    history = Store(tmp_path)
    assert [history.trusts(record) for record in history.all()] == [True, False, False]
    history.close()


def test_rows_that_change_after_they_were_read_are_not_taken_over(
    tmp_path: Path, opening: Open, double: FalDouble
) -> None:
    """What a person said yes to is what was shown."""
    taken(double)
    folder = pack(tmp_path / "project", unsettled(double)["IN_QUEUE"])
    project = opening(folder)
    read = workspace_of(project).store.get(1)
    change(folder, request_id="r-2")
    taking = claim(workspace_of(project), read)
    assert workspace_of(project).store.claim([taking], by_person=True).result() == []
    assert double.calls == []


@pytest.mark.parametrize("format", range(1, len(MIGRATIONS)))
def test_a_folder_of_an_earlier_version_is_asked_about_once(
    tmp_path: Path, double: FalDouble, opening: Open, format: int
) -> None:
    """It opens unchanged, with every clip; what was under way waits for one word."""
    taken(double)
    folder = tmp_path / "project"
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "00001-a-fox-seed7.mp4").write_bytes(double.clip)
    rows = [finished(), row(FOX, server=double.url, status="IN_QUEUE", request_id="r-1")]
    with closing(sqlite3.connect(folder / "history.db", isolation_level=None)) as old:
        if format == 1:
            old.executescript(FIRST_FORMAT)
            for record in rows:
                insert(old, record)
        else:
            for statement in (statement for step in MIGRATIONS[:format] for statement in step):
                old.execute(statement)
            old.execute(f"PRAGMA user_version = {format}")
            names = [row[1] for row in old.execute("PRAGMA table_info(generations)") if row[1] != "id"]
            for record in rows:
                values = to_row({name: getattr(record, name) for name in names})
                old.execute(f"INSERT INTO generations ({', '.join(names)}) VALUES (:{', :'.join(names)})", values)
    project = opening(folder)
    assert project.waiting().foreign == 1
    assert project.generations[0].clip is not None
    assert project.generations[0].clip.path.read_bytes() == double.clip
    assert project.generations[0].clip.html(embed=True).count("data:video/mp4;base64,") == 2
    assert double.calls == []
    (job,) = project.resume()
    assert job.result(timeout=20).path.read_bytes() == double.clip
    project.close()
    assert opening(folder).waiting().records == []


def test_a_page_fetches_nothing_that_somebody_elses_row_names(tmp_path: Path, opening: Open) -> None:
    """The page plays a clip from its address where it has one."""
    url = "https://example.com/who-looks-at-this.mp4"
    folder = pack(tmp_path / "project", finished(url=url), finished(url=url, path=None, request_id="r-2"))
    project = opening(folder, server="offline")
    studio = sd.Studio(project)
    wall = sd.Wall(project.generations)
    try:
        shown = [*studio._history["rows"], studio._selected, *[cell for cell in wall._page["cells"] if cell]]
        assert [row["url"] for row in shown if row] == [None] * 5
    finally:
        wall.close()
        studio.close()


# The secret.


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_secret_is_made_once_and_for_this_person_alone(data_home: Path) -> None:
    record = Signer.of_person().signed(row(id=1))
    secret = data_home / "ipyseedance" / "secret"
    assert len(secret.read_bytes()) == 32
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600 or os.name != "posix"
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]
    assert Signer.of_person().trusts(record)
    secret.unlink()
    assert not Signer.of_person().trusts(record)


@pytest.mark.parametrize("how", ["short", "long", "empty"])
def test_a_secret_that_is_none_is_made_anew(data_home: Path, tmp_path: Path, how: str) -> None:
    secret = data_home / "ipyseedance" / "secret"
    secret.parent.mkdir(parents=True)
    known = tmp_path / "known"
    known.write_bytes(b"a secret that everybody knows...")
    secret.write_bytes({"short": b"abc", "long": b"a" * 33, "empty": b""}[how])
    signer = Signer.of_person()
    assert not signer.trusts(Signer(known.read_bytes()).signed(row(id=1)))
    assert signer.trusts(Signer.of_person().signed(row(id=1)))
    assert known.read_bytes() == b"a secret that everybody knows..."


def test_links_of_the_persons_own_are_followed(data_home: Path, tmp_path: Path) -> None:
    """A folder of settings that is kept elsewhere, as many do."""
    (tmp_path / "dotfiles").mkdir()
    data_home.mkdir()
    (data_home / "ipyseedance").symlink_to(tmp_path / "dotfiles")
    record = Signer.of_person().signed(row(id=1))
    (tmp_path / "dotfiles" / "secret").rename(tmp_path / "kept")
    (tmp_path / "dotfiles" / "secret").symlink_to(tmp_path / "kept")
    assert Signer.of_person().trusts(record)
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_without_a_place_for_it_this_process_knows_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert Signer.of_person().trusts(Signer.of_person().signed(row(id=1)))


def test_the_secret_is_in_no_project(tmp_path: Path, opening: Open) -> None:
    project = opening(tmp_path / "project", server="offline")
    project.submit(FOX).result(timeout=60)
    project.close()
    (secret,) = Path(os.environ["XDG_DATA_HOME"]).glob("ipyseedance/secret")
    for file in (tmp_path / "project").rglob("*"):
        if file.is_file():
            assert secret.read_bytes() not in file.read_bytes()
            assert secret.read_bytes().hex().encode() not in file.read_bytes()


def test_what_is_signed_is_all_that_is_acted_on() -> None:
    """A new column has to be thought about: whether it is acted on without a person."""
    others = {"owner", "submitted_at", "started_at", "completed_at", "run_seconds", "seed",
              "billable_units", "cost", "cost_source", "width", "height", "clip_duration", "fps", "has_audio", "logs",
              "error", "dismissed", "sweep", "cell", "measures", "star", "rating", "tags", "note",
              # Of a bill, like the cost itself: whoever can change the one can change the other.
              "bill_accepted", "signature",
              # What was asked for, to be looked for and counted by: what is sent, and compared, is the request itself.
              "model", "seconds", "resolution", "ratio", "sound", "asked_seed"}  # fmt: skip
    assert set(COLUMNS) == set(SIGNED) | others


# What a person goes on with stays somebody else's word.


def test_no_private_address_of_somebody_elses_row_is_ever_called(
    tmp_path: Path, double: FalDouble, opening: Open
) -> None:
    """Not when it is resumed, shown beside the clip, asked for again by code, or after the project was reopened."""
    out = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(out, "PNG")
    with serving() as inside:  # another server on this machine, which the row names
        address = inside.add_picture(out.getvalue())
        request = sd.ImageToVideo("Go", address, resolution="480p", duration=4, seed=7)
        taken(double)
        folder = pack(
            tmp_path / "project",
            row(request, server=double.url),
            row(request, server=double.url, status="IN_QUEUE", request_id="r-1"),
            row(request.with_(seed=8), server=double.url, status="UNCONFIRMED", submitted_at=1e9,
                body=request.body({"image_url": address}), error=sd.Unconfirmed("Lost.", type="absent").to_record()),
        )  # fmt: skip
        project = opening(folder)
        for job in project.resume(confirm=True):
            with contextlib.suppress(sd.SeedanceError):
                job.result(timeout=20)
        for _ in range(2):
            for job in project.generations:
                with pytest.raises((sd.SeedanceError, FrameError)):
                    job_thread().start(looking.beside(workspace_of(project), job_of(job), "start")).result(20)
                with pytest.raises(sd.SeedanceError):
                    project.submit(job.request.with_(seed=9)).result(20)
            studio = sd.Studio(project)
            for kind, message in (("frame_url", {"url": address}), ("thumb", {"frame": address})):
                with pytest.raises((sd.SeedanceError, FrameError)):
                    job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(20)
            studio.close()
            project.close()
            project = opening(folder)
        assert inside.calls == []
        # Code may give it, for that is the person.
        mine = project.submit(request.with_(seed=10))
        mine.result(timeout=20)
        assert inside.calls != []


def test_a_row_that_is_changed_while_its_job_runs_stays_somebody_elses(
    tmp_path: Path, double: FalDouble, opening: Open
) -> None:
    double.script = Script(["hold", {"status": "COMPLETED"}])
    project = opening(tmp_path / "project")
    job = project.submit(FOX)
    wait_for(lambda: job.status == "IN_QUEUE" and double.calls)
    change(project.folder, request=FOX.with_(prompt="Another").record())
    double.release.set()
    job.result(timeout=20)
    assert not workspace_of(project).store.trusts(workspace_of(project).store.get(1))


def test_somebody_elses_job_is_not_even_cancelled_before_a_word(
    tmp_path: Path, double: FalDouble, opening: Open
) -> None:
    taken(double)
    project = opening(pack(tmp_path / "project", unsettled(double)["IN_QUEUE"]))
    with pytest.raises(sd.SeedanceError, match="Somebody else"):
        project.generations[0].cancel()
    project.close()
    assert double.calls == []
