"""Who is in a room: dark against the light of its window."""

from __future__ import annotations

import math

from PIL import Image

from .palette import mixed, scaled
from .perspective import Stage
from .room import Room
from .scenery import Layer
from .shapes import Pen
from .silhouettes import STEPS, Ink
from .smoke import Plume, Puffs
from .sprite import Sprite, standing

_INDOORS = frozenset({"person", "dancer", "couple", "robot", "cat", "dog", "campfire", "cup"})
_STEAM = Plume(3.2, 2.6, 0.010, 0.046, (0.006, -0.062), 0.34, spread=0.02)


def outdoors(subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are seen from the window, not in the room."""
    return tuple(name for name in subjects if name not in _INDOORS)


def people_in(stage: Stage, room: Room, subjects: tuple[str, ...], ink: Ink) -> list[Layer]:
    """The cat on the sill, the person by the window."""
    left, _, right, _ = room.window
    near = Ink(mixed(scaled(ink.dark, 0.5), (0.10, 0.06, 0.05), 0.6), min(ink.light, 0.4), (0.5, 0.32, 0.2), ink.glow)
    found: list[Layer] = []
    if "cat" in subjects:
        x = left + (right - left) * (0.30 if room.lamp_right else 0.70)
        poses = sitting_cat(near, 0.24 * stage.unit)
        found.append(Sprite(stage, poses, standing(x, room.sill - 0.022 * stage.unit), room.depth, 5.0))
    if "cup" in subjects:
        found += _hot_cup(stage, room, near)
    people = 2 if "couple" in subjects else 1 if {"person", "dancer"} & set(subjects) else 0
    for number in range(people):
        part = (0.40, 0.66)[number] if room.lamp_right else (0.60, 0.34)[number]
        poses = [bust(near, 0.62 * stage.unit * (1 - 0.05 * number), turned=number == 1, long_hair=number == 0)]
        found.append(Sprite(stage, poses, standing(left + (right - left) * part, stage.height * 1.12), 1.0))
    return found


def _hot_cup(stage: Stage, room: Room, ink: Ink) -> list[Layer]:
    """A cup on the sill, close, that steams."""
    left, _, right, _ = room.window
    # Beside the lamp, which is before the window in an upright picture.
    near_lamp = room.lamp_right if stage.width >= stage.height else not room.lamp_right
    x, foot, tall = left + (right - left) * (0.62 if near_lamp else 0.38), room.sill + 0.006 * stage.unit, 0.19
    steam = mixed((0.86, 0.85, 0.84), ink.tint, 0.3)
    return [
        Sprite(stage, [cup(ink, tall * stage.unit)], standing(x, foot), room.depth),
        Puffs(
            stage, lambda _seconds: (x - 0.03 * stage.unit, foot - 0.86 * tall * stage.unit), _STEAM, room.depth, steam
        ),
    ]


def cup(ink: Ink, pixels: float) -> Image.Image:
    """A cup of something hot on its saucer."""
    pen = Pen(pixels, 1.5)
    china = mixed(ink.lit((0.94, 0.90, 0.84)), ink.glow, 0.22)
    shade, rim = scaled(china, 0.72), mixed(china, (1.0, 1.0, 1.0), 0.25)
    ring = [(1.02 + 0.15 * math.cos(a), 0.46 + 0.17 * math.sin(a)) for a in (math.pi * n / 12 for n in range(25))]
    pen.stroke(ring, 0.055, shade)
    pen.oval(0.65, 0.935, 0.60, 0.060, scaled(china, 0.62))
    pen.oval(0.65, 0.915, 0.60, 0.055, china)
    pen.oval(0.65, 0.912, 0.36, 0.030, shade)
    pen.blob([(0.26, 0.20), (0.30, 0.52), (0.40, 0.78), (0.52, 0.91), (0.78, 0.91), (0.90, 0.78), (1.00, 0.52),
              (1.04, 0.20)], china)  # fmt: skip
    pen.blob([(0.80, 0.22), (0.82, 0.52), (0.76, 0.78), (0.70, 0.91), (0.78, 0.91), (0.90, 0.78), (1.00, 0.52),
              (1.04, 0.20)], shade)  # fmt: skip
    pen.oval(0.65, 0.20, 0.395, 0.075, rim)
    pen.oval(0.65, 0.205, 0.345, 0.058, mixed((0.24, 0.13, 0.07), ink.glow, 0.10))
    return pen.drawing()


def sitting_cat(ink: Ink, pixels: float) -> list[Image.Image]:
    """A cat that sits and looks out, its tail moving."""
    poses = []
    coat = ink.dark
    for step in range(STEPS):
        turn = math.sin(2 * math.pi * step / STEPS)
        pen = Pen(pixels, 0.9)
        pen.stroke([(0.58, 0.94), (0.74, 0.96), (0.84, 0.88 - 0.03 * turn), (0.86, 0.76 - 0.07 * turn)], 0.050, coat)
        pen.blob([(0.20, 0.99), (0.18, 0.78), (0.26, 0.54), (0.32, 0.40), (0.50, 0.40), (0.60, 0.56), (0.68, 0.78),
                  (0.66, 0.99)], coat)  # fmt: skip
        pen.oval(0.40, 0.27, 0.150, 0.140, coat)
        pen.shape([(0.265, 0.24), (0.275, 0.05), (0.375, 0.15)], coat)
        pen.shape([(0.43, 0.15), (0.53, 0.05), (0.54, 0.24)], coat)
        rim = mixed(coat, ink.glow, 0.30)
        pen.stroke([(0.535, 0.22), (0.55, 0.28), (0.52, 0.36)], 0.010, rim)
        pen.stroke([(0.60, 0.54), (0.68, 0.76), (0.675, 0.92)], 0.010, rim)
        poses.append(pen.drawing())
    return poses


def bust(ink: Ink, pixels: float, *, turned: bool, long_hair: bool) -> Image.Image:
    """Head and shoulders in profile, looking right, or left if turned."""
    pen = Pen(pixels, 1.0)
    coat, skin, hair = ink.dark, mixed(ink.dark, ink.lit((0.74, 0.54, 0.42)), 0.34), scaled(ink.dark, 0.7)
    pen.blob([(0.06, 1.06), (0.12, 0.76), (0.30, 0.66), (0.42, 0.60), (0.58, 0.60), (0.70, 0.66), (0.88, 0.78),
              (0.94, 1.06)], coat)  # fmt: skip
    pen.shape([(0.40, 0.46), (0.56, 0.46), (0.60, 0.66), (0.38, 0.66)], skin)
    pen.blob([(0.36, 0.30), (0.40, 0.12), (0.54, 0.08), (0.645, 0.17), (0.655, 0.25), (0.705, 0.325), (0.660, 0.355),
              (0.668, 0.40), (0.650, 0.425), (0.650, 0.47), (0.58, 0.50), (0.46, 0.48)], skin)  # fmt: skip
    if long_hair:
        pen.blob([(0.645, 0.16), (0.56, 0.05), (0.40, 0.06), (0.29, 0.18), (0.28, 0.40), (0.24, 0.60), (0.28, 0.72),
                  (0.42, 0.66), (0.47, 0.44), (0.52, 0.28), (0.60, 0.20)], hair)  # fmt: skip
    else:
        pen.blob([(0.655, 0.17), (0.58, 0.06), (0.42, 0.06), (0.32, 0.18), (0.33, 0.36), (0.40, 0.44), (0.45, 0.34),
                  (0.50, 0.24), (0.60, 0.20)], hair)  # fmt: skip
    drawing = pen.drawing()
    return drawing.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if turned else drawing
