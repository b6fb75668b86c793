"""What may be asked: one class an endpoint, with fal's field names, defaults and allowed values.

Source of every field: fal's API page of Seedance 1.5 Pro. A class's JSON Schema draws the controls in the
browser (the `control` key says how), and its fields are the wire body, the history's columns and a sweep's axes.
"""

from __future__ import annotations

import difflib
import inspect
import json
import operator
import secrets
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    StrictBool,
    StrictStr,
    ValidationError,
    WithJsonSchema,
)

from .errors import InvalidRequest, Problem
from .frames import ALLOWED, Frame, FrameError

SHORTEST, LONGEST = 4, 12
MAX_SEED = 2**32 - 1
_OWN_SEEDS = 2**31
"""Seeds chosen here stay below this, so that a service with signed 32-bit seeds takes them too."""


def _whole_number(value: object) -> int:
    if isinstance(value, bool):
        raise ValueError("a truth value is not a number")
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError("not a whole number") from None


def _seconds(value: object) -> int:
    seconds = int(value) if isinstance(value, str) and value.isdecimal() else _whole_number(value)
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueError("out of range")
    return seconds


def _seed(value: object) -> int | None:
    if value is None:
        return None
    seed = _whole_number(value)
    if not -1 <= seed <= MAX_SEED:
        raise ValueError("out of range")
    return None if seed == -1 else seed


def said(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a request as a history keeps it says: what is null was not sent."""
    return {name: _number(value) for name, value in stored.items() if value is not None}


def _number(value: object) -> object:
    """A value of JSON, in which 5.0 is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _spoken(value: object) -> object:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("blank")
        value.encode()  # half of a surrogate pair, as badly cut text has, cannot be sent or kept
    return value


def _frame(value: object) -> Frame:
    return Frame.of(value)


Prompt = Annotated[StrictStr, BeforeValidator(_spoken), WithJsonSchema({"type": "string", "minLength": 1})]
Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": "string", "enum": [str(n) for n in range(SHORTEST, LONGEST + 1)]}),
]
Seed = Annotated[int | None, BeforeValidator(_seed), WithJsonSchema({"type": "integer"})]
if TYPE_CHECKING:
    Picture = Any  # what `Frame.of` takes
else:
    Picture = Annotated[
        InstanceOf[Frame],
        BeforeValidator(_frame),
        # Of an imported request nothing may be known, not even this.
        PlainSerializer(lambda frame: None if frame is None else frame.reference, return_type=str | None),
        WithJsonSchema({"type": "string", "format": "uri"}),
    ]
