"""The page of the wall's built bundle on Python in this process."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.page.stage import Stage
from tests.browser.rig.page_log import PageLog

from .driver import WallPage


@pytest.fixture
def page(stage_page: Page) -> Page:
    return stage_page


@pytest.fixture
def wall(page: Page, page_log: PageLog, stage: Stage) -> WallPage:
    page_log.allow(r"/favicon\.ico")
    return WallPage(page, stage)
