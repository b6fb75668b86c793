"""A short name for what a picture looks like."""

from __future__ import annotations

from PIL import Image


def dhash(picture: Image.Image) -> str:
    """A picture's 64-bit difference hash, as 16 hex digits.

    The picture's luma is resized to 9 x 8 (Lanczos); each bit says whether a pixel is brighter than its left
    neighbour, row by row from the top left, the highest bit first. The package ImageHash's `dhash` defines it so too.
    How unlike two pictures are is the number of bits that differ: 0 to about 10 for the same scene, about 32 by chance.

    Caveat: it sees light and place and no colour; a picture of one tone has the hash 0.
    """
    small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (small[9 * row + column + 1] > small[9 * row + column])
    return f"{bits:016x}"
