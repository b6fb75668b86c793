"""Small things in the air: rain, snow, fireflies, embers, petals, lanterns, meteors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..camera import View
from ..canvas import RGB, Bytes, Canvas, Floats, yuv
from .palette import Palette, mixed
from .perspective import Stage, moved
from .prompt_reading import Plan
from .sky import add_points

_ROOM = 1.25
"""The air reaches this far beyond the picture, so that what leaves it comes back unseen."""


@dataclass(frozen=True)
class Kind:
    """How a kind of particle looks and moves. Lengths are in mean sides of the picture, times in seconds."""

    count: int
    radius: tuple[float, float]
    fall: tuple[float, float]
    drift: tuple[float, float]
    sway: float
    color: RGB
    strength: float
    pulse: float = 0.0
    halo: float = 0.0
    """Strength of a wide soft glow around it."""
    low: float = 0.0
    """Keeps to the picture below this share of its height."""


_KINDS = {
    "snow": Kind(150, (0.0012, 0.0042), (0.05, 0.14), (-0.03, 0.02), 0.012, (0.97, 0.98, 1.0), 0.85),
    "fireflies": Kind(
        90, (0.0022, 0.0042), (-0.012, 0.012), (-0.02, 0.02), 0.03, (0.98, 0.94, 0.42), 1.0, 1.7, 0.22, 0.40
    ),
    "embers": Kind(60, (0.0012, 0.0026), (-0.22, -0.08), (-0.02, 0.05), 0.02, (1.0, 0.55, 0.18), 0.95, 4.0, 0.16),
    "petals": Kind(90, (0.0030, 0.0062), (0.05, 0.11), (0.04, 0.10), 0.03, (1.0, 0.70, 0.79), 1.0),
    "leaves": Kind(60, (0.0034, 0.0068), (0.06, 0.13), (0.04, 0.12), 0.035, (0.86, 0.42, 0.13), 0.9),
    "lanterns": Kind(
        26, (0.0060, 0.0125), (-0.035, -0.015), (-0.008, 0.012), 0.008, (1.0, 0.70, 0.30), 0.95, 1.1, 0.25
    ),
    "dust": Kind(34, (0.0010, 0.0022), (-0.008, 0.010), (0.004, 0.024), 0.012, (1.0, 0.95, 0.85), 0.38, 0.7),
}


class Particles:
    """A cloud of one kind of particle."""

    depth = 1.0

    def __init__(self, stage: Stage, kind: Kind, random: np.random.Generator) -> None:
        count = round(kind.count * stage.width * stage.height / stage.unit**2)
        self._stage, self._kind = stage, kind
        unit = stage.unit

        def spread(low: float, high: float) -> Floats:
            return random.uniform(low, high, count).astype(np.float32)

        self._x, self._y = spread(0, stage.width * _ROOM), spread(0, stage.height * _ROOM)
        near = spread(0, 1) ** 2
        self._radius = (kind.radius[0] + (kind.radius[1] - kind.radius[0]) * near) * np.float32(unit)
        pace = np.float32(0.5) + near * np.float32(0.5)
        self._fall, self._drift = spread(*kind.fall) * unit * pace, spread(*kind.drift) * unit * pace
        self._near = 0.4 + 0.6 * near
        self._phase, self._rate = spread(0, 6.28), spread(0.6, 1.8)
        self._top = np.float32(kind.low * stage.height)
        self._order = np.argsort(self._radius)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw where they are now."""
        stage, kind = self._stage, self._kind
        time = np.float32(seconds)
        swing = np.sin(self._phase + self._rate * time) * np.float32(kind.sway * stage.unit)
        gone_x, gone_y = moved(view, 1.0)
        x = self._x + self._drift * time + swing - np.float32(gone_x * stage.width) * self._near
        y = self._y + self._fall * time - np.float32(gone_y * stage.height) * self._near
        if kind.low:
            y += np.cos(self._phase * 1.7 + self._rate * time) * np.float32(kind.sway * stage.unit)
        edge = (_ROOM - 1) / 2
        x = x % np.float32(stage.width * _ROOM) - np.float32(stage.width * edge)
        room = np.float32(stage.height * _ROOM) - self._top
        y = y % room - np.float32(stage.height * edge) + self._top
        strength = np.full(x.shape, kind.strength, np.float32)
        if kind.pulse:
            beat = np.sin(self._phase * 3 + self._rate * np.float32(kind.pulse) * time)
            strength *= np.float32(0.45) + np.float32(0.55) * beat.clip(-0.6, 1)
        if kind.halo:
            add_spots(canvas, x, y, self._radius * 4, strength.clip(0, 1) * np.float32(kind.halo), kind.color)
        add_spots(canvas, x, y, self._radius, strength.clip(0, 1), kind.color)


