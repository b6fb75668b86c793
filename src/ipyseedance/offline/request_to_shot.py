"""What a request means to the engine, by role: it draws any endpoint."""

from __future__ import annotations

import secrets

from ..contract.endpoint import Endpoint
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from .engine.shot import Shot

_PROMPT_READ = 10_000
"""Characters of a prompt that are drawn: none that is written by hand is longer, and a page takes minutes to read."""
_SEEDS = 2**31
_USUAL_SECONDS = 5
_USUAL_SIZE = (1280, 720)
"""Pixels of a clip of an endpoint whose sizes are not known."""


def shot_of(endpoint: Endpoint, request: VideoRequest) -> Shot:
    """The request as the engine takes it: sizes in pixels, pictures as bytes."""
    asked, ratio = request.asked(), request.roles().name_of(Role.RATIO)
    if ratio is not None and asked.ratio == "auto" and not request.media_given():
        request = request.with_(**{ratio: endpoint.default(Role.RATIO)})
    start, end = request.picture_of(Role.FIRST_FRAME), request.picture_of(Role.LAST_FRAME)
    return Shot(
        prompt=asked.prompt[:_PROMPT_READ],
        # Where none can be asked for, each clip has its own.
        seed=asked.seed if asked.seed is not None else secrets.randbelow(_SEEDS),
        size=endpoint.size(request) or _USUAL_SIZE,
        fps=endpoint.fps,
        seconds=round(asked.seconds or endpoint.usual_seconds or _USUAL_SECONDS),
        still_camera=request.value(Role.STILL_CAMERA) is True,
        sound=asked.sound is not False,
        start=start.data if start else None,
        end=end.data if end else None,
    )


def prompt_of(endpoint: Endpoint) -> str:
    """What the endpoint calls its prompt."""
    return endpoint.request.roles().name_of(Role.PROMPT) or ""
