from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.project import open_project as open_tuned

from .fal_double import FalDouble, serving

TUNING = Tuning(submit_patience=2.0, absent_after=2.0, billing_waits=(0.1, 0.4, 1.0))
"""What a person waits minutes for, a test does not."""
KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        yield double


@pytest.fixture
def open_project(fal: FalDouble, tmp_path: Path) -> Iterator[Callable[..., sd.Project]]:
    """Open the test's project against the double, with `TUNING` and the changes to it; closed at the end."""
    opened = []

    def open_(*, server: str = fal.url, budget: float | None = None, **changes: Any) -> sd.Project:
        tuning = replace(TUNING, **changes)
        project = open_tuned(tmp_path / "project", choose(server, KEY), tuning=tuning, budget=budget)
        opened.append(project)
        return project

    yield open_
    for project in opened:
        project.close()


@pytest.fixture
def project(open_project: Callable[..., sd.Project]) -> sd.Project:
    return open_project()
