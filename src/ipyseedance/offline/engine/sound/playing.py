"""Plays a score: the notes, and the hall around them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..canvas import Floats
from .composition import Score
from .instruments import INSTRUMENTS, RATE
from .tones import add, decay, ease

_HALL_SECONDS = 1.3
_HALL = 0.22
"""How much of the hall is heard."""
_ENDING = 0.9
"""Seconds over which it fades at the end."""


def music(score: Score, random: np.random.Generator, count: int) -> Floats:
    """`count` samples of it at `instruments.RATE`, shape (2, count)."""
    total = np.zeros((2, count), np.float32)
    played: dict[tuple[str, int], Floats] = {}
    longest: dict[tuple[str, int], float] = {}
    for note in score.notes:
        key = (note.instrument, note.pitch)
        longest[key] = max(longest.get(key, 0.0), note.seconds)
    for note in score.notes:
        key = (note.instrument, note.pitch)
        if key not in played:
            hertz = 440 * 2 ** ((note.pitch - 69) / 12)
            played[key] = INSTRUMENTS[note.instrument](random, hertz, round(longest[key] * RATE))
        samples = played[key]
        if (length := round(note.seconds * RATE)) < samples.size:
            samples = samples[:length].copy()
            end = min(length, RATE // 10)
            samples[length - end :] *= 1 - ease(np.arange(end, dtype=np.float32) / np.float32(end))
        add(total, samples, note.start, note.strength, (note.pitch - 62) / 40, RATE)
    total += hall(total.mean(axis=0)) * np.float32(_HALL)
    end = min(count, round(_ENDING * RATE))
    total[:, count - end :] *= 1 - ease(np.arange(end, dtype=np.float32) / np.float32(end))
    return total


def hall(mono: Floats) -> Floats:
    """The echoes of a hall, without the sound itself."""
    count = mono.size
    size = -(-(count + round(_HALL_SECONDS * RATE)) // 4096) * 4096
    wet = np.fft.irfft(np.fft.rfft(mono, size) * _echoes(size), size, axis=1)
    return np.asarray(wet[:, :count], np.float32)


@lru_cache(maxsize=4)
def _echoes(size: int) -> NDArray[np.complex64]:
    """The spectrum of noise that dies away, another on each side."""
    count = round(_HALL_SECONDS * RATE)
    random = np.random.default_rng(1)
    tail = random.standard_normal((2, count)).astype(np.float32) * decay(count, _HALL_SECONDS, RATE)
    tail = (tail[:, 2:] + 2 * tail[:, 1:-1] + tail[:, :-2]) / 4  # walls take the treble
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    return np.fft.rfft(tail, size, axis=1).astype(np.complex64)
