"""Puts the wall's stand-alone page together: the fake kernel, and clips whose frames carry their number.

`python -m tests.browser.wall_page.site` writes js/dev/dist; `node js/dev/build.mjs --serve` then serves it.
"""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parents[3]
PAGE = "js/dev/dist/wall.html"
WIDTH, HEIGHT, FPS = 640, 360, 24
SECONDS = {1: 5, 2: 5, 3: 5, 4: 4}
"""The length of each clip of the page; a wall of more has them again and again."""
SOUND_RATE = 48_000
BITS, BIT = 8, 32
"""A frame's number, white for 1, the highest bit first, in squares of so many pixels from the upper left corner."""


def build() -> Path:
    """Write the page and return the folder to serve."""
    dist = ROOT / "js/dev/dist"
    subprocess.run(["node", "dev/build.mjs"], cwd=ROOT / "js", check=True)
    for number, seconds in SECONDS.items():
        clip = dist / f"clip-{number}.mp4"
        if not clip.exists():
            encode(clip, number, seconds)
    return ROOT


def encode(path: Path, number: int, seconds: int) -> None:
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options={"crf": "24", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        for frame in range(FPS * seconds):
            picture = av.VideoFrame.from_ndarray(drawn(frame, number), format="rgb24")
            picture.pts, picture.time_base = frame, Fraction(1, FPS)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        time = np.arange(SOUND_RATE * seconds) / SOUND_RATE
        tone = np.repeat((0.1 * np.sin(2 * np.pi * 110 * (1 + number) * time)).astype(np.float32)[None], 2, axis=0)
        samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone), format="fltp", layout="stereo")
        samples.rate, samples.pts = SOUND_RATE, 0
        container.mux(sound.encode(samples))
        container.mux(sound.encode(None))


def drawn(frame: int, number: int) -> npt.NDArray[np.uint8]:
    """A sun that wanders over hills, with the frame's number in a corner."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    tint = np.array([0.5 + 0.4 * np.sin(number), 0.4 + 0.3 * np.cos(2 * number), 0.55 + 0.3 * np.sin(3 * number)])
    sky = tint * (0.35 + 0.9 * y[..., None])
    sun = np.exp(-(((x - 0.3 - 0.009 * frame) ** 2 + (y - 0.35) ** 2) / 0.01))
    hill = (y > 0.72 + 0.07 * np.sin(4 * x + number)).astype(float)
    lit = sky * (1 - hill[..., None] * 0.7) + sun[..., None] * (1 - hill[..., None])
    pixels: npt.NDArray[np.uint8] = (np.clip(lit, 0, 1) * 255).astype(np.uint8)
    for bit in range(BITS):
        on = frame >> (BITS - 1 - bit) & 1
        pixels[:BIT, bit * BIT : (bit + 1) * BIT] = 255 if on else 0
    return pixels


if __name__ == "__main__":
    build()
