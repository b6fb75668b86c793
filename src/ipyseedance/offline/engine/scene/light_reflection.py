"""Light upside down on water or wet ground, drawn out downwards."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from ..canvas import Bytes


def reflect(light: Bytes, share: float, *, grain: int, blur: float, strength: tuple[float, float]) -> Bytes:
    """What a drawing of light (rows x columns x 3) leaves below it.

    Args:
        share: how long it is against the light's own height.
        grain: rows of the light that run together.
        blur: pixels.
        strength: at its top and at its foot.
    """
    rows, columns = light.shape[:2]
    long = (columns, round(rows * share))
    drawn_out = Image.fromarray(light[::-1]).resize((columns, max(2, rows // grain)), Image.Resampling.BOX)
    soft = drawn_out.resize(long, Image.Resampling.BICUBIC).filter(ImageFilter.BoxBlur(max(1, blur)))
    fade = np.rint(np.linspace(*strength, soft.height) * 256).astype(np.uint32)[:, None, None]
    return ((np.asarray(soft) * fade) >> 8).clip(0, 255).astype(np.uint8)
