"""Whether a clip is what was asked for, and how much of one is taken at all.

What was asked for comes from the history, where a field may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..contract.catalog import Endpoint, Size, start_frame
from ..contract.errors import NotAsAsked
from ..contract.requests import LONGEST, VideoRequest
from .clipfile import ClipInfo, Most

_SECONDS_OFF = 0.3
_TIMES = 3
"""How many times larger or longer a clip may be than what was asked for, besides the spare below, to be taken: it is
paid for, and 4K for 720p is kept and called not as asked."""
_SPARE_PIXELS, _SPARE_SECONDS, _FPS = 256, 5.0, 60
_SPARE_BYTES = 32_000_000
_BYTES_A_SECOND = 8_000_000
"""Of 1280 x 720 pixels; fal's clips have some 0.3 MB, grain that hardly compresses 4."""


def not_as_asked(
    endpoint: Endpoint, asked: Mapping[str, Any], request: Callable[[], VideoRequest], info: ClipInfo
) -> NotAsAsked | None:
    """How a clip differs from what was asked for, or None.

    Args:
        asked: the request's fields as the history keeps them. What they do not say is not compared.
        request: gives the request with its frames. It is called only when they decide the size.
    """
    size = _size(endpoint, asked, request)
    seconds, audio = _seconds(asked), asked.get("generate_audio")
    differences = []
    if size is not None and size != (info.width, info.height):
        differences.append(f"{size[0]} × {size[1]} asked, {info.width} × {info.height} came")  # noqa: RUF001
    if seconds is not None and abs(info.duration - seconds) > _SECONDS_OFF:
        differences.append(f"{seconds:g} s asked, {info.duration:g} s came")
    if isinstance(audio, bool) and audio != info.has_audio:
        differences.append("sound asked, none came" if audio else "silence asked, sound came")
    if not differences:
        return None
    message = f"The clip differs from what was asked for: {'; '.join(differences)}."
    return NotAsAsked(message, charged="yes", type="not_as_asked")


def most(endpoint: Endpoint, asked: Mapping[str, Any]) -> Most:
    """What a clip may be at most to be taken for the one that was asked for: about three times as large and as long.

    Args:
        asked: as for `not_as_asked`. Where it does not say, or says more than the endpoint makes, the endpoint's most.
    """
    side = max(max(size) for size in _sizes(endpoint, asked))
    seconds = _TIMES * _longest(asked) + _SPARE_SECONDS
    return Most(side=_TIMES * side + _SPARE_PIXELS, seconds=seconds, frames=int(seconds * _FPS))


def most_bytes(endpoint: Endpoint, asked: Mapping[str, Any]) -> int:
    """How many bytes a clip's file may have at most to be taken; `asked` as for `most`.

    5 s of 720p: 72 MB. 12 s of 1080p: 249 MB.
    """
    pixels = max(math.prod(size) for size in _sizes(endpoint, asked))
    return _SPARE_BYTES + int(_longest(asked) * _BYTES_A_SECOND * pixels / (1280 * 720))


def _sizes(endpoint: Endpoint, asked: Mapping[str, Any]) -> list[Size]:
    """The sizes that it may be of."""
    by_ratio = endpoint.sizes.get(str(asked.get("resolution")))
    if by_ratio is None:
        return [size for sizes in endpoint.sizes.values() for size in sizes.values()]
    size = by_ratio.get(str(asked.get("aspect_ratio")))
    return [size] if size else list(by_ratio.values())


def _longest(asked: Mapping[str, Any]) -> float:
    seconds = _seconds(asked)
    return LONGEST if seconds is None or not 0 < seconds <= LONGEST else seconds


def _seconds(asked: Mapping[str, Any]) -> float | None:
    said = asked.get("duration")
    try:
        seconds = float(said) if isinstance(said, (str, int, float)) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None


def _size(endpoint: Endpoint, asked: Mapping[str, Any], request: Callable[[], VideoRequest]) -> Size | None:
    by_ratio = endpoint.sizes.get(str(asked.get("resolution")), {})
    ratio = str(asked.get("aspect_ratio"))
    if ratio in by_ratio:
        return by_ratio[ratio]
    # With "auto" the start frame decides; without one the model does, and then any size is right.
    if by_ratio and ratio == "auto" and asked.get("image_url") and start_frame(request()) is not None:
        return endpoint.size(request())
    return None
