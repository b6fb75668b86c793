"""What a clip's sound looks like."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .clipfile import NotPlayable, opened

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 96
"""Bars of a waveform: more do not fit under a picture on a wall."""
_RATE = 16_000


def waveform(path: Path, bins: int = BINS) -> list[int]:
    """The highest sample of each part of a clip's sound, for drawing.

    Gives `bins` whole numbers from 0 (silence) to 100 (full scale), linear in amplitude, for equal parts of the sound
    track in order; none for a clip without sound. The channels count alike, at 16 kHz, so that a peak of shorter than
    a sixteenth of a millisecond may be missed: `peak` of `media.measures` has the exact one.

    Raises:
        NotPlayable: it is no video, or its sound cannot be decoded.
        OSError: it cannot be read.
    """
    import av

    pieces: list[NDArray[Any]] = []
    try:
        with opened(path) as container:
            if not container.streams.audio:
                return []
            resampler = av.AudioResampler("fltp", rate=_RATE)
            for frame in container.decode(audio=0):
                pieces += [np.abs(piece.to_ndarray()).max(axis=0) for piece in resampler.resample(frame)]
            pieces += [np.abs(piece.to_ndarray()).max(axis=0) for piece in resampler.resample(None)]
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise NotPlayable from error
    levels = np.concatenate(pieces) if pieces else np.zeros(1)
    length = math.ceil(len(levels) / bins) * bins
    # Stretched to whole parts: the last of them would otherwise be short or missing.
    levels = levels[np.arange(length) * len(levels) // length]
    return [min(100, round(100 * float(level))) for level in levels.reshape(bins, -1).max(axis=1)]
