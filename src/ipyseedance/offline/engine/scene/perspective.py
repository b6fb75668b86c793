"""Where things stand in a landscape, and how the camera's view moves them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..camera import Move, View
from ..shot import Size

_PIVOT = 0.55
"""The depth an orbit goes around."""
_STEPS = 24
"""Moments at which a move is looked at to know what it shows."""


@dataclass(frozen=True)
class Stage:
    """The picture's geometry. Places are pixels of the picture before the camera moves."""

    size: Size
    horizon: float
    move: Move
    seconds: float = 5.0
    """The clip's length."""

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.size[0]

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.size[1]

    @property
    def unit(self) -> float:
        """The mean side in pixels: things keep their share of the picture in every aspect ratio."""
        return math.sqrt(self.width * self.height)

    def lens(self, view: View, depth: float) -> Lens:
        """How the view shows things at a depth: 0 is infinitely far, 1 right in front."""
        zoom = view.zoom * (1 + (view.push - 1) * (0.15 + 0.85 * depth))
        x, y = moved(view, depth)
        return Lens(zoom, self.width / 2 * (1 - zoom) - x * self.width, self.horizon * (1 - zoom) - y * self.height)

    def carried(self, seconds: float, depth: float) -> float:
        """How far, in pixels, the camera has gone at a depth: what goes along keeps its place in the picture."""
        part = min(1.0, seconds / self.seconds)
        return self.width * moved(self.move.at(part), depth)[0]

    def columns(self, depth: float) -> tuple[float, float]:
        """The leftmost and rightmost place at a depth that comes into the picture in the clip."""
        lenses = [self.lens(self.move.at(step / _STEPS), depth) for step in range(_STEPS + 1)]
        aside = 0.03 * self.move.shake * self.width
        left = min(-lens.x / lens.zoom for lens in lenses)
        right = max((self.width - lens.x) / lens.zoom for lens in lenses)
        return left - aside, right + aside

    @property
    def room(self) -> tuple[float, float]:
        """How far the infinitely far shifts to each side and up or down, at most, in fractions of the picture."""
        move = self.move
        x, y = moved(View(abs(move.turn_x), abs(move.turn_y), abs(move.x), abs(move.y), orbit=-abs(move.orbit)), 0.0)
        return x / 2 + 0.02 * move.shake, y / 2 + 0.02 * move.shake


def moved(view: View, depth: float) -> tuple[float, float]:
    """How far the view has moved over what is at a depth, right and down, in fractions of the picture."""
    return (
        view.turn_x + view.x * (0.06 + 0.94 * depth) + view.orbit * (depth - _PIVOT),
        view.turn_y + view.y * (0.25 + 0.75 * depth),
    )


@dataclass(frozen=True)
class Lens:
    """Where the camera shows a place: place x zoom + shift."""

    zoom: float
    x: float
    y: float
