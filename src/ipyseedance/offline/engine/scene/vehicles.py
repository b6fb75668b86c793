"""What drives, steams, flies and sails, seen from the side; all go to the right."""

from __future__ import annotations

import math

from PIL import Image

from ..canvas import RGB
from .palette import mixed, scaled
from .shapes import Pen
from .silhouettes import Ink

PAINTS: tuple[RGB, ...] = (
    (0.86, 0.14, 0.12),
    (0.95, 0.76, 0.22),
    (0.14, 0.44, 0.68),
    (0.90, 0.90, 0.88),
    (0.12, 0.50, 0.42),
)
WHEELS = 6
"""Poses in which wheels turn."""


def car(ink: Ink, pixels: float, paint: RGB = PAINTS[0]) -> list[Image.Image]:
    """A coupé with its lamps on if it is dark."""
    poses = []
    body, glass = ink.lit(paint), mixed(ink.lit((0.70, 0.82, 0.90)), ink.dark, 0.35)
    for step in range(WHEELS):
        pen = Pen(pixels, 3.1)
        pen.blob([(0.06, 0.62), (0.10, 0.46), (0.52, 0.40), (0.94, 0.10), (1.30, 0.03), (1.72, 0.06), (2.18, 0.38),
                  (2.74, 0.46), (3.02, 0.60), (3.03, 0.78), (2.90, 0.84), (0.16, 0.84),
                  (0.06, 0.76)], body)  # fmt: skip
        pen.shape([(0.74, 0.38), (1.02, 0.14), (1.30, 0.10), (1.30, 0.39)], glass)
        pen.shape([(1.38, 0.10), (1.66, 0.12), (2.02, 0.39), (1.38, 0.39)], glass)
        pen.shape([(0.12, 0.66), (2.98, 0.66), (2.96, 0.84), (0.16, 0.84)], scaled(body, 0.72))
        pen.stroke([(0.30, 0.46), (2.50, 0.48)], 0.022, mixed(body, (1.0, 1.0, 1.0), 0.35))
        pen.oval(2.93, 0.58, 0.07, 0.055, (1.0, 0.96, 0.80) if ink.light < 0.8 else mixed(glass, (1, 1, 1), 0.5))
        pen.oval(0.11, 0.56, 0.04, 0.06, (0.98, 0.16, 0.10) if ink.light < 0.8 else ink.lit((0.7, 0.1, 0.1)))
        for x in (0.66, 2.44):
            _wheel(pen, x, 0.80, 0.19, ink, step)
        poses.append(pen.drawing())
    return poses


def tram(ink: Ink, pixels: float, paint: RGB = PAINTS[1]) -> list[Image.Image]:
    """A tram with lit windows."""
    pen = Pen(pixels, 3.2)
    body = ink.lit(paint)
    pane = mixed(ink.glow, ink.lit((0.7, 0.82, 0.9)), 0.35 if ink.light < 0.8 else 0.9)
    pen.stroke([(1.35, 0.14), (1.60, 0.02), (1.85, 0.14)], 0.02, ink.dark)
    pen.blob([(0.06, 0.90), (0.06, 0.24), (0.16, 0.15), (3.04, 0.15), (3.14, 0.26), (3.16, 0.90)], body)
    pen.shape([(0.06, 0.66), (3.15, 0.66), (3.15, 0.72), (0.06, 0.72)], mixed(body, (1.0, 1.0, 1.0), 0.6))
    for number in range(8):
        x = 0.16 + 0.36 * number
        pen.shape([(x, 0.27), (x + 0.29, 0.27), (x + 0.29, 0.58), (x, 0.58)], pane)
    pen.shape([(0.10, 0.86), (3.12, 0.86), (3.04, 0.95), (0.18, 0.95)], ink.dark)
    for x in (0.55, 0.85, 2.35, 2.65):
        pen.oval(x, 0.94, 0.06, 0.06, scaled(ink.dark, 0.6))
    return [pen.drawing()]


