"""A skyline with lit windows, their reflections in the water before it, and traffic along the shore."""

from __future__ import annotations

import math

import numpy as np

from ..camera import View
from ..canvas import RGB, Bytes, Canvas, Floats, bytes_of, rgb
from .glow import Glow
from .land_layers import MARGIN, Painter, Ridge
from .light_reflection import reflect
from .palette import Palette, mixed
from .particles import add_spots
from .perspective import Stage
from .sky import Sky

_WARM: tuple[RGB, ...] = ((1.0, 0.78, 0.42), (1.0, 0.86, 0.60), (0.80, 0.90, 1.0))
_NEON: tuple[RGB, ...] = ((1.0, 0.16, 0.55), (0.10, 0.85, 1.0), (0.62, 0.25, 1.0), (1.0, 0.55, 0.12))
_ROWS = ((0.10, 0.46, 0.034), (0.26, 0.40, 0.046), (0.5, 0.26, 0.066))
"""Depth, height and breadth of a row's buildings."""


class Lights:
    """Light where buildings have it: a drawing as wide as the land."""

    def __init__(self, stage: Stage, base: float, depth: float, glow: Bytes, *, mirrored: bool = False) -> None:
        """`glow` is RGB, rows x columns x 3; its last row is at `base`, or its first if mirrored."""
        self._stage, self._base, self._depth, self.mirrored = stage, base, depth, mirrored
        out = MARGIN * stage.width
        first, last = (math.floor(column + out) for column in stage.columns(depth))
        first = max(0, first - 2)
        # What the camera never sees would take as much memory again.
        self._gleam, self._left = Glow(glow[:, first : last + 3]), first - out

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:  # noqa: ARG002 - it only moves with the camera
        """Add the light."""
        lens = self._stage.lens(view, self._depth)
        left = self._left * lens.zoom + lens.x
        top = (self._base - (0 if self.mirrored else self._gleam.height)) * lens.zoom + lens.y
        self._gleam.add(canvas, left, top, lens.zoom)


