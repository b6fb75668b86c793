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
_FINER = 2
"""Kept this much larger, so that taking the nearest pixel is right to a quarter of one."""


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
        self._finer = [1 if number in coarse else _FINER for number in range(len(planes))]
        for plane, finer in zip(planes, self._finer, strict=True):
            rimmed = np.pad(plane, _RIM, mode="edge")
            height, width = rimmed.shape
            large = scaler.scaled(rimmed, width * finer, height * finer) if finer > 1 else rimmed
            self._images.append(Image.fromarray(large))

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
        image, finer = self._images[number], self._finer[number]
        left, top, right, bottom = box
        # Of one shown at less than half its size, half a pixel is more than the rim.
        fine = (
            max(0.0, left * finer), max(0.0, top * finer),
            min(right * finer, image.width), min(bottom * finer, image.height),
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
