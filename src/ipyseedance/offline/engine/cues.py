"""What happens in a clip, and when: the pictures and the sound read it here, so that they agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dialogue import SPOKEN

if TYPE_CHECKING:
    from .scene.prompt_reading import Plan

STRIDE_SECONDS = 1.05
"""Of all who walk."""
LIFT_OFF_SECONDS = 0.8
"""When a rocket leaves the ground."""
_FIRST_FOOT = 0.25
"""The part of a stride after which a foot is farthest forward; the other one follows half a stride later."""
_NEAR_SECONDS = (0.35, 1.1)
"""From lightning to thunder: the storm is near."""


@dataclass(frozen=True)
class Cue:
    """Something that is heard at a moment."""

    time: float
    """Seconds from the clip's start; what began before is below 0."""
    kind: str
    """A name in the table of foley."""
    pan: float = 0.0
    """-1 is left, 1 is right."""
    strength: float = 1.0


class _Said(NamedTuple):
    """Something a prompt may speak of that is heard again and again."""

    words: str
    kind: str
    first: float
    """Seconds before it is first heard."""
    every: float
    """Seconds between one and the next; 0 for once."""


_SAID = (
    _Said(r"row(?:s|ing|boats?)|oars?|paddl\w+|canoe\w*|kayak\w*", "oar", 0.5, 2.4),
    _Said(r"footsteps?|foot ?falls|high heels", "step", _FIRST_FOOT * STRIDE_SECONDS, STRIDE_SECONDS / 2),
    _Said(r"gallop\w*|hoof\w*|hooves", "hoof", 0.2, 0.46),
    _Said(r"knock\w*", "knock", 0.7, 2.6),
    _Said(r"explo(?:sions?|des?|ding)|blasts?|bombs?|gunshots?|cannons?", "blast", 0.9, 0.0),
    _Said(r"typing|typewriter|keyboard clicks?", "key", 0.4, 0.17),
    _Said(r"splash\w*|dives? into|jumps? into the", "plunge", 1.0, 3.5),
    _Said(r"trains?|locomotive|railway|subway", "train", 0.0, 0.0),
    _Said(
        r"(?:sports? |racing )?cars? (?:\w+ )?(?:pass|speed|driv|rac|rush|zoom)\w*|race cars?|motorcycles?",
        "car",
        0.3,
        4.6,
    ),
    _Said(r"rocket (?:launch|lift)\w*|lift[- ]?off|launch\w*", "launch", LIFT_OFF_SECONDS, 0.0),
)
_GROUND = {
    "city": "step", "sea": "step sand", "desert": "step sand", "beach": "step sand", "forest": "step grass",
    "meadow": "step grass", "garden": "step grass", "mountains": "step grass",
}  # fmt: skip
_WALKERS = {
    "person": "step", "couple": "step", "robot": "step", "horse": "hoof", "cow": "hoof", "deer": "paw", "wolf": "paw",
    "dog": "paw", "camel": "paw", "bear": "paw", "elephant": "paw", "lion": "paw", "tiger": "paw", "sheep": "paw",
}  # fmt: skip
_SEATS = frozenset({"boat", "sailboat", "car", "bicycle", "surfer"})
_LANDLESS = frozenset({"space", "abstract", "underwater"})


def cues_of(prompt: str, plan: Plan, seconds: float, seed: int, *, drawn: bool) -> tuple[Cue, ...]:
    """All that is heard at a moment of a clip, in order. `drawn` says whether the plan is what the picture shows."""
    text = re.sub(SPOKEN, " ", prompt.lower())
    random = np.random.default_rng([seed, 8])
    cues = list[Cue]()
    if drawn and plan.setting not in _LANDLESS:
        cues += _walking(plan, seconds, haste(text))
        if "storm" in plan.weather:
            cues += _thunder(lightning(seed), random)
    elif re.search(r"\b(?:thunder\w*|lightning)\b", text):
        cues += _thunder(lightning(seed), random)
    if re.search(r"\bfireworks?\b", text):
        cues += fireworks(seed)
    have = {cue.kind.split()[0] for cue in cues}
    for said in _SAID:
        if said.kind not in have and re.search(rf"\b(?:{said.words})\b", text):
            times = np.arange(said.first, seconds if said.every else said.first + 0.01, said.every or 1.0)
            kind = _ground(plan) if said.kind == "step" else said.kind
            cues += [Cue(float(time), kind, 0.1, float(random.uniform(0.8, 1.0))) for time in times]
    return tuple(sorted((cue for cue in cues if cue.time < seconds), key=lambda cue: cue.time))


def haste(prompt: str) -> float:
    """How much faster than at a walk those move who go on foot; the prompt in small letters."""
    return 2.2 if re.search(r"\b(?:gallop|run|runs|running|race|sprint|chas)", prompt) else 1.0


def lightning(seed: int) -> tuple[float, ...]:
    """The seconds at which it strikes in a storm."""
    return tuple(sorted(np.random.default_rng([seed, 4]).uniform(0.4, 12.0, 9).tolist()))


def fireworks(seed: int, count: int = 22) -> tuple[Cue, ...]:
    """The bursts of a firework."""
    random = np.random.default_rng([seed, 9])
    times = np.arange(count) * 0.55 + 0.25 + random.uniform(0, 0.4, count)
    return tuple(
        Cue(float(time), "firework", float(random.uniform(-0.8, 0.8)), float(random.uniform(1.0, 2.2)))
        for time in times
    )


def _walking(plan: Plan, seconds: float, fast: float) -> list[Cue]:
    cues = list[Cue]()
    # Whoever is in a boat, a car or a room sits there; who speaks to the camera stands.
    if plan.close or plan.setting == "interior" or _SEATS & set(plan.subjects):
        return cues
    for subject, kind in _WALKERS.items():
        if subject not in plan.subjects or (plan.mount and kind == "step"):
            continue
        # Two feet of a person; four of an animal, in pairs that follow close.
        feet = (0.0, 0.5) if kind == "step" else (0.0, 0.12, 0.5, 0.62)
        name = _ground(plan) if kind == "step" else kind
        for stride in range(int(seconds / STRIDE_SECONDS * fast) + 1):
            for number, foot in enumerate(feet):
                time = (stride + _FIRST_FOOT + foot) * STRIDE_SECONDS / fast
                cues.append(Cue(time, name, 0.05 if number % 2 else -0.05, 0.85 if number % 2 else 1.0))
    return cues


def _ground(plan: Plan) -> str:
    return "step snow" if "snow" in plan.weather else _GROUND.get(plan.setting, "step")


def _thunder(flashes: tuple[float, ...], random: np.random.Generator) -> list[Cue]:
    cues = list[Cue]()
    for flash in flashes:
        delay = float(random.uniform(*_NEAR_SECONDS))
        cues.append(Cue(flash + delay, "thunder", float(random.uniform(-0.5, 0.5)), 3.2 - 1.6 * delay))
    return cues
