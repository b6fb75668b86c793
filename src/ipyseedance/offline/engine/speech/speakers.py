"""Who speaks, and how, by the words around what is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Voice:
    """A speaker's voice in one line of dialogue."""

    pitch: float
    """Hz, on average."""
    tract: float
    """How much higher its resonances lie than a man's."""
    breath: float = 0.05
    """0 for a clear voice, 1 for a whisper."""
    melody: float = 1.0
    """How far the pitch moves."""
    rate: float = 1.0
    """Against calm speech."""
    strength: float = 1.0
    pan: float = 0.0
    """-1 is left, 1 is right."""


_PEOPLE = {
    "child": (r"child\w*|kids?|boys?|girls?|baby|son|daughter|toddler|fairy|elf", Voice(265, 1.32)),
    "woman": (
        (
            r"wom[ae]n|she|her|lady|ladies|mother|mom|mum|queen|wife|sister|actress|grandmother|witch|princess|goddess"
            r"|female|waitress|bride|girlfriend|heroine"
        ),
        Voice(205, 1.17),
    ),
    "old": (r"old m[ae]n|grandfather|elder\w*|wizard|king|sage", Voice(98, 0.98, 0.12, 0.8, 0.88)),
    "giant": (r"giant|monster|demon|dragon|villain|robot|god|deep voice", Voice(76, 0.86, 0.06, 0.6, 0.86)),
    "man": (
        (
            r"m[ae]n|he|his|him|father|dad|husband|brother|captain|detective|actor|soldier|narrator|sailor|fisherman"
            r"|prince|cowboy|samurai|guy|male|officer|astronaut|boyfriend|hero|barista|chef"
        ),
        Voice(118, 1.0),
    ),
}  # fmt: skip
_MANNERS = (
    # words, then factors of pitch, melody, rate and strength, and the breath at least
    (r"whisper\w*|hushed|under (his|her|their) breath", (1.0, 0.5, 0.9, 0.8, 1.0)),
    (r"shout\w*|yell\w*|scream\w*|cr(y|ies) out|call(s|ing)? out|roars?|furious\w*", (1.4, 1.35, 1.05, 1.3, 0.0)),
    (r"angr\w+|stern\w*|snaps?|bark\w*|demand\w*|growl\w*", (1.08, 1.3, 1.12, 1.15, 0.0)),
    (r"excited\w*|happ\w+|joy\w*|laugh\w*|cheer\w*|delight\w*|giggl\w*|smil\w+|grin\w*", (1.14, 1.45, 1.08, 1.05, 0.0)),
    (r"sad\w*|cry\w*|sob\w*|tear\w*|sorrow\w*|weary|tired\w*|mourn\w*", (0.93, 0.6, 0.84, 0.9, 0.22)),
    (r"scared|afraid|fear\w*|trembl\w+|nervous\w*|panic\w*|terrified", (1.16, 1.2, 1.14, 0.95, 0.25)),
    (r"soft\w*|gentl\w+|quiet\w*|tender\w*|murmur\w*|sigh\w*|calm\w*", (0.98, 0.8, 0.92, 0.9, 0.22)),
    (r"slow\w*", (1.0, 1.0, 0.82, 1.0, 0.0)),
    (r"quick\w*|fast|hurr\w+|rushed", (1.0, 1.0, 1.2, 1.0, 0.0)),
)  # fmt: skip
_SPREAD = 0.28


def voices(context: Sequence[str], random: np.random.Generator) -> list[Voice]:
    """A voice for each line of dialogue.

    Args:
        context: for each line, the prompt's words that belong to it: those before it, then those just after.
    """
    people = [_person(words) for words in context]
    first = next((who for who in people if who), None) or ("woman" if random.random() < 0.5 else "man")
    spoken = list[str]()
    cast: dict[str, Voice] = {}
    for number, who in enumerate(people):
        # Without a word about the speaker, two speakers take turns.
        name = who or (first if number % 2 == 0 else next((w for w in spoken if w != first), _other(first)))
        repeated = (
            bool(spoken)
            and spoken[-1] == name
            and re.search(r"\b(another|other|second|repl\w+|answers?)\b", context[number])
        )
        spoken.append(f"{name} too" if repeated else name)
        if spoken[-1] not in cast:
            cast[spoken[-1]] = _cast(name, len(cast), random)
    alone = len(cast) == 1
    return [
        _manner(replace(cast[name], pan=0.0) if alone else cast[name], words)
        for name, words in zip(spoken, context, strict=True)
    ]


def _person(words: str) -> str | None:
    """The last person named before the line."""
    found = [
        (match.end(), len(match[0]), name)
        for name, (pattern, _) in _PEOPLE.items()
        for match in re.finditer(rf"\b(?:{pattern})\b", words)
    ]
    return max(found)[2] if found else None


def _other(name: str) -> str:
    return "man" if name in ("woman", "child") else "woman"


def _cast(name: str, number: int, random: np.random.Generator) -> Voice:
    voice = _PEOPLE[name][1]
    return replace(
        voice,
        pitch=voice.pitch * float(random.uniform(0.92, 1.10)),
        tract=voice.tract * float(random.uniform(0.97, 1.04)),
        pan=_SPREAD if number % 2 else -_SPREAD,
    )


def _manner(voice: Voice, words: str) -> Voice:
    for pattern, (pitch, melody, rate, strength, breath) in _MANNERS:
        if re.search(rf"\b(?:{pattern})\b", words):
            voice = replace(
                voice, pitch=voice.pitch * pitch, melody=voice.melody * melody, rate=voice.rate * rate,
                strength=voice.strength * strength, breath=max(voice.breath, breath),
            )  # fmt: skip
            break
    return voice
