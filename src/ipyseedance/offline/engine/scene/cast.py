"""Puts a plan's subjects into the scenery: on the land, on the water, in the air."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PIL import Image

from ..cues import STRIDE_SECONDS, haste
from . import figures, vehicles
from .animals import BUILDS, animal
from .figures import STEPS, Ink
from .journeys import Journeys
from .scenery import Ground, Layer, Scenery
from .sprite import Drawing, Path, Place, Sprite, standing

_COATS = ((0.78, 0.14, 0.12), (0.92, 0.68, 0.20), (0.16, 0.34, 0.56), (0.86, 0.84, 0.80))
_STANDING: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
    # how it is drawn, its height in mean sides, its poses a second
    "cabin": (figures.cabin, 0.14, 0.0),
    "windmill": (figures.windmill, 0.32, 12.0),
    "tree": (figures.tree, 0.46, 0.0),
    "lighthouse": (figures.lighthouse, 0.34, 0.0),
}
_ANIMAL_HEIGHTS = {"fox": 0.150, "wolf": 0.17, "cat": 0.125, "deer": 0.24, "horse": 0.25, "camel": 0.19}


def cast(scenery: Scenery, ground: Ground) -> tuple[list[Layer], list[Layer]]:
    """The subjects: those in the sky behind all land, and those in front of it."""
    troupe = _Troupe(scenery, ground)
    back, front = Journeys(scenery, ground, troupe.third).compose()
    return troupe.aloft(), back + troupe.afloat() + troupe.ashore() + front


class _Troupe:
    def __init__(self, scenery: Scenery, ground: Ground) -> None:
        self._scenery, self._ground = scenery, ground
        self._stage, self._random = scenery.stage, scenery.random
        self._subjects = scenery.plan.subjects
        left = scenery.sky.sun_x > self._stage.width / 2
        self.third = self._stage.width * (0.33 if left else 0.67)

    def aloft(self) -> list[Layer]:
        found: list[Layer] = []
        if "balloon" in self._subjects:
            found += self._balloons()
        if "plane" in self._subjects:
            y, unit = 0.34 * self._stage.horizon, self._stage.unit
            middle = 0.5 * self._stage.width - 0.05 * unit * self._stage.seconds
            found.append(
                Sprite(
                    self._stage, vehicles.plane(self._scenery.ink, 0.075 * unit),
                    lambda seconds: Place(middle + 0.10 * unit * seconds, y - 0.012 * unit * seconds), 0.2,
                )
            )  # fmt: skip
        wild = self._scenery.plan.setting in ("sea", "lake") and self._scenery.plan.hour in ("day", "dawn", "sunset")
        if "birds" in self._subjects or (wild and self._random.random() < 0.6):
            found += self._flock()
        return found

    def afloat(self) -> list[Layer]:
        if not self._ground.afloat:
            return []
        found: list[Layer] = []
        makers: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
            "whale": (figures.whale, 0.15, 0.34),
            "ship": (vehicles.ship, 0.15, 0.16),
            "sailboat": (figures.sailboat, 0.27, 0.16),
            "boat": (figures.boat, 0.105, 0.40),
        }
        for name, (draw, tall, share) in makers.items():
            if name in self._subjects and not (name == "boat" and "sailboat" in self._subjects):
                row = self._stage.horizon + (self._stage.height - self._stage.horizon) * share
                poses = draw(self._scenery.ink, tall * self._stage.unit)
                found.append(Sprite(self._stage, poses, self._bobbing(self.third, row, name), 0.45))
        return found

    def ashore(self) -> list[Layer]:
        ridge = self._ground.stand
        if ridge is None:
            return []
        found: list[Layer] = []
        unit, ink = self._stage.unit, self._scenery.ink
        for name, (draw, tall, rate) in _STANDING.items():
            if name in self._subjects:
                x = self.third
                if name == "lighthouse":
                    x = self._stage.width * (0.17 if self.third < self._stage.width / 2 else 0.83)
                place = standing(x, ridge.top(x) + 0.01 * unit)
                found.append(Sprite(self._stage, draw(ink, tall * unit), place, ridge.depth, rate))
        for name in BUILDS:
            if name in self._subjects:
                count = 3 if name == "camel" else 1
                poses = [Drawing(pose) for pose in animal(name, ink, _ANIMAL_HEIGHTS[name] * unit)]
                for number in range(count):
                    x = self.third - unit * (0.12 + 0.24 * number)
                    found.append(self._walker(poses, x, 0.055, number))
        plan = self._scenery.plan
        tall = (0.27 if plan.setting in ("city", "street") else 0.25) * unit
        coat = (0.80, 0.12, 0.12) if plan.hour == "night" else _COATS[self._random.integers(4)]
        if "couple" in self._subjects:
            pair = figures.couple(ink, tall, coat, rain=bool(plan.weather & {"rain", "storm"}))
            found.append(self._walker(pair, self.third - 0.06 * unit, 0.03, 0))
        elif "person" in self._subjects and not {"car", "bicycle", "boat", "sailboat"} & set(self._subjects):
            x = self._stage.width - self.third - 0.08 * unit if found else self.third - 0.1 * unit
            alone = figures.person(ink, tall, coat, rain=bool(plan.weather & {"rain", "storm"}))
            found.append(self._walker(alone, x, 0.045, 0))
        return found

    def _walker(self, poses: Sequence[Image.Image | Drawing], x: float, pace: float, shift: int) -> Sprite:
        ridge, unit, stage = self._ground.stand, self._stage.unit, self._stage
        depth = ridge.depth if ridge is not None else 0.8
        fast = haste(self._scenery.prompt)

        on_pier = "pier" in self._subjects and self._ground.afloat

        def path(seconds: float) -> Place:
            gone = stage.carried(seconds, depth) if stage.move.follows else pace * fast * unit * seconds
            gone = min(gone, 0.36 * unit) if on_pier else gone
            at = math.floor(x + gone)
            low, high = (ridge.top(at), ridge.top(at + 1)) if ridge is not None else (0.0, 0.0)
            return Place(x + gone, low + (high - low) * (x + gone - at) + 0.008 * unit)

        turned = [*poses[shift * 4 % STEPS :], *poses[: shift * 4 % STEPS]]
        return Sprite(stage, turned, path, depth, STEPS / STRIDE_SECONDS * fast)

    def _bobbing(self, x: float, y: float, name: str) -> Path:
        unit = self._stage.unit
        drift = {"boat": 0.010, "sailboat": 0.018, "whale": 0.012, "ship": 0.022}[name] * unit
        lift = (0.004 if self._scenery.plan.setting != "sea" else 0.007) * unit

        def path(seconds: float) -> Place:
            rise = lift * math.sin(1.7 * seconds)
            if name == "whale":
                rise = 0.02 * unit * math.cos(0.9 * seconds)
            return Place(x + drift * (seconds - 2), y + rise)

        return path

    def _balloons(self) -> list[Layer]:
        unit, found = self._stage.unit, []
        wide, first = self._stage.width, self.third
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
        x0, y0 = self.third, self._stage.horizon * float(self._random.uniform(0.35, 0.55))
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
