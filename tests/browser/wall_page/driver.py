"""Drives the wall's stand-alone page, and reads what its videos show."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.page.clips import BIT, BITS
from tests.browser.page.opened import Opened
from tests.browser.page.stage import Stage

READ_FRAMES = """([bits, bit]) => [...document.querySelectorAll(".sd-wall video")].map((video) => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const g = canvas.getContext("2d", { willReadFrequently: true });
    g.drawImage(video, 0, 0);
    let frame = 0;
    for (let n = 0; n < bits; n++) {
        const [red] = g.getImageData(n * bit + bit / 2, bit / 2, 1, 1).data;
        frame = frame * 2 + (red > 127 ? 1 : 0);
    }
    return frame;
})"""
# A clip stands still for a moment between its arrival and the first seek, and between a seek and the next in line.
AT_REST = """async () => {
    const wall = document.querySelector(".sd-wall");
    for (let still = 0; still < 5; ) {
        await new Promise((done) => setTimeout(done, 40));
        const videos = [...wall.querySelectorAll("video")];
        const loading = wall.querySelector(".wl-picture > .sd-spinner, .wl-layer > .sd-spinner");
        const rest = videos.every((video) => video.paused && !video.seeking && video.readyState >= 2);
        still = videos.length && !loading && rest ? still + 1 : 0;
    }
    // A seek is over when the frame is decoded; the compositor shows it with its next frame.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""

FRAME = 41.7
"""Milliseconds a frame lasts."""
RATE = "Number(document.querySelector('.wl-banner')?.textContent.match(/play at ([\\d.]+)/)?.[1] ?? 1)"
"""The rate the wall says it goes at."""
DRIFT = """async (seconds) => {
    const videos = [...document.querySelectorAll(".sd-wall video")];
    const last = videos.map(() => null);
    videos.forEach((video, n) => {
        const look = (_now, { mediaTime, expectedDisplayTime }) => {
            last[n] = { ahead: mediaTime * 1000 - expectedDisplayTime * RATE(), shown: expectedDisplayTime };
            video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
    });
    const apart = [];
    const begin = performance.now();
    while (performance.now() < begin + seconds * 1000) {
        await new Promise((done) => setTimeout(done, 50));
        const now = performance.now();
        const live = last.filter((one, n) => one && !videos[n].paused && now - one.shown < 250);
        if (live.length === videos.length) {
            // As far as each is ahead of any one clock; all at the moment of the first of them.
            const aheads = live.map((one) => one.ahead);
            apart.push(Math.max(...aheads) - Math.min(...aheads));
        }
    }
    apart.sort((a, b) => a - b);
    return { samples: apart.length, p95: apart[Math.floor(apart.length * 0.95)] ?? Infinity };
}"""


def expect_in_step(page: Page) -> None:
    """That all clips are soon within a frame of each other, by the frames they show.

    On a machine too busy for it the wall goes slower, which takes it some seconds; then they must keep together.
    """
    found = []
    for _ in range(5):
        found.append(page.evaluate(DRIFT.replace("RATE()", str(page.evaluate(RATE))), 4))
        if found[-1]["samples"] >= 20 and found[-1]["p95"] < FRAME:
            return
    raise AssertionError(f"they are apart: {found}")


class WallPage:
    """The wall's built bundle on Python in this process, in one of the scenes there are."""

    opened: Opened
    """What the page shows: its widget, its project, and the service."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self._stage = stage

    def open(
        self, scene: str, *, count: int | None = None, theme: str = "light", width: int = 1000, read_only: bool = False
    ) -> WallPage:
        """Open a scene, of plain clips the first four, or `count`."""
        count = 4 if scene == "plain" and count is None else count
        self.opened, session = self._stage.wall(scene, count=count, read_only=read_only)
        self.page.goto(
            f"{self._stage.server.url}/js/dev/dist/page.html?widget=wall&session={session}&theme={theme}&width={width}"
        )
        self.page.locator("body[data-ready]").wait_for()
        self.page.locator(".wl-tile").first.wait_for()
        return self

    @property
    def root(self) -> Locator:
        return self.page.locator(".sd-wall")

    def tile(self, gid: int) -> Locator:
        return self.root.locator(f"[data-gid='{gid}']")

    def press(self, *keys: str) -> None:
        """Press keys on the clip that has the focus, or the first."""
        if not self.root.locator(":focus").count():
            self.root.locator(".wl-tile[tabindex='0']").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def rest(self) -> None:
        """Until every video stands still and shows what it was sent to."""
        self.page.evaluate(AT_REST)

    def frames(self) -> list[int]:
        """The number of the frame each video shows, read from its picture."""
        shown: list[int] = self.page.evaluate(READ_FRAMES, [BITS, BIT])
        return shown

    def play(self) -> None:
        self.root.get_by_role("button", name="Play all").click()
        self.page.wait_for_function(
            """() => {
                const videos = [...document.querySelectorAll(".sd-wall video")];
                return videos.length && videos.every((video) => !video.paused && video.currentTime > 0.1);
            }"""
        )

    def refuse(self, kind: str, message: str) -> None:
        """Have requests of a kind refused, such as by a disk that cannot be written."""
        self.page.evaluate(
            "([kind, text]) => { lab.kernel.handlers[kind] = () => { throw lab.refusal(text); }; }", [kind, message]
        )

    def sent(self, kind: str) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = self.page.evaluate(
            "(kind) => lab.kernel.received.filter((message) => message.kind === kind)", kind
        )
        return received

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The messages of a kind, once at least so many have been sent."""
        self.page.wait_for_function(
            "([kind, count]) => lab.kernel.received.filter((m) => m.kind === kind).length >= count", arg=[kind, count]
        )
        return self.sent(kind)
