"""Renders every size x length x sound of both endpoints, probes each clip and plays it to its end in Chromium.

    .venv/bin/python -m tests.bench.product [how many]

In random order, so that a part of it tells of the whole. Says what was not as asked for, and how far it has come; all
648 take the better part of an hour on two cores.
"""

from __future__ import annotations

import io
import itertools
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import Page, sync_playwright

from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.seedance_1_5 import ImageToVideo, TextToVideo
from ipyseedance.offline.engine.render import render
from ipyseedance.offline.engine.shot import Shot
from ipyseedance.offline.request_to_shot import shot_of
from scripts.chromium import ensure
from tests.browser.conftest import CHROMIUM

from .engine import picture

RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")
LENGTHS = range(4, 13)
RATE = 16
"""Times as fast as the clip's own pace: the fastest Chromium plays."""
PLAY = """async ([address, rate]) => {
    const video = document.createElement("video");
    video.muted = true;
    video.src = address;
    document.body.replaceChildren(video);
    const over = new Promise((resolve, reject) => {
        video.onended = resolve;
        video.onerror = () => reject(new Error(video.error.message));
        setTimeout(() => reject(new Error(`at ${video.currentTime} s after a minute`)), 60_000);
    });
    video.playbackRate = rate;
    await video.play();
    await over;
    return [video.videoWidth, video.videoHeight, video.duration, video.webkitAudioDecodedByteCount > 0];
}"""


def product() -> Iterator[tuple[str, Shot]]:
    """Every size x length x sound of both endpoints, and what to call it."""
    text, image = ENDPOINTS
    frame = picture(1)
    for endpoint in (text, image):
        for resolution, ratio, seconds, sound in itertools.product(endpoint.sizes, RATIOS, LENGTHS, (True, False)):
            fields: dict[str, Any] = {
                "resolution": resolution, "aspect_ratio": ratio, "duration": seconds, "generate_audio": sound,
                "seed": 1,
            }  # fmt: skip
            request: Any = (
                TextToVideo(prompt="abstract flow", **fields)
                if endpoint is text
                else ImageToVideo(prompt="static", image_url=frame, **fields)
            )
            yield f"{endpoint.id} {resolution} {ratio} {seconds} s {sound=}", shot_of(endpoint, request.resolved())


def probed(clip: bytes, shot: Shot) -> str | None:
    """What is not as asked for in the file."""
    with av.open(io.BytesIO(clip), "r") as container:
        video, sounds = container.streams.video[0], container.streams.audio
        context = video.codec_context
        found = (
            (video.width, video.height), video.average_rate, video.frames, container.duration, video.pix_fmt,
            context.colorspace, context.color_range, [(s.codec_context.name, s.rate, s.channels) for s in sounds],
            clip.index(b"moov") < clip.index(b"mdat"),
        )  # fmt: skip
    sound = [("aac", 48_000, 2)] if shot.sound else []
    asked: Any = (shot.size, 24, 24 * shot.seconds, 1_000_000 * shot.seconds, "yuv420p", 1, 1, sound, True)
    return None if found == asked else f"{found} is not {asked}"


def played(page: Page, clip: Path, shot: Shot) -> str | None:
    """What is not as asked for when Chromium plays it."""
    try:
        width, height, seconds, heard = page.evaluate(PLAY, [clip.as_uri(), RATE])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was to be found
        return f"does not play: {error}"
    right = (width, height) == shot.size and abs(seconds - shot.seconds) < 0.001 and heard == shot.sound
    return None if right else f"plays as {width} x {height}, {seconds} s, sound {heard}"


def _made(one: tuple[str, Shot, Path]) -> tuple[str, Shot, Path, str | None]:
    name, shot, path = one
    clip = render(shot, lambda _line, _passing: None)
    path.write_bytes(clip)
    return name, shot, path, probed(clip, shot)


def main() -> None:
    shots = list(product())
    random.Random(1).shuffle(shots)
    shots = shots[: int(sys.argv[1])] if len(sys.argv) > 1 else shots
    wrong = 0
    # A file may only be shown by a page that is one.
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "page.html").write_text("<!doctype html><title>clips</title>")
        browser = playwright.chromium.launch(executable_path=ensure(), args=CHROMIUM)
        page = browser.new_page()
        page.goto((folder / "page.html").as_uri())
        jobs = [(name, shot, folder / f"{number}.mp4") for number, (name, shot) in enumerate(shots)]
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for done, (name, shot, path, said) in enumerate(pool.map(_made, jobs), 1):
                for problem in (said, played(page, path, shot)):
                    if problem:
                        wrong += 1
                        print(f"{name}: {problem}", flush=True)
                path.unlink()
                if done % 20 == 0 or done == len(shots):
                    print(f"{done} of {len(shots)}: {wrong} not as asked for", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
