"""Requests by role: fields of any name, stored ones of no endpoint, lengths, and what excludes and needs what."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from pydantic import Field, create_model

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.contract.frames import Frame
from ipyseedance.contract.price import SecondPrice, TokenPrice
from ipyseedance.contract.requests import LENT, VideoRequest
from ipyseedance.contract.roles import Asked, Role, seconds_of
from ipyseedance.contract.rules import Either, Needs
from ipyseedance.contract.stored_request import StoredRequest
from ipyseedance.fal.platform import UnitPrice
from ipyseedance.jobs.prices import Prices
from ipyseedance.jobs.stored import request_of
from ipyseedance.media.asked import most, most_bytes
from ipyseedance.offline.request_to_shot import shot_of
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED
from ipyseedance.sweeps.sweep import Sweep
from tests.third_endpoint import SCRIPTWRITER, Scriptwriter

PICTURE = np.zeros((400, 640, 3), np.uint8)


def requests_of(*fields: str, base: type[VideoRequest] = VideoRequest) -> type[VideoRequest]:
    """A class with required texts of these names, as one is made of an endpoint's schema."""
    definitions: Any = {name: (str, Field()) for name in fields}
    made: Any = create_model("Odd", __base__=base, **definitions)
    made.endpoint_id = "fal-ai/odd"
    return made  # type: ignore[no-any-return]


# Names.


@pytest.mark.parametrize("name", [*LENT, "size", "model", "model_name", "text", "style"])
def test_a_field_may_have_any_name_that_is_no_method(name: str) -> None:
    with warnings.catch_warnings(action="error"):
        odd = requests_of(name)
    with pytest.raises(sd.InvalidRequest, match=f"{name}: required"):
        odd()
    request = odd(**{name: "9"})
    assert getattr(request, name) == "9"
    assert request.with_() == request
    assert request.record() == request.body({}) == {name: "9"}
    assert request.taken_by() == "fal-ai/odd"
    assert (request.value(Role.SECONDS), request.asked(), request.media_given()) == (None, Asked(), ())
    varied: Any = {name: ["as", "is"]}
    assert [cell.request for cell in Sweep(request, **varied).cells] == [odd(**{name: "as"}), odd(**{name: "is"})]


def test_what_a_request_lends_is_of_another_field() -> None:
    class Longer(VideoRequest):
        """Its `seconds` is not the length, and is required without a word more."""

        seconds: str  # type: ignore[assignment]
        fields: int  # type: ignore[assignment]
        length: int = Field(default=8, json_schema_extra={"role": "seconds"})

    request = Longer(seconds="eight", fields=3)
    assert (request.seconds, request.fields, request.asked().seconds) == ("eight", 3, 8)
    assert request.with_(length=4).record() == {"seconds": "eight", "fields": 3, "length": 4}


@pytest.mark.parametrize("name", ["asked", "value", "with_", "record", "body", "copy", "json", "schema", "endpoint_id"])
def test_a_field_of_a_methods_name_is_refused_when_the_class_is_made(name: str) -> None:
    with pytest.raises(TypeError, match=f"Odd cannot have a field named {name}: every request has"):
        requests_of(name)


def test_what_is_lent_is_offered_by_completion() -> None:
    assert set(LENT) <= set(dir(sd.TextToVideo("A fox")))
    with pytest.raises(AttributeError):
        sd.TextToVideo.model_construct().prompt  # noqa: B018


# Lengths.


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (5, "5"),
        (5.0, "5.0"),
        (5.5, "5.5"),
        ("5", "5"),
        ("8s", "8"),
        ("8 s", "8"),
        ("8 sec", "8"),
        ("8 seconds", "8"),
        ("1 second", "1"),
        (" 8 Seconds ", "8"),
        ("7.5s", "7.5"),
        ("auto", "None"),
        ("", "None"),
        ("8 minutes", "None"),
        (True, "None"),
        (None, "None"),
        (-1, "None"),
    ],
)
def test_lengths(written: object, seconds: str) -> None:
    assert repr(seconds_of(written)) == seconds


