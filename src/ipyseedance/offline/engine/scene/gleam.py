"""Light added to the picture: windows, lamps, flashes and the glow around a fire."""

from __future__ import annotations

import numpy as np

from ..canvas import RGB, Bytes, Canvas, Floats, brighten, rgb, yuv
from .texture import Texture

_LEAST, _NONE, _MOST = np.uint8(16), np.uint8(128), np.uint8(240)
"""Chroma."""
_BAND = 64
"""Rows turned into light at a time."""


class Gleam:
    """A drawing of light, to be added at any place, size and strength."""

    def __init__(self, light: Floats) -> None:
        """`light` is RGB from 0 to 1, rows x columns x 3."""
        self.height, self.width = light.shape[:2]
        black, middle = yuv((0.0, 0.0, 0.0)), np.array((0, 128, 128), np.float32)
        planes = [np.empty((self.height, self.width), np.uint8) for _ in range(3)]
        # A band at a time: all at once, a skyline's windows would take 50 MB to reckon with.
        for start in range(0, self.height, _BAND):
            band = slice(start, start + _BAND)
            around = np.rint(yuv(light[band]) - black + middle).clip(0, 255).astype(np.uint8)
            for channel, plane in enumerate(planes):
                plane[band] = around[:, :, channel]
        self._texture = Texture(*planes, coarse=(1, 2))

    @classmethod
    def halo(cls, pixels: float, color: RGB, core: float = 0.0) -> Gleam:
        """A round glow that many pixels in radius; `core` makes its middle brighter."""
        side = max(3, round(2 * pixels))
        at = (np.arange(side, dtype=np.float32) + 0.5) / np.float32(side / 2) - 1
        away = np.sqrt(at[:, None] ** 2 + at[None, :] ** 2).clip(0, 1)
        soft = (1 - away) ** 2 * (1 + np.float32(core) * (1 - away) ** 6)
        return cls(soft[:, :, None].clip(0, 1) * rgb(color))

    def add(self, canvas: Canvas, left: float, top: float, scale: float, strength: float = 1.0) -> None:
        """Add the light with its upper left corner there."""
        gain = round(256 * strength)
        if gain <= 0:
            return
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


def _shift(target: Bytes, light: Bytes) -> None:
    """Add chroma, 128 where there is none, within limits; bytes are several times as quick as words."""
    more = np.maximum(light, _NONE)
    more -= _NONE
    less = _NONE - np.minimum(light, _NONE)
    np.minimum(target, _MOST - more, out=target)
    target += more
    np.maximum(target, _LEAST + less, out=target)
    target -= less
