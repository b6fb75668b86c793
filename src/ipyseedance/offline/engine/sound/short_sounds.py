"""Short sounds: one function each, made of tones, decays and puffs of noise. All are mono, with peaks about 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..canvas import Floats
from ..encode import SAMPLE_RATE
from .tones import add, decay, harmonics, sweep, swell, tone

Random = np.random.Generator
Grain = Callable[[Random], Floats]
_REED = harmonics(1.0, 0.7, 0.5, 0.35, 0.22, 0.15, 0.1)
_WARM = harmonics(1.0, 0.35, 0.12, 0.05)


def samples(seconds: float) -> int:
    """How many there are in so many seconds."""
    return round(seconds * SAMPLE_RATE)


def line(count: int, *values: float) -> Floats:
    """Straight from value to value, evenly."""
    return np.interp(np.linspace(0, len(values) - 1, count), range(len(values)), values).astype(np.float32)


def puff(random: Random, count: int, smooth: int = 1) -> Floats:
    """Noise, without what is above SAMPLE_RATE / (2 x smooth); its peak is about 1."""
    white = np.frombuffer(random.bytes(count + smooth), np.int8).astype(np.float32) / np.float32(128)
    if smooth > 1:
        total = np.cumsum(white, dtype=np.float64)
        white = ((total[smooth:] - total[:-smooth]) / smooth**0.5).astype(np.float32)
    return white[:count]


def drop(random: Random) -> Floats:
    """A raindrop."""
    count = samples(0.02)
    pitch = float(random.uniform(1800, 6000))
    return (0.6 * tone(pitch, count, phase=0.25) + 0.7 * puff(random, count)) * decay(
        count, random.uniform(0.006, 0.02)
    )


def splash(random: Random) -> Floats:
    """A heavy drop into a puddle: a plop that rises."""
    count = samples(0.09)
    pitch = float(random.uniform(500, 1500))
    plop = sweep(line(count, pitch, pitch * 1.7)) * decay(count, 0.07)
    return plop * 0.8 + 0.5 * puff(random, count) * decay(count, 0.02)


def bubble(random: Random) -> Floats:
    """Air rising in water."""
    length = float(random.uniform(0.04, 0.12))
    count = samples(length)
    pitch = float(random.uniform(280, 1100))
    return (
        sweep(line(count, pitch, pitch * random.uniform(1.2, 1.9))) * decay(count, length) * swell(count, 0.004, 0.01)
    )


def crackle(random: Random) -> Floats:
    """A spark in a fire."""
    count = samples(0.012)
    return puff(random, count, int(random.integers(1, 4))) * decay(count, random.uniform(0.002, 0.011))


def snap(random: Random) -> Floats:
    """Wood that cracks."""
    count = samples(0.07)
    body = tone(float(random.uniform(350, 900)), count, phase=0.25) * decay(count, 0.03)
    return 0.9 * puff(random, count, 2) * decay(count, 0.035) + 0.5 * body


def bird(random: Random) -> Floats:
    """A songbird's phrase: a few syllables, each a quick sweep or a trill."""
    song = np.zeros(samples(random.uniform(0.5, 1.1)), np.float32)
    base = float(random.uniform(2600, 4600))
    motif = random.uniform(0.75, 1.5, (3, 3))
    length, gap = float(random.uniform(0.05, 0.13)), float(random.uniform(0.02, 0.06))
    trill = bool(random.random() < 0.4)
    at, number = 0.0, 0
    while at + length < song.size / SAMPLE_RATE:
        count = samples(length)
        pitch = line(count, *(base * motif[number % len(motif)]))
        if trill:
            pitch = pitch * (1 + 0.10 * tone(34.0, count))
        note = sweep(pitch) + 0.12 * sweep(pitch * 2)
        start = samples(at)
        song[start : start + count] += note * swell(count, 0.012, 0.03) * np.float32(random.uniform(0.6, 1.0))
        at += length + gap
        number += 1
    return song


def peep(random: Random) -> Floats:
    """One short call."""
    count = samples(random.uniform(0.07, 0.16))
    top = float(random.uniform(3600, 6400))
    return sweep(line(count, top * 0.8, top, top * 0.7)) * swell(count, 0.02, 0.05)


def gull(random: Random) -> Floats:
    """A gull's cries, falling."""
    calls = int(random.integers(1, 4))
    song = np.zeros(samples(0.42 * calls), np.float32)
    base = float(random.uniform(850, 1150))
    for number in range(calls):
        count = samples(0.36)
        pitch = line(count, base * 0.8, base * 1.25, base, base * 0.75) * (1 + 0.02 * tone(38.0, count))
        song[samples(0.42 * number) :][:count] += sweep(pitch, table=_REED) * swell(count, 0.05, 0.16)
    return song