class Rain:
    """Streaks of rain, near ones longer and faster."""

    def __init__(self, stage: Stage, palette: Palette, heavy: bool, random: np.random.Generator) -> None:  # noqa: FBT001
        count = round((240 if heavy else 150) * stage.width * stage.height / stage.unit**2)
        self._stage = stage
        near = random.random(count, dtype=np.float32) ** 2
        self._x = random.uniform(0, stage.width * _ROOM, count).astype(np.float32)
        self._y = random.uniform(0, stage.height * _ROOM, count).astype(np.float32)
        self._speed = (np.float32(0.9) + near * np.float32(1.1)) * np.float32(stage.unit)
        self._slant = np.float32(-0.30 if heavy else -0.12)
        self._length = max(6, round(0.055 * stage.unit))
        self._share = 0.35 + 0.65 * near
        self._light = (9 + 22 * near) * np.float32(0.75 + 0.5 * (palette.horizon[1] > 0.3))

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw the streaks where they are now."""
        stage = self._stage
        fallen = self._speed * np.float32(seconds)
        y = (self._y + fallen) % np.float32(stage.height * _ROOM) - np.float32(stage.height * 0.12)
        x = self._x + fallen * self._slant - np.float32(moved(view, 1.0)[0] * stage.width) * self._share
        x = x % np.float32(stage.width * _ROOM) - np.float32(stage.width * 0.12)
        along = np.arange(self._length, dtype=np.float32)
        part = along[None, :] * self._share[:, None]
        fade = self._light[:, None] * (0.25 + 0.75 * along / self._length)
        # On whole rows: so quick, nobody sees where between two of them, and each point is spread over two pixels.
        rows = np.floor(y[:, None] + part)
        add_points(canvas, (x[:, None] + part * self._slant).ravel(), rows.ravel(), fade.ravel())


class Meteors:
    """A shooting star now and then."""

    def __init__(self, stage: Stage, random: np.random.Generator, count: int = 7) -> None:
        self._stage = stage
        self._start = random.uniform(-0.2, 11.5, count)
        self._start[:2] = random.uniform(0.3, 2.5, 2)
        self._x = random.uniform(0.1, 1.0, count)
        self._y = random.uniform(0.02, 0.5, count)

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw those that are falling now."""
        lens = self._stage.lens(view, 0.0)
        tail = np.linspace(0, 1, max(24, round(0.22 * self._stage.unit)), dtype=np.float32)
        for start, x, y in zip(self._start, self._x, self._y, strict=True):
            age = (seconds - start) / 0.9
            if not 0 < age < 1:
                continue
            head_x = x * self._stage.width + lens.x - (age - 0.5) * 0.5 * self._stage.unit
            head_y = y * self._stage.horizon + lens.y + (age - 0.5) * 0.22 * self._stage.unit
            reach = 0.2 * self._stage.unit * min(1.0, 3 * age)
            light = (1 - tail) ** 2 * np.float32(200 * min(1.0, 4 * (1 - age)))
            add_points(canvas, head_x + tail * np.float32(reach), head_y - tail * np.float32(0.44 * reach), light)


def particles_for(
    stage: Stage, plan: Plan, palette: Palette, random: np.random.Generator
) -> list[Particles | Rain | Meteors]:
    """What the weather puts into the air; a little dust if nothing else."""
    air: list[Particles | Rain | Meteors] = []
    if plan.weather & {"rain", "storm"}:
        air.append(Rain(stage, palette, "storm" in plan.weather, random))
    if "meteors" in plan.weather:
        air.append(Meteors(stage, random))
    air += [Particles(stage, kind, random) for name, kind in _KINDS.items() if name in plan.weather]
    if not air:
        kind = _KINDS["dust"]
        air.append(Particles(stage, Kind(**{**vars(kind), "color": mixed(kind.color, palette.sun, 0.5)}), random))
    return air


def add_spots(canvas: Canvas, x: Floats, y: Floats, radius: Floats, strength: Floats, color: RGB | Floats) -> None:
    """Lay soft round spots over the canvas, all of one colour or each of its own (spots x 3)."""
    luma, *chroma = zip(canvas.planes, np.broadcast_to(yuv(color), (x.size, 3)).T, strict=True)
    for pairs, part in (([luma], np.float32(1)), (chroma, np.float32(0.5))):
        _spots(pairs, x * part, y * part, (radius * part).clip(0.6, None), strength)


def _spots(pairs: Sequence[tuple[Bytes, Floats]], x: Floats, y: Floats, radius: Floats, strength: Floats) -> None:
    rows, columns = pairs[0][0].shape
    reach = int(np.ceil(float(radius.max()) * 1.9))
    seen = (x > -reach) & (y > -reach) & (x < columns + reach) & (y < rows + reach) & (strength > 0.01)
    x, y, narrow, strength = x[seen, None], y[seen, None], -1 / radius[seen, None] ** 2, strength[seen, None]
    offset = np.arange(-reach, reach + 1, dtype=np.float32)
    row, column = np.floor(y) + offset, np.floor(x) + offset
    half = np.float32(0.5)
    # A round spot is the product of its rows' and its columns' weights.
    down = np.exp((row + half - y) ** 2 * narrow) * (strength * ((row >= 0) & (row < rows)))
    across = np.exp((column + half - x) ** 2 * narrow) * ((column >= 0) & (column < columns))
    weight = down[:, :, None] * across[:, None, :]
    spot, up, aside = np.nonzero(weight > np.float32(0.02))
    at = (row[spot, up].astype(np.intp), column[spot, aside].astype(np.intp))
    share = weight[spot, up, aside]
    for plane, values in pairs:
        under = plane[at].astype(np.float32)
        plane[at] = np.rint(under + (values[seen].take(spot) - under) * share).astype(np.uint8)
