"""Under faults of every kind: each request is paid once, and each gives its clip.

`tests/bench/faults.py` does the same with 500 generations for 20 seeds.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import ipyseedance as sd

from .hostile import hostile

COUNT = 60


@pytest.mark.parametrize("seed", range(3))
def test_no_clip_is_lost_and_none_is_paid_twice(tmp_path: Path, seed: int) -> None:
    with hostile(seed) as server, sd.Project(tmp_path, server=server.url, key="id:secret") as project:
        jobs = [project.submit(sd.TextToVideo("A fox", seed=n)) for n in range(COUNT)]
        clips = [job.result(timeout=120) for job in jobs]
        assert [clip.seed for clip in clips] == list(range(COUNT))
        assert all(clip.path.stat().st_size for clip in clips)
        paid = Counter(body["seed"] for body in server.taken.values())
        assert paid == Counter(range(COUNT))
        assert {clip.request_id for clip in clips} == set(server.taken)
