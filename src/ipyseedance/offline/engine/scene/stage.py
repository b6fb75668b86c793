"""Where things stand in a landscape, and how the camera's view moves them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..camera import Move, View
from ..shot import Size


@dataclass(frozen=True)
class Stage:
    """The picture's geometry. Places are pixels of the picture before the camera moves."""

    size: Size
    horizon: float
    move: Move

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
        zoom = 1 + (view.zoom - 1) * (0.15 + 0.85 * depth)
        near = 0.08 + 0.92 * depth
        return Lens(
            zoom,
            self.width / 2 * (1 - zoom) - view.x * self.width * near,
            self.horizon * (1 - zoom) - view.y * self.height * (0.35 + 0.65 * depth),
        )


@dataclass(frozen=True)
class Lens:
    """Where the camera shows a place: place x zoom + shift."""

    zoom: float
    x: float
    y: float
