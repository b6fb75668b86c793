"""What can stand, walk, float or fly in a landscape: readable silhouettes with a touch of colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

from ..canvas import RGB
from .palette import Palette, mixed, scaled
from .shapes import Pen, Point

STEPS = 12
"""Poses in one stride or wing beat."""


@dataclass(frozen=True)
class Ink:
    """The colours figures are drawn in, in the hour's light."""

    dark: RGB
    light: float
    """How much of a colour the hour leaves, 0 to 1."""
    tint: RGB
    glow: RGB
    """Lamps and lit windows; the pale day if it is day."""

    @classmethod
    def of(cls, palette: Palette, hour: str) -> Ink:
        """The inks of an hour."""
        light = {"day": 0.95, "dawn": 0.72, "sunset": 0.50, "dusk": 0.34, "night": 0.24}[hour]
        lamp = (1.0, 0.80, 0.42) if hour != "day" else (0.78, 0.86, 0.92)
        return cls(mixed(palette.land, palette.haze, 0.08), light, palette.haze, lamp)

    def lit(self, color: RGB, share: float = 1.0) -> RGB:
        """A colour as it looks in this light."""
        seen = scaled(color, 0.35 + 0.65 * self.light)
        return mixed(self.dark, mixed(seen, self.tint, 0.22), min(1.0, share * (0.42 + 0.75 * self.light)))


def boat(ink: Ink, pixels: float) -> list[Image.Image]:
    """A rowing boat with someone in it."""
    pen = Pen(pixels, 2.4)
    hull, man = ink.lit((0.45, 0.22, 0.14), 0.6), ink.dark
    pen.blob([(1.02, 0.62), (1.06, 0.36), (1.16, 0.30), (1.26, 0.40), (1.32, 0.64)], man)
    pen.oval(1.16, 0.20, 0.075, 0.10, man)
    pen.stroke([(1.14, 0.44), (1.42, 0.54)], 0.05, man)
    pen.stroke([(1.36, 0.44), (1.86, 0.96)], 0.028, man)
    pen.blob([(0.10, 0.50), (0.55, 0.63), (1.2, 0.66), (1.85, 0.63), (2.30, 0.48), (2.06, 0.82), (1.6, 0.95),
              (0.8, 0.95), (0.34, 0.84)], hull)  # fmt: skip
    pen.blob([(0.16, 0.64), (0.8, 0.78), (1.6, 0.78), (2.2, 0.62), (2.04, 0.84), (1.6, 0.96), (0.8, 0.96),
              (0.36, 0.86)], ink.dark)  # fmt: skip
    return [pen.drawing()]


def sailboat(ink: Ink, pixels: float) -> list[Image.Image]:
    """A yacht under two sails."""
    pen = Pen(pixels, 0.95)
    sail, shade = ink.lit((1.0, 0.96, 0.90)), ink.lit((0.84, 0.80, 0.80))
    pen.stroke([(0.46, 0.03), (0.46, 0.88)], 0.012, ink.dark)
    pen.blob([(0.43, 0.04), (0.43, 0.40), (0.43, 0.79), (0.20, 0.80), (0.05, 0.79), (0.22, 0.45)], sail)
    pen.blob([(0.49, 0.10), (0.66, 0.40), (0.86, 0.78), (0.66, 0.79), (0.49, 0.77), (0.50, 0.42)], shade)
    pen.blob(
        [(0.06, 0.85), (0.45, 0.87), (0.93, 0.83), (0.82, 0.95), (0.62, 0.99), (0.26, 0.99), (0.14, 0.95)], ink.dark
    )
    return [pen.drawing()]


