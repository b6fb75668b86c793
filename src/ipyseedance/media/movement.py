"""Motion, flicker and cuts of a whole clip, from its frames as they come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .motion import Blocks, Step

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Pixels = NDArray[Any]

_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
_JUMP = 5.0
"""Levels of light between two frames from which on they tell nothing of motion."""
_LEAST = 8.0
"""Levels by which the frames on both sides of a cut differ at least, motion apart."""
_TIMES = 2.0
"""How many times more they differ than any two around them."""
_NEAR = 3
"""How many steps before and after a cut are such surroundings."""
_RETURN = 12
"""Frames within which a picture that comes back makes it a flash."""
_CELL = 8


@dataclass
class _Candidate:
    """A step that may be a cut, until the frames after it have been seen."""

    number: int
    before: NDArray[np.float32]
    """The colours of the frame before it, roughly."""
    change: float
    seen: int = 0


@dataclass
class Movement:
    """Takes a clip's frames in order; memory grows by four numbers a frame."""

    _blocks: Blocks | None = None
    _last: tuple[Pixels, NDArray[np.float32], float] | None = None
    _steps: list[Step] = field(default_factory=list)
    _seconds: list[float] = field(default_factory=list)
    _candidates: deque[_Candidate] = field(default_factory=deque)
    _flashes: set[int] = field(default_factory=set)

    def feed(self, picture: Pixels, at: float) -> None:
        """Take the next frame.

        Args:
            picture: RGB, of shape (height, width, 3), the same for all; at most `motion.SIDE` pixels
                on the shorter side, at least `motion.SMALLEST`.
            at: when it is shown, in seconds.
        """
        luma = picture @ _LUMA
        if self._last is not None:
            before, luma_before, at_before = self._last
            self._blocks = self._blocks or Blocks(luma.shape[::-1])
            step = self._blocks.step(luma_before, luma)
            self._note(step, before, picture)
            self._steps.append(step)
            self._seconds.append(at - at_before)
        self._last = picture, luma, at

    def _note(self, step: Step, before: Pixels, after: Pixels) -> None:
        earlier = [other.rest for other in self._steps[-_NEAR:]]
        if step.rest >= max(_LEAST, _TIMES * max(earlier, default=0)):
            colors = _colors(before)
            self._candidates.append(_Candidate(len(self._steps), colors, _distance(colors, _colors(after))))
        elif not self._candidates:
            return
        now = _colors(after)
        for candidate in self._candidates:
            if candidate.number < len(self._steps) and _distance(candidate.before, now) < candidate.change / 2:
                self._flashes |= {candidate.number, len(self._steps)}  # its begin and its end
            candidate.seen += 1
        self._candidates = deque(candidate for candidate in self._candidates if candidate.seen <= _RETURN)

    @property
    def cuts(self) -> int | None:
        """How many hard cuts there are, or None without frames to compare.

        Between two frames is a cut when what motion does not explain of their difference (`Step.rest`) is at least 3 %
        of the range from black to white and twice that of each of the three steps before and after, and the picture
        from before does not come back within 12 frames, which a flash does.

        Caveat: cuts nearer than 4 frames to each other, cuts between pictures that hardly differ or between shots full
        of chaos, and dissolves are not found. Back to the old picture within half a second is taken for a flash.
        """
        return len(self._cuts()) if self._steps else None

    def _cuts(self) -> set[int]:
        rests = np.array([step.rest for step in self._steps])
        found = set()
        for number in np.flatnonzero(rests >= _LEAST).tolist():
            around = np.delete(rests[max(number - _NEAR, 0) : number + _NEAR + 1], min(number, _NEAR))
            if rests[number] >= _TIMES * around.max(initial=0) and number not in self._flashes:
                found.add(number)
        return found

    @property
    def motion(self) -> float | None:
        """How far the picture's parts move on average, in percent of its height a second, or None for one frame.

        Blocks of 8 x 8 pixels of the luma, at 96 pixels on the shorter side, are looked for in the frame before
        (least absolute difference, then least squares for the part of a pixel). Their moves are averaged in length
        over blocks and frames, cuts and leaps of the light apart, and divided by the time between.

        Caveat: it is what can be seen of motion. A block without a pattern counts as still, the outermost tenth is not
        measured, and a fade reads as a little motion. At 24 frames a second moves beyond 200 %/s are not found. A
        moving camera and a moving subject count alike.
        """
        cuts = self._cuts()
        whole = [
            (step.motion, seconds)
            for number, (step, seconds) in enumerate(zip(self._steps, self._seconds, strict=True))
            if number not in cuts and abs(step.light) <= _JUMP and seconds > 0
        ]
        if not whole:
            return None
        return 100 * sum(motion for motion, _ in whole) / sum(seconds for _, seconds in whole)

    @property
    def flicker(self) -> float | None:
        """How much the light jumps from frame to frame, in percent of the range from black to white; None if too short.

        The light's change is the median, over the blocks of `motion`, of the change of a block's mean luma along its
        move, so that neither motion nor a bright subject counts. Flicker is half the mean absolute difference between
        one such change and the next, cuts apart: a luma that swings between two levels flickers by their distance, a
        steady fade not at all.

        Caveat: where only a part of the picture flickers, less than half, it is not seen.
        """
        lights = np.array([step.light for step in self._steps])
        lights[list(self._cuts())] = np.nan
        jumps = np.abs(np.diff(lights))
        jumps = jumps[~np.isnan(jumps)]
        return float(jumps.mean()) / 2 / 255 * 100 if len(jumps) else None


def _colors(picture: Pixels) -> NDArray[np.float32]:
    """The mean colours of the picture's squares."""
    high, wide = (length // _CELL for length in picture.shape[:2])
    squares = picture[: high * _CELL, : wide * _CELL].reshape(high, _CELL, wide, _CELL, 3)
    colors: NDArray[np.float32] = squares.mean(axis=(1, 3), dtype=np.float32)
    return colors


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean())
