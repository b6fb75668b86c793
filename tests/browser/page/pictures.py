"""Picture files to choose, drop and paste."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload


def picture(width: int, height: int, *, noise: bool = False) -> bytes:
    """A PNG file: black, or noise that does not compress."""
    pixels = np.zeros((height, width, 3), np.uint8)
    if noise:
        pixels = np.random.default_rng(7).integers(0, 255, pixels.shape, np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def png(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def size(width: int, height: int) -> str:
    """As the widget writes it."""
    return f"{width}\N{MULTIPLICATION SIGN}{height}"
