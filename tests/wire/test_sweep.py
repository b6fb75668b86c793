"""A sweep's run: one act of spending, durable, joined with what is there, and gone on with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.job import Job
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.sweeps.promote import NEW_SAMPLE, promote

from .fal_double import FalDouble, Script
from .test_reopen import kernel, kill, wait_for

Open = Callable[..., sd.Project]
BASE = sd.TextToVideo("A {animal}", resolution="480p", seed=7)
SWEEP = sd.Sweep(BASE, animal="fox, owl", seed="1..3")
ONE = sd.estimate(BASE)
HELD = Script(["hold", {"status": "COMPLETED"}])


def asked(fal: FalDouble) -> list[tuple[str, int]]:
    return [(call.json["prompt"], call.json["seed"]) for call in fal.submits]


def test_a_run_has_a_clip_a_cell(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    run = project.run(SWEEP, confirm=True)
    assert run.name == "sweep-1"
    assert run.result(timeout=60) is run
    assert run.done
    assert sorted(asked(fal)) == [(f"A {animal}", seed) for animal in ("fox", "owl") for seed in (1, 2, 3)]
    assert [job.request for job in run.generations] == SWEEP.requests
    assert len(run.clips) == len(run) == 6
    assert run.failed == []
    assert run.progress == {"COMPLETED": 6}
    assert run.axes == {"animal": ["fox", "owl"], "seed": ["1", "2", "3"]}
    df = run.df
    assert df.animal.tolist() == ["fox"] * 3 + ["owl"] * 3
    assert df.cell.tolist() == run.cells == [cell.axes for cell in SWEEP.cells]
    assert df.sweep.unique().tolist() == ["sweep-1"]
    assert df.prompt.tolist() == [f"A {a}" for a in ("fox", "owl") for _ in range(3)]
    assert project.history.df.sweep.tolist() == ["sweep-1"] * 6
    assert repr(run) == "<SweepRun sweep-1: 6 cells, 6 COMPLETED>"


async def test_a_run_can_be_awaited_and_a_failed_cell_does_not_raise(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    fal.script = Script(result=(422, {"detail": [{"loc": ["body"], "msg": "No", "type": "content_policy_violation"}]}))
    run = project.run(sd.Sweep(BASE, animal="<i>fox</i>, owl"))
    assert await run is run
    assert run.clips == []
    assert [type(job.error) for job in run.failed] == [sd.ContentRefused] * 2
    assert "&lt;i&gt;fox" in run._repr_html_()
    assert "<i>" not in run._repr_html_()

    # What failed is not there, so running it again under its name sends it again.
    fal.script = Script()
    again = await project.run(sd.Sweep(BASE, animal="<i>fox</i>, owl"), name=run.name)
    assert len(again.clips) == 2
    assert len(fal.submits) == 4
    assert [r.name for r in project.sweep_runs] == ["sweep-1"]


def test_what_the_project_has_costs_nothing(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=100)
    single = project.submit(BASE.with_(prompt="A fox", seed=2))
    single.result(timeout=20)
    plan = SWEEP.plan(project)
    assert plan.df.plan.tolist() == ["run", "hit", "run", "run", "run", "run"]
    assert (plan.to_run, plan.hits) == (5, 1)
    assert plan.dollars == pytest.approx(5 * ONE)
    assert plan.minutes is not None  # from the history: nothing is known of another machine

    fal.script = HELD
    first = project.run(SWEEP)
    second = project.run(sd.Sweep(BASE, animal="owl, fox, cat", seed="1..3"), name="more")  # six are under way
    assert workspace_of(project).store.purse().reserved == pytest.approx(8 * ONE)
    fal.release.set()
    second.result(timeout=60)
    first.result(timeout=60)
    assert first.generations[1] is single
    assert set(first.generations) < set(second.generations)
    assert len(fal.submits) == 9
    assert workspace_of(project).store.purse().spent == pytest.approx(9 * ONE)
    assert second.df.animal.tolist() == ["owl"] * 3 + ["fox"] * 3 + ["cat"] * 3
    assert second.df.sweep.tolist() == ["sweep-1"] * 4 + [None] + ["sweep-1"] + ["more"] * 3

    # Only asked again a cell is made anew.
    project.run(SWEEP, again=True, name="again").result(timeout=60)
    assert len(fal.submits) == 15


def test_another_server_has_nothing_of_this_one(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    project.run(SWEEP, confirm=True).result(timeout=60)
    assert SWEEP.plan(project).hits == 6
    project.close()
    other = open_project(server=fal.url.replace("127.0.0.1", "localhost"))
    assert SWEEP.plan(other).hits == 0


def test_repetitions_are_no_hits_of_each_other(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    sweep = sd.Sweep(BASE, animal="fox", repeat=3)
    run = project.run(sweep, name="noise").result(timeout=60)
    assert len({job.id for job in run.generations}) == len(fal.submits) == 3
    assert project.run(sweep, name="noise").generations == run.generations
    assert len(fal.submits) == 3
    project.run(sd.Sweep(BASE, animal="fox", repeat=4), name="noise").result(timeout=60)
    assert len(fal.submits) == 4


def test_cells_that_ask_for_the_same_are_sent_once(fal: FalDouble, open_project: Open) -> None:
    sweep = sd.Sweep(BASE, prompt=["A {animal}", "A fox"], animal="fox, owl")
    run = open_project().run(sweep, again=True).result(timeout=60)
    assert len(run.generations) == len(run.df) == 4
    assert sorted(asked(fal)) == [("A fox", 7), ("A owl", 7)]


def test_a_run_without_a_seed_of_its_own_is_gone_on_with(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    base = BASE.with_(seed=None)
    first = project.run(sd.Sweep(base, animal="fox, owl"), name="pets").result(timeout=60)
    longer = sd.Sweep(base, animal="cat, fox, owl")
    assert longer.plan(project).hits == 0
    assert longer.plan(project, name="pets").hits == 2
    second = project.run(longer, name="pets").result(timeout=60)
    assert [prompt for prompt, _ in asked(fal)[2:]] == ["A cat"]
    assert len({seed for _, seed in asked(fal)}) == 1
    assert second.generations[1:] == first.generations
    assert [run.name for run in project.sweep_runs] == ["pets"]
    assert project.sweep_run("pets").cells == [{"animal": "cat"}, {"animal": "fox"}, {"animal": "owl"}]


def test_the_purse_is_asked_once_for_all(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    many = sd.Sweep(BASE, animal="fox", seed="1..9")
    with pytest.raises(sd.OverBudget, match=r"about \$1\.0\d.*project\.run\(sweep, confirm=True\)"):
        project.run(many)
    project.budget = 8.5 * ONE
    with pytest.raises(sd.OverBudget, match="Nothing was sent"):
        project.run(many, confirm=True)
    assert len(project.history) == 0
    assert project.sweep_runs == []
    project.budget = 9 * ONE
    project.run(many).result(timeout=60)
    assert workspace_of(project).store.purse().left == 0
    assert project.run(many).done  # there already
    assert len(fal.submits) == 9


def test_threads_that_run_the_same_at_once_pay_once(fal: FalDouble, open_project: Open) -> None:
    fal.script = HELD
    project = open_project(budget=100)
    together = threading.Barrier(8)

    def act(_: int) -> sd.SweepRun:
        together.wait()
        return project.run(SWEEP)

    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(act, range(8)))
    fal.release.set()
    for run in runs:
        run.result(timeout=60)
    assert {run.name for run in runs} == {f"sweep-{n}" for n in range(1, 9)}
    assert len(fal.submits) == len(project.history) == 6


def test_invalid_cells_stop_a_run_before_anything_is_sent(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    sweep = sd.Sweep(BASE, animal="fox, SKIP: owl", duration="3..5")
    with pytest.raises(sd.InvalidRequest, match="1 of 3 cells are invalid"):
        project.run(sweep)
    assert len(project.history) == 0
    run = project.run(sweep, skip_invalid=True).result(timeout=60)
    assert [cell["duration"] for cell in run.cells] == ["4", "5"]
    assert len(fal.submits) == 2
    with pytest.raises(sd.InvalidRequest, match="no cell to run"):
        project.run(sd.Sweep(BASE, animal="SKIP: fox"))
    with pytest.raises(sd.InvalidRequest, match="is not a Sweep"):
        project.run(BASE)  # type: ignore[arg-type]
    with pytest.raises(sd.InvalidRequest, match="give a text"):
        project.run(sweep, name=" ")


def test_cancelling_a_run_leaves_the_others(fal: FalDouble, open_project: Open) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}], result=(499, {"detail": "cancelled"}))
    project = open_project()
    single = project.submit(BASE.with_(prompt="A fox", seed=1))
    wait_for(lambda: single.request_id)
    run = project.run(SWEEP)
    assert len(run.cancel()) == 5
    fal.release.set()
    with pytest.raises(sd.SeedanceError):
        single.result(timeout=20)
    run.result(timeout=60)
    assert not job_of(single).cancel_asked
    assert run.cancel() == []
    assert len(run.failed) == 6


def test_waiting_has_an_end(fal: FalDouble, open_project: Open) -> None:
    fal.script = HELD
    project = open_project()
    run = project.run(sd.Sweep(BASE, animal="fox, owl"))
    with pytest.raises(TimeoutError, match=r"has not ended after 0.1 s; it goes on"):
        run.result(timeout=0.1)
    assert not run.done
    wait_for(lambda: all(job.request_id for job in run.generations))  # what was not sent waits for a person
    project.close()
    with pytest.raises(sd.SeedanceError, match="was closed before 2 cells had ended"):
        run.result(timeout=5)
    fal.release.set()
    assert len(open_project().sweep_run("sweep-1").result(timeout=20).clips) == 2


PETS = sd.Sweep(sd.TextToVideo("A {animal}", resolution="480p", seed=7), animal="fox, owl, cat")
NO_SLOTS = "slots=0"
"""The tuning of a kernel that sends nothing."""
CODE = """
        base = sd.TextToVideo("A {animal}", resolution="480p", seed=7)
        project.run(sd.Sweep(base, animal="fox, owl, cat"), name="pets")"""


def test_a_killed_kernels_run_is_whole_again(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = HELD
    dead = kernel(fal, tmp_path / "project", CODE)
    wait_for(lambda: len(fal.submits) == 3)
    wait_for(lambda: sum(c.path.endswith("/stream") for c in fal.calls) == 3)
    kill(dead)
    fal.release.set()
    project = open_project()
    run = project.sweep_run("pets").result(timeout=20)
    assert len(run.clips) == len(fal.submits) == 3
    assert run.df.animal.tolist() == ["fox", "owl", "cat"]
    with pytest.raises(KeyError):
        project.sweep_run("none")


@pytest.mark.parametrize("how", ["resume", "run"])
def test_what_was_never_sent_waits_for_a_person(fal: FalDouble, tmp_path: Path, open_project: Open, how: str) -> None:
    """Its kernel dies with the run on the disk and before the first of it was sent."""
    kill(kernel(fal, tmp_path / "project", CODE, NO_SLOTS))
    project = open_project()
    run = project.sweep_run("pets")
    assert run.progress == {"PENDING": 3}
    with pytest.raises(sd.SeedanceError, match=r"looked after by nobody.*project\.resume\(\)"):
        run.result(timeout=5)
    if how == "resume":
        assert len(project.resume()) == 3
    else:
        plan = PETS.plan(project)
        assert plan.to_run == 3
        assert plan.dollars == pytest.approx(3 * ONE)
        run = project.run(PETS)
    assert len(run.result(timeout=30).clips) == len(fal.submits) == len(project.history) == 3
    assert project.waiting().records == []
    assert workspace_of(project).store.purse().spent == pytest.approx(3 * ONE)


def test_what_another_act_never_sent_is_confirmed_as_well(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    code = 'project.run(sd.Sweep(sd.TextToVideo("A fox", resolution="480p"), seed="1..9"), confirm=True)'
    kill(kernel(fal, tmp_path / "project", code, NO_SLOTS))
    project = open_project()
    sweep = sd.Sweep(BASE.with_(prompt="A fox"), seed="1..9")
    with pytest.raises(sd.OverBudget, match="confirm=True"):
        project.run(sweep)
    assert fal.submits == []
    project.run(sweep, confirm=True).result(timeout=30)
    assert len(fal.submits) == len(project.history) == 9


def test_a_run_in_another_kernel_is_waited_for(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    fal.script = HELD
    other = kernel(fal, tmp_path / "project", CODE)
    project = open_project()
    run = project.sweep_run("pets")
    assert not run.done
    assert run.cancel() == []
    threading.Timer(0.3, fal.release.set).start()
    assert len(run.result(timeout=30).clips) == 3
    kill(other)
    assert len(fal.submits) == 3


def test_frames_are_kept_and_found_again(fal: FalDouble, tmp_path: Path, open_project: Open) -> None:
    for name in ("red", "blue"):
        Image.new("RGB", (400, 400), name).save(tmp_path / f"{name}.png")
    base = sd.ImageToVideo("Go", tmp_path / "red.png", resolution="480p", seed=1)
    sweep = sd.Sweep(base, image_url=[tmp_path / "red.png", tmp_path / "blue.png"])
    project = open_project()
    run = project.run(sweep).result(timeout=30)
    assert run.df.image_url.str.startswith("frames/").all()
    assert run.cells == [{"image_url": "red.png"}, {"image_url": "blue.png"}]
    assert len(list((project.folder / "frames").iterdir())) == 2
    assert project.run(sweep).done
    assert len(fal.submits) == 2


def test_the_chosen_are_promoted(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    sweep = sd.Sweep(BASE.with_(generate_audio=False), animal="fox, owl", resolution=["480p"], seed="1..3")
    run = project.run(sweep).result(timeout=60)
    finals = run.promote([run.generations[4], run.clips[0], {"animal": "owl", "seed": "2"}])
    assert "a new sample" in repr(finals).lower()
    assert "a new sample" in finals.plan()._repr_html_().lower()
    assert [cell.axes for cell in finals.cells] == [
        {"animal": "owl", "resolution": "1080p", "seed": "2"},
        {"animal": "fox", "resolution": "1080p", "seed": "1"},
    ]
    big = BASE.with_(resolution="1080p")
    assert finals.requests == [big.with_(prompt="A owl", seed=2), big.with_(prompt="A fox", seed=1)]
    assert len(fal.submits) == 6
    final = project.run(finals, name="final", confirm=True).result(timeout=60)
    assert len(final.clips) == 2
    assert final.df.animal.tolist() == ["owl", "fox"]
    assert len(run.promote({"animal": "fox"}, "720p", generate_audio=False)) == 3
    nobodys: list[Any] = [{"animal": "cat"}, final.generations[0], []]
    for wrong in nobodys:
        with pytest.raises(sd.InvalidRequest, match="chosen"):
            run.promote(wrong)
    with pytest.raises(sd.InvalidRequest, match="resolution: '4k' is not allowed"):
        run.promote({"animal": "fox"}, "4k")


def test_any_clips_of_an_endpoint_are_promoted(fal: FalDouble, open_project: Open) -> None:
    project = open_project()
    jobs = [project.submit(BASE.with_(prompt=prompt)) for prompt in ("A fox", "An owl")]
    finals = promote([(job_of(jobs[1]), {}), (job_of(jobs[0]), {"animal": "fox"})], "720p", sound=False)
    changes: dict[str, Any] = {"resolution": "720p", "generate_audio": False}
    assert finals.requests == [BASE.with_(prompt="An owl", **changes), BASE.with_(prompt="A fox", **changes)]
    assert finals.note == NEW_SAMPLE
    framed = project.submit(sd.ImageToVideo("A lake", Image.new("RGB", (640, 360)), resolution="480p"))
    with pytest.raises(sd.InvalidRequest, match=r"Image → video and Text → video; promote the clips of one"):
        promote([(job_of(jobs[0]), {}), (job_of(framed), {})])
    framed.result(20)
    for file in (project.folder / "frames").iterdir():
        file.unlink()
    forgotten = Job(job_of(framed).record, project.folder)
    with pytest.raises(sd.InvalidRequest, match=f"the image_url of generation {framed.id} is no longer in the project"):
        promote([(forgotten, {})])
    unknown = Job(replace(job_of(framed).record, request={}), project.folder)
    with pytest.raises(sd.InvalidRequest, match="is not known: it was imported"):
        promote([(unknown, {})])


def test_an_act_costs_no_more_than_was_allowed(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=100)
    with pytest.raises(sd.OverBudget, match=r"more than the \$0\.30 that was allowed for it"):
        project.run(SWEEP, at_most=0.3)
    assert (len(project.history), fal.submits) == (0, [])
    project.run(SWEEP, at_most=SWEEP.plan(project).dollars).result(timeout=60)
    assert len(fal.submits) == 6


def test_what_an_interrupt_leaves_behind_is_on_its_way(
    fal: FalDouble, open_project: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_project()

    def interrupted(self: Future[sd.SweepRun], timeout: float | None = None) -> sd.SweepRun:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ipyseedance.sweeps.begin.Future", type("Interrupted", (Future,), {"result": interrupted}))
        with pytest.raises(KeyboardInterrupt):
            project.run(SWEEP, confirm=True)
    wait_for(lambda: len(fal.submits) == 6)
    (run,) = project.sweep_runs
    assert len(run.result(timeout=60).clips) == 6
    assert len(fal.submits) == 6


def test_closing_amid_a_run_loses_none_and_pays_none_twice(fal: FalDouble, open_project: Open) -> None:
    project = open_project(budget=100)
    project.run(sd.Sweep(BASE, animal="1..10", seed="1..10"), name="many")
    wait_for(lambda: len(fal.taken) > 5)
    project.close()
    again = open_project()
    sent = len(fal.taken)
    assert len(again.resume()) == 100 - sent
    run = again.sweep_run("many").result(timeout=60)
    assert len(run.clips) == len(fal.submits) == len(again.history) == 100
    assert again.spent == pytest.approx(100 * ONE)


def test_a_run_that_another_opener_began_just_now_keeps_the_seed_it_chose(
    fal: FalDouble, project: sd.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both run the same two cells by one name, and neither gave a seed: nobody pays for a cell twice."""
    sweep = sd.Sweep(sd.TextToVideo("A fox", duration=4), resolution=["480p", "720p"])
    store, looks = workspace_of(project).store, []
    run = type(store).run

    def other_comes_first(self: Any, name: str) -> Any:
        found = run(self, name)
        looks.append(found)
        if len(looks) == 1:  # it was not there yet, and now it is
            project.run(sweep, name="x")
        return found

    monkeypatch.setattr(type(store), "run", other_comes_first)
    second = project.run(sweep, name="x")
    assert looks[0] is None
    assert len(second.ids) == len(project.history) == 2
    second.result(timeout=40)
    assert len(fal.submits) == 2
