"""How loud a sound is, after ITU-R BS.1770-4."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RATE = 48_000
"""Samples a second, for which the standard gives its filters."""
_STEP = RATE // 10
"""Samples between the starts of two blocks: a quarter of the 400 ms each lasts."""
_STEPS = 4
_OFFSET, _SILENCE, _BELOW = -0.691, -70.0, -10.0
_WEIGHTS = {"LFE": 0.0, "LFE2": 0.0, "SL": 1.41, "SR": 1.41, "BL": 1.41, "BR": 1.41}
_TAPS = 8192
"""Of the filters' answer to one sample, which has fallen below 1e-15 of itself by then."""
_FFT = 1 << 16
# The standard's tables 1 and 2: numerator and denominator of the shelf and of the high-pass.
_STAGES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


class Meter:
    """Measures sound that comes in pieces; memory grows by 10 numbers a second.

    Args:
        channels: their names, such as "FL", "FR", "LFE", "BL". Low effects do not count, surrounds count 1.5 dB more.
    """

    def __init__(self, channels: Sequence[str]) -> None:
        self._weights = np.array([_WEIGHTS.get(name, 1.0) for name in channels])
        self._past = np.zeros((len(channels), _TAPS - 1))
        self._waiting: list[NDArray[Any]] = []
        self._waits = 0
        self._rest = np.zeros((len(channels), 0))
        self._steps: list[float] = []
        self._highest = 0.0

    def feed(self, samples: NDArray[Any]) -> None:
        """Take samples of -1 to 1 at `RATE`, in an array of shape (channels, n)."""
        self._waiting.append(samples)
        self._waits += samples.shape[1]
        if self._waits >= _FFT - _TAPS:
            self._flush()

    @property
    def loudness(self) -> float | None:
        """Integrated loudness in LUFS so far, or None without anything above -70 LUFS.

        The mean power of the K-weighted channels over blocks of 400 ms, each begun 100 ms after the last; blocks below
        -70 LUFS do not count, nor do those more than 10 LU below the mean of the others. A sine of 1 kHz and full
        scale on one channel is -3.01 LUFS.

        Caveat: less than 400 ms cannot be measured, and a last block that is not full is left out.
        """
        self._flush()
        steps = np.array(self._steps)
        if len(steps) < _STEPS:
            return None
        blocks = np.convolve(steps, np.full(_STEPS, 1 / _STEPS), "valid")
        blocks = blocks[blocks > _power(_SILENCE)]
        if not len(blocks):
            return None
        blocks = blocks[blocks > _power(_level(blocks.mean()) + _BELOW)]
        return _level(blocks.mean())

    @property
    def peak(self) -> float | None:
        """The highest sample so far in dB of full scale, or None for nothing but zeros.

        Caveat: what a player makes of the samples may rise a little above them (BS.1770's "true peak").
        """
        self._flush()
        return 20 * math.log10(self._highest) if self._highest else None

    def _flush(self) -> None:
        """Filter what has come, as one piece: the answer to one sample, convolved by FFT in pieces of one length."""
        if not self._waits:
            return
        piece = np.concatenate(self._waiting, axis=1)
        self._waiting, self._waits = [], 0
        self._highest = max(self._highest, float(np.abs(piece).max()))
        length = _FFT - _TAPS + 1
        for start in range(0, piece.shape[1], length):
            self._filter(piece[:, start : start + length])

    def _filter(self, samples: NDArray[Any]) -> None:
        known = np.concatenate((self._past, samples), axis=1)
        self._past = known[:, -(_TAPS - 1) :]
        filtered = np.fft.irfft(np.fft.rfft(known, _FFT) * _answer(), _FFT)[:, _TAPS - 1 : known.shape[1]]
        weighted = np.concatenate((self._rest, filtered), axis=1)
        whole = weighted.shape[1] // _STEP * _STEP
        steps = weighted[:, :whole].reshape(len(weighted), -1, _STEP)
        self._steps += list(self._weights @ np.mean(steps**2, axis=2))
        self._rest = weighted[:, whole:]


@cache
def _answer() -> NDArray[Any]:
    """The spectrum of what K-weighting makes of one sample."""
    samples = [1.0] + [0.0] * (_TAPS - 1)
    for (b0, b1, b2), (_, a1, a2) in _STAGES:
        x1 = x2 = y1 = y2 = 0.0
        for n, x in enumerate(samples):
            samples[n] = y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, y, y1
    return np.fft.rfft(samples, _FFT)


def _level(power: float) -> float:
    return _OFFSET + 10 * math.log10(power)


def _power(level: float) -> float:
    return float(10 ** ((level - _OFFSET) / 10))
