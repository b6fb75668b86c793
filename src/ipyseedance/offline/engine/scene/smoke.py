"""Steam and smoke: soft puffs that leave a place, drift, grow and fade."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..camera import View
from ..canvas import RGB, Canvas, blend, yuv
from .perspective import Stage
from .texture import Texture

_SIDE = 96
Source = Callable[[float], tuple[float, float]]
"""Where the puffs leave at a second of the clip: x and y in the picture's pixels."""


@dataclass(frozen=True)
class Plume:
    """How puffs come and go. Lengths are in mean sides of the picture, times in seconds."""

    rate: float
    life: float
    first: float
    last: float
    """Their radius at first and at last."""
    drift: tuple[float, float]
    """How far they go in a second."""
    strength: float
    since: float = -30.0
    spread: float = 0.0
    """How far they scatter to the sides."""


class Puffs:
    """A trail of puffs of one colour."""

    def __init__(self, stage: Stage, source: Source, plume: Plume, depth: float, color: RGB) -> None:
        self._stage, self._source, self._plume, self._depth = stage, source, plume, depth
        self._color = yuv(color)
        at = (np.arange(_SIDE, dtype=np.float32) + 0.5) / np.float32(_SIDE / 2) - 1
        away = at[:, None] ** 2 + at[None, :] ** 2
        self._disc = Texture(np.rint(128 * (1 - away).clip(0, 1) ** 1.5).astype(np.uint8))

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw those that are in the air, the oldest first."""
        plume, lens, unit = self._plume, self._stage.lens(view, self._depth), self._stage.unit
        first = math.ceil(max(plume.since, seconds - plume.life) * plume.rate)
        for number in range(first, math.floor(seconds * plume.rate) + 1):
            born = number / plume.rate
            age = (seconds - born) / plume.life
            if not 0 <= age < 1:
                continue
            x, y = self._source(born)
            wander = math.sin(12.9898 * number) * 43758.5453
            wander -= math.floor(wander)
            x += unit * (plume.drift[0] * (seconds - born) + plume.spread * (wander - 0.5) * 2 * age**0.6)
            y += unit * plume.drift[1] * (seconds - born) * (0.8 + 0.4 * wander)
            radius = unit * (plume.first + (plume.last - plume.first) * age**0.7) * (0.8 + 0.4 * wander)
            strength = plume.strength * min(1.0, 8 * age) * (1 - age) ** 1.2
            self._puff(canvas, x * lens.zoom + lens.x, y * lens.zoom + lens.y, radius * lens.zoom, strength)

    def _puff(self, canvas: Canvas, x: float, y: float, radius: float, strength: float) -> None:
        scale, gain = 2 * radius / _SIDE, round(128 * strength)
        for index, plane in enumerate(canvas.planes):
            part = 1.0 if index == 0 else 0.5
            patch = self._disc.on(plane.shape, (x - radius) * part, (y - radius) * part, scale * part, 0)
            if patch is not None:
                target = plane[patch.rows, patch.columns]
                cover = (patch.values[0].astype(np.int16) * gain) >> 7
                blend(target, np.full(target.shape, round(float(self._color[index])), np.uint8), cover)
