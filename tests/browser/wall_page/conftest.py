"""The page of the wall's built bundle on a fake kernel."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.rig.page_log import PageLog

from .driver import WallPage
from .site import build


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def wall_site() -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=build())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def wall(page: Page, page_log: PageLog, wall_site: str) -> WallPage:
    page_log.allow(r"/favicon\.ico")
    return WallPage(page, wall_site)