def train(ink: Ink, pixels: float) -> list[Image.Image]:
    """A steam locomotive with its tender and three coaches; the chimney is near the right end."""
    poses = []
    black, red, coach = ink.lit((0.10, 0.11, 0.13), 0.55), ink.lit((0.72, 0.14, 0.12)), ink.lit((0.44, 0.12, 0.14))
    pane = ink.glow if ink.light < 0.8 else mixed(ink.lit((0.7, 0.82, 0.9)), ink.dark, 0.2)
    for step in range(WHEELS):
        pen = Pen(pixels, TRAIN_ASPECT)
        for number in range(3):
            x = 0.05 + 2.16 * number
            pen.shape([(x, 0.24), (x + 2.06, 0.24), (x + 2.06, 0.84), (x, 0.84)], coach)
            pen.blob([(x - 0.02, 0.27), (x + 0.2, 0.16), (x + 1.86, 0.16), (x + 2.08, 0.27)], scaled(black, 1.2))
            pen.shape([(x, 0.60), (x + 2.06, 0.60), (x + 2.06, 0.645), (x, 0.645)], ink.lit((0.92, 0.80, 0.50)))
            for window in range(6):
                left = x + 0.14 + 0.31 * window
                pen.shape([(left, 0.34), (left + 0.22, 0.34), (left + 0.22, 0.54), (left, 0.54)], pane)
            for wheel in (0.3, 0.62, 1.44, 1.76):
                _wheel(pen, x + wheel, 0.88, 0.10, ink, step)
        pen.shape([(6.56, 0.34), (7.44, 0.34), (7.44, 0.82), (6.56, 0.82)], black)
        pen.blob([(6.60, 0.36), (6.8, 0.24), (7.2, 0.26), (7.42, 0.36)], scaled(black, 0.7))
        for wheel in (6.75, 7.02, 7.28):
            _wheel(pen, wheel, 0.88, 0.10, ink, step)
        pen.shape([(7.52, 0.10), (8.20, 0.10), (8.20, 0.80), (7.52, 0.80)], black)
        pen.shape([(7.46, 0.06), (8.26, 0.06), (8.26, 0.12), (7.46, 0.12)], black)
        pen.shape([(7.66, 0.20), (8.06, 0.20), (8.06, 0.42), (7.66, 0.42)], pane)
        pen.shape([(8.16, 0.30), (9.66, 0.30), (9.72, 0.36), (9.72, 0.64), (9.66, 0.70), (8.16, 0.70)], black)
        pen.blob([(8.60, 0.32), (8.60, 0.18), (8.84, 0.18), (8.84, 0.32)], black)
        pen.shape([(9.30, 0.31), (9.24, 0.02), (9.54, 0.02), (9.48, 0.31)], black)
        pen.shape([(7.50, 0.74), (9.80, 0.74), (10.02, 0.94), (9.78, 0.94), (9.70, 0.82), (7.50, 0.82)], red)
        for wheel in (7.78, 8.28, 8.78):
            _wheel(pen, wheel, 0.82, 0.175, ink, step, red)
        _wheel(pen, 9.36, 0.89, 0.10, ink, step, red)
        turn = 2 * math.pi * step / WHEELS
        rod = 0.10 * math.cos(turn), 0.82 + 0.10 * math.sin(turn)
        pen.stroke([(7.78 + rod[0], rod[1]), (8.78 + rod[0], rod[1])], 0.035, ink.lit((0.75, 0.75, 0.75), 0.8))
        pen.oval(9.74, 0.40, 0.06, 0.06, (1.0, 0.95, 0.75))
        poses.append(pen.drawing())
    return poses


TRAIN_ASPECT, CHIMNEY = 10.1, 9.39
"""The train's length and its chimney's place, in its height."""


def _wheel(pen: Pen, x: float, y: float, radius: float, ink: Ink, step: int, hub: RGB | None = None) -> None:
    pen.oval(x, y, radius, radius, scaled(ink.dark, 0.6))
    pen.oval(x, y, radius * 0.68, radius * 0.68, hub or ink.lit((0.66, 0.68, 0.70), 0.8))
    for spoke in range(3):
        turn = math.pi * (spoke / 3 + step / WHEELS / 3)
        dx, dy = radius * 0.62 * math.cos(turn), radius * 0.62 * math.sin(turn)
        pen.stroke([(x - dx, y - dy), (x + dx, y + dy)], radius * 0.16, scaled(ink.dark, 0.6))


