"""The endpoints on offer: their request class, pixel sizes, frame rate and price.

Sizes: ByteDance's table for Seedance 1.5 Pro. Price: fal's model page (tokens = width x height x fps x seconds / 1024).
A new endpoint is one request class and one row of `ENDPOINTS`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .errors import InvalidRequest, Problem
from .frames import Frame
from .requests import ImageToVideo, StoredRequest, TextToVideo, VideoRequest

Size = tuple[int, int]


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million video tokens, and the day it was read from fal's page."""

    with_audio: float
    silent: float
    as_of: str


@dataclass(frozen=True)
class Endpoint:
    """One fal endpoint and everything this package knows about it."""

    id: str
    model: str
    title: str
    request: type[VideoRequest]
    sizes: dict[str, dict[str, Size]]
    """Pixels by resolution, then aspect ratio."""
    fps: int
    price: TokenPrice
    seconds_per_second: float
    """A rough guess of how many seconds one second of 720p clip takes to make; the history knows better."""

    @property
    def app(self) -> str:
        """The owner/app part of the id, which addresses requests that were submitted."""
        return "/".join(self.id.split("/")[:2])

    def size(self, request: VideoRequest) -> Size:
        """Width and height in pixels. For "auto": the ratio nearest the start frame's, or else the default ratio."""
        fields: Any = request
        by_ratio = self.sizes[fields.resolution]
        if fields.aspect_ratio in by_ratio:
            return by_ratio[fields.aspect_ratio]
        start = start_frame(request)
        if start is None:
            return by_ratio[type(request).model_fields["aspect_ratio"].default]
        ratio = math.log(start.width / start.height)
        return min(by_ratio.values(), key=lambda size: abs(math.log(size[0] / size[1]) - ratio))

    def tokens(self, request: VideoRequest) -> float:
        """Video tokens the request is billed by. Where "auto" leaves the size to the model: the most it can be."""
        fields: Any = request
        by_ratio = self.sizes[fields.resolution]
        open_size = fields.aspect_ratio not in by_ratio and start_frame(request) is None
        pixels = max(w * h for w, h in by_ratio.values()) if open_size else math.prod(self.size(request))
        return self._tokens(pixels, int(fields.duration))

    @property
    def usual_seconds(self) -> int:
        """Seconds of clip when a request does not say."""
        return int(self.request.model_fields["duration"].default)

    @property
    def usual_tokens(self) -> float:
        """Video tokens of a request of the default size and length."""
        fields = self.request.model_fields
        size = self.sizes[fields["resolution"].default][fields["aspect_ratio"].default]
        return self._tokens(math.prod(size), self.usual_seconds)

    def _tokens(self, pixels: int, seconds: int) -> float:
        return pixels * self.fps * seconds / 1024

    def estimate(self, request: VideoRequest) -> float:
        """US dollars the request is expected to cost at fal, to the nano-dollar: so many of them add up exactly."""
        fields: Any = request
        rate = self.price.with_audio if fields.generate_audio else self.price.silent
        return round(self.tokens(request) * rate / 1e6, 9)

    def expected_seconds(self, request: VideoRequest) -> float:
        """Seconds from submit to clip, very roughly."""
        fields: Any = request
        width, height = self.size(request)
        return self.seconds_per_second * int(fields.duration) * math.sqrt(width * height / (1280 * 720))


_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")


def _row(*sizes: Size) -> dict[str, Size]:
    return dict(zip(_RATIOS, sizes, strict=True))


_SEEDANCE_1_5_SIZES = {
    "480p": _row((992, 432), (864, 496), (752, 560), (640, 640), (560, 752), (496, 864)),
    "720p": _row((1470, 630), (1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280)),
    "1080p": _row((2206, 946), (1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920)),
}
_SEEDANCE_1_5_PRICE = TokenPrice(with_audio=2.40, silent=1.20, as_of="2026-11-22")


def _seedance_1_5(kind: str, title: str, request: type[VideoRequest]) -> Endpoint:
    return Endpoint(
        id=f"fal-ai/bytedance/seedance/v1.5/pro/{kind}",
        model="Seedance 1.5 Pro",
        title=title,
        request=request,
        sizes=_SEEDANCE_1_5_SIZES,
        fps=24,
        price=_SEEDANCE_1_5_PRICE,
        seconds_per_second=15,
    )


ENDPOINTS = (
    _seedance_1_5("text-to-video", "Text → video", TextToVideo),
    _seedance_1_5("image-to-video", "Image → video", ImageToVideo),
)


def start_frame(request: VideoRequest) -> Frame | None:
    """The picture the clip begins on, when its size is known; the end frame has no say in the clip's."""
    frame = request.frames.get("image_url")
    return frame if frame is not None and frame.width else None


def endpoint(id: str) -> Endpoint:
    """The endpoint of that id. Raises KeyError for one not in the catalogue."""
    found = known(id)
    if found is None:
        raise KeyError(id)
    return found


def known(id: str) -> Endpoint | None:
    """The endpoint of that id, or None: a history may be older, or newer, than the catalogue."""
    return next((candidate for candidate in ENDPOINTS if candidate.id == id), None)


def endpoint_for(request: VideoRequest) -> Endpoint:
    """The endpoint a request belongs to. Raises InvalidRequest for what only a history keeps as one."""
    for candidate in ENDPOINTS:
        if type(request) is candidate.request:
            return candidate
    if isinstance(request, StoredRequest):
        raise request.refused()
    kind = type(request).__name__
    raise InvalidRequest([Problem("request", kind, f"a {kind} belongs to no endpoint that is known")])


def estimate(request: VideoRequest) -> float:
    """US dollars the request is expected to cost at fal, by the built-in table; `project.prices` knows live prices."""
    return endpoint_for(request).estimate(request)
