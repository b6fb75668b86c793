"""What the offline engine's pictures cost: `.venv/bin/python -m tests.bench.engine`, after `make test`.

Renders clips of 720p and 5 s as a job does, and encodes the same frames alone, in turns; prints the medians of wall and
processor time of both and their ratios. Then the peak memory of processes that render 720p and 12 s.
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ipyseedance.offline.engine.encode import encode
from ipyseedance.offline.engine.frames import Frames
from ipyseedance.offline.engine.render import render
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack

ROUNDS = 5
SIZE = (1280, 720)
TEXTS = (
    "A boat on a lake at sunset, slow push-in", "Neon city at night in the rain", "Underwater, a whale over a reef",
    "Gold and teal silk, abstract",
)  # fmt: skip
BETWEEN = "She pushes through the door"


@dataclass(frozen=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float


def cost_of(work: Callable[[], object]) -> Cost:
    usage, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_SELF)
    return Cost(wall, after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime)


def median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def picture(seed: int) -> bytes:
    """Something like a photograph."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (9, 16, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize(SIZE, Image.Resampling.BICUBIC), np.float32)
    out = io.BytesIO()
    Image.fromarray((soft * 0.8 + random.normal(20, 5, soft.shape)).clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def made(shot: Shot) -> bytes:
    return render(shot, lambda _line, _passing: None)


def compare(name: str, shot: Shot) -> None:
    """Print one clip's costs: encoding alone, and all of the job."""
    reel = Frames(shot)
    frames = [reel.frame(number) for number in range(shot.frames)]
    sound = soundtrack(shot) if shot.sound else None
    alone, whole = list[Cost](), list[Cost]()
    for _ in range(ROUNDS):
        alone.append(cost_of(lambda: encode(iter(frames), shot.fps, shot.size, sound, reel.exact)))
        whole.append(cost_of(lambda: made(shot)))
    one, all_ = median(alone), median(whole)
    print(
        f"{name:44} {one.wall:6.2f} {one.cpu:6.2f}   {all_.wall:6.2f} {all_.cpu:6.2f}   "
        f"x{all_.wall / one.wall:4.2f} x{all_.cpu / one.cpu:4.2f}"
    )


def _memory(shot: Shot, answer: Any) -> None:
    made(shot)
    # Not ru_maxrss: a new process takes that over from the one that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    answer.put(int(status["VmHWM"].split()[0]))


def memory(shot: Shot) -> float:
    """The peak of a fresh process, in MB."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=_memory, args=(shot, answer))
    process.start()
    peak = int(answer.get())
    process.join()
    return peak / 1024


def main() -> None:
    print(f"{'720p 5 s with sound':44} {'encode only':>13}   {'the whole job':>13}   {'ratio':>11}")
    print(f"{'':44} {'wall':>6} {'CPU':>6}   {'wall':>6} {'CPU':>6}   {'wall':>5} {'CPU':>5}")
    for prompt in TEXTS:
        compare(prompt, Shot(prompt, 7, SIZE, 24, 5))
    start, end = picture(1), picture(2)
    compare("start frame only", Shot("slow push-in", 7, SIZE, 24, 5, start=start))
    compare("start and end frame", Shot(BETWEEN, 7, SIZE, 24, 5, start=start, end=end))
    print("peak memory at 720p 12 s, MB")
    for prompt in TEXTS:
        print(f"{prompt:44} {memory(Shot(prompt, 7, SIZE, 24, 12)):6.0f}")
    print(f"{'start and end frame':44} {memory(Shot(BETWEEN, 7, SIZE, 24, 12, start=start, end=end)):6.0f}")


if __name__ == "__main__":
    main()