def bicycle(ink: Ink, pixels: float, coat: RGB = (0.84, 0.30, 0.16)) -> list[Image.Image]:
    """Someone on a bicycle."""
    poses = []
    cloth, frame = ink.lit(coat), ink.dark
    for step in range(12):
        turn = 2 * math.pi * step / 12
        pen = Pen(pixels, 1.05)
        for x in (0.25, 0.80):
            rim = [(x + 0.185 * math.cos(a), 0.78 + 0.185 * math.sin(a)) for a in (math.pi * n / 16 for n in range(33))]
            pen.stroke(rim, 0.026, frame)
            for spoke in range(4):
                angle = math.pi * spoke / 4 + turn / 2
                dx, dy = 0.17 * math.cos(angle), 0.17 * math.sin(angle)
                pen.stroke([(x - dx, 0.78 - dy), (x + dx, 0.78 + dy)], 0.007, frame)
        pedal = [
            (0.50 + 0.075 * math.cos(turn + side), 0.78 + 0.075 * math.sin(turn + side)) for side in (0.0, math.pi)
        ]
        for foot, shade in zip(pedal, (0.6, 1.0), strict=True):
            knee = ((0.40 + foot[0]) / 2 + 0.11, (0.50 + foot[1]) / 2 - 0.02)
            pen.stroke([(0.40, 0.48), knee, foot], 0.052, scaled(ink.lit((0.22, 0.24, 0.34), 0.8), shade))
        for line in (
            [(0.25, 0.78), (0.40, 0.54), (0.71, 0.55), (0.80, 0.78)],
            [(0.40, 0.54), (0.50, 0.78), (0.71, 0.55)],
            [(0.25, 0.78), (0.50, 0.78)],
            [(0.70, 0.56), (0.69, 0.45), (0.76, 0.44)],
            [(0.34, 0.51), (0.46, 0.51)],
        ):
            pen.stroke(line, 0.020, frame)
        pen.blob([(0.34, 0.50), (0.38, 0.32), (0.50, 0.20), (0.60, 0.24), (0.54, 0.38), (0.46, 0.50)], cloth)
        pen.stroke([(0.55, 0.27), (0.63, 0.39), (0.74, 0.44)], 0.042, scaled(cloth, 0.8))
        pen.oval(0.605, 0.125, 0.055, 0.068, ink.lit((0.80, 0.60, 0.48), 0.7))
        pen.blob([(0.54, 0.13), (0.56, 0.05), (0.63, 0.04), (0.665, 0.09), (0.60, 0.10)], ink.dark)
        poses.append(pen.drawing())
    return poses  # fmt: skip


def rocket(ink: Ink, pixels: float) -> list[Image.Image]:
    """A rocket, standing."""
    pen = Pen(pixels, 0.34)
    white, shade, red = ink.lit((0.96, 0.96, 0.97)), ink.lit((0.60, 0.62, 0.68)), ink.lit((0.84, 0.20, 0.14))
    pen.shape([(0.10, 0.66), (0.01, 0.92), (0.01, 0.97), (0.10, 0.93)], red)
    pen.shape([(0.24, 0.66), (0.33, 0.92), (0.33, 0.97), (0.24, 0.93)], scaled(red, 0.7))
    pen.blob([(0.10, 0.95), (0.09, 0.50), (0.10, 0.22), (0.17, 0.01), (0.24, 0.22), (0.25, 0.50), (0.24, 0.95)], white)
    pen.blob([(0.18, 0.94), (0.18, 0.40), (0.175, 0.03), (0.24, 0.22), (0.25, 0.50), (0.24, 0.94)], shade)
    pen.shape([(0.113, 0.17), (0.13, 0.11), (0.21, 0.11), (0.227, 0.17)], red)
    pen.shape([(0.095, 0.56), (0.245, 0.56), (0.245, 0.60), (0.095, 0.60)], ink.dark)
    pen.oval(0.155, 0.32, 0.03, 0.032, ink.dark)
    pen.oval(0.155, 0.32, 0.020, 0.022, ink.glow)
    pen.shape([(0.12, 0.94), (0.22, 0.94), (0.24, 0.995), (0.10, 0.995)], ink.dark)
    return [pen.drawing()]