def test_a_whole_number_of_seconds_stays_one() -> None:
    assert repr(sd.TextToVideo("A fox", duration=8).seconds) == "8"


# What a history keeps of an endpoint that is gone.


def stored(fields: dict[str, Any], **columns: Any) -> Record:
    return Record(0.0, "fal", False, "fal-ai/gone", fields, 0.1, COMPLETED, **columns)


@pytest.mark.parametrize(
    "fields",
    [
        {"script": "A fox at dusk", "style": "film noir with rain"},
        {"picture": "files.example.org/a picture of mine.png"},
        {"prompt": 3, "negative_prompt": "no rain, no people"},
    ],
)
def test_no_text_is_taken_for_the_prompt(fields: dict[str, Any], tmp_path: Any) -> None:
    assert stored(fields).asked.prompt == ""
    assert request_of(stored(fields), tmp_path, given=True).asked().prompt == ""
    assert stored(fields | {"prompt": "An owl"}).asked.prompt == "An owl"


def test_the_columns_of_a_row_say_what_its_fields_do_not() -> None:
    asked = stored({"length": "8s"}, seconds=8.0, resolution="draft", ratio="wide", sound=False, asked_seed=7).asked
    assert (asked.seconds, asked.resolution, asked.ratio, asked.sound, asked.seed) == (8.0, "draft", "wide", False, 7)
    assert stored({"duration": "6", "seed": 3}).asked.seconds == 6


# Sizes and prices that are not known.


@pytest.mark.parametrize("sizes", [{}, {"draft": {}}, {"final": {"wide": (640, 360)}}])
def test_sizes_that_are_not_known(sizes: Any) -> None:
    endpoint, request = replace(SCRIPTWRITER, sizes=sizes), Scriptwriter(script="A fox", opening_picture=PICTURE)
    assert endpoint.size(request) is None
    assert endpoint.estimate(request) == 0.05
    assert replace(SCRIPTWRITER, sizes={}, price=TokenPrice(1, 1, "2026-11-30")).estimate(request) is None
    assert endpoint.expected_seconds(request) == 8
    assert (endpoint.usual.pixels, endpoint.usual.tokens) == (None, None)
    assert most(endpoint, request.asked()).side >= 640
    assert most_bytes(endpoint, request.asked()) > 32_000_000
    assert shot_of(endpoint, request).size == (1280, 720)


def offered(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Scriptwriter:
    monkeypatch.setattr(catalog, "ENDPOINTS", (*catalog.ENDPOINTS, replace(SCRIPTWRITER, **changes)))
    return Scriptwriter(script="A fox")


def test_a_price_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    request = offered(monkeypatch, price=None)
    assert Prices().known(request) is None
    with pytest.raises(sd.InvalidRequest, match="the price of Script → video is not known"):
        sd.estimate(request)
    plan = Sweep(request, length=["4s", "8s"]).plan()
    assert (plan.dollars, plan.to_run) == (None, 2)
    assert plan.df["estimate"].isna().all()
    assert "price not known" in repr(plan)
    assert "nan" not in plan._repr_html_()


@pytest.mark.parametrize("price", [None, TokenPrice(1, 1, "2026-11-30")])
def test_prices_are_live_beside_one_that_is_not_known(
    monkeypatch: pytest.MonkeyPatch, price: TokenPrice | None
) -> None:
    told = {e.id: UnitPrice(3.0, "1m tokens", "USD") for e in catalog.ENDPOINTS}
    request = offered(monkeypatch, price=price, sizes={})
    prices = Prices()
    prices.learn(told | {SCRIPTWRITER.id: UnitPrice(3.0, "1m tokens", "USD")}, "2027-01-02")
    assert (prices.live, prices.as_of) == (price is None, "2027-01-02" if price is None else "2026-11-22")
    assert prices.known(request) is None


def test_many_prices_add_up_exactly() -> None:
    request = sd.TextToVideo("A fox", resolution="480p", generate_audio=False)
    plan = Sweep(request, seed=f"1..{999}").plan()
    assert plan.dollars == round(999 * sd.estimate(request), 9)


# Rules between fields.


class Ruled(Scriptwriter):
    """An opening picture excludes others, and a song needs a picture of either kind."""

    song: str | None = None
    field_rules = (
        Either(("opening_picture",), ("looks_like",)),
        Needs("song", ("opening_picture", "looks_like")),
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, None),
        ({"opening_picture": PICTURE}, None),
        ({"looks_like": [PICTURE], "song": "la"}, None),
        ({"opening_picture": PICTURE, "song": "la"}, None),
        ({"opening_picture": PICTURE, "looks_like": []}, None),
        (
            {"opening_picture": PICTURE, "looks_like": [PICTURE]},
            "looks_like: it excludes opening_picture; give one of the two",
        ),
        ({"song": "la"}, "song: it needs opening_picture or looks_like; give that too"),
    ],
)
def test_fields_that_exclude_or_need_others(fields: dict[str, Any], told: str | None) -> None:
    if told is None:
        assert Ruled(script="A fox", **fields).script == "A fox"
        return
    with pytest.raises(sd.InvalidRequest) as caught:
        Ruled(script="A fox", **fields)
    assert str(caught.value) == f"{told}\nNothing was sent."