def crow(random: Random) -> Floats:
    """A caw."""
    count = samples(0.34)
    pitch = line(count, 470, 560, 430) * np.float32(random.uniform(0.9, 1.1))
    rough = 0.65 + 0.35 * puff(random, count, 40)
    return sweep(pitch, table=harmonics(0.4, 0.8, 1.0, 0.8, 0.6, 0.4, 0.3, 0.2)) * rough * swell(count, 0.03, 0.12)


def owl(random: Random) -> Floats:
    """An owl's hoots."""
    song = np.zeros(samples(1.5), np.float32)
    base = float(random.uniform(330, 400))
    for start, length in ((0.0, 0.32), (0.55, 0.14), (0.75, 0.55)):
        count = samples(length)
        song[samples(start) :][:count] += sweep(line(count, base * 0.96, base, base * 0.9), table=_WARM) * swell(
            count, 0.06, 0.12
        )
    return song


def cricket(random: Random) -> Floats:
    """One chirp: three strokes of the wings."""
    count = samples(0.018)
    song = np.zeros(samples(0.12), np.float32)
    pitch = float(random.uniform(4300, 4800))
    for number in range(3):
        song[samples(0.032 * number) :][:count] += tone(pitch, count) * swell(count, 0.006, 0.008)
    return song


def frog(random: Random) -> Floats:
    """A croak: a fast string of clicks."""
    count = samples(random.uniform(0.22, 0.4))
    pulses = (0.5 + 0.5 * tone(float(random.uniform(26, 42)), count)) ** 3
    base = float(random.uniform(420, 900))
    return sweep(line(count, base, base * 1.15), table=_REED) * pulses * swell(count, 0.04, 0.1)


def horn(random: Random) -> Floats:
    """A car's horn, streets away."""
    count = samples(random.uniform(0.25, 0.6))
    base = float(random.uniform(330, 440))
    both = tone(base, count, table=_REED) + tone(base * 1.26, count, table=_REED)
    return 0.5 * both * swell(count, 0.02, 0.12)


def siren(random: Random) -> Floats:
    """Two tones in turn, coming nearer and going away."""
    count = samples(3.0)
    high = float(random.uniform(620, 720))
    pitch = high * (1 - 0.24 * (tone(0.9, count, phase=0.1) > 0)) * line(count, 1.02, 1.0, 0.96)
    return sweep(pitch.astype(np.float32), table=_WARM) * swell(count, 1.2, 1.3)


def murmur(random: Random) -> Floats:
    """A syllable of a talk that cannot be made out."""
    count = samples(random.uniform(0.10, 0.24))
    base = float(random.choice((115, 135, 180, 210))) * float(random.uniform(0.9, 1.15))
    vowel = harmonics(0.5, 0.7, 1.0, 0.8, 0.35, 0.2, 0.12, 0.1, 0.12, 0.08)
    return sweep(line(count, base, base * random.uniform(0.85, 1.15)), table=vowel) * swell(count, 0.03, 0.07)


def creak(random: Random) -> Floats:
    """A floorboard."""
    count = samples(0.4)
    base = float(random.uniform(90, 160))
    return (
        sweep(line(count, base, base * 1.6), table=_REED)
        * (0.4 + 0.6 * puff(random, count, 60))
        * swell(count, 0.1, 0.2)
    )


def tick(random: Random) -> Floats:
    """A clock."""
    count = samples(0.03)
    body = tone(2300.0, count, phase=0.25) + tone(float(random.choice((3900, 4300))), count, phase=0.25)
    return 0.5 * body * decay(count, 0.015)


def bell(random: Random) -> Floats:
    """A church bell's partials."""
    count = samples(2.6)
    base = float(random.choice((262, 330, 392)))
    song = np.zeros(count, np.float32)
    for ratio, strength, ring in (
        (0.5, 0.5, 2.6),
        (1.0, 0.8, 2.0),
        (1.2, 0.5, 1.4),
        (1.5, 0.3, 1.1),
        (2.0, 0.5, 0.9),
        (2.7, 0.2, 0.5),
    ):
        song += np.float32(strength) * tone(base * ratio, count) * decay(count, ring)
    return song / np.float32(1.8)


