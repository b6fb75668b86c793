"""Someone close before the camera: who, when, and a mouth that goes with the voice."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import pytest

from ipyseedance.offline.engine.canvas import RGB, Canvas, yuv
from ipyseedance.offline.engine.dialogue import Line, lines_of
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.scene.portrait import _COATS, _SKINS, Looks, Portrait, _bust, _looks
from ipyseedance.offline.engine.scene.prompt_reading import plan_of
from ipyseedance.offline.engine.scene.silhouettes import Ink
from ipyseedance.offline.engine.scene.sprite import Drawing, Sprite
from ipyseedance.offline.engine.scene.visemes import CLOSED, VISEMES, shape_at
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.engine.sound import soundtrack
from ipyseedance.offline.engine.speech.phones import PHONES

SIZE = (480, 270)
SAYS = 'A man on a beach says "Maybe I am happy, mama."'


def portraits(prompt: str, seed: int = 3, size: tuple[int, int] = SIZE) -> list[Portrait]:
    scene: Any = scene_for(Shot(prompt, seed, size, 24, 5, still_camera=True))
    return [layer for layer in getattr(scene, "_layers", []) if isinstance(layer, Portrait)]


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        (SAYS, 1), ('"It is late," she says.', 1), ("Close-up portrait of an old fisherman", 1),
        ('She: "Stay." He: "I cannot." She: "Then go."', 2), ("A lawyer in a courtroom looks into the camera", 1),
        ('A wide shot of a beach, a man says "Hello"', 0), ("A man on a beach", 0), ('A sign reads "No swimming"', 0),
        ('A dog says "Hello"', 0), ("A clock face", 0), ('A ship, a boat and the sea. "Ahoy!"', 0),
    ],
)  # fmt: skip
def test_who_is_close_before_the_camera(prompt: str, count: int) -> None:
    assert len(portraits(prompt)) == count


def test_who_speaks_to_the_camera_does_not_walk_behind_it_too() -> None:
    scene: Any = scene_for(Shot(SAYS, 3, SIZE, 24, 5))
    assert not [
        layer for layer in scene._layers if isinstance(layer, Sprite) and layer._rate > 10 and layer.depth > 0.5
    ]
    assert plan_of(SAYS, np.random.default_rng(3)).close


def mouth(lines: tuple[Line, ...], seconds: float) -> float:
    return VISEMES[shape_at(lines, seconds)].open


def test_lips_meet_for_m_b_and_p_and_part_for_vowels() -> None:
    lines = lines_of(SAYS, 5, 3)
    sounds = [sound for line in lines for word in line.words for sound in word.sounds]
    assert {"M", "B", "P"} <= {sound.phone for sound in sounds}
    for sound in sounds:
        opened = mouth(lines, (sound.start + sound.end) / 2)
        if sound.phone in "MBP":
            assert opened == CLOSED.open
        elif PHONES[sound.phone].vowel:
            assert opened > CLOSED.open


def test_the_mouth_is_shut_while_nobody_speaks() -> None:
    lines = lines_of(SAYS, 8, 3)
    for seconds in (0.0, lines[0].start - 0.05, lines[-1].end + 0.05, 7.9):
        assert mouth(lines, seconds) == CLOSED.open


def test_the_mouth_is_open_when_the_voice_is_loud() -> None:
    shot = Shot('In silence a man says "How are you all today, my old and honest friends?" No music.', 3, SIZE, 24, 6)
    lines = lines_of(shot.prompt, shot.seconds, shot.seed)
    sound = soundtrack(shot)
    times = np.arange(shot.frames) / shot.fps
    loud = [np.abs(sound[:, round(t * 48_000) : round((t + 1 / 24) * 48_000)]).mean() for t in times]
    opened = [mouth(lines, t + 1 / 48) for t in times]
    fits = [np.corrcoef(loud, np.roll(opened, late))[0, 1] for late in (-6, -3, 0, 3, 6)]
    assert fits[2] > 0.5
    assert fits[2] > max(fits[:2] + fits[3:]) + 0.1, "earlier or later it does not fit so well"


def test_the_picture_of_the_mouth_changes_while_it_speaks_and_only_then() -> None:
    shot = Shot(SAYS, 3, SIZE, 24, 8, still_camera=True, sound=False)
    scene: Any = scene_for(shot)
    (portrait,) = [layer for layer in scene._layers if isinstance(layer, Portrait)]
    line = lines_of(SAYS, 8, 3)[0]
    portrait._blinks = np.array([])

    def shown(seconds: float) -> np.ndarray:
        canvas = Canvas.of(scene.picture(0))
        portrait.draw(canvas, seconds, shot_view(scene))
        return canvas.planes[0].astype(int)

    silent = np.abs(shown(line.start - 0.10) - shown(line.start - 0.15)).max()
    speaking = max(np.abs(shown(line.start + at) - shown(line.start + at + 0.12)).max() for at in (0.1, 0.3, 0.5))
    assert speaking > silent + 30


def shot_view(scene: Any) -> Any:
    return scene._move.at(0.0)


def test_two_who_speak_have_a_mouth_each() -> None:
    one, other = portraits('She: "Stay." He: "I cannot."')
    assert [line.text for line in one._lines] == ["Stay."]
    assert [line.text for line in other._lines] == ["I cannot."]
    assert abs(one._x - other._x) > 0.3 * SIZE[0]


@pytest.mark.parametrize("size", [(294, 126), (166, 222), (248, 432), SIZE])
def test_faces_are_within_the_picture(size: tuple[int, int]) -> None:
    for prompt in (SAYS, 'She: "Stay." He: "I cannot."'):
        for portrait in portraits(prompt, size=size):
            top = 1.06 * size[1] - portrait._tall
            assert top > -0.02 * size[1]
            assert portrait._x - 0.36 * portrait._tall > 0
            assert portrait._x + 0.36 * portrait._tall < size[0]


@pytest.mark.parametrize("coat", _COATS)
@pytest.mark.parametrize("skin", _SKINS)
def test_skin_has_its_own_colour_beside_any_coat(skin: RGB, coat: RGB) -> None:
    ink = Ink((0.10, 0.08, 0.09), 0.8, (1.0, 0.70, 0.36), (1.0, 0.8, 0.4))
    looks = Looks(skin, (0.10, 0.08, 0.08), coat, long_hair=False, beard=False, small=False, tears=False, smiles=False)
    canvas = Canvas.of(av.VideoFrame(*SIZE, "yuv420p"))
    Drawing(_bust(ink, looks, 240), border=0).lay(canvas, 100, 20, 1.0)
    cheek = (20 + round(0.38 * 240), 100 + round(0.45 * 240))
    shown = [
        int(plane[cheek[0] // part, cheek[1] // part]) for plane, part in zip(canvas.planes, (1, 2, 2), strict=True)
    ]
    assert shown == pytest.approx(yuv(ink.lit(skin)).tolist(), abs=2.5)


@pytest.mark.parametrize("words", ["crying", "smiling", "furious", "eyes wide with wonder"])
def test_a_face_shows_what_is_said_of_it(words: str) -> None:
    def face(prompt: str) -> np.ndarray:
        scene: Any = scene_for(Shot(prompt, 4, SIZE, 24, 5, still_camera=True))
        return Canvas.of(scene.picture(0)).planes[0].astype(int)

    changed = np.abs(face(f'A man, {words}: "I know."') - face('A man: "I know."')) > 12
    columns = np.flatnonzero(changed.any(axis=0))
    assert columns.size > 3
    assert columns[-1] - columns[0] < SIZE[0] / 2, "and the rest of the picture stays"


@pytest.mark.parametrize("seed", range(8))
def test_whoever_the_words_make_a_man_or_a_woman_is_one(seed: int) -> None:
    for prompt, long_hair in (("portrait of an old fisherman", False), ("portrait of a queen", True)):
        assert _looks(prompt, None, 0, np.random.default_rng(seed)).long_hair == long_hair
