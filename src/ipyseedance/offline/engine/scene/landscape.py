"""Text to video: a landscape composed from a prompt's words and the seed."""

from __future__ import annotations

import av
import numpy as np

from ..camera import Move
from ..canvas import Canvas, Upscaler
from ..shot import Shot
from .clouds import Aurora, Clouds
from .land import Outlines, Painter, Ridge
from .palette import palette_for
from .sky import Sky, SoftGrid
from .stage import Stage
from .words import plan_of

_HORIZONS = {"sea": 0.55, "lake": 0.58, "city": 0.74, "desert": 0.60, "forest": 0.62, "mountains": 0.70, "meadow": 0.62}


class Landscape:
    """Sky, land in layers, and what moves in front of it."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot) -> None:
        random = np.random.default_rng(shot.seed)
        self._shot = shot
        plan = plan_of(shot.prompt, random)
        palette = palette_for(plan, random)
        horizon = _HORIZONS.get(plan.setting, 0.6) * shot.size[1]
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        self._stage = stage = Stage(shot.size, horizon, self._move)
        grid = SoftGrid(stage)
        self._sky = Sky(stage, plan, palette, grid, random)
        self._clouds = Clouds(stage, plan, palette, self._sky, grid, random)
        self._aurora = Aurora(stage, grid, random) if "aurora" in plan.weather else None
        self._upscaler = Upscaler(shot.size)
        outlines, painter = Outlines(stage, random), Painter(stage, palette, self._sky, grid)
        unit = stage.unit
        self._ridges = []
        for depth, height in ((0.12, 0.16), (0.3, 0.12), (0.55, 0.10), (0.85, 0.08)):
            base = horizon + (stage.height - horizon) * depth**1.6 * 0.8
            outline = outlines.peaks(height, 0.5) if plan.setting == "mountains" else outlines.hills(height, 0.5)
            if plan.setting == "forest":
                outline = outlines.pines(outline, 0.05 + 0.16 * depth, 0.02 + 0.05 * depth)
            fill = painter.fill(depth, base - height * unit, 0.3 * unit, 0.5)
            self._ridges.append(Ridge(stage, base, depth, outline, fill))

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1))
        soft = self._sky.base.copy()
        if self._aurora is not None:
            self._aurora.shine(soft, seconds)
        self._clouds.drift(soft, seconds, view)
        frame = self._upscaler.frame(soft)
        canvas = Canvas.of(frame)
        self._sky.draw_sharp(canvas, seconds, view)
        for ridge in self._ridges:
            ridge.draw(canvas, view)
        return frame
