"""What a clip is like, in numbers: how it keeps to its frames, how it moves, cuts and sounds."""

from __future__ import annotations

import contextlib
import math
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ..contract.measures import MEASURES
from ..doors.videos import decode
from . import loudness, motion
from .clipfile import NotPlayable, open_clip
from .fingerprint import dhash
from .movement import Movement
from .similarity import compare

if TYPE_CHECKING:
    from av import AudioStream, VideoFrame, VideoStream

Measures = dict[str, float | str | None]
_DIGITS = 4


class Stopped(Exception):
    """Measuring was stopped from outside."""


def measure(
    path: Path,
    *,
    start: Image.Image | None = None,
    end: Image.Image | None = None,
    stop: threading.Event | None = None,
) -> Measures:
    """Measure a clip, in one pass over its file.

    Gives every name of `ipyseedance.contract.measures.MEASURES`, in that order, and None where there is nothing to
    measure: no picture given, no sound, a single frame. How each is defined, and what it cannot tell:

    - `start_ssim`, `end_ssim`: -1 to 1, `similarity.ssim` of the given picture, cut and resized as the model does it,
      and the clip's real first or last frame, both at 480 pixels on the shorter side
    - `start_color_shift`, `end_color_shift`: ΔE*ab, 0 to about 200, `similarity.color_shift` of the same two
    - `motion`: percent of the picture's height a second, 0 to about 200 at 24 fps, `movement.Movement.motion`
    - `flicker`: percent of the range from black to white, 0 to 100, `movement.Movement.flicker`
    - `cuts`: 0 or more, `movement.Movement.cuts`
    - `loudness`: LUFS, -70 to about 3, `loudness.Meter.loudness`; `peak`: dBFS, `loudness.Meter.peak`
    - `audible`: 1.0 or 0.0, whether there is a loudness
    - `hash_first`, `hash_middle`, `hash_last`: 16 hex digits, `fingerprint.dhash` of that frame

    Numbers are rounded to four places. It takes about 4 times as long as decoding alone, and memory for a few frames.

    Args:
        path: the clip's file.
        start: the picture it was asked to begin on.
        end: the picture it was asked to end on.
        stop: once it is set, measuring ends with `Stopped`, at the next frame.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    import av

    watch = _Pictures(keeps_first=start is not None)
    meter = None
    with open_clip(path) as container:
        resampler = av.AudioResampler("fltp", rate=loudness.RATE)
        streams: list[VideoStream | AudioStream] = [container.streams.video[0], *container.streams.audio[:1]]
        for frame in decode(container, *streams, look=lambda _: _check(stop)):
            if isinstance(frame, av.VideoFrame):
                watch.feed(frame)
            else:
                meter = meter or loudness.Meter([channel.name for channel in frame.layout.channels])
                for piece in resampler.resample(frame):
                    meter.feed(piece.to_ndarray())
        if meter:
            for piece in resampler.resample(None):
                meter.feed(piece.to_ndarray())
    if watch.last is None:
        raise NotPlayable("it has no frames")
    found: Measures = dict.fromkeys(MEASURES)
    for name, given, actual in (("start", start, watch.first), ("end", end, watch.last)):
        if given is not None and actual is not None:
            _check(stop)
            with contextlib.suppress(ValueError):  # too small to be compared; the others are measured all the same
                found[f"{name}_ssim"], found[f"{name}_color_shift"] = compare(given, _image(actual))
    found |= {"motion": watch.movement.motion, "flicker": watch.movement.flicker, "cuts": watch.movement.cuts}
    if meter:
        found |= {"loudness": meter.loudness, "peak": meter.peak}
    found["audible"] = float(found["loudness"] is not None)
    hashes = watch.hashes
    found |= {"hash_first": hashes[0], "hash_middle": hashes[len(hashes) // 2], "hash_last": hashes[-1]}
    return {name: _round(value) for name, value in found.items()}


def _round(value: float | str | None) -> float | str | None:
    if not isinstance(value, float):
        return value
    return round(value, _DIGITS) if math.isfinite(value) else None  # a decoder gives what the file has in it


def _check(stop: threading.Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Stopped


@dataclass
class _Pictures:
    """What is looked at in the pictures while they come."""

    keeps_first: bool
    first: VideoFrame | None = None
    last: VideoFrame | None = None
    hashes: list[str] = field(default_factory=list)
    movement: Movement = field(default_factory=Movement)

    def __post_init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._size = (0, 0)
        self._reformatter = VideoReformatter()  # one for all: a frame's own is set up anew for each

    def feed(self, frame: VideoFrame) -> None:
        if not self.hashes:
            self._size = _small(frame.width, frame.height)
            self.first = frame if self.keeps_first else None
        self.last = frame
        small = self._reformatter.reformat(frame, *self._size, format="rgb24", interpolation="AREA").to_ndarray()
        self.hashes.append(dhash(Image.fromarray(small)))
        if min(self._size) >= motion.SMALLEST:
            if frame.time is None:
                raise NotPlayable("a frame has no time")
            self.movement.feed(small, frame.time)


def _small(width: int, height: int) -> tuple[int, int]:
    shorter = min(width, height)
    if shorter <= motion.SIDE:
        return width, height
    return round(width * motion.SIDE / shorter), round(height * motion.SIDE / shorter)


def _image(frame: VideoFrame) -> Image.Image:
    return Image.fromarray(frame.to_ndarray(format="rgb24"))
