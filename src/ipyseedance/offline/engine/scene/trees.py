"""Trees near enough to show their boughs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from .palette import scaled
from .perspective import Stage
from .shapes import Pen
from .silhouettes import Ink
from .sprite import Sprite, standing


def tree(ink: Ink, pixels: float) -> list[Image.Image]:
    """A broad old tree on its own."""
    pen = Pen(pixels, 1.2)
    leaf, bark = ink.lit((0.20, 0.36, 0.16), 0.6), ink.dark
    pen.shape([(0.55, 1.0), (0.575, 0.62), (0.62, 0.62), (0.67, 1.0)], bark)
    for x, y, r in ((0.60, 0.30, 0.26), (0.36, 0.42, 0.20), (0.84, 0.42, 0.20), (0.48, 0.22, 0.18), (0.74, 0.22, 0.18),
                    (0.22, 0.52, 0.13), (0.98, 0.52, 0.13), (0.60, 0.52, 0.2)):  # fmt: skip
        pen.oval(x, y, r, r * 0.82, leaf)
    for points in ([(0.6, 0.66), (0.42, 0.46)], [(0.6, 0.66), (0.78, 0.46)]):
        pen.stroke(points, 0.02, bark)
    return [pen.drawing()]


def pine(ink: Ink, pixels: float, lean: float = 0.0) -> list[Image.Image]:
    """A tall conifer, near enough to show its boughs."""
    pen = Pen(pixels, 0.5)
    pen.shape([(0.235, 0.9), (0.265, 0.9), (0.27, 1.0), (0.23, 1.0)], ink.dark)
    tiers = 22
    for tier in range(tiers):
        part = (tier + 1) / tiers
        top = 0.015 + 0.90 * (tier / tiers) ** 1.05
        low = top + 0.055 + 0.035 * part
        droop = 0.018 + 0.012 * part
        half = 0.012 + 0.19 * part**0.9
        left = half * (1 + 0.16 * math.sin(tier * 2.3 + lean * 70))
        right = half * (1 + 0.16 * math.sin(tier * 3.1 + 1 + lean * 50))
        pen.blob([(0.25, top), (0.25 + right * 0.6, low - droop), (0.25 + right, low),
                  (0.25 + right * 0.4, low + 0.004),
                  (0.25, low + 0.012), (0.25 - left * 0.4, low + 0.004), (0.25 - left, low),
                  (0.25 - left * 0.6, low - droop)], ink.dark)  # fmt: skip
    return [pen.drawing()]


def palm(ink: Ink, pixels: float, lean: float = 0.0) -> list[Image.Image]:
    """A tall palm that bends over; `lean` is how far, -0.1 to 0.1."""
    pen = Pen(pixels, 0.9)
    x, top = 0.45 + 2.2 * lean, 0.24
    trunk = [(0.45 + 2.2 * lean * part**2, 1.02 - (1.02 - top) * part) for part in (n / 12 for n in range(13))]
    for number, point in enumerate(trunk[:-1]):
        pen.stroke([point, trunk[number + 1]], 0.046 - 0.0018 * number, ink.dark)
    for number in range(11):
        turn = math.pi * (-0.16 + 1.32 * number / 10)
        reach, aside, up = 0.36 + 0.05 * math.sin(5 * number + 40 * lean), math.cos(turn), math.sin(turn)
        tip = (x + reach * aside, top - 0.46 * reach * up + 0.16 * abs(aside))
        bend = (x + 0.55 * reach * aside, top - 0.50 * reach * up - 0.010)
        under = (bend[0] + 0.035 * abs(up), bend[1] + 0.015 + 0.040 * abs(aside))
        pen.blob([(x, top - 0.012), bend, tip, under, (x, top + 0.012)], scaled(ink.dark, 0.85 + 0.3 * (number % 2)))
    return [pen.drawing()]


def near_trees(
    draw: Callable[[Ink, float, float], list[Image.Image]],
    stage: Stage,
    ink: Ink,
    random: np.random.Generator,
    places: Sequence[tuple[float, float]],
) -> list[Sprite]:
    """Trees right in front, each at a part of the picture's width and as tall as a part of its mean side, about."""
    found = []
    for x, tall in places:
        shift = float(random.uniform(-0.03, 0.03))
        high = tall * stage.unit * float(random.uniform(0.8, 1.0))
        place = standing((x + shift) * stage.width, stage.height * 1.03)
        found.append(Sprite(stage, draw(ink, high, shift), place, 1.0))
    return found