def lighthouse(ink: Ink, pixels: float) -> list[Image.Image]:
    """A banded tower with a lit lantern."""
    pen = Pen(pixels, 0.42)
    white, red = ink.lit((0.96, 0.93, 0.90)), ink.lit((0.80, 0.18, 0.14))

    def half(y: float) -> float:
        return 0.075 + 0.055 * (y - 0.22) / 0.78

    for band in range(6):
        top, low = 0.22 + band * 0.13, 0.22 + (band + 1) * 0.13
        pen.shape([(0.21 - half(top), top), (0.21 + half(top), top), (0.21 + half(low), low), (0.21 - half(low), low)],
                  red if band % 2 else white)  # fmt: skip
    pen.shape([(0.235, 0.22), (0.21 + half(0.22), 0.22), (0.21 + half(1.0), 1.0), (0.25, 1.0)], scaled(ink.dark, 1.0))
    pen.shape([(0.10, 0.205), (0.32, 0.205), (0.32, 0.228), (0.10, 0.228)], ink.dark)
    pen.shape([(0.145, 0.10), (0.275, 0.10), (0.275, 0.205), (0.145, 0.205)], ink.glow)
    pen.stroke([(0.21, 0.10), (0.21, 0.2)], 0.01, ink.dark)
    pen.blob([(0.12, 0.105), (0.15, 0.06), (0.21, 0.03), (0.27, 0.06), (0.30, 0.105)], ink.lit((0.70, 0.15, 0.12)))
    return [pen.drawing()]


def balloon(ink: Ink, pixels: float, hue: int = 0) -> list[Image.Image]:
    """A striped hot air balloon."""
    pen = Pen(pixels, 0.72)
    one, two = (
        ((0.90, 0.22, 0.16), (1.0, 0.82, 0.32)),
        ((0.12, 0.42, 0.72), (0.96, 0.94, 0.88)),
        ((0.55, 0.20, 0.56), (1.0, 0.62, 0.30)),
        ((0.10, 0.52, 0.46), (1.0, 0.90, 0.62)),
    )[hue % 4]
    for gore in range(7):
        left, right = -1 + 2 * gore / 7, -1 + 2 * (gore + 1) / 7
        edge = [_bag(left, y / 20) for y in range(21)] + [_bag(right, y / 20) for y in range(20, -1, -1)]
        side = 1.0 - 0.32 * abs((left + right) / 2 + 0.25)
        pen.shape(edge, scaled(ink.lit(one if gore % 2 else two), side))
    pen.stroke([(0.30, 0.76), (0.325, 0.90)], 0.006, ink.dark)
    pen.stroke([(0.42, 0.76), (0.395, 0.90)], 0.006, ink.dark)
    pen.shape([(0.32, 0.90), (0.40, 0.90), (0.39, 0.985), (0.33, 0.985)], ink.lit((0.42, 0.24, 0.12), 0.8))
    if ink.light < 0.6:
        pen.oval(0.36, 0.79, 0.02, 0.03, (1.0, 0.85, 0.5))
    return [pen.drawing()]


def _bag(side: float, down: float) -> Point:
    width = 0.345 * math.sin(math.pi * min(1.0, 0.12 + 0.88 * down) ** 0.82) ** 0.72 if down < 1 else 0.06
    return 0.36 + side * max(width, 0.02 if down < 0.02 else 0.055), 0.01 + 0.77 * down


def birds(ink: Ink, pixels: float) -> list[Image.Image]:
    """A bird from afar, one wing beat."""
    poses = []
    for step in range(STEPS):
        lift = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 2.0)
        tip, elbow = 0.50 - 0.36 * lift, 0.46 - 0.22 * lift - 0.08
        pen.blob([(0.04, tip), (0.50, elbow - 0.04), (0.96, 0.47), (1.04, 0.47), (1.50, elbow - 0.04), (1.96, tip),
                  (1.48, elbow + 0.10), (1.10, 0.60), (1.0, 0.66), (0.90, 0.60), (0.52, elbow + 0.10)],
                 ink.dark)  # fmt: skip
        poses.append(pen.drawing())
    return poses


