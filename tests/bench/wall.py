"""How well a wall keeps its clips together, next to a plain grid of the same videos that loop by themselves.

    python -m tests.bench.wall [4 12 16]

For each count: seconds from opening to all posters and from pressing play to all playing, the drift between the two
clips furthest apart (milliseconds, by `requestVideoFrameCallback`), frames shown a second and clip, the rate the wall
gave itself, and how long the main thread was blocked while it played. Clips are 640x360 with sound, 5 s, decoded in
software.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from scripts.chromium import ensure
from tests.browser.conftest import CHROMIUM
from tests.browser.page.stage import Stage
from tests.browser.wall_page.driver import WallPage

SECONDS = 10
MEASURE = """async ([selector, seconds]) => {
    const videos = [...document.querySelectorAll(selector)];
    const last = videos.map(() => null);
    let shown = 0;
    videos.forEach((video, n) => {
        const look = (_now, { mediaTime, expectedDisplayTime }) => {
            shown++;
            last[n] = { mediaTime, at: expectedDisplayTime };
            video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
    });
    let blocked = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (blocked += entry.duration - 50)))
        .observe({ type: "longtask" });
    const granted = () => {
        const said = [...document.querySelectorAll(".wl-banner")].map((el) => el.textContent).join();
        return Number(said.match(/play at ([\\d.]+)/)?.[1] ?? 1);
    };
    const apart = [];
    let looked = 0;
    const begin = performance.now();
    while (performance.now() < begin + seconds * 1000) {
        await new Promise((done) => setTimeout(done, 50));
        looked++;
        const now = performance.now();
        if (last.some((one, n) => !one || videos[n].paused || videos[n].seeking || now - one.at > 500)) continue;
        const aheads = last.map(({ mediaTime, at }) => mediaTime * 1000 - at * granted());
        // A plain grid's clips loop one by one: the short way round.
        const length = videos[0].duration * 1000;
        const off = aheads.map((ahead) => {
            const away = (((ahead - aheads[0]) % length) + length) % length;
            return away > length / 2 ? away - length : away;
        });
        apart.push(Math.max(...off) - Math.min(...off));
    }
    apart.sort((a, b) => a - b);
    const part = (p) => Math.round(10 * (apart[Math.floor(apart.length * p)] ?? -1)) / 10;
    return {
        "drift p50": part(0.5), "drift p95": part(0.95), "in motion": `${apart.length}/${looked}`,
        "frames/s": Number((shown / videos.length / seconds).toFixed(1)), "rate": granted(),
        "blocked ms": Math.round(blocked),
    };
}"""
PLAIN = """async (count) => {
    document.body.innerHTML = "<div style='display:grid;grid-template-columns:repeat(4,1fr);gap:10px'></div>";
    const bytes = await Promise.all([1, 2, 3].map(async (n) => (await fetch(`numbered-${n}-5s-loud.mp4`)).blob()));
    for (let n = 0; n < count; n++) {
        const video = document.createElement("video");
        Object.assign(video, { src: URL.createObjectURL(bytes[n % 3]), loop: true, muted: true, autoplay: true });
        video.style.width = "100%";
        document.body.firstChild.append(video);
    }
}"""


def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["XDG_DATA_HOME"] = folder  # the secret by which a project knows its own rows is not the person's
        stage = Stage(Path(folder))
        browser = playwright.chromium.launch(executable_path=ensure(), args=CHROMIUM)
        for count in counts:
            page = browser.new_page(viewport={"width": 1240, "height": 1100})
            print(f"{count:>3} wall ", of_the_wall(WallPage(page, stage), count))
            print(f"{count:>3} plain", of_a_plain_grid(page, count), flush=True)
            page.close()
            stage.close_pages()
        browser.close()
        stage.close()


def of_the_wall(wall: WallPage, count: int) -> dict[str, Any]:
    began = time.monotonic()
    wall.open("bench", count=count, width=1200)
    wall.page.wait_for_function("(n) => document.querySelectorAll('.wl-lens img').length === n", arg=count)
    posters = time.monotonic() - began
    began = time.monotonic()
    wall.play()
    playing = time.monotonic() - began
    first = wall.page.evaluate(MEASURE, [".sd-wall video", SECONDS])
    then = wall.page.evaluate(MEASURE, [".sd-wall video", SECONDS])
    return {"posters s": round(posters, 1), "playing s": round(playing, 1), "first 10 s": first, "next 10 s": then}


def of_a_plain_grid(page: Page, count: int) -> dict[str, Any]:
    page.evaluate(PLAIN, count)
    page.wait_for_function("[...document.querySelectorAll('video')].every((video) => video.currentTime > 0.1)")
    found: dict[str, Any] = page.evaluate(MEASURE, ["video", SECONDS])
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main([int(text) for text in sys.argv[1:]] or [4, 12, 16])