class Traffic:
    """Head and tail lights that pass along the shore, the ones to the right and the others to the left."""

    def __init__(self, stage: Stage, base: float, random: np.random.Generator) -> None:
        half = round(8 * stage.width / stage.unit)
        self._stage = stage
        self._x = random.uniform(0, 1.3 * stage.width, 2 * half).astype(np.float32)
        speed = (random.uniform(0.05, 0.11, 2 * half) * stage.unit).astype(np.float32)
        self._speed = speed * np.repeat(np.array([1, -1], np.float32), half)
        self._y = np.float32(base) - np.repeat(np.array([0.004, 0.007], np.float32), half) * np.float32(stage.unit)
        self._radius = np.full(2 * half, 0.0022 * stage.unit, np.float32)
        self._strength = np.full(2 * half, 0.9, np.float32)
        self._colors = np.repeat(np.array([[1.0, 0.95, 0.78], [1.0, 0.22, 0.14]], np.float32), half, axis=0)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw them where they are now."""
        lens = self._stage.lens(view, 0.5)
        x = self._x + self._speed * np.float32(seconds)
        x = x % np.float32(1.3 * self._stage.width) - np.float32(0.15 * self._stage.width)
        at = (x * np.float32(lens.zoom) + np.float32(lens.x), self._y * np.float32(lens.zoom) + np.float32(lens.y))
        add_spots(canvas, *at, self._radius, self._strength, self._colors)


def skyline(
    stage: Stage,
    palette: Palette,
    painter: Painter,
    sky: Sky,
    random: np.random.Generator,
    *,
    hour: str,
    neon: bool,
    ahead: bool = True,
) -> list[Ridge | Lights | Traffic]:
    """Three rows of buildings along the horizon, far to near; only the far two, without water, if not `ahead`."""
    lit = {"night": 0.42, "dusk": 0.40, "sunset": 0.20, "dawn": 0.16, "day": 0.0}[hour]
    layers: list[Ridge | Lights | Traffic] = []
    mirrored = None
    for depth, tall, wide in _ROWS if ahead else _ROWS[:2]:
        lights = lit * (0.6 + 0.8 * depth)
        outline, glow = _row(stage, sky, random, tall, wide, lit=lights, neon=neon and depth > 0.2)
        color = mixed(mixed(palette.haze, palette.low, 0.4), palette.land, 0.30 + 0.95 * depth)
        base = stage.horizon + 1
        fill = painter.fill(depth, base - tall * stage.unit, tall * stage.unit, 0.55, color)
        layers.append(Ridge(stage, base, depth, outline, fill))
        if hour == "day":
            glow //= 10
        layers.append(Lights(stage, base, depth, glow))
        if depth > 0.2:
            mirrored = glow if mirrored is None else _brighter(mirrored, glow)
    if not ahead:
        return layers
    if lit:
        layers.append(Traffic(stage, stage.horizon, random))
    if mirrored is None or not lit:
        return layers
    shine = reflect(mirrored, 0.9, grain=16, blur=0.002 * stage.unit, strength=(1.15, 0.17))
    return [*layers, Lights(stage, stage.horizon, 0.4, shine, mirrored=True)]


def _brighter(one: Bytes, other: Bytes) -> Bytes:
    """The brighter of both where they overlap, foot to foot."""
    low, high = sorted((one, other), key=len)
    foot = high[len(high) - len(low) :]
    np.maximum(foot, low, out=foot)
    return high


def _row(
    stage: Stage, sky: Sky, random: np.random.Generator, tall: float, wide: float, *, lit: float, neon: bool
) -> tuple[Floats, Bytes]:
    """One row of buildings: its outline, and the light of its windows. None stands before a part of the sun."""
    unit = stage.unit
    length = round(stage.width * (1 + 2 * MARGIN)) + 2
    rows = math.ceil(tall * unit * 1.25)
    outline, glow = np.zeros(length, np.float32), np.zeros((rows, length, 3), np.uint8)
    beside = 1.5 * sky.sun_radius
    sunny = [sky.sun_x + MARGIN * stage.width + side for side in (-beside, beside)]
    low_before_sun = max(0.06 * unit, stage.horizon - sky.sun_y - beside) if sky.sun_seen else math.inf
    at = 0
    while at < length:
        breadth = max(6, round(wide * unit * random.uniform(0.55, 1.5)))
        high = tall * unit * (0.25 + 0.75 * float(random.random()) ** 1.6)
        end = min(length, at + breadth)
        # Half covered, it would be taken for a crescent.
        low = low_before_sun if sunny[0] < end and at < sunny[1] else high
        before_sun, high = low < high, min(low, high)
        outline[at:end] = np.maximum(outline[at:end], high)
        if not before_sun:
            _crown(outline, at, breadth, high, random)
        _windows(glow, at, end, high, unit, random, lit=lit, neon=neon)
        at += breadth + (round(0.004 * unit) if random.random() < 0.3 else 0)
    return outline, glow


def _crown(outline: Floats, at: int, breadth: int, high: float, random: np.random.Generator) -> None:
    """A set-back storey or a mast, if the dice say so."""
    if random.random() < 0.45:
        inset = round(breadth * random.uniform(0.15, 0.3))
        part = slice(at + inset, at + breadth - inset)
        outline[part] = np.maximum(outline[part], high * random.uniform(1.04, 1.14))
    if random.random() < 0.16:
        mast = at + breadth // 2
        outline[mast : mast + max(1, breadth // 22)] = high * 1.22


def _windows(
    glow: Bytes, at: int, end: int, high: float, unit: float, random: np.random.Generator, *, lit: float, neon: bool
) -> None:
    pitch_x = max(3, round(unit * random.uniform(0.0075, 0.0115)))
    pitch_y = max(4, round(unit * random.uniform(0.010, 0.014)))
    across, floors = (end - at - 3) // pitch_x, int((high - 0.012 * unit) // pitch_y)
    if across < 1 or floors < 1:
        return
    share = random.uniform(0.3, 1.6) * (lit or 0.5)
    on = random.random((floors, across)) < share
    on |= (random.random((floors, 1)) < 0.05) & (lit > 0)  # a storey where someone is still at work
    tone = rgb(_WARM[int(random.choice(3, p=(0.5, 0.35, 0.15)))])
    strength = on * random.uniform(0.16, 0.80, (floors, across)).astype(np.float32)
    pane = np.zeros((pitch_y, pitch_x), np.float32)
    pane[: max(1, round(pitch_y * 0.55)), : max(1, round(pitch_x * 0.58))] = 1
    block = np.kron(strength, pane)
    top, left = len(glow) - floors * pitch_y - round(0.004 * unit), at + 2
    glow[top : top + block.shape[0], left : left + block.shape[1]] = bytes_of(block[:, :, None] * tone)
    if neon and random.random() < 0.34:
        sign = bytes_of(rgb(_NEON[int(random.integers(len(_NEON)))]))
        x = at + int(random.uniform(0.1, 0.8) * (end - at))
        y = len(glow) - int(high * random.uniform(0.45, 0.85))
        glow[y : y + round(0.055 * unit), x : x + max(2, round(0.0085 * unit))] = sign
