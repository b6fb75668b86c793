"""What went wrong in a page. An error in a widget's JavaScript shows nowhere else: its cell just stays empty."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

# The hosts' own noise, which comes without any widget too.
HARMLESS = [
    # JupyterLab asks a kernel for its debugger's state, and the restart of the kernel cuts the question off.
    r"Could not restore the debugger state: Canceled future for debug_request",
]


class PageLog:
    """Collects a page's uncaught errors, console errors and requests to other machines."""

    def __init__(self, page: Page) -> None:
        self._problems: list[str] = []
        self._allowed = list(HARMLESS)
        page.on("pageerror", lambda error: self._problems.append(f"uncaught: {error}\n{error.stack or ''}"))
        page.on("console", self._hear)
        page.on("request", self._see)

    def allow(self, pattern: str) -> None:
        """Expect problems that this regular expression finds, in a test that provokes them."""
        self._allowed.append(pattern)

    @property
    def problems(self) -> list[str]:
        return [text for text in self._problems if not any(re.search(pattern, text) for pattern in self._allowed)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname not in {"127.0.0.1", "localhost"}:
            self._problems.append(f"request to another machine: {request.url}")
