"""What people have built, smaller than a city: houses, a church, a viaduct, a pier, a launch tower."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..canvas import RGB
from .palette import mixed, scaled
from .shapes import Pen
from .silhouettes import Ink

_WALLS: tuple[RGB, ...] = (
    (0.88, 0.80, 0.68),
    (0.78, 0.50, 0.38),
    (0.66, 0.66, 0.62),
    (0.90, 0.88, 0.84),
    (0.72, 0.60, 0.42),
)
_ROOFS: tuple[RGB, ...] = ((0.52, 0.20, 0.15), (0.36, 0.22, 0.18), (0.30, 0.32, 0.38))
_SNOW = (0.93, 0.95, 1.0)


def house(ink: Ink, pixels: float, random: np.random.Generator, *, snowy: bool) -> Image.Image:
    """A village house with lit windows, seen from its long side."""
    aspect = float(random.uniform(1.2, 1.7))
    pen = Pen(pixels, aspect)
    wall = mixed(ink.lit(_WALLS[int(random.integers(len(_WALLS)))], 1.0), ink.tint, 0.12)
    roof = ink.lit(_SNOW, 1.0) if snowy else ink.lit(_ROOFS[int(random.integers(len(_ROOFS)))], 0.8)
    left, right, eaves = 0.10, aspect - 0.10, 0.46
    chimney = left + (right - left) * float(random.uniform(0.2, 0.7))
    pen.shape([(chimney, 0.06), (chimney + 0.11, 0.06), (chimney + 0.11, 0.3), (chimney, 0.3)], scaled(wall, 0.6))
    pen.shape([(left, eaves), (right, eaves), (right, 1.02), (left, 1.02)], wall)
    pen.shape([(right - 0.3, eaves), (right, eaves), (right, 1.02), (right - 0.3, 1.02)], scaled(wall, 0.78))
    pen.shape([(left + 0.16, 0.12), (right - 0.16, 0.12), (right + 0.09, 0.50), (left - 0.09, 0.50)], roof)
    pen.shape(
        [(left - 0.09, 0.50), (right + 0.09, 0.50), (right + 0.08, 0.53), (left - 0.08, 0.53)], scaled(ink.dark, 1.1)
    )
    pane = ink.glow if ink.light < 0.8 else mixed(ink.dark, (0.6, 0.75, 0.85), 0.45)
    count = max(2, round((right - left) / 0.34))
    for number in range(count):
        x = left + (right - left) * (number + 0.5) / count
        if number == count // 2 and random.random() < 0.7:
            pen.shape(
                [(x - 0.065, 0.70), (x + 0.065, 0.70), (x + 0.065, 1.02), (x - 0.065, 1.02)], scaled(ink.dark, 1.2)
            )
        elif random.random() < 0.85:
            pen.shape([(x - 0.068, 0.62), (x + 0.068, 0.62), (x + 0.068, 0.82), (x - 0.068, 0.82)], pane)
            pen.stroke([(x, 0.62), (x, 0.82)], 0.012, wall)
            pen.stroke([(x - 0.068, 0.72), (x + 0.068, 0.72)], 0.012, wall)
    return pen.drawing()


def church(ink: Ink, pixels: float, *, snowy: bool) -> Image.Image:
    """A village church with its steeple."""
    pen = Pen(pixels, 0.9)
    wall, roof = ink.lit((0.92, 0.90, 0.86), 0.85), ink.lit(_SNOW if snowy else (0.34, 0.24, 0.22), 0.85)
    pen.shape([(0.38, 0.66), (0.86, 0.66), (0.86, 1.01), (0.38, 1.01)], scaled(wall, 0.86))
    pen.shape([(0.34, 0.67), (0.44, 0.50), (0.80, 0.50), (0.90, 0.67)], roof)
    pen.shape([(0.10, 0.36), (0.38, 0.36), (0.38, 1.01), (0.10, 1.01)], wall)
    pen.shape([(0.07, 0.37), (0.24, 0.03), (0.41, 0.37)], roof)
    pen.stroke([(0.24, 0.05), (0.24, 0.0)], 0.010, ink.dark)
    pane = ink.glow if ink.light < 0.8 else mixed(ink.dark, (0.6, 0.75, 0.85), 0.4)
    pen.oval(0.24, 0.47, 0.045, 0.045, pane)
    for x in (0.50, 0.64, 0.78):
        pen.blob([(x - 0.032, 0.90), (x - 0.032, 0.78), (x, 0.73), (x + 0.032, 0.78), (x + 0.032, 0.90)], pane)
    pen.blob([(0.19, 1.02), (0.19, 0.86), (0.24, 0.80), (0.29, 0.86), (0.29, 1.02)], ink.dark)
    return pen.drawing()


def viaduct(stone: RGB, pixels: float, aspect: float) -> Image.Image:
    """A row of arches that carries rails, `aspect` times as long as high."""
    pen = Pen(pixels, aspect)
    shade = scaled(stone, 0.72)
    span, pier = 0.52, 0.13
    count = math.ceil(aspect / span)
    pen.shape([(0.0, 0.10), (aspect, 0.10), (aspect, 0.20), (0.0, 0.20)], stone)
    pen.shape([(0.0, 0.20), (aspect, 0.20), (aspect, 0.225), (0.0, 0.225)], shade)
    for number in range(count):
        left, right = number * span, (number + 1) * span
        middle, radius = (left + right) / 2, (span - pier) / 2
        arch = [(middle + radius * math.cos(a), 0.25 + radius - radius * math.sin(a))
                for a in (math.pi * n / 16 for n in range(17))]  # fmt: skip
        spring = 0.25 + radius
        pen.shape([(left, 0.22), (right, 0.22), (right, spring), *arch, (left, spring)], stone)
        pen.shape([(left - pier / 2, spring), (left + pier / 2, spring), (left + pier / 2 + 0.02, 1.0),
                   (left - pier / 2 - 0.02, 1.0)], stone)  # fmt: skip
        pen.shape([(left + pier / 6, spring), (left + pier / 2, spring), (left + pier / 2 + 0.02, 1.0),
                   (left + pier / 6, 1.0)], shade)  # fmt: skip
    return pen.drawing()


def pier(ink: Ink, pixels: float, aspect: float) -> Image.Image:
    """A landing stage on posts; its deck is at 0.30 of its height, its free end at the right."""
    pen = Pen(pixels, aspect)
    wood, dark = ink.lit((0.42, 0.30, 0.22), 0.55), scaled(ink.dark, 0.85)
    for number in range(math.ceil(aspect / 0.62)):
        x = aspect - 0.12 - 0.62 * number
        pen.stroke([(x, 0.06), (x, 0.97)], 0.070, dark)
    pen.shape([(0.0, 0.30), (aspect - 0.02, 0.30), (aspect - 0.02, 0.42), (0.0, 0.42)], wood)
    pen.shape([(0.0, 0.42), (aspect - 0.02, 0.42), (aspect - 0.04, 0.47), (0.0, 0.47)], dark)
    for number in range(math.ceil(aspect / 0.14)):
        x = aspect - 0.06 - 0.14 * number
        pen.stroke([(x, 0.31), (x, 0.41)], 0.008, dark)
    return pen.drawing()


def gantry(ink: Ink, pixels: float) -> Image.Image:
    """The tower a rocket stands beside."""
    pen = Pen(pixels, 0.36)
    steel = mixed(ink.dark, ink.lit((0.70, 0.26, 0.18)), 0.4)
    for x in (0.06, 0.22):
        pen.stroke([(x, 0.02), (x, 1.0)], 0.014, steel)
    for number in range(12):
        low, high = 1 - number / 12, 1 - (number + 1) / 12
        pen.stroke([(0.06, low), (0.22, high)] if number % 2 else [(0.22, low), (0.06, high)], 0.009, steel)
        pen.stroke([(0.06, low), (0.22, low)], 0.007, steel)
    for y in (0.22, 0.50):
        pen.stroke([(0.22, y), (0.35, y + 0.01)], 0.016, steel)
    return pen.drawing()


def castle(ink: Ink, pixels: float) -> Image.Image:
    """A castle with a keep, towers under pointed roofs, and lit windows."""
    pen = Pen(pixels, 1.5)
    stone, roof = mixed(ink.lit((0.62, 0.58, 0.54), 0.9), ink.tint, 0.12), ink.lit((0.26, 0.30, 0.42), 0.8)
    pane = ink.glow if ink.light < 0.8 else mixed(ink.dark, (0.6, 0.75, 0.85), 0.3)

    def tower(x: float, half: float, top: float, spire: float, tone: RGB) -> None:
        pen.shape([(x - half, top), (x + half, top), (x + half, 1.03), (x - half, 1.03)], tone)
        pen.shape(
            [(x + half * 0.25, top), (x + half, top), (x + half, 1.03), (x + half * 0.25, 1.03)], scaled(tone, 0.8)
        )
        pen.shape([(x - half * 1.25, top), (x, top - spire), (x + half * 1.25, top)], roof)
        pen.stroke([(x, top - spire), (x, top - spire - 0.05)], 0.008, ink.dark)
        for row in (0.06, 0.22):
            pen.blob([(x - 0.022, top + row + 0.07), (x - 0.022, top + row + 0.02), (x, top + row),
                      (x + 0.022, top + row + 0.02), (x + 0.022, top + row + 0.07)], pane)  # fmt: skip

    tower(0.62, 0.085, 0.30, 0.24, scaled(stone, 0.82))
    tower(0.96, 0.070, 0.40, 0.20, scaled(stone, 0.82))
    for left, right, top, tone in ((0.50, 1.06, 0.52, 0.92), (0.20, 1.34, 0.70, 1.0)):
        wall = scaled(stone, tone)
        pen.shape([(left, top), (right, top), (right, 1.03), (left, 1.03)], wall)
        count = round((right - left) / 0.075)
        for number in range(0, count, 2):
            x = left + (right - left) * number / count
            pen.shape([(x, top - 0.035), (x + 0.05, top - 0.035), (x + 0.05, top), (x, top)], wall)
    tower(0.20, 0.095, 0.54, 0.22, stone)
    tower(1.33, 0.095, 0.48, 0.24, stone)
    pen.blob([(0.70, 1.03), (0.70, 0.88), (0.78, 0.80), (0.86, 0.88), (0.86, 1.03)], scaled(ink.dark, 0.9))
    for x in (0.42, 0.56, 1.00, 1.14):
        pen.blob([(x - 0.018, 0.86), (x - 0.018, 0.80), (x, 0.78), (x + 0.018, 0.80), (x + 0.018, 0.86)], pane)
    return pen.drawing()


def pagoda(ink: Ink, pixels: float) -> Image.Image:
    """A pagoda of five storeys with upturned eaves."""
    pen = Pen(pixels, 0.62)
    wall, roof, beam = ink.lit((0.72, 0.20, 0.15)), ink.lit((0.20, 0.24, 0.24), 0.7), ink.lit((0.90, 0.82, 0.66))
    pane = ink.glow if ink.light < 0.8 else beam
    pen.stroke([(0.31, 0.16), (0.31, 0.01)], 0.012, ink.lit((0.80, 0.62, 0.26)))
    for storey in range(5):
        top, half = 0.16 + 0.168 * storey, 0.095 + 0.026 * storey
        pen.shape([(0.31 - half, top + 0.05), (0.31 + half, top + 0.05), (0.31 + half, top + 0.175),
                   (0.31 - half, top + 0.175)], wall)  # fmt: skip
        pen.shape([(0.31 + half * 0.4, top + 0.05), (0.31 + half, top + 0.05), (0.31 + half, top + 0.175),
                   (0.31 + half * 0.4, top + 0.175)], scaled(wall, 0.78))  # fmt: skip
        for part in (-0.55, 0.0, 0.55):
            x = 0.31 + part * half
            pen.shape([(x - 0.016, top + 0.085), (x + 0.016, top + 0.085), (x + 0.016, top + 0.145),
                       (x - 0.016, top + 0.145)], pane)  # fmt: skip
        out = half + 0.075
        pen.blob([(0.31, top - 0.015), (0.31 + half * 0.7, top + 0.025), (0.31 + out, top + 0.030),
                  (0.31 + half, top + 0.068), (0.31 - half, top + 0.068), (0.31 - out, top + 0.030),
                  (0.31 - half * 0.7, top + 0.025)], roof)  # fmt: skip
    return pen.drawing()
