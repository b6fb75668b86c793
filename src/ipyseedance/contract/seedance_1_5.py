"""Seedance 1.5 Pro: its two requests with fal's field names, defaults and allowed values, its sizes and its price.

Source of every field: fal's API page of Seedance 1.5 Pro. Sizes: ByteDance's table. Price: fal's model page (tokens =
width x height x fps x seconds / 1024).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, StrictBool, WithJsonSchema

from .endpoint import Endpoint, Size
from .fieldtypes import MAX_SEED, Picture, Prompt, Seed, whole_number
from .frames import ALLOWED
from .price import TokenPrice
from .requests import VideoRequest

SHORTEST, LONGEST = 4, 12


def _seconds(value: object) -> int:
    seconds = int(value) if isinstance(value, str) and value.isdecimal() else whole_number(value)
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError("out of range")
    return seconds


Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "enum": [str(n) for n in range(SHORTEST, LONGEST + 1)]}),
]
AspectRatio = Literal["21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "auto"]
Resolution = Literal["480p", "720p", "1080p"]


class _Prompted(VideoRequest):
    prompt: Prompt = Field(
        kw_only=False,
        title="Prompt",
        description="Describe action, dialogue in double quotes, camera and sound.",
        json_schema_extra={"control": "prompt", "role": "prompt", "allowed": "text that is not blank"},
    )


class _Framed(VideoRequest):
    image_url: Picture = Field(
        kw_only=False,
        title="Start frame",
        description="The picture the clip begins on.",
        json_schema_extra={"control": "frame", "role": "first_frame", "allowed": ALLOWED},
    )
    end_image_url: Picture | None = Field(
        default=None,
        title="End frame",
        description="The picture the clip ends on. Optional.",
        json_schema_extra={"control": "frame", "role": "last_frame", "allowed": ALLOWED},
    )


class _Shot(VideoRequest):
    aspect_ratio: AspectRatio = Field(
        default="16:9",
        title="Aspect ratio",
        description="Width to height. auto takes it from the start frame, or from the prompt.",
        json_schema_extra={"control": "ratio", "role": "ratio"},
    )
    resolution: Resolution = Field(
        default="720p",
        title="Resolution",
        description="480p is fastest and cheapest, 1080p the sharpest.",
        json_schema_extra={"control": "choice", "role": "resolution"},
    )
    duration: Seconds = Field(
        default=5,
        title="Duration",
        description="Seconds, 4 to 12.",
        json_schema_extra={"control": "seconds", "role": "seconds", "unit": "s", "default": "5"},
    )
    camera_fixed: StrictBool = Field(
        default=False,
        title="Fixed camera",
        description="Ask for a tripod shot: the subject moves, the frame stays.",
        json_schema_extra={"control": "switch", "role": "still_camera"},
    )
    seed: Seed = Field(
        default=None,
        title="Seed",
        description="The same seed gives a similar clip. Empty: a new one each time.",
        json_schema_extra={
            "control": "seed",
            "role": "seed",
            "minimum": -1,
            "maximum": MAX_SEED,
            "allowed": f"a whole number from 0 to {MAX_SEED}; None or -1 for a new one each time",
        },
    )
    enable_safety_checker: StrictBool = Field(
        default=True,
        title="Safety checker",
        description="Refuse unsafe prompts and pictures.",
        json_schema_extra={"control": "switch"},
    )
    generate_audio: StrictBool = Field(
        default=True,
        title="Audio",
        description="Dialogue, effects and music with the clip. Without it the clip costs half.",
        json_schema_extra={"control": "switch", "role": "sound"},
    )


class TextToVideo(_Shot, _Prompted):
    """A clip from words: `TextToVideo("A fox at dusk", duration=8, seed=7)`."""

    endpoint_id = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"


class ImageToVideo(_Shot, _Framed, _Prompted):
    """A clip that begins on a picture, and may end on another.

    `image_url` and `end_image_url` take an http(s) address, a path, bytes, a PIL image or a NumPy array
    (height x width x 3, uint8 or floats 0..1).
    """

    endpoint_id = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video"


_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")


def _row(*sizes: Size) -> dict[str, Size]:
    return dict(zip(_RATIOS, sizes, strict=True))


_SIZES = {
    "480p": _row((992, 432), (864, 496), (752, 560), (640, 640), (560, 752), (496, 864)),
    "720p": _row((1470, 630), (1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280)),
    "1080p": _row((2206, 946), (1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920)),
}
STATUS = "being retired: ByteDance has switched it off after 11 November 2026"
PRICE = TokenPrice(with_audio=2.40, silent=1.20, as_of="2026-11-22")


def _endpoint(title: str, request: type[VideoRequest]) -> Endpoint:
    return Endpoint(
        id=request.endpoint_id,
        model="Seedance 1.5 Pro",
        title=title,
        request=request,
        sizes=_SIZES,
        fps=24,
        price=PRICE,
        seconds_per_second=15,
        status=STATUS,
    )


ENDPOINTS = (
    _endpoint("Text → video", TextToVideo),
    _endpoint("Image → video", ImageToVideo),
)
