"""Composes each setting: which land and water, how far away, in which order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..camera import View
from ..canvas import RGB, Canvas, Floats
from ..shot import Shot
from .animals import BUILDS
from .city import skyline
from .land_layers import MARGIN, Outlines, Painter, Ridge, land_color
from .land_reflection import LandReflection
from .palette import Palette, mixed, scaled
from .perspective import Stage
from .prompt_reading import Plan
from .silhouettes import Ink
from .sky import Sky
from .sprite import Sprite
from .trees import near_trees, palm, pine
from .water import Water

_ASHORE = frozenset(
    {*BUILDS, "person", "couple", "dancer", "robot", "rocket", "campfire", "village", "castle", "pagoda"}
)
"""Subjects for whom the sea has a beach."""


class Layer(Protocol):
    """Something to draw over what is behind it."""

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it as it is now."""


@dataclass
class Ground:
    """What a setting is made of, back to front, and where subjects may stand."""

    back: list[Layer] = field(default_factory=list)
    front: list[Layer] = field(default_factory=list)
    """Nearer than any subject."""
    stand: Ridge | None = None
    """The land subjects stand on."""
    afloat: bool = False
    """There is open water for boats."""
    lane: float | None = None
    """The row that wheels roll on, if there is a street or road."""
    lane_depth: float = 0.8


