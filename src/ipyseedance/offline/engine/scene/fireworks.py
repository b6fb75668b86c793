"""Shells that rise, burst and fall, and their light on the water."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..camera import View
from ..canvas import RGB, Canvas, Floats
from ..cues import Cue
from ..cues import fireworks as bursts
from .glow import Glow
from .perspective import Stage
from .sky import add_sparks

_COLORS: tuple[RGB, ...] = (
    (1.0, 0.36, 0.30), (1.0, 0.80, 0.36), (0.42, 0.72, 1.0), (0.62, 1.0, 0.62), (0.95, 0.48, 0.95), (1.0, 0.93, 0.82),
)  # fmt: skip
_RISE, _BURN = 0.7, 2.1
"""Seconds a shell rises, and its stars burn."""
_TRAIL = 6


@dataclass(frozen=True)
class _Shell:
    at: float
    """The second it bursts."""
    x: float
    y: float
    size: float
    color: int
    stars: Floats
    fall: float


class Fireworks:
    """A display that never pauses for long."""

    def __init__(self, stage: Stage, seed: int, random: np.random.Generator, *, water: bool) -> None:
        self._stage, self._water = stage, water
        self._shells = [_shell(cue, random) for cue in bursts(seed)]
        self._glows = [Glow.halo(0.25 * stage.unit, color) for color in _COLORS]
        self._flicker = random.uniform(0, 6.28, 200).astype(np.float32)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw those in the air."""
        lens = self._stage.lens(view, 0.12)
        unit = self._stage.unit
        for shell in self._shells:
            age = seconds - shell.at + _RISE
            if not 0 < age < _RISE + _BURN:
                continue
            x = shell.x * self._stage.width * lens.zoom + lens.x
            y = shell.y * self._stage.horizon * lens.zoom + lens.y
            if age < _RISE:
                self._rise(canvas, x, y, age / _RISE)
                continue
            self._burst(canvas, shell, x, y, age - _RISE, unit * lens.zoom, self._stage.horizon * lens.zoom + lens.y)

    def _rise(self, canvas: Canvas, x: float, y: float, part: float) -> None:
        tail = np.arange(14, dtype=np.float32)
        gone = 1 - (1 - part) ** 2
        foot = self._stage.horizon
        at_y = foot + (y - foot) * np.float32(gone) + tail * np.float32(0.004 * self._stage.unit)
        at_x = np.full_like(tail, x) + np.sin(tail + np.float32(40 * part)) * np.float32(0.6)
        add_sparks(canvas, at_x, at_y, np.float32(150) / (1 + tail), (1.0, 0.82, 0.5))

    def _burst(self, canvas: Canvas, shell: _Shell, x: float, y: float, age: float, unit: float, line: float) -> None:
        color = _COLORS[shell.color]
        left = 1 - age / _BURN
        glow = self._glows[shell.color]
        flash = 0.75 * math.exp(-5 * age) + 0.20 * left
        if flash > 0.05:
            glow.add(canvas, x - glow.width / 2, y - glow.height / 2, 1.0, flash)
        count = shell.stars.shape[1]
        beat = 0.75 + 0.25 * np.sin(self._flicker[:count] + np.float32(22 * age))
        for step in range(_TRAIL):
            then = age - 0.045 * step
            if then <= 0:
                break
            spread = np.float32(shell.size * unit * (1 - math.exp(-3.4 * then)))
            drop = np.float32(shell.fall * unit * then * then)
            at_x, at_y = x + shell.stars[0] * spread, y + shell.stars[1] * spread + drop
            light = np.asarray(beat * np.float32(230 * min(1.0, 1.7 * left) * 0.72**step), np.float32)
            near_white = tuple(c + (1 - c) * 0.55 * max(0.0, 1 - 2 * age) for c in color)
            add_sparks(canvas, at_x, at_y, light, near_white)  # type: ignore[arg-type]
            if self._water and step < 3:
                deep = 2 * np.float32(line) - at_y * np.float32(0.8) - np.float32(0.2 * line)
                wave = np.sin(deep * np.float32(0.35) + np.float32(5 * age)) * np.float32(0.004 * unit)
                add_sparks(canvas, at_x + wave, deep, light * np.float32(0.32), color)


def _shell(cue: Cue, random: np.random.Generator) -> _Shell:
    kind, count = int(random.integers(4)), 150
    angle = random.uniform(0, 2 * math.pi, count)
    out = random.uniform(0.0, 1.0, count) ** 0.5 if kind else np.full(count, 1.0)
    out = out * random.uniform(0.86, 1.0, count)
    stars = np.stack([np.cos(angle) * out, np.sin(angle) * out * (0.45 if kind == 0 else 1.0)])
    return _Shell(
        cue.time, 0.5 + 0.42 * cue.pan, float(random.uniform(0.20, 0.50)), 0.09 + 0.07 * cue.strength,
        int(random.integers(len(_COLORS))), stars.astype(np.float32), 0.10 if kind == 3 else 0.045,
    )  # fmt: skip
