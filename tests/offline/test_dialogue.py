"""What is said in a clip: who says it, how it sounds, and when."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipyseedance.offline.engine.dialogue import Line, lines_of
from ipyseedance.offline.engine.speech.phones import PHONES
from ipyseedance.offline.engine.speech.pronunciation import join_words, phones_of, words_in
from ipyseedance.offline.engine.speech.speakers import voices

TALK = 'A woman on a cliff says: "The sea remembers every name." An old man replies, "Then it must remember mine!"'


def said(prompt: str, seconds: float = 5, seed: int = 7) -> tuple[Line, ...]:
    lines = lines_of(prompt, seconds, seed)
    times = [time for line in lines for word in line.words for s in word.sounds for time in (s.start, s.end)]
    assert times == sorted(times), "one sound after another"
    assert all(0 <= time <= seconds for time in times)
    for line in lines:
        assert (line.start, line.end) == (line.words[0].start, line.words[-1].end)
        for word in line.words:
            assert all(word.start <= sound.start < sound.end <= word.end for sound in word.sounds)
    return lines


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("sea", "S IY"), ("night", "N AY T"), ("walked", "W AO K T"), ("mountains", "M AW N T EY N Z"),
        ("through", "TH R UW"), ("nation", "N EY SH AX N"), ("knife", "N AY F"), ("bridge", "B R IH JH"),
        ("quietly", "K W AY EH T L IY"), ("children,", "CH AY L D R AX N"), ("Don\u2019t", "D OW N T"),
        ("little", "L IH T AX L"), ("phone", "F OW N"), ("café", "K AE F EY"), ("42", "F AO R T IY T UW"),
        ("007", "Z IH R OW Z IH R OW S EH V AX N"),
        ("привет", "P R IY V Y EH T"), ("κόσμε", "K OW S M EH"), ("ね", "N EH"), ("가", "G AA"), ("—", ""),
    ],
)  # fmt: skip
def test_how_words_are_said(word: str, phones: str) -> None:
    assert " ".join(phones_of(word)) == phones


@pytest.mark.parametrize("text", ["你好世界", "नमस्ते दोस्त", "שלום", "مرحبا", "ꙮ", "𐍈𐌰", "o̸h"])
def test_every_script_gets_a_voice(text: str) -> None:
    phones = [phone for word in words_in(text) for phone in phones_of(word)]
    assert phones
    assert set(phones) <= set(PHONES)


def test_one_sign_is_one_beat_in_chinese() -> None:
    beats = [sum(PHONES[phone].vowel for phone in phones_of(word)) for word in words_in("今天天气很好")]
    assert beats == [1] * 6


@pytest.mark.parametrize("text", ["Wait, who — who is there?", "今天天气很好。", "こんにちは、世界", "one two"])
def test_words_are_parted_and_joined_again(text: str) -> None:
    assert join_words(words_in(text)) == text


def test_lines_come_one_after_another_with_their_words() -> None:
    first, second = said(TALK)
    assert [first.text, second.text] == ["The sea remembers every name.", "Then it must remember mine!"]
    assert [word.text for word in first.words] == ["The", "sea", "remembers", "every", "name."]
    assert first.end + 0.1 < second.start
    assert said(TALK) == (first, second), "the same request says the same"


@pytest.mark.parametrize("seconds", [4, 5, 8, 12])
def test_calm_speech_where_there_is_room(seconds: float) -> None:
    (line,) = said('She says "I will wait for you by the lake tonight."', seconds)
    beats = sum(PHONES[sound.phone].vowel for word in line.words for sound in word.sounds)
    assert 3 < beats / (line.end - line.start) < 6, "syllables a second"
    assert line.start < 1.2


def test_long_speech_is_hurried_then_left_out() -> None:
    sentence = "This is a rather long thought that goes on and on, "
    (calm,), (quick,) = said(f'"{sentence}"', 12), said(f'"{sentence * 2}"', 4)
    assert quick.words[3].end - quick.start < calm.words[3].end - calm.start
    (cut,) = said(f'"{sentence * 9}"', 4)
    assert cut.text.endswith("…")
    assert cut.text[:-1] in " ".join([sentence.strip()] * 9)
    assert (
        0.7 * (calm.words[3].end - calm.start) > cut.words[3].end - cut.start > (calm.words[3].end - calm.start) / 1.7
    )


def test_a_line_without_room_is_not_begun() -> None:
    lines = said(" ".join(['"This line is a long one and it takes its time to be said."'] * 6), 4)
    assert 1 <= len(lines) < 6
    assert lines[-1].end > 3


@pytest.mark.parametrize(
    ("prompt", "texts"),
    [
        ("no words here", []), ('"" and "…"', []), ('an open " quote', []), ("“Hello”", ["Hello"]),
        ("„Hallo“, sagt sie", ["Hallo"]), ("«Salut»", ["Salut"]), ("「こんにちは」", ["こんにちは"]),
        ('a shop whose sign reads "OPEN LATE"', []), ('the title "Home" appears, he says "Go  on"', ["Go on"]),
    ],
)  # fmt: skip
def test_what_is_spoken(prompt: str, texts: list[str]) -> None:
    assert [line.text for line in said(prompt)] == texts


def test_speakers() -> None:
    she, he = said(TALK)
    assert she.voice.pitch > 1.5 * he.voice.pitch
    assert she.voice.tract > he.voice.tract
    assert she.voice.pan * he.voice.pan < 0, "they stand apart"


def test_unnamed_speakers_take_turns() -> None:
    one, two, three = said('"Hi." "Hello there!" "How are you?"', 12)
    assert one.voice == three.voice != two.voice


def test_who_says_it_may_be_told_after() -> None:
    one, two = said('"Hello," the girl says. "Go away," growls a giant.', 8)
    assert one.voice.pitch > 220 > 110 > two.voice.pitch
    assert one.voice.melody == 1.0


def test_two_men_do_not_share_a_voice() -> None:
    one, two = said('A man says "Stop." Another man answers "No."', 8)
    assert one.voice.pitch != two.voice.pitch


def test_manners() -> None:
    random = np.random.default_rng
    plain, whisper, shout, sad = (
        voices([f"a woman {how}"], random(1))[0] for how in ("says", "whispers", "shouts", "says, sobbing")
    )
    assert whisper.breath == 1.0
    assert plain.breath < 0.1
    assert shout.pitch > plain.pitch > sad.pitch
    assert shout.strength > plain.strength > whisper.strength
    assert sad.rate < plain.rate


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=4), st.integers(4, 12))
def test_any_text_can_be_said(texts: list[str], seconds: int) -> None:
    lines = said(" she says ".join(f"“{text}”" for text in texts), seconds)
    assert all(line.words and line.text for line in lines)
    assert all(sound.phone in PHONES for line in lines for word in line.words for sound in word.sounds)


def test_a_hostile_prompt_takes_no_longer_than_it_is_long() -> None:
    assert said("“" * 20_000 + '"' + "sign " * 20_000) == ()


def test_pauses_follow_the_punctuation() -> None:
    (line,) = said('"Wait, who is there? Tell me"', 8)
    gaps = [b.start - a.end for a, b in itertools.pairwise(line.words)]
    assert gaps[3] > gaps[0] > 0.1
    assert gaps[1] == pytest.approx(0)
