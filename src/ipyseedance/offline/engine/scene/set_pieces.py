"""What comes with a way or place of its own: a car and its road, a train and its viaduct, a rocket, a fire,
a village."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas
from ..cues import LIFT_OFF_SECONDS
from . import buildings, vehicles
from .fire import Fire, flames
from .fireworks import Fireworks
from .glow import Glow
from .land_layers import MARGIN
from .palette import mixed, scaled
from .scenery import Ground, Layer, Scenery
from .smoke import Plume, Puffs
from .sprite import Path, Place, Sprite, standing

_STEAM = Plume(9.0, 2.6, 0.014, 0.070, (-0.05, -0.055), 0.75)
_EXHAUST = Plume(18.0, 4.5, 0.018, 0.075, (0.004, 0.0), 0.8, since=0.95, spread=0.03)
_BLAST = Plume(16.0, 3.6, 0.03, 0.11, (0.0, -0.006), 0.8, since=0.2, spread=0.42)
_THRUST = 0.030
"""A rocket's acceleration in mean sides."""
_APART = (0.22, -0.36, -0.80)
"""Where those who share a road are against the picture's middle, in mean sides."""
_LANDLOCKED = frozenset({"sea", "lake", "city"})


@dataclass
class SetPieces:
    """Adds them to a ground: `back` is behind those who stand on the land, `front` is before them."""

    scenery: Scenery
    ground: Ground
    third: float
    """The column the picture's subject belongs at."""

    def __post_init__(self) -> None:
        self._stage, self._ink, self._random = self.scenery.stage, self.scenery.ink, self.scenery.random
        self._unit, self._subjects = self._stage.unit, self.scenery.plan.subjects

    def compose(self) -> tuple[list[Layer], list[Layer]]:
        """The layers at the back and at the front."""
        back: list[Layer] = []
        front: list[Layer] = []
        rows: dict[str, tuple[list[Layer], Callable[[], list[Layer]]]] = {
            "fireworks": (back, self._fireworks), "train": (back, self._train), "bridge": (back, self._bridge),
            "village": (back, self._village),
            "rocket": (back, self._rocket), "pier": (back, self._pier), "campfire": (front, self._campfire),
        }  # fmt: skip
        for name, (layers, make) in rows.items():
            if name in self._subjects:
                layers += make()
        if {"car", "tram", "bicycle"} & set(self._subjects) or self.ground.lane is not None:
            front += self._traffic()
        return back, front

    def _rolling(self, x: float, y: float, pace: float, depth: float) -> Path:
        """Along a flat way; the camera goes with it if it follows."""
        stage, unit = self._stage, self._unit
        if stage.move.follows:
            return lambda seconds: Place(x + stage.carried(seconds, depth) + 0.01 * unit * math.sin(0.8 * seconds), y)
        return lambda seconds: Place(x + pace * unit * (seconds - stage.seconds / 2), y)

    def _traffic(self) -> list[Layer]:
        layers: list[Layer] = []
        # The tram's rails are on the far side.
        named = [name for name in ("tram", "car", "bicycle") if name in self._subjects]
        if self.ground.lane is None:
            layers += self._road()
        lane, depth = self.ground.lane or 0.0, self.ground.lane_depth
        unit, middle = self._unit, self._stage.width * 0.5
        paint = next(
            (paint for word, paint in zip(("red", "yellow", "blue", "white", "green"), vehicles.PAINTS, strict=True)
             if f"{word} " in self.scenery.prompt),
            vehicles.PAINTS[int(self._random.integers(len(vehicles.PAINTS)))],
        )  # fmt: skip
        peopled = {"person", "couple"} & set(self._subjects)
        present = named or (["car"] if peopled or self._random.random() < 0.7 else ["tram"])
        for number, name in enumerate(present):
            if name == "car":
                poses, pace = vehicles.car(self._ink, 0.115 * unit, paint), 0.11
            elif name == "tram":
                other = vehicles.PAINTS[(vehicles.PAINTS.index(paint) + (len(named) > 1)) % len(vehicles.PAINTS)]
                poses, pace = vehicles.tram(self._ink, 0.21 * unit, other), 0.07
            else:
                poses, pace = vehicles.bicycle(self._ink, 0.20 * unit), 0.07
            x = middle + (_APART[number] * unit if len(named) > 1 else 0.0)
            y = lane - (0.03 * unit if name == "tram" else 0.0)
            path = self._rolling(x, y, pace, depth)
            layers.append(Sprite(self._stage, poses, path, depth, 14.0 if name != "bicycle" else 11.0))
            if name == "car" and self._ink.light < 0.8:
                layers.append(_Headlight(self, path, depth))
        return layers

    def _road(self) -> list[Layer]:
        """An asphalt road near the picture's foot."""
        scenery, unit = self.scenery, self._unit
        flat = np.zeros(scenery.outlines.length, np.float32)
        base, depth = self._stage.height * 0.86, 0.84
        asphalt = mixed(self._ink.lit((0.27, 0.27, 0.29)), scenery.palette.haze, 0.12)
        verge = scenery.outlines.hills(0.010, 0.5, 0.4)
        line = self._ink.lit((0.92, 0.90, 0.84))
        layers: list[Layer] = [
            scenery.ridge(verge, base - 0.006 * unit, depth - 0.04, mist=0.1, color=scenery.soil(0.9))
        ]
        for down, color in ((0.0, line), (0.005, asphalt), (0.165, line), (0.170, scenery.soil(1.0))):
            layers.append(scenery.ridge(flat, base + down * unit, depth + down * 0.5, color=color, mist=0.0))
        dash = Image.new("RGBA", (round(0.09 * unit), max(2, round(0.006 * unit))), _bytes(line))
        span, count = 0.22 * unit, round(self._stage.width * (1 + 2 * MARGIN) / (0.22 * unit))
        for number in range(count):
            place = standing(number * span - MARGIN * self._stage.width, base + 0.085 * unit)
            layers.append(Sprite(self._stage, [dash], place, depth + 0.04))
        self.ground.lane, self.ground.lane_depth = base + 0.060 * unit, depth + 0.02
        return layers

    def _train(self) -> list[Layer]:
        scenery, unit, stage = self.scenery, self._unit, self._stage
        depth, high = 0.46, 0.34
        deck = stage.horizon + (0.02 if scenery.plan.setting not in _LANDLOCKED else -0.06) * unit
        aspect = stage.width * (1 + 2 * MARGIN) / (high * unit)
        bridge = buildings.viaduct(self._stone, high * unit, aspect)
        tall = 0.082 * unit
        path = self._rolling(stage.width * 0.46, deck + 0.014 * unit, 0.10, depth)
        chimney = (vehicles.CHIMNEY - vehicles.TRAIN_ASPECT / 2) * tall

        def smoking(seconds: float) -> tuple[float, float]:
            place = path(seconds)
            return place.x + chimney, place.y - tall

        steam = mixed((0.96, 0.96, 0.97), scenery.palette.low, 0.55 - 0.35 * self._ink.light)
        return [
            Sprite(stage, vehicles.train(self._ink, tall), path, depth, 12.0),
            Puffs(stage, smoking, _STEAM, depth, scaled(steam, 0.45 + 0.55 * self._ink.light)),
            Sprite(stage, [bridge], standing(stage.width / 2, deck + (high - 0.02) * unit), depth),
        ]

    @property
    def _stone(self) -> tuple[float, float, float]:
        return mixed(self.scenery.palette.haze, self._ink.lit((0.66, 0.58, 0.50), 0.8), 0.72)

    def _bridge(self) -> list[Layer]:
        """It goes right across; a train has a viaduct of its own."""
        if "train" in self._subjects:
            return []
        stage, unit, high = self._stage, self._unit, 0.17
        aspect = stage.width * (1 + 2 * MARGIN) / (high * unit)
        bridge = buildings.viaduct(self._stone, high * unit, aspect)
        return [Sprite(stage, [bridge], standing(stage.width / 2, stage.horizon + 0.10 * unit), 0.35)]

    def _village(self) -> list[Layer]:
        ridge, unit, random = self.ground.stand, self._unit, self._random
        if ridge is None:
            return []
        snowy = "snow" in self.scenery.plan.weather
        places = sorted(random.uniform(-0.50, 0.50, 7), key=lambda x: -abs(x))
        found: list[tuple[float, Layer]] = []
        for number, away in enumerate(places):
            x = self._stage.width / 2 + float(away) * min(self._stage.width, 1.3 * unit)
            high = unit * float(random.uniform(0.085, 0.125))
            row = ridge.top(x) + unit * float(random.uniform(0.0, 0.045))
            picture = buildings.house(self._ink, high, random, snowy=snowy)
            found.append((row + number * 1e-3, Sprite(self._stage, [picture], standing(x, row), ridge.depth)))
        x = self._stage.width - self.third
        steeple = buildings.church(self._ink, 0.25 * unit, snowy=snowy)
        return [
            Sprite(self._stage, [steeple], standing(x, ridge.top(x) + 0.01 * unit), ridge.depth),
            *(layer for _, layer in sorted(found, key=lambda pair: pair[0])),
        ]

    def _rocket(self) -> list[Layer]:
        ridge, unit, stage = self.ground.stand, self._unit, self._stage
        if ridge is None:
            return []
        x, tall = self.third, 0.35 * unit
        foot, depth = ridge.top(x) + 0.012 * unit, ridge.depth

        def flying(seconds: float) -> Place:
            gone = max(0.0, seconds - LIFT_OFF_SECONDS)
            return Place(x, foot - 0.5 * _THRUST * unit * gone * gone * 2)

        def burning(seconds: float) -> Place:
            place = flying(seconds)
            return Place(x, place.y + 0.165 * unit if seconds > 0.3 else -10 * unit)

        fire = [
            picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM) for picture in flames(self._random, 0.18 * unit, 0.42)
        ]
        smoke = mixed((0.94, 0.92, 0.92), self.scenery.palette.low, 0.45)
        smoke = scaled(smoke, 0.40 + 0.60 * self._ink.light)
        at = standing(x - 0.092 * unit, foot)
        return [
            Sprite(stage, [buildings.gantry(self._ink, 0.40 * unit)], at, depth),
            Puffs(stage, lambda seconds: (x, flying(seconds).y + 0.06 * unit), _EXHAUST, depth, smoke),
            Sprite(stage, fire, burning, depth, 18.0),
            _Glow(self, lambda seconds: Place(x, flying(seconds).y + 0.07 * unit), depth, LIFT_OFF_SECONDS - 0.5),
            Sprite(stage, vehicles.rocket(self._ink, tall), flying, depth),
            Puffs(stage, lambda _seconds: (x, foot - 0.015 * unit), _BLAST, depth, smoke),
        ]

    def _campfire(self) -> list[Layer]:
        ridge, unit = self.ground.stand, self._unit
        if ridge is None:
            return []
        x = self._stage.width - self.third - 0.06 * unit
        path = standing(x, ridge.top(x) + 0.03 * unit)
        return [Fire(self._stage, path, ridge.depth, 0.17 * unit, self._random)]

    def _pier(self) -> list[Layer]:
        """It comes in from the side away from the subject's free view; people stand on it."""
        if not self.ground.afloat:
            return []
        unit, stage = self._unit, self._stage
        left = self.third < stage.width / 2
        high, end = 0.20 * unit, self.third + 0.30 * unit * (1 if left else -1)
        reach = (end if left else stage.width - end) + MARGIN * stage.width
        drawing = buildings.pier(self._ink, high, reach / high)
        drawing = drawing if left else drawing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        foot = stage.height * 0.90
        middle = end - reach / 2 if left else end + reach / 2
        deck = np.full(self.scenery.outlines.length, foot + 0 * high, np.float32)
        self.ground.stand = self.scenery.ridge(deck, 2 * foot - 0.72 * high, 0.75, mist=0.0)
        return [Sprite(stage, [drawing], standing(middle, foot), 0.75)]

    def _fireworks(self) -> list[Layer]:
        return [Fireworks(self._stage, self.scenery.shot.seed, self._random, water=self.ground.afloat)]


