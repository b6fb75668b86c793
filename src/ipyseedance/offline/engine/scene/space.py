"""Space: a nebula, stars at three depths, a planet with its shadow side."""

from __future__ import annotations

import av
import numpy as np
from PIL import Image

from ..camera import Move
from ..canvas import RGB, Canvas, Floats, Upscaler, bytes_of, deep, rgb
from ..noise import sample, smoothstep, tile
from ..shot import Shot
from .palette import gradient, mixed
from .particles import Meteors, add_spots
from .perspective import Stage, moved
from .prompt_reading import Plan
from .silhouettes import Ink, astronaut
from .sky import add_points
from .sprite import Place, Sprite

_SMALL = 190
_CLOUDS: tuple[tuple[RGB, RGB, RGB], ...] = (
    ((0.10, 0.04, 0.22), (0.52, 0.14, 0.50), (0.98, 0.56, 0.46)),
    ((0.02, 0.08, 0.20), (0.06, 0.34, 0.50), (0.56, 0.90, 0.86)),
    ((0.06, 0.05, 0.18), (0.22, 0.20, 0.62), (0.92, 0.62, 0.92)),
    ((0.10, 0.04, 0.06), (0.54, 0.16, 0.12), (1.0, 0.74, 0.40)),
)
_WORLDS: tuple[tuple[RGB, RGB], ...] = (
    ((0.86, 0.62, 0.40), (0.58, 0.32, 0.20)),
    ((0.36, 0.58, 0.82), (0.86, 0.92, 0.96)),
    ((0.78, 0.52, 0.62), (0.40, 0.24, 0.46)),
    ((0.50, 0.74, 0.66), (0.18, 0.38, 0.44)),
)


