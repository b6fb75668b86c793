"""What the mouth looks like for each sound of speech."""

from __future__ import annotations

from typing import NamedTuple

from ..dialogue import Line, Sound


class Viseme(NamedTuple):
    """A mouth: half its breadth and half its opening, in heights of a bust; teeth that touch the lower lip."""

    wide: float
    open: float
    teeth: bool = False


CLOSED = Viseme(0.046, 0.0)
VISEMES = (
    CLOSED, Viseme(0.041, 0.007), Viseme(0.042, 0.017), Viseme(0.044, 0.031), Viseme(0.020, 0.019),
    Viseme(0.054, 0.010), Viseme(0.042, 0.008, teeth=True),
)  # fmt: skip
_SHUT, _AJAR, _HALF, _FULL, _ROUND, _BROAD, _BITTEN = range(len(VISEMES))
_OF_PHONE = {
    _SHUT: ("M", "B", "P"), _HALF: ("EH", "AH", "ER", "AX", "HH", "UH"), _FULL: ("AA", "AE", "AO", "AY", "AW"),
    _ROUND: ("UW", "OW", "OY", "W", "SH", "ZH", "CH", "JH", "R"), _BROAD: ("IY", "IH", "EY", "Y", "S", "Z"),
    _BITTEN: ("F", "V"),
}  # fmt: skip
_SHAPES = {phone: shape for shape, phones in _OF_PHONE.items() for phone in phones}
_GLIDES = {"AY": _BROAD, "OY": _BROAD, "AW": _ROUND}
"""Where the mouth of a diphthong comes to."""
_GLIDE_AT = 0.6


def shape_at(lines: tuple[Line, ...], seconds: float) -> int:
    """Which of `VISEMES` the mouth of someone who says these lines has at a second of the clip."""
    sound = sound_at(lines, seconds)
    if sound is None:
        return _SHUT
    if sound.phone in _GLIDES and seconds > sound.start + _GLIDE_AT * (sound.end - sound.start):
        return _GLIDES[sound.phone]
    return _SHAPES.get(sound.phone, _AJAR)


def sound_at(lines: tuple[Line, ...], seconds: float) -> Sound | None:
    """The sound that is spoken at a second of the clip."""
    for line in lines:
        if line.start <= seconds < line.end:
            for word in line.words:
                for sound in word.sounds:
                    if sound.start <= seconds < sound.end:
                        return sound
    return None
