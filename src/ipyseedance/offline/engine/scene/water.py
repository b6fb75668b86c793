"""Water down to the picture's edge: waves in perspective that mirror the sky, with the sun's glitter on them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..camera import View
from ..canvas import RGB, Canvas, Floats, rgb, yuv
from ..noise import smoothstep, tile
from .palette import Palette, gradient, mixed, scaled
from .perspective import Stage, moved
from .sky import Sky

_SIDE_BITS = 10
_SIDE = 1 << _SIDE_BITS
_FINE = 6
"""Binary places of the wave texture's coordinates."""


class Water:
    """Drawn at half the width, which the waves' own breadth hides."""

    def __init__(
        self,
        stage: Stage,
        palette: Palette,
        sky: Sky,
        random: np.random.Generator,
        *,
        roughness: float,
        white: float = 0.0,
        deep: RGB | None = None,
    ) -> None:
        self._stage = stage
        self._top = round(stage.horizon)
        rows, columns = stage.height - self._top, stage.width // 2
        down = ((np.arange(rows, dtype=np.float32) + 0.5) / np.float32(rows))[:, None]
        away = 1 / (down + np.float32(0.05))
        across = (np.arange(columns, dtype=np.float32) * 2 - np.float32(stage.width / 2))[None, :]
        across = across / np.float32(stage.unit)
        noise = tile(random, _SIDE, 32, 4, 0.5)
        texture = ((noise - noise.mean()) * 150).clip(-63, 63).astype(np.int8)
        self._waves = [
            _Waves(away, across, texture, size=1.0, speed=(9.0, 34.0), roughness=roughness),
            _Waves(away, across, texture.T, size=2.3, speed=(-16.0, 55.0), roughness=roughness),
        ]
        # Far waves are too small to see: let them go calm towards the horizon, or they flicker.
        self._height = ((0.10 + 0.90 * smoothstep(0.0, 0.22, down)) * np.float32(90 * roughness)).astype(np.int16)
        self._level = (200 * (0.04 + 0.62 * down**0.8)).astype(np.int16)
        shade = deep or scaled(mixed(palette.zenith, palette.land, 0.35), 0.9)
        self._luma, *self._chroma = (
            np.ascontiguousarray(channel, np.int16) for channel in self._mirror(palette, shade).T
        )
        width = 0.035 + 0.22 * down
        centre = np.float32((sky.sun_x - stage.width / 2) / stage.unit)
        path = np.exp(-(((across - centre) / width) ** 2)) * (1 - 0.55 * down)
        self._glitter = (path * (210 if sky.sun_seen else 60) * min(1.0, 0.4 + palette.glow)).astype(np.int16)
        self._white = round(256 * white)
        self._spark = yuv(palette.sun)

    def _mirror(self, palette: Palette, shade: RGB) -> NDArray[np.uint8]:
        at = np.linspace(0, 1, 256, dtype=np.float32)
        sky = gradient(at, [(0.0, palette.horizon), (0.2, palette.low), (0.5, palette.middle), (0.85, palette.zenith)])
        tint = (0.16 + 0.62 * at)[:, None]
        return np.rint(yuv(sky * (1 - tint) + rgb(shade) * tint)).clip(16, 240).astype(np.uint8)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw the water as it is now, over everything below the horizon."""
        lens = self._stage.lens(view, 0.0)
        shift = round(lens.y + self._stage.horizon * (lens.zoom - 1))
        pan = moved(view, 0.5)[0]
        slope = np.add(self._waves[0].at(seconds, pan), self._waves[1].at(seconds, pan), dtype=np.int16)
        # All of this fits 16 bits: slopes are within 126, heights within 90.
        index = slope * self._height
        index >>= 7
        index += self._level
        np.clip(index, 0, 255, out=index)
        luma = self._luma.take(index)
        spark = np.clip(slope - np.int16(22), 0, 64)
        spark *= self._glitter
        spark >>= 5
        if self._white:
            crest = np.clip(slope - np.int16(58), 0, 40) * self._height
            spark += (crest >> 6) * np.int16(self._white) >> 6
        luma += spark
        np.clip(luma, 16, 235, out=luma)
        top = max(0, self._top + shift)
        self._put(canvas.planes[0], luma.astype(np.uint8), top)
        glow = spark[::2].clip(0, 160) >> 1
        for channel in (1, 2):
            chroma = self._chroma[channel - 1].take(index[::2])
            chroma += ((np.int16(round(float(self._spark[channel]))) - chroma) * glow) >> 7
            target = canvas.planes[channel][top // 2 :]
            rows = min(len(target), len(chroma))
            target[:rows, : chroma.shape[1]] = chroma[:rows]
            target[rows:] = target[rows - 1]

    def _put(self, plane: NDArray[np.uint8], half: NDArray[np.uint8], top: int) -> None:
        target = plane[top:]
        rows = min(len(target), len(half))
        between = half[:rows].copy()
        between[:, :-1] = (half[:rows, :-1] >> 1) + (half[:rows, 1:] >> 1)
        # Two bytes at a time, which is quicker than every other byte.
        pairs = between.astype("<u2")
        pairs <<= 8
        pairs |= half[:rows]
        target[:rows, : 2 * half.shape[1]] = pairs.view(np.uint8)
        target[rows:] = target[rows - 1]


class _Waves:
    """One set of waves: a texture laid flat and slid along."""

    def __init__(
        self,
        away: Floats,
        across: Floats,
        texture: NDArray[np.int8],
        *,
        size: float,
        speed: tuple[float, float],
        roughness: float,
    ) -> None:
        self._texture = texture.ravel()
        stretch = 520 * size / (0.6 + 0.4 * roughness)
        one = 1 << _FINE
        self._u = (across * away * np.float32(stretch * 0.33 * one)).astype(np.int32)
        self._v = (away * np.float32(stretch * 0.55 * one)).astype(np.int32)
        self._speed = speed

    def at(self, seconds: float, pan: float) -> NDArray[np.int8]:
        """The waves' slope now, about -63 to 63."""
        one = 1 << _FINE
        u = (self._u + np.int32(round((self._speed[0] * seconds + pan * 160) * one))) >> _FINE
        v = (self._v + np.int32(round(self._speed[1] * seconds * one))) >> _FINE
        u &= _SIDE - 1
        v &= _SIDE - 1
        u |= v << _SIDE_BITS
        slopes: NDArray[np.int8] = self._texture.take(u)
        return slopes
