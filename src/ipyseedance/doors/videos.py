"""Videos: an MP4 and nothing else, through FFmpeg, which knows some 350 formats and many of them name other files.

The file is opened once, here; FFmpeg reads that, and whatever it wants to open besides is refused. What it may decode
is named. The limits are far beyond what a model delivers (4K, 15 s): they keep memory and time within bounds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, overload

from .boxes import MOST_STREAMS, NoVideo, check_boxes
from .files import open_file

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, Packet, VideoCodecContext, VideoFrame, VideoStream
    from av.container import InputContainer

__all__ = ["MOST_FRAMES", "MOST_PIXELS", "MOST_SECONDS", "MOST_SIDE", "NoVideo", "decode", "open_video"]

MOST_SIDE = 4320
MOST_PIXELS = 9_437_184
"""Of a picture: the most of H.264 up to level 5.2, 4096 x 2304."""
_SAMPLE_BYTES = {"yuv420p": 1, "yuvj420p": 1, "yuv420p10le": 2}
"""The kinds of pictures that are taken, which endpoints deliver and browsers play; `MOST_PIXELS` is for one byte, half
as many for two. H.264 keeps up to 16 pictures: 16 of 4096 x 2304 in 4:4:4 of 10 bits took 1.2 GB, of these 0.4 GB."""
_THREADS = 2
"""Each keeps pictures of its own, and several clips are decoded at a time. A third gains 5 % on two cores."""
MOST_FRAMES = 36_000
MOST_SECONDS = 600.0

_VIDEO = ("h264", "hevc", "libdav1d", "av1", "vp9")
_SOUND = ("aac", "mp3float", "mp3", "opus", "libopus")
_DECODERS = ",".join((*_VIDEO, *_SOUND))
_OPTIONS = {
    "codec_whitelist": _DECODERS,
    "max_pixels": str(MOST_PIXELS),
    "max_streams": str(MOST_STREAMS),
    "protocol_whitelist": "none",  # there is no protocol of that name
    "enable_drefs": "0",
}
_BUFFER = 1 << 17
"""Bytes that are read at a time: each is a way from FFmpeg to Python and back."""


@contextmanager
def open_video(path: Path) -> Iterator[InputContainer]:
    """A clip's file, with a video stream as its first. Use `decoded` to decode: it keeps to the limits.

    Tags that are no UTF-8 are no reason to refuse it.

    Raises:
        NoVideo: it is no MP4, holds no video of a codec that is known, or is beyond the limits.
        OSError: the file cannot be read, or is a link.
    """
    import av

    with open_file(path) as file, contextlib.ExitStack() as stack:
        check_boxes(file)
        file.seek(0)
        try:
            container = av.open(
                file,
                mode="r",
                format="mov",
                options=_OPTIONS,
                metadata_errors="replace",
                buffer_size=_BUFFER,
                io_open=_refuse,
            )
            stack.enter_context(container)
            for stream in container.streams:
                _check(stream)
        except (av.FFmpegError, ValueError, ArithmeticError) as error:
            raise NoVideo("it cannot be decoded") from error
        if not container.streams.video or container.streams.video[0].codec_context.codec.name not in _VIDEO:
            raise NoVideo("it holds no video that is known")
        yield container


@overload
def decode(
    container: InputContainer, *streams: VideoStream, look: Callable[[Packet[Any]], None] = ...
) -> Iterator[VideoFrame]: ...
@overload
def decode(
    container: InputContainer, *streams: AudioStream, look: Callable[[Packet[Any]], None] = ...
) -> Iterator[AudioFrame]: ...
@overload
def decode(
    container: InputContainer, *streams: VideoStream | AudioStream, look: Callable[[Packet[Any]], None] = ...
) -> Iterator[VideoFrame | AudioFrame]: ...
def decode(
    container: InputContainer, *streams: VideoStream | AudioStream, look: Callable[[Packet[Any]], None] = lambda _: None
) -> Iterator[VideoFrame | AudioFrame]:
    """The pictures and the sound of streams of a clip, as they lie in its file.

    Args:
        look: is called for every piece of the file; what it raises ends this.

    Raises:
        NoVideo: there are more or larger ones than `MOST_FRAMES`, `MOST_SECONDS`, `MOST_SIDE` allow, or of a kind that
            is not taken.
        av.FFmpegError: they cannot be decoded.
    """
    import av

    frames, seconds = 0, 0.0
    for packet in container.demux(*streams):
        look(packet)
        found = packet.decode()
        context = packet.stream.codec_context
        if isinstance(context, av.VideoCodecContext):  # a decoder keeps up to 16 before it gives one
            _check_pictures(context)
        for frame in found:
            if isinstance(frame, av.VideoFrame):
                frames += 1
                _check_pictures(frame)
            elif isinstance(frame, av.AudioFrame):
                seconds += frame.samples / max(frame.sample_rate, 1)
            else:
                continue
            if frames > MOST_FRAMES or seconds > MOST_SECONDS:
                raise NoVideo("it is too long")
            yield frame


def _check(stream: Any) -> None:
    """That a stream is within the limits as far as it says."""
    context = stream.codec_context
    if context is not None:
        # It is opened when something is decoded, and knows nothing of what the container was opened with.
        context.options = {"codec_whitelist": _DECODERS, "max_pixels": str(MOST_PIXELS)}
    if stream.duration and stream.time_base and stream.duration * stream.time_base > MOST_SECONDS:
        raise NoVideo("it is too long")
    if stream.type == "video":
        if stream.frames > MOST_FRAMES:
            raise NoVideo("it has too many frames")
        if context is None:
            raise NoVideo("its pictures are of no codec that is known")
        context.thread_count = _THREADS
        _check_pictures(context)


def _check_pictures(seen: VideoFrame | VideoCodecContext) -> None:
    """That a picture, or those that a decoder makes, are of a kind and size that are taken, as far as they say."""
    bytes_each = 1
    if seen.format is not None:
        if seen.format.name not in _SAMPLE_BYTES:
            raise NoVideo(f"its pictures are {seen.format.name}, which few can play")
        bytes_each = _SAMPLE_BYTES[seen.format.name]
    if max(seen.width, seen.height) > MOST_SIDE or seen.width * seen.height * bytes_each > MOST_PIXELS:
        raise NoVideo(f"its pictures are too large: {seen.width} x {seen.height}")


def _refuse(*_: object) -> NoReturn:
    raise NoVideo("it refers to another file")