def person(ink: Ink, pixels: float, coat: RGB = (0.75, 0.16, 0.14), *, rain: bool = False) -> list[Image.Image]:
    """Someone in a coat, walking to the right; under an umbrella in the rain."""
    poses = []
    for step in range(STEPS):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 0.6) if not rain else Pen(pixels, 0.6, above=0.10)
        if rain:
            _umbrella(pen, 0.36, ink)
        rise = 0.012 * math.cos(4 * math.pi * step / STEPS)
        for side, shade in ((-1, 0.8), (1, 1.0)):
            knee = 0.30 + 0.07 * swing * side
            foot = 0.30 + 0.15 * swing * side
            lift = 0.03 * max(0.0, math.cos(2 * math.pi * step / STEPS) * side)
            leg = scaled(ink.dark, shade)
            pen.stroke([(0.30, 0.56), (knee + 0.015, 0.76), (foot, 0.955 - lift)], 0.062, leg)
            pen.stroke([(foot, 0.965 - lift), (foot + 0.05, 0.97 - lift)], 0.04, leg)
        cloth = ink.lit(coat)
        pen.blob([(0.245, 0.22 + rise), (0.36, 0.22 + rise), (0.385, 0.42), (0.415, 0.70), (0.30, 0.715),
                  (0.19, 0.70), (0.215, 0.42)], cloth)  # fmt: skip
        pen.stroke(
            [(0.32, 0.27 + rise), (0.31 - 0.10 * swing, 0.44), (0.33 - 0.16 * swing, 0.56)], 0.055, scaled(cloth, 0.8)
        )
        pen.oval(0.31, 0.115 + rise, 0.062, 0.078, ink.lit((0.80, 0.60, 0.48), 0.7))
        pen.blob([(0.245, 0.20 + rise), (0.235, 0.10 + rise), (0.29, 0.03 + rise), (0.36, 0.05 + rise),
                  (0.35, 0.08 + rise), (0.29, 0.11 + rise), (0.285, 0.2 + rise)], ink.dark)  # fmt: skip
        poses.append(pen.drawing())
    return poses


def couple(ink: Ink, pixels: float, coat: RGB = (0.75, 0.16, 0.14), *, rain: bool = False) -> list[Image.Image]:
    """Two who walk to the right hand in hand."""
    one, other = person(ink, pixels, coat, rain=rain), person(ink, pixels * 0.93, (0.88, 0.78, 0.56))
    poses = []
    for step in range(STEPS):
        left, right = other[(step + 5) % STEPS], one[step]
        together = Image.new("RGBA", (round(right.width * 1.55), right.height))
        together.alpha_composite(left, (0, right.height - left.height))
        together.alpha_composite(right, (together.width - right.width, 0))
        poses.append(together)
    return poses


def _umbrella(pen: Pen, x: float, ink: Ink) -> None:
    cloth = ink.lit((0.96, 0.74, 0.26))
    pen.stroke([(x + 0.01, -0.05), (x + 0.02, 0.46)], 0.014, ink.dark)
    dome = [(x + 0.30 * math.cos(a), 0.06 - 0.15 * math.sin(a)) for a in (math.pi * n / 14 for n in range(15))]
    pen.shape(dome, cloth)
    for part in range(5):
        pen.oval(x - 0.24 + 0.12 * part, 0.062, 0.06, 0.022, cloth)


def cabin(ink: Ink, pixels: float) -> list[Image.Image]:
    """A hut with a lit window and a chimney."""
    pen = Pen(pixels, 1.5)
    wall, roof = ink.lit((0.36, 0.20, 0.13), 0.7), ink.dark
    pen.shape([(1.02, 0.12), (1.14, 0.12), (1.14, 0.50), (1.02, 0.50)], roof)
    pen.shape([(0.18, 0.52), (1.32, 0.52), (1.32, 1.0), (0.18, 1.0)], wall)
    pen.shape([(0.04, 0.58), (0.40, 0.18), (1.14, 0.18), (1.46, 0.58)], roof)
    pen.shape([(0.66, 0.64), (0.88, 0.64), (0.88, 1.0), (0.66, 1.0)], scaled(roof, 0.9))
    for x in (0.30, 1.00):
        pen.shape([(x, 0.64), (x + 0.22, 0.64), (x + 0.22, 0.82), (x, 0.82)], ink.glow)
        pen.stroke([(x + 0.11, 0.64), (x + 0.11, 0.82)], 0.018, wall)
    return [pen.drawing()]


