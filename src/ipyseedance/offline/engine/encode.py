"""Frames and samples to an MP4: H.264 yuv420p BT.709, AAC.

Settings are measured: this preset with mbtree costs half of veryfast for the same picture. Looking three frames ahead
instead of ten, with one B-frame in a row instead of three, takes 33 MB less at 720p and makes files 2 to 18 % smaller,
at 0.4 to 0.8 dB. One thread and cpu-independent keep the bytes the same from run to run.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from av.container import OutputContainer

    from .canvas import Floats

SAMPLE_RATE = 48_000
_AUDIO_CHUNK = 1024
_BT709 = 1
_LIMITED_RANGE = 1
_X264 = "mbtree=1:rc-lookahead=3:bframes=1:scenecut=0:cpu-independent=1"


def encode(
    frames: Iterable[av.VideoFrame],
    fps: int,
    size: tuple[int, int],
    sound: Floats | None,
    exact: tuple[int, ...] = (),
) -> bytes:
    """The clip as a file, its index last.

    Args:
        frames: pictures in order.
        sound: stereo samples, shape (2, n), or None for a clip without an audio track.
        exact: numbers of frames that must look exactly like what they were given.
    """
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        video = container.add_stream("libx264", rate=fps)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        context = video.codec_context
        context.thread_count = 1
        context.time_base = frame_time = Fraction(1, fps)
        context.gop_size = 2 * fps
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED_RANGE
        zones = "/".join(f"{n},{n},q=10" for n in exact)
        x264 = f"{_X264}:zones={zones}" if zones else _X264
        video.options = {"preset": "superfast", "crf": "20", "x264-params": x264}
        chunks = _SoundTrack(container, sound) if sound is not None else None
        container.start_encoding()
        for number, frame in enumerate(frames):
            frame.pts = number
            frame.time_base = frame_time
            frame.colorspace = _BT709
            frame.color_range = _LIMITED_RANGE
            container.mux(video.encode(frame))
            if chunks is not None:
                chunks.write_until((number + 1) / fps)
        container.mux(video.encode(None))
        if chunks is not None:
            chunks.finish()
    return file.getvalue()


class _SoundTrack:
    def __init__(self, container: OutputContainer, samples: Floats) -> None:
        self._container = container
        self._samples = np.ascontiguousarray(samples, dtype=np.float32)
        self._stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", options={"aac_coder": "fast"})
        self._stream.bit_rate = 128_000
        self._at = 0

    def write_until(self, seconds: float) -> None:
        while self._at < min(int(seconds * SAMPLE_RATE), self._samples.shape[1]):
            chunk = np.ascontiguousarray(self._samples[:, self._at : self._at + _AUDIO_CHUNK])
            frame = av.AudioFrame.from_ndarray(chunk, format="fltp", layout="stereo")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = self._at
            frame.time_base = Fraction(1, SAMPLE_RATE)
            self._container.mux(self._stream.encode(frame))
            self._at += chunk.shape[1]

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
