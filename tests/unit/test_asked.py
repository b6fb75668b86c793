"""Whether a clip is what was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.contract.errors import from_record
from ipyseedance.contract.roles import Asked
from ipyseedance.media.asked import not_as_asked
from ipyseedance.media.clipfile import ClipInfo

AS_ASKED: dict[str, Any] = {"width": 1280, "height": 720, "duration": 5.0, "fps": 24.0, "has_audio": True}
FOX = sd.TextToVideo("A fox")


def judge(request: sd.TextToVideo | sd.ImageToVideo, **came: Any) -> sd.NotAsAsked | None:
    info = ClipInfo(**AS_ASKED | came)
    return not_as_asked(catalog.endpoint_for(request), request.asked(), lambda: request, info)


def message(request: sd.TextToVideo | sd.ImageToVideo, **came: Any) -> str:
    error = judge(request, **came)
    assert error is not None
    return error.message


@pytest.mark.parametrize("came", [{}, {"duration": 5.04}, {"duration": 4.71}, {"fps": 30.0}])
def test_as_asked(came: dict[str, Any]) -> None:
    assert judge(FOX, **came) is None


@pytest.mark.parametrize(
    ("came", "says"),
    [
        ({"width": 864, "height": 496}, "1280 × 720 asked, 864 × 496 came"),  # noqa: RUF001
        ({"width": 720, "height": 1280}, "1280 × 720 asked, 720 × 1280 came"),  # noqa: RUF001
        ({"duration": 4.0}, "5 s asked, 4 s came"),
        ({"duration": 5.4}, "5 s asked, 5.4 s came"),
        ({"has_audio": False}, "sound asked, none came"),
    ],
)
def test_something_else(came: dict[str, Any], says: str) -> None:
    assert message(FOX, **came) == f"The clip differs from what was asked for: {says}."


def test_audio_that_was_not_asked_for() -> None:
    assert "silence asked, sound came" in message(FOX.with_(generate_audio=False))


def test_everything_else() -> None:
    error = judge(FOX, width=864, height=496, duration=8.0, has_audio=False)
    assert error is not None
    assert error.message.count(";") == 2
    assert (error.charged, error.type) == ("yes", "not_as_asked")
    assert "The clip is kept." in error.next_step
    kept = from_record(error.to_record())
    assert type(kept) is sd.NotAsAsked
    assert str(kept) == str(error)


@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p"])
def test_every_size_of_the_table_is_as_asked(resolution: str) -> None:
    request = FOX.with_(resolution=resolution)
    for ratio, (width, height) in catalog.ENDPOINTS[0].sizes[resolution].items():
        assert judge(request.with_(aspect_ratio=ratio), width=width, height=height) is None


def test_auto_takes_the_start_frames_ratio() -> None:
    request = sd.ImageToVideo("Go", Image.new("RGB", (600, 800)), aspect_ratio="auto")
    assert judge(request, width=834, height=1112) is None
    assert "834 × 1112 asked, 1280 × 720 came" in message(request)  # noqa: RUF001


def test_auto_without_a_known_start_frame_takes_any_size() -> None:
    assert judge(FOX.with_(aspect_ratio="auto"), width=333, height=222) is None
    request = sd.ImageToVideo("Go", "https://x.org/a.png", aspect_ratio="auto")
    assert judge(request, width=333, height=222) is None
    assert judge(request.with_(end_image_url=Image.new("RGB", (600, 800))), width=1280, height=720) is None


@pytest.mark.parametrize("known", [{}, {"prompt": "A fox"}, {"resolution": "8k", "aspect_ratio": "16:9"}])
def test_what_is_not_known_is_not_compared(known: dict[str, Any]) -> None:
    info = ClipInfo(width=1, height=1, duration=99, fps=1, has_audio=False)
    assert not_as_asked(catalog.ENDPOINTS[0], Asked.of(known), lambda: pytest.fail("it is not known"), info) is None
    error = not_as_asked(catalog.ENDPOINTS[0], Asked.of(known | {"duration": "5"}), lambda: FOX, info)
    assert error is not None
    assert error.message == "The clip differs from what was asked for: 5 s asked, 99 s came."
