"""Live prices: which units are understood, what is believed, and what a completed job is settled at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog, seedance_1_5
from ipyseedance.fal.platform import UnitPrice
from ipyseedance.jobs.prices import Prices
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED

DAY = "2027-01-02"
FOX = sd.TextToVideo("A fox")
TABLE = sd.estimate(FOX)


def priced(amount: float, unit: str, currency: str = "USD") -> Prices:
    prices = Prices()
    prices.learn({e.id: UnitPrice(amount, unit, currency) for e in catalog.ENDPOINTS}, DAY)
    return prices


def record(**changes: Any) -> Record:
    endpoint = catalog.endpoint_for(FOX)
    made = Record(0.0, "fal", False, endpoint.id, FOX.record(), TABLE, COMPLETED)
    return replace(made, **changes)


def test_the_table_is_in_use_and_dated_without_a_live_price() -> None:
    prices = Prices()
    assert (prices.live, prices.as_of) == (False, seedance_1_5.PRICE.as_of)
    assert prices.estimate(FOX) == TABLE


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (3.0, "1m tokens"),
        (3.0, "1M tokens"),
        (3.0, "million tokens"),
        (3.0, "per 1 million video tokens"),
        (3.0, "1,000,000 tokens"),
        (3.0, "1000000 token"),
        (3.0, "1000k tokens"),
        (0.003, "1000 tokens"),
        (0.003, "1k_tokens"),
        (0.003, "thousand tokens"),
        (3e-6, "token"),
        (3e-6, " Tokens "),
        (3.0 * 0.108 / 5, "second"),
        (3.0 * 0.108 / 5, "seconds"),
        (3.0 * 0.108 / 5, "video_second"),
        (3.0 * 0.108 / 5, "second of video"),
        (3.0 * 0.108, "5 seconds"),
        (3.0 * 0.108, "video"),
        (3.0 * 0.108, "videos"),
        (3.0 * 0.108, "requests"),
        (3.0 * 0.108, "generation"),
        (324.0, "1000 generations"),
    ],
)
def test_units(amount: float, unit: str) -> None:
    prices = priced(amount, unit)
    assert (prices.live, prices.as_of) == (True, DAY)
    # 720p, 16:9, 5 s: 108,000 tokens at $3 a million.
    assert prices.estimate(FOX) == pytest.approx(0.324)
    assert prices.estimate(FOX.with_(generate_audio=False)) == pytest.approx(0.162)
    assert prices.estimate(FOX.with_(duration=10)) == pytest.approx(0.648)
    assert prices.estimate(FOX.with_(resolution="1080p")) == pytest.approx(0.729)


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (0.05, "compute_second"),
        (0.05, "gpu seconds"),
        (0.2, "units"),
        (0.2, "image"),
        (0.2, "megapixel"),
        (0.2, ""),
        (0.0001, "ms"),
        (3.0, "0 tokens"),
        (3.0, "tokens"),
        (3.0, "1000 tokens"),
        (3e-6, "1m tokens"),
        (24.1, "1m tokens"),
        (0.23, "1m tokens"),
        (0.0, "1m tokens"),
        (-3.0, "1m tokens"),
        (float("nan"), "1m tokens"),
        (float("inf"), "1m tokens"),
    ],
)
def test_what_is_not_understood_or_believed_leaves_the_table(amount: float, unit: str) -> None:
    prices = priced(amount, unit)
    assert (prices.live, prices.as_of) == (False, seedance_1_5.PRICE.as_of)
    assert prices.estimate(FOX) == TABLE


def test_another_currency_leaves_the_table_and_the_estimate() -> None:
    prices = priced(3.0, "1m tokens", "EUR")
    assert not prices.live
    assert prices.estimate(FOX) == TABLE
    assert prices.settle(record(), 0.108) == (TABLE, "estimate")


def test_prices_are_live_when_every_endpoint_has_one() -> None:
    prices = Prices()
    first, _ = catalog.ENDPOINTS
    prices.learn({first.id: UnitPrice(3.0, "1m tokens", "USD")}, DAY)
    assert (prices.live, prices.as_of) == (False, seedance_1_5.PRICE.as_of)
    assert prices.estimate(FOX) == pytest.approx(0.324)


def test_later_prices_replace_earlier_ones() -> None:
    prices = priced(3.0, "1m tokens")
    prices.learn({}, "2027-01-03")
    assert not prices.live
    assert prices.estimate(FOX) == TABLE


@pytest.mark.parametrize("unit", ["1m tokens", "units"])
def test_units_that_were_billed_settle_it(unit: str) -> None:
    cost, source = priced(3.0, unit).settle(record(), 0.108)
    assert cost == pytest.approx(0.324)
    assert source == "billed"


@pytest.mark.parametrize("units", [None, 0.0, -0.108, 0.002, -1e300, float("nan"), float("inf"), -float("inf")])
def test_units_that_cannot_be_right_leave_the_estimate(units: float | None) -> None:
    assert priced(3.0, "1m tokens").settle(record(), units) == (TABLE, "estimate")


@pytest.mark.parametrize(
    ("units", "billed"), [(0.0087, 0.0261), (0.643, 1.929), (2.0, 6.0), (108_000.0, 1e4), (1e300, 1e4)]
)
def test_a_bill_is_believed_however_far_it_is_above(units: float, billed: float) -> None:
    cost, source = priced(3.0, "1m tokens").settle(record(), units)
    assert cost == pytest.approx(billed)
    assert source == "billed"
    settled = record(cost=cost, cost_source=source)
    assert settled.overbilled == (settled.cost is not None and settled.cost > 1.5 * TABLE)


def test_what_a_person_said_stands_where_the_service_says_nothing() -> None:
    said = record(cost=0.05, cost_source="person")
    assert priced(3.0, "1m tokens").settle(said, None) == (0.05, "person")
    assert priced(3.0, "1m tokens").settle(said, 0.1)[1] == "billed"


def test_without_a_price_it_is_the_estimate() -> None:
    assert Prices().settle(record(), 0.108) == (TABLE, "estimate")


def test_the_offline_engine_is_free() -> None:
    assert priced(3.0, "1m tokens").settle(record(free=True), 0.108) == (0.0, "free")
