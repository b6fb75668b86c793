"""JSON from outside."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pydantic_core import from_json

MOST_BYTES = 8_000_000
_MOST_VALUES = 400_000
"""Values in one text: each takes up to 100 bytes of memory, though in the text `0,` is enough."""
_DEEPEST = 64
_LARGE_NUMBER = re.compile(r"[0-9][eE]\+?[0-9]{3}|[0-9]{200}")
"""What may be a number too large to be finite, which is 1.8e308. A text without any, and that opens too little to be
deep, is read four times quicker: a history has hundreds of thousands."""


def read_json(data: bytes | str, *, most: int = MOST_BYTES) -> Any:
    """Read JSON as RFC 8259 has it: UTF-8, finite numbers, whole letters.

    Args:
        data: the text.
        most: bytes (of a str, letters) that it may have.

    Raises:
        ValueError: it is something else, has more than `most` bytes or 400,000 values, or is more than 64 deep.
    """
    value, problem = _read(data, most)
    del data  # a traceback may show it, and the library's errors hold it: so neither is left to one
    if problem:
        raise ValueError(problem)
    return value


def _read(data: bytes | str, most: int) -> tuple[Any, str]:
    """The value, or what is wrong."""
    if len(data) > most:
        return None, f"more than {most:,} bytes"
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        opened = text.count("[") + text.count("{")
        if text.count(",") + opened > _MOST_VALUES:
            return None, f"more than {_MOST_VALUES:,} values"
        if opened <= _DEEPEST and not _LARGE_NUMBER.search(text):
            return from_json(text, allow_inf_nan=False), ""
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        _check(value)
    except (RecursionError, TypeError):  # the quick reader calls half of a pair of letters no text
        return None, "too deep, or no whole letters"
    except ValueError as error:
        return None, error.msg if isinstance(error, json.JSONDecodeError) else "no JSON"
    return value, ""


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _check(value: Any) -> None:
    """Raise ValueError where it is too deep, or has half of a pair of letters, which no file and no table takes."""
    level = [value]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and not item.isascii():
                item.encode()  # UnicodeEncodeError is a ValueError
        if not below:
            return
        level = below
    raise ValueError("too deep")
