"""The settings that people have laid out: a garden and a street. Scenery composes the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..canvas import Bytes
from .city import Lights, skyline
from .courtroom import courtroom
from .garden import KINDS, Bed, butterfly
from .land_layers import MARGIN
from .light_reflection import reflect
from .palette import mixed, scaled
from .scenery import Ground, Layer, Scenery
from .sprite import Drawing, Place, Sprite, standing
from .street import fronts, lamp
from .theatre import theatre

_NAMED = {
    "tulip": "tulip",
    "poppy": "popp",
    "daisy": "dais",
    "lavender": "lavender",
    "sunflower": "sunflower",
    "rose": "rose",
}
_WINGS = ((0.99, 0.62, 0.14), (0.98, 0.90, 0.44), (0.40, 0.58, 0.98), (0.97, 0.96, 0.94))


def ground_of(scenery: Scenery) -> Ground:
    """The land of the plan's setting."""
    made: dict[str, Callable[[Scenery], Ground]] = {
        "garden": _garden, "street": _street, "theatre": theatre, "court": courtroom,
    }  # fmt: skip
    make = made.get(scenery.plan.setting)
    return make(scenery) if make is not None else scenery.compose()


def _garden(scenery: Scenery) -> Ground:
    stage, outlines, random = scenery.stage, scenery.outlines, scenery.random
    ground = Ground()
    named = tuple(kind for kind, word in _NAMED.items() if word in scenery.prompt)
    kinds = named or tuple(str(kind) for kind in random.choice(KINDS, 3, replace=False))
    ground.back.append(scenery.ridge(outlines.hills(0.10, 0.6), scenery.below(0.0), 0.10, mist=0.7))
    leaf = mixed(scenery.ink.lit((0.26, 0.46, 0.20)), scenery.green(1.0), 0.35)
    haze = scenery.palette.haze
    trees = outlines.crowns(outlines.hills(0.04, 0.6), 0.11)
    ground.back.append(scenery.ridge(trees, scenery.below(0.12), 0.24, color=mixed(haze, leaf, 0.45), mist=0.45))
    hedge = outlines.crowns(outlines.hills(0.012, 0.9) + np.float32(0.10 * stage.unit), 0.026)
    ground.back.append(
        scenery.ridge(hedge, scenery.below(0.42), 0.42, color=mixed(haze, scaled(leaf, 0.75), 0.85), mist=0.15)
    )
    ground.stand = scenery.ridge(
        outlines.hills(0.02, 0.9, 0.2), scenery.below(0.46), 0.60, color=scaled(leaf, 1.15), mist=0.1, reach=0.2
    )
    ground.back.append(ground.stand)
    windy = 1.6 if "wind" in scenery.plan.weather else 1.0
    for row, depth, tall, front in ((0.58, 0.62, 0.085, False), (0.82, 0.80, 0.18, True), (1.12, 1.0, 0.34, True)):
        bed = Bed(
            stage, scenery.ink, scaled(leaf, 0.95), kinds, base=scenery.below(row), depth=depth, tall=tall,
            random=random, sway=0.010 * windy * tall / 0.2 * stage.unit,
        )  # fmt: skip
        (ground.front if front else ground.back).append(bed)
    ground.front += _butterflies(scenery)
    return ground


def _butterflies(scenery: Scenery) -> list[Layer]:
    stage, random, unit = scenery.stage, scenery.random, scenery.stage.unit
    found: list[Layer] = []
    for number in range(6 if "butterflies" in scenery.plan.subjects else 2):
        poses = butterfly(scenery.ink, unit * float(random.uniform(0.026, 0.044)), _WINGS[number % len(_WINGS)])
        x, y = stage.width * float(random.uniform(0.15, 0.85)), stage.height * float(random.uniform(0.48, 0.76))
        turns = random.uniform(0.5, 1.3, 4)

        def path(seconds: float, x: float = x, y: float = y, turns: np.ndarray = turns, number: int = number) -> Place:
            a, b, c, d = (float(turn) for turn in turns)
            return Place(
                x + unit * (0.07 * np.sin(a * seconds + number) + 0.03 * np.sin(2.3 * b * seconds)),
                y + unit * (0.04 * np.sin(1.4 * c * seconds + 2 * number) + 0.012 * np.sin(5 * d * seconds)),
            )

        found.append(Sprite(stage, poses, path, 0.9, 22 + 3 * number))
    return found


def _street(scenery: Scenery) -> Ground:
    stage, ink, random, palette = scenery.stage, scenery.ink, scenery.random, scenery.palette
    unit, plan = stage.unit, scenery.plan
    dark = plan.hour in ("night", "dusk")
    ground = Ground()
    ground.back += skyline(stage, palette, scenery.painter, scenery.sky, random, hour=plan.hour, neon=dark, ahead=False)
    kerb = stage.height * 0.80
    tall = 0.52 if stage.width >= stage.height else 0.80
    wall, glow = fronts(stage, ink, palette.haze, random, tall)
    middle = stage.width / 2
    ground.back.append(Sprite(stage, [wall], standing(middle, kerb), 0.60))
    ground.back.append(Lights(stage, kerb, 0.60, glow))
    wet = bool(plan.weather & {"rain", "storm"})
    asphalt = mixed(ink.lit((0.30, 0.30, 0.32)), palette.haze, 0.10)
    paving = mixed(asphalt, ink.lit((0.62, 0.58, 0.54)), 0.55)
    flat = np.zeros(scenery.outlines.length, np.float32)
    ground.back.append(scenery.ridge(flat, kerb, 0.62, color=paving, mist=0.0))
    if dark or wet:
        ground.back.append(_shine(scenery, glow, kerb, 0.95 if wet else 0.45))
    for row, tone in ((0.060, scaled(paving, 0.6)), (0.066, asphalt)):
        ground.back.append(scenery.ridge(flat, kerb + row * unit, 0.72, color=tone, mist=0.0))
    if dark or wet:
        ground.back.append(_shine(scenery, glow, kerb + 0.066 * unit, 0.7 if wet else 0.28))
    ground.lane, ground.lane_depth = kerb + 0.125 * unit, 0.80
    ground.stand = scenery.ridge(flat, kerb + 0.042 * unit, 0.66, color=paving, mist=0.0)
    span, post = 0.62 * unit, Drawing(lamp(ink, 0.36 * unit))
    for number in range(-1, round(stage.width * (1 + MARGIN) / span) + 1):
        place = standing(number * span + 0.3 * unit, kerb + 0.05 * unit)
        ground.back.append(Sprite(stage, [post], place, 0.66))
    return ground


def _shine(scenery: Scenery, glow: Bytes, top: float, strength: float) -> Lights:
    """The lit fronts on wet ground."""
    light = reflect(glow, 0.7, grain=20, blur=0.004 * scenery.stage.unit, strength=(strength, 0.0))
    return Lights(scenery.stage, top, 0.64, light, mirrored=True)
