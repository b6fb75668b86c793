"""A sweep from Studio against a service that bills: what it says before, and that it spends once, what it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.errors import OverBudget
from ipyseedance.contract.frames import Frame
from ipyseedance.jobs.ask import intent
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.protocol.snapshots import SweepQuote
from ipyseedance.widgets.spending import NotAsShown

from .fal_double import FalDouble, Script
from .test_studio import answer, live, until

TEXT, IMAGE = (f"fal-ai/bytedance/seedance/v1.5/pro/{kind}-to-video" for kind in ("text", "image"))
FIELDS = {"prompt": "A {animal}", "resolution": "480p", "duration": "5"}
AXES = {"animal": "fox, owl, red panda", "seed": "1..4"}
ONE = sd.estimate(sd.TextToVideo("A fox", resolution="480p", seed=1))
SHOWN = {"clips": 12, "dollars": 12 * ONE}
PRICE = f"{12 * ONE:.2f}"


@pytest.fixture
def studio(project: sd.Project) -> Iterator[sd.Studio]:
    studio = sd.Studio(project)
    yield studio
    studio.close()


def draft(studio: sd.Studio, axes: dict[str, Any], fields: dict[str, Any] = FIELDS, endpoint: str = TEXT) -> Any:
    answer(studio, "draft", endpoint=endpoint, fields=fields, axes=axes, origin="here")
    return studio._draft


def quote(studio: sd.Studio) -> SweepQuote:
    """What the draft comes to as a sweep."""
    assert studio._draft["sweep"]
    return studio._draft["sweep"]


def run(studio: sd.Studio, axes: dict[str, Any] = AXES, fields: dict[str, Any] = FIELDS, **message: Any) -> Any:
    return answer(studio, "run", endpoint=TEXT, fields=fields, axes=axes, **{"shown": SHOWN} | message)


def named(draft: dict[str, Any]) -> dict[str, str]:
    return {problem["field"]: problem["message"] for problem in draft["problems"]}


def test_a_draft_says_how_many_clips_it_is_and_what_they_cost(fal: FalDouble, studio: sd.Studio) -> None:
    told = draft(studio, AXES)
    assert told["axes"] == AXES
    assert told["placeholders"] == ["animal"]
    assert told["counts"] == {"animal": 3, "seed": 4}
    sweep = told["sweep"]
    assert (sweep["cells"], sweep["to_run"], sweep["hits"], sweep["invalid"]) == (12, 12, 0, 0)
    assert sweep["dollars"] == pytest.approx(12 * ONE)
    assert not sweep["free"]
    assert told["problems"] == []
    until(lambda: studio.sweep is not None and len(studio.sweep) == 12)
    assert studio.request is None
    assert (len(studio.project.history), fal.submits) == (0, [])


def test_what_is_wrong_with_an_axis_is_named_at_it_and_hides_no_other(studio: sd.Studio) -> None:
    told = draft(studio, {**AXES, "animal": "fox,, owl", "duration": []})
    assert named(told) == {"animal": "there is an empty value", "duration": "give its values"}
    assert told["counts"] == {"seed": 4}
    assert told["sweep"] is None
    told = draft(studio, {**AXES, "seed": "1, 2, two, -7"})
    assert told["problems"] == []
    assert told["sweep"]["invalid"] == 6
    assert [(wrong["field"], wrong["cells"]) for wrong in told["sweep"]["wrong"]] == [("seed", 3), ("seed", 3)]
    assert "'two' is not allowed; give a whole number" in told["sweep"]["wrong"][0]["message"]
    told = draft(studio, {"seed": "1..10001"})
    assert named(told) == {
        "": "10,001 clips are too many; at most 10,000 at once; use fewer values, or sweep.sample(n) in Python"
    }
    assert told["counts"] == {"seed": 10_001}


def test_braces_without_values_are_sent_as_they_are(fal: FalDouble, studio: sd.Studio) -> None:
    odd = {**FIELDS, "prompt": 'A {animal} and {"shot": {place}} {'}
    told = draft(studio, {"animal": "  ", "nobody": "1, 2"}, odd)
    assert told["placeholders"] == ["animal", "place"]
    assert (told["sweep"], told["problems"]) == (None, [])
    assert studio.composer.request is not None
    shown = {"clips": 2, "dollars": 2 * ONE}
    run(studio, {"animal": "fox, {owl}"}, odd, shown=shown)
    until(lambda: len(fal.submits) == 2)
    assert sorted(call.json["prompt"] for call in fal.submits) == [
        'A fox and {"shot": {place}} {',
        'A {owl} and {"shot": {place}} {',
    ]


def test_prompts_are_varied_by_replacing_and_as_wholes(studio: sd.Studio) -> None:
    until_sweep = {"prompt": "fox => owl || red panda", "seed": "7"}
    draft(studio, until_sweep, {**FIELDS, "prompt": "A fox, {softly}"})
    assert studio.composer.sweep is not None
    assert [getattr(r, "prompt") for r in studio.composer.sweep.requests] == [
        "A owl, {softly}",
        "A red panda, {softly}",
    ]
    draft(studio, {"prompt": "A hill, at dawn || A lake"}, {**FIELDS, "prompt": ""})
    assert studio._draft["problems"] == []
    assert [getattr(r, "prompt") for r in studio.composer.sweep.requests] == ["A hill, at dawn", "A lake"]


def test_choices_switches_and_frames_are_lists(studio: sd.Studio) -> None:
    pictures = [studio.pictures.value(Frame.of(Image.new("RGB", (640, 360), c))) for c in ("red", "blue")]
    axes = {"image_url": pictures, "generate_audio": [True, False], "duration": ["4", "6"]}
    told = draft(studio, axes, {"prompt": "A lake", "seed": 7}, IMAGE)
    assert told["problems"] == []
    assert list(told["counts"].items()) == [("image_url", 2), ("duration", 2), ("generate_audio", 2)]
    assert told["sweep"]["cells"] == 8
    gone = draft(studio, {"image_url": [{**pictures[0], "frame": "0" * 24}]}, {"prompt": "A lake"}, IMAGE)
    assert "choose it again" in named(gone)["image_url"]


def test_a_sweep_is_one_act_that_asks_its_price_and_spends_once(fal: FalDouble, studio: sd.Studio) -> None:
    assert float(PRICE) > 1
    with pytest.raises(PriceQuestion, match=f"These 12 clips cost about \\${PRICE}") as asked:
        run(studio)
    assert asked.value.question == {"count": 12, "price": PRICE, "left": None}
    for wrong in ("1.00", True, f"{11 * ONE:.2f}"):
        with pytest.raises(PriceQuestion):
            run(studio, confirm=wrong)
    assert (len(studio.project.history), studio.project.sweep_runs, fal.submits) == (0, [], [])
    told = run(studio, confirm=PRICE)
    assert (told["name"], told["sent"], len(set(told["gids"]))) == ("sweep-1", 12, 12)
    assert len(studio.project.sweep_run("sweep-1").result(60).clips) == 12
    assert len(fal.submits) == 12
    # Again: all of it is there, so nothing is asked for and nothing spent.
    again = run(studio)
    assert (again["name"], again["sent"], again["gids"]) == ("sweep-2", 0, told["gids"])
    assert len(fal.submits) == 12


def test_what_is_there_already_is_told_and_the_draft_follows(fal: FalDouble, studio: sd.Studio) -> None:
    few = {"animal": "fox", "seed": "1..3"}
    assert draft(studio, few)["sweep"]["to_run"] == 3
    run(studio, few, shown={"clips": 3, "dollars": 3 * ONE})
    until(lambda: quote(studio)["hits"] == 3)
    assert quote(studio)["dollars"] == 0
    sweep = draft(studio, {**few, "seed": "1..4"})["sweep"]
    assert (sweep["to_run"], sweep["hits"], sweep["dollars"]) == (1, 3, pytest.approx(ONE))


def test_clips_are_under_way_until_they_are_made(fal: FalDouble, studio: sd.Studio) -> None:
    few = {"animal": "fox", "seed": "1..3"}
    fal.script = Script(statuses=[{"status": "IN_PROGRESS"}, "hold", {"status": "COMPLETED"}])
    draft(studio, few)
    run(studio, few, shown={"clips": 3, "dollars": 3 * ONE})
    told = draft(studio, {**few, "seed": "1..4"})["sweep"]
    assert (told["to_run"], told["under_way"], told["made"]) == (1, 3, 0)
    plan = answer(studio, "plan", endpoint=TEXT, fields=FIELDS, axes={**few, "seed": "3, 4"}, concurrency=2)
    assert [row["plan"] for row in plan["rows"]] == ["coming", "run"]
    draft(studio, few)
    fal.release.set()
    until(lambda: quote(studio)["made"] == 3)
    assert (quote(studio)["under_way"], quote(studio)["to_run"]) == (0, 0)


def test_a_cell_like_another_that_is_to_run_is_not_there(studio: sd.Studio) -> None:
    axes = {"a": "x, xy", "b": "yz, z"}  # "x" and "yz" make what "xy" and "z" do
    plan = answer(studio, "plan", endpoint=TEXT, fields={**FIELDS, "prompt": "{a}{b}"}, axes=axes, concurrency=2)
    assert [row["plan"] for row in plan["rows"]] == ["run", "run", "run", "twin"]
    assert (plan["to_run"], plan["made"], plan["under_way"]) == (3, 0, 0)
    sweep = sd.Sweep(sd.TextToVideo("{a}{b}"), a=["x", "xy"], b=["yz", "z"])
    assert "3 to run, 1 the same as another" in repr(sweep.plan(studio.project))


def test_it_is_never_more_than_the_button_said(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    with pytest.raises(NotAsShown, match=r"This is 12 clips · \$1.4\d now, more than the button said"):
        run(studio, shown={"clips": 11, "dollars": 99}, confirm=PRICE)
    live(project, 4.8)
    with pytest.raises(NotAsShown, match=r"12 clips · \$2\.\d\d now"):
        run(studio, confirm=PRICE)
    assert (len(project.history), fal.submits) == (0, [])


def test_prices_that_change_change_what_is_said(project: sd.Project, studio: sd.Studio) -> None:
    draft(studio, AXES)
    live(project, 4.8)
    until(lambda: quote(studio)["dollars"] == pytest.approx(24 * ONE))


def test_invalid_cells_stop_it_or_are_skipped(fal: FalDouble, studio: sd.Studio) -> None:
    axes = {"animal": "fox", "seed": "1, two, 3"}
    with pytest.raises(sd.InvalidRequest, match="'two' is not allowed"):
        run(studio, axes)
    assert fal.submits == []
    assert run(studio, axes, skip_invalid=True)["sent"] == 2
    until(lambda: len(fal.submits) == 2)


def test_over_the_budget_is_refused_whatever_is_typed(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    project.budget = 1.0
    with pytest.raises(OverBudget, match=r"budget has \$1.00 left"):
        run(studio, confirm=PRICE)
    assert (len(project.history), fal.submits) == (0, [])
    project.budget = 5.0
    with pytest.raises(PriceQuestion) as asked:
        run(studio)
    assert asked.value.question["left"] == 5.0


def test_what_was_reserved_and_never_sent_is_not_counted_twice(
    fal: FalDouble, project: sd.Project, studio: sd.Studio
) -> None:
    project.budget = 1.0
    few: dict[str, Any] = {"animal": "fox", "seed": "1..8"}
    for request in sd.Sweep(sd.TextToVideo("A {animal}", resolution="480p"), **few).requests:
        workspace_of(project).store.add(replace(intent(workspace_of(project), request), owner="gone")).result()
    run(studio, few, shown={"clips": 8, "dollars": 8 * ONE})
    until(lambda: len(fal.submits) == 8)


def test_the_plan_is_a_table(fal: FalDouble, studio: sd.Studio) -> None:
    axes = {"animal": "fox, SKIP: owl", "seed": "1, two"}
    plan = answer(studio, "plan", endpoint=TEXT, fields=FIELDS, axes=axes, concurrency=1)
    assert plan["axes"] == ["animal", "seed"]
    assert [row["plan"] for row in plan["rows"]] == ["run", "invalid", "skip", "skip"]
    assert plan["rows"][0] == {"values": ["fox", "1"], "estimate": pytest.approx(ONE), "plan": "run", "problem": None}
    assert "'two' is not allowed" in plan["rows"][1]["problem"]
    large = answer(studio, "plan", endpoint=TEXT, fields=FIELDS, axes={"seed": "1..3000"}, concurrency=4)
    assert (len(large["rows"]), large["cells"], large["concurrency"]) == (200, 3000, 4)
    with pytest.raises(sd.InvalidRequest, match="concurrency"):
        answer(studio, "plan", endpoint=TEXT, fields=FIELDS, axes=axes, concurrency=0)
    assert (len(studio.project.history), fal.submits) == (0, [])


def test_a_draft_that_was_overtaken_is_not_shown(studio: sd.Studio) -> None:
    told: list[dict[str, Any]] = []
    studio.observe(lambda change: told.append(change.new["axes"]), "_draft")
    for last in range(2, 6):
        studio.redraft(TEXT, FIELDS, "here", {"seed": f"1..{last * 1000}"})
    studio.redraft(TEXT, FIELDS, "here", {"seed": "1..3"}).result(10)
    until(lambda: studio._draft["counts"] == {"seed": 3})
    assert told == [{"seed": "1..3"}]


def test_a_run_holds_neither_thread(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    fal.script = Script(["hold", {"status": "COMPLETED"}])
    project.budget = 100
    many = {"animal": "1..20", "seed": "1..20"}
    shown = {"clips": 400, "dollars": 400 * ONE}
    told = run(studio, many, shown=shown, confirm=f"{400 * ONE:.2f}")
    assert told["sent"] == 400
    assert answer(studio, "cancel_all")["count"] == 400
