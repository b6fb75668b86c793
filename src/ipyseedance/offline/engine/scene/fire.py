"""Flames, the light they throw around them, and the sparks that rise from them."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas, bytes_of
from ..noise import sample, smoothstep, tile
from .glow import Glow
from .palette import gradient
from .perspective import Stage
from .shapes import Pen
from .sky import add_sparks
from .sprite import Path, Place, Sprite

_POSES, _RATE = 24, 14.0
_HEAT = [
    (0.0, (0.45, 0.05, 0.02)), (0.30, (0.90, 0.24, 0.04)), (0.58, (1.0, 0.55, 0.10)), (0.82, (1.0, 0.84, 0.34)),
    (1.0, (1.0, 0.97, 0.80)),
]  # fmt: skip


def flames(random: np.random.Generator, pixels: float, aspect: float = 0.8) -> list[Image.Image]:
    """A fire that licks upwards, in a loop of poses."""
    high, wide = max(8, round(pixels)), max(6, round(pixels * aspect))
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    up = 1 - (rows + 0.5) / np.float32(high)
    across = (columns + 0.5) / np.float32(wide / 2) - 1
    noise = tile(random, 128, 8, 4, 0.55)
    poses = []
    for pose in range(_POSES):
        rise = np.float32(128 * pose / _POSES)
        lick = sample(noise, across * 20 * np.float32(aspect) + 30, -up * 46 + 64 - rise)
        fine = sample(noise, across * 38 * np.float32(aspect) + 90, -up * 92 + 64 - 2 * rise)
        body = 1 - np.abs(across + (lick - np.float32(0.5)) * up * np.float32(1.1)) / (
            np.float32(0.92) * (1 - up) ** 0.75 + np.float32(0.02)
        )
        heat = body * np.float32(0.95) + (lick - np.float32(0.5)) * (np.float32(0.5) + up) + (fine - 0.5) * 0.45 * up
        heat *= smoothstep(0.0, 0.10, up)
        color = gradient((heat * np.float32(0.9)).clip(0, 1), _HEAT)
        alpha = smoothstep(0.06, 0.34, np.asarray(heat, np.float32))
        pixels_now = np.concatenate([color, alpha[:, :, None]], axis=2)
        poses.append(Image.fromarray(bytes_of(pixels_now)))
    return poses


def logs(pixels: float) -> Image.Image:
    """Crossed logs with glowing ends."""
    pen = Pen(pixels, 3.4)
    bark, ember = (0.10, 0.06, 0.05), (0.85, 0.26, 0.06)
    for (x0, y0), (x1, y1) in (((0.3, 0.86), (2.7, 0.42)), ((0.7, 0.42), (3.1, 0.86)), ((0.9, 0.80), (2.6, 0.80))):
        pen.stroke([(x0, y0), (x1, y1)], 0.20, bark)
        pen.stroke([(x0 + (x1 - x0) * 0.3, y0 + (y1 - y0) * 0.3 - 0.05),
                    (x0 + (x1 - x0) * 0.7, y0 + (y1 - y0) * 0.7 - 0.05)], 0.06, ember)  # fmt: skip
    return pen.drawing()


class Fire:
    """A fire on the ground that lights what is near it."""

    def __init__(self, stage: Stage, path: Path, depth: float, size: float, random: np.random.Generator) -> None:
        self._stage, self._path, self._depth, self._size = stage, path, depth, size
        self._wood = Sprite(stage, [logs(size * 0.22)], path, depth)
        self._flames = Sprite(stage, flames(random, size), self._above(path), depth, _RATE)
        self._wide = Glow.halo(size * 3.4, (0.50, 0.21, 0.05))
        self._close = Glow.halo(size * 1.1, (0.55, 0.30, 0.08))
        count = 60
        self._born = random.uniform(0, 2.2, count).astype(np.float32)
        self._lean = random.uniform(-0.5, 0.5, count).astype(np.float32)
        self._life = random.uniform(1.2, 2.2, count).astype(np.float32)

    def _above(self, path: Path) -> Path:
        def raised(seconds: float) -> Place:
            place = path(seconds)
            return Place(place.x, place.y - 0.08 * self._size, place.scale)

        return raised

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it as it burns now."""
        place, lens = self._path(seconds), self._stage.lens(view, self._depth)
        x, y = place.x * lens.zoom + lens.x, (place.y - 0.4 * self._size) * lens.zoom + lens.y
        flicker = 0.86 + 0.09 * math.sin(9.1 * seconds) + 0.05 * math.sin(23 * seconds + 1)
        self._glow(self._wide, canvas, x, y, lens.zoom, flicker)
        self._wood.draw(canvas, seconds, view)
        self._flames.draw(canvas, seconds, view)
        self._glow(self._close, canvas, x, y, lens.zoom, flicker)
        age = (np.float32(seconds) + self._born) % self._life / self._life
        wander = np.sin(self._born * 9 + np.float32(3) * age * self._life) * np.float32(0.14)
        size = np.float32(self._size * lens.zoom)
        light = np.asarray(np.float32(230) * (1 - age) * smoothstep(0.0, 0.15, age), np.float32)
        add_sparks(
            canvas, x + (self._lean * (np.float32(0.3) + age) + wander * age) * size,
            y - age * np.float32(2.6) * size, light, (1.0, 0.62, 0.22),
        )  # fmt: skip

    @staticmethod
    def _glow(gleam: Glow, canvas: Canvas, x: float, y: float, scale: float, strength: float) -> None:
        gleam.add(canvas, x - gleam.width * scale / 2, y - gleam.height * scale / 2, scale, strength)