class _Headlight:
    """Light before a car."""

    def __init__(self, pieces: SetPieces, path: Path, depth: float) -> None:
        unit = pieces.scenery.stage.unit
        self._stage, self._path, self._depth = pieces.scenery.stage, path, depth
        self._beam = Glow.halo(0.16 * unit, (0.50, 0.46, 0.34), 0.6)
        self._ahead, self._up = 0.19 * unit, 0.035 * unit

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Add the light where the car is now."""
        place, lens = self._path(seconds), self._stage.lens(view, self._depth)
        x, y = (place.x + self._ahead) * lens.zoom + lens.x, (place.y - self._up) * lens.zoom + lens.y
        self._beam.add(
            canvas, x - self._beam.width * lens.zoom / 2, y - self._beam.height * lens.zoom / 2, lens.zoom, 0.8
        )


class _Glow:
    """The light of a rocket's engine."""

    def __init__(self, pieces: SetPieces, path: Path, depth: float, since: float) -> None:
        self._stage, self._path, self._depth, self._since = pieces.scenery.stage, path, depth, since
        self._halo = Glow.halo(0.40 * pieces.scenery.stage.unit, (0.62, 0.36, 0.14), 0.8)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Add the light where it burns now."""
        place, lens = self._path(seconds), self._stage.lens(view, self._depth)
        strength = min(1.0, max(0.0, 3 * (seconds - self._since))) * (0.9 + 0.1 * math.sin(31 * seconds))
        x, y = place.x * lens.zoom + lens.x, place.y * lens.zoom + lens.y
        side = self._halo.width * lens.zoom / 2
        self._halo.add(canvas, x - side, y - side, lens.zoom, strength)


def _bytes(color: tuple[float, float, float]) -> tuple[int, int, int, int]:
    r, g, b = (round(255 * min(1.0, c)) for c in color)
    return r, g, b, 255
