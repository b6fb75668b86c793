"""Requests are the same by what they ask for, however an earlier or a later version wrote them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pydantic import StrictBool

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.workspace import workspace_of

from .fal_double import FalDouble

Open = Callable[..., sd.Project]
FOX = sd.TextToVideo("A {animal}", resolution="480p", seed=7)
PETS = sd.Sweep(FOX, animal="fox, owl")


class Later(sd.TextToVideo):
    """The request class of a later version, which has a field more."""

    loop: StrictBool = False


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Goes on with the later version."""
    first, *others = catalog.ENDPOINTS
    return lambda: monkeypatch.setattr(catalog, "ENDPOINTS", (replace(first, request=Later), *others))


def test_a_field_that_is_new_makes_no_clip_be_paid_again(
    fal: FalDouble, project: sd.Project, later: Callable[[], None]
) -> None:
    first = project.run(PETS).result(timeout=60)
    later()
    sweep = sd.Sweep(Later(**FOX.record()), animal="fox, owl")
    plan = sweep.plan(project)
    assert (plan.to_run, plan.hits, plan.dollars) == (0, 2, 0)
    assert project.run(sweep).ids == first.ids
    assert len(fal.submits) == 2
    # Another value of the new field is another clip.
    assert sd.Sweep(Later(**FOX.record(), loop=True), animal="fox, owl").plan(project).to_run == 2


def test_a_new_field_asks_for_no_picture_again(
    fal: FalDouble, project: sd.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LaterImage(sd.ImageToVideo):
        loop: StrictBool = False

    picture = Image.new("RGB", (640, 360), "teal")
    project.run(sd.Sweep(sd.ImageToVideo("Go", picture, resolution="480p"), seed="1..2")).result(timeout=60)
    first, image = catalog.ENDPOINTS
    monkeypatch.setattr(catalog, "ENDPOINTS", (first, replace(image, request=LaterImage)))
    assert sd.Sweep(LaterImage("Go", picture, resolution="480p"), seed="1..3").plan(project).to_run == 1


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda fields: {other: value for other, value in fields.items() if other != name}


SAME: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "other order": lambda fields: dict(reversed(fields.items())),
    "a number": lambda fields: fields | {"duration": 5},
    "a number of a page": lambda fields: fields | {"duration": 5.0, "seed": 7.0},
    "a default unsaid": without("aspect_ratio"),
    "a default null": lambda fields: fields | {"camera_fixed": None},
    "an unknown field null": lambda fields: fields | {"negative_prompt": None},
}
OTHER: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "an unknown field": lambda fields: fields | {"negative_prompt": "rain"},
    "an unknown field off": lambda fields: fields | {"loop": False},
    "another default": lambda fields: fields | {"aspect_ratio": "1:1"},
    "no prompt": without("prompt"),
    "a value of another kind": lambda fields: fields | {"camera_fixed": [0]},
}


@pytest.mark.parametrize("how", [*SAME, *OTHER])
def test_a_stored_request_is_the_same_by_what_it_asks_for(fal: FalDouble, project: sd.Project, how: str) -> None:
    (job,) = project.run(sd.Sweep(FOX, animal="fox")).result(timeout=60).generations
    workspace_of(project).store.update(job.id, request=(SAME | OTHER)[how](job_of(job).record.request)).result()
    plan = PETS.plan(project)
    assert plan.hits == (how in SAME)
    project.run(PETS).result(timeout=60)
    assert len(fal.submits) == 1 + plan.to_run
