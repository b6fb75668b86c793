"""Layers of land: outlines as heights along the picture, filled with colour that fades into the haze."""

from __future__ import annotations

import math
from collections.abc import Sequence

import av
import numpy as np

from ..camera import View
from ..canvas import BAND, RGB, Bytes, Canvas, Floats, Upscaler, deep, rgb
from ..noise import line
from .palette import Palette, mixed
from .perspective import Lens, Stage
from .sky import SoftGrid

MARGIN = 0.4
"""How far an outline goes on beyond the picture's sides, in widths: room for the camera."""


class Outlines:
    """Makes outlines: heights in pixels, one sample a pixel, from MARGIN left of the picture to MARGIN right."""

    def __init__(self, stage: Stage, random: np.random.Generator) -> None:
        self._unit, self._random = stage.unit, random
        self.length = round(stage.width * (1 + 2 * MARGIN)) + 2

    def hills(self, height: float, wave: float, roughness: float = 0.42) -> Floats:
        """Rolling land; height and wave in mean sides of the picture."""
        rolling = line(self._random, self.length, wave * self._unit, 6, roughness)
        return (rolling + 0.8) * np.float32(height * self._unit * 0.6)

    def peaks(self, height: float, wave: float) -> Floats:
        """Mountains: sharp ridges with slopes that steepen upwards."""
        folded = 1 - np.abs(line(self._random, self.length, wave * self._unit, 1))
        detail = line(self._random, self.length, wave * self._unit * 0.35, 6, 0.52)
        return (folded**1.3 + 0.16 * detail) * np.float32(height * self._unit)

    def pines(self, ground: Floats, height: float, spacing: float) -> Floats:
        """Conifers side by side on the ground."""
        top = ground.copy()
        tall, gap = height * self._unit, spacing * self._unit
        at = 0.0
        while at < self.length:
            at += gap * self._random.uniform(0.25, 1.0)
            stem = tall * self._random.uniform(0.45, 1.0) ** 1.2
            half = stem * self._random.uniform(0.15, 0.21)
            left, right = max(0, math.floor(at - half)), min(self.length, math.ceil(at + half) + 1)
            if right <= left:
                continue
            away = np.abs(np.arange(left, right, dtype=np.float32) - np.float32(at)) / np.float32(half)
            # Tiers of boughs: the outline steps outwards as it comes down.
            tier = np.float32(5.0)
            stepped = (np.floor(away * tier) + (away * tier % 1) ** 2.2) / tier
            shape = (1 - (0.55 * away + 0.45 * stepped)).clip(0, 1)
            foot = float(ground[min(self.length - 1, max(0, round(at)))])
            top[left:right] = np.maximum(top[left:right], foot + stem * shape)
        return top

    def crowns(self, ground: Floats, height: float) -> Floats:
        """Broad-leaved trees: a billowing edge."""
        top = ground.copy()
        at = 0.0
        while at < self.length:
            radius = height * self._unit * self._random.uniform(0.35, 0.75)
            at += radius * self._random.uniform(0.5, 1.3)
            left, right = max(0, int(at - radius)), min(self.length, int(at + radius) + 1)
            away = (np.arange(left, right, dtype=np.float32) - np.float32(at)) / np.float32(radius)
            bulge = np.sqrt((1 - away**2).clip(0, 1)) * np.float32(radius)
            foot = float(ground[min(self.length - 1, max(0, round(at)))]) + radius * self._random.uniform(0.1, 0.7)
            top[left:right] = np.maximum(top[left:right], foot + bulge)
        return top + line(self._random, self.length, 0.02 * self._unit, 3) * np.float32(height * self._unit * 0.06)

    def dunes(self, height: float, wave: float) -> Floats:
        """Sand in long slow crests."""
        swell = 1 - np.abs(line(self._random, self.length, wave * self._unit, 2, 0.35))
        return np.asarray(swell.clip(0, None) ** 1.5 * np.float32(height * self._unit))

    def lee(self, outline: Floats, slope: float, rough: float) -> Floats:
        """The part of an outline that faces right, for shade: its edge runs down from every crest."""
        at = np.arange(self.length, dtype=np.float32)
        jitter = line(self._random, self.length, 0.02 * self._unit, 4) * np.float32(0.010 * rough * self._unit)
        steep = np.float32(slope)
        falling = np.gradient(outline) < 0
        start = np.where(falling, outline, np.float32(-1e6)) - steep * at
        reached = np.maximum.accumulate(start[::-1])[::-1] + steep * at
        # And it runs down again beyond the foot of a fall, or the shade would end in a wall.
        after = np.where(falling, outline, np.float32(-1e6)) + 2 * steep * at
        left = np.maximum.accumulate(after) - 2 * steep * at
        edge = np.where(falling, outline, np.maximum(reached, left) + jitter)
        return np.asarray(np.minimum(edge, outline), np.float32)

    def grass(self, ground: Floats, height: float) -> Floats:
        """Blades of grass on the ground."""
        blade = np.abs(line(self._random, self.length, max(3.0, 0.010 * self._unit), 2, 0.8))
        clump = 0.6 + 0.4 * line(self._random, self.length, 0.1 * self._unit, 2)
        return np.asarray(ground + (1 - blade).clip(0, 1) ** 2 * clump * np.float32(height * self._unit))


