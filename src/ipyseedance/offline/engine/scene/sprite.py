"""Things with a shape of their own: drawn once, then placed on the picture with any shift and size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from ..camera import View
from ..canvas import Canvas, blend, yuv
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
        self._pose, self._border = pose, border
        self.width, self.height = pose.width + 2 * border, pose.height + border

    @cached_property
    def _ready(self) -> tuple[Texture, list[int | None]]:
        pixels = np.asarray(self._pose, np.float32) / 255
        border = self._border
        pixels = np.pad(pixels, ((border, 0), (border, border), (0, 0)))
        alpha = pixels[:, :, 3]
        known = alpha > 0
        # Clear pixels take the drawing's mean colour, or its edges would be drawn in black.
        mean = pixels[known][:, :3].mean(axis=0) if known.any() else np.zeros(3, np.float32)
        planes = np.rint(yuv(np.where(known[:, :, None], pixels[:, :, :3], mean))).astype(np.uint8)
        opacity = np.rint(alpha * 128).astype(np.uint8)
        texture = Texture(opacity, *(np.ascontiguousarray(planes[:, :, c]) for c in range(3)))
        flat = np.ptp(planes.reshape(-1, 3), axis=0) == 0
        return texture, [int(planes[0, 0, c]) if flat[c] else None for c in range(3)]

    def lay(self, canvas: Canvas, left: float, top: float, scale: float) -> None:
        """Lay it over the canvas with its upper left corner there."""
        texture, colors = self._ready
        for index, plane in enumerate(canvas.planes):
            part = 1.0 if index == 0 else 0.5
            flat = colors[index]
            wanted = (0, index + 1) if flat is None else (0,)
            patch = texture.on(plane, left * part, top * part, scale * part, *wanted)
            if patch is not None:
                opacity = patch.values[0]
                color = patch.values[1] if flat is None else np.full(opacity.shape, flat, np.uint8)
                blend(plane[patch.rows, patch.columns], color, opacity.astype(np.int16))


def standing(x: float, y: float) -> Path:
    """Stays where it is."""
    place = Place(x, y)
    return lambda _seconds: place
