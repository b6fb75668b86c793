"""A project outlives its kernel."""

from __future__ import annotations

import asyncio
import copy
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.contract.frames import Frame
from ipyseedance.doors import names
from ipyseedance.jobs import opened
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.resume import fetch_again
from ipyseedance.jobs.workspace import Workspace, workspace_of
from ipyseedance.project import already_open
from ipyseedance.project import open_project as open_tuned
from ipyseedance.store.claims import Claim
from ipyseedance.store.leases import Lease

from .clip_file import clip
from .conftest import KEY, TUNING
from .fal_double import FalDouble, Script

Open = Callable[..., sd.Project]
HURRIED = replace(TUNING, opening_patience=0.3)
"""The tuning of one that hardly waits for what is being closed."""
FOX = sd.TextToVideo("A fox", seed=7)


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def kernel(fal: FalDouble, folder: Path, code: str, tuning: str = "") -> subprocess.Popen[str]:
    """Another process that opens the project as `project`, with that tuning, and runs `code`, then stays."""
    program = f"""
        import ipyseedance as sd, sys, time
        from ipyseedance.jobs.connection import choose
        from ipyseedance.jobs.tuning import Tuning
        from ipyseedance.project import open_project
        project = open_project({str(folder)!r}, choose({fal.url!r}, {KEY!r}), tuning=Tuning({tuning}))
        {code}
        print("ready", flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_killed_kernels_job_is_taken_up_by_its_request_id(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    dead = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    kill(dead)
    fal.release.set()

    project = open_project()
    wait_for(lambda: project.generations[0].done)
    job = project.generations[0]
    assert job.result().path.read_bytes() == fal.clip
    assert project.generation(job.request_id or "") is job
    assert len(fal.submits) == 1


def test_a_kernel_killed_in_mid_submit_leaves_an_unconfirmed_job(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    fal.on_submit = "hold"
    dead = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: fal.submits)
    kill(dead)
    fal.release.set()

    project = open_project()
    wait_for(lambda: project.generations[0].done)
    assert project.generations[0].status == "UNCONFIRMED"
    assert len(fal.submits) == 1
    assert project.resume() == []


def test_a_job_of_a_living_kernel_is_left_to_it(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    other = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    project = open_project()
    assert project.under_way == []
    assert project.generations[0].status == "IN_QUEUE"
    fal.release.set()
    wait_for(lambda: project.generations[0].clip)
    kill(other)
    assert sum(c.path.endswith("/stream") for c in fal.calls) == 1


def test_what_was_never_sent_waits_for_a_person(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    request = sd.ImageToVideo("Go", "http://127.0.0.1:9/never.png")
    project.submit(request).recorded.result(timeout=20)
    first = project.submit(FOX)
    first.result(timeout=20)
    workspace_of(project).store.update(
        first.id, status="PENDING", owner="gone", request_id=None, path=None, url=None
    ).result()
    project.close()
    before = len(fal.submits)

    again = open_project()
    assert len(fal.submits) == before
    (job,) = again.resume()
    assert job.result(timeout=20).request == FOX
    assert again.resume() == []
    assert len(fal.submits) == before + 1


def test_a_clip_that_was_not_downloaded_is_fetched_on_reopening(fal: FalDouble, open_project: Open) -> None:
    fal.clip = b"broken"
    project = open_project()
    with pytest.raises(sd.ClipNotSaved):
        project.submit(FOX).result(timeout=20)
    project.close()

    fal.clip = clip()
    again = open_project()
    wait_for(lambda: again.generations[0].clip)
    assert again.history.df.error.tolist() == [None]
    assert len(fal.submits) == 1


def test_closing_waits_for_a_submit_on_its_way(fal: FalDouble, open_project: Open) -> None:
    fal.on_submit = "hold"
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: fal.submits)
    fal.release.set()
    project.close()
    assert job.request_id
    with pytest.raises(sd.SeedanceError, match="closed"):
        job.result(timeout=5)
    with pytest.raises(sd.SeedanceError, match="closed"):
        project.submit(FOX)


def test_the_same_folder_is_the_same_project(open_project: Open) -> None:
    project = open_project()
    assert open_project() is project
    assert open_project(budget=2).budget == 2
    other = open_project(server="http://127.0.0.1:9")
    assert other is not project
    assert project.closed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"server": "fall"}, 'server: \'fall\' is not allowed; give "auto", "fal", "offline" or an address'),
        ({"budget": -1}, "budget: -1 is not allowed"),
        ({"budget": float("nan")}, "budget: nan is not allowed"),
        ({"budget": "five"}, "budget: 'five' is not allowed; give US dollars, 0 or more"),
    ],
)
def test_bad_options(tmp_path: Path, options: dict[str, object], says: str) -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.Project(tmp_path, **options)  # type: ignore[arg-type]
    assert says in str(caught.value)


def test_a_file_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(sd.InvalidRequest, match="cannot be a project"):
        sd.Project(tmp_path / "file", server="offline")


def test_a_broken_history_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(sd.InvalidRequest, match="cannot be a project: file is not a database"):
        sd.Project(tmp_path, server="offline")


def test_fal_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(sd.KeyRefused, match="Set FAL_KEY"):
        sd.Project(tmp_path, server="fal")


def test_the_budget_stops_a_submit_before_it_is_sent(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=0.3)
    project.submit(FOX).result(timeout=20)
    with pytest.raises(sd.OverBudget, match=r"has \$0\.04 left"):
        project.submit(FOX)
    assert len(fal.submits) == 1
    project.budget = None
    dear = FOX.with_(resolution="1080p", duration=12)
    with pytest.raises(sd.OverBudget, match="confirm=True"):
        project.submit(dear)
    project.submit(dear, confirm=True).result(timeout=20)
    assert len(fal.submits) == 2


def test_something_else_than_a_request(project: sd.Project) -> None:
    with pytest.raises(sd.InvalidRequest, match="a dict is not a request; give TextToVideo or ImageToVideo"):
        project.submit({"prompt": "x"})  # type: ignore[arg-type]


def test_closing_amid_many_submits_keeps_every_request_id(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=1000)
    jobs = [project.submit(FOX.with_(seed=n)) for n in range(200)]
    wait_for(lambda: len(fal.taken) > 20)
    project.close()
    records = [job_of(job).record for job in open_project().generations]
    assert {r.request_id for r in records if r.request_id} == set(fal.taken)
    assert {r.status for r in records if not r.request_id} <= {"PENDING"}
    assert len(records) == len(jobs)


def test_a_job_another_opener_has_taken_is_not_sent_here(fal: FalDouble, open_project: Open) -> None:
    """Its lock may have been cleaned away, so that this kernel looked dead to the other."""
    project = open_project(slots=0)
    job = project.submit(FOX)
    job.recorded.result(timeout=20)
    record = workspace_of(project).store.get(job.id)
    claim = Claim(record, {"owner": "another opener", "status": "PENDING", "error": None})
    assert workspace_of(project).store.claim([claim], by_person=False).result(timeout=20)
    workspace_of(project).thread.loop.call_soon_threadsafe(workspace_of(project).lifecycle.slots.release)
    with pytest.raises(sd.SeedanceError, match="Another notebook that has this project open"):
        job.result(timeout=20)
    assert fal.submits == []
    assert workspace_of(project).store.get(job.id).owner == "another opener"


def test_one_waits_here_for_what_another_kernel_makes(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    other = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    (job,) = open_project().generations
    with pytest.raises(TimeoutError):
        job.result(timeout=0.1)
    fal.release.set()
    assert job.result(timeout=20).path.read_bytes() == fal.clip
    assert asyncio.run(_awaited(job)).path == job.result().path
    kill(other)


async def _awaited(job: sd.Generation) -> sd.Clip:
    return await job


def test_nobody_waits_for_what_nobody_makes(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    other = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    project = open_project()
    kill(other)
    with pytest.raises(sd.SeedanceError, match=r"kernel that asked for it stopped.*open it again"):
        project.generations[0].result(timeout=20)
    with pytest.raises(sd.SeedanceError, match=r"kernel that asked for it stopped"):
        asyncio.run(_awaited(project.generations[0]))
    workspace_of(project).store.update(1, status="PENDING").result()
    with pytest.raises(sd.SeedanceError, match=r"project.resume\(\) sends it"):
        project.generations[0].result(timeout=20)
    waiting_for = project.generations[0]
    project.close()
    with pytest.raises(sd.SeedanceError, match="was closed"):
        waiting_for.result(timeout=20)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """An interrupt raises KeyboardInterrupt, also where whoever started the tests has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="there a signal does not end a wait")
