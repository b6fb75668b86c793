"""What a large sweep costs: `.venv/bin/python -m tests.bench.sweep [cells] [rows before]`. Prints a line an act.

Expanding, checking and pricing it without a project; its plan in a project whose history has that many rows already;
writing its run, which is how long `project.run` keeps its caller; the same run again, all of it being there; reading
it. Nothing is sent, so that only the sweep is timed. Times are of one go, in milliseconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import ipyseedance as sd
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.project import open_project
from tests.bench.history import fill

T = TypeVar("T")


def timed(what: str, act: Callable[[], T]) -> T:
    start = time.perf_counter()
    value = act()
    print(f"{what:<44}{1e3 * (time.perf_counter() - start):>8.0f} ms")
    return value


def made(cells: int) -> sd.Sweep:
    base = sd.TextToVideo("A {animal} walks through wet grass at {time}, slow dolly in", resolution="480p", seed=1)
    return sd.Sweep(base, animal=f"1..{cells // 20}", time="dusk || dawn, in fog", seed="1..5", camera_fixed="on, off")


def priced(cells: int) -> sd.Sweep:
    sweep = made(cells)
    assert not sweep.problems
    assert sweep.estimate() > 0
    return sweep


def main(cells: int = 10_000, rows: int = 100_000) -> None:
    made(20).plan()  # imports pandas
    sweep = timed(f"{cells:,} cells expanded, checked, priced", lambda: priced(cells))
    timed("their plan without a project", made(cells).plan)
    plain, wrong = sd.TextToVideo("x", seed=1), [f"{n}x" for n in range(cells // 100)]
    timed("what is wrong with all of as many", lambda: sd.Sweep(plain, duration="13..112", seed=wrong).problems)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), rows)
        nowhere = choose("http://127.0.0.1:9", "id:secret-0123456789")
        with open_project(folder, nowhere, tuning=Tuning(slots=0), budget=1e6) as project:  # nothing is sent
            timed(f"the plan in a project of {rows:,} rows", lambda: made(cells).plan(project))
            run = timed("project.run", lambda: project.run(sweep))
            time.sleep(2)  # until the jobs stand in line
            timed("the same again", lambda: project.run(sweep))
            timed("run.df", lambda: run.df)
            timed("run.progress", lambda: run.progress)
            timed("run.generations", lambda: run.generations)
            timed("run.done", lambda: run.done)
            print(len(run.cancel()), "cancelled")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