class Space:
    """A view into space."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot, plan: Plan, random: np.random.Generator) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        self._stage = stage = Stage(shot.size, shot.size[1] / 2, self._move)
        scale = _SMALL / stage.unit
        rows, columns = np.mgrid[0 : max(2, round(stage.height * scale)), 0 : max(2, round(stage.width * scale))]
        self._x, self._y = columns.astype(np.float32), rows.astype(np.float32)
        self._noise = tile(random, 256, 4, 6, 0.55)
        dark, middle, bright = _CLOUDS[int(random.integers(len(_CLOUDS)))]
        at = np.linspace(0, 1, 256, dtype=np.float32)
        void = (0.006, 0.008, 0.02)
        self._colors = deep(gradient(at, [(0.0, void), (0.35, dark), (0.68, middle), (1.0, bright)]))
        angle = float(random.uniform(-0.5, 0.5))
        tilt = (self._x - self._x.mean()) * np.sin(angle) + (self._y - self._y.mean()) * np.cos(angle)
        self._band = np.exp(-((tilt / np.float32(_SMALL * 0.30)) ** 2))
        self._upscaler = Upscaler(shot.size)
        count = round(620 * stage.width * stage.height / stage.unit**2)
        self._star_x = random.uniform(-0.15, 1.15, count).astype(np.float32) * np.float32(stage.width)
        self._star_y = random.uniform(-0.15, 1.15, count).astype(np.float32) * np.float32(stage.height)
        self._star_depth = (random.random(count) ** 3).astype(np.float32)
        self._star_light = (40 + 190 * random.random(count) ** 6).astype(np.float32)
        self._star_phase = random.uniform(0, 6.28, count).astype(np.float32)
        self._things: list[Sprite | Meteors] = [self._planet(random, ringed="ring" in shot.prompt.lower())]
        if "meteors" in plan.weather:
            self._things.append(Meteors(stage, random))
        if "astronaut" in plan.subjects or "person" in plan.subjects:
            ink = Ink((0.1, 0.1, 0.16), 0.8, middle, (1.0, 0.9, 0.6))
            x, y, unit = stage.width * (0.36 if self._side > 0.5 else 0.64), stage.height * 0.70, stage.unit

            def adrift(seconds: float) -> Place:
                return Place(x + 0.012 * unit * seconds, y + 0.012 * unit * float(np.sin(0.9 * seconds)))

            self._things.append(Sprite(stage, astronaut(ink, 0.24 * unit), adrift, 0.9))

    def _planet(self, random: np.random.Generator, *, ringed: bool) -> Sprite:
        stage = self._stage
        self._side = float(random.choice((0.28, 0.70)))
        radius = stage.unit * float(random.uniform(0.15, 0.24))
        picture = _world(radius, random, ring=ringed or bool(random.random() < 0.5))
        x, foot = stage.width * self._side, stage.height * float(random.uniform(0.36, 0.46)) + picture.height / 2
        drift = stage.unit * 0.006
        return Sprite(stage, [picture], lambda seconds: Place(x - drift * seconds, foot), 0.35)

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1), seconds)
        flow = np.float32(1.5 * seconds)
        turn_x, turn_y = moved(view, 0.0)
        grid_x = (self._x - self._x.mean()) / np.float32(view.zoom) + np.float32(turn_x * self._x.shape[1] + 90)
        grid_y = (self._y - self._y.mean()) / np.float32(view.zoom) + np.float32(turn_y * self._y.shape[0] + 60)
        warp = sample(self._noise, grid_x * 0.5 + flow, grid_y * 0.5) * 70
        density = sample(self._noise, grid_x * 0.8 + warp, grid_y * 0.8 - warp * 0.7 + flow)
        glow = (smoothstep(0.22, 0.80, density) * (0.38 + 0.72 * self._band)).clip(0, 1)
        frame = self._upscaler.frame(self._colors.take((glow * 255).astype(np.intp), axis=1))
        canvas = Canvas.of(frame)
        near = np.float32(0.05) + self._star_depth
        middle_x, middle_y = self._stage.width / 2, self._stage.height / 2
        grow = np.float32(view.zoom) * (1 + np.float32(view.push - 1 + 0.006 * seconds) * near)
        gone_x, gone_y = moved(view, 0.3)
        x = (self._star_x - middle_x) * grow + np.float32(middle_x - gone_x * self._stage.width) - flow * near
        y = (self._star_y - middle_y) * grow + np.float32(middle_y - gone_y * self._stage.height)
        beat = 0.8 + 0.2 * np.sin(self._star_phase + np.float32(2.2 * seconds))
        add_points(canvas, x, y, self._star_light * beat)
        big = self._star_light > 185
        radius = np.full(int(big.sum()), 0.0018 * self._stage.unit, np.float32)
        add_spots(canvas, x[big], y[big], radius, beat[big] * 0.9, (1.0, 0.97, 0.92))
        for thing in self._things:
            thing.draw(canvas, seconds, view)
        return frame


def _world(radius: float, random: np.random.Generator, *, ring: bool) -> Image.Image:
    """A banded planet lit from the upper left, and perhaps its ring."""
    side = max(16, round(radius * 2))
    wide = round(side * 2.3) if ring else side + 4
    tall = side + 4
    rows, columns = np.mgrid[0:tall, 0:wide].astype(np.float32)
    x, y = (columns + 0.5 - wide / 2) / np.float32(radius), (rows + 0.5 - tall / 2) / np.float32(radius)
    inside = 1 - x**2 - y**2
    z = np.sqrt(inside.clip(0, None))
    noise = tile(random, 256, 4, 5)
    tilted = y * np.float32(0.95) + x * np.float32(0.25)
    swirl = sample(noise, x * 30 + 80, tilted * 60 + 90)
    bands = sample(noise, np.full_like(x, 7.0) + swirl * 9, tilted * 90 + 120)
    light, dark = _WORLDS[int(random.integers(len(_WORLDS)))]
    color = gradient(smoothstep(0.30, 0.66, bands), [(0.0, dark), (0.55, mixed(dark, light, 0.7)), (1.0, light)])
    day = (x * np.float32(-0.62) + y * np.float32(-0.45) + z * np.float32(0.64)).clip(0, 1)
    color = color * (np.float32(0.03) + np.float32(1.1) * smoothstep(-0.05, 0.95, day))[:, :, None]
    rim = ((1 - z).clip(0, 1) ** 3 * smoothstep(0.0, 0.5, day))[:, :, None] * rgb(light) * np.float32(0.5)
    color = (color + rim).clip(0, 1)
    alpha = (inside * np.float32(radius / 2) + np.float32(0.5)).clip(0, 1)
    if ring:
        color, alpha = _ringed(x, y, color, alpha, noise, light)
    pixels = np.concatenate([color, alpha[:, :, None]], axis=2)
    return Image.fromarray(bytes_of(pixels))


def _ringed(x: Floats, y: Floats, color: Floats, alpha: Floats, noise: Floats, tint: RGB) -> tuple[Floats, Floats]:
    lean = y + x * np.float32(0.20)
    out = np.hypot(x, lean * np.float32(4.4))
    grain = sample(noise, out * 90, np.full_like(out, 3.0))
    band = smoothstep(1.28, 1.34, out) * (1 - smoothstep(2.08, 2.16, out))
    dust = band * (np.float32(0.25) + grain * np.float32(0.7))

    hidden = (lean < 0) & (alpha > 0.5)
    dust = np.where(hidden, 0, dust) * np.where((x > 0.2) & (lean < 0.02) & (np.abs(lean) < 0.35), 0.55, 1.0)
    ring = rgb(mixed(tint, (1.0, 0.96, 0.9), 0.5)) * np.float32(0.8)
    mix = dust[:, :, None]
    total = alpha + dust * (1 - alpha)
    return np.asarray(color * (1 - mix) + ring * mix, np.float32), np.asarray(total, np.float32)
