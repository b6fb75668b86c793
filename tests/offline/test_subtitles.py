"""What a prompt quotes is written into the pictures while it is said, in letters that are there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ipyseedance.offline.engine import font_choice
from ipyseedance.offline.engine.canvas import Canvas
from ipyseedance.offline.engine.dialogue import lines_of
from ipyseedance.offline.engine.frames import Frames
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.speech.pronunciation import phones_of
from ipyseedance.offline.engine.subtitles import Subtitles

from .conftest import picture, png

SIZE = (432, 248)


def shot(said: str, size: tuple[int, int] = SIZE, start: bytes | None = None) -> Shot:
    return Shot(f"A lake at noon. A man says: {said}", 3, size, 24, 5, still_camera=True, start=start)


def lettered(subtitles: Subtitles, seconds: float) -> NDArray[np.uint8]:
    """What is drawn on a grey picture."""
    width, height = SIZE
    planes = [np.full((height // part, width // part), 128, np.uint8) for part in (1, 2, 2)]
    subtitles.draw(Canvas((planes[0], planes[1], planes[2])), seconds, 1.0)
    return planes[0]


def test_they_are_shown_while_the_voice_says_them() -> None:
    said = shot('"Wait for me. I will be back before the first snow falls." "Good."')
    lines = lines_of(said.prompt, said.seconds, said.seed)
    subtitles = Subtitles(said)
    assert len(lines) == 2
    for line in lines:
        now = lettered(subtitles, (line.start + line.end) / 2)
        assert now.max() > 220, "white letters"
        assert now.min() < 70, "on a dark edge"
        assert (now[: SIZE[1] // 2] == 128).all(), "in the lower half"
    assert (lettered(subtitles, lines[0].start - 0.1) == 128).all()
    one, other = (lettered(subtitles, line.end - 0.1) for line in lines)
    assert not np.array_equal(one, other)


def test_the_words_of_each_are_those_said_meanwhile() -> None:
    said = shot('"One two three four five six seven eight nine ten eleven twelve thirteen fourteen."', (248, 432))
    words = [word for line in lines_of(said.prompt, said.seconds, said.seed) for word in line.words]
    shown = Subtitles(said).shown
    assert len(shown) > 1, "more than two rows are parted"
    for subtitle in shown:
        spoken = [word.text for word in words if subtitle.start <= word.start < subtitle.end]
        assert " ".join(subtitle.rows).split() == spoken
        assert len(subtitle.rows) <= 2


@pytest.mark.parametrize("words", ["Façade, naïve Łódź", "Я вернусь, друг мой", "Βγήκε ήλιος, ὦ φίλε"])
def test_latin_greek_and_cyrillic_are_drawn_with_the_bundled_font(words: str) -> None:
    font = font_choice.font_for(font_choice.drawable(words), 30)
    assert font is not None
    missing = bytes(font.getmask("\U0010fffe"))
    assert not [c for c in words if not c.isspace() and bytes(font.getmask(c)) == missing]
    assert not Subtitles(shot(f'"{words}"')).notes


def test_without_a_font_for_it_a_line_is_left_out_and_the_log_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font_choice, "_SYSTEM", ("no such font", str(font_choice._FONT)))
    reel = Frames(shot('"明日また会おう" "Until then."'))
    assert [subtitle.rows for subtitle in reel._subtitles.shown] == [("Until then.",)]
    assert len(reel.notes) == 1
    assert "明日また会おう" in reel.notes[0]


def test_pictographs_are_left_out_and_the_words_stay() -> None:
    assert [subtitle.rows for subtitle in Subtitles(shot('"Good night \U0001f31b friend."')).shown] == [
        ("Good night friend.",)
    ]


def test_given_frames_stay_untouched() -> None:
    said = shot('"Now."', start=png(picture((640, 480), 1)))
    silent = Shot("A lake", 3, SIZE, 24, 5, still_camera=True, start=said.start)
    first, plain = (Canvas.of(Frames(one).frame(0)).planes[0] for one in (said, silent))
    assert np.array_equal(first, plain)


def test_the_more_there_is_to_say_the_more_is_said() -> None:
    """Also where the turns alone would fill the clip."""
    said = [" ".join(f'"I am number {n}."' for n in range(count)) for count in (24, 25, 40)]
    counts = [sum(len(line.words) for line in lines_of(text, 4, 3)) for text in said]
    assert min(counts) == counts[0]


def test_a_word_without_end_is_begun() -> None:
    assert 10 < len(phones_of("u" * 100_000)) < 200
    assert phones_of("unbelievably") == phones_of("unbelievably" + "." * 100)
