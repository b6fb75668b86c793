"""What a page's messages hold, checked: it may send anything, of any type and size.

Each function gives what it says, or raises InvalidRequest naming what is wrong and what is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeVar

from ..contract.errors import InvalidRequest, Problem

Message = dict[str, Any]
"""What a page sent, as JSON has it."""

LARGEST = 2**53
"""Beyond it the browser's numbers are no whole ones."""
LONGEST_TEXT = 100_000
"""Letters of one value; of a draft together `LONGEST_DRAFT`."""
LONGEST_DRAFT = 1_000_000
LONGEST_NAME = 200
MOST_FIELDS = 64
MOST_VALUES = 10_000
"""Values of an axis that is a list: as many as one press of a button asks for clips."""
_PARTS_OF_A_FRAME = 8
_SHOWN = 60

_T = TypeVar("_T")


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


def whole(message: Message, name: str, *, least: int = 0, most: int = LARGEST) -> int:
    """A whole number."""
    return _whole(name, message.get(name), least, most)


def _whole(name: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise wrong(name, value, f"a whole number from {least:,} to {most:,}")
    return value


def wholes(message: Message, name: str, most: int) -> list[int]:
    """A list of at most so many numbers of generations."""
    values = message.get(name)
    if not isinstance(values, list) or len(values) > most:
        raise wrong(name, values, f"a list of at most {most:,} whole numbers")
    return [_whole(name, value, 0, LARGEST) for value in values]


def text(message: Message, name: str, longest: int = LONGEST_NAME) -> str:
    """A text that can be kept and sent on."""
    return _text(name, message.get(name), longest)


def _text(name: str, value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not _is_whole(value):
        raise wrong(name, value, f"a text of at most {longest:,} letters")
    return value


def _is_whole(value: str) -> bool:
    """Whether no letter of it is half of a pair, which neither files nor services take."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def scalar(message: Message, name: str) -> Any:
    """One value that is neither a list nor an object; whether it is the right one is for others to say."""
    value = message.get(name)
    if isinstance(value, (dict, list)):
        raise wrong(name, value, "one value")
    _field(name, value)
    return value


def texts(message: Message, name: str, most: int) -> list[str]:
    """A list of at most so many short texts; an empty one where there is none."""
    values = message.get(name, [])
    if not isinstance(values, list) or len(values) > most:
        raise wrong(name, values, f"a list of at most {most:,} texts")
    return [_text(name, value, LONGEST_NAME) for value in values]


def one_of(message: Message, name: str, allowed: Mapping[str, _T]) -> _T:
    """What a word stands for."""
    value = message.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise wrong(name, value, f"one of {', '.join(allowed)}")
    return allowed[value]


def mapping(message: Message, name: str) -> dict[str, Any]:
    """An object of not too many fields, whose values may still be anything."""
    value = message.get(name)
    if not isinstance(value, dict) or len(value) > MOST_FIELDS:
        raise wrong(name, value, f"an object of at most {MOST_FIELDS} fields")
    for field in value:
        _text(name, field, LONGEST_NAME)
    return value


def drafted(message: Message) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What a view's composer holds: endpoint, fields, and axes, of which a page of another day knows nothing."""
    fields = mapping(message, "fields")
    axes = mapping(message, "axes") if "axes" in message else {}
    letters = sum(_field(name, value) for name, value in fields.items())
    letters += sum(_axis(name, given) for name, given in axes.items())
    if letters > LONGEST_DRAFT:
        raise wrong("fields", fields, f"values of at most {LONGEST_DRAFT:,} letters together")
    return text(message, "endpoint"), dict(fields), dict(axes)


def _field(name: str, value: object) -> int:
    """How many letters a field's value has: a text, a number, a truth value, nothing, or a frame."""
    if isinstance(value, dict):
        if len(value) > _PARTS_OF_A_FRAME or any(isinstance(part, (dict, list)) for part in value.values()):
            raise wrong(name, value, "a value, or a picture chosen here")
        return sum(_field(name, part) + len(_text(name, key, LONGEST_NAME)) for key, part in value.items())
    if isinstance(value, str):
        return len(_text(name, value, LONGEST_TEXT))
    if value is None or isinstance(value, bool) or (type(value) is int and abs(value) <= LARGEST):
        return 1
    if isinstance(value, float) and math.isfinite(value):
        return 1
    raise wrong(name, value, "a text, a number, a truth value or nothing")


def _axis(name: str, given: object) -> int:
    if isinstance(given, str):
        return len(_text(name, given, LONGEST_TEXT))
    if not isinstance(given, list) or len(given) > MOST_VALUES:
        raise wrong(name, given, f"a text, or a list of at most {MOST_VALUES:,} values")
    return sum(_field(name, value) for value in given)
