"""500 generations on a failing server, for 20 seeds: `.venv/bin/python -m tests.bench.faults [generations] [seeds]`.

A fifth of the reads fail or are cut, a tenth of the submits is refused before acceptance, a tenth is accepted with the
answer cut, a fifth of the streams breaks off. Prints clips, requests paid twice and lost, and the time, a seed a line.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter

import ipyseedance as sd
from tests.wire.hostile import hostile


def main(count: int = 500, seeds: int = 20) -> None:
    for seed in range(seeds):
        start = time.monotonic()
        with (
            hostile(seed) as server,
            tempfile.TemporaryDirectory() as folder,
            sd.Project(folder, server=server.url, key="id:secret-0123456789") as project,
        ):
            jobs = [project.submit(sd.TextToVideo("A fox", seed=n)) for n in range(count)]
            clips = [job.result(timeout=600) for job in jobs]
            paid = Counter(body["seed"] for body in server.taken.values())
        twice, lost = sum(paid.values()) - len(paid), len(set(server.taken) - {clip.request_id for clip in clips})
        seconds = time.monotonic() - start
        print(f"seed {seed}: {len(clips)} clips, {twice} paid twice, {lost} lost, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
