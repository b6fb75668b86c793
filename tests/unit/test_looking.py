"""What stands in for a clip, against clips of which every frame and sample is known."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ipyseedance.contract.previews import COLUMNS, TILES, frame_of_tile
from ipyseedance.media.clipfile import NotPlayable
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.waveform import BINS, waveform
from tests.unit.test_measures import write
from tests.wire.clip_file import clip


def grey(level: int, size: tuple[int, int] = (320, 180)) -> NDArray[np.uint8]:
    return np.full((size[1], size[0], 3), level, np.uint8)


def tone(levels: list[float], seconds: float = 2.0, rate: int = 48_000) -> NDArray[np.float32]:
    """A sine of 500 Hz on the left, of that height in each equal part; silence on the right."""
    time = np.arange(int(seconds * rate)) / rate
    height = np.repeat(levels, -(-len(time) // len(levels)))[: len(time)]
    sound = np.sin(2 * np.pi * 500 * time) * height
    return np.stack((sound, np.zeros_like(sound))).astype(np.float32)


def test_a_waveform_is_as_high_as_the_sound_is_loud(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [grey(9)] * 48, tone([0.8, 0.0, 0.2, 0.5]))
    found = waveform(path, 16)
    # Away from the jumps, where the encoder rings.
    assert found[2] == pytest.approx(80, abs=3)
    assert found[6] == 0
    assert found[10] == pytest.approx(20, abs=2)
    assert found[14] == pytest.approx(50, abs=2)
    assert len(waveform(path)) == BINS


def test_silence_is_flat_and_no_sound_is_none(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip(320, 240, 1))
    assert waveform(path) == [0] * BINS
    path.write_bytes(clip(320, 240, 1, audio=False))
    assert waveform(path) == []
    path.write_bytes(b"<html>")
    with pytest.raises(NotPlayable):
        waveform(path)
    with pytest.raises(FileNotFoundError):
        waveform(tmp_path / "none.mp4")


@pytest.mark.parametrize("frames", [7, 24, 120])
@pytest.mark.parametrize("size", [(320, 180), (180, 320), (64, 64)])
def test_a_filmstrips_tiles_are_the_clips_frames(tmp_path: Path, frames: int, size: tuple[int, int]) -> None:
    levels = np.linspace(20, 235, frames)
    path = write(tmp_path / "clip.mp4", [grey(round(level), size) for level in levels])
    with Image.open(io.BytesIO(filmstrip(path))) as picture:
        sheet = np.asarray(picture.convert("L"), np.float32)
    height, width = sheet.shape[0] // (TILES // COLUMNS), sheet.shape[1] // COLUMNS
    assert max(width, height) == min(240, max(size))
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)
    for tile in range(TILES):
        y, x = tile // COLUMNS * height, tile % COLUMNS * width
        shown = sheet[y + 3 : y + height - 3, x + 3 : x + width - 3].mean()
        assert shown == pytest.approx(levels[frame_of_tile(tile, frames)], abs=2.5)
    assert [frame_of_tile(n, frames) for n in (0, TILES - 1)] == [0, frames - 1]


def test_what_is_no_video_has_no_filmstrip(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"<html>")
    with pytest.raises(NotPlayable):
        filmstrip(path)
