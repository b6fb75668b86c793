"""A palette leaning towards the colours a prompt names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from ..canvas import RGB
from .palette import Palette, brightness, mixed, scaled

_TINTS: dict[str, tuple[RGB, float]] = {
    "warm": ((1.0, 0.62, 0.34), 0.22), "cold": ((0.42, 0.66, 1.0), 0.26), "red": ((0.95, 0.20, 0.16), 0.42),
    "gold": ((1.0, 0.74, 0.28), 0.38), "green": ((0.26, 0.84, 0.44), 0.38), "teal": ((0.10, 0.72, 0.74), 0.40),
    "blue": ((0.20, 0.42, 0.95), 0.36), "violet": ((0.66, 0.34, 0.88), 0.42),
}  # fmt: skip


def tint(palette: Palette, tones: tuple[str, ...]) -> Palette:
    """The palette in all of the tones, one after the other."""
    for tone in tones:
        palette = _changed(palette, _change(tone))
    return palette


def _change(tone: str) -> Callable[[RGB], RGB]:
    if tone == "monochrome":
        return lambda color: _gray(color, 1.0)
    if tone == "sepia":
        return lambda color: _tinted(_gray(color, 0.9), (0.95, 0.72, 0.48), 0.55)
    if tone == "pastel":
        return lambda color: mixed(_gray(color, 0.30), (1.0, 0.97, 0.95), 0.26)
    if tone == "vivid":
        return lambda color: _gray(color, -0.30)
    tint, share = _TINTS[tone]
    return lambda color: _tinted(color, tint, share)


def _gray(color: RGB, share: float) -> RGB:
    light = brightness(color)
    r, g, b = (min(1.0, max(0.0, c)) for c in mixed(color, (light, light, light), share))
    return r, g, b


def _tinted(color: RGB, tint: RGB, share: float) -> RGB:
    """Towards the tint, as light as it was."""
    return mixed(color, scaled(tint, brightness(color) / brightness(tint)), share)


def _changed(palette: Palette, change: Callable[[RGB], RGB]) -> Palette:
    colors: dict[str, Any] = {field.name: getattr(palette, field.name) for field in fields(palette)}
    changed: dict[str, Any] = {name: change(color) for name, color in colors.items() if isinstance(color, tuple)}
    return replace(palette, **changed)
