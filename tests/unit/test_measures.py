"""What is measured in a clip, against clips of which it is known."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ipyseedance.contract.measures import MEASURES
from ipyseedance.media.clipfile import NotPlayable, last_frame
from ipyseedance.media.fingerprint import dhash
from ipyseedance.media.measures import Stopped, measure
from tests.wire.clip_file import clip

SIZE = (320, 180)
Picture = NDArray[np.uint8]


def scenery(seed: int, size: tuple[int, int] = SIZE, grain: int = 24) -> Picture:
    """A colourful picture with patterns of that size everywhere."""
    rng = np.random.default_rng(seed)
    width, height = size
    small = rng.integers(0, 256, (height // grain + 2, width // grain + 2, 3), np.uint8)
    return np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))


def write(path: Path, pictures: Iterable[Picture], sound: NDArray[np.float32] | None = None, rate: int = 48000) -> Path:
    """Pictures as a clip of 24 fps, hardly compressed; sound of shape (channels, n) as it is."""
    first, *others = pictures
    layout = "stereo" if sound is not None and len(sound) == 2 else "mono"
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "crf": "6"})
        video.height, video.width, video.pix_fmt = *first.shape[:2], "yuv420p"
        audio = container.add_stream("aac", rate=rate, layout=layout) if sound is not None else None
        for n, picture in enumerate((first, *others)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts = n
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if audio is not None and sound is not None:
            for start in range(0, sound.shape[1], 1024):
                piece = np.ascontiguousarray(sound[:, start : start + 1024], np.float32)
                samples = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
                samples.rate, samples.pts = rate, start
                container.mux(audio.encode(samples))
            container.mux(audio.encode())
    return path


def pan(step: float, frames: int, seed: int = 0) -> list[Picture]:
    """A picture that the camera passes at so many pixels a frame."""
    wide = scenery(seed, (SIZE[0] + math.ceil(step * frames) + 1, SIZE[1]))
    picture = Image.fromarray(wide)
    boxes = ((n * step, 0, n * step + SIZE[0], SIZE[1]) for n in range(frames))
    return [np.asarray(picture.resize(SIZE, Image.Resampling.BICUBIC, box=box)) for box in boxes]


def shots(lengths: Iterable[int]) -> list[Picture]:
    """Shots of so many frames, each of a slow pan over another picture."""
    return [picture for seed, length in enumerate(lengths) for picture in pan(1, length, seed)]


def measured(tmp_path: Path, pictures: Iterable[Picture], **given: Any) -> dict[str, Any]:
    return measure(write(tmp_path / "clip.mp4", pictures), **given)


def test_a_still_clip_has_nothing_of_all_that(tmp_path: Path) -> None:
    found = measured(tmp_path, [scenery(1)] * 12)
    assert list(found) == list(MEASURES)
    assert (found["cuts"], found["loudness"], found["peak"], found["audible"]) == (0, None, None, 0)
    assert found["motion"] < 0.2
    assert found["flicker"] < 0.02
    assert found["start_ssim"] is found["end_color_shift"] is None
    assert found["hash_first"] == found["hash_middle"] == found["hash_last"]


@pytest.mark.parametrize("step", [1.5, 3, 7.5, 12])
def test_the_motion_of_a_pan_is_its_speed(tmp_path: Path, step: float) -> None:
    found = measured(tmp_path, pan(step, 18))
    assert found["motion"] == pytest.approx(100 * step / SIZE[1] * 24, rel=0.08)
    assert found["cuts"] == 0
    assert found["flicker"] < 0.2


def test_motion_is_a_mean_over_the_picture(tmp_path: Path) -> None:
    still, moving = scenery(3), pan(6, 18)
    found = measured(tmp_path, [np.vstack((still[:90], picture[90:])) for picture in moving])
    assert found["motion"] == pytest.approx(100 * 6 / SIZE[1] * 24 / 2, rel=0.2)


def test_noise_is_no_motion(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    grey = (rng.normal(128, 6, (*SIZE[::-1], 3)).clip(0, 255).astype(np.uint8) for _ in range(12))
    assert measured(tmp_path, grey)["motion"] < 12


@pytest.mark.parametrize("lengths", [[30], [17, 13], [8, 9, 7, 12]])
def test_hard_cuts_are_counted(tmp_path: Path, lengths: list[int]) -> None:
    found = measured(tmp_path, shots(lengths))
    assert found["cuts"] == len(lengths) - 1
    assert found["motion"] == pytest.approx(100 / SIZE[1] * 24, rel=0.25)  # the cuts are no motion
    assert found["flicker"] < 0.3


def test_a_whip_pan_is_no_cut(tmp_path: Path) -> None:
    slow, fast = pan(1, 10), pan(60, 10, seed=1)
    there = np.hstack((slow[-1], fast[0]))  # from the one picture to the other in some frames
    whip = [there[:, x : x + SIZE[0]] for x in range(40, SIZE[0], 64)]
    assert measured(tmp_path, [*slow, *whip, *fast])["cuts"] == 0


@pytest.mark.parametrize("length", [1, 2, 6])
def test_a_flash_is_no_cut(tmp_path: Path, length: int) -> None:
    pictures = pan(1, 30)
    for n in range(12, 12 + length):
        pictures[n] = np.full_like(pictures[n], 250)
    assert measured(tmp_path, pictures)["cuts"] == 0


@pytest.mark.parametrize("step", [0, 3])
def test_flicker_is_how_far_the_light_swings(tmp_path: Path, step: float) -> None:
    pictures = [(picture * 0.8 + 20 + 8 * (n % 2)).astype(np.uint8) for n, picture in enumerate(pan(step, 24))]
    found = measured(tmp_path, pictures)
    assert found["flicker"] == pytest.approx(8 / 255 * 100, rel=0.1)
    assert found["cuts"] == 0


def test_a_fade_does_not_flicker(tmp_path: Path) -> None:
    found = measured(tmp_path, [(scenery(1) * (n / 24)).astype(np.uint8) for n in range(24)])
    assert found["flicker"] < 0.15


def test_a_frame_that_is_kept_and_one_that_is_not(tmp_path: Path) -> None:
    pictures = pan(6, 24)
    start, other = Image.fromarray(pictures[0]), Image.fromarray(scenery(9))
    found = measured(tmp_path, pictures, start=start, end=other)
    assert found["start_ssim"] > 0.97
    assert found["start_color_shift"] < 1
    assert found["end_ssim"] < 0.4
    found = measured(tmp_path, pictures, end=Image.fromarray(pictures[-1]))
    assert found["start_ssim"] is None
    assert found["end_ssim"] > 0.97


def test_the_start_frame_is_cut_to_the_clips_ratio_about_its_centre(tmp_path: Path) -> None:
    square = Image.fromarray(scenery(2, (400, 400)))
    shown = square.crop((0, 87.5, 400, 312.5)).resize(SIZE, Image.Resampling.LANCZOS)
    moved = square.crop((0, 0, 400, 225)).resize(SIZE, Image.Resampling.LANCZOS)
    assert measured(tmp_path, [np.asarray(shown)] * 3, start=square)["start_ssim"] > 0.95
    assert measured(tmp_path, [np.asarray(moved)] * 3, start=square)["start_ssim"] < 0.7


def test_a_tint_shifts_the_colour_and_hardly_the_structure(tmp_path: Path) -> None:
    picture = scenery(4) // 2 + 50
    found = measured(tmp_path, [picture + np.array((24, 0, 0), np.uint8)] * 3, start=Image.fromarray(picture))
    assert found["start_ssim"] > 0.9
    assert 5 < found["start_color_shift"] < 20


def test_sound_through_the_file(tmp_path: Path) -> None:
    """A stereo sine of 1 kHz at -23 dBFS is -23 LUFS: EBU Tech 3341, case 1."""
    for rate in (48000, 44100):
        sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * np.arange(3 * rate) / rate)
        path = write(tmp_path / "clip.mp4", [scenery(1)] * 3, np.stack((sine, sine)).astype(np.float32), rate)
        found = measure(path)
        assert found["loudness"] == pytest.approx(-23, abs=0.1)
        assert found["peak"] == pytest.approx(-23, abs=1)  # the encoder overshoots
        assert found["audible"] == 1


def test_a_silent_track_is_not_audible(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [scenery(1)] * 3, np.zeros((2, 48000), np.float32))
    found = measure(path)
    assert (found["loudness"], found["peak"], found["audible"]) == (None, None, 0)


def test_the_hashes_are_of_the_first_the_middle_and_the_very_last_frame(tmp_path: Path) -> None:
    pictures = [scenery(n, grain=60) for n in range(5)]
    found = measured(tmp_path, pictures)
    for name, picture in (("first", pictures[0]), ("middle", pictures[2]), ("last", pictures[4])):
        assert unlike(str(found[f"hash_{name}"]), dhash(Image.fromarray(picture))) <= 3
    assert unlike(str(found["hash_first"]), str(found["hash_last"])) > 12
    assert unlike(str(found["hash_last"]), dhash(last_frame(tmp_path / "clip.mp4"))) <= 3


def unlike(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_a_single_frame_and_a_tiny_one(tmp_path: Path) -> None:
    found = measured(tmp_path, [scenery(1)])
    assert (found["motion"], found["flicker"], found["cuts"]) == (None, None, None)
    found = measured(tmp_path, [scenery(1, (32, 24))] * 4, start=Image.fromarray(scenery(1, (320, 240))))
    assert (found["motion"], found["flicker"], found["cuts"]) == (None, None, None)
    assert found["hash_last"]


def test_an_upright_clip(tmp_path: Path) -> None:
    turned = [np.rot90(picture) for picture in pan(3, 12)]
    found = measured(tmp_path, turned, start=Image.fromarray(np.ascontiguousarray(turned[0])))
    assert found["start_ssim"] > 0.97
    assert found["motion"] == pytest.approx(100 * 3 / SIZE[0] * 24, rel=0.08)  # of its height, which is the longer side


def test_what_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        measure(tmp_path / "none.mp4")
    for data in (b"", b"<html>", bytes(5000)):
        (tmp_path / "clip.mp4").write_bytes(data)
        with pytest.raises(NotPlayable):
            measure(tmp_path / "clip.mp4")


def test_it_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        measure(write(tmp_path / "clip.mp4", [scenery(1)] * 3), stop=stop)


def test_the_doubles_clips_measure_too(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip(320, 180, 1))
    found = measure(path)
    assert (found["motion"], found["flicker"], found["cuts"], found["audible"]) == (0, 0, 0, 0)
    path.write_bytes(clip(320, 180, 0.5, noise=1, audio=False))
    assert measure(path)["cuts"] == 0