class Ridge:
    """One layer of land at a depth, drawn with a crisp edge."""

    def __init__(
        self,
        stage: Stage,
        base: float,
        depth: float,
        outline: Floats,
        fill: av.VideoFrame,
        sway: float = 0.0,
    ) -> None:
        """`base` is the row the outline's heights count from; `sway` is how far wind moves it, in pixels."""
        self._sway = sway
        self._stage, self._base, self.depth = stage, base, depth
        self._outline = outline
        self._fill = Canvas.of(fill)
        self._frame = fill  # the canvas looks into its memory

    def top(self, x: float) -> float:
        """The row its edge has at a column, before the camera moves."""
        at = min(self._outline.size - 1, max(0, round(x + MARGIN * self._stage.width)))
        return self._base - float(self._outline[at])

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it over what is behind it."""
        lens = self._stage.lens(view, self.depth)
        at = outline_columns(self._stage, lens)
        if self._sway:
            columns = np.arange(self._stage.width, dtype=np.float32)
            gust = np.sin(columns * np.float32(9 / self._stage.unit) - np.float32(1.9 * seconds))
            at += (gust + np.float32(0.4)) * np.float32(self._sway * (0.7 + 0.3 * math.sin(1.1 * seconds)))
        tops = np.float32(self._base * lens.zoom + lens.y) - heights_at(self._outline, at) * np.float32(lens.zoom)
        pairs = list(zip(canvas.planes, self._fill.planes, strict=True))
        fill_below(pairs[:1], tops)
        fill_below(pairs[1:], (tops[::2] + tops[1::2]) * np.float32(0.25))


def outline_columns(stage: Stage, lens: Lens) -> Floats:
    """Where on an outline the picture's columns are, as a lens shows it."""
    columns = np.arange(stage.width, dtype=np.float32)
    return (columns - np.float32(lens.x)) / np.float32(lens.zoom) + np.float32(MARGIN * stage.width)


def heights_at(outline: Floats, at: Floats) -> Floats:
    """An outline's heights between its samples; those at its ends go on beyond."""
    at = at.clip(0, outline.size - 2)
    left = at.astype(np.intp)
    part = (at - left).astype(np.float32)
    return np.asarray(outline.take(left) * (1 - part) + outline.take(left + 1) * part, np.float32)


def fill_below(pairs: Sequence[tuple[Bytes, Bytes]], tops: Floats) -> None:
    """Lay the second plane of each pair over the first below a line of fractional rows, one a column."""
    rows = pairs[0][0].shape[0]
    edge = np.floor(tops).clip(-1, rows).astype(np.int16)  # which compares twice as quickly as more bits do
    first, whole = max(0, int(edge.min()) + 1), min(rows, int(edge.max()) + 1)
    for start in range(first, whole, BAND):
        stop = min(start + BAND, whole)
        below = np.negative((np.arange(start, stop, dtype=np.int16)[:, None] > edge).view(np.uint8))
        for plane, fill in pairs:
            # Exchanging the bits that differ takes a fifth of copying where a condition holds.
            differing = plane[start:stop] ^ fill[start:stop]
            differing &= below
            plane[start:stop] ^= differing
    # A smooth edge: the row each column's line passes through is covered in part.
    columns = np.flatnonzero((edge >= 0) & (edge < rows))
    at = (edge[columns].astype(np.intp), columns)
    share = (at[0] + 1 - tops[columns]).astype(np.float32)
    for plane, fill in pairs:
        plane[whole:] = fill[whole:]
        under = plane[at].astype(np.float32)
        plane[at] = np.rint(under + (fill[at] - under) * share).astype(np.uint8)


def land_color(palette: Palette, depth: float) -> RGB:
    """Land at a depth: its own colour when near, the haze's when far."""
    return mixed(palette.haze, palette.land, depth**0.8)


class Painter:
    """Paints the fills of layers: shade that fades into haze downwards, warmed on the sun's side."""

    def __init__(self, stage: Stage, palette: Palette, sun_x: float, grid: SoftGrid) -> None:
        self._palette, self._grid = palette, grid
        self._upscaler = Upscaler(stage.size)
        self._unit = stage.unit
        away = np.abs(grid.x - np.float32(sun_x)) / np.float32(stage.unit)
        self._sunny = np.exp(-((away / np.float32(0.5)) ** 2)) * np.float32(0.22 * palette.glow)

    def fill(self, depth: float, top: float, reach: float, mist: float, color: RGB | None = None) -> av.VideoFrame:
        """A layer's colours.

        Args:
            top: the row its highest point reaches.
            reach: pixels over which it fades.
            mist: how far it fades, 0 to 1.
        """
        own = rgb(color or land_color(self._palette, depth))
        haze = rgb(self._palette.haze)
        down = ((self._grid.y - np.float32(top)) / np.float32(reach)).clip(0, 1)
        fade = (down * np.float32(mist))[:, :, None]
        picture = own + (haze - own) * fade
        light = rgb(self._palette.sun) * 0.6 + rgb(self._palette.low) * 0.4
        picture += (light - picture) * (self._sunny * np.float32(1 - 0.75 * depth))[:, :, None]
        return self._upscaler.frame(deep(picture))
