"""From the start frame to the end frame: by a motive of the prompt's, and never as a cross-fade."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ipyseedance.offline.engine.canvas import Canvas
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.scene.transitions import Masked, Whip, transition_for
from ipyseedance.offline.engine.shot import Shot

from .conftest import png

SIZE = (288, 164)
DARK, BRIGHT = (Image.new("RGB", SIZE, (level,) * 3) for level in (40, 215))
PROMPTS = {
    "whip": "she turns around", "through": "the camera flies through the door", "light": "the seasons pass",
    "ink": "one becomes the other",
}  # fmt: skip


def shot(prompt: str, first: Image.Image, last: Image.Image | None, *, fixed: bool = False) -> Shot:
    return Shot(prompt, 4, SIZE, 24, 4, start=png(first), end=png(last) if last else None, still_camera=fixed)


def frames(shot: Shot, numbers: range) -> list[NDArray[np.int16]]:
    scene = scene_for(shot)
    return [Canvas.of(scene.picture(number)).planes[0].astype(np.int16) for number in numbers]


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_in_between_most_of_the_picture_is_one_or_the_other(prompt: str) -> None:
    dark, bright = (frames(shot(prompt, image, None, fixed=True), range(1))[0].mean() for image in (DARK, BRIGHT))
    shares = []
    for frame in frames(shot(prompt, DARK, BRIGHT, fixed=True), range(4, 92, 4)):
        near = [np.abs(frame - level) < 26 for level in (dark, bright)]
        assert (near[0] | near[1]).mean() > 0.4, "no cross-fade"
        shares.append(float(near[1].mean()))
    assert any(0.15 < share < 0.85 for share in shares), "it comes gradually"
    assert shares[0] == 0
    assert shares[-1] > 0.95


def test_the_words_choose_it() -> None:
    kinds = {
        name: transition_for(shot(prompt, DARK, BRIGHT), np.random.default_rng(1), to_left=False)
        for name, prompt in PROMPTS.items()
    }
    assert isinstance(kinds["whip"], Whip)
    assert all(isinstance(kinds[name], Masked) for name in ("through", "light", "ink"))
    assert len({kind.span for kind in kinds.values()}) == 3


@pytest.mark.parametrize(("prompt", "leaves_by"), [("whip pan right", "left"), ("whip pan left", "right")])
def test_a_whip_pan_goes_the_way_the_camera_pans(prompt: str, leaves_by: str) -> None:
    (frame,) = frames(shot(prompt, DARK, BRIGHT), range(48, 49))
    left, right = frame[:, :40].mean(), frame[:, -40:].mean()
    assert (left < right) == (leaves_by == "left"), (left, right)


def striped() -> Image.Image:
    image = Image.new("RGB", SIZE, (90, 110, 130))
    draw = ImageDraw.Draw(image)
    for number in range(12):
        x = number * SIZE[0] // 12
        draw.rectangle((x, 20 + 7 * number, x + 9, 60 + 7 * number), fill=(230, 220, 200))
    return image


def test_pulling_back_makes_the_picture_smaller_and_pushing_in_larger() -> None:
    counts = []
    for prompt in ("pull back", "static", "push in"):
        frame = frames(shot(prompt, striped(), None), range(94, 95))[0]
        counts.append(int((frame > 170).sum()))
    assert counts[0] < 0.93 * counts[1] < counts[1] < 0.93 * counts[2]
