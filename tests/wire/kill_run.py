"""A run whose kernel is killed again and again: at the end every clip is there, and each was paid once."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import ipyseedance as sd
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.project import open_project

from . import hostile

KEY = "id:secret-0123456789"
ABSENT_AFTER = 1.0

KERNEL = """
    import ipyseedance as sd, time
    from ipyseedance.jobs.connection import choose
    from ipyseedance.jobs.tuning import Tuning
    from ipyseedance.project import open_project
    project = open_project({folder!r}, choose({url!r}, {key!r}), tuning=Tuning(absent_after={absent_after}))
    project.resume(confirm=True)
    known = {{job.request.seed for job in project.generations}}
    for seed in range({jobs}):
        if seed not in known:
            project.submit(sd.TextToVideo("A fox", seed=seed)).recorded.result()
    print("submitted", flush=True)
    time.sleep(60)
"""


def run(folder: Path, *, kills: int, jobs: int, seed: int) -> tuple[Counter[int], Counter[int]]:
    """Kill that many kernels at random moments. Gives how often each seed was paid, and how many clips it has."""
    moments = random.Random(seed)
    with hostile.hostile(seed, faults=False) as server:
        program = textwrap.dedent(KERNEL).format(
            folder=str(folder), url=server.url, key=KEY, jobs=jobs, absent_after=ABSENT_AFTER
        )
        for _ in range(kills):
            kernel = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
            assert kernel.stdout
            if moments.random() < 0.3:
                kernel.stdout.readline()
            time.sleep(moments.uniform(0.3, 1.0))
            kernel.kill()
            kernel.communicate()
        tuning = Tuning(absent_after=ABSENT_AFTER)
        with open_project(folder, choose(server.url, KEY), tuning=tuning) as project:
            _finish(project, jobs)
            paid = Counter(body["seed"] for body in server.taken.values())
            return paid, Counter(job.request.seed for job in project.generations if job.clip)  # type: ignore[attr-defined]


def _finish(project: sd.Project, jobs: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        project.resume(confirm=True)
        known = project.generations
        for seed in set(range(jobs)) - {job.request.seed for job in known}:  # type: ignore[attr-defined]
            project.submit(sd.TextToVideo("A fox", seed=seed)).recorded.result(timeout=10)
        if sum(job.clip is not None for job in known) >= jobs:
            return
        time.sleep(0.1)
