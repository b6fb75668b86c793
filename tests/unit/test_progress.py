"""How far a job is, by what its log says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipyseedance.jobs.job import Job

from .test_history import record


@pytest.mark.parametrize(
    ("lines", "progress"),
    [
        (["step 12 of 24, denoising"], 0.5),
        (["12/24"], 0.5),
        (["Frames: 6 / 24 done."], 0.25),
        ([" 38%|###8      | 19/50 [00:10<00:17,  1.79it/s]"], 0.38),
        (["Denoising: 40%"], 0.4),
        (["99.5 % there"], 0.995),
        (["step 24/24", "2026/11/30 10:00:01 INFO saving"], 1.0),
        (["2026/11/30 10:00:01 INFO loading"], None),
        (["30/11/2026 10:00 loading"], None),
        (["[11/30 10:00:01] loading"], None),
        (["2026-11/30 loading"], None),
        (["loading /models/1/2 from 10.0.0.1/8"], None),
        (["file%20name, a/1%2F2"], None),
        (["24/7 service"], None),
        (["0 of 0"], None),
        (["GPU at 250%"], None),
        (["25 of 24", "step 3/24"], 0.125),
        (["9" * 5000 + "/" + "9" * 5000], None),
        (["loading"], None),
        ([], None),
    ],
)
def test_progress_is_told_by_steps_and_percents_alone(tmp_path: Path, lines: list[str], progress: float | None) -> None:
    assert Job(record(status="IN_PROGRESS", logs=lines), tmp_path).progress == progress
