"""A shot's finished frames: the scene, and what is written over it."""

from __future__ import annotations

import av

from .canvas import Canvas
from .scene import scene_for
from .shot import Shot
from .subtitles import Subtitles
from .watermark import Watermark


class Frames:
    """Draws any frame of a shot, in any order."""

    def __init__(self, shot: Shot) -> None:
        self.shot = shot
        self._scene = scene_for(shot)
        self._mark = Watermark(shot.size)
        self._subtitles = Subtitles(shot)

    @property
    def exact(self) -> tuple[int, ...]:
        """Numbers of the frames that show a given picture untouched."""
        return self._scene.exact

    @property
    def notes(self) -> list[str]:
        """What of the prompt could not be shown, for the job's log."""
        return self._subtitles.notes

    def frame(self, number: int) -> av.VideoFrame:
        """Frame `number`; its memory is the caller's."""
        frame = self._scene.picture(number)
        canvas, strength = Canvas.of(frame), self._scene.mark_strength(number)
        self._subtitles.draw(canvas, number / self.shot.fps, strength)
        self._mark.draw(canvas, strength)
        return frame
