"""What an MP4 holds: its size, length and sound, and its first and last frame."""

from __future__ import annotations

import io
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract.errors import ClipNotSaved

if TYPE_CHECKING:
    from av import VideoFrame
    from PIL.Image import Image


@dataclass(frozen=True)
class ClipInfo:
    """Pixels, seconds, frames a second, and whether there is sound."""

    width: int
    height: int
    duration: float
    fps: float
    has_audio: bool


def probe(path: Path) -> ClipInfo:
    """Look at a clip's streams and decode its first frame.

    Raises:
        ClipNotSaved: the file is not a playable video.
    """
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            next(container.decode(stream))
            fps = float(stream.average_rate or stream.guessed_rate or 0)
            seconds = stream.duration * stream.time_base if stream.duration and stream.time_base else 0
            return ClipInfo(
                width=stream.width,
                height=stream.height,
                duration=round(float(seconds or (container.duration or 0) / 1_000_000), 3),
                fps=fps,
                has_audio=bool(container.streams.audio),
            )
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise ClipNotSaved(
            "What came down is not a playable video.",
            next_step="Open its address in a browser; reopening the project downloads it again.",
            charged="yes",
        ) from error


def first_frame(path: Path) -> Image:
    """The first frame, as RGB."""
    import av

    with av.open(str(path)) as container:
        return _picture(next(container.decode(video=0)))


def last_frame(path: Path) -> Image:
    """The last frame, as RGB."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if stream.duration:
            # From the last keyframe on, instead of the whole clip.
            container.seek(stream.duration, stream=stream, backward=True)
        (last,) = deque(container.decode(stream), maxlen=1)
        return _picture(last)


def poster(path: Path, width: int = 640) -> bytes:
    """A JPEG of the first frame, at most `width` pixels wide."""
    picture = first_frame(path)
    picture.thumbnail((width, width))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=84)
    return out.getvalue()


def _picture(frame: VideoFrame) -> Image:
    from PIL import Image

    return Image.fromarray(frame.to_ndarray(format="rgb24"))
