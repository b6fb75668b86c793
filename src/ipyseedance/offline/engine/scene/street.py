"""A street seen from across it: house fronts with shops, lamps, wet ground that mirrors them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ..canvas import RGB, Bytes
from .land_layers import MARGIN
from .palette import mixed, scaled
from .perspective import Stage
from .shapes import Pen
from .silhouettes import Ink

_FRONTS: tuple[RGB, ...] = (
    (0.72, 0.42, 0.32), (0.84, 0.74, 0.58), (0.56, 0.58, 0.60), (0.80, 0.62, 0.44), (0.46, 0.36, 0.34),
    (0.86, 0.82, 0.76),
)  # fmt: skip
_AWNINGS: tuple[RGB, ...] = ((0.74, 0.18, 0.16), (0.16, 0.42, 0.36), (0.90, 0.70, 0.26), (0.20, 0.30, 0.52))
_NEON: tuple[RGB, ...] = ((1.0, 0.20, 0.56), (0.12, 0.86, 1.0), (1.0, 0.62, 0.16), (0.60, 0.30, 1.0))


def fronts(stage: Stage, ink: Ink, haze: RGB, random: np.random.Generator, tall: float) -> tuple[Image.Image, Bytes]:
    """House fronts as wide as the land, and the light they give; both with their foot at the bottom."""
    width, high = round(stage.width * (1 + 2 * MARGIN)) + 2, round(tall * stage.unit)
    wall, glow = Image.new("RGBA", (width, high)), Image.new("RGB", (width, high))
    paint, light = ImageDraw.Draw(wall), ImageDraw.Draw(glow)
    x, lit = 0, ink.light < 0.8
    while x < width:
        wide = round(stage.unit * random.uniform(0.20, 0.34))
        _house(paint, light, x, wide, high, stage.unit, ink, haze, random, lit=lit)
        x += wide
    soft = glow.filter(ImageFilter.BoxBlur(max(1, round(0.012 * stage.unit))))
    return wall, np.asarray(
        ImageChops.add(glow.point(lambda value: value * 0.85), soft.point(lambda value: value * 0.45))
    )


def _house(
    paint: ImageDraw.ImageDraw, light: ImageDraw.ImageDraw, x: int, wide: int, high: int, unit: float, ink: Ink,
    haze: RGB,
    random: np.random.Generator, *, lit: bool,
) -> None:  # fmt: skip
    color = mixed(ink.lit(_FRONTS[int(random.integers(len(_FRONTS)))], 0.85), haze, 0.10)
    storey = round(0.118 * unit)
    shop = round(0.150 * unit)
    floors = int(random.integers(2, max(3, (high - shop) // storey)))
    top = high - shop - floors * storey - round(0.03 * unit)
    fill = _bytes(color)
    paint.rectangle((x, top, x + wide, high), fill=fill)
    paint.rectangle((x - 2, top - round(0.012 * unit), x + wide + 2, top), fill=_bytes(scaled(color, 0.68)))
    paint.rectangle((x, top, x + max(1, round(0.004 * unit)), high), fill=_bytes(scaled(color, 0.72)))
    count = max(2, round(wide / (0.078 * unit)))
    pane_w, pane_h = round(0.036 * unit), round(0.070 * unit)
    dark = mixed(ink.dark, ink.tint, 0.25)
    for floor in range(floors):
        y = top + round(0.03 * unit) + floor * storey
        for number in range(count):
            left = x + round((number + 0.5) * wide / count - pane_w / 2)
            spot = (left, y, left + pane_w, y + pane_h)
            paint.rectangle(
                (left - 2, y - 2, left + pane_w + 2, y + pane_h + 2), fill=_bytes(mixed(color, (1, 1, 1), 0.22))
            )
            paint.rectangle(spot, fill=_bytes(dark if lit else mixed(dark, (0.62, 0.76, 0.86), 0.5)))
            if lit and random.random() < 0.42:
                light.rectangle(spot, fill=_bytes(scaled((1.0, 0.74, 0.40), float(random.uniform(0.30, 0.72))))[:3])
    sign = high - shop + round(0.012 * unit)
    awning = ink.lit(_AWNINGS[int(random.integers(len(_AWNINGS)))])
    glass = (
        x + round(0.02 * unit),
        high - shop + round(0.045 * unit),
        x + wide - round(0.02 * unit),
        high - round(0.018 * unit),
    )
    paint.rectangle(glass, fill=_bytes(mixed(dark, (0.62, 0.74, 0.82), 0.1 if lit else 0.55)))
    if lit:
        _shop(light, glass, unit, random)
    posts = max(2, round(wide / (0.11 * unit)))
    for number in range(posts + 1):
        left = glass[0] + round((glass[2] - glass[0]) * number / posts)
        paint.rectangle((left - 1, glass[1], left + 1, glass[3]), fill=_bytes(scaled(color, 0.5)))
        light.rectangle((left - 1, glass[1], left + 1, glass[3]), fill=(0, 0, 0))
    stripes = max(4, round(wide / (0.026 * unit)))
    for number in range(stripes):
        left = x + round(wide * number / stripes)
        right = x + round(wide * (number + 1) / stripes)
        tone = awning if number % 2 else mixed(awning, ink.lit((0.95, 0.93, 0.88)), 0.75)
        paint.polygon([(left, sign), (right, sign), (right, sign + round(0.040 * unit)),
        (left, sign + round(0.040 * unit))],
                      fill=_bytes(tone))  # fmt: skip
    if lit and random.random() < 0.5:
        neon = _NEON[int(random.integers(len(_NEON)))]
        left = x + round(wide * random.uniform(0.15, 0.6))
        light.rounded_rectangle(
            (left, sign - round(0.040 * unit), left + round(0.10 * unit), sign - round(0.014 * unit)),
            4,
            fill=_bytes(neon)[:3],
        )


def _shop(
    light: ImageDraw.ImageDraw, glass: tuple[int, int, int, int], unit: float, random: np.random.Generator
) -> None:
    """A lit shop: brightest under its ceiling, with goods in the window."""
    left, top, right, foot = glass
    tone: RGB = ((1.0, 0.76, 0.44), (1.0, 0.84, 0.62), (0.80, 0.90, 1.0))[int(random.choice(3, p=(0.5, 0.3, 0.2)))]
    strength = float(random.uniform(0.42, 0.74))
    for row in range(top, foot):
        part = (row - top) / max(1, foot - top)
        light.line((left, row, right, row), fill=_bytes(scaled(tone, strength * (1 - 0.62 * part)))[:3])
    x = left + 0.01 * unit
    while x < right - 0.03 * unit:
        wide, high = unit * random.uniform(0.012, 0.034), unit * random.uniform(0.018, 0.052)
        light.rectangle((round(x), round(foot - high), round(x + wide), foot), fill=_bytes(scaled(tone, 0.10))[:3])
        x += wide + unit * random.uniform(0.004, 0.024)


def lamp(ink: Ink, pixels: float) -> Image.Image:
    """A street lamp."""
    pen = Pen(pixels, 0.34)
    pen.stroke([(0.17, 0.16), (0.17, 1.0)], 0.014, scaled(ink.dark, 0.9))
    pen.stroke([(0.17, 0.88), (0.17, 1.0)], 0.030, scaled(ink.dark, 0.9))
    pen.shape(
        [(0.135, 0.07), (0.205, 0.07), (0.195, 0.16), (0.145, 0.16)], ink.glow if ink.light < 0.8 else (0.8, 0.84, 0.86)
    )
    pen.blob([(0.12, 0.072), (0.17, 0.02), (0.22, 0.072)], scaled(ink.dark, 0.9))
    return pen.drawing()


def _bytes(color: RGB) -> tuple[int, int, int, int]:
    r, g, b = (round(255 * min(1.0, max(0.0, c))) for c in color)
    return r, g, b, 255
