"""Any JSON as an answer: the words of a refusal are shown, and a clip that is there is had."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipyseedance as sd
from ipyseedance.fal.answers import clip_in, progress_of, result_of
from ipyseedance.fal.refusals import refusal

URL = "https://v3.fal.media/files/a/clip.mp4"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | st.sampled_from(["abc", "1e999", "nan", 2**70, "9" * 30, -1, ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
FIELDS = ("detail", "error_type", "message", "error", "status", "logs", "metrics", "queue_position")
BODIES = st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON
ERRORS = st.fixed_dictionaries({}, optional=dict.fromkeys(("loc", "msg", "type", "url", "input", "ctx"), JSON))
CODES = st.sampled_from([400, 401, 403, 404, 408, 410, 422, 429, 499, 500, 502, 503, 504, 520])


def answer(code: int, body: Any, **headers: str) -> sd.SeedanceError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(httpx.Response(code, json=body, headers=named), "fal")


@settings(deadline=None)
@given(CODES, BODIES | st.fixed_dictionaries({"detail": st.lists(ERRORS | JSON, max_size=4) | ERRORS}))
def test_a_refusal_of_any_kind_is_an_error_with_words(code: int, body: Any) -> None:
    error = answer(code, body)
    assert isinstance(error, sd.SeedanceError)
    assert error.message.strip()
    assert isinstance(error.to_record()["type"], str)
    assert error.charged in ("no", "maybe")


@settings(deadline=None)
@given(BODIES)
def test_a_status_of_any_kind_is_read_or_none(body: Any) -> None:
    try:
        progress = progress_of(body)
    except ValueError:
        assert not isinstance(body, dict)
        return
    assert isinstance(progress.status, str)
    assert all(isinstance(line, str) for line in progress.logs)


@settings(deadline=None)
@given(JSON, JSON, st.dictionaries(st.text(max_size=8), JSON, max_size=3), st.text(max_size=30))
def test_a_clip_that_is_there_is_had(seed: Any, size: Any, more: dict[str, Any], units: str) -> None:
    body = more | {"video": {"file_size": size, "url": URL}, "seed": seed}
    result = result_of(json.loads(json.dumps(body)), units)
    assert result.url == URL
    assert result.seed is None or -(2**63) <= result.seed < 2**63
    assert result.billable_units is None or result.billable_units >= 0


@pytest.mark.parametrize(
    "text",
    [
        f'{{"video": {{"url": "{URL}", "fps": NaN}}, "seed": 1}}',
        f'{{"seed": Infinity, "video": {{"fps": 1e999, "url" : "{URL}"}}}}',
        '{"video": {"url": "' + URL.replace("/", "\\/") + '"}, "note": "\\ud800"}',
        f'{{"video": {{"url": "{URL}"}}, "deep": {"[" * 99}{"]" * 99}}}',
        f'{{"video": {{"url": "{URL}"}}, "digits": {"9" * 5000}}}',
        f'{{"video": {{"url": "{URL}"}}, "seed": 1',
    ],
    ids=["NaN", "infinity", "half a letter", "deep", "digits", "cut"],
)
def test_a_clip_in_what_is_not_quite_json_is_had(text: str) -> None:
    assert clip_in(text.encode(), "0.1").url == URL
    assert clip_in(text.encode(), "0.1").billable_units == 0.1


@pytest.mark.parametrize("text", ["", "{}", '{"video": {"url": 1}}', '{"video": "https://a.example/b"}', '{"url": "https://x.example"}'])  # fmt: skip # noqa: E501
def test_where_there_is_no_clip_none_is_made_up(text: str) -> None:
    with pytest.raises(ValueError, match="no clip"):
        clip_in(text.encode())


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ([{"loc": None, "msg": "Too rude", "type": "x"}], "Too rude"),
        ([{"loc": "prompt", "msg": "Too rude."}], "prompt: Too rude"),
        ([{"loc": [["body", 1], 2, {"a": 1}, "prompt"], "msg": "Too rude"}], "2.prompt: Too rude"),
        ([{"loc": 7, "msg": ["no"], "type": "odd"}], "7: odd"),
        ([{"type": "too_rude"}], "too_rude"),
        (["Too rude", None, {"msg": "And long"}], "Too rude; And long"),
        ({"msg": "Too rude", "input": {"prompt": "SECRET"}}, "Too rude"),
        ([{"msg": "Too rude", "input": "SECRET", "ctx": {"a": "SECRET"}}], "Too rude"),
        ("Too rude", "Too rude"),
        ({"code": 3, "reason": "Too rude", "input": "SECRET"}, "Too rude"),
        ([3], "3"),
    ],
)
def test_the_services_own_words_are_shown(detail: Any, said: str) -> None:
    error = answer(422, {"detail": detail})
    assert f": {said}." in error.message
    assert "SECRET" not in str(error)
    assert error.charged == "maybe"


def test_the_words_of_the_platform_are_shown() -> None:
    said = answer(400, {"error": {"type": "validation_error", "message": "No such endpoint"}})
    assert "No such endpoint" in said.message


@pytest.mark.parametrize(("code", "kind"), [(401, sd.KeyRefused), (403, sd.AccountLocked)])
def test_a_list_in_a_refusal_of_the_account_is_that_refusal(code: int, kind: type[sd.SeedanceError]) -> None:
    assert type(answer(code, {"detail": [{"msg": "User is locked"}]})) is kind


def test_of_several_types_the_one_that_is_acted_on_is_kept() -> None:
    error = answer(422, {"detail": [{"msg": "Odd", "type": "x"}, {"msg": "Gone", "type": "file_download_error"}]})
    assert error.type == "file_download_error"
