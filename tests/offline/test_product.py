"""Every size and every length, with sound and without, of both endpoints: exactly what was asked for.

The whole product is in tests/bench/product.py; here each value is seen once, in clips as short and small as may be.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import av
import httpx
import pytest

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.seedance_1_5 import TextToVideo
from ipyseedance.offline.engine.render import render
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.request_to_shot import shot_of

from .conftest import Submit, clip_of, picture, png

TEXT, IMAGE = ENDPOINTS
SIZES = [(resolution, ratio) for resolution, ratios in TEXT.sizes.items() for ratio in ratios]
START = png(picture((640, 480), 1))


def made(shot: Shot) -> bytes:
    return render(shot, lambda _line, _passing: None)


def check(clip: bytes, shot: Shot) -> None:
    with av.open(io.BytesIO(clip), "r") as container:
        video = container.streams.video[0]
        assert (video.width, video.height) == shot.size
        assert video.average_rate == shot.fps == 24
        assert video.frames == 24 * shot.seconds
        assert container.duration == 1_000_000 * shot.seconds
        context = video.codec_context
        assert (context.name, video.pix_fmt, context.profile) == ("h264", "yuv420p", "High")
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        sound = [(stream.codec_context.name, stream.rate, stream.channels) for stream in container.streams.audio]
        assert sound == ([("aac", 48_000, 2)] if shot.sound else [])
        assert len(list(container.decode(video=0))) == 24 * shot.seconds
    assert clip.index(b"moov") < clip.index(b"mdat"), "the index comes first"


@pytest.mark.parametrize(("resolution", "ratio"), SIZES)
def test_every_size(resolution: str, ratio: str) -> None:
    fields: dict[str, Any] = {"resolution": resolution, "aspect_ratio": ratio}
    request = TextToVideo(prompt="abstract flow", seed=1, **fields)
    start = None if SIZES.index((resolution, ratio)) % 3 else START
    shot = replace(shot_of(TEXT, request.resolved()), seconds=1, sound=False, start=start)
    assert shot.size == TEXT.sizes[resolution][ratio] == IMAGE.sizes[resolution][ratio]
    check(made(shot), shot)


@pytest.mark.parametrize("seconds", range(4, 13))
@pytest.mark.parametrize("start", [None, START], ids=["text", "image"])
def test_every_length(seconds: int, start: bytes | None) -> None:
    shot = Shot("abstract flow", 1, (144, 82), 24, seconds, sound=seconds % 4 == 0, start=start)
    check(made(shot), shot)


def test_the_same_request_gives_the_same_bytes_alone_and_at_once_and_in_another_process(
    client: httpx.Client, submit: Submit
) -> None:
    fields: dict[str, Any] = {
        "prompt": 'A lake, a man says "Look!"',
        "resolution": "480p",
        "duration": 4,
        "seed": 9,
    }
    here = made(shot_of(TEXT, TextToVideo(**fields).resolved()))
    jobs = [submit(fields | {"duration": "4"}) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        there = list(pool.map(lambda job: clip_of(client, job), jobs))
    assert {hashlib.sha256(clip).hexdigest() for clip in [here, *there]} == {hashlib.sha256(here).hexdigest()}
