"""Image to video: begins on the start frame, ends on the end frame if there is one, and moves in between."""

from __future__ import annotations

import av
import numpy as np

from ..camera import Move
from ..canvas import BAND, Canvas, Scaler
from ..noise import sample, tile
from ..shot import Shot, Size
from .given_picture import GivenPicture, leaving, small_grid
from .transitions import transition_for

_MARK_FADE_SECONDS = 0.5


class FromPictures:
    """A camera move over the start frame, and a transition into the end frame."""

    def __init__(self, shot: Shot, start: bytes) -> None:
        self._shot = shot
        self._move = Move.of(shot.prompt, still=shot.still_camera)
        random = np.random.default_rng(shot.seed)
        self._first = GivenPicture(start, shot.size, self._move)
        self._last = GivenPicture(shot.end, shot.size, self._move) if shot.end is not None else None
        self._light = _Light(shot.size, random)
        self._transition = transition_for(shot, random, to_left=self._move.turn_x + self._move.x < 0)

    @property
    def exact(self) -> tuple[int, ...]:
        """The first frame, and the last one if it was given."""
        return (0,) if self._last is None else (0, self._shot.frames - 1)

    def mark_strength(self, number: int) -> float:
        """None on the given frames."""
        distance = min(abs(number - frame) for frame in self.exact)
        return min(1.0, distance / (self._shot.fps * _MARK_FADE_SECONDS))

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`."""
        frame = av.VideoFrame(*self._shot.size, "yuv420p")
        canvas = Canvas.of(frame)
        if number in self.exact:
            given = self._first if number == 0 or self._last is None else self._last
            given.copy(canvas)
            return frame
        self._draw(canvas, number)
        part = number / (self._shot.frames - 1)
        self._light.fall(canvas, number / self._shot.fps, _away(part, last=self._last is not None))
        return frame

    def _draw(self, canvas: Canvas, number: int) -> None:
        part, seconds = number / (self._shot.frames - 1), number / self._shot.fps
        going = leaving(self._move, part, seconds)
        if self._last is None:
            self._first.show(going, canvas)
            return
        coming = leaving(self._move, 1 - part, self._shot.seconds - seconds)
        begin, end = self._transition.span
        if part <= begin:
            self._first.show(going, canvas)
        elif part >= end:
            self._last.show(coming, canvas)
        else:
            over = (part - begin) / (end - begin)
            self._transition.draw(canvas, (self._first, self._last), (going, coming), over)


class _Light:
    """Light that wanders over the picture, so that even a fixed camera shows time passing."""

    def __init__(self, size: Size, random: np.random.Generator) -> None:
        self._noise = tile(random, 128, 4, 3)
        self._y, self._x = small_grid(size, 48)
        self._scaler = Scaler()

    def fall(self, canvas: Canvas, seconds: float, strength: float) -> None:
        """Brighten and darken the canvas gently."""
        wander = sample(self._noise, self._x + 9 * seconds, self._y + 3 * seconds) - np.float32(0.5)
        small = np.rint(128 + 127 * wander.clip(-1, 1)).astype(np.uint8)
        luma = canvas.planes[0]
        rows, columns = luma.shape
        large = self._scaler.scaled(small, columns, rows)
        gain = np.int16(round(30 * strength))
        for start in range(0, rows, BAND):
            band = slice(start, start + BAND)
            # luma x (1 + wander), in 16 bits
            lit, wave = luma[band].astype(np.int16), large[band].astype(np.int16)
            wave -= 128
            change = (lit - 16) >> 1
            change *= wave >> 2
            change >>= 5
            change *= gain
            change >>= 7
            lit += change
            np.clip(lit, 16, 235, out=lit)
            luma[band] = lit.astype(np.uint8)


def _away(part: float, *, last: bool) -> float:
    rise = min(1.0, part / 0.2)
    return min(rise, (1 - part) / 0.2) if last else rise
