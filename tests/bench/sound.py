"""What the sound of a clip costs: `.venv/bin/python -m tests.bench.sound`, after `make test`.

Prints the milliseconds of processor time that making the sound takes for clips of 5 and 12 s, and the most memory it
holds meanwhile; beside it, in the same run, what encoding 5 s of 720p pictures takes, without and with a sound track.
Medians.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

from ipyseedance.offline.engine.encode import encode
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack

ROUNDS = 7
PROMPTS = (
    "A lake at dawn, no music",
    "Waves on a beach",
    "Rain over a city street at night, jazz, footsteps",
    "A forest in the morning, birdsong, soft piano",
    'A woman by a fire says: "The sea remembers every name we ever gave it." A man answers: "Then it must know mine."',
)


def processor(act: Callable[[], object]) -> float:
    """Median milliseconds of all threads."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def main() -> None:
    shot = Shot(PROMPTS[0], 7, (1280, 720), 24, 5)
    scene = scene_for(shot)
    frames, sound = [scene.picture(number) for number in range(shot.frames)], soundtrack(shot)
    bare, full = (processor(partial(encode, frames, shot.fps, shot.size, track)) for track in (None, sound))
    print(f"encoding 5 s of 720p: {bare:.0f} ms of processor time, {full - bare:.0f} ms more with sound")
    for prompt in PROMPTS:
        costs = []
        for length in (5, 12):
            shot = Shot(prompt, 7, (1280, 720), 24, length)
            soundtrack(shot)  # tables are made once a process
            tracemalloc.start()
            soundtrack(shot)
            memory = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            costs.append(f"{length:2} s: {processor(partial(soundtrack, shot)):4.0f} ms, {memory:3.0f} MB")
        print("   ".join([*costs, prompt[:60]]))


if __name__ == "__main__":
    main()
