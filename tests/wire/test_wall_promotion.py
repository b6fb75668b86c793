"""Promoting a wall's clips, against a service that bills."""

from __future__ import annotations

from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.sweeps.promote import NEW_SAMPLE
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.spending import NotAsShown

from .fal_double import FalDouble
from .test_wall import ask, until

BASE = sd.TextToVideo("A {place}", resolution="480p", duration=4, generate_audio=False)
FINAL = sd.estimate(sd.TextToVideo("A lake", resolution="1080p", duration=4, seed=1))
CHOICE: dict[str, Any] = {"resolution": "1080p", "sound": True}


@pytest.fixture
def run(project: sd.Project) -> sd.SweepRun:
    return project.run(sd.Sweep(BASE, place="lake, hill, moor", seed="1, 2")).result(30)


def test_the_chosen_are_asked_for_again_as_one_act(fal: FalDouble, project: sd.Project, run: sd.SweepRun) -> None:
    wall = sd.Wall(run)
    gids = [run.ids[n] for n in (3, 0, 4)]
    told, _ = ask(wall, "promotion", gids=gids, **CHOICE)
    assert (told["to_run"], told["hits"], told["free"], told["note"]) == (3, 0, False, NEW_SAMPLE)
    assert told["dollars"] == pytest.approx(3 * FINAL)
    assert (told["resolution"], told["resolutions"]) == ("1080p", ["480p", "720p", "1080p"])
    finest, _ = ask(wall, "promotion", gids=gids, resolution="", sound=True)
    assert finest == told
    shown = {"clips": 3, "dollars": told["dollars"]}
    assert 3 * FINAL > 1
    for wrong in ({}, {"confirm": "1.00"}):
        with pytest.raises(PriceQuestion, match="These 3 clips cost about"):
            ask(wall, "promote", gids=gids, shown=shown, **CHOICE, **wrong)
    with pytest.raises(NotAsShown):
        ask(wall, "promote", gids=gids, shown={**shown, "clips": 2}, **CHOICE, confirm=f"{3 * FINAL:.2f}")
    assert len(fal.submits) == 6
    begun, _ = ask(wall, "promote", gids=gids, shown=shown, **CHOICE, confirm=f"{3 * FINAL:.2f}")
    final = project.sweep_run(begun["name"]).result(30)
    assert [(job.request.prompt, job.request.seed) for job in final.generations] == [  # type: ignore[attr-defined]
        ("A hill", 2),
        ("A lake", 1),
        ("A moor", 1),
    ]
    assert final.cells[0] == {"place": "hill", "seed": "2"}
    assert len(fal.submits) == 9
    told, _ = ask(wall, "promotion", gids=gids, **CHOICE)
    assert (told["to_run"], told["hits"], told["dollars"]) == (0, 3, 0)
    wall.close()


def test_below_a_dollar_nothing_is_asked_and_a_wrong_resolution_is_named(
    fal: FalDouble, project: sd.Project, run: sd.SweepRun
) -> None:
    wall = sd.Wall(run.generations[:2])
    gid = run.ids[0]
    with pytest.raises(sd.InvalidRequest, match="resolution: '4k' is not allowed"):
        ask(wall, "promotion", gids=[gid], resolution="4k", sound=True)
    begun, _ = ask(wall, "promote", gids=[gid], shown={"clips": 1, "dollars": FINAL}, **CHOICE)
    assert begun["sent"] == 1
    until(lambda: len(fal.submits) == 7)
    wall.close()
