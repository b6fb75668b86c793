"""Clouds that drift across the sky, and the aurora's curtains, both drawn small and soft."""

from __future__ import annotations

import numpy as np

from ..canvas import Floats, rgb
from ..noise import sample, smoothstep, tile
from .palette import Palette, gradient
from .perspective import Stage
from .prompt_reading import Plan
from .sky import Sky, SoftGrid


class Clouds:
    """A layer of cloud on a plane overhead, so that it narrows towards the horizon."""

    def __init__(
        self, stage: Stage, plan: Plan, palette: Palette, sky: Sky, grid: SoftGrid, random: np.random.Generator
    ) -> None:
        self._rows = grid.altitude[:, 0] > 0
        altitude, x = grid.altitude[self._rows], grid.x[self._rows]
        away = 1 / (altitude + np.float32(0.16))
        self._u = (x - np.float32(stage.width / 2)) / np.float32(stage.unit) * away * 34
        self._v = away * 44
        cover = float(random.uniform(0.50, 0.62))
        cover -= 0.16 * bool(plan.weather & {"clouds"}) + 0.26 * bool(plan.weather & {"rain", "storm"})
        cover += 0.10 * bool(plan.weather & {"aurora"}) + 0.06 * (plan.hour == "night")
        self._cover = cover
        self._drift = float(random.choice((-1, 1))) * (5.0 if plan.weather & {"wind", "storm"} else 2.4)
        noise = tile(random, 256, 4, 6, 0.55)
        # Light comes from the sun's side: where the cloud thins towards it, it glows.
        step = 5 if sky.sun_x > stage.width / 2 else -5
        self._relief = (noise - np.roll(noise, -step, axis=1) - (np.roll(noise, -4, axis=0) - noise)) * 2.2
        self._noise = noise
        self._fade = smoothstep(0.0, 0.16, altitude) * (0.92 if cover < 0.45 else 0.8)
        near_sun = np.exp(-np.hypot(x - sky.sun_x, grid.y[self._rows] - sky.sun_y) / np.float32(stage.unit * 0.3))
        light = rgb(palette.cloud_light) + (rgb(palette.sun) - rgb(palette.cloud_light)) * (
            near_sun[:, :, None] * np.float32(palette.glow)
        )
        self._light = np.asarray(light, np.float32)
        self._shade = rgb(palette.cloud_shade)

    def drift(self, picture: Floats, seconds: float) -> None:
        """Draw them over the small picture."""
        u, v = self._u + np.float32(self._drift * seconds), self._v + np.float32(0.6 * seconds)
        density = smoothstep(self._cover, self._cover + 0.30, sample(self._noise, u, v))
        lit = (sample(self._relief, u, v) + np.float32(0.55) - density * np.float32(0.35)).clip(0, 1)[:, :, None]
        color = self._shade + (self._light - self._shade) * lit
        target = picture[self._rows]
        picture[self._rows] = target + (color - target) * (density * self._fade)[:, :, None]


class Aurora:
    """Curtains of light that wave and ripple."""

    def __init__(self, stage: Stage, grid: SoftGrid, random: np.random.Generator) -> None:
        self._altitude = grid.altitude
        self._x = (grid.x[0] / np.float32(stage.unit)).astype(np.float32)
        self._noise = tile(random, 256, 4, 5, 0.5)
        self._curtains = [
            (float(random.uniform(0, 256)), float(base), float(random.uniform(0.8, 1.2))) for base in (0.22, 0.36, 0.52)
        ]
        self._colors = gradient(
            grid.altitude, [(0.1, (0.10, 0.95, 0.55)), (0.5, (0.12, 0.80, 0.66)), (0.95, (0.52, 0.24, 0.80))]
        )

    def shine(self, picture: Floats, seconds: float) -> None:
        """Add its light to the small picture."""
        total = np.zeros(picture.shape[:2], np.float32)
        for offset, base, strength in self._curtains:
            at = np.full_like(self._x, offset)
            path = sample(self._noise, self._x * 60 + np.float32(2.2 * seconds), at + np.float32(1.3 * seconds))
            rays = sample(
                self._noise, self._x * 260 + np.float32(7 * seconds) + path * 60, at + np.float32(3 * seconds)
            )
            foot = np.float32(base - 0.18) + path * np.float32(0.36)
            over = self._altitude - foot
            reach = np.float32(0.16) + rays * np.float32(0.30)
            body = np.exp(-over.clip(0, None) / reach) * smoothstep(-0.035, 0.02, over)
            total += body * (np.float32(0.25) + rays * np.float32(0.75)) * np.float32(strength)
        light = (total * np.float32(0.62) * smoothstep(0.0, 0.1, self._altitude))[:, :, None]
        picture += self._colors * light.clip(0, 1.1) * (1 - picture * np.float32(0.6))
