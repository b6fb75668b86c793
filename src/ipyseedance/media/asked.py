"""Whether a clip is what was asked for, and how much of one is taken at all.

What was asked for comes from the history, where a field may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..contract.endpoint import Endpoint, Size, start_frame
from ..contract.errors import NotAsAsked
from ..contract.requests import VideoRequest
from ..contract.roles import Asked
from .clipfile import ClipInfo, Most

_SECONDS_OFF = 0.3
_TIMES = 3
"""How many times larger or longer a clip may be than what was asked for, besides the spare below, to be taken: it is
paid for, and 4K for 720p is kept and called not as asked."""
_SPARE_PIXELS, _SPARE_SECONDS, _FPS = 256, 5.0, 60
_LARGEST = (3840, 2160)
"""What a clip is taken to be asked for at most where its endpoint's sizes are not known."""
_LONGEST = 60.0
"""Seconds a clip is taken to be asked for at most where its endpoint does not say."""
_SPARE_BYTES = 32_000_000
_BYTES_A_SECOND = 8_000_000
"""Of 1280 x 720 pixels; fal's clips have some 0.3 MB, grain that hardly compresses 4."""


def not_as_asked(
    endpoint: Endpoint, asked: Asked, request: Callable[[], VideoRequest], info: ClipInfo
) -> NotAsAsked | None:
    """How a clip differs from what was asked for, or None.

    Args:
        asked: what the history says was asked for. What it does not say is not compared.
        request: gives the request with its frames. It is called only when they decide the size.
    """
    size = _size(endpoint, asked, request)
    differences = []
    if size is not None and size != (info.width, info.height):
        differences.append(f"{size[0]} × {size[1]} asked, {info.width} × {info.height} came")  # noqa: RUF001
    if asked.seconds is not None and abs(info.duration - asked.seconds) > _SECONDS_OFF:
        differences.append(f"{asked.seconds:g} s asked, {info.duration:g} s came")
    if asked.sound is not None and asked.sound != info.has_audio:
        differences.append("sound asked, none came" if asked.sound else "silence asked, sound came")
    if not differences:
        return None
    message = f"The clip differs from what was asked for: {'; '.join(differences)}."
    return NotAsAsked(message, charged="yes", type="not_as_asked")


def most(endpoint: Endpoint, asked: Asked) -> Most:
    """What a clip may be at most to be taken for the one that was asked for: about three times as large and as long.

    Args:
        asked: as for `not_as_asked`. Where it does not say, or says more than the endpoint makes, the endpoint's most.
    """
    side = max(max(size) for size in endpoint.sizes_of(asked) or [_LARGEST])
    seconds = _TIMES * _longest(endpoint, asked) + _SPARE_SECONDS
    return Most(side=_TIMES * side + _SPARE_PIXELS, seconds=seconds, frames=int(seconds * _FPS))


def most_bytes(endpoint: Endpoint, asked: Asked) -> int:
    """How many bytes a clip's file may have at most to be taken; `asked` as for `most`.

    5 s of 720p: 72 MB. 12 s of 1080p: 249 MB.
    """
    pixels = max(math.prod(size) for size in endpoint.sizes_of(asked) or [_LARGEST])
    return _SPARE_BYTES + int(_longest(endpoint, asked) * _BYTES_A_SECOND * pixels / (1280 * 720))


def _longest(endpoint: Endpoint, asked: Asked) -> float:
    seconds, longest = asked.seconds, endpoint.longest or _LONGEST
    return longest if seconds is None or not 0 < seconds <= longest else seconds


def _size(endpoint: Endpoint, asked: Asked, request: Callable[[], VideoRequest]) -> Size | None:
    fixed = endpoint.fixed_size(asked)
    if fixed is not None:
        return fixed
    # With "auto" the start frame decides; without one the model does, and then any size is right.
    if endpoint.follows_picture(asked) and start_frame(request()) is not None:
        return endpoint.size(request())
    return None
