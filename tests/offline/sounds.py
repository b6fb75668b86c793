"""What the tests of the sound measure with."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ipyseedance.media.loudness import Meter
from ipyseedance.offline.engine.encode import SAMPLE_RATE
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack

Floats = NDArray[np.floating[Any]]


@cache
def heard_in(prompt: str, seconds: int = 4, seed: int = 3) -> Floats:
    """The sound of a clip."""
    return soundtrack(Shot(prompt, seed, (864, 496), 24, seconds))


def meter(samples: Floats) -> Meter:
    found = Meter(["FL", "FR"])
    found.feed(samples)
    return found


def power(samples: Floats, low: float, high: float, rate: int = SAMPLE_RATE) -> float:
    """Mean power between two frequencies in Hz, of one or more channels."""
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(samples.shape[-1], 1 / rate)
    return float(spectrum[..., (hertz >= low) & (hertz < high)].sum() * 2 / samples.shape[-1] ** 2)


def share(samples: Floats, low: float, high: float, rate: int = SAMPLE_RATE) -> float:
    """The part of all power that lies between two frequencies."""
    return power(samples, low, high, rate) / power(samples, 0, rate, rate)


def decibels(ratio: float) -> float:
    return float(10 * np.log10(max(ratio, 1e-20)))


def courses(samples: Floats, low: float, high: float, seconds: float = 0.1) -> Floats:
    """Power between two frequencies over time, in dB, one value for so many seconds."""
    size = round(seconds * SAMPLE_RATE)
    mono = samples.mean(axis=0)
    blocks = mono[: mono.size // size * size].reshape(-1, size)
    return np.array([decibels(power(block, low, high)) for block in blocks])
