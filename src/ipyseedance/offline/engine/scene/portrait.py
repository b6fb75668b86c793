"""Someone close before the camera, who speaks what the prompt quotes: the mouth goes with the voice."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import RGB, Canvas
from ..dialogue import Line, lines_of
from ..shot import Shot
from .palette import mixed, scaled
from .perspective import Stage
from .shapes import Pen, Point
from .silhouettes import Ink
from .sprite import Drawing
from .visemes import VISEMES, Viseme, shape_at, sound_at

_SKINS: tuple[RGB, ...] = ((0.95, 0.78, 0.66), (0.86, 0.64, 0.50), (0.72, 0.50, 0.36), (0.52, 0.34, 0.24),
                           (0.38, 0.24, 0.17))  # fmt: skip
_HAIRS: tuple[RGB, ...] = ((0.10, 0.08, 0.08), (0.24, 0.14, 0.09), (0.42, 0.26, 0.13), (0.72, 0.54, 0.28))
_DARKER = 0.66
"""Hair is darker than the skin, or a face would have no outline."""
_GREY: RGB = (0.72, 0.72, 0.74)
_COATS: tuple[RGB, ...] = ((0.22, 0.26, 0.36), (0.50, 0.16, 0.16), (0.20, 0.34, 0.30), (0.62, 0.54, 0.42),
                           (0.30, 0.22, 0.34))  # fmt: skip
_LIGHT = 0.80
"""A face is lit at least so well, even at night."""
_DEPTH, _TALL = 0.8, 0.84
_WOMANS, _CHILDS = 1.09, 1.24
"""Vocal tracts' resonances from which a voice is a woman's, or a child's."""
_BLINK_SECONDS = 0.13
_EYES, _MOUTH = (0.375, 0.262, 0.250, 0.080), (0.415, 0.408, 0.170, 0.110)
"""Left, top, width and height of what changes in a face, in heights of the bust."""


@dataclass(frozen=True)
class Looks:
    """How someone looks."""

    skin: RGB
    hair: RGB
    coat: RGB
    long_hair: bool
    beard: bool
    small: bool
    tears: bool = False
    smiles: bool = False
    wide_eyed: bool = False
    stern: bool = False


def portraits(shot: Shot, stage: Stage, ink: Ink, random: np.random.Generator) -> list[Portrait]:
    """Those who speak, two at most; or whom the picture is of."""
    lines = lines_of(shot.prompt, shot.seconds, shot.seed)
    # A voice may rise and whisper; the length of its tract stays.
    tracts = list(dict.fromkeys(line.voice.tract for line in lines))[:2]
    lit = Ink(mixed(ink.dark, (0.10, 0.08, 0.09), 0.5), max(ink.light, _LIGHT), ink.tint, ink.glow)
    places = (0.5,) if len(tracts) < 2 else (0.29, 0.71)
    if len(places) == 1 and stage.width > stage.height:
        places = (0.41 if random.random() < 0.5 else 0.59,)
    coats, found = random.permutation(len(_COATS)).tolist(), list[Portrait]()
    for number, part in enumerate(places):
        own = tuple(line for line in lines if line.voice.tract == tracts[number]) if tracts else ()
        looks = _looks(shot.prompt.lower(), tracts[number] if tracts else None, coats[number], random)
        tall = min(_TALL * stage.height, (0.95 if len(places) == 1 else 0.68) * stage.width)
        tall *= 0.88 if looks.small else 1.0
        found.append(Portrait(stage, lit, looks, own, part * stage.width, tall, random))
    return found


def _looks(prompt: str, tract: float | None, coat: int, random: np.random.Generator) -> Looks:
    def says(words: str) -> bool:
        return re.search(rf"\b(?:{words})\b", prompt) is not None

    def one(colors: tuple[RGB, ...]) -> RGB:
        return colors[int(random.integers(len(colors)))]

    if tract is None:
        woman = says(r"wom[ae]n|she|her|girl|lady|mother|queen|actress|grandmother|witch|princess|bride")
        man = says(r"m[ae]n|he|his|boy|father|king|actor|fisherm[ae]n|grandfather|gentleman")
        tract = _WOMANS if woman or (not man and random.random() < 0.5) else 1.0
    grown = tract < _CHILDS
    male = tract < _WOMANS
    old = says(r"old (?:\w+ )?(?:m[ae]n|wom[ae]n|lady|fisherm[ae]n|sailor)|grand\w+|elder\w*|weathered|wizard")
    beard = grown and male and (says(r"beard\w*") or (old and random.random() < 0.7) or random.random() < 0.25)
    skin = one(_SKINS)
    hair = one(tuple(hair for hair in _HAIRS if sum(hair) < _DARKER * sum(skin)))
    return Looks(
        skin, _GREY if old and grown else hair, _COATS[coat], long_hair=not male, beard=beard,
        small=not grown, tears=says(r"cry\w*|cries|weep\w*|sob\w*|tears?|in tears"),
        smiles=says(r"smil\w+|laugh\w*|happ\w+|grin\w*|joy\w*|cheerful\w*"),
        wide_eyed=says(r"wonder\w*|wide(?:-| )eye\w*|eyes wide|astonish\w*|surpris\w*|amaze\w*|shock\w*|scared"),
        stern=says(r"angry|anger|furious|stern\w*|jaw clenched|tense|tension|glar\w+|defian\w+"),
    )  # fmt: skip


