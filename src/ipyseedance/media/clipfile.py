"""What an MP4 holds: its size, length and sound, and its first and last frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract import previews

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from PIL.Image import Image


@dataclass(frozen=True)
class ClipInfo:
    """Pixels, seconds, frames a second, and whether there is sound."""

    width: int
    height: int
    duration: float
    fps: float
    has_audio: bool


class NotPlayable(Exception):
    """A file that is no video, or not a whole one."""


def opened(path: Path) -> InputContainer:
    """A clip's file, to be read. Tags that are no UTF-8 are no reason to refuse it."""
    import av

    return av.open(str(path), metadata_errors="replace")


def probe(path: Path, *, every_frame: bool = False) -> ClipInfo:
    """Look at a clip's streams, decode its first frame, and check that every frame is in the file.

    Args:
        every_frame: decode all of them. It takes about a third of a millisecond for each at 1080p.

    Raises:
        NotPlayable: it is no video, or not a whole one.
    """
    import av

    try:
        with opened(path) as container:
            stream = container.streams.video[0]
            if every_frame:
                stream.thread_type = "AUTO"
            next(container.decode(stream))
            fps = float(stream.average_rate or stream.guessed_rate or 0)
            seconds = stream.duration * stream.time_base if stream.duration and stream.time_base else 0
            info = ClipInfo(
                width=stream.width,
                height=stream.height,
                duration=round(float(seconds or (container.duration or 0) / 1_000_000), 3),
                fps=fps,
                has_audio=bool(container.streams.audio),
            )
            container.seek(0)
            _check_frames(container, every_frame=every_frame)
            return info
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise NotPlayable from error


def _check_frames(container: InputContainer, *, every_frame: bool) -> None:
    stream = container.streams.video[0]
    there = 0
    for packet in container.demux(stream):
        there += packet.size > 0 and not packet.is_corrupt
        if every_frame:
            packet.decode()
    # What the index lists and the file does not hold was cut off.
    if there < stream.frames:
        raise NotPlayable


def first_frame(path: Path) -> Image:
    """The first frame, as RGB.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    with _decoding(), opened(path) as container:
        return _picture(next(container.decode(video=0)))


def last_frame(path: Path) -> Image:
    """The last frame, as RGB.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    with _decoding(), opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if stream.duration:
            # From the last keyframe on, instead of the whole clip.
            container.seek(stream.duration, stream=stream, backward=True)
        return _picture(deque(container.decode(stream), maxlen=1)[0])


def poster(path: Path) -> bytes:
    """A JPEG of the first frame, the one the file brings along or else decoded, at most `POSTER_SIDE` pixels long.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    return previews.brought(path, "poster") or previews.poster(first_frame(path))


def _picture(frame: VideoFrame) -> Image:
    from PIL import Image

    return Image.fromarray(frame.to_ndarray(format="rgb24"))


@contextmanager
def _decoding() -> Iterator[None]:
    import av

    try:
        yield
    except (av.FFmpegError, IndexError, StopIteration) as error:
        if isinstance(error, OSError):
            raise
        raise NotPlayable from error
