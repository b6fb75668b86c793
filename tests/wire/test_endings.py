"""A process ends: what it asked for is sent or waits on the disk, and nothing that was paid is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of

from .conftest import KEY
from .fal_double import FalDouble, Script
from .test_reopen import wait_for

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A fox", seed=7)
AT_ONCE = 16
"""Requests that are posted at a time."""
posix_only = pytest.mark.skipif(os.name != "posix", reason="forks, or sends signals")


def unindented(*parts: str) -> str:
    return "".join(map(textwrap.dedent, parts))


def program(fal: FalDouble, folder: Path, code: str) -> str:
    opened = f"import ipyseedance as sd\nproject = sd.Project({str(folder)!r}, server={fal.url!r}, key={KEY!r})\n"
    return opened + textwrap.dedent(code)


def begun(fal: FalDouble, folder: Path, code: str) -> subprocess.Popen[str]:
    """A process that opens the project as `project`, runs `code`, and ends."""
    return subprocess.Popen(
        [sys.executable, "-c", program(fal, folder, code)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its code, and what it said on standard error."""
    _, said = process.communicate(timeout=30)
    return process.returncode, said


def closes(**patience: float) -> str:
    """Code by which the process closes its projects with that patience."""
    return f"""
        import atexit
        from ipyseedance.jobs.opened import close_all
        atexit.unregister(close_all)
        atexit.register(close_all, **{patience})
    """


SUBMIT = 'project.submit(sd.TextToVideo("A fox", seed=7))'


