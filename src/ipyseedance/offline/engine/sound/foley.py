"""What happens is heard: one function for each kind of cue, as the grains are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ..canvas import Floats
from ..cues import Cue
from .shaped_noise import SIZE, frames_for, noise, spectrum
from .short_sounds import Random, line, puff, samples
from .tones import add, decay, harmonics, sweep, swell, tone

Foley = Callable[[Random], Floats]
_DULL = harmonics(1.0, 0.5, 0.3, 0.15)
_MOTOR = harmonics(1.0, 0.8, 0.7, 0.5, 0.5, 0.3, 0.3, 0.2, 0.15, 0.1)
_VARIANTS = 3


def foley(cues: tuple[Cue, ...], random: Random, count: int) -> Floats:
    """`count` samples with every cue at its time, shape (2, count)."""
    total = np.zeros((2, count), np.float32)
    made: dict[str, list[Floats]] = {}
    for number, cue in enumerate(cues):
        sounds = made.setdefault(cue.kind, [])
        if len(sounds) < _VARIANTS:
            sounds.append(FOLEY[cue.kind](random))
        add(total, sounds[number % len(sounds)], cue.time, cue.strength, cue.pan)
    return total


def _painted(
    random: Random, seconds: float, *layers: tuple[tuple[tuple[float, float], ...], tuple[float, ...]]
) -> Floats:
    """Noise of some spectra, each with a course of strength over the whole length; its peak is about 1."""
    count = samples(seconds)
    frames = frames_for(count)
    power = np.zeros((frames, SIZE // 2 + 1), np.float32)
    for points, course in layers:
        power += (line(frames, *course) ** 2)[:, None] * spectrum(points)
    made = noise(random, power, count)
    return np.asarray(made / np.float32(np.abs(made).max()), np.float32)


def _step(random: Random, heel: float, grit: float, smooth: int, seconds: float) -> Floats:
    """A heel, then the sole that rolls over the ground."""
    count = samples(0.22)
    thud = sweep(line(count, 150, 60), table=_DULL) * decay(count, 0.09) * np.float32(heel)
    sole = puff(random, count, smooth) * np.float32(grit)
    grains = (puff(random, count, 30) ** 2).clip(0, 1)
    rolled = sole * (0.35 + 0.65 * grains) * swell(count, 0.03, 0.1) * decay(count, seconds)
    return np.asarray(thud + rolled, np.float32) * np.float32(random.uniform(0.85, 1.0))


def _paw(random: Random) -> Floats:
    return 0.7 * _step(random, 0.5, 0.5, 6, 0.10)


def _hoof(random: Random) -> Floats:
    count = samples(0.14)
    pitch = float(random.uniform(420, 620))
    knock = tone(pitch, count, phase=0.25, table=_DULL) * decay(count, 0.05)
    return 0.7 * knock + 0.5 * puff(random, count, 5) * decay(count, 0.05)


def _knock(random: Random) -> Floats:
    total = np.zeros(samples(0.75), np.float32)
    count = samples(0.12)
    for start in (0.0, 0.2, 0.4):
        wood = tone(float(random.uniform(170, 190)), count, phase=0.2, table=_DULL) * decay(count, 0.09)
        total[samples(start) :][:count] += wood + 0.4 * puff(random, count, 6) * decay(count, 0.03)
    return total


def _key(random: Random) -> Floats:
    count = samples(0.03)
    return 0.5 * puff(random, count, int(random.integers(1, 4))) * decay(count, random.uniform(0.01, 0.02))


def _oar(random: Random) -> Floats:
    """The blade dips, pulls, and drips."""
    pull = _painted(
        random, 1.5, (((200, -3), (700, 0), (2500, -10)), (0, 1.0, 0.55, 0.35, 0.25, 0.1, 0)),
        (((1500, 0), (6000, -6)), (0, 0.5, 0.1, 0.05, 0.2, 0.1, 0)),
    )  # fmt: skip
    drops = np.zeros((2, pull.size), np.float32)
    for _ in range(9):
        count = samples(0.05)
        pitch = float(random.uniform(700, 1700))
        add(
            drops,
            sweep(line(count, pitch, pitch * 1.4)) * decay(count, 0.05),
            random.uniform(0.8, 1.4),
            random.uniform(0.1, 0.4),
        )
    return np.asarray(0.6 * pull + drops[0], np.float32)


def _plunge(random: Random) -> Floats:
    return _painted(
        random, 1.1, (((80, 0), (500, -4), (2000, -10)), (0, 1, 0.4, 0.15, 0.05, 0)),
        (((1500, 0), (8000, -3)), (0, 0.7, 0.7, 0.4, 0.2, 0.1, 0)),
    )  # fmt: skip


def _thunder(random: Random) -> Floats:
    """A crack, then the sky that rolls."""
    roll = [float(v) for v in random.uniform(0.15, 0.8, 9)]
    return _painted(
        random, 3.6, (((28, -2), (70, 0), (220, -9), (500, -24)), (0.2, 1.0, *roll[:4], 0.4, *roll[4:7], 0.2, 0.08, 0)),
        (((200, 0), (1200, -5), (4000, -14)), (0.3, 0.9, 0.3, 0.12, roll[7] * 0.2, 0.06, 0.02, 0, 0)),
    )  # fmt: skip


def _blast(random: Random) -> Floats:
    return _painted(
        random, 2.4, (((25, 0), (90, -1), (350, -10)), (1.0, 0.9, 0.5, 0.3, 0.18, 0.1, 0.05, 0)),
        (((300, 0), (2500, -5), (9000, -12)), (0.9, 0.35, 0.12, 0.08, 0.04, 0.02, 0)),
    )  # fmt: skip


def _firework(random: Random) -> Floats:
    """The boom, and the crackle of the sparks."""
    boom = _painted(
        random, 1.7, (((40, 0), (140, -2), (500, -12)), (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0)),
        (((500, 0), (3000, -6)), (0.6, 0.12, 0.04, 0.02, 0.01, 0)),
    )  # fmt: skip
    sparks = np.zeros((2, boom.size), np.float32)
    for _ in range(26):
        count = samples(0.012)
        add(
            sparks,
            puff(random, count) * decay(count, 0.008),
            float(random.uniform(0.25, 1.4)),
            float(random.uniform(0.03, 0.22)),
        )
    return np.asarray(boom + sparks[0], np.float32)


def _car(random: Random) -> Floats:
    """A car that passes: nearer, by, and away, its pitch falling as it goes."""
    count = samples(3.2)
    course = (0.02, 0.06, 0.16, 0.5, 1.0, 0.5, 0.18, 0.07, 0.02, 0.0)
    road = _painted(
        random, 3.2, (((60, 0), (250, -2), (1000, -8)), course), (((700, 0), (2500, -3), (8000, -14)), course)
    )
    pitch = float(random.uniform(70, 95)) * line(count, 1.12, 1.12, 1.1, 1.0, 0.9, 0.88, 0.88)
    return 0.8 * road + 0.25 * sweep(pitch, table=_MOTOR) * line(count, *course)


def _train(random: Random) -> Floats:
    """Wheels over joints, two and two, under a rumble that goes on."""
    seconds = 12.0
    rumble = _painted(
        random, seconds, (((35, 0), (120, -3), (500, -13)), (0.5, 0.8, 0.9, 0.7, 0.9, 0.8, 0.6)),
        (((800, -3), (2200, 0), (5000, -9)), (0.10, 0.22, 0.16, 0.25, 0.15, 0.2, 0.1)),
    )  # fmt: skip
    total = np.stack((rumble, rumble)) * np.float32(0.5)
    count = samples(0.16)
    clack = sweep(line(count, 190, 120), table=_DULL) * decay(count, 0.10) + 0.5 * puff(random, count, 4) * decay(
        count, 0.05
    )
    for joint in range(round(seconds / 0.95)):
        for wheel in (0.0, 0.13, 0.42, 0.55):
            add(total, clack, joint * 0.95 + wheel, 0.55 * float(random.uniform(0.8, 1.0)))
    return np.asarray(total[0], np.float32)


def _launch(random: Random) -> Floats:
    return _painted(
        random, 9.0, (((25, 0), (80, -1), (400, -10)), (0, 0.7, 1, 0.95, 0.8, 0.65, 0.5, 0.4, 0.3)),
        (((400, 0), (2500, -6), (9000, -16)), (0, 0.4, 0.6, 0.5, 0.4, 0.3, 0.2, 0.12, 0.08)),
    )  # fmt: skip


FOLEY: dict[str, Foley] = {
    "step": partial(_step, heel=0.9, grit=0.5, smooth=3, seconds=0.10),
    "step grass": partial(_step, heel=0.4, grit=0.6, smooth=2, seconds=0.20),
    "step sand": partial(_step, heel=0.35, grit=0.7, smooth=4, seconds=0.22),
    "step snow": partial(_step, heel=0.25, grit=1.2, smooth=5, seconds=0.30),
    "paw": _paw, "hoof": _hoof, "knock": _knock, "key": _key, "oar": _oar, "plunge": _plunge, "thunder": _thunder,
    "blast": _blast, "firework": _firework, "car": _car, "train": _train, "launch": _launch,
}  # fmt: skip