@dataclass
class Scenery:
    """The means to compose with."""

    shot: Shot
    stage: Stage
    plan: Plan
    palette: Palette
    sky: Sky
    painter: Painter
    outlines: Outlines
    ink: Ink
    random: np.random.Generator

    def compose(self) -> Ground:
        """The plan's setting."""
        make: dict[str, Callable[[], Ground]] = {
            "sea": self._sea, "lake": self._lake, "city": self._city, "desert": self._desert,
            "forest": self._forest, "mountains": self._mountains, "meadow": self._meadow,
        }  # fmt: skip
        return make[self.plan.setting]()

    @property
    def prompt(self) -> str:
        """The prompt's words, small."""
        return self.shot.prompt.lower()

    @property
    def third(self) -> float:
        """The column the picture's subject belongs at, away from the sun."""
        return self.stage.width * (0.33 if self.sky.sun_x > self.stage.width / 2 else 0.67)

    @property
    def _snowy(self) -> bool:
        return "snow" in self.plan.weather

    def below(self, share: float) -> float:
        """The row that far from the horizon down to the picture's foot."""
        return self.stage.horizon + (self.stage.height - self.stage.horizon) * share

    def green(self, depth: float) -> RGB:
        """Grassland in this hour's light."""
        grass = (0.30, 0.46, 0.16) if "leaves" not in self.plan.weather else (0.52, 0.38, 0.14)
        if self._snowy:
            return self.snow(depth)
        lit = mixed(self.palette.land, scaled(grass, 0.4 + 0.6 * self.ink.light), 0.15 + 0.55 * self.ink.light)
        return mixed(self.palette.haze, lit, depth**0.7)

    def soil(self, depth: float) -> RGB:
        """Whatever the ground here is made of."""
        if self.plan.setting == "desert":
            return mixed(
                self.palette.haze,
                mixed(scaled((0.86, 0.58, 0.34), 0.3 + 0.5 * self.ink.light), self.palette.land, 0.3),
                depth,
            )
        return scaled(self.green(depth), 0.8)

    def snow(self, depth: float) -> RGB:
        white = mixed(scaled((0.88, 0.92, 1.0), 0.20 + 0.78 * self.ink.light), self.palette.haze, 0.25)
        return mixed(self.palette.haze, white, 0.35 + 0.65 * depth)

    def ridge(
        self, outline: Floats, base: float, depth: float, *, color: RGB | None = None, mist: float = 0.45,
        reach: float = 0.3, sway: float = 0.0,
    ) -> Ridge:  # fmt: skip
        if "mist" in self.plan.weather:
            mist = min(0.88, mist + 0.26)
        top = base - float(outline.max())
        own = color or (self.snow(depth) if self._snowy and depth > 0.4 else None)
        fill = self.painter.fill(depth, top, reach * self.stage.unit, mist, own)
        return Ridge(self.stage, base, depth, outline, fill, sway)

    def _hills(self, rows: tuple[tuple[float, float, float], ...], *, green: bool) -> list[Ridge]:
        return [
            self.ridge(
                self.outlines.hills(height, 0.45 + 0.25 * depth), self.below(share), depth,
                color=self.green(depth) if green and depth > 0.2 else None,
            )
            for depth, height, share in rows
        ]  # fmt: skip

    def _range(self, depth: float, height: float, base: float) -> list[Layer]:
        """Mountains with a lit and a shaded side, and snow on top."""
        unit = self.stage.unit
        outline = self.outlines.peaks(height, 0.42)
        shade = self.outlines.lee(outline, 1.5, 1.0)
        rock = land_color(self.palette, 0.25 + 0.35 * depth)
        bright = mixed(rock, self.palette.cloud_light, 0.30)
        snow = mixed(scaled((0.95, 0.96, 1.0), 0.25 + 0.75 * self.ink.light), self.palette.cloud_light, 0.45)
        dim = mixed(snow, rock, 0.55)
        level = float(outline.max()) * (0.30 if self._snowy else 0.62)
        line = level + self.outlines.hills(0.045, 0.07, 0.75) - 0.02 * unit
        under = np.minimum(outline, line)
        reach = height + 0.1
        return [
            self.ridge(outline, base, depth, color=snow, mist=0.5, reach=reach),
            self.ridge(shade, base, depth, color=dim, mist=0.5, reach=reach),
            self.ridge(under, base, depth, color=bright, mist=0.85, reach=reach),
            self.ridge(np.minimum(shade, under), base, depth, color=rock, mist=0.85, reach=reach),
        ]

    def _water(self, roughness: float, white: float = 0.0, deep: RGB | None = None) -> Water:
        return Water(self.stage, self.palette, self.sky, self.random, roughness=roughness, white=white, deep=deep)

    def _sea(self) -> Ground:
        rough = 1.0 if "storm" in self.plan.weather else 0.75 if self.plan.weather & {"rain", "wind"} else 0.55
        deep = mixed(self.palette.land, (0.02, 0.20, 0.28), 0.35 * self.ink.light + 0.1)
        ground = Ground(afloat=True)
        ground.back += [
            self.ridge(self._island(0.07, 0.5), self.stage.horizon + 1, 0.12, mist=0.3),
            self._water(rough, 1.0 if rough > 0.9 else 0.25 if rough > 0.7 else 0.0, deep),
        ]
        cliff = self._headland(0.15 if "lighthouse" in self.plan.subjects else 0.07)
        rock = mixed(self.palette.land, self.palette.haze, 0.12)
        ground.stand = self.ridge(cliff, self.below(0.62), 0.55, color=rock, mist=0.12)
        ground.back.append(ground.stand)
        if "lighthouse" not in self.plan.subjects and self.random.random() < 0.5:
            ground.back.pop()
        ashore = set(self.plan.subjects) & _ASHORE or re.search(r"\b(beach|sandy?\b|palms?\b)", self.prompt)
        if ashore and "pier" not in self.plan.subjects:
            beach = self.ridge(
                self.outlines.hills(0.035, 0.9, 0.2), self.stage.height * 0.94, 0.85,
                color=mixed(self.palette.land, scaled((0.80, 0.66, 0.48), 0.3 + 0.6 * self.ink.light), 0.75), mist=0.15,
            )  # fmt: skip
            ground.back.append(beach)
            ground.stand = beach
        if self._tropical:
            ground.front += self._near_trees((-0.01, 0.80), (0.94, 0.92))
        return ground

    @property
    def _tropical(self) -> bool:
        return re.search(r"\b(jungle|rain ?forest|tropic\w*|palms?)\b", self.prompt) is not None

    def _near_trees(self, *places: tuple[float, float]) -> list[Sprite]:
        near = Ink(scaled(self.palette.land, 0.65), self.ink.light, self.ink.tint, self.ink.glow)
        return near_trees(palm if self._tropical else pine, self.stage, near, self.random, places)

    def _island(self, height: float, width: float) -> Floats:
        """Land that rises from the sea somewhere along the horizon."""
        length = self.outlines.length
        at = np.arange(length, dtype=np.float32) / self.stage.width - MARGIN
        centre = 1.0 - self.sky.sun_x / self.stage.width + float(self.random.uniform(-0.12, 0.12))
        swell = np.exp(-(((at - centre) / (width * 0.5)) ** 2)).astype(np.float32)
        return self.outlines.hills(height, 0.25) * swell - np.float32(0.012 * self.stage.unit)

    def _headland(self, height: float) -> Floats:
        """A rocky point that comes in from the side away from the sun."""
        at = np.arange(self.outlines.length, dtype=np.float32) / self.stage.width - MARGIN
        left = self.sky.sun_x > self.stage.width / 2
        inward = (at if left else 1 - at) / np.float32(0.40)
        body = (1 - inward.clip(0, None) ** 1.7).clip(-0.6, 1)
        rough = self.outlines.hills(0.03, 0.10, 0.6) * np.float32(0.6)
        return np.asarray((body * np.float32(height * self.stage.unit) + rough * (body > -0.3)), np.float32)

    def _lake(self) -> Ground:
        ground = Ground(afloat=True)
        far, near = self.outlines.peaks(0.17, 0.55), self.outlines.hills(0.075, 0.5)
        bank = self.outlines.pines(near, 0.035, 0.012) if self.random.random() < 0.6 else near
        base = self.stage.horizon + 1
        ground.back += [
            self.ridge(far, base, 0.10, mist=0.75, reach=0.2),
            self.ridge(bank, base, 0.22, mist=0.25, reach=0.1),
            self._water(0.30),
            LandReflection(self.stage, far, 0.10, land_color(self.palette, 0.14), 0.45),
            LandReflection(self.stage, bank, 0.22, land_color(self.palette, 0.42), 0.72),
        ]
        reeds = self.outlines.grass(self._shore(0.05), 0.075)
        ground.front.append(
            self.ridge(reeds, self.stage.height * 1.0, 1.0, color=scaled(self.palette.land, 0.75), mist=0.0,
                        sway=0.005 * self.stage.unit)
        )  # fmt: skip
        return ground

    def _shore(self, height: float) -> Floats:
        """A bank in the near corner on the sun's other side; water elsewhere."""
        at = np.arange(self.outlines.length, dtype=np.float32) / self.stage.width - MARGIN
        left = self.sky.sun_x > self.stage.width / 2
        inward = (at if left else 1 - at).clip(0, None) / np.float32(0.42)
        return np.asarray((1 - inward) * np.float32(height * self.stage.unit), np.float32)

    def _city(self) -> Ground:
        neon = bool(self.plan.hour in ("night", "dusk"))
        towers = skyline(self.stage, self.palette, self.painter, self.sky, self.random, hour=self.plan.hour, neon=neon)
        deep = mixed(self.palette.land, self.palette.zenith, 0.4)
        ground = Ground(afloat=True)
        wet = [layer for layer in towers if getattr(layer, "mirrored", False)]
        ground.back += [layer for layer in towers if layer not in wet]
        ground.back.append(self._water(0.35, deep=deep))
        ground.back += wet
        quay = self.ridge(self.outlines.hills(0.006, 0.9, 0.1), self.stage.height * 0.955, 0.9,
                           color=scaled(self.palette.land, 0.7), mist=0.0)  # fmt: skip
        ground.back.append(quay)
        ground.stand = quay
        return ground

    def _desert(self) -> Ground:
        sand = (0.86, 0.58, 0.34)
        ground = Ground()
        for depth, height, share in ((0.10, 0.06, 0.02), (0.28, 0.10, 0.16), (0.52, 0.13, 0.42), (0.86, 0.13, 0.92)):
            outline = self.outlines.dunes(height, 0.34 + 0.5 * depth)
            warm = mixed(scaled(sand, 0.18 + 0.82 * self.ink.light), self.palette.low, 0.48 - 0.42 * self.ink.light)
            color = mixed(self.palette.haze, warm, 0.20 + 0.75 * depth)
            night = mixed(scaled(color, 0.60), self.palette.land, 0.35 - 0.30 * self.ink.light)
            shade = mixed(self.palette.haze, night, 0.35 + 0.65 * depth)
            base = self.below(share)
            ridge = self.ridge(outline, base, depth, color=color, mist=0.30, reach=0.35)
            lee = self.ridge(self.outlines.lee(outline, 0.42, 0.25), base, depth, color=shade, mist=0.35, reach=0.4)
            ground.back += [ridge, lee]
            if depth < 0.8:
                ground.stand = ridge
        return ground

    def _forest(self) -> Ground:
        ground = Ground()
        ground.back.append(self.ridge(self.outlines.peaks(0.22, 0.5), self.below(0.0), 0.08, mist=0.8))
        for depth, hill, tall, gap, share in (
            (0.16, 0.08, 0.085, 0.013, 0.10), (0.28, 0.06, 0.14, 0.020, 0.30), (0.46, 0.05, 0.21, 0.032, 0.56),
        ):  # fmt: skip
            hills = self.outlines.hills(hill, 0.6)
            trees = (
                self.outlines.crowns(hills, 0.45 * tall) if self._tropical else self.outlines.pines(hills, tall, gap)
            )
            tone = land_color(self.palette, 0.15 + 0.9 * depth)
            ground.back.append(
                self.ridge(trees, self.below(share), depth, color=tone, mist=0.55, reach=0.24)
            )  # fmt: skip
        floor = self.snow(0.8) if self._snowy else self.green(0.9)
        ground.stand = self.ridge(self.outlines.hills(0.035, 0.7, 0.3), self.below(0.80), 0.78, color=floor, mist=0.1)
        ground.back.append(ground.stand)
        ground.front += self._near_trees((-0.02, 0.95), (0.10, 0.70), (0.93, 0.84), (1.03, 1.0))
        return ground

    def _mountains(self) -> Ground:
        ground = Ground()
        ground.back += self._range(0.08, 0.30, self.below(0.0))
        ground.back += self._range(0.22, 0.24, self.below(0.22))
        trees = self.outlines.pines(self.outlines.hills(0.10, 0.6), 0.055, 0.012)
        ground.back.append(self.ridge(trees, self.below(0.62), 0.45, mist=0.55, color=land_color(self.palette, 0.5)))
        ground.stand = self.ridge(self.outlines.hills(0.07, 0.7), self.below(0.84), 0.82, mist=0.1,
                                   color=self.snow(0.9) if self._snowy else self.green(0.95))  # fmt: skip
        ground.back.append(ground.stand)
        return ground

    def _meadow(self) -> Ground:
        ground = Ground()
        ground.back.append(self.ridge(self.outlines.peaks(0.16, 0.5), self.below(0.0), 0.08, mist=0.8))
        ground.back += self._hills(((0.20, 0.10, 0.10), (0.36, 0.08, 0.28)), green=True)
        crowns = self.outlines.crowns(self.outlines.hills(0.03, 0.5), 0.045)
        ground.back.append(self.ridge(crowns, self.below(0.36), 0.42, color=scaled(self.green(0.5), 0.72), mist=0.3))
        ground.stand = self.ridge(self.outlines.hills(0.055, 0.7, 0.3), self.below(0.62), 0.66,
                                   color=self.green(0.8), mist=0.12)  # fmt: skip
        ground.back.append(ground.stand)
        for depth, share, tall, gain in ((0.85, 0.98, 0.06, 0.85), (1.0, 1.06, 0.11, 0.55)):
            blades = self.outlines.grass(self.outlines.hills(0.03, 0.6, 0.3), tall)
            ground.front.append(
                self.ridge(blades, self.below(share), depth, color=scaled(self.green(1.0), gain), mist=0.0,
                            sway=0.009 * depth * self.stage.unit)
            )  # fmt: skip
        return ground
