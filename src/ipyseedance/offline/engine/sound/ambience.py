"""Where we are: the sound of the place, the weather and what the prompt says is heard."""

from __future__ import annotations

import re

import numpy as np

from ..canvas import Floats
from ..dialogue import SPOKEN
from ..encode import SAMPLE_RATE
from ..scene.prompt_reading import Plan
from ..scene.vocabulary import SETTINGS as WORDS
from .place_sounds import BEHIND, BY_DAY, BY_NIGHT, COVERS, DRY, ROWS, SETTINGS, WEATHER, Bed
from .shaped_noise import SIZE, frames_for, noise, spectrum
from .short_sounds import scatter
from .tones import ease, wander

_FRAMES_A_SECOND = SAMPLE_RATE / (SIZE / 2)
_WET = frozenset({"rain", "storm", "snow"})
_ANYWHERE = ("breeze",)
_SILENCED = r"\b(?:no|without|not any)\s+(?:\w+\s+)?"


def audible_rows(prompt: str, plan: Plan, *, drawn: bool) -> dict[str, float]:
    """The rows to be heard, and by how many dB each is raised. `drawn` says whether the picture shows the plan."""
    text = re.sub(SPOKEN, " ", prompt.lower())
    # Of a given frame only the prompt can tell what it shows.
    known = drawn or re.search(rf"\b(?:{WORDS.get(plan.setting, '')})\b", text) is not None
    place = list(SETTINGS.get(plan.setting, _ANYWHERE) if known else _ANYWHERE)
    if plan.hour == "night":
        place = [name for name in place if name not in BY_DAY] + list(BY_NIGHT.get(plan.setting, ()))
    weather = [name for kind in sorted(plan.weather) for name in WEATHER.get(kind, ())]
    if plan.weather & _WET:
        place = [name for name in place if name not in DRY]
    asked = [name for name, row in ROWS.items() if re.search(rf"\b(?:{row.words})(?!\w)", text)]
    unwanted = {name for name in asked if re.search(rf"{_SILENCED}(?:{ROWS[name].words})(?!\w)", text)}
    names = [name for name in dict.fromkeys([*place, *weather, *asked]) if name not in unwanted]
    covered = set().union(*(COVERS.get(name, frozenset()) for name in names)) - set(asked)
    front = {*weather, *asked}
    behind = BEHIND if front - set(place) else 0.0
    return {name: 0.0 if name in front else behind for name in names if name not in covered}


def ambience(names: dict[str, float], random: np.random.Generator, count: int) -> Floats:
    """`count` samples of those rows together, shape (2, count)."""
    frames = frames_for(count)
    total = np.zeros((2, count), np.float32)
    beds = [(bed, raised) for name, raised in names.items() for bed in ROWS[name].beds]
    tides: dict[tuple[str, float], Floats] = {}
    for bed, _ in beds:
        # Beds of one period move together: the roar of a wave and its hiss.
        tides.setdefault((bed.motion, bed.period), _tide(bed, random, frames))
    shapes = [spectrum(bed.points) * np.float32(10 ** ((bed.level + raised) / 10)) for bed, raised in beds]
    for channel in range(2 if beds else 0):
        power = np.zeros((frames, SIZE // 2 + 1), np.float32)
        for (bed, _), shape in zip(beds, shapes, strict=True):
            strength = (1 - bed.depth) + bed.depth * tides[bed.motion, bed.period][channel]
            power += (strength**2)[:, None] * shape
        total[channel] = noise(random, power, count)
    for name, raised in names.items():
        for row in ROWS[name].scatters:
            gain = 10 ** ((row.level + raised) / 20)
            scatter(total, random, row.grain, row.rate, gain, row.spread, row.jitter, row.shy)
    return total


def _tide(bed: Bed, random: np.random.Generator, frames: int) -> Floats:
    """How a bed's strength comes and goes in both channels, 0 to 1."""
    knots = bed.period * _FRAMES_A_SECOND
    if bed.motion == "waves":
        return _surf(random, frames, knots)
    both, apart = wander(random, frames, knots), [wander(random, frames, knots) for _ in range(2)]
    return np.asarray([0.6 * both + 0.4 * own for own in apart], np.float32)


def _surf(random: np.random.Generator, frames: int, knots: float) -> Floats:
    """Waves that come in quickly and run out slowly, from one side to the other."""
    channels = np.zeros((2, frames), np.float32)
    at = -knots * random.random()
    while at < frames:
        length = knots * random.uniform(0.75, 1.3)
        high = random.uniform(0.55, 1.0)
        lag = random.uniform(-0.08, 0.08) * length
        for channel, shift in ((0, -lag), (1, lag)):
            part = (np.arange(frames, dtype=np.float32) - np.float32(at + shift)) / np.float32(length)
            come = ease((part / np.float32(0.32)).clip(0, 1))
            gone = ease(((part - np.float32(0.32)) / np.float32(1.05)).clip(0, 1))
            channels[channel] = np.maximum(channels[channel], np.float32(high) * come * (1 - gone) ** 2)
        at += length
    return channels
