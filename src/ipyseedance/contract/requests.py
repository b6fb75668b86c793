"""What every request can do, whatever its endpoint: be checked, changed, kept, compared and sent.

A class's JSON Schema draws the controls in the browser (the `control` key says how, `role` what a field is), and its
fields are the wire body, the history's columns and a sweep's axes.
"""

from __future__ import annotations

import difflib
import inspect
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import InvalidRequest, Problem
from .frames import Frame, FrameError
from .roles import Asked, Role, Roles, key_of
from .rules import Rule, problems_of

_OWN_SEEDS = 2**31
"""Seeds chosen here stay below this, so that a service with signed 32-bit seeds takes them too."""


@dataclass(frozen=True)
class Media:
    """One thing that is given to a request as a file."""

    role: Role
    field: str
    index: int | None
    """Its place in the field's list; None where the field takes one."""
    frame: Frame

    @property
    def key(self) -> str:
        """Its name: the field, or "field[1]" in a list."""
        return key_of(self.field, self.index)


def said(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a request as a history keeps it says: what is null was not sent."""
    return {name: _number(value) for name, value in stored.items() if value is not None}


def _number(value: object) -> object:
    """A value of JSON, in which 5.0 is the number 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class VideoRequest(BaseModel):
    """What every endpoint's request can do. Requests are immutable; `with_(seed=7)` makes a changed copy.

    Raises:
        InvalidRequest: on construction, naming each wrong field, its value and what is allowed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
    endpoint_id: ClassVar[str] = ""
    """fal's id of the endpoint that takes it."""
    field_rules: ClassVar[tuple[Rule, ...]] = ()
    """What its fields have to do with each other."""

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
            if wrong := problems_of(self.field_rules, self.__dict__):
                raise InvalidRequest(wrong)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in inspect.get_annotations(cls):
            # pydantic would take the method for the field's default.
            if hasattr(VideoRequest, name) and not name.startswith("_"):
                raise TypeError(
                    f"{cls.__name__} cannot have a field named {name}: every request has a method of that name"
                )

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
        name = self.roles().name_of(Role.SEED)
        if name is not None and getattr(self, name) is None:
            return self.with_(**{name: secrets.randbelow(_OWN_SEEDS)})
        return self

    # By role.

    @classmethod
    def roles(cls) -> Roles:
        """Which of its fields has which role."""
        return _roles_of(cls)

    def taken_by(self) -> str:
        """fal's id of the endpoint that takes it."""
        return self.endpoint_id

    def value(self, role: Role) -> Any:
        """What it has for a role, as the field has it; None where its endpoint has no such field."""
        name = self.roles().name_of(role)
        return None if name is None else getattr(self, name, None)

    def asked(self) -> Asked:
        """What it asks for, by role, as the history would read it."""
        return Asked.of(self.record(), self.roles())

    def media_given(self) -> tuple[Media, ...]:
        """What is given to it as files, in the order of its fields and of their lists."""
        roles, found = self.roles(), []
        for name in roles.media:
            value = getattr(self, name)
            if isinstance(value, Frame):
                found.append(Media(roles.fields[name], name, None, value))
            elif value is not None:
                found += [Media(roles.fields[name], name, n, frame) for n, frame in enumerate(value)]
        return tuple(found)

    def pictures_by_key(self) -> dict[str, Frame]:
        """The pictures it holds, by their key: the field, or "field[1]" in a list."""
        return {media.key: media.frame for media in self.media_given()}

    def picture_of(self, role: Role) -> Frame | None:
        """The picture of that role, the first of several."""
        return next((media.frame for media in self.media_given() if media.role is role), None)

    # For people. An endpoint's own field of such a name comes before, so the rooms ask by the methods above.

    if TYPE_CHECKING:

        @property
        def endpoint(self) -> str: ...
        @property
        def seconds(self) -> float | None: ...
        @property
        def ratio(self) -> str | None: ...
        @property
        def sound(self) -> bool | None: ...
        @property
        def fields(self) -> dict[str, Any]: ...
        @property
        def media(self) -> tuple[Media, ...]: ...
        @property
        def frames(self) -> dict[str, Frame]: ...
        def on(self, endpoint: str, *, drop: bool = False) -> VideoRequest: ...

    else:

        def __getattr__(self, name: str) -> Any:
            if name in LENT and name not in type(self).model_fields:
                return LENT[name](self)
            return super().__getattr__(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *LENT})

    # As it is kept, compared and sent.

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
        named: dict[str, Any] = {}
        stand_ins: dict[str, Any] = {}
        for name in cls.roles().media:
            value = fields.get(name)
            # Read from no disk, and checked as no address: a picture's name is all that is compared.
            if isinstance(value, str):
                named[name], stand_ins[name] = value, Frame(name="none")
            elif isinstance(value, list) and all(isinstance(one, str) for one in value):
                named[name], stand_ins[name] = value, [Frame(name="none")] * len(value)
        try:
            request = cls(**fields | stand_ins)
        except InvalidRequest:
            return None
        return _text_of(request.record() | named)

    def body(self, addresses: Mapping[str, str]) -> dict[str, Any]:
        """The JSON body as it travels.

        Args:
            addresses: for each of `media`, by its key, the URL the service can fetch it from.
        """
        fields: dict[str, Any] = self.model_dump(mode="json", exclude_none=True)
        for media in self.media_given():
            if media.index is None:
                fields[media.field] = addresses[media.key]
            else:
                fields[media.field][media.index] = addresses[media.key]
        return fields


LENT: dict[str, Callable[[VideoRequest], Any]] = {
    "endpoint": lambda request: request.taken_by(),
    "prompt": lambda request: request.value(Role.PROMPT),
    "seconds": lambda request: request.asked().seconds,
    "resolution": lambda request: request.value(Role.RESOLUTION),
    "ratio": lambda request: request.asked().ratio,
    "sound": lambda request: request.asked().sound,
    "seed": lambda request: request.value(Role.SEED),
    "fields": lambda request: request.record(),
    "media": lambda request: request.media_given(),
    "frames": lambda request: request.pictures_by_key(),
}
"""What every request has by that name, though its endpoint may call it something else. They are no attributes of the
class, so that an endpoint may have a field of such a name. `seconds` is None where the model chooses, `ratio` and
`sound` where the endpoint has no such field; `fields` is every field and its value, as plain JSON. `on` is lent by
`catalog.py`, which knows the endpoints."""


@cache
def _roles_of(cls: type[VideoRequest]) -> Roles:
    found = {}
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        if "role" in extra:
            found[name] = Role(str(extra["role"]))
    return Roles(found)


def _text_of(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


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