def windmill(ink: Ink, pixels: float) -> list[Image.Image]:
    """A tower mill whose sails turn a quarter in all its poses."""
    poses = []
    for step in range(24):
        pen = Pen(pixels, 1.0)
        pen.shape([(0.43, 0.40), (0.57, 0.40), (0.64, 1.0), (0.36, 1.0)], ink.lit((0.92, 0.88, 0.80), 0.8))
        pen.shape([(0.52, 0.40), (0.57, 0.40), (0.64, 1.0), (0.54, 1.0)], ink.dark)
        pen.blob([(0.41, 0.41), (0.45, 0.32), (0.55, 0.32), (0.59, 0.41)], ink.lit((0.40, 0.16, 0.12)))
        for sail in range(4):
            angle = math.pi / 2 * (sail + step / 24)
            along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))

            def at(far: float, side: float, along: Point = along, across: Point = across) -> Point:
                return 0.5 + far * along[0] + side * across[0], 0.38 + far * along[1] + side * across[1]

            pen.stroke([at(0, 0), at(0.36, 0)], 0.014, ink.dark)
            pen.shape(
                [at(0.08, 0.0), at(0.355, 0.0), at(0.355, 0.065), at(0.08, 0.05)], ink.lit((0.95, 0.92, 0.86), 0.7)
            )
        poses.append(pen.drawing())
    return poses


def whale(ink: Ink, pixels: float) -> list[Image.Image]:
    """A whale's back and fluke above the water."""
    pen = Pen(pixels, 2.6)
    skin = ink.lit((0.16, 0.22, 0.30), 0.5)
    pen.blob([(0.9, 1.1), (1.1, 0.82), (1.5, 0.70), (1.9, 0.76), (2.3, 0.98), (2.5, 1.1)], skin)
    pen.blob([(0.46, 1.1), (0.48, 0.62), (0.42, 0.42), (0.10, 0.22), (0.02, 0.10), (0.30, 0.12), (0.52, 0.30),
              (0.74, 0.10), (1.02, 0.06), (0.96, 0.20), (0.66, 0.42), (0.62, 0.66), (0.66, 1.1)], skin)  # fmt: skip
    return [pen.drawing()]


def astronaut(ink: Ink, pixels: float) -> list[Image.Image]:
    """Someone in a space suit, afloat."""
    pen = Pen(pixels, 0.9)
    suit, shade = (0.90, 0.92, 0.96), (0.55, 0.58, 0.68)
    pen.blob([(0.24, 0.32), (0.64, 0.32), (0.68, 0.62), (0.22, 0.62)], shade)
    for points in ([(0.36, 0.60), (0.26, 0.78), (0.30, 0.94)], [(0.52, 0.60), (0.62, 0.76), (0.56, 0.95)],
                   [(0.30, 0.38), (0.13, 0.46), (0.08, 0.32)], [(0.58, 0.38), (0.74, 0.50), (0.84, 0.44)]):  # fmt: skip
        pen.stroke(points, 0.10, suit)
    pen.blob([(0.30, 0.32), (0.58, 0.32), (0.60, 0.62), (0.28, 0.62)], suit)
    pen.oval(0.44, 0.19, 0.165, 0.165, suit)
    pen.oval(0.46, 0.20, 0.115, 0.105, (0.10, 0.13, 0.24))
    pen.oval(0.50, 0.165, 0.04, 0.03, mixed((0.5, 0.6, 0.8), ink.tint, 0.3))
    pen.shape([(0.36, 0.44), (0.50, 0.44), (0.50, 0.52), (0.36, 0.52)], shade)
    return [pen.drawing()]
