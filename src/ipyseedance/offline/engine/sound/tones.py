"""Tones, decays and slow changes, made of tables and plain arithmetic so that they are the same on every processor."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..canvas import Floats
from ..encode import SAMPLE_RATE

_BITS = 15
_LENGTH = 1 << _BITS
_ROW = 256
_BETWEEN = (0.632539, -0.199476, 0.106692, -0.063413, 0.037615, -0.02074, 0.009607, -0.002823)
"""How a sample between two others is made of its neighbours: half of a windowed sinc."""


@cache
def harmonics(*strengths: float) -> Floats:
    """One period of a tone whose first partials have those strengths; its sharpest point is at 1."""
    at = np.arange(_LENGTH)
    sine = np.rint(np.sin(at * (2 * np.pi / _LENGTH)) * 2**20) / 2**20
    total = np.zeros(_LENGTH)
    for index, strength in enumerate(strengths):
        total += strength * sine[at * (index + 1) & (_LENGTH - 1)]
    return np.asarray(total / np.abs(total).max(), np.float32)


def tone(hertz: float, count: int, rate: int = SAMPLE_RATE, phase: float = 0.0, table: Floats | None = None) -> Floats:
    """`count` samples of a steady tone: a sine, or the given period. The phase is a part of a period."""
    step = np.uint32(round(hertz / rate * 2**32))
    at = np.arange(count, dtype=np.uint32) * step + np.uint32(int(phase % 1 * 2**32))
    return _looked_up(table, at)


def sweep(hertz: Floats, rate: int = SAMPLE_RATE, table: Floats | None = None) -> Floats:
    """A tone that has another frequency at every sample."""
    steps = (hertz * (2**32 / rate)).astype(np.uint32)
    return _looked_up(table, np.cumsum(steps, dtype=np.uint32))


def _looked_up(table: Floats | None, at: NDArray[np.unsignedinteger[Any]]) -> Floats:
    period = harmonics(1.0) if table is None else table
    return np.asarray(period.take((at >> (32 - _BITS)).astype(np.intp)), np.float32)


def decay(count: int, seconds: float, rate: int = SAMPLE_RATE) -> Floats:
    """From 1 down by 60 dB in so many seconds."""
    ratio = 0.001 ** (1 / (rate * seconds))
    rows = -(-count // _ROW)
    coarse, fine = np.full(rows, ratio**_ROW), np.full(_ROW, ratio)
    coarse[:1], fine[0] = 1, 1
    powers = (np.multiply.accumulate(values).astype(np.float32) for values in (coarse, fine))
    return np.multiply.outer(*powers).ravel()[:count]


def swell(count: int, rise: float, fall: float, rate: int = SAMPLE_RATE) -> Floats:
    """From 0 to 1 over `rise` seconds and, at the end, back to 0 over `fall` seconds, both smooth."""
    at = np.arange(count, dtype=np.float32)
    up = (at / np.float32(max(1.0, rise * rate))).clip(0, 1)
    down = ((count - at) / np.float32(max(1.0, fall * rate))).clip(0, 1)
    return ease(up) * ease(down)


def ease(part: Floats) -> Floats:
    """From 0 to 1 with a soft start and stop."""
    return np.asarray(part * part * (3 - 2 * part), np.float32)


def wander(random: np.random.Generator, count: int, knots: float) -> Floats:
    """Between 0 and 1, with a new random value about every `knots` steps, smooth between them."""
    values = random.random(int(count / knots) + 3, dtype=np.float32)
    at = np.arange(count, dtype=np.float32) / np.float32(knots) + random.random(dtype=np.float32)
    cell = at.astype(np.int32)
    part = ease(at - cell)
    return np.asarray(values[cell] * (1 - part) + values[cell + 1] * part, np.float32)


def add(
    onto: Floats, samples: Floats, seconds: float, gain: float = 1.0, pan: float = 0.0, rate: int = SAMPLE_RATE
) -> None:
    """Add mono samples to a stereo track, as far as they fit; a pan of -1 is left, 1 is right."""
    start = round(seconds * rate)
    first = max(0, -start)
    part = samples[first : max(first, onto.shape[1] - start)]
    at = start + first
    for channel, side in ((0, -pan), (1, pan)):
        onto[channel, at : at + part.size] += part * np.float32(gain * ((1 + side) / 2) ** 0.5 * 2**0.5)


def double_rate(samples: Floats) -> Floats:
    """The same sound at twice the rate, of the shape (channels, n)."""
    total = np.empty((samples.shape[0], 2 * samples.shape[1]), np.float32)
    total[:, ::2] = samples
    for channel, one in enumerate(samples):
        total[channel, 1::2] = _between(one)
    return total


def _between(samples: Floats) -> Floats:
    reach = len(_BETWEEN)
    padded, between = np.pad(samples, reach), np.zeros_like(samples)
    for index, weight in enumerate(_BETWEEN):
        left, right = reach - index, reach + 1 + index
        pair = padded[left : left + samples.size] + padded[right : right + samples.size]
        pair *= np.float32(weight)
        between += pair
    return between
