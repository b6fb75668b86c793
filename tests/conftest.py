"""What holds for every test: no key or secret of the developer's, and, with `--installed`, the wheel."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

import ipyseedance


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--installed", action="store_true", help="fail unless ipyseedance is an installed wheel")


def pytest_configure(config: pytest.Config) -> None:
    for name in ("FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET"):
        os.environ.pop(name, None)
    # Where the person's secret is kept, by which a project knows its own rows. Kernels and other children have it too.
    os.environ["XDG_DATA_HOME"] = data_home = tempfile.mkdtemp(prefix="ipyseedance-tests-")
    config.add_cleanup(lambda: shutil.rmtree(data_home, ignore_errors=True))
    if config.getoption("--installed") and "site-packages" not in Path(ipyseedance.__file__).parts:
        raise pytest.UsageError(f"ipyseedance was imported from {ipyseedance.__file__}, not from the installed wheel")


def pytest_report_header() -> str:
    return f"ipyseedance: {Path(ipyseedance.__file__).parent}"
