"""What scenes are made of: light that fades at its edges, places the camera sees, vehicles that share a road."""

from __future__ import annotations

import itertools
from typing import Any

import av
import numpy as np
import pytest

from ipyseedance.offline.engine.camera import Move
from ipyseedance.offline.engine.canvas import Canvas, brighten
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.scene.gleam import Gleam
from ipyseedance.offline.engine.scene.land import fill_below
from ipyseedance.offline.engine.scene.sprite import Sprite
from ipyseedance.offline.engine.scene.stage import Stage
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
    Gleam(light).add(canvas, 100.25, 100.25, 1.0)
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
