"""The land upside down in the water, broken up by ripples."""

from __future__ import annotations

import numpy as np

from ..camera import View
from ..canvas import RGB, Canvas, Floats, blend, yuv
from .land import MARGIN
from .stage import Stage


class Mirror:
    """The reflection of an outline that stands on the horizon."""

    def __init__(self, stage: Stage, outline: Floats, depth: float, color: RGB, opacity: float) -> None:
        self._stage, self._outline, self._depth = stage, outline, depth
        self._paint = [np.array(round(float(value)), np.int16) for value in yuv(color)]
        self._opacity = opacity
        self._columns = np.arange(stage.width, dtype=np.float32)
        self._rows = np.arange(stage.height, dtype=np.float32)[:, None]

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it over the water."""
        lens = self._stage.lens(view, self._depth)
        at = (self._columns - np.float32(lens.x)) / np.float32(lens.zoom) + np.float32(MARGIN * self._stage.width)
        np.clip(at, 0, self._outline.size - 2, out=at)
        left = at.astype(np.int32)
        part = at - left
        heights = (self._outline[left] * (1 - part) + self._outline[left + 1] * part) * np.float32(0.8 * lens.zoom)
        line = self._stage.horizon * lens.zoom + lens.y
        top = max(0, int(line))
        down = self._rows[top : top + int(heights.max()) + 8] - np.float32(line)
        unit = np.float32(self._stage.unit)
        ripple = np.sin(down / (unit * np.float32(0.0045)) * (1 - down / unit) + np.float32(4.2 * seconds))
        wobble = ripple * (down * np.float32(0.06) + 1)
        for index, plane in enumerate(canvas.planes):
            step = 1 if index == 0 else 2
            rows = (len(down) + step - 1) // step
            target = plane[top // step : top // step + rows]
            near = down[::step][: len(target)]
            soft = np.float32(128) / np.float32(0.5 + 0.03 * unit)
            fade = (np.float32(128 * self._opacity) * (1 - near / (near[-1] + 1) * np.float32(0.5))).astype(np.int16)
            reach = (heights[::step] * soft).clip(0, 16_000).astype(np.int16)
            gone = ((near - wobble[::step][: len(target)]) * soft).clip(-8_000, 16_000).astype(np.int16)
            cover = reach[None, :] - gone
            np.clip(cover, 0, 128, out=cover)
            cover *= fade
            cover >>= 7
            blend(target, self._paint[index], cover)
