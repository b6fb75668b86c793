from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from tests.wire.fal_double import FalDouble, serving

KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"
Open = Callable[..., sd.Project]


@pytest.fixture
def double() -> Iterator[FalDouble]:
    with serving() as fal:
        yield fal


@pytest.fixture
def opening(double: FalDouble) -> Iterator[Open]:
    """Open folders against the double; all are closed at the end."""
    opened: list[sd.Project] = []

    def open_(folder: Path, **options: Any) -> sd.Project:
        project = sd.Project(folder, **{"server": double.url, "key": KEY} | options)
        opened.append(project)
        return project

    yield open_
    for project in opened:
        project.close()
