"""What the offline engine's pictures cost: `.venv/bin/python -m tests.bench.engine`, after `make test`.

Renders clips of 720p and 5 s as a job does, and encodes the same frames alone, in turns; prints the medians of wall and
processor time of both and their ratios. Then the peak memory of a process that renders 720p and 12 s. With `product`
as its argument it renders every size x length x sound of both endpoints instead, and says what was not as asked.
"""

from __future__ import annotations

import io
import itertools
import multiprocessing
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.requests import ImageToVideo, TextToVideo
from ipyseedance.offline.engine.encode import encode
from ipyseedance.offline.engine.reel import Reel
from ipyseedance.offline.engine.render import render
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack
from ipyseedance.offline.work import shot_of

ROUNDS = 5
LENGTHS = range(4, 13)
SIZE = (1280, 720)
RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")
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
    reel = Reel(shot)
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


def product() -> Iterator[tuple[str, Shot]]:
    """Every size x length x sound of both endpoints."""
    text, image = ENDPOINTS
    frame = picture(1)
    for endpoint in (text, image):
        for resolution, ratio, seconds, sound in itertools.product(endpoint.sizes, RATIOS, LENGTHS, (True, False)):
            fields: dict[str, Any] = {
                "resolution": resolution, "aspect_ratio": ratio, "duration": seconds, "generate_audio": sound,
                "seed": 1,
            }  # fmt: skip
            request: Any = (
                TextToVideo(prompt="abstract flow", **fields)
                if endpoint is text
                else ImageToVideo(prompt="static", image_url=frame, **fields)
            )
            yield f"{endpoint.id} {resolution} {ratio} {seconds} s {sound=}", shot_of(endpoint, request.resolved())


def problem(clip: bytes, shot: Shot) -> str | None:
    """What is not as asked."""
    with av.open(io.BytesIO(clip), "r") as container:
        video, sounds = container.streams.video[0], container.streams.audio
        context = video.codec_context
        found = (
            (video.width, video.height), video.average_rate, video.frames, container.duration, video.pix_fmt,
            context.colorspace, context.color_range, [(s.codec_context.name, s.rate, s.channels) for s in sounds],
            clip.index(b"moov") < clip.index(b"mdat"),
        )  # fmt: skip
    sound = [("aac", 48_000, 2)] if shot.sound else []
    asked: Any = (shot.size, 24, 24 * shot.seconds, 1_000_000 * shot.seconds, "yuv420p", 1, 1, sound, True)
    return None if found == asked else f"{found} is not {asked}"


def _checked(one: tuple[str, Shot]) -> str | None:
    name, shot = one
    said = problem(made(shot), shot)
    return said and f"{name}: {said}"


def check_product() -> None:
    """Render the product on every processor, in random order, so that a part of it tells of the whole."""
    shots = list(product())
    random.Random(1).shuffle(shots)
    wrong = 0
    with ProcessPoolExecutor() as pool:
        for done, said in enumerate(pool.map(_checked, shots), 1):
            wrong += said is not None
            if said or done % 20 == 0 or done == len(shots):
                print(said or f"{done} of {len(shots)}: {wrong} not as asked for", flush=True)


def main() -> None:
    if "product" in sys.argv:
        check_product()
        return
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
