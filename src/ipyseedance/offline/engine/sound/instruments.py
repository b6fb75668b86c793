"""What instruments sound like: one function each, from pitch and length to samples at half the clip's rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..canvas import Floats
from ..encode import SAMPLE_RATE
from .short_sounds import puff
from .tones import decay, harmonics, sweep, swell, tone

RATE = SAMPLE_RATE // 2
"""Music has nothing to say above 12 kHz."""
_TOP = 8000.0
_BOWED = harmonics(*(1 / n**1.35 for n in range(1, 15)))
_SOFT = harmonics(1.0, 0.32, 0.16, 0.06, 0.03)
_SUNG = harmonics(1.0, 0.75, 0.85, 0.35, 0.12, 0.08, 0.06, 0.05)
_BLOWN = harmonics(1.0, 0.22, 0.10, 0.03)
_BUZZ = harmonics(*(1 / n**1.15 for n in range(1, 20)))
Random = np.random.Generator
Instrument = Callable[[Random, float, int], Floats]


def piano(random: Random, hertz: float, count: int) -> Floats:
    """Struck strings: partials a little sharp, the higher the sooner gone, and the felt of the hammer."""
    total = np.zeros(count, np.float32)
    ring = 7.0 * (220 / hertz) ** 0.5
    for n in range(1, 13):
        partial = n * hertz * (1 + 0.0004 * n * n) ** 0.5
        if partial > _TOP:
            break
        seconds = ring / (1 + 0.45 * (n - 1))
        audible = min(count, round(seconds * RATE * 0.8))
        strength = np.float32((1.0 if n > 1 else 0.9) / n**1.25)
        wave = tone(partial, audible, RATE, float(random.random()))
        # Each key has strings that drift apart: a quick fall, then a long ring.
        total[:audible] += (
            wave * strength * (0.6 * decay(audible, seconds * 0.35, RATE) + 0.4 * decay(audible, seconds, RATE))
        )
    thump = min(count, RATE // 25)
    total[:thump] += puff(random, thump, 12) * decay(thump, 0.03, RATE) * np.float32(0.10)
    return total * swell(count, 0.004, 0.09, RATE)


def pluck(_random: Random, hertz: float, count: int) -> Floats:
    """A plucked string."""
    total = np.zeros(count, np.float32)
    for n in range(1, 16):
        if n * hertz > _TOP:
            break
        seconds = 2.8 * (200 / hertz) ** 0.4 / (1 + 0.30 * (n - 1))
        audible = min(count, round(seconds * RATE * 0.8))
        strength = np.float32(abs(np.sin(np.pi * n * 0.21)) * 1.5 / n**1.1)
        total[:audible] += (
            strength * tone(n * hertz * (1 + 0.00005 * n * n), audible, RATE, 0.25) * decay(audible, seconds, RATE)
        )
    return total * swell(count, 0.002, 0.08, RATE)


def bell(random: Random, hertz: float, count: int) -> Floats:
    """A music box's comb."""
    total = np.zeros(count, np.float32)
    for ratio, strength, seconds in ((1.0, 1.0, 2.4), (2.0, 0.12, 1.2), (2.76, 0.35, 0.7), (5.4, 0.16, 0.25)):
        if 2 * ratio * hertz < _TOP:
            total += (
                np.float32(strength)
                * tone(2 * ratio * hertz, count, RATE, float(random.random()))
                * decay(count, seconds, RATE)
            )
    return total * swell(count, 0.002, 0.1, RATE)


def _ensemble(
    random: Random, hertz: float, count: int, table: Floats, detune: float, rise: float, fall: float
) -> Floats:
    """Several players of one tone, never quite together."""
    total = np.zeros(count, np.float32)
    for cents in (-detune, 0.0, detune):
        total += tone(hertz * 2 ** (cents / 1200), count, RATE, float(random.random()), table)
    return total * swell(count, rise, fall, RATE) * np.float32(0.45)


def strings(random: Random, hertz: float, count: int) -> Floats:
    """Bowed strings."""
    return _ensemble(random, hertz, count, _BOWED, 7.0, 0.28, 0.35)


def pad(random: Random, hertz: float, count: int) -> Floats:
    """A soft synthetic chord that breathes."""
    return _ensemble(random, hertz, count, _SOFT, 5.0, 0.6, 0.7)


def choir(random: Random, hertz: float, count: int) -> Floats:
    """Voices on an "ah"."""
    return _ensemble(random, hertz, count, _SUNG, 10.0, 0.35, 0.4)


def synth(random: Random, hertz: float, count: int) -> Floats:
    """A bright short tone that dulls as it falls."""
    phase = float(random.random())
    bright, dull = (tone(hertz, count, RATE, phase, table) for table in (_BUZZ, _SOFT))
    return (0.7 * bright * decay(count, 0.5, RATE) + 0.6 * dull * decay(count, 1.6, RATE)) * swell(
        count, 0.004, 0.05, RATE
    )


def bass(_random: Random, hertz: float, count: int) -> Floats:
    """A plucked bass."""
    return (
        tone(hertz, count, RATE, 0.0, _SOFT)
        * decay(count, 2.2, RATE)
        * swell(count, 0.006, 0.06, RATE)
        * np.float32(1.2)
    )


def flute(random: Random, hertz: float, count: int) -> Floats:
    """Blown: a little breath, and a vibrato that comes late."""
    rising = swell(count, min(0.5, count / RATE), 0.05, RATE)
    pitch = hertz * (1 + 0.006 * rising * tone(5.2, count, RATE, float(random.random())))
    breath = puff(random, count, 3) * np.float32(0.05)
    return (sweep(pitch, RATE, _BLOWN) + breath) * swell(count, 0.07, 0.12, RATE) * np.float32(0.8)


def kick(_random: Random, _hertz: float, count: int) -> Floats:
    """A bass drum."""
    at = np.arange(count, dtype=np.float32) / np.float32(RATE)
    return sweep(46 + 110 / (1 + at * 60), RATE) * decay(count, 0.28, RATE) * swell(count, 0.002, 0.03, RATE)


def clap(random: Random, _hertz: float, count: int) -> Floats:
    """A snare."""
    body = tone(185.0, count, RATE) * decay(count, 0.12, RATE)
    return 0.4 * body + 0.5 * puff(random, count, 2) * decay(count, 0.16, RATE)


def hat(random: Random, _hertz: float, count: int) -> Floats:
    """A closed cymbal."""
    white = puff(random, count + 1)
    return (white[1:] - white[:-1]) * decay(count, 0.06, RATE) * np.float32(0.4)


INSTRUMENTS: dict[str, Instrument] = {
    play.__name__: play
    for play in (piano, pluck, bell, strings, pad, choir, synth, bass, flute, kick, clap, hat)
}  # fmt: skip
