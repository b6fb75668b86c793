"""What a field of a request is, whatever an endpoint calls it.

Every room asks for a role: `request.value(Role.SECONDS)`. No file outside this room names a field of an endpoint.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a field is. A field without a role is just a field."""

    PROMPT = "prompt"
    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    REFERENCE_IMAGE = "reference_image"
    REFERENCE_VIDEO = "reference_video"
    REFERENCE_AUDIO = "reference_audio"
    RATIO = "ratio"
    RESOLUTION = "resolution"
    SECONDS = "seconds"
    SOUND = "sound"
    SEED = "seed"
    STILL_CAMERA = "still_camera"


MEDIA = (Role.FIRST_FRAME, Role.LAST_FRAME, Role.REFERENCE_IMAGE, Role.REFERENCE_VIDEO, Role.REFERENCE_AUDIO)
"""The roles of what is given to a request as a file."""

_USUAL = {
    "prompt": Role.PROMPT,
    "image_url": Role.FIRST_FRAME,
    "start_image_url": Role.FIRST_FRAME,
    "end_image_url": Role.LAST_FRAME,
    "image_urls": Role.REFERENCE_IMAGE,
    "video_urls": Role.REFERENCE_VIDEO,
    "audio_urls": Role.REFERENCE_AUDIO,
    "aspect_ratio": Role.RATIO,
    "resolution": Role.RESOLUTION,
    "duration": Role.SECONDS,
    "generate_audio": Role.SOUND,
    "seed": Role.SEED,
    "camera_fixed": Role.STILL_CAMERA,
}
"""What most of fal's video endpoints call them: for a stored request of an endpoint that is not known any more."""
_SECONDS = re.compile(r"\s*(\d{1,9})(\.\d{1,9})?\s*(?:s|secs?|seconds?)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Roles:
    """The fields of one endpoint's request that have a role, in the order of the fields."""

    fields: Mapping[str, Role]

    def name_of(self, role: Role) -> str | None:
        """The field of that role, the first of several; None where the endpoint has none."""
        return next((name for name, found in self.fields.items() if found is role), None)

    def names_of(self, *roles: Role) -> tuple[str, ...]:
        """The fields of those roles."""
        return tuple(name for name, found in self.fields.items() if found in roles)

    @property
    def media(self) -> tuple[str, ...]:
        """The fields that take files."""
        return self.names_of(*MEDIA)


USUAL = Roles(_USUAL)
Columns = tuple[float | None, str | None, str | None, bool | None, int | None]
"""Seconds, resolution, ratio, sound and seed, as the columns of a stored request have them."""


@dataclass(frozen=True)
class Asked:
    """What a stored request asks for, by role; None, or "", where it does not say. It may hold anything."""

    prompt: str = ""
    seconds: float | None = None
    resolution: str | None = None
    ratio: str | None = None
    sound: bool | None = None
    seed: int | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    """The address, or the file in the project, of each thing given, by its key: the field, or "field[1]" in a list."""
    first_frame: str | None = None
    last_frame: str | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any], roles: Roles = USUAL) -> Asked:
        """Read a stored request by the roles of its endpoint, or by what such fields are usually called."""

        def value(role: Role) -> Any:
            name = roles.name_of(role)
            return None if name is None else fields.get(name)

        sound, prompt = value(Role.SOUND), value(Role.PROMPT)
        return cls(
            prompt=prompt if isinstance(prompt, str) else "",
            seconds=seconds_of(value(Role.SECONDS)),
            resolution=_text(value(Role.RESOLUTION)),
            ratio=_text(value(Role.RATIO)),
            sound=sound if isinstance(sound, bool) else None,
            seed=seed_of(value(Role.SEED)),
            media=dict(_media(fields, roles)),
            first_frame=_text(value(Role.FIRST_FRAME)),
            last_frame=_text(value(Role.LAST_FRAME)),
        )

    def told(self, columns: Columns) -> Asked:
        """The same with what the columns of its row say; None tells nothing."""
        names = ("seconds", "resolution", "ratio", "sound", "seed")
        known: dict[str, Any] = {name: v for name, v in zip(names, columns, strict=True) if v is not None}
        return replace(self, **known)


def seconds_of(value: object) -> float | None:
    """A length as fal's endpoints write one: 5, 5.0, "5", "5s" or "5 seconds". None for "auto", and for what is none.

    A whole number stays one.
    """
    if isinstance(value, str) and (match := _SECONDS.fullmatch(value)):
        return float(match[1] + match[2]) if match[2] else int(match[1])
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9 and math.isfinite(value):
        return value
    return None


def seed_of(value: object) -> int | None:
    """A seed, if that is one: a stored one may be anything."""
    return value if type(value) is int and 0 <= value < 2**63 else None


def key_of(name: str, index: int | None) -> str:
    """How one thing that is given to a request is called: by its field, and in a list by its place there too."""
    return name if index is None else f"{name}[{index}]"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _media(fields: Mapping[str, Any], roles: Roles) -> Iterable[tuple[str, str]]:
    for name in roles.media:
        value = fields.get(name)
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            yield from ((key_of(name, n), one) for n, one in enumerate(value) if isinstance(one, str))
