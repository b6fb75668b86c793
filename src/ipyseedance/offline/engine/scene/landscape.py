"""Text to video: a landscape composed from a prompt's words and the seed."""

from __future__ import annotations

from dataclasses import replace

import av
import numpy as np

from ..camera import Move
from ..canvas import Canvas, Floats, Upscaler, deep
from ..shot import Shot
from .clouds import Aurora, Clouds
from .garden_and_street import ground_of
from .land_layers import Outlines, Painter
from .lightning import Lightning
from .palette import Palette
from .particles import particles_for
from .people_in_rooms import outdoors, people_in
from .perspective import Stage
from .portrait import portraits
from .prompt_reading import LAMPLIT, Plan
from .room import Room
from .scenery import Layer, Scenery
from .silhouettes import Ink
from .sky import Sky, SoftGrid
from .subjects import place_subjects
from .theatre import LAMPLIGHT

_HORIZONS = {"sea": 0.54, "lake": 0.56, "city": 0.72, "desert": 0.58, "forest": 0.60, "mountains": 0.66, "meadow": 0.58,
             "garden": 0.42, "street": 0.66, "theatre": 0.60, "court": 0.60}  # fmt: skip


_EVERY = 6
"""Frames from one drawing of the soft sky to the next."""


class Landscape:
    """Sky, land in layers, those who are in it, and what is in the air."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot, plan: Plan, palette: Palette, random: np.random.Generator) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        indoors = plan.setting == "interior"
        if plan.close:
            plan = replace(plan, subjects=tuple(name for name in plan.subjects if name not in ("person", "couple")))
        seen = replace(plan, setting=plan.outside, subjects=outdoors(plan.subjects)) if indoors else plan
        stage = Stage(shot.size, _HORIZONS[seen.setting] * shot.size[1], self._move, shot.seconds)
        self._far = grid = SoftGrid(stage, stage.room)
        self._sky = Sky(stage, seen, palette, grid, random)
        self._clouds = Clouds(stage, seen, palette, self._sky, grid, random)
        self._aurora = Aurora(stage, grid, random) if "aurora" in seen.weather else None
        self._moments: dict[int, Floats] = {}
        self._upscaler = Upscaler(shot.size)
        painter = Painter(stage, palette, self._sky.sun_x, SoftGrid(stage))
        outlines = Outlines(stage, random)
        ink = LAMPLIGHT if seen.setting in LAMPLIT else Ink.of(palette, seen.hour)
        scenery = Scenery(shot, stage, seen, palette, self._sky, painter, outlines, ink, random)
        self._lightning = Lightning(stage, grid, shot.seed, random) if "storm" in seen.weather else None
        ground = ground_of(scenery)
        aloft, present = place_subjects(scenery, ground)
        bolts: list[Layer] = [self._lightning] if self._lightning is not None else []
        self._layers: list[Layer] = [*bolts, *aloft, *ground.back, *present, *ground.front]
        if not indoors:
            self._layers += portraits(shot, stage, ink, random) if plan.close else []
            self._layers += particles_for(stage, seen, palette, random)
        else:
            room = Room(stage, ink, plan.hour, random)
            self._layers += [*particles_for(stage, seen, palette, random), room]
            self._layers += people_in(stage, room, plan.subjects, ink)
            self._layers += portraits(shot, stage, replace(ink, tint=room.light), random) if plan.close else []

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def _soft(self, number: int) -> Floats:
        """What is soft in the sky: so slow that it is drawn at some moments and blended between them."""
        before = number // _EVERY
        one, other = self._moment(before), self._moment(before + 1)
        return one + (other - one) * np.float32(number % _EVERY / _EVERY)

    def _moment(self, which: int) -> Floats:
        if which not in self._moments:
            seconds = which * _EVERY / self._shot.fps
            soft = self._sky.base.copy()
            if self._aurora is not None:
                self._aurora.shine(soft, seconds)
            self._clouds.drift(soft, seconds)
            kept = {at: other for at, other in self._moments.items() if abs(at - which) == 1}
            self._moments = kept | {which: deep(soft)}
        return self._moments[which]

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1), seconds)
        soft = self._soft(number)
        if self._lightning is not None:
            self._lightning.flash(soft, seconds)
        frame = self._upscaler.frame(self._far.seen(soft, view))
        canvas = Canvas.of(frame)
        self._sky.draw_sharp(canvas, seconds, view)
        for layer in self._layers:
            layer.draw(canvas, seconds, view)
        return frame
