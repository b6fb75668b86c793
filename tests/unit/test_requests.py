"""What may be asked, and what is said to bad input."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

import ipyseedance as sd
from ipyseedance.contract.frames import ALLOWED

SEED_RULE = "give a whole number from 0 to 4294967295; None or -1 for a new one each time"


def test_defaults_are_fals() -> None:
    assert sd.TextToVideo("A fox").resolved().body({}) | {"seed": 1} == {
        "prompt": "A fox",
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "duration": "5",
        "camera_fixed": False,
        "seed": 1,
        "enable_safety_checker": True,
        "generate_audio": True,
    }


def test_the_fields_are_fals_8_and_10() -> None:
    text, image = set(sd.TextToVideo.model_fields), set(sd.ImageToVideo.model_fields)
    assert len(text) == 8
    assert image - text == {"image_url", "end_image_url"}


@pytest.mark.parametrize("duration", [5, "5", np.int32(5)])
def test_duration_is_a_number_here_and_a_string_on_the_wire(duration: Any) -> None:
    request = sd.TextToVideo("A fox", duration=duration)
    assert request.duration == 5
    assert request.body({})["duration"] == "5"


@pytest.mark.parametrize("seed", [None, -1])
def test_a_missing_seed_becomes_a_concrete_one(seed: int | None) -> None:
    request = sd.TextToVideo("A fox", seed=seed)
    assert "seed" not in request.body({})
    chosen = request.resolved().seed
    assert chosen is not None
    assert 0 <= chosen < 2**32
    assert {request.resolved().seed for _ in range(5)} != {chosen}


def test_a_given_seed_stays() -> None:
    assert sd.TextToVideo("A fox", seed=2**32 - 1).resolved().seed == 2**32 - 1


BAD = [
    ({"prompt": ""}, "prompt: '' is not allowed; give text that is not blank"),
    ({"prompt": " \n"}, "prompt: ' \\n' is not allowed; give text that is not blank"),
    ({"prompt": "a \ud83d fox"}, "prompt: 'a \\ud83d fox' is not allowed; give text that is not blank"),
    ({"prompt": 3}, "prompt: 3 is not allowed; give text that is not blank"),
    ({}, "prompt: required; give text that is not blank"),
    ({"prompt": "x", "promt": "y"}, "promt: not a field of TextToVideo;"),
    ({"prompt": "x", "promt": "y"}, "Did you mean prompt?"),
    ({"prompt": "x", "duration": 3}, "duration: 3 is not allowed; give one of 4, 5, 6, 7, 8, 9, 10, 11, 12"),
    ({"prompt": "x", "duration": 13}, "duration: 13 is not allowed; give one of 4, 5,"),
    ({"prompt": "x", "duration": 5.5}, "duration: 5.5 is not allowed"),
    ({"prompt": "x", "duration": True}, "duration: True is not allowed"),
    ({"prompt": "x", "seed": -2}, f"seed: -2 is not allowed; {SEED_RULE}"),
    ({"prompt": "x", "seed": 2**32}, f"seed: 4294967296 is not allowed; {SEED_RULE}"),
    ({"prompt": "x", "seed": 1.5}, "seed: 1.5 is not allowed"),
    ({"prompt": "x", "seed": "7"}, "seed: '7' is not allowed"),
    ({"prompt": "x", "aspect_ratio": "2:1"}, "aspect_ratio: '2:1' is not allowed; give one of 21:9, 16:9, 4:3, 1:1"),
    ({"prompt": "x", "resolution": "4k"}, "resolution: '4k' is not allowed; give one of 480p, 720p, 1080p"),
    ({"prompt": "x", "camera_fixed": "yes"}, "camera_fixed: 'yes' is not allowed; give True or False"),
]


@pytest.mark.parametrize(("fields", "says"), BAD)
def test_bad_input_names_field_value_and_what_is_allowed(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.TextToVideo(**fields)
    assert says in str(caught.value)
    assert "Nothing was sent." in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, sd.SeedanceError)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.TextToVideo("x", duration=3, seed=-2)
    assert [p.field for p in caught.value.problems] == ["duration", "seed"]


def test_positional_values_follow_the_order_of_the_fields() -> None:
    make: Any = sd.TextToVideo
    assert make("A fox", "1:1").aspect_ratio == "1:1"
    with pytest.raises(TypeError, match="two values for 'prompt'"):
        make("A fox", prompt="An owl")
    with pytest.raises(TypeError, match="at most 8 values, 9 were given"):
        make(*range(9))
    assert list(inspect.signature(sd.ImageToVideo).parameters)[:3] == ["prompt", "image_url", "end_image_url"]


def test_a_changed_copy_is_checked_again() -> None:
    request = sd.TextToVideo("A fox")
    assert request.with_(seed=7).seed == 7
    with pytest.raises(sd.InvalidRequest):
        request.with_(duration=99)


def test_the_schema_draws_the_controls() -> None:
    schema = sd.ImageToVideo.model_json_schema()
    controls = {name: field["control"] for name, field in schema["properties"].items()}
    assert list(controls) == list(sd.ImageToVideo.model_fields)
    assert controls["duration"] == "seconds"
    assert controls["image_url"] == controls["end_image_url"] == "frame"
    assert schema["properties"]["duration"]["default"] in schema["properties"]["duration"]["enum"]
    assert schema["properties"]["image_url"]["allowed"] == ALLOWED
    assert schema["required"] == ["prompt", "image_url"]
    json.dumps(schema)
