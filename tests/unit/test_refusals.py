"""How long a busy service asks to be left alone."""

from __future__ import annotations

import time
from email.utils import formatdate

import httpx
import pytest

from ipyseedance.fal.refusals import busy


def retry_after(value: str) -> float:
    return busy(httpx.Response(503, headers={"retry-after": value}), "fal").retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0.5", 0.5), ("3600", 60), ("-3", 0), ("soon", 0), ("", 0), ("nan", 0), ("inf", 0), ("1e999", 60)],
)
def test_seconds(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds


def test_a_date() -> None:
    assert retry_after(formatdate(time.time() + 30, usegmt=True)) == pytest.approx(30, abs=2)
    assert retry_after(formatdate(time.time() - 30, usegmt=True)) == 0