def heart(random: Random) -> Floats:
    """Two beats."""
    count = samples(0.16)
    song = np.zeros(samples(0.5), np.float32)
    for start, strength in ((0.0, 1.0), (0.24, 0.7)):
        beat = sweep(line(count, 85 + random.uniform(0, 4), 46)) * decay(count, 0.15) * swell(count, 0.008, 0.03)
        song[samples(start) :][:count] += np.float32(strength) * beat
    return song


def bark(random: Random) -> Floats:
    """A dog, twice."""
    count = samples(0.14)
    song = np.zeros(samples(0.5), np.float32)
    base = float(random.uniform(320, 520))
    for start in (0.0, 0.27):
        pitch = line(count, base * 0.8, base * 1.3, base * 0.7)
        voice = sweep(pitch, table=harmonics(0.7, 1.0, 0.9, 0.6, 0.5, 0.3, 0.2))
        song[samples(start) :][:count] += (voice + 0.4 * puff(random, count, 3)) * swell(count, 0.012, 0.08)
    return song


def howl(random: Random) -> Floats:
    """A wolf, far off."""
    count = samples(2.2)
    base = float(random.uniform(330, 430))
    pitch = line(count, base * 0.7, base * 1.25, base * 1.35, base * 1.3, base * 1.2, base * 0.8)
    return sweep(pitch * (1 + 0.008 * tone(4.6, count)), table=_WARM) * swell(count, 0.35, 0.8)


def meow(random: Random) -> Floats:
    """A cat: dark, bright, and dark again."""
    count = samples(0.62)
    base = float(random.uniform(430, 560))
    pitch = line(count, base, base * 1.4, base * 1.3, base * 0.9)
    bright = line(count, 0.1, 1.0, 0.8, 0.2)
    voice = sweep(pitch, table=_WARM) * (1 - bright) + sweep(pitch, table=_REED) * bright
    return voice * swell(count, 0.08, 0.2)


def whale(random: Random) -> Floats:
    """A phrase of a whale's song."""
    count = samples(2.4)
    base = float(random.uniform(140, 260))
    bends = [base * float(bend) for bend in random.uniform(0.7, 2.2, 5)]
    pitch = line(count, *bends) * (1 + 0.02 * tone(6.5, count))
    return sweep(pitch, table=harmonics(1.0, 0.5, 0.35, 0.12)) * swell(count, 0.5, 0.9)


def moo(random: Random) -> Floats:
    """A cow."""
    count = samples(1.3)
    base = float(random.uniform(105, 150))
    pitch = line(count, base * 0.85, base, base * 1.05, base * 0.8)
    return sweep(pitch, table=harmonics(0.5, 0.8, 1.0, 0.7, 0.35, 0.2, 0.1)) * swell(count, 0.2, 0.35)


def bleat(random: Random) -> Floats:
    """A sheep: a voice that shakes."""
    count = samples(0.7)
    base = float(random.uniform(280, 420))
    shaken = 0.55 + 0.45 * tone(9.5, count)
    return sweep(line(count, base, base * 1.08, base * 0.92), table=_REED) * shaken * swell(count, 0.06, 0.2)


def buzz(random: Random) -> Floats:
    """A bee that passes."""
    count = samples(1.6)
    base = float(random.uniform(190, 250))
    pitch = line(count, base * 1.06, base * 1.03, base, base * 0.95, base * 0.94) * (1 + 0.01 * tone(11.0, count))
    return sweep(pitch, table=_REED) * swell(count, 0.7, 0.7)


GRAINS: dict[str, Grain] = {
    grain.__name__: grain
    for grain in (
        drop, splash, bubble, crackle, snap, bird, peep, gull, crow, owl, cricket, frog, horn, siren, murmur, creak,
        tick, bell, heart, bark, howl, meow, whale, moo, bleat, buzz,
    )
}  # fmt: skip
_VARIANTS = 6


def scatter(
    onto: Floats, random: Random, grain: str, rate: float, gain: float, spread: float, jitter: float, shy: float
) -> None:
    """Strew a grain over a stereo track; `places.Scatter` says what the numbers mean."""
    seconds = onto.shape[1] / SAMPLE_RATE
    count = int(rate * (seconds + 1 / rate * random.random()))
    kinds = [GRAINS[grain](random) for _ in range(min(_VARIANTS, count))]
    beat = float(random.random())
    for number in range(count):
        at = (number + beat + jitter * (random.random() - 0.5)) / rate - 0.3
        level = gain * 10 ** (-shy * random.random() / 20)
        add(onto, kinds[int(random.integers(len(kinds)))], at, level, float(random.uniform(-spread, spread)))
