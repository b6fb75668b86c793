"""Under water: light from above, a reef below, and who swims between."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import av
import numpy as np
from PIL import Image

from ..camera import Move
from ..canvas import RGB, Canvas, Floats, Upscaler, deep, rgb
from ..noise import sample, smoothstep, tile
from ..shot import Shot
from . import sea_animals
from .land_layers import MARGIN, Outlines, Painter, Ridge
from .palette import Palette, gradient, mixed, scaled
from .particles import Kind, Particles
from .perspective import Stage, moved
from .prompt_reading import Plan
from .scenery import Layer
from .shapes import Pen
from .silhouettes import STEPS, Ink
from .sky import SoftGrid
from .sprite import Drawing, Path, Place, Sprite, standing

_WATERS: tuple[tuple[RGB, RGB, RGB, RGB], ...] = (
    ((0.66, 0.94, 0.90), (0.12, 0.62, 0.72), (0.03, 0.30, 0.50), (0.01, 0.12, 0.27)),
    ((0.74, 0.92, 0.98), (0.16, 0.52, 0.80), (0.04, 0.23, 0.52), (0.01, 0.08, 0.26)),
    ((0.76, 0.95, 0.80), (0.18, 0.64, 0.60), (0.04, 0.34, 0.42), (0.01, 0.14, 0.22)),
)
_CORALS: tuple[RGB, ...] = (
    (0.98, 0.40, 0.46), (0.99, 0.62, 0.30), (0.86, 0.40, 0.82), (0.98, 0.84, 0.46), (0.52, 0.44, 0.92),
    (0.96, 0.30, 0.36),
)  # fmt: skip
_TALL, _KELP = 0.66, 0.4
"""How tall kelp may be, and is drawn, in mean sides: its many poses take less memory so."""
_STEPS_A_CELL = 8
"""How finely beams of light follow the noise they are made of."""
_BUBBLES = Kind(46, (0.0016, 0.0052), (-0.16, -0.06), (-0.01, 0.01), 0.012, (0.84, 0.97, 1.0), 0.55)
_SWIMMERS: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float, float]] = {
    # how it is drawn, its height in mean sides, its row in the picture, mean sides a second
    "whale": (sea_animals.whale, 0.27, 0.56, 0.030),
    "shark": (sea_animals.shark, 0.17, 0.50, 0.045),
    "turtle": (sea_animals.turtle, 0.19, 0.52, 0.030),
    "jellyfish": (sea_animals.jellyfish, 0.34, 0.60, 0.006),
    "diver": (sea_animals.diver, 0.17, 0.50, 0.030),
}


class Underwater:
    """A view below the surface."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot, plan: Plan, random: np.random.Generator) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        self._stage = stage = Stage(shot.size, 0.5 * shot.size[1], self._move)
        self._grid = grid = SoftGrid(stage)
        light = {"day": 1.0, "dawn": 0.92, "sunset": 0.8, "dusk": 0.6, "night": 0.34}[plan.hour]
        surface, upper, lower, bottom = (
            scaled(color, light) for color in _WATERS[int(random.integers(len(_WATERS)))]
        )  # fmt: skip
        self._base = deep(
            gradient(grid.y / np.float32(stage.height), [(0.0, surface), (0.16, upper), (0.62, lower), (1.0, bottom)])
        )
        self._lit = deep(rgb(mixed(surface, (1.0, 1.0, 0.94), 0.5)))[:, None, None] - self._base
        self._sun_x = stage.width * float(random.uniform(0.3, 0.7))
        self._noise = tile(random, 256, 8, 4, 0.5)
        down = (grid.y + np.float32(0.42 * stage.height)) / np.float32(stage.unit)
        self._angle = (grid.x - np.float32(self._sun_x)) / np.float32(stage.unit) / down
        depth = grid.y / np.float32(stage.height)
        aside = np.abs(self._angle)
        self._reach = ((1 - depth) ** 1.3 * (1 - smoothstep(0.35, 1.3, aside)) * np.float32(0.85 * light)).clip(0, 1)
        ripple = 1 - smoothstep(0.0, 0.15, depth)
        self._ripple = ripple[: int(np.count_nonzero(ripple[:, 0]))]
        self._upscaler = Upscaler(shot.size)
        self._ink = Ink(mixed(bottom, lower, 0.25), 0.30 + 0.62 * light, mixed(lower, upper, 0.4), surface)
        water = Palette(
            upper, upper, lower, lower, surface, mixed(lower, upper, 0.35), scaled(bottom, 0.8), 0.5, glow=0.3
        )
        self._painter = Painter(stage, water, self._sun_x, grid)
        self._outlines = Outlines(stage, random)
        self._water, self._random = water, random
        self._layers = self._composed(plan)

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def _composed(self, plan: Plan) -> list[Layer]:
        wanted = [name for name in _SWIMMERS if name in plan.subjects]
        if "person" in plan.subjects and "diver" not in wanted:
            wanted.append("diver")
        layers: list[Layer] = [self._seabed(0.16, 0.17, 0.90, 0.2), *self._shoal(13, 0.30, 0.014, 0.34)]
        layers.append(self._seabed(0.36, 0.13, 0.95, 0.45))
        layers += self._reef(0.42, 8, 0.93, 0.09)
        if not wanted:
            wanted = [str(self._random.choice(("turtle", "jellyfish")))]
        layers += [self._swimmer(name, index) for index, name in enumerate(wanted)]
        layers += self._shoal(9, 0.66, 0.030, 0.62)
        layers.append(self._seabed(0.72, 0.10, 1.02, 0.85))
        layers += self._reef(0.78, 7, 1.01, 0.17)
        layers += self._kelp()
        layers.append(Particles(self._stage, _BUBBLES, self._random))
        return layers

    def _seabed(self, depth: float, height: float, share: float, near: float) -> Ridge:
        outline = self._outlines.hills(height, 0.6, 0.5)
        base = share * self._stage.height
        color = mixed(self._water.haze, self._water.land, near)
        fill = self._painter.fill(depth, base - float(outline.max()), 0.4 * self._stage.unit, 0.25, color)
        return Ridge(self._stage, base, depth, outline, fill)

    def _reef(self, depth: float, count: int, share: float, tall: float) -> list[Layer]:
        """Corals and sponges along a row."""
        stage, random, found = self._stage, self._random, list[Layer]()
        span = stage.width * (1 + MARGIN)
        for number in range(count):
            x = (number + float(random.uniform(0.1, 0.9))) / count * span - stage.width * MARGIN / 2
            color = mixed(
                self._water.haze, self._ink.lit(_CORALS[int(random.integers(len(_CORALS)))]), 0.25 + 0.75 * depth
            )
            high = tall * stage.unit * float(random.uniform(0.55, 1.1))
            kind = (_branches, _fan, _tubes, _dome)[int(random.integers(4))]
            y = share * stage.height - float(random.uniform(0.0, 0.02)) * stage.unit
            found.append(Sprite(stage, [kind(high, color, random)], standing(x, y), depth))
        return found

    def _kelp(self) -> list[Layer]:
        stage, random, found = self._stage, self._random, list[Layer]()
        left = self._sun_x > stage.width / 2
        color = mixed(self._water.land, self._ink.lit((0.20, 0.44, 0.26)), 0.35)
        poses = [Drawing(pose) for pose in _weed(_KELP * stage.unit, color, float(random.uniform(0, 6)))]
        for number in range(4):
            x = (0.015 + 0.055 * number + float(random.uniform(-0.012, 0.012))) * stage.unit
            scale = float(random.uniform(0.5, 1.0)) * (1 - 0.1 * number) * _TALL / _KELP
            place = Place(x if left else stage.width - x, 1.03 * stage.height, scale)
            turned = poses[5 * number % STEPS :] + poses[: 5 * number % STEPS]
            found.append(Sprite(stage, turned, _still(place), 1.0, 2.6))
        return found

    def _swimmer(self, name: str, index: int) -> Sprite:
        draw, tall, row, pace = _SWIMMERS[name]
        stage, unit = self._stage, self._stage.unit
        x0 = stage.width * (0.40 + 0.24 * index % 0.6) - (0 if self._move.follows else pace * unit * 2.5)
        y0 = (row + 0.12 * index) * stage.height
        return Sprite(stage, draw(self._ink, tall * unit), self._glide(x0, y0, pace), 0.6, 5.0 if tall > 0.2 else 9.0)

    def _glide(self, x: float, y: float, pace: float) -> Path:
        unit = self._stage.unit
        seconds_in_all = max(1.0, (self._shot.frames - 1) / self._shot.fps)

        def path(seconds: float) -> Place:
            carried = 0.0
            if self._move.follows:
                carried = self._stage.width * moved(self._move.at(seconds / seconds_in_all), 0.6)[0]
            return Place(x + pace * unit * seconds + carried, y + 0.012 * unit * math.sin(0.9 * seconds))

        return path

    def _shoal(self, count: int, depth: float, tall: float, row: float) -> list[Layer]:
        stage, random, unit = self._stage, self._random, self._stage.unit
        color = sea_animals.FISH_COLORS[int(random.integers(len(sea_animals.FISH_COLORS)))]
        tint = mixed(self._water.haze, color, 0.3 + 0.7 * depth)
        poses = [Drawing(pose) for pose in sea_animals.fish(self._ink, tall * unit, tint)]
        x0, pace = stage.width * float(random.uniform(0.1, 0.6)), float(random.uniform(0.035, 0.06))
        found: list[Layer] = []
        for number in range(count):
            x = x0 + unit * float(random.normal(0, 0.13 + 0.1 * depth))
            y = row * stage.height + unit * float(random.normal(0, 0.055))
            own, turn = pace * float(random.uniform(0.85, 1.15)), int(random.integers(len(poses)))

            def path(seconds: float, x: float = x, y: float = y, own: float = own, number: int = number) -> Place:
                return Place(x + own * unit * seconds, y + 0.006 * unit * math.sin(1.7 * seconds + number))

            found.append(Sprite(stage, poses[turn:] + poses[:turn], path, depth, 10.0))
        return found

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1), seconds)
        gone = moved(view, 0.2)[0]
        at = self._angle * 46 + np.float32(12 * gone)
        time = np.float32(seconds)
        beams = self._along(7 + 4 * time, at + 3 * time)
        beams *= self._along(90 + 3 * time, at * np.float32(1.7) - 4 * time + 60)
        light = smoothstep(0.14, 0.50, beams) * self._reach
        ripple, angle = self._ripple, self._angle[: len(self._ripple)]
        waves = sample(self._noise, angle * 90 + 9 * time, 30 + 11 * time + ripple * 40)
        light[: len(ripple)] += ripple * smoothstep(0.35, 0.8, waves) * np.float32(0.5)
        light = light.clip(0, 0.9)
        soft = self._lit * light
        soft += self._base
        frame = self._upscaler.frame(soft)
        canvas = Canvas.of(frame)
        for layer in self._layers:
            layer.draw(canvas, seconds, view)
        return frame

    def _along(self, row: np.floating[Any], at: Floats) -> Floats:
        """The noise at places along one of its rows."""
        side = len(self._noise)
        steps = np.arange(side * _STEPS_A_CELL, dtype=np.float32) / np.float32(_STEPS_A_CELL)
        values = sample(self._noise, steps, np.full_like(steps, row))
        step = np.floor(at * np.float32(_STEPS_A_CELL)).astype(np.intp)
        step &= values.size - 1
        return np.asarray(values.take(step), np.float32)


