"""Flowers in beds that sway, and the garden around them."""

from __future__ import annotations

import itertools
import math

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import RGB, Canvas
from .land_layers import MARGIN
from .palette import mixed, scaled
from .perspective import Stage
from .shapes import Pen
from .silhouettes import Ink
from .sprite import Drawing

_COLORS: tuple[RGB, ...] = (
    (0.92, 0.16, 0.18), (0.99, 0.50, 0.16), (1.0, 0.82, 0.20), (0.95, 0.44, 0.62), (0.62, 0.32, 0.80),
    (0.98, 0.96, 0.92),
    (0.40, 0.46, 0.92),
)  # fmt: skip
_OWN: dict[str, RGB] = {
    "sunflower": (1.0, 0.80, 0.14), "poppy": (0.92, 0.20, 0.12), "lavender": (0.60, 0.42, 0.86),
    "daisy": (0.99, 0.98, 0.95),
}  # fmt: skip
"""Kinds that come in one colour."""
_BANDS = 10
KINDS = ("tulip", "poppy", "daisy", "lavender", "sunflower", "rose")


class Bed:
    """A bed of flowers as wide as the land, that bends in the wind."""

    def __init__(
        self, stage: Stage, ink: Ink, green: RGB, kinds: tuple[str, ...], *, base: float, depth: float, tall: float,
        random: np.random.Generator, sway: float,
    ) -> None:  # fmt: skip
        self._stage, self._base, self.depth, self._sway = stage, base, depth, sway
        strip = _planted(stage, ink, green, kinds, tall, random)
        self._high = strip.height
        edges = np.linspace(0, strip.height, _BANDS + 1).round().astype(int)
        self._bands = [
            (int(top), Drawing(strip.crop((0, int(top), strip.width, int(foot))), border=0))
            for top, foot in itertools.pairwise(edges)
        ]
        self._phase = float(random.uniform(0, 6))

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it as the wind bends it now."""
        lens = self._stage.lens(view, self.depth)
        gust = math.sin(1.3 * seconds + self._phase) + 0.4 * math.sin(2.9 * seconds + 2 * self._phase)
        for top, band in self._bands:
            up = 1 - (top + band.height / 2) / self._high
            left = -MARGIN * self._stage.width * lens.zoom + lens.x + self._sway * gust * up * up
            band.lay(canvas, left, (self._base - self._high + top) * lens.zoom + lens.y, lens.zoom)


def _planted(
    stage: Stage, ink: Ink, green: RGB, kinds: tuple[str, ...], tall: float, random: np.random.Generator
) -> Image.Image:
    """A long strip of leaves and flowers."""
    width, high = round(stage.width * (1 + 2 * MARGIN)) + 2, max(12, round(tall * stage.unit))
    strip = Image.new("RGBA", (width, high))
    leaf = round(high * 0.62)
    for shade in (0.62, 0.8, 0.95):
        tuft = [_leaves(leaf, scaled(green, shade * float(random.uniform(0.92, 1.08))), random) for _ in range(4)]
        x = -leaf
        while x < width:
            strip.alpha_composite(
                tuft[int(random.integers(4))], (max(0, x), high - leaf + round(leaf * (0.9 - shade) * 0.6))
            )
            x += round(leaf * random.uniform(0.24, 0.5))
    drifts = [kinds[int(random.integers(len(kinds)))] for _ in range(6)]
    colors = [_OWN.get(kind, _COLORS[int(random.integers(len(_COLORS)))]) for kind in drifts]
    cache: dict[tuple[str, RGB, int], Image.Image] = {}
    at_x = 0.0
    while at_x < width:
        drift = int((at_x / width * 6 + random.normal(0, 0.35)) % 6)
        kind, color, size = drifts[drift], colors[drift], int(random.integers(3))
        key = (kind, color, size)
        if key not in cache:
            cache[key] = _flower(kind, ink.lit(color), green, high * (0.72, 0.84, 0.96)[size], random)
        bloom = cache[key]
        at = (round(at_x - bloom.width / 2), high - bloom.height)
        if at[0] >= 0 and at[0] + bloom.width < width:
            strip.alpha_composite(bloom, at)
        at_x += high * float(random.uniform(0.08, 0.26)) * (1.3 if kind == "sunflower" else 1.0)
    return strip


def _leaves(pixels: int, color: RGB, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 1.2)
    for blade in range(9):
        x, lean = 0.35 + 0.06 * blade, float(random.uniform(-0.38, 0.38))
        top = float(random.uniform(0.02, 0.4))
        pen.blob([(x - 0.035, 1.05), (x + lean * 0.4 - 0.03, (1 + top) / 2), (x + lean, top),
        (x + lean * 0.4 + 0.035, (1 + top) / 2),
                  (x + 0.035, 1.05)], scaled(color, 0.85 + 0.15 * (blade % 3) / 2))  # fmt: skip
    return pen.drawing()


def _flower(kind: str, color: RGB, green: RGB, pixels: float, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 0.5)
    lean = float(random.uniform(-0.06, 0.06))
    x, stem = 0.25 + lean, scaled(green, 0.8)
    dark, pale = scaled(color, 0.74), mixed(color, (1.0, 1.0, 1.0), 0.28)
    pen.stroke([(0.25, 1.0), (0.25 + lean * 0.3, 0.6), (x, 0.22)], 0.020, stem)
    if kind == "tulip":
        pen.blob([(x, 0.30), (x - 0.085, 0.24), (x - 0.085, 0.07), (x - 0.045, 0.13), (x, 0.03), (x + 0.045, 0.13),
                  (x + 0.085, 0.07), (x + 0.085, 0.24)], color)  # fmt: skip
        pen.blob([(x, 0.30), (x - 0.045, 0.22), (x, 0.06), (x + 0.045, 0.22)], pale)
        pen.blob([(0.25, 0.98), (0.16, 0.72), (0.10, 0.50), (0.19, 0.66), (0.27, 0.92)], stem)
    elif kind == "poppy":
        for turn in range(4):
            angle = math.pi * (turn / 2 + 0.25)
            pen.oval(
                x + 0.055 * math.cos(angle), 0.15 + 0.035 * math.sin(angle), 0.088, 0.072, color if turn % 2 else dark
            )
        pen.oval(x, 0.155, 0.034, 0.028, (0.12, 0.09, 0.10))
    elif kind == "daisy":
        for turn in range(11):
            angle = 2 * math.pi * turn / 11
            pen.stroke([(x, 0.15), (x + 0.095 * math.cos(angle), 0.15 + 0.085 * math.sin(angle))], 0.036, pale)
        pen.oval(x, 0.15, 0.038, 0.034, mixed((0.98, 0.78, 0.18), dark, 0.15))
    elif kind == "lavender":
        for level in range(9):
            wide = 0.018 + 0.030 * math.sin(math.pi * (level + 1) / 10)
            pen.oval(x + lean * 0.2 * level, 0.04 + 0.033 * level, wide, 0.022, color if level % 2 else dark)
    elif kind == "sunflower":
        for turn in range(16):
            angle = 2 * math.pi * turn / 16
            pen.stroke([(x, 0.16), (x + 0.145 * math.cos(angle), 0.16 + 0.145 * math.sin(angle))], 0.044,
                       color if turn % 2 else pale)  # fmt: skip
        pen.oval(x, 0.16, 0.078, 0.078, (0.26, 0.15, 0.08))
        pen.oval(x, 0.155, 0.045, 0.045, (0.36, 0.22, 0.10))
        pen.blob([(0.25, 0.72), (0.12, 0.60), (0.04, 0.64), (0.14, 0.74)], stem)
    else:
        pen.oval(x, 0.15, 0.092, 0.085, dark)
        for ring, tone in ((0.070, color), (0.048, pale), (0.026, color)):
            pen.oval(x + 0.012 * (0.07 - ring) * 20, 0.145, ring, ring * 0.9, tone)
        pen.blob([(0.25, 0.66), (0.34, 0.54), (0.40, 0.56), (0.33, 0.66)], stem)
    return pen.drawing()


def butterfly(ink: Ink, pixels: float, color: RGB) -> list[Image.Image]:
    """A butterfly's wing beat."""
    poses = []
    wing, edge = ink.lit(color), scaled(ink.lit(color), 0.5)
    for step in range(8):
        open_ = 0.30 + 0.70 * abs(math.cos(math.pi * step / 8))
        pen = Pen(pixels, 1.2)
        for side in (-1, 1):

            def at(x: float, y: float, side: int = side, open_: float = open_) -> tuple[float, float]:
                return 0.6 + side * x * open_, y

            pen.blob(
                [at(0.02, 0.50), at(0.14, 0.14), at(0.42, 0.02), at(0.56, 0.16), at(0.46, 0.44), at(0.18, 0.56)], edge
            )
            pen.blob(
                [at(0.04, 0.48), at(0.16, 0.19), at(0.38, 0.09), at(0.47, 0.18), at(0.38, 0.40), at(0.16, 0.50)], wing
            )
            pen.blob([at(0.02, 0.52), at(0.30, 0.56), at(0.40, 0.76), at(0.26, 0.92), at(0.10, 0.78)], wing)
        pen.stroke([(0.6, 0.30), (0.6, 0.76)], 0.05, ink.dark)
        poses.append(pen.drawing())
    return poses
