"""The quiet corner mark that says these clips come from the offline engine and not from Seedance."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .canvas import Canvas, yuv

TEXT = "offline engine"
_WHITE = yuv((1.0, 1.0, 1.0))
_BLACK = yuv((0.0, 0.0, 0.0))


class Mark:
    """Draws it, lower right, legible on light and dark."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        unit = math.sqrt(width * height)
        font = ImageFont.load_default(size=unit * 0.021)
        left, top, right, bottom = (round(edge) for edge in font.getbbox(TEXT))
        pad = max(2, round(unit * 0.004))
        text = Image.new("L", (right - left + 2 * pad, bottom - top + 2 * pad))
        ImageDraw.Draw(text).text((pad - left, pad - top), TEXT, fill=255, font=font)
        shadow = Image.new("L", text.size)
        ImageDraw.Draw(shadow).text((pad - left, pad - top), TEXT, fill=255, font=font, stroke_width=pad // 2 or 1)
        margin = round(unit * 0.018)
        self._x = (width - margin - text.width) // 2 * 2
        self._y = (height - margin - text.height) // 2 * 2
        self._text = np.asarray(text, np.float32) / 255
        self._shadow = np.asarray(shadow, np.float32) / 255

    def draw(self, canvas: Canvas, strength: float) -> None:
        """Draw it as strongly as `strength` (0 to 1) says."""
        if strength <= 0:
            return
        rows, columns = self._text.shape
        luma = canvas.planes[0][self._y : self._y + rows, self._x : self._x + columns].astype(np.float32)
        luma += (_BLACK[0] - luma) * self._shadow * (0.28 * strength)
        luma += (_WHITE[0] - luma) * self._text * (0.62 * strength)
        canvas.planes[0][self._y : self._y + rows, self._x : self._x + columns] = luma.astype(np.uint8)
        gray = self._text[::2, ::2] * (0.5 * strength)
        for plane in canvas.planes[1:]:
            part = plane[self._y // 2 :, self._x // 2 :][: gray.shape[0], : gray.shape[1]]
            part[...] = np.rint(part + (128 - part.astype(np.float32)) * gray).astype(np.uint8)
