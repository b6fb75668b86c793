"""What no landscape fits: silk-like colour that folds and flows."""

from __future__ import annotations

import re

import av
import numpy as np

from ..camera import Move
from ..canvas import RGB, Canvas, Upscaler, deep
from ..noise import sample, smoothstep, tile
from ..shot import Shot
from .palette import Palette, gradient, mixed, scaled
from .particles import Particles, particles_for
from .perspective import Stage, moved
from .prompt_reading import Plan

_SMALL = 250
_NAMED: dict[str, RGB] = {
    "red|crimson|scarlet": (0.86, 0.12, 0.14), "orange|amber|copper": (0.98, 0.52, 0.12),
    "gold|golden|yellow|honey": (1.0, 0.76, 0.26), "green|emerald|jade": (0.08, 0.62, 0.36),
    "teal|turquoise|cyan": (0.08, 0.66, 0.70), "blue|azure|cobalt|indigo": (0.12, 0.28, 0.82),
    "violet|purple|lavender|lilac": (0.48, 0.20, 0.80), "pink|magenta|rose": (0.96, 0.34, 0.60),
    "white|silver|pearl|ivory": (0.94, 0.94, 0.96), "black|ebony|obsidian": (0.05, 0.05, 0.08),
    "brown|chocolate|coffee": (0.36, 0.20, 0.12),
}  # fmt: skip
_SCHEMES: tuple[tuple[RGB, RGB], ...] = (
    ((0.10, 0.16, 0.62), (0.98, 0.46, 0.50)),
    ((0.04, 0.42, 0.50), (0.98, 0.76, 0.42)),
    ((0.44, 0.14, 0.56), (0.98, 0.60, 0.36)),
    ((0.06, 0.24, 0.48), (0.46, 0.90, 0.80)),
)


class Abstract:
    """A field of colour bent by itself."""

    exact: tuple[int, ...] = ()

    def __init__(self, shot: Shot, plan: Plan, palette: Palette, random: np.random.Generator) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        stage = Stage(shot.size, shot.size[1] / 2, self._move)
        scale = _SMALL / stage.unit
        rows, columns = np.mgrid[0 : max(2, round(stage.height * scale)), 0 : max(2, round(stage.width * scale))]
        self._x = (columns - columns.mean()).astype(np.float32)
        self._y = (rows - rows.mean()).astype(np.float32)
        self._noise = tile(random, 256, 4, 4, 0.45)
        self._turn = float(random.uniform(-0.5, 0.5))
        text = shot.prompt.lower()
        named = [color for words, color in _NAMED.items() if re.search(rf"\b({words})\b", text)]
        one, two = (named * 2)[:2] if named else _SCHEMES[int(random.integers(len(_SCHEMES)))]
        if len(named) == 1:
            two = mixed(one, (1.0, 0.95, 0.88), 0.55)
        at = np.linspace(0, 1, 512, dtype=np.float32)
        self._colors = deep(gradient(
            at,
            [(0.0, scaled(one, 0.12)), (0.30, scaled(one, 0.62)), (0.48, one), (0.62, mixed(one, two, 0.6)),
             (0.78, two), (1.0, mixed(two, (1.0, 1.0, 1.0), 0.6))],
        ))  # fmt: skip
        self._upscaler = Upscaler(shot.size)
        self._particles = [one for one in particles_for(stage, plan, palette, random) if isinstance(one, Particles)]

    def mark_strength(self, _number: int, /) -> float:
        """Always there."""
        return 1.0

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        seconds = number / self._shot.fps
        view = self._move.at(number / (self._shot.frames - 1), seconds)
        gone_x, gone_y = moved(view, 0.7)
        x = self._x / np.float32(view.zoom * view.push) + np.float32(gone_x * self._x.shape[1])
        y = self._y / np.float32(view.zoom * view.push) + np.float32(gone_y * self._x.shape[0])
        time = np.float32(5.5 * seconds)
        first = sample(self._noise, x * 0.20 + time, y * 0.34 + 40)
        second = sample(self._noise, y * 0.26 + first * 80 - time * np.float32(0.6), x * 0.20 + first * 60)
        fold = sample(self._noise, x * 0.16 + second * 95, y * np.float32(0.22) + first * 50 + time * np.float32(0.4))
        # Folds of silk: light that comes and goes across the field's own value.
        sheen = np.sin(fold * 26 + second * 9) * np.float32(0.09) + np.sin(fold * 61 - first * 20) * np.float32(0.025)
        value = smoothstep(0.14, 0.92, fold * np.float32(0.72) + second * np.float32(0.26) + sheen)
        frame = self._upscaler.frame(self._colors.take((value * 511).astype(np.intp), axis=1))
        canvas = Canvas.of(frame)
        for one in self._particles:
            one.draw(canvas, seconds, view)
        return frame
