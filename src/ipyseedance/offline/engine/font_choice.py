"""Which font a text is written in: the bundled one, or one of the system's for Chinese, Japanese and Korean.

fonts/NotoSans-SemiBold.ttf is Noto Sans of the OFL licence beside it, cut by fontTools' pyftsubset to Latin, Greek and
Cyrillic with their accents and punctuation (the ranges of `_BUNDLED`), kerning kept, hints left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from PIL import ImageFont

_FONT = Path(__file__).parent / "fonts" / "NotoSans-SemiBold.ttf"
_BUNDLED = (
    (0x20, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x20A0, 0x20BF),
    (0x2100, 0x214F),
)  # fmt: skip
_EAST_ASIAN = (
    (0x1100, 0x11FF), (0x2E80, 0x30FF), (0x3100, 0x33FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0xFF00, 0xFFEF), (0x20000, 0x2FFFF),
)  # fmt: skip
_SYSTEM = (
    "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJKjp-Regular.otf", "NotoSansCJKsc-Regular.otf",
    "SourceHanSans-Regular.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc", "msyh.ttc",
    "YuGothM.ttc", "meiryo.ttc", "malgun.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
    "NanumGothic.ttf", "ipag.ttf", "Arial Unicode.ttf",
)  # fmt: skip
"""Names that Pillow looks for in the system's font folders, the best first."""


def drawable(text: str) -> str:
    """The text as it can be drawn: composed, without control characters and pictographs."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        character for character in composed
        if _within(character, _BUNDLED + _EAST_ASIAN) or unicodedata.category(character)[0] in "LNM"
    )  # fmt: skip


def font_for(text: str, pixels: float) -> ImageFont.FreeTypeFont | None:
    """A font that has all of the text's characters; None if none is to be had here."""
    if all(_within(character, _BUNDLED) for character in text):
        return ImageFont.truetype(_FONT, pixels)
    if not all(_within(character, _BUNDLED + _EAST_ASIAN) for character in text):
        return None  # other scripts need shaping that Pillow does not do everywhere
    foreign = sorted({character for character in text if not _within(character, _BUNDLED)})
    return next((font for font in _installed(pixels) if all(_has(font, character) for character in foreign)), None)


def _installed(pixels: float) -> Iterable[ImageFont.FreeTypeFont]:
    for name in _SYSTEM:
        try:
            yield ImageFont.truetype(name, pixels)
        except OSError:
            continue


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether it draws something else than its sign for what it does not have."""
    missing = font.getmask("\U0010fffe")
    drawn = font.getmask(character)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing) or unicodedata.category(character)[0] == "Z"


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)
