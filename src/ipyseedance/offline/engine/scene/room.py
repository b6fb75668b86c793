"""An interior: a room around a window, drawn over what the window looks out on."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import BAND, RGB, Bytes, Canvas, Floats, blend, bytes_of, planes_of, rgb
from .glow import Glow
from .palette import mixed, scaled
from .perspective import Lens, Stage
from .shapes import Pen
from .silhouettes import Ink
from .texture import Texture

_WALLS: tuple[RGB, ...] = ((0.46, 0.30, 0.24), (0.30, 0.36, 0.38), (0.42, 0.36, 0.28), (0.36, 0.28, 0.36))
_LAMP: RGB = (1.0, 0.70, 0.36)
_OUT = 0.16
"""How far the room goes on beyond the picture, in its sizes."""


class Room:
    """Wall, window frame, curtains, sill and lamp, at the depth of the near."""

    depth = 0.9
    light = _LAMP
    """The colour of its lamp."""

    def __init__(self, stage: Stage, ink: Ink, hour: str, random: np.random.Generator) -> None:
        self._stage = stage
        self.lamp_right = bool(random.random() < 0.5)
        left, right = (0.12, 0.70) if self.lamp_right else (0.30, 0.88)
        if stage.width < stage.height:
            left, right = 0.12, 0.88
        self._window = tuple(
            round(v) for v in (left * stage.width, 0.09 * stage.height, right * stage.width, 0.72 * stage.height)
        )
        self.sill = 0.745 * stage.height
        dark = {"day": 0.50, "dawn": 0.66, "sunset": 0.78, "dusk": 0.95, "night": 1.0}[hour]
        wall = _WALLS[int(random.integers(len(_WALLS)))]
        out_x, out_y = round(_OUT * stage.width), round(_OUT * stage.height)
        self._out = (out_x // 2 * 2, out_y // 2 * 2)
        pixels = np.asarray(self._painted(wall, ink, dark, random))
        opacity = ((pixels[:, :, 3].astype(np.uint16) * 128 + 127) // 255).astype(np.uint8)
        self._texture = Texture(opacity, *planes_of(pixels), coarse=(2, 3))
        self._halo = Glow.halo(0.34 * stage.unit, scaled(_LAMP, 0.40 * dark), 0.4)
        self._lamp_at = self._lamp_place()

    @property
    def window(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the glass before the camera moves."""
        a, b, c, d = self._window
        return a, b, c, d

    def _lamp_place(self) -> tuple[float, float]:
        left, _, right, _ = self.window
        stage = self._stage
        beside = right + 0.52 * (stage.width - right) if self.lamp_right else left * 0.48
        if stage.width < stage.height:
            beside = stage.width * (0.80 if self.lamp_right else 0.20)
        return beside, self.sill - 0.19 * stage.unit

    def _painted(self, wall: RGB, ink: Ink, dark: float, random: np.random.Generator) -> Image.Image:
        """The whole room, RGBA."""
        stage, (out_x, out_y) = self._stage, self._out
        bare = np.empty((stage.height + 2 * out_y, stage.width + 2 * out_x, 3), np.uint8)
        for start in range(0, len(bare), BAND):  # at once it would take 100 MB
            rows = np.arange(start, min(start + BAND, len(bare)), dtype=np.float32)[:, None] - np.float32(out_y)
            bare[start : start + BAND] = bytes_of(self._wall(wall, ink, dark, rows))
        sheet = Image.fromarray(bare).convert("RGBA")
        self._furnish(sheet, wall, dark, random)
        return sheet

    def _wall(self, wall: RGB, ink: Ink, dark: float, rows: Floats) -> Floats:
        """Some rows of the wall, RGB, in the light of lamp and window."""
        stage, out_x = self._stage, self._out[0]
        lamp_x, lamp_y = self._lamp_place()
        columns = np.arange(stage.width + 2 * out_x, dtype=np.float32)[None, :] - np.float32(out_x)
        unit = np.float32(stage.unit)
        near = 1 / (
            1 + (((columns - lamp_x) ** 2 + ((rows - lamp_y) * np.float32(1.15)) ** 2) / (np.float32(0.34) * unit) ** 2)
        )
        left, top, right, bottom = self.window
        aside = np.maximum(np.maximum(left - columns, columns - right), np.maximum(top - rows, rows - bottom)).clip(
            0, None
        )
        spill = (np.float32(1 - 0.75 * dark) / (1 + (aside / (np.float32(0.22) * unit)) ** 2))[:, :, None]
        base = rgb(wall) * np.float32(0.16 + 0.40 * (1 - dark))
        light = near[:, :, None] * np.float32(0.75 * dark + 0.12)
        picture = base + (rgb(mixed(wall, _LAMP, 0.45)) * np.float32(1.05) - base) * light.clip(0, 1)
        picture += (rgb(mixed(wall, ink.tint, 0.6)) - picture) * spill * np.float32(0.7)
        return np.asarray(picture, np.float32)

    def _furnish(self, sheet: Image.Image, wall: RGB, dark: float, random: np.random.Generator) -> None:
        stage, (out_x, out_y) = self._stage, self._out
        unit = stage.unit
        left, top, right, bottom = self.window
        frame = mixed(scaled(wall, 0.42), _LAMP, 0.06 + 0.10 * dark)
        lit = mixed(frame, _LAMP, 0.32 * dark + 0.05)
        bar, thin = round(0.022 * unit), round(0.011 * unit)

        def box(x0: float, y0: float, x1: float, y1: float, color: RGB | None) -> None:
            fill = (0, 0, 0, 0) if color is None else (*(round(255 * min(1.0, c)) for c in color), 255)
            sheet.paste(fill, (round(x0 + out_x), round(y0 + out_y), round(x1 + out_x), round(y1 + out_y)))

        box(left - bar, top - bar, right + bar, bottom + bar, frame)
        box(left, top, right, bottom, None)
        middle, cross = (left + right) / 2, top + 0.36 * (bottom - top)
        box(middle - thin / 2, top, middle + thin / 2, bottom, frame)
        box(left, cross - thin / 2, right, cross + thin / 2, frame)
        # The sill catches the lamp's light.
        box(left - 0.06 * unit, self.sill - 0.030 * unit, right + 0.06 * unit, self.sill, lit)
        box(left - 0.06 * unit, self.sill, right + 0.06 * unit, self.sill + 0.016 * unit, scaled(frame, 0.7))
        for side in (-1, 1):
            cloth = _curtain(0.66 * stage.height, mixed(scaled(wall, 0.9), (0.86, 0.74, 0.60), 0.35), dark, side)
            x = left - 0.55 * cloth.width if side < 0 else right - 0.45 * cloth.width
            sheet.alpha_composite(cloth, (max(0, round(x + out_x)), max(0, round(top - bar * 2.2 + out_y))))
        box(left - 0.14 * unit, top - bar * 2.6, right + 0.14 * unit, top - bar * 2.0, scaled(frame, 0.8))
        table_y = self.sill + 0.075 * unit
        table = mixed(scaled(wall, 0.38), _LAMP, 0.10 * dark)
        box(-out_x, table_y, stage.width + out_x, stage.height + out_y, scaled(table, 0.75))
        box(-out_x, table_y, stage.width + out_x, table_y + 0.012 * unit, mixed(table, _LAMP, 0.16 * dark + 0.04))
        lamp_x, _ = self._lamp_place()
        lamp = _lamp(0.30 * unit, dark)
        sheet.alpha_composite(
            lamp, (round(lamp_x - lamp.width / 2 + out_x), round(table_y + 0.004 * unit - lamp.height + out_y))
        )
        things = [_cup(0.055 * unit, dark), _books(0.075 * unit, dark, random)]
        at = (0.36, 0.60) if self.lamp_right else (0.62, 0.40)
        for thing, part in zip(things, at, strict=True):
            x = part * stage.width - thing.width / 2
            sheet.alpha_composite(thing, (round(x + out_x), round(table_y + 0.006 * unit - thing.height + out_y)))

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it over the view from the window."""
        lens = self._stage.lens(view, self.depth)
        left, top = lens.x - self._out[0] * lens.zoom, lens.y - self._out[1] * lens.zoom
        for index, plane in enumerate(canvas.planes):
            part = 1.0 if index == 0 else 0.5
            patch = self._texture.on(plane.shape, left * part, top * part, lens.zoom * part, 0, index + 1)
            if patch is not None:
                self._cover(plane[patch.rows, patch.columns], patch.values[1], patch.values[0], lens, part)
        x, y = self._lamp_at
        flicker = 1 + 0.02 * math.sin(5.1 * seconds)
        scale = lens.zoom
        self._halo.add(
            canvas, x * scale + lens.x - self._halo.width * scale / 2,
            y * scale + lens.y - self._halo.height * scale / 2, scale, flicker,
        )  # fmt: skip

    def _cover(self, target: Bytes, room: Bytes, opacity: Bytes, lens: Lens, part: float) -> None:
        """Only around the glass is anything to be seen through."""
        x0, y0, x1, y1 = self.window
        first, last = (round((at * lens.zoom + lens.y) * part) for at in (y0 - 2, y1 + 2))
        begin, end = (round((at * lens.zoom + lens.x) * part) for at in (x0 - 2, x1 + 2))
        first, begin = max(0, first), max(0, begin)
        target[:first], target[last:] = room[:first], room[last:]
        target[first:last, :begin], target[first:last, end:] = room[first:last, :begin], room[first:last, end:]
        glass = (slice(first, last), slice(begin, end))
        blend(target[glass], room[glass], opacity[glass].astype(np.int16))


def _curtain(pixels: float, color: RGB, dark: float, side: int) -> Image.Image:
    pen = Pen(pixels, 0.26)
    folds = 7
    for fold in range(folds):
        x0, x1 = 0.26 * fold / folds, 0.26 * (fold + 1) / folds
        shade = (0.30 + 0.25 * (1 - dark)) * (0.72 + 0.28 * math.cos(1.9 * fold * side))
        spread = 0.012 * math.sin(2.2 * fold)
        pen.shape([(x0, 0.0), (x1 + 0.004, 0.0), (x1 + spread, 1.0), (x0 + spread - 0.004, 1.0)], scaled(color, shade))
    return pen.drawing()


def _lamp(pixels: float, dark: float) -> Image.Image:
    pen = Pen(pixels, 0.8)
    shade = mixed(scaled((0.90, 0.80, 0.66), 0.6), (1.0, 0.86, 0.58), dark)
    pen.stroke([(0.4, 0.40), (0.4, 0.96)], 0.030, (0.16, 0.11, 0.09))
    pen.blob([(0.22, 1.0), (0.26, 0.94), (0.54, 0.94), (0.58, 1.0)], (0.16, 0.11, 0.09))
    pen.shape([(0.24, 0.04), (0.56, 0.04), (0.72, 0.42), (0.08, 0.42)], shade)
    pen.shape([(0.30, 0.04), (0.50, 0.04), (0.58, 0.42), (0.22, 0.42)], mixed(shade, (1.0, 0.97, 0.86), 0.5 * dark))
    return pen.drawing()


def _cup(pixels: float, dark: float) -> Image.Image:
    pen = Pen(pixels, 1.4)
    white = scaled((0.90, 0.88, 0.84), 0.92 - 0.34 * dark)
    pen.oval(1.0, 0.48, 0.20, 0.20, white)
    pen.oval(1.0, 0.48, 0.11, 0.11, (0.20, 0.14, 0.12))
    pen.blob([(0.22, 0.12), (0.98, 0.12), (0.94, 0.62), (0.78, 0.88), (0.42, 0.88), (0.26, 0.62)], white)
    pen.blob([(0.05, 0.90), (0.4, 0.86), (0.8, 0.86), (1.15, 0.90), (0.9, 0.99), (0.3, 0.99)], scaled(white, 0.86))
    return pen.drawing()


def _books(pixels: float, dark: float, random: np.random.Generator) -> Image.Image:
    pen = Pen(pixels, 2.3)
    colors = ((0.50, 0.16, 0.14), (0.16, 0.30, 0.38), (0.62, 0.48, 0.22))
    for number, color in enumerate(colors):
        left, right = 0.10 + float(random.uniform(0, 0.22)), 2.0 + float(random.uniform(0, 0.25))
        y = 0.98 - 0.25 * (number + 1)
        pen.shape([(left, y), (right, y), (right, y + 0.24), (left, y + 0.24)], scaled(color, 0.95 - 0.4 * dark))
        pen.shape([(right - 0.06, y + 0.03), (right, y + 0.03), (right, y + 0.21), (right - 0.06, y + 0.21)],
                  scaled((0.90, 0.86, 0.76), 0.9 - 0.35 * dark))  # fmt: skip
    return pen.drawing()
