"""Whether a clip is what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..contract.catalog import Endpoint, Size, start_frame
from ..contract.errors import NotAsAsked
from ..contract.requests import VideoRequest
from .clipfile import ClipInfo

_SECONDS_OFF = 0.3


def not_as_asked(
    endpoint: Endpoint, asked: Mapping[str, Any], request: Callable[[], VideoRequest], info: ClipInfo
) -> NotAsAsked | None:
    """How a clip differs from what was asked for, or None.

    Args:
        asked: the request's fields as the history keeps them. What they do not say is not compared.
        request: gives the request with its frames. It is called only when they decide the size.
    """
    size = _size(endpoint, asked, request)
    seconds, audio = asked.get("duration"), asked.get("generate_audio")
    differences = []
    if size is not None and size != (info.width, info.height):
        differences.append(f"{size[0]} × {size[1]} asked, {info.width} × {info.height} came")  # noqa: RUF001
    if seconds is not None and abs(info.duration - float(seconds)) > _SECONDS_OFF:
        differences.append(f"{float(seconds):g} s asked, {info.duration:g} s came")
    if audio is not None and audio != info.has_audio:
        differences.append("sound asked, none came" if audio else "silence asked, sound came")
    if not differences:
        return None
    message = f"The clip differs from what was asked for: {'; '.join(differences)}."
    return NotAsAsked(message, charged="yes", type="not_as_asked")


def _size(endpoint: Endpoint, asked: Mapping[str, Any], request: Callable[[], VideoRequest]) -> Size | None:
    by_ratio = endpoint.sizes.get(str(asked.get("resolution")), {})
    ratio = asked.get("aspect_ratio")
    if ratio in by_ratio:
        return by_ratio[ratio]
    # With "auto" the start frame decides; without one the model does, and then any size is right.
    if by_ratio and ratio == "auto" and asked.get("image_url") and start_frame(request()) is not None:
        return endpoint.size(request())
    return None
