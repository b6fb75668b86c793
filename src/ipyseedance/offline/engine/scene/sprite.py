"""Things with a shape of their own: drawn once, then placed on the picture with any shift and size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Bytes, Canvas, Floats, over, planes_of
from .perspective import Stage
from .texture import Texture


@dataclass(frozen=True)
class Place:
    """Where a thing stands now: its foot's middle in the picture's pixels, and its size against its drawing's."""

    x: float
    y: float
    scale: float = 1.0


Path = Callable[[float], Place]
Pose = Image.Image
"""An RGBA drawing."""
_BORDER = 2
_HUE = 8.0
_MARK, _FEW = 12.0, 0.004
"""A colour that stands out so far is seen, if so much of a drawing has it: a lit window, an eye."""
_LARGE = 20_000
"""Pixels."""


class Sprite:
    """A thing that moves along a path and may change its pose as it goes."""

    def __init__(
        self, stage: Stage, poses: Sequence[Pose | Drawing], path: Path, depth: float, poses_per_second: float = 0.0
    ) -> None:
        self._stage, self._path, self.depth = stage, path, depth
        self._poses = [pose if isinstance(pose, Drawing) else Drawing(pose) for pose in poses]
        self._rate = poses_per_second

    def draw(self, canvas: Canvas, seconds: float, view: View) -> None:
        """Draw it where it is now."""
        place, lens = self._path(seconds), self._stage.lens(view, self.depth)
        drawing = self._poses[int(seconds * self._rate) % len(self._poses)]
        scale = place.scale * lens.zoom
        left = place.x * lens.zoom + lens.x - drawing.width * scale / 2
        top = place.y * lens.zoom + lens.y - drawing.height * scale
        drawing.lay(canvas, left, top, scale)


class Drawing:
    """A pose to be laid down: opacity and, where it is not all of one colour, colour. Made ready when first laid."""

    def __init__(self, pose: Pose, border: int = _BORDER) -> None:
        self._pose = pose
        self._border = border
        self.width, self.height = pose.width + 2 * border, pose.height + border

    @cached_property
    def _ready(self) -> tuple[Texture, list[int | None]]:
        pose = self._pose
        del self._pose  # of no more use, and the largest part of a scene's memory
        pixels = np.zeros((self.height, self.width, 4), np.uint8)
        over(pixels).paste(pose, (self._border, self._border))
        alpha = pixels[:, :, 3].copy()
        # Clear pixels take the drawing's mean colour, or its edges would be drawn in black.
        some = _some(alpha)
        weight = alpha[some] / np.float32(max(1, int(alpha[some].sum(dtype=np.int64))))
        mean = [round(float((pixels[:, :, c][some] * weight).sum())) for c in range(3)]
        np.copyto(pixels.view("<u4")[:, :, 0], np.array([*mean, 0], np.uint8).view("<u4"), where=alpha == 0)
        planes = planes_of(pixels)
        large = alpha.size > _LARGE
        flat = [_flat(plane[some], weight, chroma=index > 0, large=large) for index, plane in enumerate(planes)]
        shaded = [(index, plane) for index, plane in enumerate(planes) if flat[index] is None]
        coarse = tuple(number for number, (index, _) in enumerate(shaded, 1) if index > 0)
        return Texture(alpha, *(plane for _, plane in shaded), coarse=coarse), flat

    def lay(self, canvas: Canvas, left: float, top: float, scale: float) -> None:
        """Lay it over the canvas with its upper left corner there."""
        texture, colors = self._ready
        shaded = [index for index, flat in enumerate(colors) if flat is None]
        for part, indices in ((1.0, (0,)), (0.5, (1, 2))):
            wanted = [1 + number for number, index in enumerate(shaded) if index in indices]
            shape = canvas.planes[indices[0]].shape
            patch = texture.on(shape, left * part, top * part, scale * part, 0, *wanted)
            if patch is None:
                continue
            opacity, *colored = patch.images
            for index in indices:
                flat = colors[index]
                canvas.images[index].paste(colored.pop(0) if flat is None else flat, patch.corner, opacity)


def _some(alpha: Bytes) -> tuple[slice, slice]:
    """Enough of a drawing's pixels to tell its colour by: all of a small one, every third each way of a large one."""
    every = 3 if alpha.size > _LARGE else 1
    some = (slice(None, None, every), slice(None, None, every))
    return some if alpha[some].any() else (slice(None), slice(None))


def _flat(plane: Bytes, weight: Floats, *, chroma: bool, large: bool) -> int | None:
    """The one value that stands for a plane, if its own differ less than is seen in a small thing."""
    mean = float((plane * weight).sum())
    away = np.abs(plane - np.float32(mean))
    spread = math.sqrt(float((away**2 * weight).sum()))
    if not chroma:
        return round(mean) if spread < 0.5 else None
    # In a large one much smaller differences are seen.
    strict = 3 if large else 1
    marked = float(weight[away > _MARK / strict].sum())
    return round(mean) if spread < _HUE / strict and marked < _FEW else None


def standing(x: float, y: float) -> Path:
    """Stays where it is."""
    place = Place(x, y)
    return lambda _seconds: place
