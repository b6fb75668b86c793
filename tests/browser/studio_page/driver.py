"""Drives the stand-alone page: what the kernel received, and what it is told to do."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.page.opened import Opened
from tests.browser.page.stage import Stage


class StudioPage:
    """Studio's built bundle on Python in this process, in one of the scenes there are."""

    opened: Opened
    """What the page shows: its widget, its project, and the service."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self._stage = stage

    def open(
        self, scene: str, *, theme: str = "light", width: int = 1000, more: str = "", **options: Any
    ) -> StudioPage:
        """Open a scene. `more` is for the page, `options` are the scene's."""
        self.opened, session = self._stage.studio(scene, **options)
        self.page.goto(
            f"{self._stage.server.url}/js/dev/dist/page.html"
            f"?widget=studio&session={session}&theme={theme}&width={width}{more}"
        )
        self.page.locator("body[data-ready]").wait_for()
        if scene == "gone":
            self.kernel("(kernel.dead = true, kernel.emit('comm_live_update'))")
        return self

    @property
    def root(self) -> Locator:
        return self.page.locator(".sd-studio").first

    @property
    def generate(self) -> Locator:
        return self.root.locator(".sd-primary")

    def kernel(self, expression: str, argument: object = None) -> Any:
        """Evaluate an expression over `kernel`, the page's model, and `arg`."""
        return self.page.evaluate(f"(arg) => {{ const {{ kernel, refusal }} = lab; return {expression}; }}", argument)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = self.kernel("kernel.received.filter((m) => m.kind === arg)", kind)
        return received

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The messages of a kind, once at least so many have arrived."""
        self.page.wait_for_function("([kind, count]) => lab.kernel.count(kind) >= count", arg=[kind, count])
        return self.sent(kind)

    def settle(self) -> None:
        """Until the page has done what it was about to do, and the kernel has answered all it was asked."""
        self.page.evaluate("() => lab.settled()")

    def resize(self, width: int) -> None:
        """Give it another width, and the window as much as goes around it."""
        self.page.set_viewport_size({"width": width + 32, "height": 900})
        self.root.evaluate("(root, width) => { root.closest('[style*=width]').style.width = `${width}px`; }", width)
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert self.root.evaluate("(root) => Math.round(root.getBoundingClientRect().width)") == width

    def mount_again(self) -> None:
        """A second view of the same model."""
        self.page.evaluate("() => { lab.mount(); }")

    def wait_for_clip(self) -> None:
        """Until the player knows the clip's size and length; how much more it loads is the browser's choice."""
        self.page.wait_for_function("() => (document.querySelector('video')?.readyState ?? 0) >= 1")
