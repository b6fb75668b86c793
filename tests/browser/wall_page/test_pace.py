"""When the wall goes slower: not for a moment's trouble, soon when the clips stay apart."""

from __future__ import annotations

import subprocess

import pytest
from playwright.sync_api import Page

from tests.browser.page.comms import ROOT

TOGETHER, APART = 0.01, 0.06
"""Seconds between the clips furthest apart; a frame is 0.042."""


@pytest.fixture(scope="module")
def script() -> str:
    command = ["node_modules/.bin/esbuild", "src/wall/pace.ts", "--bundle", "--format=iife", "--global-name=wall"]
    return subprocess.run(command, cwd=ROOT / "js", check=True, capture_output=True, text=True, shell=False).stdout


def first_too_fast(page: Page, script: str, halves: list[list[float]], strains: list[int] | None = None) -> int | None:
    """The half second, counted from 1, whose judgement first asks for a lower rate."""
    page.add_script_tag(content=script)
    found: list[bool] = page.evaluate(
        """([halves, strains]) => {
            const pace = wall.createPace();
            return halves.map((spreads, n) => {
                for (const spread of spreads) pace.note(spread);
                for (let k = 0; k < (strains?.[n] ?? 0); k++) pace.strain();
                return pace.judge(0.5).tooFast;
            });
        }""",
        [halves, strains],
    )
    return found.index(True) + 1 if True in found else None


def half(apart: float) -> list[float]:
    """The spreads of half a second in which the clips were apart for that part of it."""
    return [APART] * round(20 * apart) + [TOGETHER] * round(20 * (1 - apart))


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        pytest.param([half(0)] * 40, None, id="in step"),
        pytest.param([half(0.05)] * 40, None, id="a twentieth apart"),
        pytest.param([half(0.4), *[half(0)] * 7] * 5, None, id="a moment's trouble now and then"),
        pytest.param([half(1)] * 2, 1, id="all apart"),
        pytest.param([half(0.5)] * 4, 2, id="half apart"),
        pytest.param([half(0.2)] * 20, 5, id="a fifth apart"),
        pytest.param([[]] * 4, None, id="nothing shown"),
    ],
)
def test_how_long_it_waits_goes_by_how_bad_it_is(
    page: Page, script: str, halves: list[list[float]], expected: int | None
) -> None:
    assert first_too_fast(page, script, halves) == expected


def test_clips_that_had_to_be_waited_for_count_too(page: Page, script: str) -> None:
    assert first_too_fast(page, script, [half(0)] * 6, [1, 0, 1, 0, 1, 1]) == 6
    assert first_too_fast(page, script, [half(0)] * 6, [1, 0, 0, 0, 0, 1]) is None
