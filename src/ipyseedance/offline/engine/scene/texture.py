"""A picture laid onto the frame at any shift and size, quickly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from ..canvas import Bytes, Scaler, over

_RIM = 1
"""Pixels around it, so that half a pixel beyond its edge can be taken too."""
_FINER, _LARGE_FINER = 2.0, 1.5
"""Kept this much larger, so that taking the nearest pixel is right to a quarter of one; a third if it is large."""
_LARGE = 150_000
"""Pixels."""


@dataclass(frozen=True)
class Patch:
    """The part of a plane a texture covers, and what it has there."""

    rows: slice
    columns: slice
    images: tuple[Image.Image, ...]

    @property
    def corner(self) -> tuple[int, int]:
        """Its upper left pixel: column, row."""
        return self.columns.start, self.rows.start

    @cached_property
    def values(self) -> tuple[Bytes, ...]:
        """What it has there, to reckon with."""
        return tuple(_copied(image) for image in self.images)


class Texture:
    """Some planes of one size that are laid down together."""

    def __init__(self, *planes: Bytes, coarse: tuple[int, ...] = ()) -> None:
        """The planes that are `coarse` are not kept larger: colour, which is shown at half size."""
        self.height, self.width = planes[0].shape
        self._images = list[Image.Image]()
        scaler = Scaler()
        finer = _LARGE_FINER if self.height * self.width > _LARGE else _FINER
        for number, plane in enumerate(planes):
            rimmed = np.pad(plane, _RIM, mode="edge")
            if number not in coarse:
                height, width = rimmed.shape
                rimmed = scaler.scaled(rimmed, round(width * finer), round(height * finer))
            self._images.append(Image.fromarray(rimmed))

    def on(self, shape: tuple[int, ...], left: float, top: float, scale: float, *wanted: int) -> Patch | None:
        """The wanted planes with their upper left corner at a place of a plane that large; None if out of it."""
        rows = _covered(shape[0], self.height, top, scale)
        columns = _covered(shape[1], self.width, left, scale)
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return None
        size = (columns.stop - columns.start, rows.stop - rows.start)
        box = (
            (columns.start - left) / scale + _RIM, (rows.start - top) / scale + _RIM,
            (columns.stop - left) / scale + _RIM, (rows.stop - top) / scale + _RIM,
        )  # fmt: skip
        return Patch(rows, columns, tuple(self._taken(number, size, box) for number in wanted))

    def _taken(self, number: int, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
        image = self._images[number]
        left, top, right, bottom = box
        across, down = image.width / (self.width + 2 * _RIM), image.height / (self.height + 2 * _RIM)
        # Of one shown at less than half its size, half a pixel is more than the rim.
        fine = (
            max(0.0, left * across), max(0.0, top * down),
            min(right * across, image.width), min(bottom * down, image.height),
        )  # fmt: skip
        return image.resize(size, Image.Resampling.NEAREST, box=fine)


def _covered(room: int, length: int, start: float, scale: float) -> slice:
    """The pixels whose middles are within."""
    return slice(max(0, math.ceil(start - 0.5)), min(room, math.ceil(start + length * scale - 0.5)))


def _copied(image: Image.Image) -> Bytes:
    """Pillow pastes into memory several times as quickly as it hands its own out."""
    values = np.empty((image.height, image.width), np.uint8)
    over(values).paste(image)
    return values
