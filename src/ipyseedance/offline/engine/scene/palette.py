"""Colours of the hours and what weather does to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..canvas import RGB, Floats
from .prompt_reading import Plan


@dataclass(frozen=True)
class Palette:
    """The light a landscape is drawn in. Colours are RGB, 0 to 1."""

    zenith: RGB
    middle: RGB
    low: RGB
    horizon: RGB
    sun: RGB
    haze: RGB
    """What distance fades to."""
    land: RGB
    """The nearest ground, in shade."""
    sun_height: float
    """Of the sky's height, above the horizon."""
    sun_radius: float = 0.034
    """Of the picture's mean side."""
    glow: float = 0.6
    stars: float = 0.0
    cloud_light: RGB = (1.0, 0.95, 0.9)
    cloud_shade: RGB = (0.5, 0.45, 0.5)


_HOURS = {
    "sunset": (
        Palette((0.16, 0.11, 0.36), (0.62, 0.25, 0.50), (0.97, 0.52, 0.42), (1.0, 0.83, 0.56), (1.0, 0.93, 0.78),
                (0.84, 0.43, 0.46), (0.10, 0.05, 0.14), 0.24, cloud_light=(1.0, 0.66, 0.52),
                cloud_shade=(0.42, 0.20, 0.42)),
        Palette((0.10, 0.22, 0.38), (0.46, 0.43, 0.50), (0.96, 0.60, 0.32), (1.0, 0.85, 0.52), (1.0, 0.95, 0.80),
                (0.88, 0.53, 0.36), (0.07, 0.07, 0.12), 0.20, cloud_light=(1.0, 0.72, 0.45),
                cloud_shade=(0.36, 0.30, 0.40)),
        Palette((0.14, 0.06, 0.20), (0.50, 0.12, 0.26), (0.92, 0.32, 0.24), (1.0, 0.68, 0.34), (1.0, 0.90, 0.66),
                (0.76, 0.28, 0.28), (0.08, 0.03, 0.08), 0.16, cloud_light=(1.0, 0.48, 0.34),
                cloud_shade=(0.30, 0.10, 0.24)),
    ),
    "dawn": (
        Palette((0.34, 0.48, 0.74), (0.64, 0.70, 0.87), (0.98, 0.82, 0.78), (1.0, 0.93, 0.80), (1.0, 0.97, 0.88),
                (0.88, 0.80, 0.83), (0.16, 0.21, 0.32), 0.17, cloud_light=(1.0, 0.90, 0.84),
                cloud_shade=(0.58, 0.60, 0.76)),
        Palette((0.24, 0.30, 0.58), (0.62, 0.52, 0.71), (0.97, 0.70, 0.64), (1.0, 0.88, 0.68), (1.0, 0.95, 0.84),
                (0.88, 0.68, 0.70), (0.14, 0.13, 0.26), 0.13, cloud_light=(1.0, 0.80, 0.72),
                cloud_shade=(0.50, 0.44, 0.64)),
    ),
    "day": (
        Palette((0.13, 0.38, 0.76), (0.36, 0.62, 0.89), (0.68, 0.84, 0.95), (0.92, 0.95, 0.95), (1.0, 0.99, 0.94),
                (0.72, 0.83, 0.90), (0.10, 0.25, 0.17), 0.74, 0.028, 0.4, cloud_light=(1.0, 1.0, 1.0),
                cloud_shade=(0.70, 0.78, 0.87)),
        Palette((0.08, 0.42, 0.62), (0.32, 0.68, 0.78), (0.72, 0.88, 0.88), (0.97, 0.96, 0.88), (1.0, 0.98, 0.88),
                (0.72, 0.85, 0.84), (0.12, 0.24, 0.14), 0.66, 0.028, 0.4, cloud_light=(1.0, 0.99, 0.96),
                cloud_shade=(0.68, 0.78, 0.82)),
    ),
    "dusk": (
        Palette((0.05, 0.08, 0.23), (0.17, 0.20, 0.44), (0.52, 0.38, 0.54), (0.96, 0.60, 0.46), (1.0, 0.80, 0.66),
                (0.42, 0.33, 0.50), (0.03, 0.04, 0.10), 0.05, 0.03, 0.45, 0.35, (0.78, 0.48, 0.54), (0.16, 0.16, 0.34)),
        Palette((0.04, 0.11, 0.23), (0.10, 0.26, 0.40), (0.38, 0.47, 0.55), (0.94, 0.72, 0.50), (1.0, 0.88, 0.70),
                (0.34, 0.42, 0.50), (0.02, 0.05, 0.09), 0.06, 0.03, 0.45, 0.35, (0.74, 0.60, 0.54), (0.12, 0.22, 0.33)),
    ),
    "night": (
        Palette((0.010, 0.018, 0.055), (0.025, 0.055, 0.15), (0.06, 0.13, 0.28), (0.13, 0.24, 0.40),
                (0.98, 0.97, 0.90), (0.11, 0.20, 0.35), (0.014, 0.024, 0.055), 0.62, 0.040, 0.30, 1.0,
                (0.22, 0.30, 0.44), (0.03, 0.06, 0.14)),
        Palette((0.022, 0.014, 0.065), (0.06, 0.04, 0.16), (0.13, 0.11, 0.30), (0.22, 0.22, 0.42),
                (1.0, 0.95, 0.86), (0.17, 0.17, 0.36), (0.020, 0.016, 0.055), 0.58, 0.040, 0.30, 1.0,
                (0.30, 0.26, 0.44), (0.06, 0.05, 0.16)),
    ),
}  # fmt: skip

