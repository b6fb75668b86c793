"""A page's message as its type, or the error that names what is wrong with it and what is allowed.

A page may send anything, of any type and size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..contract.errors import InvalidRequest, Problem

LARGEST = 2**53
"""Beyond it the browser's numbers are no whole ones."""
LONGEST_TEXT = 100_000
"""Letters of one value; of a draft together `LONGEST_DRAFT`."""
LONGEST_DRAFT = 1_000_000
LONGEST_NAME = 200
LONGEST_ADDRESS = 2000
MOST_FIELDS = 64
MOST_VALUES = 10_000
"""Values of an axis that is a list: as many as one press of a button asks for clips."""
_PARTS_OF_A_FRAME = 8
_SHOWN = 60
_NAMED = 5
"""Wrong values that are named; one is enough to mend the page, and a message may hold many."""

M = TypeVar("M", bound=BaseModel)


def read(kind: type[M], content: Mapping[str, object]) -> M:
    """A message's content as its type.

    Raises:
        InvalidRequest: naming each wrong part, its value and what is allowed.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        problems = [problem for line in error.errors(include_url=False)[:_NAMED] for problem in _problems(kind, line)]
        raise InvalidRequest(problems) from None


def _problems(kind: type[BaseModel], line: Mapping[str, Any]) -> list[Problem]:
    """What one of pydantic's errors says."""
    cause = line.get("ctx", {}).get("error")
    if isinstance(cause, InvalidRequest):  # of `check_fields` and its like, which say it themselves
        return cause.problems
    names = [part for part in line["loc"] if isinstance(part, str)]
    value = None if line["type"] == "missing" else line["input"]
    return wrong(names[-1] if names else "", value, _allowed_at(kind, line["loc"])).problems


@cache
def _schema(kind: type[BaseModel]) -> dict[str, Any]:
    return kind.model_json_schema()


def _allowed_at(kind: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """What is allowed at a place of a message, in words."""
    root = _schema(kind)
    schema = root
    for part in place:
        schema = _without_null(_follow(root, schema))
        schema = schema.get("items", {}) if isinstance(part, int) else schema.get("properties", {}).get(part, {})
    return _in_words(_follow(root, schema))


def _follow(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return _follow(root, root["$defs"][name]) if name else schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    return next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)


def _in_words(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_in_words(one) for one in schema["anyOf"])
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    kind = schema.get("type")
    if kind in ("integer", "number") and "minimum" in schema:
        return f"a {'whole ' * (kind == 'integer')}number from {schema['minimum']:,} to {schema['maximum']:,}"
    if kind == "string" and "maxLength" in schema:
        return f"a text of at most {schema['maxLength']:,} letters"
    if kind == "array":
        each = {"integer": "whole numbers", "string": "texts"}.get(schema["items"].get("type"), "values")
        return f"a list of at most {schema['maxItems']:,} {each}"
    words = {"boolean": "true or false", "null": "nothing", "integer": "a whole number", "object": "an object"}
    return words.get(kind or "", "a value of another type")


def wrong(name: str, value: object, allowed: str) -> InvalidRequest:
    """The error for a value that is not allowed."""
    told = shown(value)
    return InvalidRequest([Problem(name, told, f"{told} is not allowed; give {allowed}")])


def shown(value: object) -> str:
    """A value in few letters. Those of a page may be endless, or nested deeper than `repr` goes."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…")
    if value is None or isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):
        return repr(value) if abs(value) < 10**18 else "a number of many digits"
    if isinstance(value, (list, dict)):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value):,}"
    return f"a {type(value).__name__}"


# What a composer holds. Its values are of many types, of which pydantic would name every one that a value is not.


def check_fields(given: object) -> dict[str, Any]:
    """A request's fields, each a text, a number, a truth value, nothing, or a picture. Raises InvalidRequest."""
    fields = _mapping("fields", given)
    for name, value in fields.items():
        _check_value(name, value)
    return fields


def check_axes(given: object) -> dict[str, Any]:
    """A sweep's axes, each a text or a list of such values. Raises InvalidRequest."""
    axes = _mapping("axes", given)
    for name, values in axes.items():
        if isinstance(values, str):
            _check_text(name, values, LONGEST_TEXT)
        elif not isinstance(values, list) or len(values) > MOST_VALUES:
            raise wrong(name, values, f"a text, or a list of at most {MOST_VALUES:,} values")
        else:
            for value in values:
                _check_value(name, value)
    return axes


def letters_of(value: object) -> int:
    """How many letters a checked value has, or all values of fields or of axes; a number counts as one."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + letters_of(part) for key, part in value.items())
    return sum(map(letters_of, value)) if isinstance(value, list) else 1


def _mapping(name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, dict) or len(given) > MOST_FIELDS:
        raise wrong(name, given, f"an object of at most {MOST_FIELDS} fields")
    for field in given:
        _check_text(name, field, LONGEST_NAME)
    return dict(given)


def _check_value(name: str, value: object) -> None:
    if isinstance(value, dict):
        if len(value) > _PARTS_OF_A_FRAME or any(isinstance(part, (dict, list)) for part in value.values()):
            raise wrong(name, value, "a value, or a picture chosen here")
        for key, part in value.items():
            _check_text(name, key, LONGEST_NAME)
            _check_value(name, part)
    elif isinstance(value, str):
        _check_text(name, value, LONGEST_TEXT)
    elif not (
        value is None
        or isinstance(value, bool)
        or (type(value) is int and abs(value) <= LARGEST)
        or (isinstance(value, float) and math.isfinite(value))
    ):
        raise wrong(name, value, "a text, a number, a truth value or nothing")


def _check_text(name: str, value: object, longest: int) -> None:
    if not isinstance(value, str) or len(value) > longest or not _is_whole(value):
        raise wrong(name, value, f"a text of at most {longest:,} letters")


def _is_whole(value: str) -> bool:
    """Whether no letter of it is half of a pair, which neither files nor services take."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
