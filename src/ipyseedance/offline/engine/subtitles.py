"""What is said in a clip, written into its pictures in time with the voice."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .canvas import Canvas
from .dialogue import Line, Word, lines_of
from .font_choice import drawable, font_for
from .outlined_text import OutlinedText
from .shot import Shot
from .speech.pronunciation import join_words

_HIGH = 0.040
"""The letters' size in mean sides of the picture; never below `_LEAST` pixels."""
_LEAST = 15.0
_BROAD = 0.84
"""A row is no longer than this part of the picture's width."""
_FOOT = 0.068
"""The part of the picture's height below the last row."""
_ROWS = 2
_LINGERS = 0.45
"""Seconds for which a subtitle stays after its last word, if nothing follows."""
_FADE = 0.1


@dataclass(frozen=True)
class Subtitle:
    """What is shown at once, and when. Times are seconds from the clip's start."""

    rows: tuple[str, ...]
    start: float
    end: float


class Subtitles:
    """Draws a shot's dialogue, if it has any."""

    def __init__(self, shot: Shot) -> None:
        width, height = shot.size
        self._size = shot.size
        self._pixels = max(_LEAST, _HIGH * math.sqrt(width * height))
        self.shown: list[Subtitle] = []
        self.notes: list[str] = []
        """What could not be written, and why."""
        self._drawn: dict[Subtitle, OutlinedText] = {}
        for line in lines_of(shot.prompt, shot.seconds, shot.seed):
            self._add(line)
        # One goes when the next one comes.
        for number, (one, following) in enumerate(itertools.pairwise(self.shown)):
            self.shown[number] = replace(one, end=min(one.end, following.start))

    def draw(self, canvas: Canvas, seconds: float, strength: float) -> None:
        """Draw what is said now, as strongly as `strength` (0 to 1) says."""
        for subtitle in self.shown:
            if subtitle.start <= seconds < subtitle.end:
                stencil = self._stencil(subtitle)
                width, height = self._size
                left = max(0, (width - stencil.width) // 4 * 2)
                top = max(0, round(height * (1 - _FOOT) - stencil.height) // 2 * 2)
                fade = min(1.0, (seconds - subtitle.start) / _FADE + 0.3, (subtitle.end - seconds) / _FADE)
                stencil.draw(canvas, left, top, strength * fade)

    def _stencil(self, subtitle: Subtitle) -> OutlinedText:
        if subtitle not in self._drawn:
            font = font_for("".join(subtitle.rows), self._pixels)
            if font is None:
                raise LookupError(f"no font for {subtitle.rows}")  # only what has one is shown
            edge = max(2, round(0.09 * self._pixels))
            self._drawn[subtitle] = OutlinedText(
                subtitle.rows, font, edge=edge, leading=1.26 * self._pixels, text=0.97, shadow=0.62
            )
        return self._drawn[subtitle]

    def _add(self, line: Line) -> None:
        font = font_for(drawable(line.text), self._pixels)
        if font is None:
            self.notes.append(f"no subtitle: no font here has the letters of “{line.text[:40]}”")
            return
        room = _BROAD * self._size[0]
        rows = _broken(line.words, lambda text: font.getlength(text) <= room)
        for first in range(0, len(rows), _ROWS):
            together = rows[first : first + _ROWS]
            texts = tuple(text for row in together if (text := _text(row)))
            if texts:
                self.shown.append(Subtitle(texts, together[0][0].start, together[-1][-1].end + _LINGERS))


def _text(words: Sequence[Word]) -> str:
    return " ".join(drawable(join_words([word.text for word in words])).split())


def _broken(words: Sequence[Word], fits: Callable[[str], bool]) -> list[list[Word]]:
    """The words in rows that fit; the rows of a pair are about equally long."""
    rows: list[list[Word]] = [[]]
    for word in words:
        if rows[-1] and not fits(_text([*rows[-1], word])):
            rows.append([])
        rows[-1].append(word)
    if len(rows) == _ROWS:
        every = [*rows[0], *rows[1]]
        cuts = [cut for cut in range(1, len(every)) if fits(_text(every[:cut])) and fits(_text(every[cut:]))]
        if cuts:
            cut = min(cuts, key=lambda cut: abs(len(_text(every[:cut])) - len(_text(every[cut:]))))
            rows = [every[:cut], every[cut:]]
    return rows
