"""A picture laid onto the frame at any shift and size, quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
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

    def __init__(self, *planes: Bytes) -> None:
        self.height, self.width = planes[0].shape
        large = (self.width * _FINER, self.height * _FINER)
        self._planes = [np.asarray(Image.fromarray(p).resize(large, Image.Resampling.BILINEAR)) for p in planes]

    def on(self, plane: Bytes, left: float, top: float, scale: float, *wanted: int) -> Patch | None:
        """The wanted planes with their upper left corner at a place of `plane`; None if out of the picture."""
        rows, y = _visible(plane.shape[0], self.height, top, scale)
        columns, x = _visible(plane.shape[1], self.width, left, scale)
        if not (y.size and x.size):
            return None
        return Patch(rows, columns, tuple(self._planes[n][y].take(x, axis=1) for n in wanted))


def _visible(room: int, length: int, start: float, scale: float) -> tuple[slice, np.ndarray]:
    first, last = max(0, round(start)), min(room, round(start + length * scale))
    at = (np.arange(first, max(first, last)) + (0.5 - start)) * (_FINER / scale)
    return slice(first, max(first, last)), np.clip(at.astype(np.intp), 0, length * _FINER - 1)
