"""The page of Studio's built bundle on Python in this process: fast, and every state within reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.page.stage import Stage
from tests.browser.rig.page_log import PageLog

from .driver import StudioPage


@pytest.fixture
def page(stage_page: Page) -> Page:
    return stage_page


@pytest.fixture
def studio(page: Page, page_log: PageLog, stage: Stage) -> StudioPage:
    page_log.allow(r"/favicon\.ico")
    return StudioPage(page, stage)
