"""A courtroom: panelled wall, columns, the judge's bench, scales above it, a floor of marble."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..canvas import RGB
from .land_layers import MARGIN
from .palette import mixed, scaled
from .scenery import Ground, Scenery
from .shapes import Pen, Point
from .sprite import Sprite, standing

_WALL: RGB = (0.66, 0.60, 0.50)
_WOODS: tuple[RGB, ...] = ((0.40, 0.24, 0.14), (0.34, 0.17, 0.12), (0.46, 0.32, 0.20))
_STONE: RGB = (0.80, 0.76, 0.69)
_GOLD: RGB = (0.84, 0.66, 0.30)
_MARBLE: RGB = (0.56, 0.53, 0.50)
_FOOT = 0.80
"""Where wall and floor meet, down the picture."""
_BESIDE = 1 + 2 * MARGIN
"""The wall's breadth in the picture's."""


def courtroom(scenery: Scenery) -> Ground:
    """The well of the court, seen from the jury."""
    stage = scenery.stage
    ground, flat = Ground(), np.zeros(scenery.outlines.length, np.float32)
    foot = _FOOT * stage.height
    wood = _WOODS[int(scenery.random.integers(len(_WOODS)))]
    ground.back.append(scenery.ridge(flat + np.float32(foot + stage.height), foot, 0.45, color=_WALL, mist=0.0))
    ground.back.append(Sprite(stage, [_panels(stage.size, wood)], standing(stage.width / 2, foot + 1), 0.45))
    ground.back.append(scenery.ridge(flat, foot, 0.50, color=_MARBLE, mist=0.0))
    bench = _bench(0.36 * stage.height, wood)
    ground.back.append(Sprite(stage, [bench], standing(stage.width / 2, foot + 0.05 * stage.unit), 0.55))
    ground.stand = scenery.ridge(flat, foot + 0.09 * stage.unit, 0.66, color=scaled(_MARBLE, 0.9), mist=0.0)
    ground.back.append(ground.stand)
    return ground


def _panels(size: tuple[int, int], wood: RGB) -> Image.Image:
    """The wall behind the bench; its foot is the floor."""
    width, height = size
    high = _FOOT * height * 1.3
    pen = Pen(high, _BESIDE * width / high)
    wide, unit = _BESIDE * width / high, height / high
    dark, light = scaled(wood, 0.74), mixed(wood, (1.0, 0.9, 0.75), 0.12)
    top = 1 - 0.46 * unit
    pen.shape([(0.0, top), (wide, top), (wide, 1.0), (0.0, 1.0)], wood)
    pen.shape([(0.0, top - 0.035 * unit), (wide, top - 0.035 * unit), (wide, top), (0.0, top)], light)
    pen.shape([(0.0, top), (wide, top), (wide, top + 0.012 * unit), (0.0, top + 0.012 * unit)], dark)
    pitch = 0.17 * unit
    for number in range(math.ceil(wide / pitch)):
        left, right = (number + 0.12) * pitch, (number + 0.88) * pitch
        for low, foot in ((top + 0.05 * unit, top + 0.25 * unit), (top + 0.29 * unit, 1 - 0.03 * unit)):
            pen.shape([(left, low), (right, low), (right, foot), (left, foot)], dark)
            edge = 0.010 * unit
            pen.shape([(left + edge, low + edge), (right, low + edge), (right, foot), (left + edge, foot)], light)
            pen.shape([(left + edge, low + edge), (right - edge, low + edge), (right - edge, foot - edge),
                       (left + edge, foot - edge)], scaled(wood, 0.92))  # fmt: skip
    middle = wide / 2
    for aside in (-0.62, -0.36, 0.36, 0.62):
        x, half = middle + aside * width / high * 0.78, 0.035 * unit
        pen.shape([(x - half, 0.0), (x + half, 0.0), (x + half, 1.0), (x - half, 1.0)], _STONE)
        for groove in (-0.5, 0.0, 0.5):
            pen.stroke([(x + groove * half, 0.0), (x + groove * half, 0.97)], 0.006 * unit, scaled(_STONE, 0.86))
        pen.shape(
            [(x + 0.5 * half, 0.0), (x + half, 0.0), (x + half, 1.0), (x + 0.5 * half, 1.0)], scaled(_STONE, 0.82)
        )
        pen.shape([(x - 1.4 * half, 1 - 0.05 * unit), (x + 1.4 * half, 1 - 0.05 * unit), (x + 1.4 * half, 1.0),
                   (x - 1.4 * half, 1.0)], scaled(_STONE, 0.9))  # fmt: skip
    _scales(pen, (middle, top - 0.20 * unit), 0.11 * unit)
    return pen.drawing()


def _scales(pen: Pen, at: Point, size: float) -> None:
    x, y = at
    pen.oval(x, y, 1.05 * size, 1.05 * size, _GOLD)
    pen.oval(x, y, 0.93 * size, 0.93 * size, scaled(_WALL, 0.72))
    thick = 0.07 * size
    pen.stroke([(x, y - 0.55 * size), (x, y + 0.50 * size)], thick, _GOLD)
    pen.stroke([(x - 0.26 * size, y + 0.52 * size), (x + 0.26 * size, y + 0.52 * size)], thick, _GOLD)
    pen.stroke([(x - 0.52 * size, y - 0.38 * size), (x + 0.52 * size, y - 0.38 * size)], thick, _GOLD)
    for side in (-1, 1):
        end = x + 0.52 * side * size
        for foot in (-0.20, 0.20):
            pen.stroke([(end, y - 0.38 * size), (end + foot * size, y + 0.10 * size)], 0.4 * thick, _GOLD)
        pen.blob(
            [(end - 0.24 * size, y + 0.10 * size), (end + 0.24 * size, y + 0.10 * size), (end, y + 0.26 * size)], _GOLD
        )


def _bench(pixels: float, wood: RGB) -> Image.Image:
    """The judge's bench and the chair behind it."""
    pen = Pen(pixels, 2.6)
    dark, light = scaled(wood, 0.62), mixed(wood, (1.0, 0.9, 0.75), 0.22)
    pen.blob([(1.10, 0.50), (1.10, 0.10), (1.16, 0.03), (1.44, 0.03), (1.50, 0.10), (1.50, 0.50)], (0.36, 0.10, 0.10))
    pen.shape([(0.10, 0.40), (2.50, 0.40), (2.50, 1.02), (0.10, 1.02)], scaled(wood, 0.86))
    pen.shape([(0.04, 0.36), (2.56, 0.36), (2.56, 0.43), (0.04, 0.43)], light)
    for number in range(6):
        left = 0.20 + 0.385 * number
        pen.shape([(left, 0.52), (left + 0.29, 0.52), (left + 0.29, 0.94), (left, 0.94)], dark)
        pen.shape(
            [(left + 0.02, 0.54), (left + 0.27, 0.54), (left + 0.27, 0.92), (left + 0.02, 0.92)], scaled(wood, 0.78)
        )
    pen.stroke([(1.86, 0.33), (2.06, 0.33)], 0.045, dark)
    pen.stroke([(1.96, 0.33), (2.08, 0.22)], 0.020, light)
    pen.shape([(2.03, 0.20), (2.10, 0.15), (2.15, 0.21), (2.08, 0.26)], light)
    return pen.drawing()
