"""The camera does what the prompt says: measured on the pictures, by how far each part of them shifts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from ipyseedance.offline.engine.camera import Move
from ipyseedance.offline.engine.canvas import Canvas
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.shot import Shot

SIZE = (432, 248)
MOUNTAINS, FOREST = "Mountains at noon, overcast. ", "A pine forest at noon. "
Floats = NDArray[np.float64]


def pictures(words: str, place: str = MOUNTAINS, *, fixed: bool = False, every: int = 8) -> list[Floats]:
    shot = Shot(place + words, 7, SIZE, 24, 4, still_camera=fixed)
    scene = scene_for(shot)
    return [Canvas.of(scene.picture(n)).planes[0].astype(np.float64) for n in range(0, shot.frames, every)]


def travel(frames: list[Floats], part: tuple[slice, slice] = (slice(None), slice(None))) -> tuple[float, float]:
    """The whole way of a part of the picture, right and down, in pixels."""
    steps = [_shift_of(before[part], after[part]) for before, after in itertools.pairwise(frames)]
    return sum(x for x, _ in steps), sum(y for _, y in steps)


def _shift_of(before: Floats, after: Floats) -> tuple[int, int]:
    """How far the content moved right and down: the whole-pixel move with the highest phase correlation.

    Up to a quarter of the part: farther off, one tree looks like the next.
    """
    window = np.outer(np.hanning(before.shape[0]), np.hanning(before.shape[1]))
    one, other = (np.fft.rfft2((picture - picture.mean()) * window) for picture in (before, after))
    cross = other * np.conj(one)
    surface = np.fft.irfft2(cross / (np.abs(cross) + 1.0), before.shape)
    rows, columns = before.shape
    surface[rows // 4 : -rows // 4], surface[:, columns // 4 : -columns // 4] = -np.inf, -np.inf
    y, x = (int(at) for at in np.unravel_index(int(surface.argmax()), surface.shape))
    return (x + columns // 2) % columns - columns // 2, (y + rows // 2) % rows - rows // 2


FAR, NEAR = (slice(60, 140), slice(100, -100)), (slice(150, None), slice(-100, None))
LEFT, RIGHT = (slice(90, 200), slice(None, 160)), (slice(90, 200), slice(-160, None))


@pytest.mark.parametrize(
    ("words", "right", "down"),
    [
        ("The camera pans right.", -1, 0), ("Pan left", 1, 0), ("slow tilt up", 0, 1), ("tilt down", 0, -1),
        ("crane up", 0, 1), ("Tracking shot to the right", -1, 0), ("the camera trucks left", 1, 0),
    ],
)  # fmt: skip
def test_it_pans_tilts_and_tracks_the_right_way(words: str, right: int, down: int) -> None:
    x, y = travel(pictures(words))
    assert (np.sign(x) * (abs(x) > 15), np.sign(y) * (abs(y) > 9)) == (right, down), (x, y)


@pytest.mark.parametrize(
    ("words", "grows"), [("zoom in", 1), ("slow push-in", 1), ("zooms out", -1), ("pull back", -1)]
)
def test_it_zooms_and_dollies_in_and_out(words: str, grows: int) -> None:
    frames = pictures(words)
    spread = travel(frames, RIGHT)[0] - travel(frames, LEFT)[0]
    assert grows * spread > 8, spread


def test_a_tracking_shot_has_depth_and_a_pan_has_none() -> None:
    moved, turned = pictures("tracking shot", FOREST), pictures("pan right", FOREST)
    assert abs(travel(moved, NEAR)[0]) > 2 * abs(travel(moved, FAR)[0])
    assert abs(travel(turned, NEAR)[0]) == pytest.approx(abs(travel(turned, FAR)[0]), rel=0.2)


def test_an_orbit_moves_the_near_and_the_far_apart() -> None:
    frames = pictures("the camera orbits around the fir", FOREST, every=4)
    assert travel(frames, FAR)[0] > 5
    assert travel(frames, NEAR)[0] < -5


def test_a_hand_holds_it_unsteadily() -> None:
    frames = pictures("handheld", every=6)
    steps = [_shift_of(before, after) for before, after in itertools.pairwise(frames)]
    turns = sum(a * b < 0 for axis in zip(*steps, strict=True) for a, b in itertools.pairwise(axis))
    assert turns >= 3, steps


@pytest.mark.parametrize("words", ["pan right", "zoom in", "orbit", "handheld, tracking"])
def test_a_fixed_camera_holds_still_whatever_the_words(words: str) -> None:
    frames = pictures(words, fixed=True, every=24)
    assert travel(frames) == (0, 0)
    assert np.abs(frames[0] - frames[-1])[150:].max() < 60, "only what is in the air moves"
    assert Move.of(f"{words}, tripod, static shot", still=False) == Move()
