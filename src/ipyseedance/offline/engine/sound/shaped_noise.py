"""Noise with any spectrum that changes over time: painted as a spectrogram, then heard."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..canvas import Floats
from ..encode import SAMPLE_RATE

SIZE = 2048
"""Samples in a frame of the spectrogram; the next one begins after half of them."""
_TOGETHER = 64
"""Frames made at a time: all of a clip's would take several times the memory of its sound."""
_SIGMA = 73.9
"""The standard deviation of a random byte."""


def frames_for(count: int, size: int = SIZE) -> int:
    """How many frames cover so many samples."""
    return -(-count // (size // 2)) + 1


def spectrum(points: Sequence[tuple[float, float]], size: int = SIZE, rate: int = SAMPLE_RATE) -> Floats:
    """The power of every frequency, together 1.

    Args:
        points: pairs of Hz and dB; straight lines over the octaves between them, nothing far outside them.
    """
    hertz = np.arange(size // 2 + 1) * (rate / size)
    low, high = points[0], points[-1]
    ends = [(low[0] / 4, low[1] - 40.0), *points, (high[0] * 8, high[1] - 75.0)]
    octaves = np.log2([p[0] for p in ends])
    decibels = np.interp(np.log2(hertz.clip(1, None)), octaves, [p[1] for p in ends], left=-200, right=-200)
    power = 10 ** (decibels / 10)
    return np.asarray(power / power.sum(), np.float32)


def noise(random: np.random.Generator, power: Floats, count: int, size: int = SIZE) -> Floats:
    """`count` samples of noise.

    Args:
        power: of every frame and frequency, shape (frames, size // 2 + 1), as `spectrum` gives it.
    """
    frames, half = power.shape[0], size // 2
    total = np.zeros((frames + 1, half), np.float32)
    for start in range(0, frames, _TOGETHER):
        waves = _waves(random, power[start : start + _TOGETHER], size)
        end = start + len(waves)
        total[start:end] += waves[:, :half]
        total[start + 1 : end + 1] += waves[:, half:]
    return total.ravel()[half : half + count]


def _waves(random: np.random.Generator, power: Floats, size: int) -> Floats:
    # Bytes are the quickest random numbers; each sample is the sum of a thousand of them.
    chance = np.frombuffer(random.bytes(2 * power.size), np.int8).reshape(*power.shape, 2)
    painted = np.empty(power.shape, np.complex64)
    strength = np.sqrt(power) * np.float32(size / (2 * _SIGMA))
    painted.real = chance[..., 0] * strength
    painted.imag = chance[..., 1] * strength
    waves = np.fft.irfft(painted, size, axis=1).astype(np.float32, copy=False)
    waves *= _window(size)
    return waves


def _window(size: int) -> Floats:
    return np.array([math.sin(math.pi * (n + 0.5) / size) for n in range(size)], np.float32)
