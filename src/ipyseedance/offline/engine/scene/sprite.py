"""Things with a shape of their own: drawn once, then placed on the picture with any shift and size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Bytes, Canvas, Floats, planes_of
from .stage import Stage
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
        self._pose: Pose | None = pose
        self._border = border
        self.width, self.height = pose.width + 2 * border, pose.height + border

    @cached_property
    def _ready(self) -> tuple[Texture, list[int | None]]:
        border, pose = self._border, self._pose
        self._pose = None  # of no more use, and the largest part of a scene's memory
        pixels = np.pad(np.asarray(pose), ((border, 0), (border, border), (0, 0)))
        alpha = pixels[:, :, 3]
        # Clear pixels take the drawing's mean colour, or its edges would be drawn in black.
        weight = alpha.astype(np.float32)
        total = max(1.0, float(weight.sum()))
        mean = [round(float((pixels[:, :, c] * weight).sum()) / total) for c in range(3)]
        colors = np.where(alpha[:, :, None] > 0, pixels[:, :, :3], np.array(mean, np.uint8))
        planes = planes_of(colors)
        flat = [_flat(plane, weight / total, chroma=index > 0) for index, plane in enumerate(planes)]
        return Texture(alpha, *planes, coarse=(2, 3)), flat

    def lay(self, canvas: Canvas, left: float, top: float, scale: float) -> None:
        """Lay it over the canvas with its upper left corner there."""
        texture, colors = self._ready
        for part, indices in ((1.0, (0,)), (0.5, (1, 2))):
            wanted = [index for index in indices if colors[index] is None]
            shape = canvas.planes[indices[0]].shape
            patch = texture.on(shape, left * part, top * part, scale * part, 0, *(1 + index for index in wanted))
            if patch is None:
                continue
            opacity, *shaded = patch.images
            for index in indices:
                flat = colors[index]
                canvas.images[index].paste(shaded.pop(0) if flat is None else flat, patch.corner, opacity)


def _flat(plane: Bytes, weight: Floats, *, chroma: bool) -> int | None:
    """The one value that stands for a plane, if its own differ less than is seen in a small thing."""
    mean = float((plane * weight).sum())
    spread = math.sqrt(float(((plane - np.float32(mean)) ** 2 * weight).sum()))
    return round(mean) if spread < (_HUE if chroma else 0.5) else None


def standing(x: float, y: float) -> Path:
    """Stays where it is."""
    place = Place(x, y)
    return lambda _seconds: place
