"""Puts a plan's subjects into the scenery: on the land, on the water, in the air."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image

from ..cues import STRIDE_SECONDS
from . import figures
from .animals import BUILDS, animal
from .figures import STEPS, Ink
from .scenery import Ground, Layer, Scenery
from .sprite import Path, Place, Sprite, standing

_COATS = ((0.78, 0.14, 0.12), (0.92, 0.68, 0.20), (0.16, 0.34, 0.56), (0.86, 0.84, 0.80))
_STANDING: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
    # how it is drawn, its height in mean sides, its poses a second
    "cabin": (figures.cabin, 0.105, 0.0),
    "windmill": (figures.windmill, 0.26, 12.0),
    "tree": (figures.tree, 0.30, 0.0),
    "lighthouse": (figures.lighthouse, 0.34, 0.0),
}
_ANIMAL_HEIGHTS = {"fox": 0.105, "wolf": 0.13, "cat": 0.10, "deer": 0.17, "horse": 0.18, "camel": 0.15}


def cast(scenery: Scenery, ground: Ground) -> tuple[list[Layer], list[Layer]]:
    """The subjects: those in the sky behind all land, and those in front of it."""
    troupe = _Troupe(scenery, ground)
    return troupe.aloft(), troupe.afloat() + troupe.ashore()


class _Troupe:
    def __init__(self, scenery: Scenery, ground: Ground) -> None:
        self._scenery, self._ground = scenery, ground
        self._stage, self._random = scenery.stage, scenery.random
        self._subjects = scenery.plan.subjects
        left = scenery.sky.sun_x > self._stage.width / 2
        self._third = self._stage.width * (0.33 if left else 0.67)

    def aloft(self) -> list[Layer]:
        found: list[Layer] = []
        if "balloon" in self._subjects:
            found += self._balloons()
        wild = self._scenery.plan.setting in ("sea", "lake") and self._scenery.plan.hour in ("day", "dawn", "sunset")
        if "birds" in self._subjects or (wild and self._random.random() < 0.6):
            found += self._flock()
        return found

    def afloat(self) -> list[Layer]:
        if not self._ground.afloat:
            return []
        found: list[Layer] = []
        makers: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
            "whale": (figures.whale, 0.10, 0.30),
            "sailboat": (figures.sailboat, 0.20, 0.12),
            "boat": (figures.boat, 0.072, 0.34),
        }
        for name, (draw, tall, share) in makers.items():
            if name in self._subjects and not (name == "boat" and "sailboat" in self._subjects):
                row = self._stage.horizon + (self._stage.height - self._stage.horizon) * share
                poses = draw(self._scenery.ink, tall * self._stage.unit)
                found.append(Sprite(self._stage, poses, self._bobbing(self._third, row, name), 0.45))
        return found

    def ashore(self) -> list[Layer]:
        ridge = self._ground.stand
        if ridge is None:
            return []
        found: list[Layer] = []
        unit, ink = self._stage.unit, self._scenery.ink
        for name, (draw, tall, rate) in _STANDING.items():
            if name in self._subjects:
                x = self._third
                if name == "lighthouse":
                    x = self._stage.width * (0.17 if self._third < self._stage.width / 2 else 0.83)
                place = standing(x, ridge.top(x) + 0.01 * unit)
                found.append(Sprite(self._stage, draw(ink, tall * unit), place, ridge.depth, rate))
        for name in BUILDS:
            if name in self._subjects:
                count = 3 if name == "camel" else 1
                poses = animal(name, ink, _ANIMAL_HEIGHTS[name] * unit)
                for number in range(count):
                    x = self._third - unit * (0.12 + 0.24 * number)
                    found.append(self._walker(poses, x, 0.055, number))
        if "person" in self._subjects:
            coat = (0.80, 0.12, 0.12) if self._scenery.plan.hour == "night" else _COATS[self._random.integers(4)]
            x = self._stage.width - self._third - 0.08 * unit if found else self._third - 0.1 * unit
            found.append(
                self._walker(
                    figures.person(ink, (0.25 if self._scenery.plan.setting == "city" else 0.185) * unit, coat),
                    x,
                    0.045,
                    0,
                )
            )
        return found

    def _walker(self, poses: list[Image.Image], x: float, pace: float, shift: int) -> Sprite:
        ridge, unit = self._ground.stand, self._stage.unit
        rows = {}
        if ridge is not None:
            rows = {step: ridge.top(x + step) for step in range(round(0.7 * unit))}

        def path(seconds: float) -> Place:
            gone = pace * unit * seconds
            step = int(gone)
            low, high = rows.get(step, 0.0), rows.get(step + 1, rows.get(step, 0.0))
            return Place(x + gone, low + (high - low) * (gone - step) + 0.008 * unit)

        turned = poses[shift * 4 % STEPS :] + poses[: shift * 4 % STEPS]
        return Sprite(self._stage, turned, path, ridge.depth if ridge is not None else 0.8, STEPS / STRIDE_SECONDS)

    def _bobbing(self, x: float, y: float, name: str) -> Path:
        unit = self._stage.unit
        drift = {"boat": 0.010, "sailboat": 0.018, "whale": 0.012}[name] * unit
        lift = (0.004 if self._scenery.plan.setting != "sea" else 0.007) * unit

        def path(seconds: float) -> Place:
            rise = lift * math.sin(1.7 * seconds)
            if name == "whale":
                rise = 0.02 * unit * math.cos(0.9 * seconds)
            return Place(x + drift * (seconds - 2), y + rise)

        return path

    def _balloons(self) -> list[Layer]:
        unit, found = self._stage.unit, []
        wide, first = self._stage.width, self._third
        last = (0.20 if first > wide / 2 else 0.88) * wide
        spots = ((first, 0.70, 0.27), (wide - first * 0.82, 0.50, 0.16), (last, 0.34, 0.095))
        for number, (x, row, tall) in enumerate(spots):
            poses = figures.balloon(self._scenery.ink, tall * unit, number + int(self._random.integers(4)))
            foot, rise = row * self._stage.horizon * 1.15, 0.012 * unit * tall / 0.3

            def path(seconds: float, x: float = x, foot: float = foot, rise: float = rise, tall: float = tall) -> Place:
                sway = 0.006 * unit * math.sin(0.8 * seconds + 9 * tall)
                return Place(x + sway + 0.01 * unit * tall * seconds, foot - rise * seconds)

            found.append(Sprite(self._stage, poses, path, 0.15 + tall))
        return list(reversed(found))

    def _flock(self) -> list[Layer]:
        unit, found = self._stage.unit, []
        x0, y0 = self._third, self._stage.horizon * float(self._random.uniform(0.35, 0.55))
        for number in range(7):
            x = x0 + unit * float(self._random.uniform(-0.20, 0.20))
            y = y0 + unit * float(self._random.uniform(-0.09, 0.09))
            size = float(self._random.uniform(0.011, 0.021))
            poses = figures.birds(self._scenery.ink, size * unit)
            start = int(self._random.integers(STEPS))
            pace = unit * float(self._random.uniform(0.028, 0.036))

            def path(seconds: float, x: float = x, y: float = y, pace: float = pace, number: int = number) -> Place:
                lift = 0.003 * unit * math.sin(3 * seconds + number)
                return Place(x + pace * seconds, y - 0.25 * pace * seconds + lift)

            found.append(Sprite(self._stage, poses[start:] + poses[:start], path, 0.2, 16 + number))
        return list(found)
