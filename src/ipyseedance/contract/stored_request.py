"""A request of which only a history knows: its endpoint is not offered any more, or asked in another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ConfigDict, PrivateAttr

from .errors import InvalidRequest, Problem
from .frames import Frame
from .requests import VideoRequest
from .roles import USUAL, Asked, Role


class StoredRequest(VideoRequest):
    """A request as a history keeps it, of which no request can be made any more: it can be read, and not be sent."""

    model_config = ConfigDict(extra="allow", frozen=True)
    _endpoint: str = ""
    _why: str = ""
    _fields: dict[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(cls, endpoint: str, fields: Mapping[str, Any], why: str) -> Self:
        """What is stored of a request to that endpoint, and why it is none any more."""
        names = [name for name in fields if name.isidentifier() and not name.startswith("_")]
        made = cls.model_construct()
        # Not by keywords of that call: anybody may have stored a field of any name.
        (made.__pydantic_extra__ or {}).update({name: fields[name] for name in names})
        made._endpoint, made._why, made._fields = endpoint, why, dict(fields)
        return made

    def record(self) -> dict[str, Any]:
        """What is stored of it; a frame by its address or its file in the project."""
        return {name: value.reference if isinstance(value, Frame) else value for name, value in self._fields.items()}

    def taken_by(self) -> str:
        """fal's id of the endpoint that took it, as the history has it."""
        return self._endpoint

    def asked(self) -> Asked:
        """What it asks for, by role, as far as its fields have their usual names."""
        return Asked.of(self._fields, USUAL)

    def value(self, role: Role) -> Any:
        """What it has for a role, as far as its fields have their usual names."""
        return self.asked().prompt if role is Role.PROMPT else self._fields.get(USUAL.name_of(role) or "")

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
