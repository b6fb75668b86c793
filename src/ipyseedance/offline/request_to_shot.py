"""What a request means to the engine. The one file of this building that names fields of an endpoint."""

from __future__ import annotations

from typing import Any

from ..contract.catalog import Endpoint
from ..contract.requests import VideoRequest
from .engine.shot import Shot

PROMPT, SEED = "prompt", "seed"
_TEXT_RATIO = "16:9"
_PROMPT_READ = 10_000
"""Characters of a prompt that are drawn: none that is written by hand is longer, and a page takes minutes to read."""


def shot_of(endpoint: Endpoint, request: VideoRequest) -> Shot:
    """The request as the engine takes it: sizes in pixels, pictures as bytes."""
    fields: Any = request
    pictures = request.frames
    if fields.aspect_ratio == "auto" and not pictures:
        request = request.with_(aspect_ratio=_TEXT_RATIO)
    start, end = pictures.get("image_url"), pictures.get("end_image_url")
    return Shot(
        prompt=fields.prompt[:_PROMPT_READ],
        seed=fields.seed,
        size=endpoint.size(request),
        fps=endpoint.fps,
        seconds=fields.duration,
        still_camera=fields.camera_fixed,
        sound=fields.generate_audio,
        start=start.data if start else None,
        end=end.data if end else None,
    )
