"""A sweep's cells: what they ask for, what is wrong with them, and what they would cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import ipyseedance as sd
from ipyseedance.store.runs import Had, Run
from ipyseedance.sweeps.match import at_hand, match_cells

BASE = sd.TextToVideo("A {animal} at dusk", seed=7)
FOX = sd.TextToVideo("A fox", seed=7)


def prompts(sweep: sd.Sweep) -> list[str]:
    return [getattr(request, "prompt") for request in sweep.requests]


def fields(sweep: sd.Sweep, name: str) -> list[Any]:
    return [getattr(request, name) for request in sweep.requests]


def refusal(base: sd.TextToVideo, **axes: Any) -> str:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.Sweep(base, **axes)
    return str(caught.value)


def test_a_grid_changes_its_last_axis_fastest() -> None:
    sweep = sd.Sweep(BASE, animal=["fox", "owl"], seed=range(3))
    assert len(sweep) == 6
    assert prompts(sweep) == ["A fox at dusk"] * 3 + ["A owl at dusk"] * 3
    assert fields(sweep, "seed") == [0, 1, 2, 0, 1, 2]
    assert sweep.cells[4].axes == {"animal": "owl", "seed": "1"}
    assert sweep.axes == {"animal": ["fox", "owl"], "seed": ["0", "1", "2"]}
    assert sweep.estimate() == pytest.approx(6 * sd.estimate(FOX))


def test_the_base_is_kept_but_for_the_axes() -> None:
    base = BASE.with_(duration=8, resolution="480p", camera_fixed=True)
    (request,) = sd.Sweep(base, animal="fox").requests
    assert request == base.with_(prompt="A fox at dusk")
    assert sd.Sweep(FOX).requests == [FOX]


@settings(deadline=None)  # a busy machine may stand still for a moment
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 3))
def test_a_grid_has_every_combination_once(sizes: list[int], repeat: int) -> None:
    base = sd.TextToVideo(" ".join(f"{{a{n}}}" for n in range(len(sizes))), seed=1)
    axes: dict[str, Any] = {f"a{n}": [f"{n}.{k}" for k in range(size)] for n, size in enumerate(sizes)}
    sweep = sd.Sweep(base, repeat=repeat, **axes)
    cells = [tuple(cell.axes.values()) for cell in sweep.cells]
    assert len(cells) == len(set(cells)) == len(sweep) == repeat * int(np.prod(sizes))
    assert cells == sorted(cells)
    assert prompts(sweep) == [" ".join(cell[: len(sizes)]) for cell in cells]


def test_a_text_becomes_what_the_field_takes() -> None:
    sweep = sd.Sweep(FOX, seed="7, 8", duration="5..6", camera_fixed="on, off", generate_audio="true, False")
    assert sweep.requests[0] == FOX.with_(seed=7, duration=5, camera_fixed=True, generate_audio=True)
    assert sweep.requests[-1] == FOX.with_(seed=8, duration=6, camera_fixed=False, generate_audio=False)
    assert sweep.cells[0].axes == {"seed": "7", "duration": "5", "camera_fixed": "on", "generate_audio": "on"}
    assert fields(sd.Sweep(FOX, seed=["7", np.int64(8)], resolution="480p, 720p"), "seed") == [7, 7, 8, 8]
    assert fields(sd.Sweep(FOX, camera_fixed=np.array([True, False])), "camera_fixed") == [True, False]


def test_one_seed_is_shared_unless_it_is_an_axis() -> None:
    sweep = sd.Sweep(BASE.with_(seed=None), animal="fox, owl, cat")
    seeds = fields(sweep, "seed")
    assert seeds[0] is not None
    assert len(set(seeds)) == 1
    assert fields(sweep, "seed") == seeds
    assert sweep.seed_was_chosen
    assert not sd.Sweep(BASE, animal="fox").seed_was_chosen
    chosen = sd.Sweep(FOX, seed=[None, None, 3])
    assert None not in fields(chosen, "seed")
    assert len(set(fields(chosen, "seed"))) == 3
    assert not chosen.seed_was_chosen


def test_zip_takes_the_axes_together() -> None:
    sweep = sd.Sweep(BASE, how="zip", animal="fox, owl, SKIP: cat", seed=[1, 1, 2], repeat=2)
    assert len(sweep) == 4
    assert [cell.axes for cell in sweep.cells][:3] == [
        {"animal": "fox", "seed": "1", "repeat": "1"},
        {"animal": "fox", "seed": "1", "repeat": "2"},
        {"animal": "owl", "seed": "1", "repeat": "1"},
    ]
    assert [cell.skip for cell in sweep.cells] == [False] * 4 + [True] * 2
    assert "needs axes of equal length; animal has 2, seed has 3" in refusal(BASE, how="zip", animal="a,b", seed="1..3")
    assert "the cell fox, 1 is there twice" in refusal(BASE, how="zip", animal=["fox", "fox"], seed=[1, 1])


def test_repeats_ask_for_the_same_again() -> None:
    sweep = sd.Sweep(BASE, animal="fox, owl", repeat=3)
    assert len(set(sweep.requests)) == 2
    assert [cell.axes["repeat"] for cell in sweep.cells] == ["1", "2", "3"] * 2


def test_a_sample_is_some_of_the_cells_and_the_same_ones_again() -> None:
    sweep = sd.Sweep(BASE, animal="fox, owl, SKIP: cat", seed="0..9")
    some = sweep.sample(5)
    cells = [cell.axes for cell in sweep.cells]
    assert len(some) == len(some.cells) == 5
    assert [cells.index(cell.axes) for cell in some.cells] == sorted(cells.index(cell.axes) for cell in some.cells)
    assert [c.axes for c in sweep.sample(5).cells] == [c.axes for c in some.cells]
    assert [c.axes for c in sweep.sample(5, seed=1).cells] != [c.axes for c in some.cells]
    assert len(sweep.sample(20).sample(3).requests) == 3
    assert {cell.axes["animal"] for cell in sweep.sample(20).cells} == {"fox", "owl"}
    for wrong in (0, 21, True, 2.0):
        with pytest.raises(sd.InvalidRequest, match="give 1 to 20"):
            sweep.sample(wrong)  # type: ignore[arg-type]


def test_a_sample_of_more_cells_than_can_be_looked_at() -> None:
    sweep = sd.Sweep(sd.TextToVideo("{a} {b}", seed=1), a="1..5000", b="1..5000", duration="4..12")
    assert len(sweep) == 225_000_000
    with pytest.raises(sd.InvalidRequest, match=r"take some of them with sweep\.sample"):
        sweep.requests  # noqa: B018
    assert len(set(sweep.sample(100).requests)) == 100


def test_prompts_of_their_own_and_words_replaced() -> None:
    assert prompts(sd.Sweep(FOX, prompt="An owl, at night || A cat")) == ["An owl, at night", "A cat"]
    assert prompts(sd.Sweep(BASE, prompt=["A {animal}", "The {animal}"], animal="fox")) == ["A fox", "The fox"]
    swept = sd.Sweep(sd.TextToVideo("A cat and a cat"), prompt=sd.replacing("cat", "dog", "cat", "SKIP: owl"))
    assert prompts(swept) == ["A dog and a dog", "A cat and a cat"]
    assert swept.axes == {"prompt": ["dog", "cat", "owl"]}
    assert prompts(sd.Sweep(BASE, prompt="dusk => dawn || noon, in fog", animal="fox"))[1] == "A fox at noon, in fog"
    assert "'dog' is not in the prompt" in refusal(FOX, prompt="dog => cat")
    assert "replacing is for the prompt alone" in refusal(FOX, seed=sd.replacing("1", "2"))


def test_placeholders() -> None:
    base = sd.TextToVideo("{{A}} {animal} of {duration} s, {style}", seed=1)
    sweep = sd.Sweep(base, animal=["{fox}"], duration=[4, 5], style=["", "noir"])
    assert prompts(sweep) == [f"{{A}} {{fox}} of {d} s, {s}" for d in (4, 5) for s in ("", "noir")]
    assert "the placeholder {animal} has no axis; give animal=[…]" in refusal(BASE)
    said = refusal(BASE, animl=["fox"])
    assert "animl: neither a field of TextToVideo nor a {placeholder} in the prompt" not in said  # first things first
    assert "Did you mean animal?" in refusal(BASE, animal="fox", animl="owl")
    assert "Did you mean duration?" in refusal(FOX, durration="4")
    assert "write {{ for a brace that is meant" in refusal(sd.TextToVideo('{"shot": 1}'))


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        ({"seed": 7}, "seed: 7 is one value; give several"),
        ({"seed": []}, "seed: there are no values"),
        ({"seed": [1, "1"]}, "seed: '1' is there twice"),
        ({"seed": "1, 2, .., 1"}, 'seed: "1, 2, .., 1" goes the wrong way'),
        ({"how": "both"}, 'give "grid" or "zip"'),
        ({"repeat": 0}, "repeat: 0 is not allowed"),
        ({"prompt": b"abc"}, "is one value"),
    ],
)
def test_what_is_no_axis(axes: dict[str, Any], says: str) -> None:
    assert says in refusal(FOX, **axes)


def test_all_wrong_axes_are_named_at_once() -> None:
    said = refusal(FOX, seed=7, duration=[], nothing="x")
    assert all(name in said for name in ("seed:", "duration:", "nothing:"))
    with pytest.raises(sd.InvalidRequest, match="a str is not a request"):
        sd.Sweep("A fox")  # type: ignore[arg-type]


def test_invalid_cells_are_named_and_can_be_left_out() -> None:
    sweep = sd.Sweep(BASE, animal="fox, owl", duration="3, 5, 13", seed=[1, -2])
    assert len(sweep) == 12
    problems = sweep.problems
    assert len(problems) == 14  # 4 are wrong by their duration, 2 by their seed and 4 by both
    assert problems[0].cell == {"animal": "fox", "duration": "3", "seed": "1"}
    assert (problems[0].field, problems[0].value) == ("duration", "'3'")
    assert "give one of 4, 5" in problems[0].message
    with pytest.raises(sd.InvalidRequest) as caught:
        sweep.requests  # noqa: B018
    assert len(caught.value.problems) == 5
    assert "10 of 12 cells are invalid" in str(caught.value)
    assert "(in the cell animal fox, duration 3, seed 1)" in str(caught.value)

    valid = sweep.only_valid()
    assert len(valid) == len(valid.requests) == 2
    assert len(valid.cells) == 12
    assert valid.problems == []
    assert len(valid.sample(2).requests) == 2
    empty = sd.Sweep(sd.TextToVideo("{what}", seed=1), what=["fox", " "])
    assert [p.field for p in empty.problems] == ["prompt"]


def test_frames_are_axes_too(tmp_path: Path) -> None:
    picture = Image.new("RGB", (400, 400), "red")
    picture.save(tmp_path / "a.png")
    (tmp_path / "b").mkdir()
    Image.new("RGB", (400, 400), "blue").save(tmp_path / "b/a.png")
    base = sd.ImageToVideo("Go", picture, seed=1)
    sweep = sd.Sweep(
        base,
        image_url=[tmp_path / "a.png", tmp_path / "b/a.png", np.zeros((400, 400, 3), np.uint8)],
        end_image_url=[None, "https://example.com/end.png"],
    )
    assert len(set(sweep.requests)) == 6
    assert len(set(sweep.axes["image_url"])) == 3
    assert sweep.axes["image_url"][0].startswith("a.png ")
    assert sweep.axes["end_image_url"] == ["none", "end.png"]
    texts = sd.Sweep(base, end_image_url=f"none || {tmp_path / 'a.png'} || {tmp_path / 'none.png'}")
    assert [p.field for p in texts.problems] == ["end_image_url"]
    assert texts.only_valid().requests[0] == base


def test_a_plan_without_a_project() -> None:
    sweep = sd.Sweep(sd.TextToVideo("A {animal} {plan}", seed=1), animal="<b>, SKIP: owl", duration="3..6", plan="a")
    plan = sweep.plan(concurrency=4)
    assert list(plan.df.columns) == ["animal", "duration", "axis_plan", "estimate", "plan", "problem"]
    assert plan.df.plan.tolist() == ["invalid", "run", "run", "run"] + ["skip"] * 4
    assert (plan.cells, plan.to_run, plan.hits, plan.skipped, plan.invalid) == (8, 3, 0, 4, 1)
    assert plan.dollars == pytest.approx(plan.df.estimate.sum()) == pytest.approx(3 * sd.estimate(FOX))
    assert plan.minutes == pytest.approx(6 * 15 / 60)  # no less than the longest
    assert sweep.plan().minutes == pytest.approx((4 + 5 + 6) * 15 / 60 / 2)
    assert "8 cells: 3 to run, 4 skipped, 1 invalid; $0.78, about 2 min at 4 at a time" in repr(plan)
    page = plan._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert page == sweep.plan(concurrency=4)._repr_html_()
    with pytest.raises(sd.InvalidRequest, match="concurrency: 0 is not allowed"):
        sweep.plan(concurrency=0)


def test_what_is_there_already_is_found_once_for_each_repetition(tmp_path: Path) -> None:
    sweep = sd.Sweep(BASE, animal="fox, owl", repeat=2)
    fox, owl = sweep.requests[0].meaning(), sweep.requests[2].meaning()
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips/a.mp4").touch()
    rows = {fox: [Had(1, "clips/a.mp4"), Had(2, "clips/gone.mp4"), Had(3, None)], owl: [Had(4, None)]}
    had = at_hand(rows, tmp_path, away=())
    found = match_cells(sweep.cells, had, None)
    assert found.hits == {0: 1, 1: 3, 2: 4}
    assert found.shared == {}
    before = Run("x", 0.0, {}, [(4, {"animal": "owl", "repeat": "2"}), (3, {"animal": "fox", "repeat": "1"})])
    assert match_cells(sweep.cells, had, before).hits == {0: 3, 1: 1, 3: 4}
    assert at_hand(rows, tmp_path, away=(2,))[fox] == [1, 3, 2], "what is fetched again comes last"


def test_cells_that_ask_for_the_same_share_it() -> None:
    base = sd.TextToVideo("x", seed=1)
    sweep = sd.Sweep(base, prompt=["A {animal}", "A fox"], animal="fox, owl")
    assert match_cells(sweep.cells, {}, None).shared == {2: 0, 3: 0}
    assert sweep.plan().to_run == 2
