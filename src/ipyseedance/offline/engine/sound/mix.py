"""From tracks to the clip's sound: loud enough, never too loud, speech before everything else."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..canvas import Floats
from ..dialogue import Line
from ..encode import SAMPLE_RATE
from .tones import ease

LOUDNESS = -15.85
"""LUFS of a whole clip: the encoder leaves out the highest treble, and -16 is what remains."""
CEILING = 0.85
"""The highest sample: -1.4 dB of full scale, so that the encoder's error stays below -1 dB."""
_BLOCKS_A_SECOND = 10
_FADE_SECONDS = 0.25
_STEP = 48
"""Samples between two values of the limiter."""
_HOLD = 120
"""Steps over which the limiter comes and goes."""
_DUCKED = 0.42
"""What is left of everything else while someone speaks."""
_DUCK_SECONDS = 0.25
_SILENCE = -70.0


def set_loudness(samples: Floats, level: float, rate: int = SAMPLE_RATE) -> Floats:
    """A stereo track at a loudness in LUFS; silence stays silent."""
    now = loudness(samples, rate)
    return samples if now <= _SILENCE else samples * np.float32(10 ** ((level - now) / 20))


def ducking(lines: tuple[Line, ...], count: int, rate: int) -> Floats:
    """What to multiply everything else with so that the lines are understood."""
    at = np.arange(count, dtype=np.float32) / np.float32(rate)
    away = np.full(count, np.float32(1e3))
    for line in lines:
        away = np.minimum(away, np.maximum(np.float32(line.start) - at, at - np.float32(line.end)))
    near = ease((1 - away / np.float32(_DUCK_SECONDS)).clip(0, 1))
    return np.asarray(1 - np.float32(1 - _DUCKED) * near, np.float32)


def master(samples: Floats) -> Floats:
    """A stereo track of SAMPLE_RATE, faded at its ends, at `LOUDNESS` and below `CEILING`, on a grid of 16 bits."""
    count = samples.shape[1]
    fade = round(_FADE_SECONDS * SAMPLE_RATE)
    rise = np.arange(fade, dtype=np.float32) / np.float32(fade)
    rise = rise * rise * (3 - 2 * rise)
    samples[:, :fade] *= rise
    samples[:, count - fade :] *= rise[::-1]
    gain = 10 ** ((LOUDNESS - loudness(samples)) / 20)
    limited = np.empty_like(samples)
    for _ in range(3):  # what the limiter takes away is given back
        np.multiply(samples, limits(samples, gain) * np.float32(gain), out=limited)
        error = LOUDNESS - loudness(limited)
        if abs(error) < 0.15:
            break
        gain *= 10 ** (error / 20)
    grid = np.float32(32768)
    limited *= grid
    np.rint(limited, out=limited)
    limited /= grid
    return limited


def limits(samples: Floats, gain: float) -> Floats:
    """What to multiply every sample with, besides the gain, to keep below the ceiling; slow, so as not to be heard."""
    count = samples.shape[1]
    steps = -(-count // _STEP)
    high = np.zeros(steps * _STEP, np.float32)
    np.abs(samples[0], out=high[:count])
    np.maximum(high[:count], np.abs(samples[1]), out=high[:count])
    peaks = high.reshape(steps, _STEP).max(axis=1) * np.float32(gain)
    wanted = np.minimum(1, np.float32(CEILING) / peaks.clip(1e-9, None))
    # The lowest of the neighbourhood, smoothed over the same neighbourhood, never lets a peak through.
    padded = np.pad(wanted, _HOLD + 1, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, _HOLD + 3).min(axis=1)
    total = np.cumsum(np.concatenate(([0.0], lowest.astype(np.float64))))
    smooth = (total[_HOLD + 1 :] - total[: -_HOLD - 1]) / (_HOLD + 1)
    share = np.empty(count, np.float32)
    for start in range(0, count, SAMPLE_RATE):
        at = (np.arange(start, min(start + SAMPLE_RATE, count)) - _STEP / 2) / _STEP
        share[start : start + at.size] = np.interp(at, np.arange(steps), smooth)
    return share


def loudness(samples: Floats, rate: int = SAMPLE_RATE) -> float:
    """LUFS of a stereo track after ITU-R BS.1770-4, from the spectra of blocks of 100 ms; -70 for silence."""
    block = rate // _BLOCKS_A_SECOND
    blocks = samples[:, : samples.shape[1] // block * block].reshape(2, -1, block)
    # A second at a time: all at once, a clip's spectra would take ten times the memory of its sound.
    seconds = [blocks[:, at : at + _BLOCKS_A_SECOND] for at in range(0, blocks.shape[1], _BLOCKS_A_SECOND)]
    steps = np.concatenate([_power(second) for second in seconds])
    full = np.convolve(steps, np.full(4, 0.25), "valid")
    full = full[full > 10 ** ((_SILENCE + 0.691) / 10)]
    if not full.size:
        return _SILENCE
    full = full[full > 0.1 * full.mean()]
    return float(-0.691 + 10 * np.log10(full.mean()))


def _power(blocks: Floats) -> Floats:
    """What is heard of each block (2 x blocks x samples), K-weighted."""
    block = blocks.shape[2]
    spectra = np.fft.rfft(blocks, axis=2)
    power = (spectra.real**2 + spectra.imag**2) * _weights(block)
    return np.asarray(power.sum(axis=(0, 2), dtype=np.float64) * (2 / block**2))


@cache
def _weights(block: int) -> Floats:
    """The power that K-weighting leaves of a block's frequencies: the standard's two filters, given for 48 kHz."""
    hertz = np.arange(block // 2 + 1) * _BLOCKS_A_SECOND
    turn = np.exp(-2j * np.pi * hertz / 48_000)
    shelf = (1.53512486 - 2.69169619 * turn + 1.19839281 * turn**2) / (1 - 1.69065929 * turn + 0.73248077 * turn**2)
    low_cut = (1 - 2 * turn + turn**2) / (1 - 1.99004745 * turn + 0.99007225 * turn**2)
    return np.asarray(np.abs(shelf * low_cut) ** 2, np.float32)
