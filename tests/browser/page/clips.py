"""Small real clips, encoded once for all runs of the tests, that tell what they show."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from .comms import ROOT

KEPT = ROOT / "js/dev/dist"
"""Where they are kept from one run to the next."""
WIDTH, HEIGHT, FPS, SOUND_RATE = 640, 360, 24, 48_000
BITS, BIT = 8, 32
"""A frame's number, white for 1, the highest bit first, in squares of so many pixels from the upper left corner."""
PLAIN_SECONDS = 2


def numbered(number: int, seconds: int, *, sound: bool = True) -> Path:
    """A sun that wanders over hills of that number's colours, with each frame's number in a corner, and a tone."""
    path = KEPT / f"numbered-{number}-{seconds}s-{'loud' if sound else 'silent'}.mp4"
    if not path.exists():
        _encode(path, number, seconds, sound=sound)
    return path


def plain() -> Path:
    """Two seconds with a tone."""
    return numbered(1, PLAIN_SECONDS)


def drawn(frame: int, number: int) -> npt.NDArray[np.uint8]:
    """One frame of it."""
    x, y = np.arange(WIDTH) / HEIGHT, np.arange(HEIGHT) / HEIGHT
    land, air = _scenery(number)
    across, down = np.exp(-((x - 0.3 - 0.009 * frame) ** 2) / 0.01), np.exp(-((y - 0.35) ** 2) / 0.01)
    sun = (air * np.outer(down, across)).astype(np.float32)
    pixels: npt.NDArray[np.uint8] = (np.minimum(land + sun[..., None], 1) * 255).astype(np.uint8)
    for bit in range(BITS):
        on = frame >> (BITS - 1 - bit) & 1
        pixels[:BIT, bit * BIT : (bit + 1) * BIT] = 255 if on else 0
    return pixels


@cache
def _scenery(number: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """What stands still in it, 0 to 1, and where the sun is seen."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    tint = np.array([0.5 + 0.4 * np.sin(number), 0.4 + 0.3 * np.cos(2 * number), 0.55 + 0.3 * np.sin(3 * number)])
    sky = tint * (0.35 + 0.9 * y[..., None])
    hill = y > 0.72 + 0.07 * np.sin(4 * x + number)
    return np.clip(sky * (1 - hill[..., None] * 0.7), 0, None).astype(np.float32), ~hill


def _encode(path: Path, number: int, seconds: int, *, sound: bool) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    with av.open(part, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options={"crf": "24", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        tones = container.add_stream("aac", rate=SOUND_RATE, layout="stereo") if sound else None
        for frame in range(FPS * seconds):
            picture = av.VideoFrame.from_ndarray(drawn(frame, number), format="rgb24")
            picture.pts, picture.time_base = frame, Fraction(1, FPS)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        if tones is not None:
            time = np.arange(SOUND_RATE * seconds) / SOUND_RATE
            tone = np.repeat((0.1 * np.sin(2 * np.pi * 110 * (1 + number) * time)).astype(np.float32)[None], 2, axis=0)
            samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone), format="fltp", layout="stereo")
            samples.rate, samples.pts = SOUND_RATE, 0
            container.mux(tones.encode(samples))
            container.mux(tones.encode(None))
    part.replace(path)
