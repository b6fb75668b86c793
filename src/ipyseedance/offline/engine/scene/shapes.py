"""Drawing shapes in units of the drawing's height, so that figures are written down once for every size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from ..canvas import RGB

Point = tuple[float, float]
_FINER = ((15_000, 4), (60_000, 3))
"""Shapes are drawn this much larger, up to so many pixels, and scaled down, for smooth edges; large ones twice."""

_NEIGHBOURS = np.arange(-1, 3)
_PART = np.arange(6) / 6
_CURVE = 0.5 * np.stack(
    [
        -_PART + 2 * _PART**2 - _PART**3, 2 - 5 * _PART**2 + 3 * _PART**3,
        _PART + 4 * _PART**2 - 3 * _PART**3, -(_PART**2) + _PART**3,
    ],
    axis=1,
)  # fmt: skip
"""Shares of a point, the one before it and the two after it in six places of the curve between the middle two."""


class Pen:
    """Draws on a clear sheet `aspect` wide and 1 high; y grows downwards."""

    def __init__(self, pixels_high: float, aspect: float, above: float = 0.0) -> None:
        """`above` is room for what sticks out upwards, beyond the height."""
        high = max(3, round(pixels_high))
        self._above = round(high * above)
        self._size = (max(3, round(pixels_high * aspect)), high + self._above)
        area = self._size[0] * self._size[1]
        self._finer = next((finer for most, finer in _FINER if area <= most), 2)
        self._scale = high * self._finer
        # Opaque colours are the same multiplied by their opacity, and such sheets are scaled without converting.
        self._sheet = Image.new("RGBa", (self._size[0] * self._finer, self._size[1] * self._finer))
        self._draw = ImageDraw.Draw(self._sheet)

    def shape(self, points: Sequence[Point], color: RGB) -> None:
        """A polygon."""
        self._draw.polygon(self._placed(points), fill=_bytes(color))

    def blob(self, points: Sequence[Point], color: RGB) -> None:
        """A closed outline through the points, rounded."""
        self.shape(rounded(points), color)

    def oval(self, x: float, y: float, across: float, down: float, color: RGB) -> None:
        """An ellipse around a centre."""
        (left, top), (right, bottom) = self._placed([(x - across, y - down), (x + across, y + down)])
        self._draw.ellipse((left, top, right, bottom), fill=_bytes(color))

    def stroke(self, points: Sequence[Point], width: float, color: RGB) -> None:
        """A line with round ends and joints."""
        placed, thick = self._placed(points), max(1, round(width * self._scale))
        self._draw.line(placed, fill=_bytes(color), width=thick, joint="curve")
        for x, y in placed:
            self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=_bytes(color))

    def drawing(self) -> Image.Image:
        """What was drawn, at the size asked for."""
        return self._sheet.reduce(self._finer).convert("RGBA")

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale + self._above * self._finer) for x, y in points]


def rounded(points: Sequence[Point]) -> list[Point]:
    """A closed curve through the points (Catmull-Rom)."""
    knots = np.asarray(points, np.float64)
    around = knots[(np.arange(len(knots))[:, None] + _NEIGHBOURS) % len(knots)]
    return [(x, y) for x, y in (_CURVE @ around).reshape(-1, 2).tolist()]


def _bytes(color: RGB) -> tuple[int, int, int, int]:
    r, g, b = (round(255 * min(1.0, max(0.0, c))) for c in color)
    return r, g, b, 255
