"""What lives under water, seen from the side; all swim to the right."""

from __future__ import annotations

import math

from PIL import Image

from ..canvas import RGB
from .palette import mixed, scaled
from .shapes import Pen, Point
from .silhouettes import STEPS, Ink

FISH_COLORS: tuple[RGB, ...] = (
    (1.0, 0.62, 0.16), (0.98, 0.86, 0.30), (0.80, 0.92, 1.0), (1.0, 0.42, 0.34), (0.30, 0.66, 0.96),
)  # fmt: skip


def fish(ink: Ink, pixels: float, color: RGB = FISH_COLORS[0]) -> list[Image.Image]:
    """A reef fish, its tail beating."""
    poses = []
    body, fin = ink.lit(color), scaled(ink.lit(color), 0.72)
    for step in range(0, STEPS, 2):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 1.9)
        tail = 0.26 - 0.10 * abs(swing)
        pen.blob([(0.52, 0.5), (tail, 0.20), (tail - 0.10, 0.22), (0.30, 0.5), (tail - 0.10, 0.78), (tail, 0.80)], fin)
        pen.blob([(0.80, 0.22), (1.02, 0.04), (1.28, 0.20), (1.1, 0.30)], fin)
        pen.blob([(0.42, 0.50), (0.80, 0.20), (1.30, 0.16), (1.66, 0.36), (1.80, 0.52), (1.62, 0.66), (1.25, 0.82),
                  (0.78, 0.76)], body)  # fmt: skip
        pen.blob([(0.95, 0.56), (0.80, 0.74 + 0.05 * swing), (1.12, 0.66)], fin)
        pen.oval(1.56, 0.42, 0.045, 0.055, scaled(ink.dark, 0.6))
        poses.append(pen.drawing())
    return poses


def whale(ink: Ink, pixels: float) -> list[Image.Image]:
    """A humpback, its fluke rising and falling."""
    poses = []
    back, belly = ink.lit((0.20, 0.30, 0.42), 0.9), ink.lit((0.62, 0.74, 0.82), 0.9)
    for step in range(STEPS):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 2.7)
        tail = 0.42 - 0.16 * swing
        pen.blob([(0.30, tail), (0.16, tail - 0.16), (0.02, tail - 0.22), (0.05, tail - 0.08), (0.12, tail + 0.03),
                  (0.02, tail + 0.10), (0.16, tail + 0.10)], back)  # fmt: skip
        pen.blob([(0.22, tail - 0.02), (0.60, 0.38 - 0.07 * swing), (1.10, 0.26), (1.70, 0.24), (2.20, 0.32),
                  (2.56, 0.46), (2.62, 0.54), (2.40, 0.66), (1.90, 0.76), (1.30, 0.70), (0.70, 0.54 - 0.05 * swing),
                  (0.26, tail + 0.05)], back)  # fmt: skip
        pen.blob([(2.60, 0.56), (2.30, 0.60), (1.80, 0.62), (1.30, 0.62), (1.34, 0.70), (1.90, 0.765), (2.38, 0.67)],
                 belly)  # fmt: skip
        for groove in range(4):
            y = 0.635 + 0.028 * groove
            pen.stroke([(1.50, y), (2.00, y + 0.01), (2.42 - 0.06 * groove, y - 0.01)], 0.006, mixed(belly, back, 0.5))
        pen.blob([(1.62, 0.64), (1.80, 0.66), (1.62, 0.86 + 0.05 * swing), (1.36, 0.98 + 0.06 * swing),
                  (1.40, 0.86)], scaled(back, 0.8))  # fmt: skip
        pen.blob([(0.98, 0.29), (1.06, 0.19), (1.20, 0.26)], back)
        pen.oval(2.22, 0.545, 0.014, 0.014, scaled(ink.dark, 0.5))
        poses.append(pen.drawing())
    return poses


def shark(ink: Ink, pixels: float) -> list[Image.Image]:
    """A shark."""
    poses = []
    back, belly = ink.lit((0.30, 0.38, 0.46), 0.9), ink.lit((0.74, 0.80, 0.84), 0.9)
    for step in range(0, STEPS, 2):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 2.6)
        wide = 0.16 - 0.05 * abs(swing)
        pen.blob([(0.34, 0.50), (wide, 0.18), (wide - 0.06, 0.14), (0.18, 0.48), (wide + 0.02, 0.74)], back)
        pen.shape([(1.16, 0.34), (1.06, 0.02), (1.44, 0.34)], back)
        pen.blob([(0.26, 0.49), (0.80, 0.38), (1.40, 0.30), (2.10, 0.36), (2.56, 0.50), (2.34, 0.60), (1.80, 0.70),
                  (1.10, 0.66), (0.60, 0.54)], back)  # fmt: skip
        pen.blob([(2.48, 0.54), (2.0, 0.58), (1.2, 0.60), (0.8, 0.58), (1.16, 0.67), (1.80, 0.71), (2.34, 0.61)], belly)
        pen.shape([(1.52, 0.62), (1.22, 0.98), (1.78, 0.66)], scaled(back, 0.8))
        pen.oval(2.28, 0.48, 0.018, 0.022, scaled(ink.dark, 0.4))
        poses.append(pen.drawing())
    return poses


