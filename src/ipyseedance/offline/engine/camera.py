"""How the camera moves through a clip: slowly, starting and ending at rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOVES = (
    # words, (pan right, pan down, growth of the picture): fractions of the picture's size over the whole clip
    (r"pan(s|ning)? (slowly )?left|track(s|ing)? left|truck left", (-0.10, 0.0, 0.02)),
    (r"\bpan(s|ning)?\b|track(s|ing)?\b|truck|dolly (left|right)|follow", (0.10, 0.0, 0.02)),
    (r"tilt(s|ing)? down|crane down|descend", (0.0, 0.07, 0.02)),
    (r"tilt(s|ing)?|crane|rises?\b|ascend|pedestal", (0.0, -0.07, 0.02)),
    (r"pull(s|ing)?[- ](out|back)|zoom(s|ing)?[- ]out|dolly out|wide reveal|recede", (0.0, 0.0, -0.10)),
    (r"push|zoom|dolly|approach|closer|fly|flight|drone", (0.0, 0.0, 0.12)),
)
_CALM = (0.02, 0.0, 0.05)
STILL_WORDS = r"static|locked|tripod|fixed camera|still camera"


@dataclass(frozen=True)
class View:
    """Where the camera is: shift in fractions of the picture, and magnification (1 or more)."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True)
class Move:
    """A camera move over a whole clip."""

    pan: float
    tilt: float
    growth: float

    @classmethod
    def of(cls, prompt: str, *, still: bool) -> Move:
        """The move a prompt asks for; a gentle one if it asks for none."""
        text = prompt.lower()
        if still or re.search(STILL_WORDS, text):
            return cls(0.0, 0.0, 0.0)
        return cls(*next((move for words, move in _MOVES if re.search(words, text)), _CALM))

    @property
    def reach(self) -> float:
        """The largest magnification on the way."""
        return 1 + abs(self.growth)

    def at(self, part: float) -> View:
        """The view when `part` (0 to 1) of the clip is over."""
        eased = glide(part)
        zoom = 1 + self.growth * eased if self.growth >= 0 else 1 - self.growth * (1 - eased)
        return View(self.pan * (eased - 0.5), self.tilt * (eased - 0.5), zoom)


def glide(part: float) -> float:
    """From 0 to 1 with a soft start and stop, nearly even between."""
    smooth = part * part * (3 - 2 * part)
    return 0.6 * smooth + 0.4 * part
