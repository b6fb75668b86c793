"""Those out of the ordinary: a robot, a dancer, a surfer, a dragon."""

from __future__ import annotations

import math

from PIL import Image

from ..canvas import RGB
from .palette import mixed, scaled
from .shapes import Pen, Point
from .silhouettes import STEPS, Ink

TURN = 16
"""A dancer's poses."""
_SKIN: RGB = (0.80, 0.60, 0.48)


def robot(ink: Ink, pixels: float) -> list[Image.Image]:
    """A robot that walks to the right."""
    poses = []
    steel, joint, eye = ink.lit((0.66, 0.70, 0.76)), scaled(ink.dark, 0.9), mixed((0.35, 0.90, 1.0), ink.glow, 0.15)
    for step in range(STEPS):
        swing = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 0.66)
        for side, shade in ((-1, 0.62), (1, 1.0)):
            foot = 0.33 + 0.12 * swing * side
            lift = 0.035 * max(0.0, math.cos(2 * math.pi * step / STEPS) * side)
            knee = (0.33 + 0.07 * swing * side + 0.01, 0.75 - lift / 2)
            pen.stroke([(0.33, 0.58), knee, (foot, 0.93 - lift)], 0.075, scaled(steel, shade))
            pen.oval(*knee, 0.028, 0.028, joint)
            pen.shape([(foot - 0.06, 0.93 - lift), (foot + 0.09, 0.93 - lift), (foot + 0.09, 0.99 - lift),
                       (foot - 0.06, 0.99 - lift)], scaled(steel, 0.8 * shade))  # fmt: skip
        pen.stroke([(0.31, 0.34), (0.31 + 0.10 * swing, 0.48), (0.37 + 0.12 * swing, 0.60)], 0.055, scaled(steel, 0.55))
        pen.shape([(0.20, 0.26), (0.46, 0.26), (0.43, 0.58), (0.23, 0.58)], steel)
        pen.shape([(0.34, 0.26), (0.46, 0.26), (0.43, 0.58), (0.35, 0.58)], scaled(steel, 0.82))
        pen.shape([(0.27, 0.33), (0.40, 0.33), (0.40, 0.42), (0.27, 0.42)], joint)
        pen.oval(0.305, 0.375, 0.016, 0.018, eye)
        pen.oval(0.365, 0.375, 0.016, 0.018, ink.lit((0.95, 0.35, 0.25)))
        pen.shape([(0.29, 0.22), (0.37, 0.22), (0.37, 0.26), (0.29, 0.26)], joint)
        pen.blob([(0.22, 0.08), (0.24, 0.06), (0.42, 0.06), (0.44, 0.08), (0.44, 0.20), (0.42, 0.22), (0.24, 0.22),
                  (0.22, 0.20)], steel)  # fmt: skip
        pen.shape([(0.31, 0.10), (0.44, 0.10), (0.44, 0.155), (0.31, 0.155)], joint)
        pen.oval(0.405, 0.128, 0.022, 0.020, eye)
        pen.stroke([(0.29, 0.07), (0.27, 0.01)], 0.012, joint)
        pen.stroke([(0.33, 0.34), (0.33 - 0.10 * swing, 0.48), (0.39 - 0.14 * swing, 0.60)], 0.055, scaled(steel, 0.9))
        poses.append(pen.drawing())
    return poses


def dancer(ink: Ink, pixels: float, dress: RGB) -> list[Image.Image]:
    """Someone who turns on the toes of one foot, once in all poses."""
    poses = []
    skin, cloth = ink.lit(_SKIN, 0.75), ink.lit(dress)
    for step in range(TURN):
        turn = 2 * math.pi * step / TURN
        wide, bounce = math.cos(turn), 0.012 * math.sin(2 * turn)
        pen = Pen(pixels, 0.9, above=0.05)
        x = 0.45

        def at(aside: float, down: float, x: float = x, wide: float = wide, bounce: float = bounce) -> Point:
            return x + aside * wide, down - bounce

        far, near = scaled(skin, 0.72), skin
        pen.stroke([at(0.03, 0.30), at(0.17, 0.16), at(0.10, 0.01)], 0.036, far if wide > 0 else near)
        pen.stroke([(x, 0.56 - bounce), (x + 0.005, 0.76), (x, 0.975)], 0.050, near)
        pen.stroke([(x, 0.94), (x + 0.012, 0.985)], 0.032, scaled(cloth, 0.8))
        pen.stroke([at(0.0, 0.57), at(0.21, 0.67), at(0.04, 0.755)], 0.046, far)
        skirt = 0.235 * (0.90 + 0.10 * abs(wide))
        hem, dip = 0.575 - bounce, 0.03 * wide
        pen.blob([(x - skirt, hem + dip), (x, hem - 0.09), (x + skirt, hem - dip), (x + 0.12, hem + 0.05),
                  (x, hem + 0.06), (x - 0.12, hem + 0.05)], cloth)  # fmt: skip
        pen.blob([(x - 0.055, 0.27 - bounce), (x + 0.055, 0.27 - bounce), (x + 0.045, 0.42 - bounce),
                  (x + 0.055, 0.54 - bounce), (x - 0.055, 0.54 - bounce), (x - 0.045, 0.42 - bounce)],
                 scaled(cloth, 0.85))  # fmt: skip
        pen.stroke([(x, 0.20 - bounce), (x, 0.28 - bounce)], 0.036, near)
        pen.oval(x, 0.155 - bounce, 0.048, 0.062, near)
        pen.blob([at(-0.05, 0.16), at(-0.045, 0.09), at(0.02, 0.082), at(0.045, 0.12), at(-0.01, 0.135)], ink.dark)
        pen.oval(*at(-0.035, 0.078), 0.028, 0.028, ink.dark)
        pen.stroke([at(-0.03, 0.30), at(-0.17, 0.17), at(-0.09, 0.02)], 0.036, near if wide > 0 else far)
        poses.append(pen.drawing())
    return poses