def turtle(ink: Ink, pixels: float) -> list[Image.Image]:
    """A sea turtle rowing with its flippers."""
    poses = []
    shell, skin = ink.lit((0.36, 0.42, 0.20)), ink.lit((0.46, 0.62, 0.44))
    for step in range(STEPS):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 1.7)
        pen.blob([(1.06, 0.48), (1.16, 0.30 - 0.22 * swing), (0.92, 0.10 - 0.10 * swing), (0.90, 0.30)],
                 scaled(skin, 0.7))  # fmt: skip
        pen.blob([(0.30, 0.56), (0.10, 0.60 + 0.08 * swing), (0.04, 0.70 + 0.08 * swing), (0.34, 0.66)], skin)
        pen.blob([(1.22, 0.46), (1.36, 0.34), (1.54, 0.34), (1.62, 0.44), (1.52, 0.54), (1.30, 0.58)], skin)
        pen.blob([(0.20, 0.56), (0.44, 0.32), (0.80, 0.24), (1.12, 0.32), (1.30, 0.50), (1.10, 0.62), (0.60, 0.66)],
                 shell)  # fmt: skip
        for x, y in ((0.52, 0.46), (0.78, 0.40), (1.03, 0.45)):
            pen.oval(x, y, 0.105, 0.075, mixed(shell, skin, 0.45))
        pen.blob([(1.14, 0.56), (1.22, 0.70 + 0.24 * swing), (0.96, 0.94 + 0.10 * swing), (0.92, 0.66)], skin)
        pen.oval(1.50, 0.42, 0.018, 0.022, ink.dark)
        poses.append(pen.drawing())
    return poses


def jellyfish(ink: Ink, pixels: float) -> list[Image.Image]:
    """A jellyfish, its bell pulsing."""
    poses = []
    bell, arms = ink.lit((0.96, 0.70, 0.86)), ink.lit((0.84, 0.56, 0.90), 0.8)
    for step in range(STEPS):
        turn = 2 * math.pi * step / STEPS
        pulse = 0.06 * math.sin(turn)
        pen = Pen(pixels, 0.7)
        for arm in range(7):
            x = 0.15 + 0.066 * arm
            points: list[Point] = [
                (x + 0.035 * math.sin(turn + 1.1 * arm + 5.5 * down) * (0.3 + down),
                0.30 + 0.66 * down * (0.8 + 0.2 * (arm % 3)))
                for down in (n / 9 for n in range(10))
            ]  # fmt: skip
            pen.stroke(points, 0.016 if arm % 2 else 0.010, arms)
        wide = 0.30 + pulse
        pen.blob(
            [
                (0.35 - wide, 0.32),
                (0.35 - wide * 0.9, 0.16),
                (0.35, 0.04 + pulse * 0.4),
                (0.35 + wide * 0.9, 0.16),
                (0.35 + wide, 0.32),
                (0.35 + wide * 0.5, 0.29),
                (0.35, 0.33),
                (0.35 - wide * 0.5, 0.29),
            ],
            bell,
        )
        pen.blob(
            [(0.20, 0.24), (0.24, 0.13), (0.35, 0.10), (0.38, 0.14), (0.28, 0.17)], mixed(bell, (1.0, 1.0, 1.0), 0.4)
        )
        poses.append(pen.drawing())
    return poses  # fmt: skip


def diver(ink: Ink, pixels: float) -> list[Image.Image]:
    """A diver with a tank, kicking fins."""
    poses = []
    suit, gear = ink.lit((0.16, 0.20, 0.26), 0.9), ink.lit((0.98, 0.78, 0.16))
    for step in range(STEPS):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 2.3)
        for side, shade in ((-1, 0.7), (1, 1.0)):
            knee, foot = 0.52 + 0.06 * swing * side, 0.50 + 0.15 * swing * side
            pen.stroke([(1.10, 0.52), (0.72, knee), (0.40, foot)], 0.10, scaled(suit, shade))
            pen.blob([(0.42, foot - 0.05), (0.22, foot - 0.02 + 0.08 * swing * side),
            (0.05, foot + 0.05 + 0.10 * swing * side),
                      (0.40, foot + 0.06)], scaled(gear, shade))  # fmt: skip
        pen.stroke([(1.12, 0.36), (1.52, 0.30)], 0.14, gear)
        pen.blob([(1.02, 0.44), (1.40, 0.36), (1.66, 0.38), (1.68, 0.52), (1.40, 0.60), (1.06, 0.60)], suit)
        pen.stroke([(1.58, 0.50), (1.80, 0.66), (2.02, 0.62)], 0.075, suit)
        pen.oval(1.82, 0.38, 0.12, 0.14, suit)
        pen.blob([(1.84, 0.32), (1.96, 0.33), (1.97, 0.43), (1.86, 0.45)], ink.lit((0.66, 0.90, 0.98)))
        poses.append(pen.drawing())
    return poses
