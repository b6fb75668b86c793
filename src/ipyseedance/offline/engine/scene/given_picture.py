"""A given picture, and the camera's view of it."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageOps

from ....doors.pictures import open_picture, upright
from ..camera import Move, View
from ..canvas import Bytes, Canvas, Scaler, frame_of
from ..shot import Size
from .perspective import moved

_BEYOND = 1 / 12
"""How much of the picture's size is mirrored beyond its edges, for a camera that pulls back."""
_FINER = (3, 2, 2)
"""How much larger brightness and colour are kept, so that taking the nearest pixel is right to a sixth of one."""
_DEPTH = 0.6
"""Where a picture stands for a camera that moves."""


class GivenPicture:
    """A picture cropped around its centre to the clip's ratio, at the clip's size."""

    def __init__(self, data: bytes, size: Size, move: Move) -> None:
        self.planes = tuple(plane.copy() for plane in Canvas.of(frame_of(_fitted(data, size))).planes)
        # Whole chroma pixels, and as many luma pixels of them.
        self._beyond = tuple(max(1, round(side / 2 * _BEYOND)) if _pulls_back(move) else 0 for side in size)
        self._wide = [
            _finer(np.pad(plane, _pads(plane, self._beyond, 2 if index == 0 else 1), mode="reflect"), _FINER[index])
            for index, plane in enumerate(self.planes)
        ]

    def copy(self, canvas: Canvas) -> None:
        """Show it untouched."""
        for source, target in zip(self.planes, canvas.planes, strict=True):
            target[...] = source

    def show(self, view: View, canvas: Canvas) -> None:
        """Show what the view sees of it."""
        for index, (source, target) in enumerate(zip(self._wide, canvas.images, strict=True)):
            columns, rows = target.size
            out_x, out_y = (beyond * (2 if index == 0 else 1) for beyond in self._beyond)
            finer, step = _FINER[index], _FINER[index] / view.zoom
            left = (out_x + columns * (0.5 + view.turn_x)) * finer - columns * step / 2
            top = (out_y + rows * (0.5 + view.turn_y)) * finer - rows * step / 2
            left = min(max(0.0, left), source.width - columns * step)
            top = min(max(0.0, top), source.height - rows * step)
            place = (step, 0.0, left, 0.0, step, top)
            target.paste(
                source.transform((columns, rows), Image.Transform.AFFINE, place, Image.Resampling.NEAREST), (0, 0)
            )


def _finer(plane: Bytes, times: int) -> Image.Image:
    return Image.fromarray(Scaler().scaled(plane, plane.shape[1] * times, plane.shape[0] * times))


def leaving(move: Move, part: float, seconds: float) -> View:
    """A view that is the whole picture at 0 and has moved away from it when `part` of the clip is over."""
    (x, y), (rest_x, rest_y) = moved(move.at(part, seconds), _DEPTH), moved(move.at(0.0, 0.0), _DEPTH)
    smooth = part * part * (3 - 2 * part)
    aside = 2 * max(abs(x - rest_x), abs(y - rest_y))
    growth = move.zoom + move.push
    if _pulls_back(move):
        return View(0.0, 0.0, zoom=1 / (1 + min(-growth, 1.5 * _BEYOND) * smooth))
    # Room for the shift, so that no edge shows.
    return View(x - rest_x, y - rest_y, zoom=1 + growth * smooth + aside)


def _pulls_back(move: Move) -> bool:
    return move.zoom + move.push < 0


def _pads(plane: Bytes, beyond: tuple[int, ...], times: int) -> tuple[tuple[int, int], tuple[int, int]]:
    x, y = (min(side * times, length - 1) for side, length in zip(beyond, plane.shape[::-1], strict=True))
    return (y, y), (x, x)


def _fitted(data: bytes, size: Size) -> Image.Image:
    picture = upright(open_picture(data))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)


def small_grid(size: Size, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a small picture of the same shape, about `side` pixels on a side."""
    width, height = size
    scale = side / math.sqrt(width * height)
    rows, columns = np.mgrid[0 : max(2, round(height * scale)), 0 : max(2, round(width * scale))].astype(np.float32)
    return rows, columns
