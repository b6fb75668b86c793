from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of

from .fal_double import FalDouble, serving

PATIENCE, ABSENT_AFTER = 2.0, 2.0
BILLING_WAITS = (0.1, 0.4, 1.0)
KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        yield double


@pytest.fixture
def open_project(fal: FalDouble, tmp_path: Path) -> Iterator[Callable[..., sd.Project]]:
    """Open the test's project against the double; closed at the end."""
    opened = []

    def open_(**options: Any) -> sd.Project:
        project = sd.Project(tmp_path / "project", server=options.pop("server", fal.url), key=KEY, **options)
        opened.append(project)
        # What a person waits minutes for, a test does not.
        workspace = workspace_of(project)
        workspace.submitter.patience, workspace.submitter.absent_after = PATIENCE, ABSENT_AFTER
        workspace.billing.waits = BILLING_WAITS
        return project

    yield open_
    for project in opened:
        project.close()


@pytest.fixture
def project(open_project: Callable[..., sd.Project]) -> sd.Project:
    return open_project()
