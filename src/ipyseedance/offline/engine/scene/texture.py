"""A picture laid onto the frame at any shift and size, quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..canvas import Bytes

_FINER = 2
"""Kept this much larger, so that taking the nearest pixel is right to a quarter of one."""


@dataclass(frozen=True)
class Patch:
    """The part of a plane a texture covers, and what it has there."""

    rows: slice
    columns: slice
    values: tuple[Bytes, ...]


class Texture:
    """Some planes of one size that are laid down together."""

    def __init__(self, *planes: Bytes, coarse: tuple[int, ...] = ()) -> None:
        """The planes that are `coarse` are not kept larger: colour, which is shown at half size."""
        self.height, self.width = planes[0].shape
        large = (self.width * _FINER, self.height * _FINER)
        self._planes = [
            plane if number in coarse else np.asarray(Image.fromarray(plane).resize(large, Image.Resampling.BILINEAR))
            for number, plane in enumerate(planes)
        ]

    def on(self, plane: Bytes, left: float, top: float, scale: float, *wanted: int) -> Patch | None:
        """The wanted planes with their upper left corner at a place of `plane`; None if out of the picture."""
        rows = _covered(plane.shape[0], self.height, top, scale)
        columns = _covered(plane.shape[1], self.width, left, scale)
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return None
        y, x = _taken(rows, self.height, top, scale), _taken(columns, self.width, left, scale)
        values = []
        for number in wanted:
            source = self._planes[number]
            fine = source.shape[0] > self.height
            values.append(source[y if fine else y // _FINER].take(x if fine else x // _FINER, axis=1))
        return Patch(rows, columns, tuple(values))


def _covered(room: int, length: int, start: float, scale: float) -> slice:
    return slice(max(0, round(start)), min(room, round(start + length * scale)))


def _taken(part: slice, length: int, start: float, scale: float) -> NDArray[np.intp]:
    """The texture's pixel for each of the part's."""
    at = ((np.arange(part.start, part.stop) + (0.5 - start)) * (_FINER / scale)).astype(np.intp)
    # They rise, so only the ends can be outside.
    if at[0] < 0:
        np.maximum(at, 0, out=at)
    if at[-1] >= length * _FINER:
        np.minimum(at, length * _FINER - 1, out=at)
    return at
