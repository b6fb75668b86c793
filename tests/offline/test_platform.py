"""fal's platform calls. tests/wire has them as the product uses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from ipyseedance.contract.catalog import ENDPOINTS, estimate
from ipyseedance.contract.seedance_1_5 import TextToVideo

from .conftest import QUICK, TEXT, Own, finished
from .quick import HOLD, KEY, QUICKLY

TO_VIDEO, FROM_IMAGE = (endpoint.id for endpoint in ENDPOINTS)
HEADERS = {"Authorization": f"Key {KEY}"}


@pytest.fixture
def caller(quick_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=quick_url, headers=HEADERS, timeout=30) as client:
        yield client


@pytest.fixture
def alone(own: Own) -> Iterator[httpx.Client]:
    """To a server that nobody else has asked anything."""
    with httpx.Client(base_url=own(QUICKLY, key=KEY), headers=HEADERS, timeout=30) as client:
        yield client


def listed(caller: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    answer = caller.get("/v1/models/requests/by-endpoint", params={"endpoint_id": TO_VIDEO} | query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_models_with_their_schemas(caller: httpx.Client) -> None:
    told = caller.get("/v1/models", params={"expand": "openapi-3.0"}).json()
    assert [model["endpoint_id"] for model in told["models"]] == [TO_VIDEO, FROM_IMAGE]
    assert (told["has_more"], told["next_cursor"]) == (False, None)
    assert {model["metadata"]["status"] for model in told["models"]} == {"active"}
    schema = told["models"][0]["openapi"]["components"]["schemas"]["TextToVideoInput"]
    jsonschema.validate(QUICK, schema)
    assert "openapi" not in caller.get("/v1/models").json()["models"][0]
    some = caller.get("/v1/models", params={"endpoint_id": [FROM_IMAGE, "other/model"]}).json()["models"]
    assert [model["endpoint_id"] for model in some] == [FROM_IMAGE]
    assert caller.get("/v1/models", params={"q": "image seedance"}).json()["models"][0]["endpoint_id"] == FROM_IMAGE


def test_prices_and_estimates_agree(caller: httpx.Client) -> None:
    ids = [TO_VIDEO, FROM_IMAGE, "other/model"]
    prices = caller.get("/v1/models/pricing", params={"endpoint_id": ids}).json()["prices"]
    assert [price["endpoint_id"] for price in prices] == ids[:2]
    asked = {"estimate_type": "unit_price", "endpoints": {TO_VIDEO: {"unit_quantity": 2.5}}}
    told = caller.post("/v1/models/pricing/estimate", json=asked).json()
    assert told == {"estimate_type": "unit_price", "total_cost": 2.5 * prices[0]["unit_price"], "currency": "USD"}
    asked = {"estimate_type": "historical_api_price", "endpoints": {TO_VIDEO: {"call_quantity": 2}}}
    told = caller.post("/v1/models/pricing/estimate", json=asked).json()
    assert told["total_cost"] == pytest.approx(2 * estimate(TextToVideo("x")))
    for silent in (True, False):
        units = finished(caller, caller.post(TEXT, json=QUICK | {"generate_audio": not silent}).json()).headers
        request = TextToVideo("x", resolution="480p", duration=4, generate_audio=not silent)
        billed = float(units["x-fal-billable-units"]) * prices[0]["unit_price"]
        assert billed == pytest.approx(estimate(request), abs=1e-5)


def test_the_accounts_requests(alone: httpx.Client) -> None:
    good = alone.post(TEXT, json=QUICK).json()
    finished(alone, good)
    bad = alone.post(TEXT, json=QUICK | {"duration": "13"}, headers={"X-Fal-Store-IO": "0"}).json()
    finished(alone, bad)
    assert [item["request_id"] for item in listed(alone)] == [bad["request_id"], good["request_id"]]
    assert "json_input" not in listed(alone)[0]
    [one] = listed(alone, status="success", expand="payloads")
    assert one["json_input"] == QUICK
    assert one["json_output"] == alone.get(good["response_url"]).json()
    assert one["status_code"] == 200
    assert one["duration"] >= 0
    [other] = listed(alone, request_id=bad["request_id"], expand="payloads")
    assert (other["status_code"], other["json_input"], other["json_output"]) == (422, None, None), "not to be kept"
    assert listed(alone, endpoint_id=FROM_IMAGE) == []
    assert listed(alone, start="2999-01-01T00:00:00Z") == listed(alone, end="2001-01-01T00:00:00Z") == []
    first = alone.get("/v1/models/requests/by-endpoint", params={"endpoint_id": TO_VIDEO, "limit": 1}).json()
    assert first["has_more"]
    assert [item["request_id"] for item in listed(alone, cursor=first["next_cursor"])] == [good["request_id"]]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/models", {"limit": 0}), ("/v1/models", {"limit": "x"}), ("/v1/models", {"cursor": "x"}),
        ("/v1/models", {"endpoint_id": ["x"] * 51}), ("/v1/models/pricing", {}),
        ("/v1/models/requests/by-endpoint", {}),
        *(("/v1/models/requests/by-endpoint", {"endpoint_id": TO_VIDEO} | wrong)
          for wrong in ({"start": "yesterday"}, {"status": "x"}, {"sort_by": "x"}, {"limit": 101})),
    ],
)  # fmt: skip
def test_wrong_parameters_are_named(quick_url: str, path: str, query: dict[str, Any]) -> None:
    answer = httpx.get(quick_url + path, params=query, headers=HEADERS)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "validation_error"
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"estimate_type": "unit_price"}, {"estimate_type": "unit_price", "endpoints": {}},
        {"estimate_type": "unit_price", "endpoints": {"other/model": {"unit_quantity": 1}}},
        {"estimate_type": "unit_price", "endpoints": {TO_VIDEO: {"unit_quantity": 0}}},
        {"estimate_type": "unit_price", "endpoints": {TO_VIDEO: {"unit_quantity": True}}},
        {"estimate_type": "unit_price", "endpoints": {TO_VIDEO: 5}},
    ],
)  # fmt: skip
def test_an_estimate_that_makes_no_sense(quick_url: str, body: dict[str, Any]) -> None:
    answer = httpx.post(f"{quick_url}/v1/models/pricing/estimate", json=body, headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation_error")


def test_a_running_request_is_in_the_list(alone: httpx.Client) -> None:
    job = alone.post(TEXT, json=HOLD).json()
    while not listed(alone):
        pass
    [running] = listed(alone, expand="payloads")
    assert (running["ended_at"], running["status_code"], running["json_input"]) == (None, None, HOLD)
    alone.put(job["cancel_url"])