class Portrait:
    """A bust that breathes, blinks and speaks."""

    def __init__(
        self, stage: Stage, ink: Ink, looks: Looks, lines: tuple[Line, ...], x: float, tall: float,
        random: np.random.Generator,
    ) -> None:  # fmt: skip
        self._stage, self._lines, self._x, self._tall = stage, lines, x, tall
        self._body = Drawing(_bust(ink, looks, tall), border=0)
        self._eyes = [Drawing(_eyes(ink, looks, tall, shut=shut), border=0) for shut in (False, True)]
        self._mouths = [Drawing(_mouth(ink, looks, tall, viseme), border=0) for viseme in VISEMES]
        self._blinks = np.cumsum(random.uniform(1.6, 4.2, 12)) - 1.2
        self._phase = float(random.uniform(0, 6.28))

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw whoever it is as they are now."""
        lens, tall = self._stage.lens(view, _DEPTH), self._tall
        sound = sound_at(self._lines, seconds)
        nod = 0.004 * tall * math.sin(5.2 * seconds + self._phase) if sound is not None else 0.0
        x = self._x + 0.006 * tall * math.sin(0.8 * seconds + self._phase)
        y = 1.06 * self._stage.height + 0.004 * tall * math.sin(1.7 * seconds) + nod
        left, top = (x - 0.5 * tall) * lens.zoom + lens.x, (y - tall) * lens.zoom + lens.y
        self._body.lay(canvas, left, top, lens.zoom)
        shut = any(0 <= seconds - blink < _BLINK_SECONDS for blink in self._blinks)
        mouth = self._mouths[shape_at(self._lines, seconds)]
        for drawing, (aside, down, _, _) in ((self._eyes[shut], _EYES), (mouth, _MOUTH)):
            drawing.lay(canvas, left + aside * tall * lens.zoom, top + down * tall * lens.zoom, lens.zoom)


def _bust(ink: Ink, looks: Looks, pixels: float) -> Image.Image:
    pen = Pen(pixels, 1.0)
    skin, hair, coat = ink.lit(looks.skin), ink.lit(looks.hair), ink.lit(looks.coat)
    shade, dark = _shade(skin), scaled(coat, 0.72)
    if looks.long_hair:
        pen.blob([(0.50, 0.055), (0.64, 0.09), (0.70, 0.24), (0.70, 0.46), (0.735, 0.66), (0.62, 0.74), (0.38, 0.74),
                  (0.265, 0.66), (0.30, 0.46), (0.30, 0.24), (0.36, 0.09)], scaled(hair, 0.8))  # fmt: skip
    pen.blob([(0.02, 1.08), (0.05, 0.84), (0.18, 0.715), (0.39, 0.635), (0.61, 0.635), (0.82, 0.715), (0.95, 0.84),
              (0.98, 1.08)], coat)  # fmt: skip
    pen.blob([(0.67, 0.67), (0.82, 0.715), (0.95, 0.84), (0.98, 1.08), (0.75, 1.08), (0.73, 0.84)], scaled(coat, 0.86))
    pen.shape([(0.405, 0.625), (0.595, 0.625), (0.50, 0.87)], ink.lit((0.93, 0.92, 0.88)))
    pen.shape([(0.420, 0.48), (0.580, 0.48), (0.595, 0.645), (0.50, 0.715), (0.405, 0.645)], shade)
    for side in (-1, 1):
        pen.shape([(0.50 + 0.10 * side, 0.615), (0.50 + 0.21 * side, 0.690), (0.50 + 0.11 * side, 0.83),
                   (0.50 + 0.005 * side, 0.880), (0.50 + 0.03 * side, 0.78)], dark)  # fmt: skip
        pen.oval(0.50 + 0.148 * side, 0.335, 0.024, 0.042, shade if side > 0 else skin)
    face = [(0.50, 0.115), (0.595, 0.14), (0.645, 0.24), (0.642, 0.36), (0.605, 0.465), (0.545, 0.535), (0.50, 0.545),
            (0.455, 0.535), (0.395, 0.465), (0.358, 0.36), (0.355, 0.24), (0.405, 0.14)]  # fmt: skip
    pen.blob(face, skin)
    pen.blob([(0.60, 0.16), (0.645, 0.24), (0.642, 0.36), (0.605, 0.465), (0.545, 0.535), (0.585, 0.43), (0.600, 0.31)],
             mixed(skin, shade, 0.55))  # fmt: skip
    if looks.beard:
        pen.blob([(0.357, 0.33), (0.385, 0.42), (0.43, 0.425), (0.50, 0.405), (0.57, 0.425), (0.615, 0.42),
                  (0.643, 0.33), (0.632, 0.45), (0.575, 0.565), (0.50, 0.60), (0.425, 0.565), (0.368, 0.45)],
                 scaled(hair, 0.92))  # fmt: skip
        pen.oval(0.50, 0.462, 0.062, 0.036, skin)
    pen.stroke([(0.505, 0.30), (0.522, 0.385), (0.492, 0.395)], 0.011, shade)
    for side in (-1, 1):
        # Sad brows rise to the middle, stern ones fall to it, and those of wonder are high.
        slant = 0.012 if looks.tears else -0.012 if looks.stern else 0.0
        high = 0.014 if looks.wide_eyed else 0.0
        inner, outer = (0.50 + 0.038 * side, 0.259 - slant - high), (0.50 + 0.100 * side, 0.265 + slant - high)
        brow = [inner, (0.50 + 0.07 * side, 0.252 - high), outer]
        pen.stroke(brow, 0.015, hair)
        if looks.tears:
            pen.stroke(
                [(0.50 + 0.078 * side, 0.335), (0.50 + 0.086 * side, 0.44)], 0.010, mixed(skin, (0.75, 0.9, 1.0), 0.75)
            )
        if looks.smiles:
            pen.oval(0.50 + 0.095 * side, 0.405, 0.030, 0.020, mixed(skin, scaled((0.90, 0.42, 0.36), max(skin)), 0.22))
    if looks.long_hair:
        pen.blob([(0.50, 0.06), (0.62, 0.09), (0.675, 0.22), (0.665, 0.36), (0.635, 0.25), (0.555, 0.155),
                  (0.46, 0.175), (0.375, 0.25), (0.338, 0.38), (0.322, 0.24), (0.375, 0.10)], hair)  # fmt: skip
    else:
        pen.blob([(0.355, 0.285), (0.335, 0.19), (0.375, 0.095), (0.47, 0.052), (0.58, 0.068), (0.655, 0.14),
                  (0.662, 0.22), (0.645, 0.285), (0.622, 0.19), (0.54, 0.155), (0.44, 0.175), (0.385, 0.20)],
                 hair)  # fmt: skip
    return pen.drawing()


def _eyes(ink: Ink, looks: Looks, pixels: float, *, shut: bool) -> Image.Image:
    left, top, wide, high = _EYES
    pen, skin = Pen(pixels * high, wide / high), ink.lit(looks.skin)

    def at(x: float, y: float) -> Point:
        return (x - left) / high, (y - top) / high

    for x in (0.432, 0.568):
        if shut:
            pen.stroke([at(x - 0.026, 0.312), at(x, 0.318), at(x + 0.026, 0.312)], 0.010 / high, _shade(skin))
            continue
        opened = 0.0205 if looks.wide_eyed else 0.0165
        pen.oval(*at(x, 0.309), 0.028 / high, opened / high, ink.lit((0.97, 0.96, 0.94)))
        pen.oval(*at(x + 0.002, 0.309), 0.0145 / high, 0.0155 / high, ink.lit((0.22, 0.16, 0.12), 0.8))
        pen.oval(*at(x + 0.006, 0.304), 0.0042 / high, 0.0042 / high, (0.95, 0.95, 0.95))
        pen.stroke(
            [at(x - 0.028, 0.303), at(x, 0.292), at(x + 0.028, 0.302)], 0.008 / high, scaled(ink.lit(looks.hair), 0.8)
        )
    return pen.drawing()


def _mouth(ink: Ink, looks: Looks, pixels: float, viseme: Viseme) -> Image.Image:
    left, top, wide, high = _MOUTH
    pen, skin = Pen(pixels * high, wide / high), ink.lit(looks.skin)
    lip = mixed(skin, ink.lit((0.66, 0.20, 0.20)), 0.62 if looks.long_hair else 0.38)

    def at(x: float, y: float) -> Point:
        return (x - left) / high, (y - top) / high

    middle, bow = 0.460, (-0.010 if looks.smiles else 0.008 if looks.tears else -0.002)
    if viseme.open == 0:
        ends = middle + bow
        pen.stroke([at(0.5 - viseme.wide, ends), at(0.5, middle), at(0.5 + viseme.wide, ends)], 0.011 / high, lip)
        pen.stroke([at(0.478, middle + 0.017), at(0.522, middle + 0.017)], 0.006 / high, _shade(skin))
        return pen.drawing()
    x, y = at(0.5, middle + 0.5 * viseme.open)
    across, down = viseme.wide / high, viseme.open / high
    pen.oval(x, y, across + 0.011 / high, down + 0.010 / high, lip)
    pen.oval(x, y, across, down, ink.lit((0.20, 0.05, 0.06), 0.8))
    if viseme.teeth or viseme.open > 0.009:
        pen.oval(
            x, y - 0.45 * down, 0.80 * across, (0.60 if viseme.teeth else 0.30) * down, ink.lit((0.96, 0.95, 0.92))
        )
    if viseme.open > 0.016:
        pen.oval(x, y + 0.55 * down, 0.62 * across, 0.36 * down, ink.lit((0.74, 0.34, 0.34)))
    return pen.drawing()


def _shade(skin: RGB) -> RGB:
    return mixed(scaled(skin, 0.74), (0.50, 0.20, 0.16), 0.10)
