"""All that is heard in a clip: the place, music, what happens, and what is said."""

from __future__ import annotations

import numpy as np

from ..canvas import Floats
from ..cues import cues_of
from ..dialogue import Line, lines_of
from ..encode import SAMPLE_RATE
from ..scene.prompt_reading import plan_of
from ..shot import Shot
from .ambience import ambience, audible_rows
from .composition import score_of
from .foley import foley
from .instruments import RATE
from .mix import ducking, master, set_loudness
from .playing import hall, music
from .tones import double_rate
from .voice_synthesis import speech

_PLACE, _PLACE_UNDER_MUSIC, _PLACE_UNDER_SPEECH = -20.0, -25.0, -30.0
_MUSIC, _MUSIC_ASKED, _MUSIC_UNDER_SPEECH, _MUSIC_ASKED_UNDER_SPEECH = -27.0, -20.0, -30.0, -25.0
_SPEECH = -18.0
"""Loudness of the tracks, in LUFS, before all together come to the clip's loudness."""
_FOLEY = 0.3
"""The peak of a cue of strength 1."""
_ECHO = 0.06
"""How much of the hall a voice has."""


def soundtrack(shot: Shot) -> Floats:
    """Stereo samples for the whole clip at `encode.SAMPLE_RATE`, shape (2, n)."""
    plan = plan_of(shot.prompt, np.random.default_rng(shot.seed))
    drawn = shot.start is None
    count = shot.seconds * SAMPLE_RATE
    lines = lines_of(shot.prompt, shot.seconds, shot.seed)
    score = score_of(shot.prompt, plan.setting, shot.seconds, shot.seed)

    def random(track: int) -> np.random.Generator:
        return np.random.default_rng([shot.seed, 1, track])

    place = _PLACE_UNDER_SPEECH if lines else _PLACE_UNDER_MUSIC if score is not None and score.asked else _PLACE
    total = set_loudness(ambience(audible_rows(shot.prompt, plan, drawn=drawn), random(1), count), place)
    total += foley(cues_of(shot.prompt, plan, shot.seconds, shot.seed, drawn=drawn), random(2), count) * np.float32(
        _FOLEY
    )
    half = np.zeros((2, shot.seconds * RATE), np.float32)
    if score is not None:
        alone, under = (_MUSIC_ASKED, _MUSIC_ASKED_UNDER_SPEECH) if score.asked else (_MUSIC, _MUSIC_UNDER_SPEECH)
        half += set_loudness(music(score, random(3), half.shape[1]), under if lines else alone, RATE)
    if lines:
        quiet = ducking(lines, half.shape[1], RATE)
        half *= quiet
        total *= np.repeat(quiet, SAMPLE_RATE // RATE)
        half += _spoken(lines, random(4), half.shape[1])
    total += double_rate(half)
    return master(total)


def _spoken(lines: tuple[Line, ...], random: np.random.Generator, count: int) -> Floats:
    voices = set_loudness(speech(lines, random, count), _SPEECH, RATE)
    return voices + hall(voices.mean(axis=0)) * np.float32(_ECHO)
