"""What a clip's sound looks like."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..doors.videos import decode
from .clipfile import open_clip

if TYPE_CHECKING:
    from av import AudioFrame

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

    levels = bytearray()  # a byte a sample: ten minutes are 10 MB
    with open_clip(path) as container:
        if not container.streams.audio:
            return []
        resampler = av.AudioResampler("fltp", rate=_RATE)
        for frame in decode(container, container.streams.audio[0]):
            levels += _levels(resampler.resample(frame))
        levels += _levels(resampler.resample(None))
    found = np.frombuffer(levels or bytes(1), np.uint8)
    # Stretched to whole parts: the last of them would otherwise be short or missing.
    part = math.ceil(len(found) / bins)
    firsts = [n * len(found) // (bins * part) for n in range(0, bins * part, part)]
    lasts = [n * len(found) // (bins * part) for n in range(part - 1, bins * part, part)]
    return [int(found[first : last + 1].max()) for first, last in zip(firsts, lasts, strict=True)]


def _levels(pieces: list[AudioFrame]) -> bytes:
    """The loudest channel's samples, as whole numbers from 0 to 100."""
    highest = [np.abs(piece.to_ndarray()).max(axis=0) for piece in pieces]
    return b"".join(np.rint(np.fmin(100.0 * level.astype(float), 100)).astype(np.uint8).tobytes() for level in highest)
