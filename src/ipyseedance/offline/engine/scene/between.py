"""Image to video: begins on the start frame, ends on the end frame if there is one, and moves in between."""

from __future__ import annotations

import io
import math

import av
import numpy as np
from PIL import Image, ImageOps

from ..camera import Move, View
from ..canvas import Bytes, Canvas, blend, coverage_of, frame_of
from ..noise import sample, smoothstep, tile
from ..shot import Shot, Size
from .stage import moved

_DISSOLVE_FROM, _DISSOLVE_TO = 0.22, 0.86
_FRONT = 0.16
"""How wide the dissolve's soft edge is, in units of its noise."""
_MARK_FADE_SECONDS = 0.5
_SMALL = 240


class Between:
    """A camera move over the start frame, and a dissolve along a moving front into the end frame."""

    def __init__(self, shot: Shot, start: bytes) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        random = np.random.default_rng(shot.seed)
        self._first = _planes(_fitted(start, shot.size))
        self._last = _planes(_fitted(shot.end, shot.size)) if shot.end is not None else None
        self._light = _Light(shot.size, random)
        self._front = _Front(shot.size, random)

    @property
    def exact(self) -> tuple[int, ...]:
        """The first frame, and the last one if it was given."""
        return (0,) if self._last is None else (0, self._shot.frames - 1)

    def mark_strength(self, number: int) -> float:
        """None on the given frames."""
        distance = min(abs(number - frame) for frame in self.exact)
        return min(1.0, distance / (self._shot.fps * _MARK_FADE_SECONDS))

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        frame = av.VideoFrame(*self._shot.size, "yuv420p")
        canvas = Canvas.of(frame)
        part = number / (self._shot.frames - 1)
        if number in self.exact:
            given = self._first if number == 0 or self._last is None else self._last
            _copy(given, canvas)
            return frame
        dissolved = (part - _DISSOLVE_FROM) / (_DISSOLVE_TO - _DISSOLVE_FROM) if self._last is not None else 0.0
        if self._last is None or dissolved < 1:
            _show(self._first, _leaving(self._move, part), canvas)
        if self._last is not None and dissolved > 0:
            arriving = _leaving(self._move, 1 - part)
            if dissolved >= 1:
                _show(self._last, arriving, canvas)
            else:
                over = Canvas.of(av.VideoFrame(*self._shot.size, "yuv420p"))
                _show(self._last, arriving, over)
                self._front.dissolve(canvas, over, dissolved)
        self._light.fall(canvas, number / self._shot.fps, _away(part, last=self._last is not None))
        return frame


class _Front:
    """The ragged edge that one picture spreads into the other along."""

    def __init__(self, size: Size, random: np.random.Generator) -> None:
        width, height = size
        scale = _SMALL / math.sqrt(width * height)
        self._small = (max(2, round(width * scale)), max(2, round(height * scale)))
        rows, columns = np.mgrid[0 : self._small[1], 0 : self._small[0]].astype(np.float32)
        noise = sample(tile(random, 256, 4, 5, 0.55), columns * 0.7 + 40, rows * 0.7 + 20)
        angle = random.uniform(0, 2 * math.pi)
        slope = (columns / self._small[0] - 0.5) * math.cos(angle) + (rows / self._small[1] - 0.5) * math.sin(angle)
        field = noise + 0.45 * slope
        order = field.ravel().argsort(kind="stable")
        even = np.empty(order.size, np.float32)
        even[order] = np.linspace(0, 1, order.size, dtype=np.float32)
        # Equal steps of time uncover equal areas, but the front keeps the noise's shapes.
        self._field = even.reshape(field.shape)

    def dissolve(self, canvas: Canvas, over: Canvas, part: float) -> None:
        """Lay `over` on the canvas as far as the front has come."""
        reached = part * (1 + 2 * _FRONT) - _FRONT
        opacity = smoothstep(-_FRONT, _FRONT, reached - self._field)
        mask = Image.fromarray(np.rint(opacity * 255).astype(np.uint8))
        for target, source in zip(canvas.planes, over.planes, strict=True):
            rows, columns = target.shape
            large = np.asarray(mask.resize((columns, rows), Image.Resampling.BILINEAR), np.float32)
            blend(target, source, coverage_of(large / 255))


class _Light:
    """Light that wanders over the picture, so that even a fixed camera shows time passing."""

    def __init__(self, size: Size, random: np.random.Generator) -> None:
        width, height = size
        scale = 48 / math.sqrt(width * height)
        rows, columns = np.mgrid[0 : max(2, round(height * scale)), 0 : max(2, round(width * scale))].astype(np.float32)
        self._noise = tile(random, 128, 4, 3)
        self._x, self._y = columns, rows

    def fall(self, canvas: Canvas, seconds: float, strength: float) -> None:
        """Brighten and darken the canvas gently."""
        wander = sample(self._noise, self._x + 9 * seconds, self._y + 3 * seconds) - np.float32(0.5)
        small = Image.fromarray(np.rint(128 + 127 * wander.clip(-1, 1)).astype(np.uint8))
        luma = canvas.planes[0]
        large = np.asarray(small.resize((luma.shape[1], luma.shape[0]), Image.Resampling.BICUBIC)).astype(np.int16)
        large -= 128
        gain = round(30 * strength)
        # luma x (1 + wander), in 16 bits
        lit = luma.astype(np.int16)
        change = (lit - 16) >> 1
        change *= large >> 2
        change >>= 5
        change *= gain
        change >>= 7
        lit += change
        np.clip(lit, 16, 235, out=lit)
        luma[...] = lit.astype(np.uint8)


def _leaving(move: Move, part: float) -> View:
    """A view that is the whole picture at 0 and moves away from it."""
    (x, y), (rest_x, rest_y) = moved(move.at(part), 0.6), moved(move.at(0.0), 0.6)
    shift_x, shift_y = x - rest_x, y - rest_y
    grown = (abs(move.zoom) + abs(move.push)) * part * part * (3 - 2 * part)
    # Room for the shift, so that no edge shows.
    return View(shift_x, shift_y, zoom=1 + grown + 2 * max(abs(shift_x), abs(shift_y)))


def _away(part: float, *, last: bool) -> float:
    rise = min(1.0, part / 0.2)
    return min(rise, (1 - part) / 0.2) if last else rise


def _show(planes: tuple[Bytes, ...], view: View, canvas: Canvas) -> None:
    for source, target in zip(planes, canvas.planes, strict=True):
        rows, columns = target.shape
        half_width, half_height = columns / view.zoom / 2, rows / view.zoom / 2
        x, y = columns * (0.5 + view.turn_x), rows * (0.5 + view.turn_y)
        box = (
            max(0.0, x - half_width), max(0.0, y - half_height),
            min(float(columns), x + half_width), min(float(rows), y + half_height),
        )  # fmt: skip
        moved = Image.fromarray(source).resize((columns, rows), Image.Resampling.BICUBIC, box=box)
        target[...] = np.asarray(moved)


def _copy(planes: tuple[Bytes, ...], canvas: Canvas) -> None:
    for source, target in zip(planes, canvas.planes, strict=True):
        target[...] = source


def _fitted(data: bytes, size: Size) -> Image.Image:
    """The picture cropped around its centre to the clip's ratio, at the clip's size."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened)
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            ground = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(ground, picture)
        return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)


def _planes(picture: Image.Image) -> tuple[Bytes, ...]:
    return tuple(plane.copy() for plane in Canvas.of(frame_of(picture)).planes)