def _still(place: Place) -> Path:
    return lambda _seconds: place


def _branches(pixels: float, color: RGB, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 1.2)

    def grow(x: float, y: float, angle: float, length: float, width: float) -> None:
        tip = (x + length * math.sin(angle), y - length * math.cos(angle))
        pen.stroke([(x, y), tip], width, color)
        if length > 0.10:
            for turn in (-0.5, 0.42):
                grow(*tip, angle + turn + float(random.uniform(-0.2, 0.2)), length * 0.74, width * 0.78)

    grow(0.6, 1.0, 0.0, 0.27, 0.075)
    return pen.drawing()


def _fan(pixels: float, color: RGB, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 1.3)
    for ray in range(17):
        angle = (ray / 16 - 0.5) * 2.3
        reach = 0.86 + 0.08 * math.sin(ray * 2.1) + 0.04 * float(random.uniform(-1, 1))
        pen.stroke(
            [(0.65, 0.98), (0.65 + reach * 0.7 * math.sin(angle), 0.98 - reach * math.cos(angle * 0.8))], 0.022, color
        )
    for ring in range(1, 5):
        reach = 0.2 * ring
        pen.stroke([(0.65 + reach * 0.7 * math.sin(a), 0.98 - reach * math.cos(a * 0.8))
                    for a in ((n / 12 - 0.5) * 2.3 for n in range(13))], 0.014, scaled(color, 0.85))  # fmt: skip
    return pen.drawing()