def test_an_interrupted_close_goes_on_and_can_be_waited_for(
    fal: FalDouble, open_project: Open, interruptible: None
) -> None:
    fal.on_submit = "hold"
    project = open_project()
    job = project.submit(FOX)
    wait_for(lambda: fal.submits)
    main = threading.main_thread().ident
    assert main is not None
    threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        project.close()
    fal.release.set()
    project.close()
    assert job.request_id
    again = open_project()
    assert again.by_id(job.id).result(timeout=20).path.exists()
    assert len(fal.submits) == 1


def test_bad_options_leave_the_open_project_open(open_project: Open, tmp_path: Path) -> None:
    project = open_project()
    with pytest.raises(sd.InvalidRequest, match="budget"):
        sd.Project(tmp_path / "project", server="http://127.0.0.1:9", key=KEY, budget=-1)
    assert not project.closed


def test_two_threads_that_open_a_folder_get_one_project(open_project: Open) -> None:
    with ThreadPoolExecutor(8) as pool:
        projects = list(pool.map(lambda _: open_project(), range(8)))
    assert len(set(map(id, projects))) == 1


def test_what_observes_a_project_cannot_wait_for_it(fal: FalDouble, project: sd.Project) -> None:
    said: list[str] = []

    def careless(job: sd.Generation | None) -> None:
        if job is None or not job.id or said:
            return
        for waits in (lambda: project.judge(job, star=True), job.result, project.close):
            with pytest.raises(sd.SeedanceError, match="thread of your own") as caught:
                waits()
            said.append(str(caught.value))

    project.observe(careless)
    assert project.submit(FOX).result(timeout=20).path.exists()
    assert len(said) == 3
    assert not project.closed


