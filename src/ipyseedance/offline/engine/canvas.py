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
SMALL = Interpolation.AREA | _EXACT
BAND = 80
"""Rows worked on at a time: so many stay in the processor's cache from one step to the next."""
_WHITE = np.uint8(235)
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


def deep(picture: Floats) -> Floats:
    """The Y, U and V of an RGB picture (any shape x 3, 0 to 1), one after the other, in units of sixteen bits."""
    return np.ascontiguousarray(np.moveaxis(yuv(picture) * np.float32(256), -1, 0))


class Upscaler:
    """Small soft pictures to full-size frames: smooth, dithered, and cheap."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._scaler = VideoReformatter()

    def frame(self, picture: Floats) -> av.VideoFrame:
        """A new frame of a picture's `deep` planes (3 x height x width)."""
        _, height, width = picture.shape
        small = av.VideoFrame(width, height, "yuv444p16le")
        whole = (picture + np.float32(0.5)).astype(np.uint16)
        for values, plane in zip(whole, small.planes, strict=True):
            target = np.frombuffer(memoryview(plane), np.uint16).reshape(height, plane.line_size // 2)
            target[:, :width] = values
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


def bytes_of(light: Floats) -> Bytes:
    """From 0 to 1 as bytes; what is beyond is as bright as can be."""
    return np.asarray(np.rint(light * 255).clip(0, 255), np.uint8)


def frame_of(picture: Image.Image) -> av.VideoFrame:
    """An RGB picture as a yuv420p frame of the same size."""
    return _converted(np.asarray(picture), "yuv420p")


def planes_of(pixels: Bytes) -> tuple[Bytes, Bytes, Bytes]:
    """The Y, U and V of RGB pixels (rows x columns x 3, or x 4 with a byte to be left out), each of their size."""
    frame = _converted(pixels, "yuv444p")
    return _plane(frame, 0).copy(), _plane(frame, 1).copy(), _plane(frame, 2).copy()


def _converted(pixels: Bytes, format: str) -> av.VideoFrame:
    return VideoReformatter().reformat(
        av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba" if pixels.shape[2] == 4 else "rgb24"),
        format=format,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=SOFT,
        threads=1,
    )


def blend(target: Bytes, source: Bytes | NDArray[np.int16], coverage: NDArray[np.int16]) -> None:
    """Lay `source` over `target` where `coverage` says: 0 to 128, so that a difference times it fits 16 bits."""
    under = target.astype(np.int16)
    over = np.subtract(source, under, dtype=np.int16)
    over *= coverage
    over >>= 7
    under += over
    target[...] = under.astype(np.uint8)


def brighten(luma: Bytes, light: Bytes) -> None:
    """Add light to brightness, up to white; what is brighter than white becomes white."""
    # White less what is there cannot overflow, and so neither can the sum.
    room = np.minimum(luma, row_of(_WHITE, luma))
    np.subtract(_WHITE, room, out=room)
    luma += np.minimum(light, room, out=room)


def row_of(value: np.uint8, values: Bytes) -> Bytes:
    """A row as wide as `values`, for their minimum or maximum: NumPy takes ten times as long with a single number."""
    return np.full(values.shape[1], value)


def over(values: Bytes) -> Image.Image:
    """An image in the very memory of an array, gray or (rows x columns x 4) RGBA."""
    height, width = values.shape[:2]
    return _shared("RGBA" if values.ndim == 3 else "L", (width, height), values, 0)


def _image(plane: av.video.plane.VideoPlane) -> Image.Image:
    memory = np.frombuffer(memoryview(plane), np.uint8)
    return _shared("L", (plane.width, plane.height), memory, plane.line_size)


def _shared(mode: str, size: tuple[int, int], memory: Bytes, stride: int) -> Image.Image:
    image = Image.frombuffer(mode, size, memory, "raw", mode, stride, 1)
    image.readonly = 0  # it is this memory that is to be drawn on
    return image


def _plane(frame: av.VideoFrame, index: int) -> Bytes:
    plane = frame.planes[index]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
