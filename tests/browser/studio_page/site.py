"""Puts the stand-alone page together: the fake kernel, the real catalogue, a small clip. Run it to work on the look.

`python -m tests.browser.studio_page.site` writes js/dev/dist; `node js/dev/build.mjs --serve` then serves it.
"""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from ipyseedance.contract.catalog import ENDPOINTS

ROOT = Path(__file__).parents[3]
PAGE = "js/dev/dist/index.html"
WIDTH, HEIGHT, FPS, SECONDS = 640, 360, 24, 2
SOUND_RATE = 48_000


def build() -> Path:
    """Write the page and return the folder to serve."""
    dist = ROOT / "js/dev/dist"
    subprocess.run(["node", "dev/build.mjs"], cwd=ROOT / "js", check=True)
    catalog = [
        {
            "id": endpoint.id,
            "model": endpoint.model,
            "title": endpoint.title,
            "schema": endpoint.request.model_json_schema(),
            "fps": endpoint.fps,
        }
        for endpoint in ENDPOINTS
    ]
    (dist / "catalog.json").write_text(json.dumps(catalog))
    clip = dist / "clip.mp4"
    if not clip.exists():
        _encode(clip)
    return ROOT


def _encode(path: Path) -> None:
    """A sun that wanders over a hill for two seconds, with a tone."""
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options={"crf": "23", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        for n in range(FPS * SECONDS):
            picture = av.VideoFrame.from_ndarray(_picture(n / (FPS * SECONDS)), format="rgb24")
            picture.pts, picture.time_base = n, Fraction(1, FPS)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        time = np.arange(SOUND_RATE * SECONDS) / SOUND_RATE
        tone = np.repeat((0.1 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)[None], 2, axis=0)
        samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone), format="fltp", layout="stereo")
        samples.rate = SOUND_RATE
        samples.pts = 0
        container.mux(sound.encode(samples))
        container.mux(sound.encode(None))


def _picture(part: float) -> npt.NDArray[np.uint8]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / HEIGHT
    sky = np.stack([0.3 + 0.7 * y, 0.2 + 0.5 * y, 0.5 + 0.1 * y], axis=-1)
    sun = np.exp(-(((x - 0.5 - 0.8 * part) ** 2 + (y - 0.4) ** 2) / 0.01))
    hill = (y > 0.75 + 0.06 * np.sin(5 * x + 2)).astype(float)
    lit = sky * (1 - hill[..., None] * 0.75) + sun[..., None] * (1 - hill[..., None])
    pixels: npt.NDArray[np.uint8] = (np.clip(lit, 0, 1) * 255).astype(np.uint8)
    return pixels


if __name__ == "__main__":
    build()
