"""`tests/bench/kills.py` does the same with 50 kills."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .kill_run import run


def test_killed_at_random_moments_nothing_is_lost_or_paid_twice(tmp_path: Path) -> None:
    paid, clips = run(tmp_path, kills=6, jobs=20, seed=1)
    assert clips == Counter(range(20))
    assert paid == clips
