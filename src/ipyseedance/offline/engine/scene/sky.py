"""The sky: its gradient, the sun or moon with its glow, and the stars. Clouds and aurora are drawn over it."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import RGB, Canvas, Floats, bytes_of, rgb, yuv
from .palette import Palette, gradient
from .perspective import Stage
from .prompt_reading import Plan
from .sprite import Drawing

_SMALL = 190
"""Mean side of the small picture that soft things are drawn on."""


class SoftGrid:
    """The small picture's grid: where each of its pixels stands in the full-size one."""

    def __init__(self, stage: Stage, room: tuple[float, float] = (0.0, 0.0)) -> None:
        """`room` is how far it goes on beyond the picture, in fractions of its width and height."""
        scale = _SMALL / stage.unit
        self._stage, self._scale = stage, scale
        self._out = tuple(round(side * scale * part) for side, part in zip(stage.size, room, strict=True))
        self._size = (max(2, round(stage.width * scale)), max(2, round(stage.height * scale)))
        out_x, out_y = self._out
        rows, columns = np.mgrid[-out_y : self._size[1] + out_y, -out_x : self._size[0] + out_x]
        self.x = ((columns + 0.5) / scale).astype(np.float32)
        self.y = ((rows + 0.5) / scale).astype(np.float32)
        self.altitude = ((stage.horizon - self.y) / stage.horizon).clip(0, 1).astype(np.float32)
        """0 at and below the horizon, 1 at the picture's top."""

    def seen(self, picture: Floats, view: View) -> Floats:
        """The part of a picture of the infinitely far (3 planes drawn on this grid) that the camera sees."""
        lens = self._stage.lens(view, 0.0)
        for axis, start in ((1, lens.y), (2, lens.x)):
            length, out = picture.shape[axis], self._out[2 - axis]
            at = (np.arange(self._size[2 - axis], dtype=np.float32) + 0.5 - start * self._scale) / lens.zoom + out - 0.5
            at = at.clip(0, length - 1.001).astype(np.float32)
            first = at.astype(np.intp)
            part = (at - first).astype(np.float32)
            near = picture.take(first, axis=axis)
            picture = picture.take(first + 1, axis=axis)
            picture -= near
            picture *= part[:, None] if axis == 1 else part
            picture += near
        return picture


