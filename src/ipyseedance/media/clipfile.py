"""What an MP4 holds: its size, length and sound, and its first and last frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract import previews
from ..doors.videos import NoVideo, decode, open_video

if TYPE_CHECKING:
    from av import Packet, VideoFrame, VideoStream
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


class TooMuch(NotPlayable):
    """A video that is far larger or longer than what was asked for; the text says what it is."""


@dataclass(frozen=True)
class Most:
    """What a clip may be: pixels of a side, seconds, and frames."""

    side: int
    seconds: float
    frames: int


@contextmanager
def open_clip(path: Path) -> Iterator[InputContainer]:
    """A clip's file, to be read; its first video stream is the clip's.

    Raises:
        NotPlayable: it is no video, or cannot be decoded; also for what FFmpeg raises within the `with`.
        OSError: it cannot be read.
    """
    import av

    try:
        with open_video(path) as container:
            yield container
    except (av.FFmpegError, NoVideo, ValueError, ArithmeticError) as error:
        raise NotPlayable(str(error)) from error


def probe(path: Path, *, every_frame: bool = False, most: Most | None = None) -> ClipInfo:
    """Look at a clip's streams, decode its first frame, and check that every frame is in the file.

    Args:
        every_frame: decode all of them. It takes about a third of a millisecond for each at 1080p.
        most: what it may be at most; without it, what `doors.videos` allows.

    Raises:
        TooMuch: it is more than it may be; nothing of it was decoded.
        NotPlayable: it is no video, or not a whole one.
        OSError: it cannot be read.
    """
    with open_clip(path) as container:
        stream = container.streams.video[0]
        seconds = stream.duration * stream.time_base if stream.duration and stream.time_base else 0
        info = ClipInfo(
            width=stream.width,
            height=stream.height,
            duration=round(float(seconds or (container.duration or 0) / 1_000_000), 3),
            fps=float(stream.average_rate or stream.guessed_rate or 0),
            has_audio=bool(container.streams.audio),
        )
        if most is not None:
            longest = max(info.duration, (container.duration or 0) / 1_000_000)  # the sound may be longer
            _check_most(info, longest, stream.frames, most)
        if every_frame:
            stream.thread_type = "AUTO"
        if next(decode(container, stream), None) is None:
            raise NotPlayable("it has no frames")
        container.seek(0)
        frames = _check_frames(container, every_frame=every_frame)
        if most is not None:
            _check_most(info, info.duration, frames, most)
        return info


def _check_most(info: ClipInfo, seconds: float, frames: int, most: Most) -> None:
    if max(info.width, info.height) > most.side:
        raise TooMuch(f"it is {info.width} x {info.height} pixels large, far larger than what was asked for")
    if seconds > most.seconds or frames > most.frames:
        raise TooMuch(f"it is {seconds:g} seconds and {frames} frames long, far longer than what was asked for")


def _check_frames(container: InputContainer, *, every_frame: bool) -> int:
    stream = container.streams.video[0]
    there = 0

    def count(packet: Packet[VideoStream]) -> None:
        nonlocal there
        there += packet.size > 0 and not packet.is_corrupt

    if every_frame:
        for _ in decode(container, stream, look=count):
            pass
    else:
        for packet in container.demux(stream):
            count(packet)
    # What the index lists and the file does not hold was cut off.
    if there < stream.frames:
        raise NotPlayable("it was cut off")
    return there


def first_frame(path: Path) -> Image:
    """The first frame, as RGB.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    with open_clip(path) as container:
        return _picture(next(decode(container, container.streams.video[0]), None))


def last_frame(path: Path) -> Image:
    """The last frame, as RGB.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    with open_clip(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if stream.duration:
            # From the last keyframe on, instead of the whole clip.
            container.seek(stream.duration, stream=stream, backward=True)
        frames = deque(decode(container, stream), maxlen=1)
        return _picture(frames[0] if frames else None)


def poster(path: Path) -> bytes:
    """A JPEG of the first frame, the one the file brings along or else decoded, at most `POSTER_SIDE` pixels long.

    Raises:
        NotPlayable: it is no video, or cannot be decoded.
        OSError: it cannot be read.
    """
    return previews.read_box(path, "poster") or previews.poster(first_frame(path))


def _picture(frame: VideoFrame | None) -> Image:
    from PIL import Image

    if frame is None:
        raise NotPlayable("it has no frames")
    return Image.fromarray(frame.to_ndarray(format="rgb24"))
