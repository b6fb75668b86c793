"""A frame's planes as arrays to draw on, and the few ways of drawing that every scene is made of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]
RGB = tuple[float, float, float]

# Without these flags the scaler's bytes depend on the processor.
_EXACT = Interpolation.ACCURATE_RND | Interpolation.BITEXACT
SOFT = Interpolation.BICUBIC | _EXACT
_WHITE = np.uint8(235)
_FULL = 128
"""Full coverage: seven bits, so that a difference times a coverage fits 16."""
_RGB_TO_YUV = np.array(
    [
        [0.2126 * 219, 0.7152 * 219, 0.0722 * 219],
        [-0.2126 / 1.8556 * 224, -0.7152 / 1.8556 * 224, 0.9278 / 1.8556 * 224],
        [0.7874 / 1.5748 * 224, -0.7152 / 1.5748 * 224, -0.0722 / 1.5748 * 224],
    ],
    dtype=np.float32,
)
_OFFSET = np.array([16, 128, 128], dtype=np.float32)


@dataclass(frozen=True)
class Canvas:
    """The planes of a yuv420p frame, writable."""

    planes: tuple[Bytes, Bytes, Bytes]
    images: tuple[Image.Image, ...] = ()
    """The same memory for Pillow, which pastes with a mask several times as quickly as NumPy."""

    @classmethod
    def of(cls, frame: av.VideoFrame) -> Canvas:
        """The frame's own memory; drawing here draws on the frame."""
        return cls((_plane(frame, 0), _plane(frame, 1), _plane(frame, 2)), tuple(_image(p) for p in frame.planes))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.planes[0].shape
        return width, height


def rgb(color: RGB) -> Floats:
    """A colour to reckon with."""
    return np.array(color, np.float32)


def yuv(color: RGB | Floats) -> Floats:
    """RGB from 0 to 1 in the last axis, as limited-range BT.709 in units of eight bits."""
    return np.asarray(color, dtype=np.float32).clip(0, 1) @ _RGB_TO_YUV.T + _OFFSET


class Upscaler:
    """Small soft pictures to full-size frames: smooth, dithered, and cheap."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._scaler = VideoReformatter()

    def frame(self, picture: Floats) -> av.VideoFrame:
        """A new frame of an RGB picture (height x width x 3, 0 to 1)."""
        height, width = picture.shape[:2]
        small = av.VideoFrame(width, height, "yuv444p16le")
        deep = (yuv(picture) * 256 + 0.5).astype(np.uint16)
        for channel, plane in enumerate(small.planes):
            target = np.frombuffer(memoryview(plane), np.uint16).reshape(height, plane.line_size // 2)
            target[:, :width] = deep[:, :, channel]
        return self._scaler.reformat(small, *self._size, "yuv420p", interpolation=SOFT, threads=1)


class Scaler:
    """Single planes to another size, smoothly: ten times as quick as Pillow."""

    def __init__(self) -> None:
        # Each keeps the tables of the last pair of sizes it had.
        self._scalers = defaultdict[tuple[int, ...], VideoReformatter](VideoReformatter)

    def scaled(self, plane: Bytes, width: int, height: int) -> Bytes:
        """The plane at that size."""
        scaler = self._scalers[*plane.shape, height, width]
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(plane), format="gray")
        return _plane(scaler.reformat(frame, width, height, "gray", interpolation=SOFT, threads=1), 0)


def frame_of(picture: Image.Image) -> av.VideoFrame:
    """An RGB picture as a yuv420p frame of the same size."""
    return _converted(np.asarray(picture), "yuv420p")


def planes_of(pixels: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    """The Y, U and V of RGB pixels (rows x columns x 3), each of their size."""
    frame = _converted(pixels, "yuv444p")
    return _plane(frame, 0).copy(), _plane(frame, 1).copy(), _plane(frame, 2).copy()


def _converted(pixels: Bytes, format: str) -> av.VideoFrame:
    return VideoReformatter().reformat(
        av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24"),
        format=format,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=SOFT,
        threads=1,
    )


def blend(target: Bytes, source: Bytes | NDArray[np.int16], coverage: NDArray[np.int16]) -> None:
    """Lay `source` over `target` where `coverage` (0 to 128) says."""
    under = target.astype(np.int16)
    over = np.subtract(source, under, dtype=np.int16)
    over *= coverage
    over >>= 7
    under += over
    target[...] = under.astype(np.uint8)


def brighten(luma: Bytes, light: Bytes) -> None:
    """Add light to brightness, up to white; what is brighter than white becomes white."""
    # White less what is there cannot overflow, and so neither can the sum.
    luma += np.minimum(light, _WHITE - np.minimum(luma, _WHITE))


def coverage_of(alpha: Floats) -> NDArray[np.int16]:
    """Opacity from 0 to 1 as `blend` takes it."""
    return np.rint(alpha * _FULL).astype(np.int16)


def _image(plane: av.video.plane.VideoPlane) -> Image.Image:
    memory = np.frombuffer(memoryview(plane), np.uint8)
    image = Image.frombuffer("L", (plane.width, plane.height), memory, "raw", "L", plane.line_size, 1)
    image.readonly = 0  # it is the frame's memory that is to be drawn on
    return image


def _plane(frame: av.VideoFrame, index: int) -> Bytes:
    plane = frame.planes[index]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