class Sky:
    """What never moves in the sky, and its stars."""

    def __init__(self, stage: Stage, plan: Plan, palette: Palette, grid: SoftGrid, random: np.random.Generator) -> None:
        self._stage, self._palette = stage, palette
        side = 0.5 + 0.28 * float(random.choice((-1, 1))) * float(random.uniform(0.25, 1))
        self.sun_x = side * stage.width
        self.sun_y = stage.horizon * (1 - palette.sun_height * float(random.uniform(0.85, 1.15)))
        self.sun_radius = palette.sun_radius * stage.unit
        self.sun_seen = not plan.weather & {"storm", "rain"} and (palette.sun_height > 0.08)
        self._moon = plan.hour == "night"
        self._face = self._disc()
        self.base = self._paint(grid)
        count = round(260 * palette.stars * stage.width * stage.horizon / stage.unit**2 * 2.2)
        self._star_x = random.uniform(-0.2, 1.2, count).astype(np.float32) * np.float32(stage.width)
        self._star_y = random.uniform(-0.25, 0.97, count).astype(np.float32) * np.float32(stage.horizon)
        size = random.random(count, dtype=np.float32)
        low = (1 - self._star_y / np.float32(stage.horizon)).clip(0, 1) ** 0.5
        self._star_light = (0.25 + 0.95 * size**5) * low * np.float32(min(1.0, palette.stars + 0.2))
        self._star_beat = random.uniform(1.0, 4.0, count).astype(np.float32)
        self._star_phase = random.uniform(0, 6.28, count).astype(np.float32)

    def _paint(self, grid: SoftGrid) -> Floats:
        palette, stage = self._palette, self._stage
        picture = gradient(
            grid.altitude,
            [(0.0, palette.horizon), (0.2, palette.low), (0.52, palette.middle), (1.0, palette.zenith)],
        )
        distance = np.hypot(grid.x - self.sun_x, (grid.y - self.sun_y) * 1.15) / np.float32(stage.unit)
        wide = np.exp(-distance / np.float32(0.26)) * np.float32(0.55 * palette.glow)
        close = np.exp(-distance / np.float32(0.07)) * np.float32(0.75 * palette.glow)
        light = rgb(palette.sun)
        for strength, color in ((wide, 0.5 * light + 0.5 * rgb(palette.low)), (close, light)):
            picture += (color - picture) * strength[:, :, None].clip(0, 1)
        return picture

    def draw_sharp(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Stars and the disc of sun or moon, onto the full-size picture."""
        lens = self._stage.lens(view, 0.0)
        x, y = self._star_x * lens.zoom + lens.x, self._star_y * lens.zoom + lens.y
        beat = 0.72 + 0.28 * np.sin(self._star_phase + self._star_beat * np.float32(seconds))
        add_points(canvas, x, y, self._star_light * beat * 200)
        if self.sun_seen:
            left, top = self.sun_x - self._face.width / 2, self.sun_y - self._face.height / 2
            self._face.lay(canvas, left * lens.zoom + lens.x, top * lens.zoom + lens.y, lens.zoom)

    def _disc(self) -> Drawing:
        """The sun's or the moon's face."""
        side = 2 * math.ceil(self.sun_radius) + 2
        at = (np.arange(side, dtype=np.float32) + np.float32(0.5 - side / 2)) / np.float32(self.sun_radius)
        x, y = at[None, :], at[:, None]
        inside = ((1 - np.hypot(x, y)) * np.float32(self.sun_radius) + np.float32(0.5)).clip(0, 1)
        face = np.broadcast_to(rgb(self._palette.sun), (side, side, 3))
        if self._moon:
            face = face - _craters(x, y)[:, :, None]
        pixels = np.concatenate([face, inside[:, :, None]], axis=2)
        return Drawing(Image.fromarray(bytes_of(pixels)), 0)


def add_points(canvas: Canvas, x: Floats, y: Floats, light: Floats) -> None:
    """Add points of light at fractional places, in luma steps; each is spread over four pixels."""
    luma = canvas.planes[0]
    rows, columns = luma.shape
    seen = (x >= 0) & (y >= 0) & (x < columns - 1) & (y < rows - 1)
    x, y, light = x[seen], y[seen], light[seen]
    left, top = x.astype(np.int32), y.astype(np.int32)
    part_x, part_y = x - left, y - top
    for down, across, share in (
        (0, 0, (1 - part_x) * (1 - part_y)),
        (0, 1, part_x * (1 - part_y)),
        (1, 0, (1 - part_x) * part_y),
        (1, 1, part_x * part_y),
    ):
        if down and not part_y.any():
            continue
        at = (top + down, left + across)
        luma[at] = np.minimum(luma[at] + light * np.sqrt(share), 235).astype(np.uint8)


def add_sparks(canvas: Canvas, x: Floats, y: Floats, light: Floats, color: RGB) -> None:
    """Add points of coloured light at fractional places, in luma steps of white."""
    add_points(canvas, x, y, light * np.float32(0.35 + 0.65 * max(color)))
    values = yuv(color)
    weight = (light * np.float32(1 / 150)).clip(0, 0.9)
    for index in (1, 2):
        plane = canvas.planes[index]
        rows, columns = plane.shape
        row, column = (y * np.float32(0.5)).astype(np.int32), (x * np.float32(0.5)).astype(np.int32)
        seen = (row >= 0) & (column >= 0) & (row < rows) & (column < columns) & (x >= 0) & (y >= 0)
        at = (row[seen], column[seen])
        under = plane[at].astype(np.float32)
        plane[at] = (under + (values[index] - under) * weight[seen]).astype(np.uint8)


def _craters(x: Floats, y: Floats) -> Floats:
    shade = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for at_x, at_y, radius, depth in ((-0.3, -0.25, 0.42, 0.12), (0.35, 0.1, 0.3, 0.08), (-0.1, 0.45, 0.28, 0.064)):
        away = ((x - at_x) ** 2 + (y - at_y) ** 2) / radius**2
        shade += depth * np.exp(-away * 1.8)
    return shade
