"""What holds for every test: no key of the developer's, and, with `--installed`, the wheel instead of the sources."""

import os
from pathlib import Path

import pytest

import ipyseedance


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--installed", action="store_true", help="fail unless ipyseedance is an installed wheel")


def pytest_configure(config: pytest.Config) -> None:
    for name in ("FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET"):
        os.environ.pop(name, None)
    if config.getoption("--installed") and "site-packages" not in Path(ipyseedance.__file__).parts:
        raise pytest.UsageError(f"ipyseedance was imported from {ipyseedance.__file__}, not from the installed wheel")


def pytest_report_header() -> str:
    return f"ipyseedance: {Path(ipyseedance.__file__).parent}"
