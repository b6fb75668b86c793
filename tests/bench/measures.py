"""What measuring a clip costs: `.venv/bin/python -m tests.bench.measures`, after `make test`.

Prints the milliseconds a 5 s clip of 720p with sound takes, made by the offline engine: bare decoding beside all
measures, with and without frames to compare. Medians of wall time, and of the processor's time of all threads. Where
scikit-image and pyloudnorm are installed (`pip install scikit-image pyloudnorm`), it also prints how far the measures
are from theirs.
"""

from __future__ import annotations

import importlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from ipyseedance.media.clipfile import first_frame, last_frame
from ipyseedance.media.loudness import Meter
from ipyseedance.media.measures import measure
from ipyseedance.media.similarity import ssim

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
ROUNDS = 7


def _pairs() -> dict[str, tuple[Pixels, Pixels]]:
    """Luma pictures and others made of them."""
    line = np.arange(160, dtype=float)
    waves = 128 + 60 * np.sin(line / 7)[None, :] + 50 * np.cos(line[:90] / 5)[:, None]
    grain = np.random.default_rng(0).normal(0, 1, waves.shape)

    def levels(values: Any) -> Pixels:
        clipped: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
        return clipped

    picture = levels(waves + 10 * grain)
    return {
        "the same": (picture, picture),
        "a little noise": (picture, levels(picture + 4 * grain[::-1])),
        "much noise": (picture, levels(picture + 40 * grain[::-1])),
        "brighter": (picture, levels(picture * 1.0 + 40)),
        "darker": (picture, levels(picture / 3)),
        "inverted": (picture, levels(255.0 - picture)),
        "shifted": (picture, np.roll(picture, 3, axis=1)),
        "black and white": (np.zeros_like(picture), np.full_like(picture, 255)),
    }


def _signals() -> dict[str, Floats]:
    """Sound at 48 kHz, mono or stereo."""
    at = np.arange(48_000 * 4) / 48_000
    noise = np.random.default_rng(1).normal(0, 1, at.shape)
    signals: dict[str, list[Any]] = {
        "1 kHz": [0.5 * np.sin(2 * np.pi * 1000 * at)],
        "100 Hz, stereo": [0.1 * np.sin(2 * np.pi * 100 * at)] * 2,
        "30 Hz": [0.5 * np.sin(2 * np.pi * 30 * at)],
        "10 kHz, stereo": [0.5 * np.sin(2 * np.pi * 10_000 * at)] * 2,
        "noise, left louder": [0.2 * noise, 0.05 * noise],
        "bursts": [0.2 * noise * (np.sin(2 * np.pi * 0.7 * at) > 0)] * 2,
        "quiet, then loud": [np.where(at < 1, 0.01, 0.3) * noise] * 2,
    }
    return {name: np.array(channels, np.float32).clip(-1, 1) for name, channels in signals.items()}


PAIRS, SIGNALS = _pairs(), _signals()


def metered(samples: Floats, piece: int = 1024) -> Meter:
    """A meter that was fed those samples, of shape (channels, n), in pieces."""
    meter = Meter(["FL", "FR"][: len(samples)])
    for start in range(0, samples.shape[1], piece):
        meter.feed(samples[:, start : start + piece])
    return meter


def references() -> tuple[dict[str, float], dict[str, float]]:
    """What scikit-image and pyloudnorm say of the pairs and of the signals. Raises ImportError without them."""
    similarity = importlib.import_module("skimage.metrics").structural_similarity
    meter = importlib.import_module("pyloudnorm").Meter(48_000)
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    return (
        {name: float(similarity(*pair, **options)) for name, pair in PAIRS.items()},
        {name: float(meter.integrated_loudness(samples.T)) for name, samples in SIGNALS.items()},
    )


def decode(path: Path) -> None:
    """Decode a clip, as quickly as it goes."""
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0], container.streams.audio[0]):
            packet.decode()


def timed(act: Callable[[], object]) -> str:
    walls, processor = [], []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append(1000 * (time.perf_counter() - wall))
        processor.append(1000 * (time.process_time() - cpu))
    return f"{statistics.median(walls):8.0f} {statistics.median(processor):8.0f}"


def main() -> None:
    from ipyseedance.offline.engine.render import render
    from ipyseedance.offline.engine.shot import Shot

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.mp4")
        path.write_bytes(render(Shot("A fox in wet grass, pan", 7, (1280, 720), 24, 5), lambda *_: None))
        start, end = first_frame(path), last_frame(path)
        print("5 s of 720p with sound      wall      cpu   (ms)")
        print(f"decoding alone          {timed(lambda: decode(path))}")
        print(f"all measures, no frames {timed(lambda: measure(path))}")
        print(f"all measures, 2 frames  {timed(lambda: measure(path, start=start, end=end))}")
        print("\n".join(f"  {name}: {value}" for name, value in measure(path, start=start, end=end).items()))
    try:
        similar, loud = references()
    except ImportError:
        print("scikit-image and pyloudnorm are not installed, so nothing is compared with them")
        return
    print(
        "largest difference from scikit-image", max(abs(ssim(*PAIRS[name]) - value) for name, value in similar.items())
    )
    levels = ((metered(SIGNALS[name]).loudness or 0, value) for name, value in loud.items())
    print("largest difference from pyloudnorm, LU", max(abs(ours - theirs) for ours, theirs in levels))


if __name__ == "__main__":
    main()
