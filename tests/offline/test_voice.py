"""The voice: in time with its words, with the resonances of its sounds, at its speaker's pitch."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ipyseedance.offline.engine.dialogue import Line, lines_of
from ipyseedance.offline.engine.encode import SAMPLE_RATE
from ipyseedance.offline.engine.sound.instruments import RATE
from ipyseedance.offline.engine.sound.mix import ducking
from ipyseedance.offline.engine.sound.voice_synthesis import speech

from .sounds import Floats, decibels, heard_in, power, share


@cache
def spoken(prompt: str, seconds: int = 5) -> tuple[tuple[Line, ...], Floats]:
    lines = lines_of(prompt, seconds, 4)
    return lines, speech(lines, np.random.default_rng(2), seconds * RATE)


def level(sound: Floats, start: float, end: float) -> float:
    """dB between two seconds."""
    return decibels(float(np.mean(sound[..., round(start * RATE) : round(end * RATE)] ** 2)))


def sounding(prompt: str, phone: str, part: tuple[float, float] = (0.3, 0.7)) -> Floats:
    """One sound out of the words."""
    (line,), sound = spoken(prompt)
    found = next(s for word in line.words for s in word.sounds if s.phone == phone)
    start, end = (found.start + p * (found.end - found.start) for p in part)
    mono: Floats = sound.mean(axis=0)
    return mono[round(start * RATE) : round(end * RATE)]


def resonance(sound: Floats, low: float, high: float) -> float:
    """The centre of the power between two frequencies."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size), 4096)) ** 2
    hertz = np.fft.rfftfreq(4096, 1 / RATE)
    here = (hertz >= low) & (hertz < high)
    return float((spectrum[here] * hertz[here]).sum() / spectrum[here].sum())


def test_it_sounds_in_its_words_and_only_there() -> None:
    lines, sound = spoken('He says "Nobody knows. We are alone." She answers "No, my love, we are two."', 8)
    assert len(lines) == 2
    for line in lines:
        for word in line.words:
            assert level(sound, word.start, word.end) > -26, word.text
    assert level(sound, lines[0].end + 0.15, lines[1].start - 0.1) < -70
    assert level(sound, 0, lines[0].start - 0.1) < -70
    assert level(sound, lines[-1].end + 0.15, 8) < -70
    pause = lines[0].words[1].end, lines[0].words[2].start
    assert level(sound, pause[0] + 0.08, pause[1] - 0.06) < level(sound, *map(float, (lines[0].start, pause[0]))) - 25


def test_vowels_have_their_resonances() -> None:
    see, saw, far = (
        sounding(f'a man says "{word}"', phone) for word, phone in (("see me", "IY"), ("saw more", "AO"), ("far", "AA"))
    )
    assert resonance(see, 1200, 2800) > resonance(saw, 600, 2800) + 600
    assert resonance(far, 200, 1000) > resonance(see, 200, 1000) + 150


def test_resonances_move_through_a_diphthong() -> None:
    begin, end = (sounding('a man says "my"', "AY", part) for part in ((0.05, 0.3), (0.7, 0.95)))
    assert resonance(end, 900, 2700) > resonance(begin, 900, 2700) + 300


def test_consonants_hiss_where_they_should() -> None:
    s, sh, m = (sounding(f'"{word}"', phone) for word, phone in (("a sea", "S"), ("a shoe", "SH"), ("a moon", "M")))
    assert resonance(s, 300, 12_000) > resonance(sh, 300, 12_000) + 1000 > 3500
    assert share(m, 0, 700, RATE) > 0.9
    closed, open_ = (sounding('"a tower"', "T", part) for part in ((0.25, 0.5), (0.65, 0.9)))
    assert decibels(float(np.mean(open_**2))) > decibels(float(np.mean(closed**2))) + 6


def pitch(sound: Floats) -> tuple[float, float]:
    """Hz of the strongest period, and how strongly the sound repeats after it, 0 to 1."""
    sound = sound - sound.mean()
    again = np.fft.irfft(np.abs(np.fft.rfft(sound, 2 * sound.size)) ** 2)[: sound.size]
    lags = np.arange(RATE // 400, RATE // 60)
    lags = lags[lags < sound.size // 2]
    best = lags[int(again[lags].argmax())]
    return RATE / float(best), float(again[best] / again[0])


def test_men_women_and_children_have_their_pitch() -> None:
    found = {}
    for who in ("a man", "a woman", "a child"):
        (line,), _ = spoken(f'{who} says "we went far away"')
        found[who], _ = pitch(sounding(f'{who} says "we went far away"', "AA", (0.1, 0.9)))
        assert found[who] == pytest.approx(line.voice.pitch, rel=0.3)
    assert found["a man"] * 1.3 < found["a woman"] < found["a child"]


def test_a_whisper_has_no_pitch() -> None:
    clear, whisper = (
        pitch(sounding(f'a man {how} "we went far away"', "AA", (0.1, 0.9)))[1] for how in ("says", "whispers")
    )
    assert clear > 0.6
    assert whisper < 0.5


def test_a_question_rises_and_a_statement_falls() -> None:
    def end(text: str) -> float:
        early, late = (pitch(sounding(f'a man says "{text}"', "AY", part))[0] for part in ((0.0, 0.5), (0.5, 1.0)))
        return late / early

    assert end("my?") > 1.02 > end("my.")


def test_speakers_stand_apart() -> None:
    (one, two), sound = spoken('A man says "Hello there." A woman says "Hello to you."')
    sides = [
        power(sound[0, s], 0, RATE, RATE) / power(sound[1, s], 0, RATE, RATE)
        for s in (slice(round(line.start * RATE), round(line.end * RATE)) for line in (one, two))
    ]
    assert decibels(sides[0]) > 1
    assert decibels(sides[1]) < -1


def test_everything_else_steps_back_while_someone_speaks() -> None:
    (line,), _ = spoken('a man says "Nobody knows that we are here."')
    quiet = ducking((line,), 5 * RATE, RATE)
    middle = round((line.start + line.end) / 2 * RATE)
    assert quiet[middle] < 0.5 < 0.99 < quiet[0] == quiet[-1]
    assert np.abs(np.diff(quiet)).max() < 0.001, "without a click"


def test_speech_is_well_above_the_rest_of_the_mix() -> None:
    prompt = 'rain in the city, jazz, a man says "Nobody knows that we are here tonight."'
    sound = heard_in(prompt, 5, 4)
    (line,) = lines_of(prompt, 5, 4)
    inside = sound[:, round(line.start * SAMPLE_RATE) : round(line.end * SAMPLE_RATE)]
    outside = sound[:, round((line.end + 0.4) * SAMPLE_RATE) : round(4.6 * SAMPLE_RATE)]
    assert decibels(float(np.mean(inside**2) / np.mean(outside**2))) > 6


def test_other_scripts_are_spoken_too() -> None:
    (line,), sound = spoken("「こんにちは、世界」")
    assert level(sound, line.start, line.end) > -22


@pytest.mark.parametrize("text", ["Shh!", "I", "Mmm", "Pst, pst", "?!—no", "Aaaaaaah!", "xyzzy qwrt 123456789"])
def test_odd_words_are_spoken_too(text: str) -> None:
    lines, sound = spoken(f'she says "{text}"')
    assert np.isfinite(sound).all()
    assert level(sound, lines[0].start, lines[0].end) > -45