# One folder waits for no other.


def test_a_project_that_is_slow_to_close_holds_up_no_other(fal: FalDouble, open_project: Open, tmp_path: Path) -> None:
    fal.on_submit = "hold"
    open_project().submit(FOX)
    wait_for(lambda: fal.submits)
    with ThreadPoolExecutor() as pool:
        replaced = pool.submit(open_project, server="http://127.0.0.1:9")
        wait_for(lambda: already_open(tmp_path / "project") is None)
        with sd.Project(tmp_path / "another", server=fal.url, key=KEY) as another:
            assert another.folder.name == "another"
            assert not replaced.done()
        fal.release.set()
        assert "on 127.0.0.1:9" in repr(replaced.result(timeout=20))


def test_what_had_a_folder_open_and_does_not_end_goes_on_beside_the_next(
    fal: FalDouble, open_project: Open, tmp_path: Path
) -> None:
    fal.on_submit = "hold"
    first = open_project()
    job = first.submit(FOX)
    wait_for(lambda: fal.submits)
    another = choose(fal.url, "another:key-0123456789")
    with open_tuned(tmp_path / "project", another, tuning=HURRIED) as second:
        assert second is not first
        assert job.request_id is None
        fal.release.set()
        wait_for(lambda: second.by_id(job.id).clip)
    assert len(fal.submits) == 1


def test_one_whose_closing_nobody_waited_for_goes_on_beside_the_next(fal: FalDouble, open_project: Open) -> None:
    fal.on_submit = "hold"
    first = open_project()
    job = first.submit(FOX)
    wait_for(lambda: fal.submits)
    closed = opened.begin_closing(workspace_of(first))  # as an interrupted close leaves it
    second = open_project(opening_patience=0.3)
    assert (second is not first, closed.done()) == (True, False)
    fal.release.set()
    wait_for(lambda: second.by_id(job.id).clip)
    assert len(fal.submits) == 1


def test_closing_the_next_does_not_cut_off_the_closing_of_the_first(
    fal: FalDouble, open_project: Open, tmp_path: Path
) -> None:
    fal.on_submit = "hold"
    first = open_project()
    job = first.submit(FOX)
    wait_for(lambda: fal.submits)
    open_tuned(tmp_path / "project", choose(fal.url, "another:key-0123456789"), tuning=HURRIED).close()
    fal.release.set()
    first.close()
    assert open_project().by_id(job.id).request_id in fal.taken
    assert len(fal.submits) == 1


