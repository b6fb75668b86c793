"""The music of a clip: in the key its seed chose, in the style its prompt asks for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ipyseedance.offline.engine.sound.composition import SCALES, STYLES, Score, score_of
from ipyseedance.offline.engine.sound.instruments import INSTRUMENTS, RATE
from ipyseedance.offline.engine.sound.playing import hall, music

from .sounds import Floats, decibels, power, share

DRUMS = {"kick", "clap", "hat"}


def score(prompt: str, seed: int = 3, seconds: float = 5, setting: str = "lake") -> Score:
    found = score_of(prompt, setting, seconds, seed)
    assert found is not None
    return found


def played(prompt: str, seed: int = 3, seconds: int = 5) -> Floats:
    return music(score(prompt, seed, seconds), np.random.default_rng(1), seconds * RATE)


def scale_of(found: Score) -> set[int]:
    return {(found.root + step) % 12 for step in SCALES[found.mode]}


@pytest.mark.parametrize("style", STYLES)
def test_every_note_is_in_the_key(style: str) -> None:
    words = {"strings": "violins", "pad": "ambient", "bells": "kalimba"}.get(style, style)
    assert re.search(STYLES[style].words, f"{words} music")
    for seed in range(12):
        found = score(f"{words} music", seed)
        assert {note.pitch % 12 for note in found.notes if note.instrument not in DRUMS} <= scale_of(found)
        assert {note.instrument for note in found.notes} <= set(INSTRUMENTS)
        assert all(0 <= note.start < 5 and note.start + note.seconds <= 5.1 for note in found.notes)


def test_the_seed_chooses_the_key() -> None:
    assert len({(found.root, found.mode) for found in (score("a lake", seed) for seed in range(40))}) > 12
    assert score("a lake", 8) == score("a lake", 8)


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_the_key_can_be_heard(seed: int) -> None:
    found = score("soft piano", seed, 8)
    sound = played("soft piano", seed, 8).mean(axis=0)
    classes = np.zeros(12)
    for pitch in range(48, 84):
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        classes[pitch % 12] += power(sound, hertz * 2 ** (-1 / 48), hertz * 2 ** (1 / 48), RATE)
    assert classes[sorted(scale_of(found))].sum() / classes.sum() > 0.95


def test_it_comes_home() -> None:
    for seed in range(8):
        found = score("strings", seed, 8)
        last = [note for note in found.notes if note.start > 5 and note.pitch < 48]
        assert last[-1].pitch % 12 == found.root


@pytest.mark.parametrize(
    "prompt",
    [
        "a lake, no music",
        "a lake without any music",
        "only natural sounds",
        "No background music.",
        "ambient sounds only",
    ],
)
def test_there_is_none_if_the_prompt_says_so(prompt: str) -> None:
    assert score_of(prompt, "lake", 5, 3) is None


def test_who_speaks_of_music_hears_more_of_it() -> None:
    assert score("a lake, soft piano").asked
    assert score("a lake with gentle music").asked
    assert not score("a lake").asked
    assert not score("an epic castle").asked
    assert not score("birds sing on a rock, a child on a swing").asked
    assert not score('he says "I love the piano"').asked


@pytest.mark.parametrize(
    ("prompt", "instrument"),
    [
        ("soft piano", "piano"), ("a violin and strings", "strings"), ("acoustic guitar", "pluck"),
        ("a music box", "bell"),
        ("techno in a club", "kick"), ("a lonely flute", "flute"), ("a choir", "choir"), ("smooth jazz", "hat"),
        ("an epic castle", "strings"), ("neon cyberpunk alley", "synth"), ("epic piano", "piano"),
    ],
)  # fmt: skip
def test_the_prompt_chooses_the_instruments(prompt: str, instrument: str) -> None:
    assert instrument in {note.instrument for note in score(prompt).notes}


def test_moods() -> None:
    sad, glad, chase = score("sad piano"), score("a happy piano tune"), score("a fast chase, drums")
    assert (sad.mode, glad.mode) == ("minor", "major")
    assert sad.tempo < 70 < 100 < glad.tempo < chase.tempo


def test_space_has_pads() -> None:
    assert {note.instrument for note in score("x", setting="space").notes} == {"pad"}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_instruments_sound_at_their_pitch_and_end_quietly(name: str) -> None:
    sound = INSTRUMENTS[name](np.random.default_rng(1), 220.0, RATE)
    assert sound.size == RATE
    assert 0.2 < np.abs(sound).max() < 6
    assert np.abs(sound[-8:]).max() < 0.05
    if name not in DRUMS:
        partials = sum(share(sound, 220 * n * 0.97, 220 * n * 1.04, RATE) for n in range(1, 25))
        assert partials > 0.8


def test_it_fades_at_the_end_and_fills_both_sides() -> None:
    sound = played("piano", seconds=8)
    assert sound.shape == (2, 8 * RATE)
    assert np.abs(sound[:, -20:]).max() < 0.01
    left, right = (float(np.mean(side**2)) for side in sound)
    assert abs(decibels(left / right)) < 4


def test_the_hall_rings_on_and_dies_away() -> None:
    click = np.zeros(2 * RATE, np.float32)
    click[100] = 1
    echo = hall(click)
    early, late = (float(np.mean(echo[:, s : s + RATE // 10] ** 2)) for s in (200, RATE))
    assert early > 100 * late > 0
    assert not echo[:, :50].any() or np.abs(echo[:, :50]).max() < 1e-4
