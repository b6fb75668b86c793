"""How long a user waits and what travels: `.venv/bin/python -m tests.bench.first_clip`, after `make test`.

Prints the size of the bundle, the seconds an import takes, the seconds from the click on Generate to the first frame
on screen (4 s at 480p on the offline engine), and the messages and bytes on the widget's comm for one job.
"""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, WebSocket, sync_playwright

import ipyseedance
from scripts.chromium import ensure
from tests.browser.conftest import CHROMIUM
from tests.browser.rig.notebook import NotebookPage, write_notebook
from tests.browser.rig.server import LabServer

ROUNDS = 7
OPEN = "import ipyseedance as sd\nproject = sd.Project('film', server='offline')\nstudio = sd.Studio(project)\nstudio"
STATIC = Path(ipyseedance.__file__).parent / "widgets/static"
# Resolves with the milliseconds from now to the next frame that the player's video presents.
FIRST_FRAME = """(studio) => new Promise((done) => {
  const start = performance.now();
  const seen = studio.querySelector("video")?.currentSrc;
  const look = () => {
    const video = studio.querySelector("video");
    if (!video || !video.currentSrc || video.currentSrc === seen) return requestAnimationFrame(look);
    video.requestVideoFrameCallback(() => done(performance.now() - start));
  };
  [...studio.querySelectorAll("button")].find((b) => b.textContent.startsWith("Generate")).click();
  look();
})"""


class Comm:
    """Counts the comm messages on the kernel's websocket, each way."""

    def __init__(self, page: Page) -> None:
        self.sent: list[int] = []
        self.received: list[int] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._count(self.sent, payload))
        socket.on("framereceived", lambda payload: self._count(self.received, payload))

    @staticmethod
    def _count(sizes: list[int], payload: bytes | str) -> None:
        data = payload.encode() if isinstance(payload, str) else payload
        if b'"comm_msg"' in data[:2000]:
            sizes.append(len(data))


def main() -> None:
    for name in ("studio.js", "studio.css"):
        data = (STATIC / name).read_bytes()
        print(f"{name}: {len(data):,} bytes, {len(gzip.compress(data)):,} gzip")
    print(
        f"import ipyseedance: {statistics.median(import_seconds() for _ in range(ROUNDS)):.2f} s (median of {ROUNDS})"
    )
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log, sync_playwright() as play:
        lab = LabServer(Path(folder), log)
        browser = play.chromium.launch(executable_path=ensure(), args=CHROMIUM)
        try:
            measure(browser.new_page(), lab)
        finally:
            browser.close()
            lab.stop()


def import_seconds() -> float:
    code = "import time; t = time.perf_counter(); import ipyseedance; print(time.perf_counter() - t)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)


def measure(page: Page, lab: LabServer) -> None:
    comm = Comm(page)
    path = lab.notebooks / "bench.ipynb"
    write_notebook(path, [OPEN])
    notebook = NotebookPage.open(page, lab, path)
    notebook.run_all()
    studio = page.locator(".sd-studio")
    studio.get_by_label("Prompt", exact=True).fill("A quiet lake at sunset")
    studio.get_by_role("radio", name="480p", exact=True).click()
    studio.get_by_label("Duration").press("Home")
    waits = []
    for n in range(ROUNDS):
        settle(comm)
        comm.sent.clear()
        comm.received.clear()
        waits.append(float(studio.evaluate(FIRST_FRAME)) / 1000)
        settle(comm)
        clip = notebook.eval_in_kernel("project.generations[-1].clip.path.stat().st_size")
        print(
            f"job {n + 1}: click to first frame {waits[-1]:.2f} s; browser to kernel {len(comm.sent)} messages, "
            f"{sum(comm.sent):,} bytes; back {len(comm.received)}, {sum(comm.received):,} (the clip itself {clip:,})"
        )
    print(f"click to first frame: median {statistics.median(waits):.2f} s, worst {max(waits):.2f} s")


def settle(comm: Comm) -> None:
    """Until nothing has travelled for a second."""
    count = -1
    while count != len(comm.sent) + len(comm.received):
        count = len(comm.sent) + len(comm.received)
        time.sleep(1)


if __name__ == "__main__":
    main()