def test_nobody_waits_for_what_a_closing_project_was_to_go_on_with(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    project.submit(FOX).result(timeout=20)
    (record,) = workspace_of(project).store.all()
    project.close()
    fetch_again(workspace_of(project), [record])  # as a run does that was being written down meanwhile
    with pytest.raises(sd.SeedanceError, match="was closed"):
        project.by_id(record.id).result(timeout=5)


def test_an_opening_that_fails_half_way_lets_go_of_everything(
    open_project: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_workspace: Workspace) -> None:
        raise MemoryError

    open_project().close()
    before = {thread.name for thread in threading.enumerate()}
    with monkeypatch.context() as broken:
        broken.setattr(opened, "pick_up", fails)
        with pytest.raises(MemoryError):
            open_project()
    assert {thread.name for thread in threading.enumerate()} <= before
    openers = tmp_path / "project" / names.OPENERS
    owner = Lease(openers)
    assert owner.alone
    owner.release()
    assert open_project().generations == []


# What another notebook has not sent.


def test_an_unsent_job_of_another_notebook_is_cancelled_on_the_disk(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    project = open_project()
    code = f"""
        import ipyseedance as sd
        from ipyseedance.jobs.connection import choose
        from ipyseedance.jobs.tuning import Tuning
        from ipyseedance.jobs.workspace import workspace_of
        from ipyseedance.project import open_project
        project = open_project({str(tmp_path / "project")!r}, choose({fal.url!r}, {KEY!r}), tuning=Tuning(slots=0))
        job = project.submit(sd.TextToVideo("A fox"))
        print("asked", flush=True)
        input()
        workspace_of(project).thread.loop.call_soon_threadsafe(workspace_of(project).lifecycle.slots.release)
        try:
            job.result(timeout=20)
        except sd.SeedanceError as error:
            print(type(error).__name__, job.status, flush=True)
    """
    other = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout
    assert other.stdout.readline() == "asked\n"
    (job,) = project.generations
    job.cancel()
    wait_for(lambda: job.status == "CANCELLED")
    assert isinstance(job.error, sd.GenerationCancelled)
    record = workspace_of(project).store.get(job.id)
    assert (record.status, record.cost, workspace_of(project).store.purse().reserved) == ("CANCELLED", 0.0, 0.0)
    assert workspace_of(project).store.trusts(record)
    said, _ = other.communicate("\n", timeout=30)
    assert said == "GenerationCancelled CANCELLED\n"
    assert not fal.submits


def test_what_nobody_sends_is_cancelled_too(fal: FalDouble, open_project: Open) -> None:
    project = open_project(slots=0)
    job = project.submit(FOX)
    project.close()
    project = open_project()
    assert project.waiting().count == 1
    project.by_id(job.id).cancel()
    wait_for(lambda: project.by_id(job.id).status == "CANCELLED")
    assert project.waiting().count == 0
    assert project.resume() == []


def test_what_another_notebook_is_sending_says_so(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = "hold"
    other = kernel(fal, tmp_path / "project", 'project.submit(sd.TextToVideo("A fox"))')
    wait_for(lambda: fal.submits)
    (job,) = open_project().generations
    job.cancel()
    wait_for(lambda: "is sending this job just now" in job_of(job).trouble)
    assert job.status == "SUBMITTING"
    fal.release.set()
    kill(other)


# What is no copy.


def test_a_project_is_the_one_of_its_folder(project: sd.Project) -> None:
    assert copy.copy(project) is copy.deepcopy({"film": project})["film"] is project
    with pytest.raises(TypeError, match=re.escape(f"Open it there: Project({str(project.folder)!r})")):
        pickle.dumps(project)
    job = project.submit(FOX)
    assert copy.copy(job) is copy.deepcopy([job])[0] is job
    with pytest.raises(TypeError, match=r"cannot be pickled"):
        pickle.dumps(job)
    project.close()
    with pytest.raises(sd.SeedanceError, match=re.escape(f"Open it again: Project({str(project.folder)!r})")):
        project.submit(FOX)


# Copies that nobody checked.

UNCHECKED = {"copied": FOX.model_copy(update={"duration": 99}), "made": sd.TextToVideo.model_construct(
    prompt="A fox", duration=99, resolution="720p", aspect_ratio="16:9", seed=7)}  # fmt: skip


@pytest.mark.parametrize("request_", UNCHECKED.values(), ids=UNCHECKED)
@pytest.mark.parametrize(
    "act",
    [
        lambda project, request: project.submit(request, confirm=True),
        lambda project, request: project.run(sd.Sweep(request), confirm=True),
        lambda project, request: project.run(sd.Sweep(request, seed=[1, 2]), confirm=True),
        lambda project, request: project.run(sd.Sweep(request, repeat=2), confirm=True),
    ],
    ids=["submit", "run", "axis", "repeat"],
)
def test_a_copy_that_nobody_checked_is_not_sent(
    fal: FalDouble, project: sd.Project, request_: sd.TextToVideo, act: Callable[[sd.Project, sd.TextToVideo], object]
) -> None:
    with pytest.raises(sd.InvalidRequest, match="duration"):
        act(project, request_)
    assert len(project.history) == len(fal.submits) == 0


def test_a_copy_whose_picture_nobody_checked_is_not_sent(fal: FalDouble, project: sd.Project) -> None:
    first = sd.ImageToVideo("Go", "https://pictures.example/a.png")
    with pytest.raises(sd.InvalidRequest, match="image_url"):
        project.submit(first.model_copy(update={"image_url": 42}))
    with pytest.raises(sd.InvalidRequest, match="image_url"):
        project.submit(first.model_copy(update={"image_url": Frame(data=b"no picture")}))
    assert len(project.history) == len(fal.submits) == 0
