"""A waterfall: a cliff, the water that falls from it, and the spray at its foot."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..canvas import RGB
from .palette import mixed, scaled
from .scenery import Layer, Scenery
from .shapes import Pen
from .silhouettes import STEPS
from .smoke import Plume, Puffs
from .sprite import Sprite, standing

_TALL, _BROAD = 0.52, 0.105
"""Of the cliff and of the water, in mean sides."""
_MIST = Plume(7.0, 2.0, 0.030, 0.085, (0.0, -0.020), 0.42, spread=0.07)
_FALLS_A_SECOND = 12.0


def waterfall(scenery: Scenery, x: float, foot: float, depth: float) -> list[Layer]:
    """One that reaches the ground at `x`, in the row `foot`."""
    stage, ink, unit = scenery.stage, scenery.ink, scenery.stage.unit
    rock = mixed(scenery.palette.haze, ink.lit((0.34, 0.34, 0.34), 0.8), 0.72)
    water = mixed(ink.lit((0.86, 0.93, 0.97)), scenery.palette.haze, 0.12)
    tall = _TALL * unit
    spray = mixed(water, (1.0, 1.0, 1.0), 0.4 * ink.light)
    return [
        Sprite(stage, [_cliff(rock, scenery.green(0.8), tall)], standing(x, foot), depth),
        Sprite(stage, _water(water, 0.90 * tall, scenery.random), standing(x, foot), depth, _FALLS_A_SECOND),
        Puffs(stage, lambda _seconds: (x, foot - 0.012 * unit), _MIST, depth, spray),
    ]


def _cliff(rock: RGB, moss: RGB, pixels: float) -> Image.Image:
    pen = Pen(pixels, 1.9)
    dark, light = scaled(rock, 0.66), scaled(rock, 1.12)
    pen.blob([(0.10, 1.04), (0.16, 0.72), (0.34, 0.40), (0.50, 0.16), (0.72, 0.09), (0.95, 0.125), (1.18, 0.08),
              (1.42, 0.20), (1.58, 0.46), (1.74, 0.74), (1.82, 1.04)], rock)  # fmt: skip
    pen.blob([(0.78, 1.04), (0.80, 0.55), (0.82, 0.12), (1.08, 0.12), (1.10, 0.55), (1.14, 1.04)], dark)
    for line in (((0.40, 0.42), (0.30, 0.62), (0.34, 0.84)), ((0.58, 0.26), (0.52, 0.50), (0.60, 0.70), (0.54, 0.92)),
                 ((1.30, 0.30), (1.40, 0.54), (1.34, 0.76)), ((1.52, 0.52), (1.58, 0.74), (1.54, 0.94)),
                 ((0.68, 0.40), (0.70, 0.62)), ((1.22, 0.60), (1.20, 0.88))):  # fmt: skip
        pen.stroke(line, 0.012, dark)
        pen.stroke([(x + 0.018, y) for x, y in line], 0.010, light)
    for left, right, low in ((0.44, 0.84, 0.15), (1.06, 1.46, 0.16)):
        for number in range(8):
            part = (number + 0.5) / 8
            lean = 0.30 * (part - 0.5) ** 2 + (0.06 * (part - 0.5) if right > 1 else -0.06 * (part - 0.5))
            pen.oval(left + (right - left) * part, low + lean, 0.05, 0.038, scaled(moss, 0.85 + 0.06 * (number % 3)))
    return pen.drawing()


def _water(color: RGB, pixels: float, random: np.random.Generator) -> list[Image.Image]:
    """Streaks that fall their own distance apart in all poses."""
    aspect = _BROAD / (_TALL * 0.90)
    lanes = [
        (aspect * (0.06 + 0.88 * (number + 0.5) / 15), float(random.uniform(0, 1)), float(random.uniform(0.70, 1.0)))
        for number in range(15)
    ]
    poses = []
    for step in range(STEPS):
        pen = Pen(pixels, aspect)
        pen.blob([(aspect * 0.12, 0.0), (aspect * 0.88, 0.0), (aspect * 0.95, 0.5), (aspect, 1.04), (0.0, 1.04),
                  (aspect * 0.05, 0.5)], scaled(color, 0.84))  # fmt: skip
        for x, start, tone in lanes:
            for number in range(-1, 4):
                top = (number + start + step / STEPS) * 0.25
                sway = 0.004 * math.sin(9 * top + 20 * x)
                pen.stroke([(x + sway, top), (x + sway, top + 0.13)], aspect * 0.045, scaled(color, tone * 1.08))
        poses.append(pen.drawing())
    return poses
