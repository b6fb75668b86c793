"""What is in the clips: sizes, length, streams, given frames, camera."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.container import InputContainer
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.endpoint import Endpoint
from ipyseedance.contract.requests import VideoRequest
from ipyseedance.contract.seedance_1_5 import ImageToVideo, TextToVideo
from ipyseedance.media import clipfile
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.loudness import Meter
from ipyseedance.offline.engine.canvas import Canvas
from ipyseedance.offline.engine.preview import Preview
from ipyseedance.offline.engine.render import render
from ipyseedance.offline.engine.scene import scene_for
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.request_to_shot import shot_of

from .conftest import luma, picture, png

TEXT, IMAGE = ENDPOINTS


def opened(clip: bytes) -> InputContainer:
    return av.open(io.BytesIO(clip), "r")


def text(prompt: str, **fields: Any) -> TextToVideo:
    """A request that is quick to render."""
    quick: dict[str, Any] = {"resolution": "480p", "duration": 4, "seed": 2}
    return TextToVideo(prompt=prompt, **(quick | fields))


def between(first: Image.Image, last: Image.Image | None = None, **fields: Any) -> ImageToVideo:
    frames: dict[str, Any] = {"image_url": png(first)} | ({"end_image_url": png(last)} if last else {})
    quick: dict[str, Any] = {"resolution": "480p", "duration": 4, "seed": 5, "generate_audio": False}
    return ImageToVideo(prompt="push in", **(frames | quick | fields))


def made(request: VideoRequest, endpoint: Endpoint = TEXT) -> bytes:
    return render(shot_of(endpoint, request.resolved()), lambda _line, _passing: None)


def test_a_clip_is_what_browsers_play_at_once() -> None:
    clip = made(text("Rain over the sea", duration=5))
    with opened(clip) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (864, 496)
        assert video.average_rate == 24
        assert video.frames == len(luma(clip)) == 120
        assert container.duration == 5_000_000
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert (video.codec_context.colorspace, video.codec_context.color_range) == (1, 1)
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
    assert clip.index(b"moov") < clip.index(b"uuid") < clip.index(b"mdat"), "the index comes first"


@pytest.mark.parametrize(("ratio", "seconds"), [("16:9", 4), ("9:16", 7)])
def test_the_previews_in_the_file_show_what_is_decoded_from_it(tmp_path: Path, ratio: str, seconds: int) -> None:
    path, bare = tmp_path / "clip.mp4", tmp_path / "bare.mp4"
    data = made(text("A train in the hills, pan left", aspect_ratio=ratio, duration=seconds, generate_audio=False))
    path.write_bytes(data)
    bare.write_bytes(data.replace(b"uuid", b"free"))  # what a player makes of it
    for brought, decoded in ((clipfile.poster(path), clipfile.poster(bare)), (filmstrip(path), filmstrip(bare))):
        assert brought != decoded
        with Image.open(io.BytesIO(brought)) as one, Image.open(io.BytesIO(decoded)) as other:
            assert one.size == other.size
            difference = np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32))
        assert difference.mean() < 3


def test_sound_is_loud_enough_and_does_not_clip() -> None:
    clip = made(text('Waves on the beach, a man says: "Listen."'))
    meter = Meter(["FL", "FR"])
    with opened(clip) as container:
        for frame in container.decode(audio=0):
            meter.feed(frame.to_ndarray())
    assert meter.loudness == pytest.approx(-16, abs=0.5)
    assert meter.peak is not None
    assert meter.peak <= -1


def test_without_audio_there_is_no_audio_track() -> None:
    clip = made(text("Waves on the beach", generate_audio=False))
    with opened(clip) as container:
        assert not container.streams.audio


def psnr(frame: NDArray[np.uint8], image: Image.Image) -> float:
    """Against the picture's BT.709 luma after the crop and scale that the clip's size asks for."""
    height, width = frame.shape
    rgb = np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS), np.float64)
    wanted = 16 + rgb @ np.array([0.2126, 0.7152, 0.0722]) * 219 / 255
    return float(10 * np.log10(255**2 / np.mean((frame - wanted) ** 2)))


@pytest.mark.parametrize(("ratio", "resolution"), [("16:9", "480p"), ("9:16", "480p"), ("21:9", "720p")])
def test_the_given_frames_are_shown_untouched(ratio: str, resolution: str) -> None:
    first, last = picture((900, 700), 1), picture((700, 640), 2)
    request = between(first, last, aspect_ratio=ratio, resolution=resolution)
    frames = luma(made(request, IMAGE))
    assert psnr(frames[0], first) >= 40
    assert psnr(frames[-1], last) >= 40
    assert psnr(frames[len(frames) // 2], first) < 30, "in between it moves"
    steps = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames)]
    assert max(steps) < 8, "no cut"
    assert all(sum(steps[n : n + 12]) > 1 for n in range(0, len(steps), 12)), "no standstill"


def test_without_an_end_frame_only_the_start_is_given() -> None:
    first = picture((900, 700), 1)
    frames = luma(made(between(first), IMAGE))
    assert psnr(frames[0], first) >= 40
    assert psnr(frames[-1], first) < 35


def test_auto_takes_the_start_frames_ratio_or_16_to_9() -> None:
    tall = between(picture((400, 700), 1), aspect_ratio="auto")
    assert shot_of(IMAGE, tall.resolved()).size == (496, 864)
    assert shot_of(TEXT, text("x", aspect_ratio="auto").resolved()).size == (864, 496)


def edge_shift(clip: bytes) -> int:
    """How far the outline of the land moved from the first to the last frame, in rows and columns."""
    frames = luma(clip)
    return int(np.count_nonzero(np.abs(frames[0].astype(int) - frames[-1]) > 24))


def test_a_fixed_camera_holds_the_land_still() -> None:
    request = text("Mountains at dawn, pan right", generate_audio=False)
    moving, still = made(request), made(request.with_(camera_fixed=True))
    assert edge_shift(still) < edge_shift(moving) / 4
    frames = luma(still)
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 0.1, "but something still happens"


PROMPTS = [
    "a boat on a lake", "snowy mountains, aurora", "a fox in a misty forest", "camels in the desert",
    "rainy city at night", "space, a meteor", "a windmill in a meadow, fireflies", "abstract flow",
    "a storm at sea, lighthouse", "balloons", "underwater, a diver", "a street in the rain, a couple",
    "a rocket launch", "a garden in spring", "a cat by the window of a room", "a train in the hills",
    "a pier, fireworks", "a campfire, a car", "a ballerina in a theatre", "a dragon over a castle",
    "a waterfall in the jungle, a tiger", "a surfer, a dog on the beach", "a robot at a pagoda", "a cup of tea",
    "a man in a courtroom: “Never.”",
]  # fmt: skip


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_scene_moves_and_differs_by_seed(prompt: str) -> None:
    shot = shot_of(TEXT, text(prompt, camera_fixed=True))
    scene, other = scene_for(shot), scene_for(replace(shot, seed=3))
    first, later, foreign = (brightness(s.picture(n)) for s, n in ((scene, 0), (scene, 48), (other, 0)))
    assert np.abs(first - later).mean() > 0.1
    assert np.abs(first - foreign).mean() > 2


@pytest.mark.parametrize("size", [(294, 126), (166, 222), (442, 190), (248, 432)])
def test_every_scene_fits_every_shape(size: tuple[int, int]) -> None:
    for prompt in PROMPTS:
        frame = scene_for(replace(shot_of(TEXT, text(prompt + ", pan left")), size=size)).picture(95)
        assert (frame.width, frame.height) == size
        assert brightness(frame).std() > 2, prompt


def brightness(frame: av.VideoFrame) -> NDArray[np.int16]:
    return Canvas.of(frame).planes[0].astype(np.int16)


def test_a_failure_beside_the_drawing_ends_the_render(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object, number: int, _frame: object) -> None:
        if number == 2:
            raise MemoryError

    monkeypatch.setattr(Preview, "see", full)
    shot = Shot("a lake", 1, (144, 82), 24, 4)
    drawn: list[str] = []
    with pytest.raises(MemoryError):
        render(shot, lambda line, _passing: drawn.append(line))
    assert len(drawn) < shot.frames


def test_of_a_prompt_as_long_as_a_book_the_beginning_is_drawn() -> None:
    assert len(shot_of(TEXT, text("a lake " * 50_000)).prompt) == 10_000
