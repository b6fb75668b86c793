"""The page of the wall's built bundle on Python in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.page.stage import Stage
from tests.browser.rig.page_log import PageLog

from .driver import WallPage


@pytest.fixture
def wall(page: Page, page_log: PageLog, stage: Stage) -> Iterator[WallPage]:
    page_log.allow(r"/favicon\.ico")
    yield WallPage(page, stage)
    page.goto("about:blank")
    stage.close_pages()
