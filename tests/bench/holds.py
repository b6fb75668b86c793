"""How long the widgets hold the jobs' loop and the kernel's: `python -m tests.bench.holds [clips] [another src]`.

Every message of Studio's and the Wall's tables is sent once, against a project of so many clips that were made from a
picture of 1.4 megapixels. For each loop: how many callbacks it ran, the processor's milliseconds that the median one
took, the 95th in a hundred, and the longest. And how long, when all clips are chosen, a download waits to go on, in
milliseconds on the wall's clock. With the `src` of another version that is measured too, by the same messages.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import comm

import ipyseedance as sd
from ipyseedance.jobs.thread import job_thread
from tests.wire import test_holds
from tests.wire.fal_double import serving
from tests.wire.holding import Holds, Home

KEY = "0123456789abcdef:fedcba9876543210fedcba9876543210"


def measure(count: int) -> None:
    test_holds.MANY = count
    test_holds.ALL[:] = range(1, count + 1)
    comm.create_comm = _line
    home, jobs_loop, home_loop = Home(), Holds(), Holds()
    with serving() as fal, tempfile.TemporaryDirectory() as folder:
        project = sd.Project(Path(folder) / "project", server=fal.url, key=KEY)
        frame = test_holds.fill(project, count)
        studio = home.do(lambda: sd.Studio(project))
        of_studio = test_holds.Page(studio)
        waited = _waits_while(lambda: of_studio.send("choose", gids=list(test_holds.ALL)))
        clips = project.generations[:-1]
        wall = home.do(lambda: sd.Wall(clips, project))
        asked = test_holds.messages(frame, fal.add_picture(test_holds.photo(9)))
        gc.collect()
        gc.disable()  # its pauses are not the widgets'
        with jobs_loop.watching(job_thread().loop), home_loop.watching(home.loop):
            for page, table in ((of_studio, asked), (test_holds.Page(wall), test_holds.WALL)):
                for kind, given in table.items():
                    for message in given:
                        rest = {name: value for name, value in message.items() if name != "buffer"}
                        page.send(kind, *([message["buffer"]] if "buffer" in message else []), **rest)
        studio.close()
        wall.close()
        project.close()
    for name, holds in (("jobs", jobs_loop), ("kernel", home_loop)):
        took = sorted(seconds * 1e3 for seconds, _ in holds.taken)
        words = (
            f"median {statistics.median(took):.2f}, 95 % {took[int(0.95 * len(took))]:.2f}, longest {took[-1]:.1f} ms"
        )
        print(f"{name:>6}: {len(took)} callbacks, {words}; {len(holds.on_disk)} looks at the disk")
    print(f"choose: a download waits {waited * 1e3:.0f} ms at most", flush=True)
    home.stop()


def _line(*args: Any, **options: Any) -> test_holds.Line:
    line = test_holds.Line(*args, **options)
    line.answers, line.answered = {}, threading.Condition()
    return line


def _waits_while(act: Any) -> float:
    """The longest that something waited for the jobs' loop, tried all the time while an act is done."""
    longest, done = 0.0, threading.Event()

    def look() -> None:
        nonlocal longest
        while not done.is_set():
            began, ran = time.perf_counter(), threading.Event()
            job_thread().loop.call_soon_threadsafe(ran.set)
            ran.wait()
            longest = max(longest, time.perf_counter() - began)
            time.sleep(0.002)

    looking = threading.Thread(target=look)
    looking.start()
    act()
    done.set()
    looking.join()
    return longest


if __name__ == "__main__":
    if os.environ.get("HOLDS"):
        measure(int(os.environ["HOLDS"]))
    else:
        clips = sys.argv[1] if len(sys.argv) > 1 else "1000"
        for source in (*sys.argv[2:], str(Path(sd.__file__).parents[1])):
            print(source, flush=True)
            root = str(Path(__file__).parents[2])
            path = {"HOLDS": clips, "PYTHONPATH": os.pathsep.join((source, root))}
            subprocess.run([sys.executable, "-m", "tests.bench.holds"], check=True, env=os.environ | path, cwd=root)
