"""What scenes are made of: light that fades at its edges, places the camera sees, vehicles that share a road."""

from __future__ import annotations

import itertools
from typing import Any

import av
import numpy as np
import pytest

from ipyseedance.offline.engine.camera import Move
from ipyseedance.offline.engine.canvas import Canvas, brighten
from ipyseedance.offline.engine.scene import characters, scene_for
from ipyseedance.offline.engine.scene.animals import BUILDS, animal
from ipyseedance.offline.engine.scene.glow import Glow
from ipyseedance.offline.engine.scene.land_layers import Ridge, fill_below
from ipyseedance.offline.engine.scene.light_reflection import reflect
from ipyseedance.offline.engine.scene.perspective import Stage
from ipyseedance.offline.engine.scene.silhouettes import Ink
from ipyseedance.offline.engine.scene.sprite import Drawing, Sprite
from ipyseedance.offline.engine.shot import Shot

SIZE = (640, 360)
MOVES = ("", "pan left", "orbit", "zoom out", "pull back", "push in", "crane up", "handheld", "tracking shot")


def black() -> Canvas:
    frame = av.VideoFrame(*SIZE, "yuv420p")
    canvas = Canvas.of(frame)
    for plane, value in zip(canvas.planes, (16, 128, 128), strict=True):
        plane[...] = value
    return Canvas(tuple(plane.copy() for plane in canvas.planes))  # type: ignore[arg-type]


def test_light_keeps_its_soft_edge() -> None:
    light = np.zeros((40, 60, 3), np.uint8)
    light[10:30, 20:40] = 255
    canvas = black()
    Glow(light).add(canvas, 100.25, 100.25, 1.0)
    row = canvas.planes[0][120].astype(int) - 16
    assert row[125:135].min() > 200, "bright within"
    assert 20 < row[120] < 200, "between bright and dark at its left edge"
    assert 20 < row[140] < 200, "and at its right edge"
    assert not row[:118].any()
    assert not row[143:].any()


def test_light_makes_nothing_brighter_than_white() -> None:
    luma = np.array([[16, 100, 235, 250]], np.uint8)
    brighten(luma, np.array([[50, 200, 200, 0]], np.uint8))
    assert luma.tolist() == [[66, 235, 235, 235 + 15]]


def test_what_is_below_a_line_is_filled_to_a_part_of_a_pixel() -> None:
    plane, fill = np.zeros((200, 4), np.uint8), np.full((200, 4), 200, np.uint8)
    fill_below([(plane, fill)], np.array([10.0, 99.25, -5.0, 500.0], np.float32))
    assert plane[:, 0].tolist() == [0] * 10 + [200] * 190
    assert plane[:, 1].tolist() == [0] * 99 + [150] + [200] * 100, "three quarters of the row the line passes through"
    assert plane[:, 2].min() == 200
    assert plane[:, 3].max() == 0


