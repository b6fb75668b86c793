"""What the fields of one request have to do with each other, as rows of data: what excludes what, what needs what.

A request class has them as `field_rules`; they are checked with its fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .errors import Problem


class Rule(Protocol):
    """One of them."""

    def problem(self, fields: Mapping[str, Any]) -> Problem | None:
        """What is wrong with those values, naming the fields that it is about; None where nothing is."""


@dataclass(frozen=True)
class Either:
    """Fields of one group are given, or fields of the other, and not of both."""

    these: tuple[str, ...]
    those: tuple[str, ...]

    def problem(self, fields: Mapping[str, Any]) -> Problem | None:
        """What is wrong with those values; None where at most one group is given."""
        these, those = _given(fields, self.these), _given(fields, self.those)
        if not (these and those):
            return None
        return Problem(those[0], _shown(fields[those[0]]), f"it excludes {these[0]}; give one of the two")


@dataclass(frozen=True)
class Needs:
    """A field that is given only with one of some others."""

    field: str
    one_of: tuple[str, ...]

    def problem(self, fields: Mapping[str, Any]) -> Problem | None:
        """What is wrong with those values; None where it is not given, or has what it needs."""
        if not _given(fields, (self.field,)) or _given(fields, self.one_of):
            return None
        return Problem(self.field, _shown(fields[self.field]), f"it needs {' or '.join(self.one_of)}; give that too")


def problems_of(rules: Iterable[Rule], fields: Mapping[str, Any]) -> list[Problem]:
    """What all of them find wrong with a request's values."""
    return [problem for rule in rules if (problem := rule.problem(fields)) is not None]


def _given(fields: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Those that say something: a number does, 0 too; None, False and what is empty do not."""
    return [name for name in names if not _says_nothing(fields.get(name))]


def _says_nothing(value: object) -> bool:
    return value is None or value is False or (isinstance(value, (str, tuple, list, dict)) and not value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
