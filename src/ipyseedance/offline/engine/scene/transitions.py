"""How one given picture becomes the other: by a motive in the prompt's words, never by a mere cross-fade."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Protocol

import av
import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas, Floats, Scaler, brighten, bytes_of
from ..noise import sample, smoothstep, tile
from ..shot import Shot, Size
from .given_picture import GivenPicture, small_grid

_SMALL = 240
_FRONT = 0.16
"""How wide a soft edge is, in units of the field it moves through."""


class Transition(Protocol):
    """What happens between two pictures."""

    span: tuple[float, float]
    """The parts of the clip between which it happens."""

    def draw(
        self, canvas: Canvas, stills: tuple[GivenPicture, GivenPicture], views: tuple[View, View], part: float
    ) -> None:
        """Draw it when `part` (0 to 1) of it is over."""


def transition_for(shot: Shot, random: np.random.Generator, *, to_left: bool) -> Transition:
    """The transition that a shot's words call for."""
    text = shot.prompt.lower()
    if re.search(_WHIP, text):
        return Whip(shot.size, to_left=to_left)
    if re.search(_THROUGH, text):
        return Masked(shot.size, _rings(shot.size), plunge=0.9)
    if re.search(_LIGHT, text):
        return Masked(shot.size, _slope(shot.size, -0.35 if to_left else 0.35, to_left=to_left), glow=110)
    return Masked(shot.size, _ink(shot.size, random), span=(0.22, 0.86))


_WHIP = (
    r"\b(whip|swish|pan(s|ning)?|quick\w*|fast|sudden\w*|snap\w*|turns (around|to|towards)|looks (over|back|around)"
    r"|rac(e|es|ing)|runs?|running|chas\w+|track(s|ing)?)\b"
)
_THROUGH = (
    r"\b(push\w*|zoom\w*|fl(y|ies|ying)|through|doll(y|ies)|enter\w*|doors?|tunnel|portal|travel\w*|journey|driv\w+"
    r"|approach\w*|dives?|falls?)\b"
)
_LIGHT = (
    r"\b(light\w*|sun\w*|dawn|days?|morning|night\w*|dusk|time ?lapse|pass(es|ing)?|seasons?|summer|winter|years?"
    r"|hours|glow\w*|flash\w*|shine\w*|shimmer\w*|magic\w*)\b"
)


class Masked:
    """The second picture comes in along a moving front, and a light or a plunge may go with it."""

    def __init__(
        self, size: Size, field: Floats, *, span: tuple[float, float] = (0.30, 0.74), plunge: float = 0.0, glow: int = 0
    ) -> None:
        """`field` says where the front passes first (0) and last (1)."""
        self.span, self._size, self._field, self._plunge, self._glow = span, size, field, plunge, glow
        self._scaler = Scaler()

    def draw(
        self, canvas: Canvas, stills: tuple[GivenPicture, GivenPicture], views: tuple[View, View], part: float
    ) -> None:
        """Draw it when `part` of it is over."""
        going, coming = views
        if self._plunge:
            going = replace(going, zoom=going.zoom * (1 + self._plunge * part**2))
            coming = replace(coming, zoom=coming.zoom * (1 + 0.35 * self._plunge * (1 - part) ** 2))
        stills[0].show(going, canvas)
        over = Canvas.of(av.VideoFrame(*self._size, "yuv420p"))
        stills[1].show(coming, over)
        reached = part * (1 + 2 * _FRONT) - _FRONT
        opacity = smoothstep(-_FRONT, _FRONT, reached - self._field)
        mask = bytes_of(opacity)
        for target, source in zip(canvas.images, over.images, strict=True):
            target.paste(source, (0, 0), Image.fromarray(self._scaler.scaled(mask, *target.size)))
        if self._glow:
            away = (reached - self._field) / np.float32(0.75 * _FRONT)
            shine = np.exp(-(away**2)) * np.float32(math.sin(math.pi * min(1.0, max(0.0, part))))
            light = self._scaler.scaled(bytes_of(shine * np.float32(self._glow / 255)), *canvas.size)
            brighten(canvas.planes[0], light)


class Whip:
    """The camera whips around from one picture to the other, and all is blurred while it is fast."""

    span = (0.36, 0.64)

    def __init__(self, size: Size, *, to_left: bool) -> None:
        self._size, self._to_left = size, to_left

    def draw(
        self, canvas: Canvas, stills: tuple[GivenPicture, GivenPicture], views: tuple[View, View], part: float
    ) -> None:
        """Draw it when `part` of it is over."""
        over = Canvas.of(av.VideoFrame(*self._size, "yuv420p"))
        stills[0].show(views[0], canvas)
        stills[1].show(views[1], over)
        gone, speed = part**3 * (part * (6 * part - 15) + 10), 30 * part**2 * (1 - part) ** 2
        for one, other in zip(canvas.planes, over.planes, strict=True):
            rows, columns = one.shape
            strip = np.concatenate((other, one) if self._to_left else (one, other), axis=1)
            offset = columns * ((1 - gone) if self._to_left else gone)
            smear = max(1.0, 0.05 * speed * columns)
            picture = Image.fromarray(strip)
            if smear > 2:
                picture = picture.resize((max(2, round(2 * columns / smear)), rows), Image.Resampling.BOX)
            scale = picture.width / (2 * columns)
            box = (offset * scale, 0.0, min(float(picture.width), (offset + columns) * scale), float(rows))
            one[...] = np.asarray(picture.resize((columns, rows), Image.Resampling.BICUBIC, box=box))


def _even(field: Floats) -> Floats:
    """Its order from 0 to 1: equal steps of time uncover equal areas, but the front keeps the field's shapes."""
    order = field.ravel().argsort(kind="stable")
    even = np.empty(order.size, np.float32)
    even[order] = np.linspace(0, 1, order.size, dtype=np.float32)
    return even.reshape(field.shape)


def _ink(size: Size, random: np.random.Generator) -> Floats:
    """Ragged, like ink that spreads."""
    rows, columns = small_grid(size, _SMALL)
    noise = sample(tile(random, 256, 4, 5, 0.55), columns * 0.7 + 40, rows * 0.7 + 20)
    angle = random.uniform(0, 2 * math.pi)
    slope = (columns / columns.max() - 0.5) * math.cos(angle) + (rows / rows.max() - 0.5) * math.sin(angle)
    return _even(np.asarray(noise + 0.45 * slope, np.float32))


def _rings(size: Size) -> Floats:
    """From the middle outwards."""
    rows, columns = small_grid(size, _SMALL)
    return _even(np.hypot(columns - columns.mean(), rows - rows.mean()))


def _slope(size: Size, lean: float, *, to_left: bool) -> Floats:
    """A slanting line across the picture."""
    rows, columns = small_grid(size, _SMALL)
    across = columns / columns.max()
    return _even(np.asarray((1 - across if to_left else across) + abs(lean) * rows / rows.max(), np.float32))
