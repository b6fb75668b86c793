"""Chosen clips asked for once more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import ipyseedance as sd
from ipyseedance.jobs.job import Job
from ipyseedance.sweeps.repeat import repeat

from .test_history import record


def job(tmp_path: Path, *requests: sd.TextToVideo) -> list[Job]:
    return [Job(record(request, id=n), tmp_path) for n, request in enumerate(requests, 1)]


def test_the_same_seeds_are_the_same_requests(tmp_path: Path) -> None:
    requests = [sd.TextToVideo("A lake", seed=1), sd.TextToVideo("A hill", seed=1, generate_audio=False)]
    sweep = repeat(job(tmp_path, *requests), new_seeds=False)
    assert sweep.requests == requests
    assert sweep.axes == {"prompt": ["A lake", "A hill"], "generate_audio": ["on", "off"]}


def test_new_seeds_differ_in_the_seed_alone(tmp_path: Path) -> None:
    requests = [sd.TextToVideo("A lake", seed=1), sd.TextToVideo("A lake", seed=2)]
    made = repeat(job(tmp_path, *requests), new_seeds=True).requests
    assert [request.with_(seed=1) for request in made] == [requests[0], requests[0]]
    assert not {request.record()["seed"] for request in made} & {1, 2}


def test_what_is_alike_is_asked_for_as_often_as_it_was_chosen(tmp_path: Path) -> None:
    request = sd.TextToVideo("A lake", seed=1)
    sweep = repeat(job(tmp_path, request, request, request), new_seeds=False)
    assert sweep.axes == {"seed": ["1"], "repeat": ["1", "2", "3"]}
    assert len({cell.repetition for cell in sweep.cells}) == 3


def test_what_cannot_be_asked_for_again_is_named(tmp_path: Path) -> None:
    with pytest.raises(sd.InvalidRequest, match="no clip was chosen"):
        repeat([], new_seeds=True)
    imported = Job(replace(record(id=4), request={}), tmp_path)
    with pytest.raises(sd.InvalidRequest, match="generation 4 is not known"):
        repeat([imported], new_seeds=False)
