"""White writing on a dark shadow, legible on anything, laid straight onto a frame."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PIL.ImageFont import FreeTypeFont, ImageFont

from .canvas import Canvas, yuv

_WHITE = float(yuv((1.0, 1.0, 1.0))[0])
_BLACK = float(yuv((0.0, 0.0, 0.0))[0])


class OutlinedText:
    """Some rows of text, centred on each other."""

    def __init__(
        self,
        rows: tuple[str, ...],
        font: FreeTypeFont | ImageFont,
        *,
        edge: int,
        leading: float,
        text: float,
        shadow: float,
    ) -> None:
        """`edge` is how far the shadow reaches in pixels, `text` and `shadow` how opaque they are (0 to 1)."""
        boxes = [font.getbbox(row) for row in rows]
        pad = 2 * edge
        width = round(max(box[2] - box[0] for box in boxes)) + 2 * pad
        # Whole rows of the font, so that letters without tails keep the distance.
        ascent, descent = font.getmetrics() if isinstance(font, FreeTypeFont) else (boxes[0][3], 0)
        height = round((len(rows) - 1) * leading + ascent + descent) + 2 * pad
        letters, halo = Image.new("L", (width, height)), Image.new("L", (width, height))
        for number, (row, box) in enumerate(zip(rows, boxes, strict=True)):
            at = ((width - (box[2] - box[0])) / 2 - box[0], pad + number * leading)
            ImageDraw.Draw(letters).text(at, row, fill=255, font=font)
            ImageDraw.Draw(halo).text(at, row, fill=255, font=font, stroke_width=edge)
        halo = halo.filter(ImageFilter.GaussianBlur(0.45 * edge))
        self.width, self.height = width, height
        self._text = np.asarray(letters, np.float32) * np.float32(text / 255)
        self._shadow = np.asarray(halo, np.float32) * np.float32(shadow / 255)

    def draw(self, canvas: Canvas, left: int, top: int, strength: float = 1.0) -> None:
        """Draw it with its upper left corner at a place of even coordinates that leaves it inside the picture."""
        if strength <= 0:
            return
        rows, columns = self._text.shape
        part = (slice(top, top + rows), slice(left, left + columns))
        luma = canvas.planes[0][part].astype(np.float32)
        luma += (_BLACK - luma) * self._shadow[: luma.shape[0], : luma.shape[1]] * np.float32(strength)
        luma += (_WHITE - luma) * self._text[: luma.shape[0], : luma.shape[1]] * np.float32(strength)
        canvas.planes[0][part] = np.rint(luma).astype(np.uint8)
        gray = np.maximum(self._text, self._shadow)[::2, ::2] * np.float32(strength)
        for plane in canvas.planes[1:]:
            chroma = plane[top // 2 :, left // 2 :][: gray.shape[0], : gray.shape[1]]
            cover = gray[: chroma.shape[0], : chroma.shape[1]]
            chroma[...] = np.rint(chroma + (128 - chroma.astype(np.float32)) * cover).astype(np.uint8)
