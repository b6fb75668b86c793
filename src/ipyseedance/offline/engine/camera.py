"""How the camera moves through a clip: as the prompt's words say, starting and ending at rest."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class View:
    """Where the camera is against where it began. Lengths are fractions of the picture's size."""

    turn_x: float = 0.0
    turn_y: float = 0.0
    """Turned right and down on the spot: near and far shift alike."""
    x: float = 0.0
    y: float = 0.0
    """Moved right and down: the near shifts more than the far."""
    zoom: float = 1.0
    """Magnified by the lens: near and far alike."""
    push: float = 1.0
    """Come closer: the near grows more than the far. Never below 1."""
    orbit: float = 0.0
    """Moved around the middle distance: the near goes one way, the far the other."""


@dataclass(frozen=True)
class Move:
    """A camera move over a whole clip: what each part of the view has gone through at its end."""

    turn_x: float = 0.0
    turn_y: float = 0.0
    x: float = 0.0
    y: float = 0.0
    zoom: float = 0.0
    """Growth; less than 0 if it zooms out. So is `push`."""
    push: float = 0.0
    orbit: float = 0.0
    shake: float = 0.0
    follows: bool = False
    """The camera goes along with the subject."""

    @classmethod
    def of(cls, prompt: str, *, still: bool) -> Move:
        """The move a prompt asks for; a gentle one if it asks for none."""
        text = re.sub(r"[-\s]+", " ", prompt.lower())
        if still or re.search(STILL_WORDS, text):
            return cls()
        asked = next((move for words, move in _MOVES if re.search(rf"\b(?:{words})", text)), None)
        if re.search(_HANDHELD, text):
            return replace(asked or cls(x=0.01), shake=1.0)
        return asked or _CALM

    def at(self, part: float, seconds: float = 0.0) -> View:
        """The view when `part` (0 to 1) of the clip is over, `seconds` after its start."""
        eased = glide(part)
        middle = eased - 0.5
        sway_x, sway_y = (self.shake * way for way in _unsteady(seconds)) if self.shake else (0.0, 0.0)
        return View(
            self.turn_x * middle + sway_x, self.turn_y * middle + sway_y,
            self.x * middle, self.y * middle,
            _grown(self.zoom, eased) * (1 + 0.025 * self.shake), _grown(self.push, eased), self.orbit * middle,
        )  # fmt: skip


_LEFT = r"(\w+ly )?(to the )?left"
_MOVES = (
    (rf"(pan|swish|whip pan)(s|ning)? {_LEFT}", Move(turn_x=-0.24)),
    (rf"(truck|track|dolly|slide|crab)(s|ing)? {_LEFT}", Move(x=-0.34)),
    (r"(dolly|truck|slide|crab)(s|ing)? (to the )?right", Move(x=0.34)),
    (r"pan(s|ning)?\b", Move(turn_x=0.24)),
    (r"orbit(s|ing)?\b (left|counter)|arc(s|ing)? (shot )?left", Move(orbit=-0.26, push=0.03)),
    (r"orbit(s|ing)?\b(?! of| the (earth|planet|moon))|arc shot|(arcs|circles) around", Move(orbit=0.26, push=0.03)),
    (r"(track|follow)(s|ing)?\b|side ?scroll\w*|alongside", Move(x=0.34, follows=True)),
    (r"truck(s|ing)? (shot|right)|lateral", Move(x=0.34)),
    (r"tilt(s|ing)? (\w+ly )?(down\w*)", Move(turn_y=0.20)),
    (r"tilt(s|ing)?\b|looks? up\b", Move(turn_y=-0.20)),
    (r"(crane|pedestal|boom|jib)(s|ing)? (\w+ly )?down|descend\w*", Move(y=0.16)),
    (r"(crane|pedestal|boom|jib)(s|ing)?( shot| up)\b|camera rises|ascend\w*", Move(y=-0.16)),
    (r"zoom(s|ing)? (\w+ly )?out", Move(zoom=-0.30)),
    (r"(crash |snap )?zoom(s|ing)?\b", Move(zoom=0.30)),
    (r"pull(s|ing)? (\w+ly )?(out|back|away)|dolly out|wide reveal|recede\w*", Move(push=-0.26)),
    (r"push(es|ing)? (\w+ly )?in|dolly\b|moves? (in|closer|forward)|approach\w*|closing in", Move(push=0.26)),
    (r"fly ?through|flies (over|through)|drone", Move(push=0.26)),
)  # fmt: skip
_HANDHELD = r"\b(hand ?held|shaky|found footage|documentary style|vlog)"
_CALM = Move(x=0.03, push=0.06)
STILL_WORDS = r"\b(static|locked( off)?|tripod|fixed camera|camera (is )?fixed|still camera)\b"
_SHAKES = ((0.0085, 0.62, 0.4), (0.0045, 1.43, 2.2), (0.0018, 3.7, 1.1))
"""How far, how often a second, and where in its swing a hand's shake begins."""


def glide(part: float) -> float:
    """From 0 to 1 with a soft start and stop, nearly even between."""
    smooth = part * part * (3 - 2 * part)
    return 0.6 * smooth + 0.4 * part


def _grown(growth: float, eased: float) -> float:
    return 1 + growth * eased if growth >= 0 else 1 - growth * (1 - eased)


def _unsteady(seconds: float) -> tuple[float, float]:
    x, y = (
        sum(far * math.sin(2 * math.pi * rate * pace * seconds + phase * (1 + axis)) for far, rate, phase in _SHAKES)
        for axis, pace in ((0, 1.0), (1, 1.27))
    )
    return x, y
