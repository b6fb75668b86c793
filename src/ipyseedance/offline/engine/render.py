"""The pipeline: one thread composes the scene and draws its frames, while another makes the sound and encodes."""

from __future__ import annotations

import contextlib
import itertools
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import av

from .canvas import Floats
from .encode import encode
from .frames import Frames
from .mp4 import index_first
from .preview import Preview
from .shot import Shot
from .sound import soundtrack

Progress = Callable[[str, bool], None]
"""Called with a line about what is done now, and whether more such lines follow at once. May raise to stop."""
_FRAMES_AHEAD = 3
_LOOK_SECONDS = 0.5
"""How soon the drawing thread notices that the other has failed."""


def render(shot: Shot, progress: Progress) -> bytes:
    """The clip as an MP4 file that brings its previews along. Memory does not grow with its length."""
    drawn: queue.Queue[av.VideoFrame | None] = queue.Queue(_FRAMES_AHEAD)
    with ThreadPoolExecutor(1, thread_name_prefix="encode") as pool:
        sound = pool.submit(_sound, shot)
        progress("composing the scene", False)
        frames = Frames(shot)
        for note in frames.notes:
            progress(note, False)
        clip = pool.submit(_encode, shot, drawn, sound, frames.exact)

        def hand_on(frame: av.VideoFrame | None) -> None:
            while not clip.done():  # it has failed then, and takes none any more
                with contextlib.suppress(queue.Full):
                    drawn.put(frame, timeout=_LOOK_SECONDS)
                    return

        try:
            for number in range(shot.frames):
                if clip.done():
                    break
                progress(f"rendering frame {number + 1} of {shot.frames}", True)
                hand_on(frames.frame(number))
        finally:
            hand_on(None)
        progress("encoding sound" if shot.sound else "finishing", False)
        return clip.result()


def _sound(shot: Shot) -> Floats | None:
    return soundtrack(shot) if shot.sound else None


def _encode(
    shot: Shot, drawn: queue.Queue[av.VideoFrame | None], sound: Future[Floats | None], exact: tuple[int, ...]
) -> bytes:
    preview = Preview(shot.size, shot.frames)
    frames = _taken(drawn, preview)
    return index_first(encode(frames, shot.fps, shot.size, sound.result(), exact), preview.boxes())


def _taken(drawn: queue.Queue[av.VideoFrame | None], preview: Preview) -> Iterator[av.VideoFrame]:
    for number in itertools.count():
        frame = drawn.get()
        if frame is None:
            return
        preview.see(number, frame)
        yield frame
