"""Given pictures come back as the clip's first and last frames, through the server's own API."""

from __future__ import annotations

import base64
import io

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ipyseedance.media.similarity import ssim

from .conftest import IMAGE, Submit, clip_of, luma, picture, png

SIZE = (864, 496)
Bytes = NDArray[np.uint8]


def grainy(seed: int) -> Image.Image:
    """A dark picture with the grain of fast film."""
    soft = np.asarray(picture((1200, 800), seed), np.float32) * 0.6
    grain = np.random.default_rng(seed).normal(0, 18, (800, 1200, 3))
    return Image.fromarray((soft + grain).clip(0, 255).astype(np.uint8))


def lettered() -> Image.Image:
    """Sharp letters on white."""
    image = Image.new("RGB", (1000, 1000), "white")
    font = ImageFont.load_default(size=34)
    for row in range(22):
        ImageDraw.Draw(image).text(
            (20, 10 + 44 * row), "The quick brown fox jumps over the lazy dog 0123456789", "black", font
        )
    return image


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def wanted(data: bytes) -> Bytes:
    """The picture's BT.709 luma after the centre crop and scale that the clip's size asks for."""
    with Image.open(io.BytesIO(data)) as image:
        rgb = np.asarray(ImageOps.fit(image.convert("RGB"), SIZE, Image.Resampling.LANCZOS), np.float64)
    levels: Bytes = np.rint(16 + rgb @ np.array([0.2126, 0.7152, 0.0722]) * 219 / 255).astype(np.uint8)
    return levels


@pytest.mark.parametrize(
    ("start", "end"),
    [(png(picture((900, 700), 1)), jpeg(grainy(2))), (jpeg(grainy(3)), png(lettered()))],
    ids=["photograph to grain", "grain to letters"],
)
def test_given_frames_come_back_as_they_were(client: httpx.Client, submit: Submit, start: bytes, end: bytes) -> None:
    fields = {name: "data:image/png;base64," + base64.b64encode(data).decode()
              for name, data in (("image_url", start), ("end_image_url", end))}  # fmt: skip
    body = {"prompt": "One becomes the other", "resolution": "480p", "aspect_ratio": "16:9", "duration": "4", "seed": 5}
    frames = luma(clip_of(client, submit(body | fields | {"generate_audio": False}, IMAGE)))
    for shown, data in ((frames[0], start), (frames[-1], end)):
        given = wanted(data)
        noise = np.mean((shown.astype(np.float64) - given) ** 2)
        assert 10 * np.log10(255**2 / noise) >= 42
        assert ssim(shown, given) >= 0.99