def test_a_script_of_three_lines_is_sent(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    file = tmp_path / "script.py"
    file.write_text(program(fal, tmp_path / "project", SUBMIT))
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    fal.release.set()
    (job,) = open_project().generations
    assert job.result(timeout=20).request == FOX
    assert list(fal.taken) == [job.request_id]


def test_a_program_that_fails_has_sent_what_it_asked_for(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    code, said = ended(begun(fal, tmp_path / "project", SUBMIT + "\nraise LookupError"))
    assert code == 1
    assert said.rstrip().endswith("LookupError")
    (job,) = open_project().generations
    assert [job.request_id] == list(fal.taken)


def test_a_request_on_its_way_gets_its_id_before_the_process_ends(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    fal.on_submit = "hold"
    process = begun(fal, tmp_path / "project", SUBMIT)
    wait_for(lambda: fal.submits)
    fal.release.set()
    assert ended(process) == (0, "")
    (job,) = open_project().generations
    assert [job.request_id] == list(fal.taken)


def test_a_service_that_does_not_answer_holds_up_no_end(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = "hold"
    code, said = ended(begun(fal, tmp_path / "project", unindented(closes(within=1.0), SUBMIT)))
    assert code == 0
    assert "not answered in time. Open the project again" in said
    fal.release.set()
    (job,) = open_project().generations
    wait_for(lambda: job.done)
    assert (job.status, len(fal.submits)) == ("UNCONFIRMED", 1)


def test_a_service_that_is_away_leaves_it_unsent(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = (429, {"detail": "not now"})
    code, said = ended(begun(fal, tmp_path / "project", SUBMIT))
    assert code == 0
    assert "1 of the requests" in said
    assert "project.resume() sends them" in said
    fal.on_submit = None
    project = open_project()
    assert project.waiting().count == 1
    (job,) = project.resume()
    job.result(timeout=20)
    assert len(fal.taken) == 1


MANY = """
    for seed in range(20):
        project.submit(sd.TextToVideo("A fox", seed=seed), confirm=True)
"""


INTERRUPTED = f"""
    import time
    while sum(job.status == "SUBMITTING" for job in project.under_way) < {AT_ONCE}:
        time.sleep(0.01)
    raise KeyboardInterrupt
"""


def test_more_than_are_posted_at_a_time_are_sent_too(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = "hold"
    process = begun(fal, tmp_path / "project", unindented(closes(sending=20.0, within=30.0), MANY))
    wait_for(lambda: len(fal.submits) == AT_ONCE)
    fal.release.set()
    assert ended(process) == (0, "")
    assert {job.request_id for job in open_project().generations} == set(fal.taken)
    assert len(fal.taken) == 20


def test_after_an_interrupt_nothing_more_is_sent(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = "hold"
    process = begun(fal, tmp_path / "project", unindented(MANY, INTERRUPTED))
    wait_for(lambda: len(fal.submits) == AT_ONCE)
    assert process.stdout
    assert process.stderr
    while "KeyboardInterrupt" not in process.stderr.readline():
        pass
    fal.release.set()
    ended(process)
    jobs = open_project().generations
    assert {job.request_id for job in jobs if job.request_id} == set(fal.taken)
    assert [job.status for job in jobs if not job.request_id] == ["PENDING"] * (20 - AT_ONCE)


@posix_only
def test_what_was_asked_for_before_a_sigterm_is_found_again(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.on_submit = "hold"
    process = begun(fal, tmp_path / "project", SUBMIT + '\nprint("asked", flush=True)\nimport time; time.sleep(60)')
    assert process.stdout
    assert process.stdout.readline() == "asked\n"
    wait_for(lambda: fal.submits)
    process.terminate()
    assert ended(process)[0] == -signal.SIGTERM
    fal.release.set()
    (job,) = open_project().generations
    wait_for(lambda: job.done)
    assert job.status == "UNCONFIRMED"
    assert len(fal.submits) == 1


def test_the_last_cell_of_a_notebook_that_is_run_by_a_program(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    notebook.cells = [nbformat.v4.new_code_cell(program(fal, tmp_path / "project", SUBMIT))]  # type: ignore[no-untyped-call]
    patient = Config(KernelManager={"shutdown_wait_time": 60.0})  # a busy machine may need longer than it has by itself
    NotebookClient(notebook, kernel_name="python3", timeout=60, config=patient).execute()
    (job,) = open_project().generations
    assert [job.request_id] == list(fal.taken)


def test_a_thread_of_the_persons_own_goes_on_after_the_main_one(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    code = """
        import threading, time
        def work():
            threading.main_thread().join()
            project.submit(sd.TextToVideo("A fox", seed=7)).result()
        threading.Thread(target=work).start()
    """
    assert ended(begun(fal, tmp_path / "project", textwrap.dedent(code))) == (0, "")
    (job,) = open_project().generations
    assert job.clip


# Before that: when submit returns.


def test_what_was_asked_for_is_on_the_disk_when_submit_returns(fal: FalDouble, project: sd.Project) -> None:
    fal.on_submit = "hold"
    job = project.submit(FOX)
    assert workspace_of(project).store.get(job.id).request["seed"] == 7
    assert project.under_way == [job]
    assert project.by_id(job.id) is job
    assert job.recorded.result(0) == job.id
    fal.release.set()


def test_two_at_a_time_cannot_pass_the_budget_together(fal: FalDouble, open_project: Open) -> None:
    """The budget is asked within the transaction, and the refusal is raised by submit itself."""
    project = open_project(budget=0.3)
    fal.on_submit = "hold"
    project.submit(FOX)
    with pytest.raises(sd.OverBudget):
        project.submit(FOX.with_(seed=8))
    assert len(project.history) == 1
    fal.release.set()


def test_an_observer_may_ask_for_the_next_clip(fal: FalDouble, project: sd.Project) -> None:
    asked: list[sd.Generation] = []

    def go_on(job: sd.Generation | None) -> None:
        if job is not None and job.clip and not asked:
            asked.append(project.submit(FOX.with_(seed=8)))

    project.observe(go_on)
    project.submit(FOX).result(timeout=20)
    wait_for(lambda: asked)
    assert asked[0].result(timeout=20).path.exists()
    assert len(fal.submits) == 2


# A process that is forked off.

FORK = """
    import os, sys, traceback

    def child(act):
        \"\"\"Do it in a forked process; give what it said.\"\"\"
        sys.stdout.flush()  # or it is printed by both
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            try:
                said = repr(act())
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
            os.write(writing, said.encode())
            os.close(writing)
            sys.exit(0)
        os.close(writing)
        with open(reading) as told:
            said = told.read()
        os.waitpid(pid, 0)
        return said
"""


@posix_only
@pytest.mark.parametrize(
    "act",
    [
        'project.submit(sd.TextToVideo("A fox"))',
        'project.run(sd.Sweep(sd.TextToVideo("A fox"), duration=[4, 5]), confirm=True)',
        "project.resume()",
        'project.import_request("0123abcd", "fal-ai/bytedance/seedance/v1.5/pro/text-to-video")',
        "project.measure()",
        "project.judge(job, star=True)",
        "project.generations",
        "setattr(project, 'budget', 5)",
        "running.result()",
        "running.cancel()",
        "__import__('asyncio').run(waited())",
    ],
)
def test_a_forked_process_is_told_to_open_the_project_itself(
    fal: FalDouble, tmp_path: Path, open_project: Open, act: str
) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    code = f"""
    job = running = project.submit(sd.TextToVideo("A fox", seed=7))
    async def waited():
        await running
    print(child(lambda: {act}))
    """
    process = begun(fal, tmp_path / "project", unindented(FORK, code))
    said, wrong = process.communicate(timeout=30)
    assert "Open the project again in this process: Project(" in said, (said, wrong)
    assert len(fal.submits) == 1


@posix_only
def test_a_forked_process_opens_the_project_anew_and_leaves_the_first_ones_alone(
    fal: FalDouble, tmp_path: Path, open_project: Open
) -> None:
    code = f"""
    first = project.submit(sd.TextToVideo("A fox", seed=7))
    first.result()

    def opened():
        import gc
        from ipyseedance.jobs.generation import job_of
        from ipyseedance.jobs.workspace import workspace_of
        with sd.Project({str(tmp_path / "project")!r}, server={fal.url!r}, key={KEY!r}) as own:
            own.submit(sd.TextToVideo("A fox", seed=8)).result()
            alive = workspace_of(own).is_alive(job_of(first).record.owner)
        gc.collect()
        return alive

    print(child(opened))
    print(child(lambda: project.close()))
    project.submit(sd.TextToVideo("A fox", seed=9)).result()
    print(len(project.history), "here", flush=True)
    import time; time.sleep(60)
    """
    process = begun(fal, tmp_path / "project", unindented(FORK, code))
    assert process.stdout
    assert [process.stdout.readline() for _ in range(3)] == ["True\n", "None\n", "3 here\n"]
    project = open_project()
    assert workspace_of(project).is_alive(job_of(project.generations[0]).record.owner), (
        "the forked ones have let go of its lock"
    )
    process.kill()
    process.communicate()
    assert not workspace_of(project).is_alive(job_of(project.generations[0]).record.owner)
    assert sorted(job.request.seed for job in project.generations) == [7, 8, 9]  # type: ignore[attr-defined]


@posix_only
def test_a_forked_process_that_lives_on_looks_after_nothing(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    """The lock by which others know that a kernel lives goes with the kernel, not with what it forked off."""
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    code = """
    import os, time
    project.submit(sd.TextToVideo("A fox", seed=7))
    pid = os.fork()
    if not pid:
        time.sleep(60)
    print(pid, flush=True)
    time.sleep(60)
    """
    process = begun(fal, tmp_path / "project", textwrap.dedent(code))
    assert process.stdout
    child = int(process.stdout.readline())
    wait_for(lambda: any(c.path.endswith("/stream") for c in fal.calls))
    process.kill()
    process.wait()
    try:
        project = open_project()
        (job,) = project.under_way
        fal.release.set()
        assert job.result(timeout=20).path.exists()
    finally:
        os.kill(child, signal.SIGKILL)
        process.communicate()