_CITY_GLOWS: tuple[RGB, ...] = ((0.52, 0.24, 0.50), (0.18, 0.40, 0.58), (0.60, 0.36, 0.28))


def palette_for(plan: Plan, random: np.random.Generator) -> Palette:
    """The colours of a plan's hour, changed by its weather."""
    variants = _HOURS[plan.hour]
    palette = variants[int(random.integers(len(variants)))]
    if "aurora" in plan.weather:
        palette = replace(palette, horizon=(0.07, 0.26, 0.30), haze=(0.05, 0.20, 0.26), low=(0.03, 0.14, 0.22))
    if plan.weather & {"storm", "rain"}:
        storm = "storm" in plan.weather
        amount, gain = (0.78, 0.66) if storm else (0.58, 0.82)
        if plan.hour == "night":
            amount, gain = 0.35, 1.0
        palette = _veiled(palette, (0.36, 0.42, 0.48), amount, gain)
    elif "snow" in plan.weather and plan.hour in ("day", "dawn"):
        palette = _veiled(palette, (0.80, 0.85, 0.92), 0.55, 1.0)
    elif "clouds" in plan.weather and plan.hour == "day":
        palette = _veiled(palette, (0.66, 0.71, 0.76), 0.35, 0.95)
    if (plan.outside or plan.setting) in ("city", "street") and plan.hour in ("night", "dusk"):
        # A city lights its own sky.
        glow = _CITY_GLOWS[int(random.integers(len(_CITY_GLOWS)))]
        palette = replace(
            palette, horizon=mixed(palette.horizon, glow, 0.62), low=mixed(palette.low, scaled(glow, 0.62), 0.55),
            middle=mixed(palette.middle, scaled(glow, 0.28), 0.45), haze=mixed(palette.haze, scaled(glow, 0.5), 0.6),
            cloud_light=mixed(palette.cloud_light, scaled(glow, 0.8), 0.5),
        )  # fmt: skip
    if plan.setting == "desert" and plan.hour in ("day", "dawn"):
        # Dust in the air.
        palette = replace(
            palette, haze=mixed(palette.haze, (0.93, 0.80, 0.62), 0.60),
            horizon=mixed(palette.horizon, (0.98, 0.90, 0.78), 0.5),
        )  # fmt: skip
    if "mist" in plan.weather:
        palette = replace(palette, haze=mixed(palette.haze, palette.horizon, 0.5), glow=palette.glow * 1.1)
    return palette


def mixed(one: RGB, other: RGB, part: float) -> RGB:
    """`part` of the way from one colour to another."""
    r, g, b = (a + (b - a) * part for a, b in zip(one, other, strict=True))
    return r, g, b


def scaled(color: RGB, gain: float) -> RGB:
    """A colour made darker or lighter."""
    r, g, b = (min(1.0, c * gain) for c in color)
    return r, g, b


def brightness(color: RGB) -> float:
    """How light a colour looks, 0 to 1."""
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]


def gradient(at: Floats, stops: list[tuple[float, RGB]]) -> Floats:
    """Colours along stops (position, RGB), positions rising."""
    places = np.array([place for place, _ in stops], np.float32)
    colors = np.array([color for _, color in stops], np.float32)
    return np.stack([np.interp(at, places, colors[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def _veiled(palette: Palette, veil: RGB, amount: float, gain: float) -> Palette:
    """Seen under a closed sky: towards one grey that keeps the hour's own brightness."""

    def under(color: RGB) -> RGB:
        own = brightness(color)
        target = scaled(veil, max(0.12, own / brightness(veil)) ** 0.8)
        return scaled(mixed(color, target, amount), gain)

    return replace(
        palette,
        zenith=under(palette.zenith), middle=under(palette.middle), low=under(palette.low),
        horizon=under(palette.horizon), haze=under(palette.haze), land=under(palette.land),
        cloud_light=under(palette.cloud_light), cloud_shade=under(palette.cloud_shade),
        glow=palette.glow * 0.5, stars=palette.stars * 0.15,
    )  # fmt: skip
