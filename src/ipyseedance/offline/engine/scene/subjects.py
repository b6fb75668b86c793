"""Puts a plan's subjects into the scenery: on the land, on the water, in the air."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from PIL import Image

from ..cues import STRIDE_SECONDS, haste
from . import buildings, characters, silhouettes, trees, vehicles
from .animals import BUILDS, animal
from .land_layers import Ridge
from .scenery import Ground, Layer, Scenery
from .set_pieces import SetPieces
from .silhouettes import STEPS, Ink
from .sprite import Drawing, Path, Place, Sprite, standing
from .waterfall import waterfall

_COATS = ((0.78, 0.14, 0.12), (0.92, 0.68, 0.20), (0.16, 0.34, 0.56), (0.86, 0.84, 0.80))
_STANDING: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
    # how it is drawn, its height in mean sides, its poses a second
    "cabin": (silhouettes.cabin, 0.14, 0.0),
    "windmill": (silhouettes.windmill, 0.32, 12.0),
    "tree": (trees.tree, 0.46, 0.0),
    "lighthouse": (silhouettes.lighthouse, 0.34, 0.0),
    "castle": (lambda ink, pixels: [buildings.castle(ink, pixels)], 0.40, 0.0),
    "pagoda": (lambda ink, pixels: [buildings.pagoda(ink, pixels)], 0.42, 0.0),
}
_DRESSES = ((0.94, 0.56, 0.66), (0.96, 0.94, 0.90), (0.55, 0.62, 0.86))
_ANIMAL_HEIGHTS = {
    "fox": 0.150, "wolf": 0.17, "dog": 0.165, "cat": 0.125, "deer": 0.24, "horse": 0.25, "camel": 0.19, "bear": 0.22,
    "elephant": 0.29, "lion": 0.20, "tiger": 0.19, "cow": 0.19, "sheep": 0.13,
}  # fmt: skip
_SEATED = frozenset({"car", "bicycle", "boat", "sailboat", "surfer"})
"""Who is in or on one of these does not walk beside it."""
_APART = 1.2
"""From one animal to the next, in its length."""
_HERDS = {"camel": 3, "sheep": 4, "cow": 2}


def place_subjects(scenery: Scenery, ground: Ground) -> tuple[list[Layer], list[Layer]]:
    """The subjects: those in the sky behind all land, and those in front of it."""
    subjects = _Subjects(scenery, ground)
    back, front = SetPieces(scenery, ground, subjects.third).compose()
    return subjects.aloft(), back + subjects.afloat() + subjects.ashore() + front


class _Subjects:
    def __init__(self, scenery: Scenery, ground: Ground) -> None:
        self._scenery, self._ground = scenery, ground
        self._stage, self._random = scenery.stage, scenery.random
        self._subjects = scenery.plan.subjects
        self.third = scenery.third

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
        if "dragon" in self._subjects:
            found.append(self._dragon())
        wild = self._scenery.plan.setting in ("sea", "lake") and self._scenery.plan.hour in ("day", "dawn", "sunset")
        if "birds" in self._subjects or (wild and self._random.random() < 0.6):
            found += self._flock()
        return found

    def afloat(self) -> list[Layer]:
        if not self._ground.afloat:
            return []
        found: list[Layer] = []
        makers: dict[str, tuple[Callable[[Ink, float], list[Image.Image]], float, float]] = {
            "whale": (silhouettes.whale, 0.15, 0.34),
            "ship": (vehicles.ship, 0.15, 0.16),
            "sailboat": (silhouettes.sailboat, 0.27, 0.16),
            "boat": (silhouettes.boat, 0.105, 0.40),
            "surfer": (characters.surfer, 0.20, 0.52),
        }
        for name, (draw, tall, share) in makers.items():
            if name in self._subjects and not (name == "boat" and "sailboat" in self._subjects):
                row = self._stage.horizon + (self._stage.height - self._stage.horizon) * share
                poses = draw(self._scenery.ink, tall * self._stage.unit)
                found.append(Sprite(self._stage, poses, self._bobbing(self.third, row, name), 0.45, 9.0))
        return found

    def ashore(self) -> list[Layer]:
        ridge = self._ground.stand
        if ridge is None:
            return []
        found: list[Layer] = []
        unit, ink = self._stage.unit, self._scenery.ink
        if "waterfall" in self._subjects:
            found += waterfall(self._scenery, self.third, ridge.top(self.third) + 0.03 * unit, ridge.depth)
        for name, (draw, tall, rate) in _STANDING.items():
            if name in self._subjects:
                poses, wide = draw(ink, tall * unit), self._stage.width
                half = min(0.5 * poses[0].width, 0.5 * wide)
                x = min(max(self.third, half), wide - half)
                if name == "lighthouse":
                    x = wide * (0.17 if self.third < wide / 2 else 0.83)
                place = standing(x, ridge.top(x) + 0.01 * unit)
                found.append(Sprite(self._stage, poses, place, ridge.depth, rate))
        return found + self._herds() + self._people(alone=not found and not set(BUILDS) & set(self._subjects))

    def _herds(self) -> list[Layer]:
        """Animals one behind the other, the middle of them at the subject's place."""
        unit, ink, plan = self._stage.unit, self._scenery.ink, self._scenery.plan
        kinds = [
            (animal(name, ink, _ANIMAL_HEIGHTS[name] * unit, ridden=name == plan.mount), _HERDS.get(name, 1))
            for name in BUILDS
            if name in self._subjects
        ]
        steps = [_APART * poses[0].width for poses, count in kinds for _ in range(count)]
        length = sum(steps)
        x = self.third - 0.12 * unit + (length - steps[0]) / 2 if steps else 0.0
        x = max(x, min(length, 0.9 * self._stage.width))  # the last of them in the picture as well
        found: list[Layer] = []
        for poses, count in kinds:
            ready = [Drawing(pose) for pose in poses]
            for number in range(count):
                found.append(self._walker(ready, x, 0.055, number))
                x -= _APART * ready[0].width
        return found

    def _people(self, *, alone: bool) -> list[Layer]:
        """Those on two legs; at the subject's own place if they are alone."""
        found: list[Layer] = []
        plan, unit, ink = self._scenery.plan, self._stage.unit, self._scenery.ink
        tall = (0.27 if plan.setting in ("city", "street") else 0.25) * unit
        coat = (0.80, 0.12, 0.12) if plan.hour == "night" else _COATS[self._random.integers(4)]
        rain = bool(plan.weather & {"rain", "storm"}) or bool(re.search(r"\b(umbrella|parasol)", self._scenery.prompt))
        if "robot" in self._subjects:
            x = self.third - 0.12 * unit if alone else self._stage.width - self.third - 0.08 * unit
            found.append(self._walker(characters.robot(ink, 1.08 * tall), x, 0.04, 0))
            alone = False
        if "couple" in self._subjects:
            pair = silhouettes.couple(ink, tall, coat, rain=rain)
            found.append(self._walker(pair, self.third - 0.06 * unit, 0.03, 0))
        elif "dancer" in self._subjects:
            found.append(self._dancer(tall))
        elif "person" in self._subjects and not _SEATED & set(self._subjects) and not plan.mount:
            x = self.third - 0.1 * unit if alone else self._stage.width - self.third - 0.08 * unit
            found.append(self._walker(silhouettes.person(ink, tall, coat, rain=rain), x, 0.045, 0))
        return found

    def _dancer(self, tall: float) -> Layer:
        ridge, x, dress = self._ground.stand, self.third, _DRESSES[self._random.integers(3)]
        depth, row = (ridge.depth, ridge.top(x)) if ridge is not None else (0.8, 0.0)
        poses = characters.dancer(self._scenery.ink, 1.1 * tall, dress)
        return Sprite(self._stage, poses, standing(x, row + 0.010 * self._stage.unit), depth, 10.0)

    def _dragon(self) -> Layer:
        unit, middle, y = self._stage.unit, 0.42 * self._stage.width, 0.60 * self._stage.horizon
        poses = characters.dragon(self._scenery.ink, 0.20 * unit)

        def path(seconds: float) -> Place:
            gone = seconds - self._stage.seconds / 2
            return Place(middle + 0.085 * unit * gone, y - 0.010 * unit * gone + 0.014 * unit * math.sin(6.3 * seconds))

        return Sprite(self._stage, poses, path, 0.25, 12.0)

    def _walker(self, poses: Sequence[Image.Image | Drawing], x: float, pace: float, shift: int) -> Sprite:
        ridge, unit, stage = self._ground.stand, self._stage.unit, self._stage
        depth = ridge.depth if ridge is not None else 0.8
        fast = haste(self._scenery.prompt)

        # On a slope the lower foot stands; the other would otherwise hang in the air.
        apart = 0.22 * poses[0].width
        feet = (-apart, apart)
        on_pier = "pier" in self._subjects and self._ground.afloat

        def path(seconds: float) -> Place:
            gone = stage.carried(seconds, depth) if stage.move.follows else pace * fast * unit * seconds
            gone = min(gone, 0.36 * unit) if on_pier else gone
            row = max(_row(ridge, x + gone + foot) for foot in feet) if ridge is not None else 0.0
            return Place(x + gone, row + 0.008 * unit)

        turned = [*poses[shift * 4 % STEPS :], *poses[: shift * 4 % STEPS]]
        return Sprite(stage, turned, path, depth, STEPS / STRIDE_SECONDS * fast)

    def _bobbing(self, x: float, y: float, name: str) -> Path:
        unit = self._stage.unit
        drift = {"boat": 0.010, "sailboat": 0.018, "whale": 0.012, "ship": 0.022, "surfer": 0.045}[name] * unit
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
            poses = silhouettes.balloon(self._scenery.ink, tall * unit, number + int(self._random.integers(4)))
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
            poses = silhouettes.birds(self._scenery.ink, size * unit)
            start = int(self._random.integers(STEPS))
            pace = unit * float(self._random.uniform(0.028, 0.036))

            def path(seconds: float, x: float = x, y: float = y, pace: float = pace, number: int = number) -> Place:
                lift = 0.003 * unit * math.sin(3 * seconds + number)
                return Place(x + pace * seconds, y - 0.25 * pace * seconds + lift)

            found.append(Sprite(self._stage, poses[start:] + poses[:start], path, 0.2, 16 + number))
        return list(found)


def _row(ridge: Ridge, x: float) -> float:
    """Land's row at a place between two columns."""
    at = math.floor(x)
    low, high = ridge.top(at), ridge.top(at + 1)
    return low + (high - low) * (x - at)
