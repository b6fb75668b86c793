"""What is said in a clip, and when: every line, word and sound has its time.

Subtitles, mouths and the voice itself are all in time because they read it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from .speech.phones import PHONES
from .speech.pronunciation import join_words, phones_of, words_in
from .speech.speakers import Voice, voices

_LEAD, _TAIL = 0.45, 0.40
"""Seconds before the first line and after the last, where there is room."""
_SENTENCE, _COMMA, _TURN = 0.30, 0.16, 0.45
"""Seconds of silence after a sentence, after a comma, and before the next line."""
_FASTEST = 1.6
"""Speech is sped up no further than this; what still has no room is left out."""
_DRAWL, _UNSTRESSED = 1.35, 0.82
SPOKEN = r'"([^"]*)"|“([^“”]*)”|„([^„“”]*)[“”]|«([^«»]*)»|「([^「」]*)」|『([^『』]*)』'
"""A text in quotation marks, as a regular expression."""
# Quotation marks around what can be read in the picture, not heard.
_WRITTEN = re.compile(
    r"\b(?:sign|reads?|reading|text|titled?|caption|logo|words?|label\w*|called|named|written|poster|banner|letters)"
    r"\W+(?:\w+\W+){0,2}$"
)
_STOPS = ".!?…。！？"  # noqa: RUF001
_BREAKS = ",;:—–、，；："  # noqa: RUF001
_NEAR = 60
"""Characters before and after a quotation in which words tell what it is."""


@dataclass(frozen=True)
class Sound:
    """One sound of speech. Times are seconds from the clip's start."""

    phone: str
    start: float
    end: float
    stress: float
    """0 for a weak syllable, 1 for a strong one."""


@dataclass(frozen=True)
class Word:
    """One word as it is written, with its punctuation."""

    text: str
    start: float
    end: float
    sounds: tuple[Sound, ...]


@dataclass(frozen=True)
class Line:
    """What one speaker says without a break; `text` ends in an ellipsis if the clip ends before the words do."""

    text: str
    start: float
    end: float
    voice: Voice
    words: tuple[Word, ...]


def lines_of(prompt: str, seconds: float, seed: int) -> tuple[Line, ...]:
    """The lines of dialogue a prompt quotes, timed to a clip's length.

    They are spoken calmly if there is room, quicker (up to 1.6 times) if there is not; words that still do not fit are
    left out. A text in quotation marks after words such as "a sign reads" is not spoken.
    """
    quotes = _quotes(prompt)
    if not quotes:
        return ()
    spoken = voices([context for _, context in quotes], np.random.default_rng([seed, 3]))
    drafts = [_draft(text, voice) for (text, _), voice in zip(quotes, spoken, strict=True)]
    # Lead, tail and turns give way first, then the speakers hurry.
    talk = sum(draft.end for draft in drafts)
    silence = _LEAD + _TAIL + _TURN * (len(drafts) - 1)
    ease = min(1.0, max(0.35, (seconds - talk) / silence))
    room = seconds - ease * silence
    hurry = min(_FASTEST, max(1.0, talk / room)) if room > 0 else _FASTEST
    spare = max(0.0, seconds - talk / hurry - ease * silence)
    at = _LEAD * ease + min(0.6, 0.15 * spare)
    end = seconds - 0.5 * _TAIL * ease
    placed = []
    for draft in drafts:
        line = _placed(draft, at, hurry, end)
        if line is None:
            break
        placed.append(line)
        at = line.end + _TURN * ease + min(0.4, 0.2 * spare / len(drafts))
    return tuple(placed)


def speaks(prompt: str) -> bool:
    """Whether something is said aloud."""
    return bool(_quotes(prompt))


def _quotes(prompt: str) -> list[tuple[str, str]]:
    """What is said, with the words around it that may tell who says it and how."""
    found, behind = list[tuple[str, str]](), 0
    matches = list(re.finditer(SPOKEN, prompt))
    for number, match in enumerate(matches):
        before = prompt[behind : match.start()].lower()
        behind = match.end()
        if _WRITTEN.search(before[-_NEAR:]):
            continue
        until = matches[number + 1].start() if number + 1 < len(matches) else len(prompt)
        told = prompt[behind : min(until, behind + _NEAR)].strip()
        # "... she whispers." still tells of this line, a new sentence of the next one.
        after = re.split(r"[,.:;!?\n]", told)[0] if told[:1].islower() else ""
        text = " ".join(next(group for group in match.groups() if group is not None).split())
        if any(phones_of(word) for word in words_in(text)):
            found.append((text, f"{before} {after}"))
    return found


def _draft(text: str, voice: Voice) -> Line:
    """A line at its speaker's own pace, from second 0."""
    at, words = 0.0, list[Word]()
    written = words_in(text)
    for number, shown in enumerate(written):
        phones = phones_of(shown)
        if not phones and words:  # a dash on its own belongs to the word before it
            words[-1] = replace(words[-1], text=join_words([words[-1].text, shown]))
            at = max(at, words[-1].end + _COMMA / voice.rate)
            continue
        last = number == len(written) - 1 or re.search(f"[{_STOPS}]", shown) is not None
        sounds = _timed(phones, at, voice.rate, last=last)
        end = sounds[-1].end if sounds else at
        words.append(Word(shown, at, end, sounds))
        at = end + _pause(shown) / voice.rate
    return Line(text, 0.0, words[-1].end if words else 0.0, voice, tuple(words))


def _timed(phones: tuple[str, ...], at: float, rate: float, *, last: bool) -> tuple[Sound, ...]:
    vowels = [index for index, phone in enumerate(phones) if PHONES[phone].vowel]
    # The first full vowel of a word bears its stress.
    strong = next((index for index in vowels if phones[index] != "AX"), None)
    if strong is not None and len(vowels) > 1 and phones[strong] == "IH":
        strong = next((index for index in vowels if index > strong and phones[index] not in ("AX", "ER")), strong)
    sounds = []
    for index, phone in enumerate(phones):
        stress = 1.0 if index == strong and len(phones) > 2 else 0.5 if index == strong else 0.0
        seconds = PHONES[phone].seconds / rate
        if PHONES[phone].vowel:
            seconds *= _UNSTRESSED + (1.1 - _UNSTRESSED) * stress
            if last and index == vowels[-1]:
                seconds *= _DRAWL
        sounds.append(Sound(phone, at, at + seconds, stress))
        at += seconds
    return tuple(sounds)


def _pause(word: str) -> float:
    if re.search(rf"[{_STOPS}]\W*$", word):
        return _SENTENCE
    return _COMMA if re.search(rf"[{_BREAKS}]\W*$", word) else 0.0


def _placed(line: Line, at: float, hurry: float, end: float) -> Line | None:
    """The line in the clip, as far as it fits; None if not a word does."""

    def when(seconds: float) -> float:
        return at + seconds / hurry

    words = tuple(
        Word(
            word.text, when(word.start), when(word.end),
            tuple(replace(sound, start=when(sound.start), end=when(sound.end)) for sound in word.sounds),
        )
        for word in line.words
        if when(word.end) <= end
    )  # fmt: skip
    if not any(word.sounds for word in words):
        return None
    text = (
        line.text
        if len(words) == len(line.words)
        else join_words([word.text for word in words]).rstrip(f"{_BREAKS} ") + "…"
    )
    return Line(text, words[0].start, words[-1].end, line.voice, words)
