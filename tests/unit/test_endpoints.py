"""The catalogue as people have it: which endpoints there are, their fields, and a request carried to another."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from tests.third_endpoint import SCRIPTWRITER, Scriptwriter

TEXT, IMAGE = (one.id for one in catalog.ENDPOINTS[:2])
PICTURE = np.zeros((400, 640, 3), np.uint8)


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "ENDPOINTS", (*catalog.ENDPOINTS, SCRIPTWRITER))


def test_the_table_says_what_there_is() -> None:
    table = sd.endpoints()
    assert table.endpoint.tolist() == [TEXT, IMAGE, SCRIPTWRITER.id]
    ours, other = table.iloc[0], table.iloc[2]
    assert (ours.model, ours.kind, ours.seconds, ours.has_seed) == ("Seedance 1.5 Pro", "Text → video", (4, 12), True)
    assert (ours.resolutions, ours.usd_5s_720p) == (("480p", "720p", "1080p"), 0.2592)
    assert ours.status.startswith("being retired")
    assert (other.seconds, other.has_seed, other.status, math.isnan(other.usd_5s_720p)) == ((4, 8), False, "", True)


def test_the_fields_of_an_endpoint_are_a_table() -> None:
    fields = sd.endpoint(TEXT).fields.set_index("field")
    assert fields.index.tolist() == list(sd.TextToVideo.model_fields)
    assert fields.role["duration"] == "seconds"
    assert (fields.type["seed"], fields.role["enable_safety_checker"]) == ("integer", "")
    assert fields.allowed["resolution"] == ("480p", "720p", "1080p")
    assert (fields.required["prompt"], fields.default["resolution"]) == (True, "720p")
    assert sd.endpoint(SCRIPTWRITER.id).fields.set_index("field").type["looks_like"] == "array"


def test_an_endpoint_is_called_for_a_request() -> None:
    text = sd.endpoint(TEXT)
    assert text("A fox", duration=8) == sd.TextToVideo("A fox", duration=8)
    assert inspect.signature(text) == inspect.signature(sd.TextToVideo)
    with pytest.raises(sd.InvalidRequest, match="duration"):
        text("A fox", duration=99)
    assert inspect.signature(replace(text, request=Scriptwriter)) == inspect.signature(Scriptwriter)


@pytest.mark.parametrize("id", ["seedance-1.5", "fal-ai/bytedance/seedance/v1.5/pro/text", "", "x" * 5000, None, 7])
def test_one_that_is_not_known_is_refused_with_those_that_are_near(id: object) -> None:
    with pytest.raises(sd.InvalidRequest, match=r"it is not known here; there is .*text-to-video") as caught:
        sd.endpoint(id)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 500


def test_a_request_is_carried_over_by_role() -> None:
    text = sd.TextToVideo("A fox at dusk", duration=8, aspect_ratio="4:3", seed=7, generate_audio=False)
    with pytest.raises(sd.InvalidRequest, match="image_url: required"):
        text.on(IMAGE)
    image = sd.ImageToVideo("A fox at dusk", PICTURE, duration=8, aspect_ratio="4:3", seed=7, generate_audio=False)
    assert image.on(TEXT, drop=True) == text
    assert image.on(IMAGE) == image
    assert text.on(TEXT) == text


def test_what_cannot_be_carried_is_named_or_dropped() -> None:
    image = sd.ImageToVideo("A fox at dusk", PICTURE, end_image_url=PICTURE, seed=7, camera_fixed=True)
    with pytest.raises(sd.InvalidRequest) as caught:
        image.on(TEXT)
    assert [problem.field for problem in caught.value.problems] == ["image_url", "end_image_url"]
    assert "drop=True" in str(caught.value)
    with pytest.raises(sd.InvalidRequest) as caught:
        image.on(SCRIPTWRITER.id)
    assert {problem.field for problem in caught.value.problems} == {"end_image_url", "seed", "camera_fixed"}
    carried = image.with_(end_image_url=None, seed=None, camera_fixed=False, duration=8)
    found = carried.on(SCRIPTWRITER.id)
    assert isinstance(found, Scriptwriter)
    assert (found.script, found.opening_picture, found.length) == ("A fox at dusk", carried.image_url, "8s")
    with pytest.raises(sd.InvalidRequest, match="length"):
        carried.with_(duration=9).on(SCRIPTWRITER.id)
    assert carried.with_(duration=9).on(SCRIPTWRITER.id, drop=True) == found.with_(length="4s")


def test_a_default_that_the_other_cannot_have_is_left_to_it() -> None:
    """16:9 and 720p were chosen by nobody; the invented endpoint has neither."""
    carried = sd.TextToVideo("A fox").on(SCRIPTWRITER.id)
    assert carried == sd.endpoint(SCRIPTWRITER.id)("A fox")
    with pytest.raises(sd.InvalidRequest, match="quality"):
        sd.TextToVideo("A fox", resolution="480p").on(SCRIPTWRITER.id)


def test_a_request_of_the_history_is_carried_too(tmp_path: Path) -> None:
    with sd.Project(tmp_path / "film", server="offline") as project:
        job = project.submit(sd.TextToVideo("A fox", resolution="480p", duration=4))
        job.cancel()
        assert job.request.on(TEXT) == job.request
