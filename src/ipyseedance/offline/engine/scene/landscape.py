"""Text to video: a landscape composed from a prompt's words and the seed."""

from __future__ import annotations

import av
import numpy as np

from ..camera import Move
from ..canvas import Canvas, Upscaler, rgb
from ..cues import lightning
from ..shot import Shot
from .cast import cast
from .clouds import Aurora, Clouds
from .figures import Ink
from .land import Outlines, Painter
from .motes import motes_for
from .palette import Palette
from .scenery import Layer, Scenery
from .sky import Sky, SoftGrid
from .stage import Stage
from .words import Plan

_HORIZONS = {"sea": 0.54, "lake": 0.56, "city": 0.72, "desert": 0.58, "forest": 0.60, "mountains": 0.66, "meadow": 0.58}


class Landscape:
    """Sky, land in layers, those who are in it, and what is in the air."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot, plan: Plan, palette: Palette, random: np.random.Generator) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        stage = Stage(shot.size, _HORIZONS[plan.setting] * shot.size[1], self._move)
        self._far = grid = SoftGrid(stage, stage.room)
        self._sky = Sky(stage, plan, palette, grid, random)
        self._clouds = Clouds(stage, plan, palette, self._sky, grid, random)
        self._aurora = Aurora(stage, grid, random) if "aurora" in plan.weather else None
        self._upscaler = Upscaler(shot.size)
        painter = Painter(stage, palette, self._sky, SoftGrid(stage))
        outlines, ink = Outlines(stage, random), Ink.of(palette, plan.hour)
        scenery = Scenery(stage, plan, palette, self._sky, painter, outlines, ink, random)
        # Lightning behind the clouds.
        self._flashes = np.array(lightning(shot.seed) if "storm" in plan.weather else ())
        away = np.hypot(grid.x - np.float32(self._sky.sun_x), grid.y - np.float32(0.4 * stage.horizon))
        self._flash_shape = np.exp(-away / np.float32(0.45 * stage.unit))[:, :, None]
        self._flash_color = rgb((0.86, 0.90, 1.0))
        ground = scenery.compose()
        aloft, present = cast(scenery, ground)
        self._layers: list[Layer] = [
            *aloft, *ground.back, *present, *ground.front, *motes_for(stage, plan, palette, random),
        ]  # fmt: skip

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1), seconds)
        soft = self._sky.base.copy()
        if self._aurora is not None:
            self._aurora.shine(soft, seconds)
        self._clouds.drift(soft, seconds)
        if self._flashes.size:
            age = seconds - self._flashes
            flash = np.where((age >= 0) & (age < 0.6), np.exp(-age.clip(0, None) * 9), 0).max()
            soft += (self._flash_color - soft) * (self._flash_shape * np.float32(0.75 * flash))
        frame = self._upscaler.frame(self._far.seen(soft, view))
        canvas = Canvas.of(frame)
        self._sky.draw_sharp(canvas, seconds, view)
        for layer in self._layers:
            layer.draw(canvas, seconds, view)
        return frame