@pytest.mark.parametrize("depth", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("words", MOVES)
def test_a_stage_knows_what_the_camera_will_see(words: str, depth: float) -> None:
    stage = Stage(SIZE, 200, Move.of(words, still=False))
    first, last = stage.columns(depth)
    assert last - first < 1.5 * SIZE[0], "and not much more"
    for number in range(120):
        lens = stage.lens(stage.move.at(number / 119, number / 24), depth)
        assert first - 1 <= (0 - lens.x) / lens.zoom
        assert (SIZE[0] - lens.x) / lens.zoom <= last + 1


@pytest.mark.parametrize("named", ["A car and a tram", "A bicycle and a tram", "A car and a cyclist"])
def test_vehicles_on_a_street_do_not_drive_one_in_another(named: str) -> None:
    shot = Shot(f"{named} on a sunny city street", 3, SIZE, 24, 5)
    scene: Any = scene_for(shot)
    moving = [layer for layer in scene._layers if isinstance(layer, Sprite) and layer._rate > 10]
    assert len(moving) == 2
    spans = []
    for vehicle in moving:
        place, width = vehicle._path(2.5), vehicle._poses[0].width
        spans.append((place.x - width / 2, place.x + width / 2))
    for (_, end), (start, _) in itertools.pairwise(sorted(spans)):
        assert end <= start


def walkers(prompt: str, seed: int) -> tuple[Any, list[Any]]:
    """A scene and those in it who walk."""
    scene: Any = scene_for(Shot(prompt, seed, SIZE, 24, 5, still_camera=True))
    return scene, [layer for layer in scene._layers if isinstance(layer, Sprite) and layer._rate > 10]


@pytest.mark.parametrize("seed", range(6))
def test_who_walks_over_dunes_has_no_foot_in_the_air(seed: int) -> None:
    scene, found = walkers("An elephant in the desert at noon", seed)
    elephant = found[0]
    half = 0.2 * elephant._poses[0].width
    for seconds in (0.0, 2.0, 4.5):
        place = elephant._path(seconds)
        land = [r for r in scene._layers if isinstance(r, Ridge) and r.depth == elephant.depth]
        for foot in (place.x - half, place.x + half):
            assert place.y >= min(ridge.top(foot) for ridge in land) - 1


@pytest.mark.parametrize("seed", range(4))
def test_animals_walk_one_behind_the_other_and_the_picture_holds_them(seed: int) -> None:
    _, found = walkers("A dog herds the sheep in a meadow", seed)
    assert len(found) == 5
    spans = [(layer._path(2.5).x, layer._poses[0].width / 2) for layer in found]
    for (left, half), (right, other) in itertools.pairwise(sorted(spans)):
        assert left + 0.8 * half <= right - 0.8 * other
    assert -0.1 * SIZE[0] < min(x for x, _ in spans)
    assert max(x for x, _ in spans) < 1.1 * SIZE[0]


def test_every_animal_has_a_height_and_feet_on_the_ground() -> None:
    ink = Ink((0.1, 0.1, 0.1), 0.95, (0.8, 0.8, 0.8), (1.0, 0.8, 0.4))
    for name in BUILDS:
        _, found = walkers(f"A {name} in a meadow", 1)
        assert found, name
        for pose in animal(name, ink, 100):
            opacity = np.asarray(pose)[:, :, 3]
            rows = np.flatnonzero(opacity.any(axis=1))
            assert rows[-1] >= 94, f"the feet of a {name} are at its drawing's foot"
            assert opacity[:, [0, -1]].mean() < 25, f"a {name} fits its drawing's width"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("prompt", ["A city at night", "A sunny downtown skyline", "A city at sunset"])
def test_no_building_makes_a_crescent_of_the_sun(prompt: str, seed: int) -> None:
    scene: Any = scene_for(Shot(prompt, seed, SIZE, 24, 5, still_camera=True))
    sky = scene._sky
    for ridge in (layer for layer in scene._layers if isinstance(layer, Ridge) and layer.depth < 0.8):
        before = [ridge.top(x) for x in np.linspace(sky.sun_x - sky.sun_radius, sky.sun_x + sky.sun_radius, 9)]
        assert min(before) >= min(sky.sun_y + sky.sun_radius, scene._sky._stage.horizon - 0.065 * ridge._stage.unit)


def test_a_robots_eye_keeps_its_colour() -> None:
    day = Ink((0.10, 0.10, 0.12), 0.95, (0.8, 0.85, 0.9), (0.78, 0.86, 0.92))
    frame = av.VideoFrame(*SIZE, "yuv420p")
    canvas = Canvas.of(frame)
    for plane in canvas.planes:
        plane[...] = 128
    Drawing(characters.robot(day, 180)[0]).lay(canvas, 100, 100, 1.0)
    red = canvas.planes[2][50:140, 50:110].astype(int)
    assert red.min() < 105, "the eye is cyan"
    assert np.median(red[red != 128]) > 118, "the steel is grey"


def test_a_horse_is_ridden_by_who_rides_it() -> None:
    _, alone = walkers("A horse and a man in a meadow", 1)
    _, ridden = walkers("A man rides a horse in a meadow", 1)
    assert (len(alone), len(ridden)) == (2, 1), "and nobody walks beside"
    assert ridden[0]._poses[0].height > 1.25 * alone[0]._poses[0].height


def test_a_bright_reflection_keeps_its_hue() -> None:
    """Stronger than the light it is of, it is as bright as can be, and does not begin again at black."""
    light = np.full((200, 60, 3), (255, 140, 30), np.uint8)
    shine = reflect(light, 0.9, grain=16, blur=2, strength=(1.15, 0.17))
    assert (shine[0] == (255, 160, 34)).all()
    assert (np.diff(shine[:, 30].astype(int), axis=0) <= 0).all()