def surfer(ink: Ink, pixels: float) -> list[Image.Image]:
    """Someone who rides a board on a breaking crest, to the right."""
    poses = []
    suit, board, foam = ink.lit((0.12, 0.16, 0.22), 0.7), ink.lit((0.98, 0.86, 0.40)), ink.lit((0.96, 0.98, 1.0))
    for step in range(STEPS):
        turn = 2 * math.pi * step / STEPS
        sway, pen = 0.03 * math.sin(turn), Pen(pixels, 1.7)
        for number in range(9):
            x, bob = 0.10 + 0.09 * number, 0.02 * math.sin(turn * (1 + number % 3) + number)
            pen.oval(
                x, 0.93 - 0.012 * number + bob, 0.09, 0.055 + 0.01 * (number % 2), scaled(foam, 0.86 + 0.02 * number)
            )
        pen.blob(
            [(0.62, 0.90), (0.90, 0.885), (1.30, 0.845), (1.58, 0.77), (1.50, 0.87), (1.24, 0.925), (0.86, 0.95)], board
        )
        pen.stroke([(1.02, 0.60), (0.90, 0.72), (0.86, 0.87)], 0.082, suit)
        pen.stroke([(1.02, 0.60), (1.22, 0.68), (1.20, 0.85)], 0.082, scaled(suit, 0.8))
        pen.blob(
            [(0.95, 0.62), (1.00, 0.42 + sway), (1.10, 0.32 + sway), (1.20, 0.36 + sway), (1.12, 0.52), (1.08, 0.64)],
            suit,
        )
        skin = ink.lit(_SKIN, 0.75)
        pen.stroke([(1.08, 0.38 + sway), (0.90, 0.36 - sway), (0.74, 0.28 - 2 * sway)], 0.055, suit)
        pen.stroke([(1.16, 0.40 + sway), (1.30, 0.48 + sway), (1.44, 0.44 + 2 * sway)], 0.055, scaled(suit, 0.85))
        pen.oval(1.19, 0.24 + sway, 0.068, 0.078, skin)
        pen.blob(
            [(1.12, 0.25 + sway), (1.13, 0.16 + sway), (1.21, 0.145 + sway), (1.25, 0.19 + sway), (1.16, 0.20 + sway)],
            ink.dark,
        )
        pen.oval(0.56, 0.94, 0.20, 0.05, foam)
        poses.append(pen.drawing())
    return poses  # fmt: skip


def dragon(ink: Ink, pixels: float) -> list[Image.Image]:
    """A dragon in flight to the right, one beat of its wings."""
    poses = []
    hide = ink.lit((0.42, 0.14, 0.14), 0.75)
    wing, far = scaled(hide, 0.85), scaled(hide, 0.6)
    for step in range(STEPS):
        beat = math.sin(2 * math.pi * step / STEPS)
        pen, rise = Pen(pixels, 2.1, above=0.1), 0.025 * beat
        pen.blob(_wing(0.16, beat), far)
        # The tail swings against the body.
        pen.blob([*_down(rise, (1.42, 0.50), (1.20, 0.46), (0.96, 0.50), (0.62, 0.60)),
                  *_down(-2 * rise, (0.32, 0.60), (0.06, 0.50), (0.30, 0.67)),
                  *_down(rise, (0.62, 0.69), (0.98, 0.68), (1.24, 0.66))], hide)  # fmt: skip
        pen.shape(_down(-2 * rise, (0.10, 0.50), (0.00, 0.42), (0.02, 0.56)), hide)
        pen.blob(_down(rise, (1.30, 0.48), (1.50, 0.42), (1.64, 0.30), (1.78, 0.26), (2.02, 0.33), (2.04, 0.38),
                       (1.86, 0.41), (1.72, 0.42), (1.58, 0.56), (1.36, 0.64)), hide)  # fmt: skip
        pen.shape(_down(rise, (1.74, 0.27), (1.60, 0.15), (1.68, 0.30)), far)
        pen.oval(1.83, 0.315 + rise, 0.018, 0.018, (1.0, 0.78, 0.25))
        for x in (1.06, 1.30):
            pen.stroke(_down(rise, (x, 0.64), (x - 0.10, 0.74)), 0.045, far)
        pen.blob(_wing(0.0, beat), wing)
        poses.append(pen.drawing())
    return poses


def _down(by: float, *points: Point) -> list[Point]:
    return [(x, y + by) for x, y in points]


def _wing(shift: float, beat: float) -> list[Point]:
    """Raised at 1, lowered at -1."""
    tip, elbow = 0.52 - 0.46 * beat, 0.40 - 0.26 * beat
    rows = (0.50, elbow, tip, 0.5 + 0.55 * (tip - 0.5), 0.54 + 0.35 * (tip - 0.5), 0.56 + 0.15 * (tip - 0.5), 0.60)
    return [(x + shift, y) for x, y in zip((1.20, 1.02, 0.62, 0.70, 0.80, 0.98, 1.12), rows, strict=True)]
