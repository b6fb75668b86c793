"""One fal endpoint, and what depends on its model: sizes, length, frame rate, price."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .frames import Frame
from .price import Amount, Price
from .requests import VideoRequest
from .roles import Asked, Role, seconds_of

if TYPE_CHECKING:
    import pandas as pd

Size = tuple[int, int]
"""Width and height in pixels."""
_PIXELS_OF_720P = 1280 * 720
_SOME_SECONDS = 5.0
"""Of a clip whose length nobody knows, for a guess of how long it takes."""


@dataclass(frozen=True)
class Endpoint:
    """One fal endpoint and everything this package knows about it."""

    id: str
    model: str
    title: str
    request: type[VideoRequest]
    sizes: Mapping[str, Mapping[str, Size]]
    """Pixels by resolution, then aspect ratio; "" for either where a request does not say it. Empty where they are not
    known."""
    fps: int
    price: Price | None
    """None where it is not known."""
    seconds_per_second: float
    """A rough guess of how many seconds one second of 720p clip takes to make; the history knows better."""
    status: str = ""
    """What is known of its future, with the day; "" where nothing is."""

    @property
    def app(self) -> str:
        """The owner/app part of the id, which addresses requests that were submitted."""
        return "/".join(self.id.split("/")[:2])

    def __post_init__(self) -> None:
        # What Shift+Tab shows of an endpoint: the fields of its requests.
        object.__setattr__(self, "__signature__", inspect.signature(self.request))

    # For people.

    def __call__(self, /, *values: Any, **fields: Any) -> VideoRequest:
        """A request to it: `endpoint("A fox at dusk", duration=8)`. Raises InvalidRequest, naming each wrong field."""
        return self.request(*values, **fields)

    @property
    def fields(self) -> pd.DataFrame:
        """A row for each field of a request, in order.

        - `field`: as the service calls it; `role`: what it is, whatever it is called, or ""
        - `type`: "string", "integer", "number", "boolean", "array" or "object"
        - `allowed`: the values there are, or None where it is no list; `default`, None where it is `required`
        - `description`
        """
        import pandas as pd

        schema, roles = self.request.model_json_schema(), self.request.roles().fields
        rows = [_row_of(name, said, roles.get(name), schema) for name, said in schema["properties"].items()]
        return pd.DataFrame(rows, columns=["field", "role", "type", "allowed", "default", "required", "description"])

    # What a stored request asks for.

    def asked(self, stored: Mapping[str, Any]) -> Asked:
        """What a request to it that the history keeps asks for, by role."""
        return Asked.of(stored, self.request.roles())

    # Its values.

    def default(self, role: Role) -> Any:
        """What a request has for that role when nobody says; None without such a field, or a default."""
        name = self.request.roles().name_of(role)
        info = None if name is None else self.request.model_fields[name]
        return None if info is None or info.is_required() else info.default

    def allowed(self, role: Role) -> list[str]:
        """What a request may have for that role, as text, where that is a list."""
        name = self.request.roles().name_of(role)
        schema = {} if name is None else self.request.model_json_schema()["properties"][name]
        return [str(value) for value in schema.get("enum", ())]

    @property
    def longest(self) -> float | None:
        """Seconds of the longest clip it makes; None where a request may ask for any, or for none."""
        name = self.request.roles().name_of(Role.SECONDS)
        said = {} if name is None else self.request.model_json_schema()["properties"][name]
        known = [
            seconds
            for one in (said, *said.get("anyOf", ()))
            for value in (*one.get("enum", ()), one.get("const"), one.get("maximum"), one.get("exclusiveMaximum"))
            if (seconds := seconds_of(value)) is not None
        ]
        return max(known, default=None)

    @property
    def takes_pictures(self) -> bool:
        """Whether a request can be given pictures."""
        return bool(self.request.roles().media)

    # Sizes.

    def sizes_of(self, asked: Asked) -> list[Size]:
        """The sizes that what was asked for may be of: all of them where it does not say, none where none is known."""
        by_ratio = self.sizes.get(asked.resolution or "")
        if by_ratio is None:
            return list(self._all_sizes())
        size = by_ratio.get(asked.ratio or "")
        return [size] if size else list(by_ratio.values())

    def fixed_size(self, asked: Asked) -> Size | None:
        """The one size that was asked for; None where the model, or a picture, decides."""
        return self.sizes.get(asked.resolution or "", {}).get(asked.ratio or "")

    def follows_picture(self, asked: Asked) -> bool:
        """Whether the picture that the clip begins on decides its size."""
        known = (asked.resolution or "") in self.sizes
        return known and asked.ratio == "auto" and asked.first_frame is not None

    def size(self, request: VideoRequest) -> Size | None:
        """Width and height in pixels; None where the sizes of what was asked for are not known.

        For "auto": the ratio nearest the start frame's, or else the default ratio.
        """
        asked = request.asked()
        fixed = self.fixed_size(asked)
        if fixed is not None:
            return fixed
        by_ratio = self.sizes.get(asked.resolution or "")
        if not by_ratio:
            return None
        start = start_frame(request)
        if start is None:
            return by_ratio.get(str(self.default(Role.RATIO) or ""))
        ratio = math.log(start.width / start.height)
        return min(by_ratio.values(), key=lambda size: abs(math.log(size[0] / size[1]) - ratio))

    def _all_sizes(self) -> Iterable[Size]:
        return (size for sizes in self.sizes.values() for size in sizes.values())

    # Money and time.

    def amount(self, request: VideoRequest) -> Amount:
        """How much video it asks for. Where it leaves size or length to the model: the most it can be."""
        asked = request.asked()
        if self.fixed_size(asked) is None and start_frame(request) is None:
            pixels = max(map(math.prod, self.sizes_of(asked)), default=None)
        else:
            pixels = _pixels(self.size(request))
        seconds = self.longest if asked.seconds is None else asked.seconds
        return Amount(pixels, self.fps, seconds, asked.resolution or "", asked.sound is not False)

    @property
    def usual(self) -> Amount:
        """How much video a request of the defaults asks for, with sound."""
        resolution = str(self.default(Role.RESOLUTION) or "")
        size = self.sizes.get(resolution, {}).get(str(self.default(Role.RATIO) or ""))
        return Amount(_pixels(size), self.fps, self.usual_seconds, resolution)

    @property
    def usual_seconds(self) -> float | None:
        """Seconds of clip when a request does not say; None where the model decides."""
        return seconds_of(self.default(Role.SECONDS))

    def estimate(self, request: VideoRequest) -> float | None:
        """US dollars the request is expected to cost at fal, to the nano-dollar: so many of them add up exactly.

        None where the price is not known.
        """
        dollars = None if self.price is None else self.price.dollars(self.amount(request))
        return None if dollars is None else round(dollars, 9)

    def expected_seconds(self, request: VideoRequest) -> float:
        """Seconds from submit to clip, very roughly."""
        seconds = request.asked().seconds or self.usual_seconds or self.longest or _SOME_SECONDS
        pixels = _pixels(self.size(request)) or _PIXELS_OF_720P
        return self.seconds_per_second * seconds * math.sqrt(pixels / _PIXELS_OF_720P)


def _pixels(size: Size | None) -> int | None:
    return None if size is None else math.prod(size)


def start_frame(request: VideoRequest) -> Frame | None:
    """The picture the clip begins on, when its size is known; the end frame has no say in the clip's."""
    frame = request.picture_of(Role.FIRST_FRAME)
    return frame if frame is not None and frame.width else None


def _row_of(name: str, said: dict[str, Any], role: Role | None, schema: dict[str, Any]) -> tuple[object, ...]:
    # What a field may be without being None, which is how it is left out.
    kind = said.get("type") or next((one["type"] for one in said.get("anyOf", ()) if one.get("type") != "null"), None)
    allowed = tuple(said["enum"]) if "enum" in said else None
    required = name in schema.get("required", ())
    return (
        name,
        "" if role is None else str(role),
        kind,
        allowed,
        said.get("default"),
        required,
        said.get("description", ""),
    )