AspectRatio = Literal["21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "auto"]
Resolution = Literal["480p", "720p", "1080p"]


GIVEN = {"start": "image_url", "end": "end_image_url"}
"""Which field of a request holds the picture a clip was asked to begin, or to end, on."""


class VideoRequest(BaseModel):
    """What every endpoint's request can do. Requests are immutable; `with_(seed=7)` makes a changed copy.

    Raises:
        InvalidRequest: on construction, naming each wrong field, its value and what is allowed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    frame_fields: ClassVar[tuple[str, ...]] = ()

    if not TYPE_CHECKING:  # a type checker sees the fields as keywords

        def __init__(self, /, *values: Any, **fields: Any) -> None:
            names = list(type(self).model_fields)
            if len(values) > len(names):
                raise TypeError(f"{type(self).__name__} takes at most {len(names)} values, {len(values)} were given")
            for name, value in zip(names, values, strict=False):
                if name in fields:
                    raise TypeError(f"{type(self).__name__} got two values for {name!r}")
                fields[name] = value
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidRequest(_problems(type(self), error)) from None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # What Shift+Tab shows in a notebook: the real fields, not *values.
        cls.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=inspect.Parameter.empty if info.is_required() else info.default,
                )
                for name, info in cls.model_fields.items()
            ]
        )

    def with_(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked again."""
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    def resolved(self) -> Self:
        """The same request with a concrete seed, so that its clip can be asked for again."""
        if "seed" in type(self).model_fields and getattr(self, "seed") is None:
            return self.with_(seed=secrets.randbelow(_OWN_SEEDS))
        return self

    @property
    def frames(self) -> dict[str, Frame]:
        """The pictures it holds, by field name."""
        found = ((name, getattr(self, name)) for name in self.frame_fields)
        return {name: frame for name, frame in found if frame is not None}

    def record(self) -> dict[str, Any]:
        """Every field as plain JSON for the history; a frame by its address or its file in the project."""
        return self.model_dump(mode="json")

    def meaning(self) -> str:
        """All it asks for, as one text: the same for every request of its class that asks for the same."""
        return _text_of(self.record())

    @classmethod
    def meaning_of(cls, stored: Mapping[str, Any]) -> str | None:
        """The `meaning` of a request as a history keeps it, which another version may have written.

        The order of the fields and the spelling of numbers say nothing. A field that is missing, or null, was not sent:
        it has its default. None where it can be no request of this class. One with a field that only a later version
        knows is such: what it asked for is not known here, and the wrong clip for nothing is worse than a price that is
        shown before anything is paid again.
        """
        fields = said(stored)
        # Read from no disk, and checked as no address: a picture's name is all that is compared.
        named = {name: value for name in cls.frame_fields if isinstance(value := fields.get(name), str)}
        try:
            request = cls(**fields | dict.fromkeys(named, Frame(name="none")))
        except InvalidRequest:
            return None
        return _text_of(request.record() | named)

    def body(self, addresses: Mapping[str, str]) -> dict[str, Any]:
        """The JSON body as it travels.

        Args:
            addresses: for each frame field in use, the URL the service can fetch it from.
        """
        fields = self.model_dump(mode="json", exclude_none=True)
        return fields | {name: addresses[name] for name in self.frames}


def _text_of(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


class _Prompted(VideoRequest):
    prompt: Prompt = Field(
        kw_only=False,
        title="Prompt",
        description="Describe action, dialogue in double quotes, camera and sound.",
        json_schema_extra={"control": "prompt", "allowed": "text that is not blank"},
    )


class _Framed(VideoRequest):
    frame_fields: ClassVar[tuple[str, ...]] = ("image_url", "end_image_url")

    image_url: Picture = Field(
        kw_only=False,
        title="Start frame",
        description="The picture the clip begins on.",
        json_schema_extra={"control": "frame", "allowed": ALLOWED},
    )
    end_image_url: Picture | None = Field(
        default=None,
        title="End frame",
        description="The picture the clip ends on. Optional.",
        json_schema_extra={"control": "frame", "allowed": ALLOWED},
    )


class _Shot(VideoRequest):
    aspect_ratio: AspectRatio = Field(
        default="16:9",
        title="Aspect ratio",
        description="Width to height. auto takes it from the start frame, or from the prompt.",
        json_schema_extra={"control": "ratio"},
    )
    resolution: Resolution = Field(
        default="720p",
        title="Resolution",
        description="480p is fastest and cheapest, 1080p the sharpest.",
        json_schema_extra={"control": "choice"},
    )
    duration: Seconds = Field(
        default=5,
        title="Duration",
        description="Seconds, 4 to 12.",
        json_schema_extra={"control": "seconds", "unit": "s", "default": "5"},
    )
    camera_fixed: StrictBool = Field(
        default=False,
        title="Fixed camera",
        description="Ask for a tripod shot: the subject moves, the frame stays.",
        json_schema_extra={"control": "switch"},
    )
    seed: Seed = Field(
        default=None,
        title="Seed",
        description="The same seed gives a similar clip. Empty: a new one each time.",
        json_schema_extra={
            "control": "seed",
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
        json_schema_extra={"control": "switch"},
    )


class TextToVideo(_Shot, _Prompted):
    """A clip from words: `TextToVideo("A fox at dusk", duration=8, seed=7)`."""


class ImageToVideo(_Shot, _Framed, _Prompted):
    """A clip that begins on a picture, and may end on another.

    `image_url` and `end_image_url` take an http(s) address, a path, bytes, a PIL image or a NumPy array
    (height x width x 3, uint8 or floats 0..1).
    """


class StoredRequest(VideoRequest):
    """A request as a history keeps it, of which no request can be made any more: it can be read, and not be sent."""

    model_config = ConfigDict(extra="allow", frozen=True)
    _endpoint: str = ""
    _why: str = ""

    @classmethod
    def of(cls, endpoint: str, fields: Mapping[str, Any], why: str) -> Self:
        """What is stored of a request to that endpoint, and why it is none any more."""
        names = [name for name in fields if name.isidentifier() and not name.startswith("_")]
        made = cls.model_construct(None, **{"prompt": ""} | {name: fields[name] for name in names})
        made._endpoint, made._why = endpoint, why
        return made

    def refused(self, field: str = "request", name: str = "it") -> InvalidRequest:
        """What is said where it was to be sent: which model it asked for, and what can be done."""
        problem = f"{name} cannot be sent again: it asked for {self._endpoint or 'no endpoint'}, {self._why}"
        next_step = "Upgrade ipyseedance if a newer one made it, or make a new request of what it shows. "
        return InvalidRequest([Problem(field, name, problem)], next_step=next_step + InvalidRequest.default_next_step)

    def with_(self, **changes: Any) -> Self:  # noqa: ARG002
        """None can be made of it. Raises InvalidRequest always."""
        raise self.refused()

    def resolved(self) -> Self:
        """None can be made of it. Raises InvalidRequest always."""
        raise self.refused()

    def body(self, addresses: Mapping[str, str]) -> dict[str, Any]:  # noqa: ARG002
        """It has none. Raises InvalidRequest always."""
        raise self.refused()


def _problems(request: type[VideoRequest], error: ValidationError) -> list[Problem]:
    fields = _properties(request)
    return [_problem(request, fields, dict(e)) for e in error.errors(include_url=False)]


@cache
def _properties(request: type[VideoRequest]) -> dict[str, Any]:
    properties: dict[str, Any] = request.model_json_schema()["properties"]
    return properties


def _problem(request: type[VideoRequest], fields: dict[str, Any], error: dict[str, Any]) -> Problem:
    name = str(error["loc"][0]) if error["loc"] else ""
    shown = repr(error["input"])
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, fields, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return Problem(name, shown, f"not a field of {request.__name__}; its fields are {', '.join(fields)}.{hint}")
    if error["type"] == "missing":
        return Problem(name, "", f"required; give {_allowed(fields[name])}")
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, FrameError):
        return Problem(name, shown, str(cause))
    return Problem(name, shown, f"{shown} is not allowed; give {_allowed(fields[name])}")


def _allowed(schema: dict[str, Any]) -> str:
    if "allowed" in schema:
        return str(schema["allowed"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    return "True or False"