def ship(ink: Ink, pixels: float) -> list[Image.Image]:
    """A steamer with lit portholes."""
    pen = Pen(pixels, 3.0)
    hull, house, red = ink.lit((0.16, 0.18, 0.24), 0.7), ink.lit((0.94, 0.93, 0.90)), ink.lit((0.82, 0.20, 0.14))
    for x in (1.18, 1.62):
        pen.shape([(x, 0.10), (x + 0.24, 0.10), (x + 0.20, 0.42), (x - 0.04, 0.42)], red)
        pen.shape([(x - 0.004, 0.10), (x + 0.244, 0.10), (x + 0.24, 0.17), (x - 0.012, 0.17)], ink.dark)
    pen.stroke([(0.62, 0.06), (0.62, 0.5)], 0.016, ink.dark)
    pen.stroke([(2.36, 0.16), (2.36, 0.6)], 0.016, ink.dark)
    pen.shape([(0.66, 0.40), (2.20, 0.40), (2.26, 0.52), (0.60, 0.52)], house)
    pen.shape([(0.46, 0.52), (2.42, 0.52), (2.48, 0.66), (0.40, 0.66)], scaled(house, 0.92))
    pen.blob([(0.04, 0.62), (0.5, 0.66), (1.6, 0.66), (2.5, 0.63), (2.96, 0.52), (2.84, 0.72), (2.66, 0.98), (2.0, 1.0),
              (0.7, 1.0), (0.24, 0.97), (0.10, 0.8)], hull)  # fmt: skip
    for number in range(16):
        pen.oval(0.44 + 0.13 * number, 0.76, 0.022, 0.026, ink.glow)
    for number in range(13):
        x = 0.74 + 0.115 * number
        pen.shape([(x, 0.43), (x + 0.07, 0.43), (x + 0.07, 0.49), (x, 0.49)], mixed(ink.glow, house, 0.2))
    return [pen.drawing()]


def plane(ink: Ink, pixels: float) -> list[Image.Image]:
    """An airliner."""
    pen = Pen(pixels, 3.4)
    body, wing = ink.lit((0.95, 0.95, 0.97)), ink.lit((0.55, 0.60, 0.68))
    pen.shape([(1.66, 0.52), (1.30, 0.30), (1.42, 0.28), (2.06, 0.50)], scaled(wing, 0.8))
    pen.shape([(0.22, 0.46), (0.08, 0.04), (0.34, 0.04), (0.70, 0.46)], ink.lit((0.18, 0.40, 0.70)))
    pen.blob([(0.14, 0.46), (0.60, 0.42), (1.6, 0.42), (2.7, 0.42), (3.16, 0.50), (3.34, 0.60), (3.08, 0.69),
    (2.4, 0.72),
              (1.2, 0.71), (0.5, 0.60)], body)  # fmt: skip
    for number in range(20):
        pen.oval(0.86 + 0.1 * number, 0.53, 0.022, 0.026, mixed(ink.glow, wing, 0.4))
    pen.blob([(3.06, 0.49), (3.2, 0.53), (3.08, 0.555), (2.98, 0.54)], ink.dark)
    pen.shape([(2.02, 0.62), (1.06, 0.98), (0.92, 0.98), (1.46, 0.62)], wing)
    pen.oval(1.62, 0.80, 0.16, 0.06, scaled(wing, 0.7))
    pen.shape([(0.58, 0.50), (0.10, 0.60), (0.04, 0.59), (0.30, 0.48)], wing)
    return [pen.drawing()]
