"""50 kernels killed in a run of 40 jobs: `.venv/bin/python -m tests.bench.kills`. Prints what came of it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.wire.kill_run import run

KILLS, JOBS = 50, 40


def main() -> None:
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        paid, clips = run(Path(folder), kills=KILLS, jobs=JOBS, seed=7)
    twice = sum(paid.values()) - len(paid)
    print(f"{KILLS} kills, {JOBS} jobs, {time.monotonic() - start:.0f} s: {len(clips)} clips, {twice} paid twice")


if __name__ == "__main__":
    main()
