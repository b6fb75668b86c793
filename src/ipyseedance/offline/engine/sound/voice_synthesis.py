"""The voice: pulses and hisses through a mouth whose resonances move from sound to sound.

Every pulse of the vocal folds rings in each resonance as a damped sine (formant wave functions, after Rodet 1984);
breath and hisses are painted noise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..canvas import Floats
from ..dialogue import Line
from ..speech.phones import PHONES
from .instruments import RATE
from .shaped_noise import frames_for, noise, spectrum
from .tones import decay, harmonics, wander

_GRID = 200
"""Values a second of everything that moves."""
_GLIDE_SECONDS, _ONSET_SECONDS = 0.072, 0.018
"""How long the mouth takes from one sound to the next, and the folds to begin."""
_FINAL_SECONDS = 0.28
"""The end of a line, where a question rises."""
_BANDWIDTHS = (60.0, 80.0, 110.0, 170.0, 230.0)
_HIGHER = (3450.0, 4400.0)
"""The fourth and fifth resonance, which hardly move."""
_PULSE = round(0.026 * RATE)
_PAINT = 512
_HISSES = {
    # spectrum, dB against a vowel
    "S": (((3800, -8), (5600, 0), (8500, -2)), -9), "SH": (((1800, -8), (2700, 0), (4600, -3), (7000, -12)), -8),
    "F": (((1400, -6), (5000, -1), (9500, 0)), -20), "TH": (((1400, -5), (6500, 0), (9000, -2)), -22),
    "P": (((300, 0), (900, -4), (3000, -14)), -13), "T": (((2600, -7), (4200, 0), (8000, -6)), -9),
    "K": (((1300, -5), (2000, 0), (3200, -8)), -11),
}  # fmt: skip
_VOWEL = 0.25
"""How strong a vowel comes out of the pulses, about."""
_HUM = 0.35
"""The folds themselves, heard through the cheeks."""
_BREATH = 0.30
"""Of a whisper, against a vowel."""


@dataclass(frozen=True)
class _Score:
    """How the mouth moves in one line, at `_GRID` values a second from `start` on."""

    start: float
    formants: Floats
    voice: Floats
    veil: Floats
    breath: Floats
    hisses: dict[str, Floats]
    pitch: Floats


def speech(lines: tuple[Line, ...], random: np.random.Generator, count: int) -> Floats:
    """`count` samples of the dialogue at `instruments.RATE`, shape (2, count)."""
    total = np.zeros((2, count), np.float32)
    for line in lines:
        score = _score_of(line, random)
        first = round(score.start * RATE)
        length = min(count - first, round(len(score.voice) / _GRID * RATE) + _PULSE)
        spoken = (_pulses(score, length) + _hiss(score, random, length)) * np.float32(line.voice.strength)
        for channel, side in ((0, -line.voice.pan), (1, line.voice.pan)):
            total[channel, first : first + length] += spoken * np.float32((0.5 + 0.5 * side) ** 0.5 * 2**0.5)
    return total


def _score_of(line: Line, random: np.random.Generator) -> _Score:
    start = max(0.0, line.start - 0.06)
    size = math.ceil((line.end + 0.10 - start) * _GRID)
    at = np.arange(size, dtype=np.float32) / np.float32(_GRID) + np.float32(start)
    formants = np.full((size, len(_BANDWIDTHS)), np.nan, np.float32)
    voice, veil, breath, accent = (np.zeros(size, np.float32) for _ in range(4))
    hisses = {name: np.zeros(size, np.float32) for name in _HISSES}
    for sound in (sound for word in line.words for sound in word.sounds):
        phone = PHONES[sound.phone]
        first, last = round((sound.start - start) * _GRID), max(1, round((sound.end - start) * _GRID))
        here = slice(first, max(first + 1, last))
        part = np.linspace(0, 1, max(1, last - first), dtype=np.float32)[:, None]
        low = np.asarray((*phone.formants, *_HIGHER), np.float32)
        high = np.asarray((*(phone.ends or phone.formants), *_HIGHER), np.float32)
        formants[here] = low + (high - low) * part
        voice[here] = phone.voice * (0.85 + 0.15 * sound.stress)
        veil[here] = phone.veil
        breath[here] = phone.breath
        accent[here] = sound.stress if phone.vowel else 0.0
        if phone.burst:
            # Silence while the mouth is closed, then it opens with a burst.
            opens = first + max(1, round((last - first) * (0.45 if phone.hiss == "SH" else 0.62)))
            hisses[phone.hiss][opens:last] = 1.0
            breath[opens:last] = 0.0 if phone.voice else 0.35
        elif phone.hiss:
            hisses[phone.hiss][here] = 1.0 - 0.5 * phone.voice
    known = np.flatnonzero(~np.isnan(formants[:, 0]))
    for index in range(len(_BANDWIDTHS)):
        formants[:, index] = np.interp(np.arange(size), known, formants[known, index])
        formants[:, index] = _smooth(formants[:, index], _GLIDE_SECONDS)
    voice = _smooth(voice, _ONSET_SECONDS)
    breath = _smooth(breath, _ONSET_SECONDS) + voice * np.float32(line.voice.breath)
    hisses = {name: _smooth(values, 0.010) for name, values in hisses.items() if values.any()}
    pitch = _melody(line, at, _smooth(accent, 0.12), random)
    voiced = voice * np.float32((1 - line.voice.breath) ** 0.5)
    return _Score(start, formants * np.float32(line.voice.tract), voiced, _smooth(veil, 0.02), breath, hisses, pitch)


def _melody(line: Line, at: Floats, accent: Floats, random: np.random.Generator) -> Floats:
    """Pitch: down through the line, up on what is stressed, up at the end of a question."""
    length = line.end - line.start
    part = ((at - np.float32(line.start)) / np.float32(length)).clip(0, 1)
    bend = 0.10 - 0.24 * min(1.0, length / 1.2) * part + 0.20 * accent + 0.04 * (wander(random, at.size, 40) - 0.5)
    final = ((at - np.float32(line.end - _FINAL_SECONDS)) / np.float32(_FINAL_SECONDS)).clip(0, 1)
    question = re.search(r"[?\uff1f]\W*$", line.text) is not None
    bend += (0.50 if question else -0.10) * final
    shake = 1 + 0.012 * (wander(random, at.size, 2) - 0.5)
    return np.asarray(line.voice.pitch * (1 + line.voice.melody * bend) * shake, np.float32)


def _pulses(score: _Score, length: int) -> Floats:
    """What the vocal folds make: one ringing of all resonances a period."""
    total = np.zeros(length + _PULSE + 1, np.float32)
    phase = np.cumsum(score.pitch, dtype=np.float64) / _GRID
    cell = np.arange(phase.size)
    beats = np.interp(np.arange(1, int(phase[-1])), phase, cell)
    beats = beats[np.interp(beats, cell, score.voice) > 0.01]
    strength = np.interp(beats, cell, score.voice)
    resonances = [np.interp(beats, cell, score.formants[:, index]) for index in range(len(_BANDWIDTHS))]
    open_mouth = 1 - np.interp(beats, cell, score.veil)
    starts = beats * (RATE / _GRID)
    whole = np.floor(starts).astype(np.int64)
    # Samples count from the pulse itself, which lies between two of them: the pitch has no steps.
    along = np.arange(_PULSE, dtype=np.float32) + (1 - (starts - whole)).astype(np.float32)[:, None]
    waves = _ringing(along, np.interp(beats, cell, score.pitch), _HUM * strength, 70.0)
    for index, (resonance, band) in enumerate(zip(resonances, _BANDWIDTHS, strict=True)):
        # Neighbours with opposite signs, or there would be holes between them.
        gain = strength * _others(resonances, index) * (-1) ** index
        gain = gain * open_mouth if index else gain
        waves += _ringing(along, resonance, gain, band)
    waves[:, -_PULSE // 4 :] *= np.linspace(1, 0, _PULSE // 4, dtype=np.float32)
    for start, wave in zip(whole.tolist(), waves, strict=True):
        total[start + 1 : start + 1 + _PULSE] += wave
    return total[:length]


def _ringing(along: Floats, hertz: Floats, gain: Floats, band: float) -> Floats:
    """Damped sines, one a row."""
    table = harmonics(1.0)
    turns = along * (hertz * (table.size / RATE)).astype(np.float32)[:, None]
    waves = table.take(turns.astype(np.int32) & (table.size - 1))
    return waves * gain.astype(np.float32)[:, None] * decay(_PULSE, 2.2 / band, RATE)


def _others(resonances: Sequence[Floats], index: int) -> Floats:
    """How strongly the other resonances let one through: as if all stood in a row."""
    own = resonances[index]
    gain = np.ones_like(own)
    for other, (hertz, band) in enumerate(zip(resonances, _BANDWIDTHS, strict=True)):
        if other != index:
            gain *= hertz**2 / np.sqrt((hertz**2 - own**2) ** 2 + (own * band) ** 2)
    return gain.clip(0, 6)


def _hiss(score: _Score, random: np.random.Generator, length: int) -> Floats:
    """Breath through the whole mouth, and noise at tongue, teeth and lips."""
    frames = frames_for(length, _PAINT)
    at = np.arange(frames) * (_PAINT / 2 / RATE * _GRID)
    cell = np.arange(score.voice.size)
    power = np.zeros((frames, _PAINT // 2 + 1), np.float32)
    for name, values in score.hisses.items():
        points, level = _HISSES[name]
        strength = np.interp(at, cell, values) * (_VOWEL * 10 ** (level / 20))
        power += (strength**2).astype(np.float32)[:, None] * spectrum(points, _PAINT, RATE)
    breath = np.interp(at, cell, score.breath, right=0) * (_VOWEL * _BREATH)
    hertz = np.arange(_PAINT // 2 + 1, dtype=np.float64) * (RATE / _PAINT)
    mouth = np.ones(power.shape)
    for index, band in enumerate(_BANDWIDTHS):
        centre = np.interp(at, cell, score.formants[:, index])[:, None]
        mouth *= centre**4 / ((centre**2 - hertz**2) ** 2 + (hertz * 2 * band) ** 2)
    mouth *= hertz / 1000
    mouth /= mouth.sum(axis=1, keepdims=True)
    power += ((breath**2)[:, None] * mouth).astype(np.float32)
    return noise(random, power, length, _PAINT)


def _smooth(values: Floats, seconds: float) -> Floats:
    """Rounded over a time."""
    half = max(1, round(seconds * _GRID / 2))
    shape = np.array([1 + math.cos(math.pi * n / (half + 1)) for n in range(-half, half + 1)])
    padded = np.pad(values.astype(np.float64), half, mode="edge")
    return np.convolve(padded, shape / shape.sum(), "valid").astype(np.float32)
