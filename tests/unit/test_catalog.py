"""Sizes and prices, against fal's and ByteDance's published figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.contract.endpoint import Endpoint
from ipyseedance.contract.price import Amount, ClipPrice, SecondPrice
from ipyseedance.contract.requests import VideoRequest

SIZES = {
    "480p": "992x432 864x496 752x560 640x640 560x752 496x864",
    "720p": "1470x630 1280x720 1112x834 960x960 834x1112 720x1280",
    "1080p": "2206x946 1920x1080 1664x1248 1440x1440 1248x1664 1080x1920",
}
RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")


@pytest.mark.parametrize("endpoint", catalog.ENDPOINTS, ids=lambda e: e.title)
@pytest.mark.parametrize("resolution", SIZES)
def test_sizes(endpoint: Endpoint, resolution: str) -> None:
    assert " ".join(f"{w}x{h}" for w, h in (endpoint.sizes[resolution][r] for r in RATIOS)) == SIZES[resolution]


@pytest.mark.parametrize(
    ("fields", "dollars"),
    [
        ({}, 0.2592),  # fal's own example: 720p, 5 s, audio, about $0.26
        ({"generate_audio": False}, 0.1296),
        ({"resolution": "480p", "generate_audio": False}, 0.0603),
        ({"resolution": "1080p"}, 0.5832),
        ({"resolution": "1080p", "duration": 12}, 1.3997),
    ],
)
def test_estimates(fields: dict[str, Any], dollars: float) -> None:
    assert sd.estimate(sd.TextToVideo("x", **fields)) == pytest.approx(dollars, abs=1e-4)


@pytest.mark.parametrize("endpoint", catalog.ENDPOINTS, ids=lambda e: e.title)
def test_a_usual_request(endpoint: Endpoint) -> None:
    assert (endpoint.usual_seconds, endpoint.usual.tokens) == (5, 108_000)


def test_auto_follows_the_start_frame() -> None:
    tall = sd.ImageToVideo("x", np.zeros((1000, 580), np.uint8), aspect_ratio="auto")
    assert catalog.endpoint_for(tall).size(tall) == (720, 1280)


def test_the_end_frame_does_not_decide_the_size() -> None:
    tall = np.zeros((1000, 580), np.uint8)
    request = sd.ImageToVideo("x", "https://x.org/a.png", end_image_url=tall, aspect_ratio="auto")
    assert catalog.endpoint_for(request).size(request) == (1280, 720)
    assert sd.estimate(request) == sd.estimate(sd.TextToVideo("x", aspect_ratio="auto"))
    both = request.with_(image_url=np.zeros((580, 1000), np.uint8))
    assert catalog.endpoint_for(both).size(both) == (1280, 720)


def test_auto_without_a_frame_is_priced_at_the_largest() -> None:
    request = sd.TextToVideo("x")
    largest = max(sd.estimate(request.with_(aspect_ratio=r)) for r in RATIOS)
    auto = request.with_(aspect_ratio="auto")
    assert sd.estimate(auto) == largest
    assert catalog.endpoint_for(auto).size(auto) == (1280, 720)


def test_an_unknown_endpoint_is_refused() -> None:
    with pytest.raises(sd.InvalidRequest, match="not known here"):
        catalog.endpoint("fal-ai/other")
    with pytest.raises(sd.InvalidRequest, match="belongs to no endpoint"):
        catalog.endpoint_for(VideoRequest())


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        (SecondPrice(0.1, "2026-11-30"), 0.8),
        (SecondPrice(0.1, "2026-11-30", {"1080p": 0.2}), 1.6),
        (SecondPrice(0.1, "2026-11-30", silent=0.5), 0.8),
        (ClipPrice(0.3, "2026-11-30"), 0.3),
        (ClipPrice(0.3, "2026-11-30", {"1080p": 0.5}), 0.5),
    ],
)
def test_other_forms_of_price(price: SecondPrice | ClipPrice, dollars: float) -> None:
    assert price.dollars(Amount(1920 * 1080, 24, 8, "1080p")) == pytest.approx(dollars)


def test_a_silent_second_may_cost_less() -> None:
    silent = Amount(1920 * 1080, 24, 8, "1080p", sound=False)
    assert SecondPrice(0.1, "2026-11-30", silent=0.5).dollars(silent) == pytest.approx(0.4)
