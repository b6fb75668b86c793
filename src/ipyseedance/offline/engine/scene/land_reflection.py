"""The land upside down in the water, broken up by ripples."""

from __future__ import annotations

import numpy as np

from ..camera import View
from ..canvas import RGB, Canvas, Floats, blend, yuv
from .land_layers import heights_at, outline_columns
from .perspective import Stage


class LandReflection:
    """The reflection of an outline that stands on the horizon."""

    def __init__(self, stage: Stage, outline: Floats, depth: float, color: RGB, opacity: float) -> None:
        self._stage, self._outline, self._depth = stage, outline, depth
        self._paint = [np.array(round(float(value)), np.int16) for value in yuv(color)]
        self._opacity = opacity
        self._rows = np.arange(stage.height, dtype=np.float32)[:, None]

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it over the water."""
        lens = self._stage.lens(view, self._depth)
        heights = heights_at(self._outline, outline_columns(self._stage, lens)) * np.float32(0.8 * lens.zoom)
        line = self._stage.horizon * lens.zoom + lens.y
        top = max(0, int(line))
        down = self._rows[top : top + int(heights.max()) + 8] - np.float32(line)
        if not down.size:
            return
        unit = np.float32(self._stage.unit)
        ripple = np.sin(down / (unit * np.float32(0.0045)) * (1 - down / unit) + np.float32(4.2 * seconds))
        wobble = ripple * (down * np.float32(0.06) + 1)
        soft = np.float32(128) / np.float32(0.5 + 0.03 * unit)
        for step, indices in ((1, (0,)), (2, (1, 2))):
            shown = min(-(-len(down) // step), len(canvas.planes[indices[0]]) - top // step)
            near = down[::step][:shown]
            fade = (np.float32(128 * self._opacity) * (1 - near / (near[-1] + 1) * np.float32(0.5))).astype(np.int16)
            reach = (heights[::step] * soft).clip(0, 16_000).astype(np.int16)
            gone = ((near - wobble[::step][:shown]) * soft).clip(-8_000, 16_000).astype(np.int16)
            cover = reach[None, :] - gone
            np.clip(cover, 0, 128, out=cover)
            cover *= fade
            cover >>= 7
            for index in indices:
                blend(canvas.planes[index][top // step : top // step + shown], self._paint[index], cover)
