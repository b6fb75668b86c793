"""Sound that fits the picture: waves, wind, rain and a quiet chord in a key of the seed's choosing."""

from __future__ import annotations

import numpy as np

from .canvas import Floats
from .encode import SAMPLE_RATE
from .scene.words import plan_of
from .shot import Shot

_LOUDNESS = -16.0
"""LUFS of a whole clip."""
_PEAK = 0.89
_FADE_SECONDS = 0.25
_CHORDS = ((0, 7, 12, 16, 19), (0, 7, 12, 15, 22), (0, 5, 12, 17, 21), (0, 7, 14, 16, 23))


def ambience(shot: Shot) -> Floats:
    """Stereo samples for the whole clip, shape (2, n)."""
    random = np.random.default_rng([shot.seed, 1])
    plan = plan_of(shot.prompt, np.random.default_rng(shot.seed))
    count = shot.seconds * SAMPLE_RATE
    total = 0.7 * _pad(random, count)
    if plan.setting in ("sea", "lake"):
        total += 0.9 * _swell(random, count, 0.16 if plan.setting == "sea" else 0.4)
    if plan.weather & {"rain", "storm"}:
        total += 0.9 * _hiss(random, count, 0.6)
    elif plan.setting != "space":
        total += 0.5 * _wind(random, count)
    return _levelled(total)


def _levelled(samples: Floats) -> Floats:
    fade = np.minimum(np.arange(samples.shape[1], dtype=np.float32) / (_FADE_SECONDS * SAMPLE_RATE), 1)
    samples = samples * fade * fade[::-1]
    samples *= 10 ** ((_LOUDNESS - _loudness(samples)) / 20)
    return np.asarray(np.tanh(samples / _PEAK) * _PEAK, np.float32)


def _loudness(samples: Floats) -> float:
    """LUFS of the whole, without the standard's gate: a shelf of 4 dB above 1.5 kHz, little below 40 Hz."""
    count = samples.shape[1]
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    shelf = 1 + (10**0.4 - 1) / (1 + (1500 / np.maximum(frequency, 1)) ** 4)
    low_cut = 1 / (1 + (38 / np.maximum(frequency, 1)) ** 4)
    power = np.abs(np.fft.rfft(samples, axis=1)) ** 2 * shelf * low_cut
    return float(-0.691 + 10 * np.log10(2 * power.sum() / count**2 + 1e-12))


def _pad(random: np.random.Generator, count: int) -> Floats:
    root = 98.0 * 2 ** (int(random.integers(12)) / 12)
    chord = _CHORDS[int(random.integers(len(_CHORDS)))]
    time = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    sides = []
    for side in range(2):
        total = np.zeros(count, np.float32)
        for index, step in enumerate(chord):
            tone = root * 2 ** (step / 12) * (1 + 0.0012 * (side - 0.5))
            swell = 0.6 + 0.4 * np.sin(time * np.float32(random.uniform(0.4, 1.1)) + np.float32(index * 1.3 + side))
            wave = np.sin(time * np.float32(2 * np.pi * tone)) + 0.25 * np.sin(time * np.float32(4 * np.pi * tone))
            total += wave * swell / (1 + 0.5 * index)
        sides.append(total)
    return np.asarray(sides, np.float32) * np.float32(0.3)


def _slow(random: np.random.Generator, count: int, seconds: float) -> Floats:
    knots = random.random(int(count / SAMPLE_RATE / seconds) + 4)
    at = np.arange(count, dtype=np.float32) / np.float32(SAMPLE_RATE * seconds)
    return np.asarray(np.interp(at, np.arange(knots.size), knots), np.float32)


def _noise(random: np.random.Generator, count: int, smooth: int) -> Floats:
    """Noise without the frequencies above about SAMPLE_RATE / (2 x smooth)."""
    white = random.standard_normal((2, count + 2 * smooth), dtype=np.float32)
    for _ in range(2):
        total = np.cumsum(white, axis=1, dtype=np.float64)
        white = ((total[:, smooth:] - total[:, :-smooth]) / np.sqrt(smooth)).astype(np.float32)
    return white[:, :count]


def _wind(random: np.random.Generator, count: int) -> Floats:
    gusts = 0.15 + 0.35 * _slow(random, count, 1.3)
    return np.asarray(_noise(random, count, 90) * gusts, np.float32)


def _swell(random: np.random.Generator, count: int, rate: float) -> Floats:
    time = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    beat = np.sin(time * np.float32(2 * np.pi * rate) + np.float32(random.uniform(0, 6)))
    surge = (0.5 + 0.5 * beat) ** 2
    height = (0.1 + 0.5 * surge) * (0.6 + 0.4 * _slow(random, count, 0.8))
    return np.asarray(_noise(random, count, 12) * height, np.float32)


def _hiss(random: np.random.Generator, count: int, strength: float) -> Floats:
    drops = np.float32(strength) * (0.6 + 0.4 * _slow(random, count, 0.5))
    return np.asarray(_noise(random, count, 3) * drops, np.float32)
