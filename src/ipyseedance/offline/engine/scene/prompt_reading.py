"""What a prompt's words ask to see."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ..dialogue import speaks
from .vocabulary import (
    CLOSE,
    EVERYDAY,
    FAR,
    HOMES,
    HOURS,
    INTERIOR,
    MOUNTS,
    RIDES,
    SETTINGS,
    SUBJECTS,
    TONES,
    USUAL_HOURS,
    WEATHER,
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What to draw: one setting at one hour, in some weather, with some subjects."""

    setting: str
    hour: str
    weather: frozenset[str]
    subjects: tuple[str, ...]
    outside: str = ""
    """What an interior's window looks out on."""
    tones: tuple[str, ...] = ()
    """Colours the whole picture leans to."""
    close: bool = False
    """The camera is close to someone's face."""
    mount: str = ""
    """The animal among the subjects that someone rides."""


def plan_of(prompt: str, random: np.random.Generator) -> Plan:
    """Read a prompt; what it leaves open, the seed decides."""
    text = re.sub(r'"[^"]*"|“[^”]*”', " ", prompt.lower())  # what is spoken is not seen
    subjects = tuple(name for name, words in SUBJECTS.items() if _hits(text, words))
    usual = str(random.choice(EVERYDAY))
    home = next((HOMES[name] for name in subjects if name in HOMES), usual)
    setting, outside = _most_named(text, SETTINGS) or home, ""
    if _hits(text, INTERIOR):
        named = [name for name in _named(text, SETTINGS) if name not in _WINDOWLESS]
        setting, outside = (
            "interior",
            named[0] if named else str(random.choice(("city", "meadow", "mountains", "lake"))),
        )
    usual_hour = str(random.choice(USUAL_HOURS))
    hour = _most_named(text, HOURS) or ("night" if setting == "space" or "fireworks" in subjects else usual_hour)
    if setting in LAMPLIT:
        hour = "day"
    weather = frozenset(name for name, words in WEATHER.items() if _hits(text, words))
    tones = tuple(name for name, words in TONES.items() if _hits(text, words))
    people = not subjects or bool({"person", "couple"} & set(subjects))
    close = people and not _hits(text, FAR) and (bool(_hits(text, CLOSE)) or speaks(prompt))
    able = [name for name in MOUNTS if name in subjects] if "person" in subjects and _hits(text, RIDES) else []
    return Plan(setting, hour, weather, subjects, outside, tones, close, able[0] if able else "")


LAMPLIT = frozenset({"theatre", "court"})
"""Where it is never night: the lamps are on."""
_WINDOWLESS = frozenset({"space", "abstract", "underwater", "garden"}) | LAMPLIT


def _most_named(text: str, choices: dict[str, str]) -> str | None:
    found = _named(text, choices)
    return found[0] if found else None


def _named(text: str, choices: dict[str, str]) -> list[str]:
    """The choices that are named, most often first; of equals, the one named first."""
    found = {name: hits for name, words in choices.items() if (hits := _hits(text, words))}
    return sorted(found, key=lambda name: (-len(found[name]), found[name][0]))


def _hits(text: str, words: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"\b(?:{words})\b", text)]
