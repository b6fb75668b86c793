"""Light added to the picture: windows, lamps, flashes and the glow around a fire."""

from __future__ import annotations

import numpy as np

from ..canvas import RGB, Bytes, Canvas, brighten, bytes_of, planes_of, rgb, row_of
from .texture import Texture

_BLACK = np.uint8(16)
_LEAST, _NONE, _MOST = np.uint8(16), np.uint8(128), np.uint8(240)
"""Chroma."""
_AROUND = 2


class Glow:
    """A drawing of light, to be added at any place, size and strength."""

    def __init__(self, light: Bytes) -> None:
        """`light` is RGB, rows x columns x 3."""
        self.height, self.width = light.shape[:2]
        luma, *chroma = planes_of(light)
        planes = [np.maximum(luma, row_of(_BLACK, luma)) - _BLACK, *chroma]
        # What is black all along its edges need not be added.
        rows, columns = (_lit(planes[0], axis) for axis in (1, 0))
        self._top, self._left = rows.start, columns.start
        self._texture = Texture(*(plane[rows, columns] for plane in planes), coarse=(1, 2))

    @classmethod
    def halo(cls, pixels: float, color: RGB, core: float = 0.0) -> Glow:
        """A round glow that many pixels in radius; `core` makes its middle brighter."""
        side = max(3, round(2 * pixels))
        at = (np.arange(side, dtype=np.float32) + 0.5) / np.float32(side / 2) - 1
        away = np.sqrt(at[:, None] ** 2 + at[None, :] ** 2).clip(0, 1)
        soft = (1 - away) ** 2 * (1 + np.float32(core) * (1 - away) ** 6)
        return cls(bytes_of(soft[:, :, None].clip(0, 1) * rgb(color)))

    def add(self, canvas: Canvas, left: float, top: float, scale: float, strength: float = 1.0) -> None:
        """Add the light with its upper left corner there."""
        gain = round(256 * strength)
        if gain <= 0:
            return
        left, top = left + self._left * scale, top + self._top * scale
        for index, plane in enumerate(canvas.planes):
            part = 1.0 if index == 0 else 0.5
            patch = self._texture.on(plane.shape, left * part, top * part, scale * part, index)
            if patch is None:
                continue
            target, light = plane[patch.rows, patch.columns], patch.values[0]
            if index == 0:
                if gain != 256:
                    light = ((light.astype(np.uint16) * np.uint16(min(gain, 256))) >> 8).astype(np.uint8)
                brighten(target, light)
            else:
                if gain != 256:
                    around = light.astype(np.int32)
                    around -= 128
                    around *= gain
                    around >>= 8
                    around += 128
                    light = around.clip(0, 255).astype(np.uint8)
                _shift(target, light)


def _lit(luma: Bytes, axis: int) -> slice:
    """The rows (axis 1) or columns (axis 0) with light, and a little around them, or their ends would be hard."""
    lit = np.flatnonzero(luma.any(axis=axis))
    return slice(max(0, int(lit[0]) - _AROUND), int(lit[-1]) + 1 + _AROUND) if lit.size else slice(0, 1)


def _shift(target: Bytes, light: Bytes) -> None:
    """Add chroma, 128 where there is none, within limits; bytes are several times as quick as words."""
    none = row_of(_NONE, light)
    more = np.maximum(light, none)
    more -= _NONE
    less = np.minimum(light, none)
    np.subtract(_NONE, less, out=less)
    np.minimum(target, _MOST - more, out=target)
    target += more
    np.maximum(target, _LEAST + less, out=target)
    target -= less
