"""Animals that walk on four legs, in one stride of poses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

from ..canvas import RGB
from .figures import STEPS, Ink
from .palette import scaled
from .pen import Pen, Point


@dataclass(frozen=True)
class Build:
    """An animal's shape, facing right, in units of its drawing's height."""

    coat: RGB
    torso: tuple[Point, ...]
    head: tuple[Point, ...]
    ears: tuple[tuple[Point, ...], ...]
    tail: tuple[Point, ...]
    hips: tuple[float, float, float]
    """Hind leg's and fore leg's place, and the height legs begin at."""
    leg: float = 0.05
    stride: float = 0.12
    antlers: bool = False
    hump: tuple[Point, ...] = ()
    tail_tip: RGB | None = None


_FOX = Build(
    (0.86, 0.36, 0.10),
    ((0.42, 0.52), (0.56, 0.44), (0.80, 0.45), (1.02, 0.42), (1.12, 0.52), (1.02, 0.64), (0.80, 0.62), (0.58, 0.67),
     (0.45, 0.63)),
    ((0.98, 0.47), (1.08, 0.31), (1.20, 0.24), (1.31, 0.29), (1.44, 0.37), (1.45, 0.39), (1.31, 0.40), (1.20, 0.45),
     (1.12, 0.60)),
    (((1.12, 0.30), (1.13, 0.11), (1.21, 0.25)), ((1.19, 0.26), (1.24, 0.11), (1.28, 0.28))),
    ((0.47, 0.50), (0.34, 0.50), (0.16, 0.60), (0.03, 0.78), (0.11, 0.85), (0.29, 0.78), (0.43, 0.66), (0.50, 0.60)),
    (0.54, 1.02, 0.58), 0.052, tail_tip=(0.95, 0.92, 0.88),
)  # fmt: skip
_WOLF = Build(
    (0.42, 0.42, 0.45),
    ((0.40, 0.46), (0.60, 0.38), (0.85, 0.39), (1.06, 0.34), (1.16, 0.46), (1.06, 0.62), (0.82, 0.58), (0.58, 0.62),
     (0.42, 0.58)),
    ((1.00, 0.42), (1.10, 0.24), (1.22, 0.17), (1.33, 0.22), (1.48, 0.29), (1.48, 0.33), (1.34, 0.35), (1.24, 0.41),
     (1.16, 0.56)),
    (((1.14, 0.22), (1.17, 0.06), (1.24, 0.18)), ((1.22, 0.19), (1.27, 0.07), (1.30, 0.21))),
    ((0.44, 0.44), (0.32, 0.52), (0.20, 0.72), (0.22, 0.80), (0.34, 0.68), (0.46, 0.56)),
    (0.52, 1.06, 0.54), 0.058,
)  # fmt: skip
_CAT = Build(
    (0.22, 0.20, 0.20),
    ((0.46, 0.54), (0.60, 0.47), (0.82, 0.50), (1.00, 0.47), (1.08, 0.56), (1.00, 0.67), (0.80, 0.66), (0.60, 0.70),
     (0.48, 0.66)),
    ((1.00, 0.46), (1.06, 0.33), (1.18, 0.29), (1.29, 0.34), (1.31, 0.42), (1.22, 0.49), (1.10, 0.52)),
    (((1.06, 0.36), (1.08, 0.20), (1.16, 0.31)), ((1.18, 0.31), (1.25, 0.20), (1.28, 0.36))),
    ((0.50, 0.54), (0.38, 0.46), (0.30, 0.26), (0.34, 0.12), (0.38, 0.13), (0.37, 0.28), (0.44, 0.44), (0.54, 0.52)),
    (0.56, 0.99, 0.62), 0.052, 0.10,
)  # fmt: skip
_DEER = Build(
    (0.52, 0.32, 0.18),
    ((0.44, 0.44), (0.60, 0.38), (0.84, 0.40), (1.00, 0.37), (1.08, 0.46), (1.00, 0.58), (0.80, 0.56), (0.58, 0.58),
     (0.46, 0.54)),
    ((0.92, 0.44), (1.02, 0.28), (1.08, 0.18), (1.17, 0.16), (1.30, 0.25), (1.30, 0.28), (1.18, 0.28), (1.12, 0.36),
     (1.08, 0.52)),
    (((1.08, 0.19), (0.99, 0.12), (1.13, 0.17)),),
    ((0.46, 0.43), (0.41, 0.44), (0.41, 0.53), (0.46, 0.52)),
    (0.54, 0.99, 0.50), 0.040, 0.11, antlers=True,
)  # fmt: skip
_HORSE = Build(
    (0.36, 0.20, 0.11),
    ((0.36, 0.40), (0.54, 0.32), (0.84, 0.36), (1.06, 0.32), (1.16, 0.42), (1.06, 0.58), (0.80, 0.58), (0.54, 0.60),
     (0.38, 0.54)),
    ((0.98, 0.40), (1.10, 0.18), (1.20, 0.08), (1.29, 0.09), (1.44, 0.25), (1.42, 0.30), (1.28, 0.24), (1.22, 0.34),
     (1.16, 0.52)),
    (((1.18, 0.10), (1.20, 0.0), (1.25, 0.09)),),
    ((0.40, 0.38), (0.28, 0.42), (0.20, 0.60), (0.22, 0.78), (0.30, 0.62), (0.40, 0.48)),
    (0.48, 1.06, 0.52), 0.056, 0.13,
)  # fmt: skip
_CAMEL = Build(
    (0.66, 0.46, 0.26),
    ((0.40, 0.46), (0.56, 0.40), (0.80, 0.40), (1.00, 0.42), (1.08, 0.50), (0.98, 0.60), (0.78, 0.58), (0.56, 0.60),
     (0.42, 0.56)),
    ((0.98, 0.46), (1.12, 0.46), (1.20, 0.30), (1.24, 0.16), (1.32, 0.13), (1.46, 0.19), (1.45, 0.24), (1.33, 0.25),
     (1.28, 0.44), (1.14, 0.60), (1.02, 0.58)),
    (((1.25, 0.16), (1.24, 0.09), (1.30, 0.14)),),
    ((0.42, 0.46), (0.37, 0.52), (0.36, 0.66), (0.40, 0.56)),
    (0.50, 0.98, 0.52), 0.046, 0.11, hump=((0.56, 0.42), (0.66, 0.28), (0.78, 0.20), (0.88, 0.30), (0.96, 0.44)),
)  # fmt: skip
BUILDS = {"fox": _FOX, "wolf": _WOLF, "cat": _CAT, "deer": _DEER, "horse": _HORSE, "camel": _CAMEL}


def animal(name: str, ink: Ink, pixels: float) -> list[Image.Image]:
    """An animal walking to the right."""
    return [_pose(BUILDS[name], ink, pixels, 2 * math.pi * step / STEPS) for step in range(STEPS)]


def _pose(build: Build, ink: Ink, pixels: float, phase: float) -> Image.Image:
    pen = Pen(pixels, 1.55)
    coat = ink.lit(build.coat)
    far = scaled(coat, 0.62)
    hind, fore, top = build.hips
    _leg(pen, hind + 0.04, top, phase + math.pi, build, far)
    _leg(pen, fore - 0.04, top, phase, build, far)
    pen.blob(build.tail, coat)
    if build.tail_tip is not None:
        tip = sorted(build.tail, key=lambda point: point[0])[:3]
        pen.blob(tip, ink.lit(build.tail_tip))
    if build.hump:
        pen.blob(build.hump, coat)
    pen.blob(build.torso, coat)
    _leg(pen, hind, top, phase, build, coat)
    _leg(pen, fore, top, phase + math.pi, build, coat)
    for ear in build.ears:
        pen.shape(ear, scaled(coat, 0.8))
    pen.blob(build.head, coat)
    if build.antlers:
        horn = scaled(coat, 0.8)
        pen.stroke([(1.10, 0.17), (1.04, 0.06), (1.10, 0.0)], 0.016, horn)
        pen.stroke([(1.12, 0.17), (1.19, 0.07), (1.16, 0.0)], 0.016, horn)
        pen.stroke([(1.05, 0.08), (0.97, 0.03)], 0.013, horn)
        pen.stroke([(1.18, 0.08), (1.27, 0.03)], 0.013, horn)
    return pen.drawing()


def _leg(pen: Pen, x: float, top: float, phase: float, build: Build, color: RGB) -> None:
    swing = math.sin(phase) * build.stride
    lift = 0.05 * max(0.0, math.cos(phase))
    knee = (x + swing * 0.45 + 0.02, (top + 0.98) / 2)
    foot = (x + swing, 0.965 - lift)
    pen.stroke([(x, top), knee], build.leg * 1.25, color)
    pen.stroke([knee, foot], build.leg * 0.8, color)
