"""Fixtures for tests in a real browser: `notebook` opens one in JupyterLab, `marimo` serves one with marimo."""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import ensure
from scripts.setup import BIN
from tests.browser.page.stage import Stage
from tests.browser.rig.kernels import INSTALLED, KERNELS
from tests.browser.rig.marimo import MarimoServer, write_app
from tests.browser.rig.notebook import NotebookPage, write_notebook
from tests.browser.rig.page_log import PageLog
from tests.browser.rig.server import LabServer

RESULTS = Path(__file__).parents[2] / "test-results"
PATIENCE = 30_000
"""Milliseconds for a click to become possible and for an expectation to come true, unless a test says otherwise. While
three stages share two cores, a submit and its download may take many seconds. Only what fails waits that long."""
expect.set_options(timeout=PATIENCE)

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

OpenNotebook = Callable[..., NotebookPage]
OpenMarimo = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test leaves a picture of its page in test-results, taken before its fixtures leave the page."""
    report = yield
    page = item.funcargs.get("page") if isinstance(item, pytest.Function) else None
    if report.failed and call.when == "call" and isinstance(page, Page):
        page.screenshot(path=RESULTS / f"{file_name(item.name)}.png")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's own Node needs libatomic, which a bare Debian lacks; the one that built the widgets runs.
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", shutil.which("node", path=path) or "")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=ensure(), args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def results() -> Path:
    """Where pictures of failures and the servers' logs are left."""
    RESULTS.mkdir(exist_ok=True)
    return RESULTS


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, results: Path) -> Iterator[LabServer]:
    with (results / "jupyterlab.log").open("wb") as log:
        server = LabServer(tmp_path_factory.mktemp("lab"), log)
        yield server
        server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own context."""
    context = new_context(browser)
    yield context.new_page()
    context.close()


def new_context(browser: Browser) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def page_log(page: Page) -> Iterator[PageLog]:
    """Fails the test on any error in the page, unless the test said `page_log.allow(pattern)`."""
    log = PageLog(page)
    yield log
    assert not log.problems, "errors in the page:\n" + "\n".join(log.problems)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The one server of all pages that have a widget alone."""
    pages = Stage(tmp_path_factory.mktemp("pages"))
    yield pages
    pages.close()


@pytest.fixture(scope="module")
def stage_pages(browser: Browser, stage: Stage) -> Iterator[BrowserContext]:
    """Where pages that have a widget alone open: those of a file in one process, which has read the bundle before the
    second. Of a whole stage it would not be: after 350 pages it had 585 MB, and clips fell out of step in it."""
    context = new_context(browser)
    context.new_page().goto(f"{stage.server.url}/nothing")  # while a page of that site is open the process stays
    yield context
    context.close()


@pytest.fixture
def stage_page(stage: Stage, stage_pages: BrowserContext) -> Iterator[Page]:
    """An empty page, for a widget alone."""
    page = stage_pages.new_page()
    yield page
    page.close()
    stage.close_pages()


@pytest.fixture
def work(lab: LabServer, request: pytest.FixtureRequest) -> Path:
    """The folder that holds this test's notebooks, and in which their kernels run."""
    folder = lab.notebooks / file_name(request.node.name)
    folder.mkdir()
    return folder


@pytest.fixture(params=KERNELS)
def kernel_name(request: pytest.FixtureRequest) -> str:
    """Runs the test once in each kernel; hand it on, as in `notebook(cells, kernel=kernel_name)`."""
    name: str = request.param
    return name


@pytest.fixture
def notebook(lab: LabServer, page: Page, page_log: PageLog, work: Path) -> Iterator[OpenNotebook]:
    """`notebook(["import ipyseedance as sd", "sd.Studio()"])` opens these cells and waits for the kernel."""

    def open_notebook(cells: list[str], kernel: str = INSTALLED) -> NotebookPage:
        path = work / "notebook.ipynb"
        write_notebook(path, cells, kernel)
        return NotebookPage.open(page, lab, path)

    lab.reset_settings()
    yield open_notebook
    page.goto("about:blank")
    lab.shut_down_kernels()


@pytest.fixture
def marimo(page: Page, page_log: PageLog, tmp_path: Path, results: Path) -> Iterator[OpenMarimo]:
    """`marimo("import ipyseedance as sd\\nsd.Studio()")` serves these cells with marimo and opens them."""
    servers: list[MarimoServer] = []

    def open_app(*cells: str) -> Page:
        app = tmp_path / "app.py"
        write_app(app, *cells)
        with (results / "marimo.log").open("wb") as log:
            servers.append(MarimoServer(app, tmp_path, log))
        page.goto(servers[-1].url)
        return page

    yield open_app
    page.goto("about:blank")
    for server in servers:
        server.stop()


def file_name(test_name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", test_name).strip("-")
