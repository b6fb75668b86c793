"""Seamless noise to draw clouds, waves, ridges and dissolves from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .canvas import Floats


def tile(random: np.random.Generator, side: int, coarsest: int, octaves: int, roughness: float = 0.5) -> Floats:
    """A square of fractal value noise, 0 to 1, that repeats seamlessly in both directions.

    Args:
        side: pixels, a power of two.
        coarsest: cells across at the coarsest octave, a power of two.
    """
    total = np.zeros((side, side), np.float32)
    strength = 1.0
    for octave in range(octaves):
        cells = coarsest << octave
        if cells > side:
            break
        total += strength * _smooth(random.random((cells, cells), dtype=np.float32), side)
        strength *= roughness
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def line(random: np.random.Generator, length: int, coarsest: float, octaves: int, roughness: float = 0.5) -> Floats:
    """Fractal noise along a line, about -1 to 1. `coarsest` is the length of its longest waves in samples."""
    total = np.zeros(length, np.float32)
    strength, wave = 1.0, coarsest
    for _ in range(octaves):
        if wave < 2:
            break
        knots = random.uniform(-1, 1, int(length / wave) + 3).astype(np.float32)
        at = np.arange(length, dtype=np.float32) / np.float32(wave)
        cell = at.astype(np.int32)
        part = _ease(at - cell)
        total += strength * (knots[cell] * (1 - part) + knots[cell + 1] * part)
        strength *= roughness
        wave /= 2
    return total


def sample(noise: Floats, x: Floats, y: Floats) -> Floats:
    """The noise at fractional pixel positions, wrapping around."""
    side = noise.shape[0]
    # One more row and column save wrapping the neighbours of every single place.
    wide = np.empty((side + 1, side + 1), np.float32)
    wide[:side, :side] = noise
    wide[side, :side] = noise[0]
    wide[:, side] = wide[:, 0]
    whole_x, whole_y = np.floor(x), np.floor(y)
    part_x, part_y = x - whole_x, y - whole_y
    at = whole_y.astype(np.intp)
    at &= side - 1
    at *= side + 1
    at += whole_x.astype(np.intp) & (side - 1)
    flat = wide.ravel()
    upper, lower = _between(flat, at, part_x), _between(flat[side + 1 :], at, part_x)
    lower -= upper
    lower *= part_y
    lower += upper
    return np.asarray(lower, np.float32)


def _between(flat: Floats, at: NDArray[np.intp], part: Floats) -> Floats:
    """So far between a value and the next."""
    here, there = flat.take(at), flat[1:].take(at)
    there -= here
    there *= part
    here += there
    return here


def smoothstep(low: float, high: float, value: Floats) -> Floats:
    """0 below `low`, 1 above `high`, smooth between."""
    return _ease(((value - np.float32(low)) / np.float32(high - low)).clip(0, 1))


def _ease(part: Floats) -> Floats:
    return np.asarray(part * part * (3 - 2 * part), np.float32)


def _smooth(grid: Floats, side: int) -> Floats:
    cells = grid.shape[0]
    at = np.arange(side, dtype=np.float32) * np.float32(cells / side)
    cell = at.astype(np.int32)
    part = _ease(at - cell)
    after = (cell + 1) % cells
    rows = grid[cell] * (1 - part)[:, None] + grid[after] * part[:, None]
    near, far = rows.take(cell, axis=1), rows.take(after, axis=1)
    far -= near
    far *= part
    far += near
    return np.asarray(far, np.float32)
