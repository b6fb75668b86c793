"""Lightning: bolts from the clouds to the horizon, and their light behind the clouds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..camera import View
from ..canvas import Bytes, Canvas, Floats, bytes_of, deep, rgb
from ..cues import lightning
from .glow import Glow
from .perspective import Stage
from .sky import SoftGrid

_COLOR = (0.86, 0.90, 1.0)
_DRAWN = 3
"""Different bolts; more strikes repeat them elsewhere."""
_AFTERGLOW = 0.7


@dataclass(frozen=True)
class _Strike:
    at: float
    x: float
    bolt: int


class Lightning:
    """Strikes now and then, at the seconds that the thunder knows too."""

    def __init__(self, stage: Stage, grid: SoftGrid, seed: int, random: np.random.Generator) -> None:
        self._stage, self._grid = stage, grid
        self._bolts = [Glow(_bolt(stage, random)) for _ in range(_DRAWN)]
        self._strikes = [
            _Strike(at, float(random.uniform(0.12, 0.88)), int(random.integers(_DRAWN))) for at in lightning(seed)
        ]

    def flash(self, picture: Floats, seconds: float) -> None:
        """Light up the clouds of the small picture, of which these are the `deep` planes."""
        for strike in self._strikes:
            age = seconds - strike.at
            if not 0 <= age < _AFTERGLOW:
                continue
            away = np.hypot(
                self._grid.x - np.float32(strike.x * self._stage.width),
                self._grid.y - np.float32(0.35 * self._stage.horizon),
            )
            light = np.exp(-away / np.float32(0.42 * self._stage.unit)) * np.float32(0.8 * _strength(age))
            picture += (deep(rgb(_COLOR))[:, None, None] - picture) * light

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw the bolts that strike now."""
        lens = self._stage.lens(view, 0.0)
        for strike in self._strikes:
            age = seconds - strike.at
            if 0 <= age < 0.36:
                bolt = self._bolts[strike.bolt]
                left = (strike.x * self._stage.width - bolt.width / 2) * lens.zoom + lens.x
                top = (self._stage.horizon - bolt.height) * lens.zoom + lens.y
                bolt.add(canvas, left, top, lens.zoom, min(1.0, 1.5 * _strength(age)))


def _strength(age: float) -> float:
    """Struck, flickering, fading."""
    return math.exp(-4.2 * age) * (0.72 + 0.28 * math.cos(2 * math.pi * age / 0.09))


def _bolt(stage: Stage, random: np.random.Generator) -> Bytes:
    wide, high = round(0.5 * stage.unit), round(0.92 * stage.horizon)
    sheet = Image.new("L", (wide * 2, high * 2))
    draw = ImageDraw.Draw(sheet)
    thick = 0.0042 * stage.unit * 2

    def fork(x: float, y: float, foot: float, lean: float, width: float) -> None:
        points = [(x, y)]
        while y < foot:
            step = random.uniform(0.02, 0.05) * high * 2
            y, x = y + step, x + random.uniform(-0.9, 0.9) * step + lean * step
            points.append((x, y))
            if width > thick * 0.55 and random.random() < 0.28:
                fork(x, y, y + random.uniform(0.1, 0.3) * high * 2, random.uniform(-1.1, 1.1), width * 0.45)
        draw.line(points, fill=255, width=max(1, round(width)), joint="curve")

    fork(wide, 0, high * 2, random.uniform(-0.15, 0.15), thick)
    line = sheet.resize((wide, high), Image.Resampling.BOX)
    near = np.asarray(line.filter(ImageFilter.GaussianBlur(0.004 * stage.unit)), np.float32) / 255
    wider = np.asarray(line.filter(ImageFilter.GaussianBlur(0.016 * stage.unit)), np.float32) / 255
    core = np.asarray(line, np.float32) / 255
    fade = np.linspace(0.25, 1.0, high, dtype=np.float32)[:, None]
    glow = (core * 1.0 + near * 0.9 + wider * 1.1).clip(0, 1) * fade
    return bytes_of(glow[:, :, None] * rgb(_COLOR))