def test_a_cell_that_breaks_a_rule_is_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, request=Ruled)
    sweep = Sweep(Ruled(script="A fox", looks_like=(PICTURE,)), opening_picture=[None, PICTURE])
    plan = sweep.plan()
    assert (plan.to_run, plan.invalid) == (1, 1)
    assert "it excludes opening_picture" in str(plan.df["problem"][1])


# Lengths that the model chooses.


LENGTHS: dict[str, tuple[Any, Any]] = {
    "a range": (int | None, Field(default=None, ge=1, le=15, json_schema_extra={"role": "seconds"})),
    "a range, and a default": (int | None, Field(default=5, ge=1, le=15, json_schema_extra={"role": "seconds"})),
    "texts": (Literal["auto", "4", "15"], Field(default="auto", json_schema_extra={"role": "seconds"})),
    "any": (float | None, Field(default=None, json_schema_extra={"role": "seconds"})),
}


@pytest.mark.parametrize("length", LENGTHS)
def test_a_length_that_the_model_chooses_is_priced_at_its_most(length: str) -> None:
    definitions: Any = {"length": LENGTHS[length]}
    odd: Any = create_model("Odd", __base__=VideoRequest, **definitions)
    price = SecondPrice(0.5, as_of="2026-12-01")
    endpoint = replace(SCRIPTWRITER, request=odd, price=price)
    most_seconds = None if length == "any" else 15
    assert endpoint.longest == most_seconds
    asked = odd(length="auto" if length == "texts" else None)
    assert endpoint.estimate(asked) == (None if most_seconds is None else 7.5)
    assert replace(endpoint, price=TokenPrice(1, 1, "2026-12-01")).amount(asked).seconds == most_seconds
    assert endpoint.expected_seconds(asked) > 0
    assert shot_of(endpoint, asked).seconds >= 1


# What only a history knows.


def test_a_stored_request_may_have_fields_of_any_name() -> None:
    odd = StoredRequest.of(
        "fal-ai/gone", {"prompt": "A fox", "cls": 1, "_fields_set": 2, "self": 3, "values": 4}, "gone"
    )
    assert (odd.value(Role.PROMPT), odd.asked().prompt) == ("A fox", "A fox")
    assert odd.record() == {"prompt": "A fox", "cls": 1, "_fields_set": 2, "self": 3, "values": 4}


def test_a_stored_request_tells_its_pictures_by_their_names() -> None:
    frame = Frame.of(PICTURE)
    odd = StoredRequest.of("fal-ai/gone", {"prompt": "A fox", "image_url": frame}, "gone")
    assert odd.fields == {"prompt": "A fox", "image_url": frame.reference}
    assert isinstance(odd.meaning(), str)
