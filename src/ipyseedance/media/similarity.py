"""How like a given picture a clip's frame is: structure and colour, apart from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIDE = 480
"""Pixels of the shorter side at which pictures are compared; smaller ones as they are."""
_SIGMA, _RADIUS = 1.5, 5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_COLOR_SIDE = 96
_WHITE = (0.95047, 1.0, 1.08883)
_TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))


def fit(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture as the model fits it to a clip of that size: cut about its centre to the clip's ratio, then resized.

    That is what ByteDance documents for a start frame of another ratio. An end frame follows the start frame there;
    both are cut about the centre here.
    """
    width, height = size
    scale = min(picture.width / width, picture.height / height)
    # Rounding may lay an edge a hair outside, which Pillow refuses.
    left, top = max(0.0, (picture.width - width * scale) / 2), max(0.0, (picture.height - height * scale) / 2)
    right, bottom = min(picture.width, left + width * scale), min(picture.height, top + height * scale)
    box = (left, top, right, bottom)
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, box=box)


def compare(given: Image.Image, actual: Image.Image) -> tuple[float, float]:
    """Structure and colour of a clip's frame against the picture it was asked to show.

    Both are brought to `SIDE` pixels on the shorter side first, in the same way. Gives `ssim` of their luma (Rec. 601)
    and their `color_shift`.
    """
    given, actual = (_reduce(picture, SIDE) for picture in (fit(given, actual.size), actual))
    return ssim(*(np.asarray(picture.convert("L")) for picture in (given, actual))), color_shift(given, actual)


def ssim(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The mean structural similarity of two luma pictures of values 0 to 255, from -1 to 1; 1 is the same.

    Source: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural
    Similarity", 2004: a Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over all places where
    the window lies within the picture. scikit-image gives the same with `gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, data_range=255`.

    Caveat: it is strict about place. A shift of a few pixels, which nobody sees, lowers it much; a blur less.

    Raises:
        ValueError: they differ in shape, or are smaller than the window.
    """
    if first.shape != second.shape or min(first.shape) <= 2 * _RADIUS:
        raise ValueError(f"pictures of shapes {first.shape} and {second.shape} cannot be compared")
    # About the middle of the range, so that single precision is enough for the variances.
    x, y = first.astype(np.float32) - 128, second.astype(np.float32) - 128
    mean_x, mean_y = _smooth(x), _smooth(y)
    variances = _smooth(x * x + y * y) - mean_x**2 - mean_y**2
    covariance = _smooth(x * y) - mean_x * mean_y
    mean_x, mean_y = mean_x + 128, mean_y + 128
    light = (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
    structure = (2 * covariance + _C2) / (variances + _C2)
    return min(float(np.mean(light * structure, dtype=np.float64)), 1.0)


def color_shift(first: Image.Image, second: Image.Image) -> float:
    """The distance between two pictures' mean colours: CIE 1976 ΔE*ab, D65; 0 is none, about 2.3 just shows.

    Each pixel of the picture, reduced to 96 on the shorter side, is taken from sRGB to L*a*b*; the means are compared.

    Caveat: shifts that differ from place to place cancel out. Light counts too: black to white is 100.
    """
    small = (_reduce(picture.convert("RGB"), _COLOR_SIDE) for picture in (first, second))
    means = [_lab(np.asarray(picture)).mean(axis=(0, 1)) for picture in small]
    return float(np.linalg.norm(means[0] - means[1]))


def _smooth(values: Floats) -> Floats:
    """Under the Gaussian window, wherever it lies within."""
    taps = np.exp(-0.5 * (np.arange(-_RADIUS, _RADIUS + 1) / _SIGMA) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for axis in (0, 1):
        length = values.shape[axis] - 2 * _RADIUS
        pieces = (values[n : n + length] if axis == 0 else values[:, n : n + length] for n in range(len(taps)))
        total: Floats = next(pieces) * taps[0]
        for tap, piece in zip(taps[1:], pieces, strict=True):
            total += tap * piece
        values = total
    return values


def _reduce(picture: Image.Image, side: int) -> Image.Image:
    shorter = min(picture.size)
    if shorter <= side:
        return picture
    width, height = (round(length * side / shorter) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)


def _lab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    levels = np.arange(256) / 255
    linear = np.where(levels > 0.04045, ((levels + 0.055) / 1.055) ** 2.4, levels / 12.92)[pixels]
    ratios = linear @ np.array(_TO_XYZ).T / np.array(_WHITE)
    roots = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    x, y, z = np.moveaxis(roots, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), axis=-1)