def _tubes(pixels: float, color: RGB, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 0.9)
    for x, top in ((0.25, 0.40), (0.64, 0.28), (0.45, 0.10), (0.76, 0.52)):
        top += 0.06 * float(random.uniform(-1, 1))
        pen.stroke([(0.45 + (x - 0.45) * 0.5, 1.0), (x, top)], 0.17, color)
        pen.oval(x, top, 0.058, 0.034, scaled(color, 0.45))
    return pen.drawing()


def _dome(pixels: float, color: RGB, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels * 0.6, 1.8)
    pen.blob([(0.05, 1.05), (0.16, 0.50), (0.55, 0.14), (1.10, 0.10), (1.58, 0.42), (1.76, 1.05)], color)
    for arc in range(6):
        x = 0.35 + 0.22 * arc
        wave = 0.05 * float(random.uniform(0.5, 1))
        pen.stroke(
            [(x, 0.95), (x - wave, 0.66), (x + wave, 0.40), (0.3 * 0.9 + x * 0.7, 0.24)], 0.028, scaled(color, 0.78)
        )
    return pen.drawing()


def _weed(pixels: float, color: RGB, phase: float) -> list[Image.Image]:
    """A tall strand that sways with the swell."""
    poses = []
    for step in range(STEPS):
        turn = 2 * math.pi * step / STEPS
        pen = Pen(pixels, 0.44)
        spine = [
            (0.22 + 0.06 * up * math.sin(turn + phase + 2.6 * up) + 0.03 * math.sin(phase), 1 - 0.97 * up)
            for up in (n / 14 for n in range(15))
        ]
        pen.stroke(spine, 0.014, color)
        for index, (x, y) in enumerate(spine[1:-1]):
            side = 1 if index % 2 else -1
            lean = 0.05 * math.sin(turn + phase + 0.4 * index)
            pen.blob([(x, y), (x + side * 0.07, y - 0.05 + lean * 0.3), (x + side * 0.15, y - 0.03 + lean),
                      (x + side * 0.07, y + 0.015)], scaled(color, 0.85 + 0.15 * side))  # fmt: skip
        poses.append(pen.drawing())
    return poses
