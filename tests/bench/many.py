"""10,000 generations in one run: `.venv/bin/python -m tests.bench.many [generations] [runners] [seconds a job]`.

One process submits all of them to one job server and waits for every clip. Prints how long the submit calls took, how
long the whole took beside what the server's runners needed at least, CPU milliseconds a job, and the most memory that
was resident at once, in MB, beside what it was before.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of
from tests.bench.job_server import serving


def main(count: int = 10_000, runners: int = 40, seconds: float = 0.2) -> None:
    with (
        serving(seconds, runners) as url,
        tempfile.TemporaryDirectory() as folder,
        sd.Project(folder, server=url, key="id:secret-0123456789") as project,
    ):
        project.submit(sd.TextToVideo("A fox", resolution="480p", seed=1)).result()
        idle = peak_megabytes()
        start, cpu = time.perf_counter(), time.process_time()
        jobs = [project.submit(sd.TextToVideo("A fox", resolution="480p", seed=n)) for n in range(count)]
        submitted = time.perf_counter() - start
        clips = sum(job.result().path.exists() for job in jobs)
        total, used = time.perf_counter() - start, time.process_time() - cpu
        spent = workspace_of(project).store.purse().spent
    least = count * seconds / runners
    print(f"{clips} clips of {count}, ${spent:.2f} spent")
    print(f"submit {submitted:.2f} s, {count / submitted:.0f} a second")
    print(f"in all {total:.1f} s, where the runners needed {least:.1f} s; CPU {1e3 * used / count:.1f} ms a job")
    print(f"{peak_megabytes():.0f} MB resident at most, {idle:.0f} MB before")


def peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


if __name__ == "__main__":
    main(*(float(n) if "." in n else int(n) for n in sys.argv[1:]))  # type: ignore[arg-type]
