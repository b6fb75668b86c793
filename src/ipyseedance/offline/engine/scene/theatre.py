"""A theatre: the boards, a dark backcloth between red curtains, and a spot of light."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..canvas import RGB, Bytes, Floats, bytes_of, rgb
from .city import Lights
from .land_layers import MARGIN
from .palette import mixed, scaled
from .scenery import Ground, Scenery
from .shapes import Pen
from .silhouettes import Ink
from .sprite import Path, Place, Sprite

_BACK: RGB = (0.085, 0.070, 0.110)
_BOARDS: RGB = (0.300, 0.190, 0.125)
_CLOTHS: tuple[RGB, ...] = ((0.560, 0.075, 0.095), (0.130, 0.145, 0.440), (0.080, 0.330, 0.230), (0.420, 0.090, 0.330))
_BEAM: RGB = (0.50, 0.45, 0.34)
_FOOT = 0.76
"""Where backcloth and boards meet, down the picture."""
_FOLDS = 9
LAMPLIGHT = Ink((0.09, 0.08, 0.10), 0.95, (0.56, 0.46, 0.36), (1.0, 0.86, 0.60))
"""The inks of those who stand there, whatever the hour."""


def theatre(scenery: Scenery) -> Ground:
    """The stage, seen from the stalls."""
    stage, unit = scenery.stage, scenery.stage.unit
    ground, flat = Ground(), np.zeros(scenery.outlines.length, np.float32)
    foot = _FOOT * stage.height
    high = flat + np.float32(foot + stage.height)
    cloth = _CLOTHS[int(scenery.random.integers(len(_CLOTHS)))]
    back = mixed(_BACK, cloth, float(scenery.random.uniform(0.0, 0.16)))
    ground.back.append(scenery.ridge(high, foot, 0.45, color=back, mist=0.0))
    ground.stand = scenery.ridge(flat, foot + 0.13 * unit, 0.66, color=_BOARDS, mist=0.0)
    ground.back.append(scenery.ridge(flat, foot, 0.55, color=scaled(_BOARDS, 0.8), mist=0.0))
    for number in (1, 2, 3):  # the gaps between the boards
        row = foot + unit * 0.24 * (number / 3) ** 1.5
        for down, tone in ((0.0, 0.5), (0.004, 0.80 + 0.07 * number)):
            board = scenery.ridge(flat, row + down * unit, 0.58 + 0.09 * number, color=scaled(_BOARDS, tone), mist=0.0)
            ground.back.append(board)
    ground.back.append(Lights(stage, foot + 0.20 * unit, 0.60, _beam(scenery)))
    wide = 0.125 * stage.width
    for x, flip in ((0.0, False), (stage.width, True)):
        curtain = _curtain(1.25 * stage.height, 2.4 * wide, cloth)
        drawing = curtain.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else curtain
        ground.front.append(Sprite(stage, [drawing], _swaying(x, 1.02 * stage.height, 0.006 * unit), 0.95))
    return ground


def _swaying(x: float, y: float, far: float) -> Path:
    return lambda seconds: Place(x + far * math.sin(0.9 * seconds + x), y)


def _beam(scenery: Scenery) -> Bytes:
    """A cone of light from above, and the round it makes on the boards; RGB, as wide as the land."""
    stage, unit = scenery.stage, np.float32(scenery.stage.unit)
    rows = round(_FOOT * stage.height + 0.20 * stage.unit + 0.3 * stage.height)
    light = np.zeros((rows, scenery.outlines.length, 3), np.uint8)
    middle = MARGIN * stage.width + scenery.third
    lit = slice(max(0, round(middle - 0.3 * stage.unit)), round(middle + 0.3 * stage.unit))  # the rest stays dark
    x = (np.arange(lit.start, min(lit.stop, light.shape[1]), dtype=np.float32) - np.float32(middle)) / unit
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    above = (np.arange(rows, dtype=np.float32)[:, None] - np.float32(rows)) / unit + np.float32(0.075)
    cone = _soft(np.abs(x) / (np.float32(0.04) + down * np.float32(0.20))) * (0.30 + 0.25 * down) * (above < 0)
    pool = _soft(np.hypot(x / np.float32(0.27), above / np.float32(0.075))) * np.float32(0.75)
    light[:, lit] = bytes_of(np.maximum(cone, pool)[:, :, None] * rgb(_BEAM))
    return light


def _soft(away: Floats) -> Floats:
    """1 in the middle, 0 from 1 on."""
    part = (1 - away).clip(0, 1) * np.float32(2.2)
    return np.asarray(np.minimum(part, 1) ** 2, np.float32)


def _curtain(high: float, wide: float, cloth: RGB) -> Image.Image:
    """A drawn curtain in folds."""
    aspect = wide / high
    pen = Pen(high, aspect)
    for fold in range(4 * _FOLDS):
        left, right = aspect * fold / (4 * _FOLDS), aspect * (fold + 1.1) / (4 * _FOLDS)
        tone = 0.52 + 0.34 * math.sin(2 * math.pi * fold / 4 + 0.6)
        pen.shape([(left, 0.0), (right, 0.0), (right, 1.0), (left, 1.0)], scaled(cloth, tone))
    gold = (0.72, 0.52, 0.20)
    pen.shape([(0.0, 0.965), (aspect, 0.965), (aspect, 0.980), (0.0, 0.980)], scaled(gold, 0.7))
    return pen.drawing()
