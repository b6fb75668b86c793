"""The quiet corner mark that says these clips come from the offline engine and not from Seedance."""

from __future__ import annotations

import math

from PIL import ImageFont

from .canvas import Canvas
from .outlined_text import OutlinedText

TEXT = "offline engine"


class Watermark:
    """Draws it, upper right, where no player has its controls; legible on light and dark."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        unit = math.sqrt(width * height)
        font = ImageFont.load_default(size=unit * 0.021)
        edge = max(1, round(unit * 0.002))
        self._stencil = OutlinedText((TEXT,), font, edge=edge, leading=0.0, text=0.62, shadow=0.28)
        margin = round(unit * 0.014)
        self._left = (width - margin - self._stencil.width) // 2 * 2
        self._top = margin // 2 * 2

    def draw(self, canvas: Canvas, strength: float) -> None:
        """Draw it as strongly as `strength` (0 to 1) says."""
        self._stencil.draw(canvas, self._left, self._top, strength)
