"""The values of a sweep's axes, checked once each."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import Frame
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from .syntax import MOST, Replacing, parse, split_skip
from .template import Template

REPEAT = "repeat"
"""The axis of how often each cell is run."""
_SWITCH = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
_WHOLE = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis."""

    text: str
    """How it is told, and what a placeholder is filled with."""
    value: Any
    """As the field has it; a prompt's may have placeholders."""
    problems: tuple[Problem, ...] = ()
    skip: bool = False


Axes = dict[str, tuple[Value, ...]]


def is_count(value: object, most: int = MOST) -> bool:
    """Whether that is a whole number from 1 to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def prompt_name(base: VideoRequest) -> str:
    """What a request's endpoint calls its prompt."""
    return base.roles().name_of(Role.PROMPT) or ""


def read(base: VideoRequest, how: str, repeat: int, given: Mapping[str, Any]) -> Axes:
    """The axes of a sweep.

    Raises:
        InvalidRequest: naming every axis that cannot be one, and every placeholder that has none.
    """
    problems = []
    if how not in ("grid", "zip"):
        problems.append(Problem("how", repr(how), f'{how!r} is not allowed; give "grid" or "zip"'))
    if not is_count(repeat):
        problems.append(Problem("repeat", repr(repeat), f"{repeat!r} is not allowed; give a whole number from 1"))
    axes: Axes = {}
    for name, values in given.items():
        try:
            axes[name] = _values(base, name, values, distinct=how == "grid")
        except ValueError as error:
            problems.append(Problem(name, repr(values)[:80], str(error)))
    problems += _find_misfits(base, axes, given)
    lengths = {name: len(values) for name, values in axes.items()}
    if how == "zip" and len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        problems.append(Problem("how", "zip", f'how="zip" needs axes of equal length; {told}'))
    elif how == "zip" and (twice := _find_repeated(zip(*axes.values(), strict=True))) is not None:
        problems.append(Problem("how", "zip", f"the cell {', '.join(v.text for v in twice)} is there twice"))
    if problems:
        raise InvalidRequest(problems)
    if repeat > 1:
        axes[REPEAT] = tuple(Value(str(n), n) for n in range(1, repeat + 1))
    return axes


def _find_misfits(base: VideoRequest, axes: Axes, given: Mapping[str, Any]) -> list[Problem]:
    """What is wrong between the axes and the placeholders of the prompts in use."""
    fields = type(base).model_fields
    name_of_prompt = prompt_name(base)
    varied = axes.get(name_of_prompt)
    prompts = [base.value(Role.PROMPT)] if varied is None else [v.value for v in varied if not v.skip]
    problems, named = [], set()
    for prompt in prompts:
        if not isinstance(prompt, str):
            continue  # it is invalid as a value
        try:
            names = Template(prompt).names
        except ValueError as error:
            problems.append(Problem(name_of_prompt, prompt[:80], str(error)))
            continue
        problems += [
            Problem(name_of_prompt, f"{{{name}}}", f"the placeholder {{{name}}} has no axis; give {name}=[…]")
            for name in names
            if name not in given and name not in named
        ]
        named |= set(names)
    if not problems:  # or a placeholder could not be read
        for name in given.keys() - fields.keys() - named:
            near = difflib.get_close_matches(name, [*fields, *named], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            is_none = f"neither a field of {type(base).__name__} nor a {{placeholder}} in the prompt"
            problems.append(Problem(name, "", f"{is_none}; its fields are {', '.join(fields)}.{hint}"))
    return problems


def _values(base: VideoRequest, name: str, given: Any, *, distinct: bool) -> tuple[Value, ...]:
    """The values of one axis. Raises ValueError for what is none."""
    if isinstance(given, str):
        given = parse(given, prompt=name == prompt_name(base))
    if isinstance(given, Replacing):
        plain = _replace(base, name, given)
    elif isinstance(given, (bytes, bytearray, Mapping)) or not isinstance(given, Iterable):
        raise ValueError(f"{_describe(given)} is one value; give several, as a list or a text such as 1, 2, 3")
    else:
        plain = [_value(base, name, value) for value in islice(given, MOST + 1)]
    if not plain:
        raise ValueError("there are no values")
    if len(plain) > MOST:
        raise ValueError(f"an axis has at most {MOST:,} values")
    values = _tell_apart(plain)
    if distinct and (twice := _find_repeated(values)) is not None:
        raise ValueError(f"{twice.text!r} is there twice")
    return tuple(values)


def _replace(base: VideoRequest, name: str, given: Replacing) -> list[Value]:
    prompt = base.value(Role.PROMPT)
    if name != prompt_name(base):
        raise ValueError("replacing is for the prompt alone")
    if not given.needle or given.needle not in prompt:
        raise ValueError(f"{given.needle!r} is not in the prompt, so nothing can be put in its place")
    values = []
    for value in given.values:
        if not isinstance(value, str):
            raise ValueError(f"{_describe(value)} is not a text to put in the place of {given.needle!r}")
        text, skip = split_skip(value)
        values.append(replace(_value(base, name, prompt.replace(given.needle, text)), text=text, skip=skip))
    return values


def _value(base: VideoRequest, name: str, value: Any) -> Value:
    if isinstance(value, np.generic):
        value = value.item()
    skip = False
    if isinstance(value, str):
        value, skip = split_skip(str(value))
    if name not in type(base).model_fields:
        if value is None:
            raise ValueError("None is not a value for a placeholder")
        return Value(str(value), value, skip=skip)
    if skip:
        return Value(value, value, skip=True)
    return _check(base, name, _convert(type(base), name, value))


def _convert(request: type[VideoRequest], name: str, value: Any) -> Any:
    """A text as the field's own type takes it."""
    if not isinstance(value, str):
        return value
    info = request.model_fields[name]
    kind = (info.json_schema_extra or {}).get("control") if isinstance(info.json_schema_extra, dict) else None
    if kind == "switch":
        return _SWITCH.get(value.lower(), value)
    if kind == "seed" and _WHOLE.fullmatch(value):
        return int(value)
    return None if value.lower() == "none" and not info.is_required() and info.default is None else value


def _check(base: VideoRequest, name: str, value: Any) -> Value:
    """A field's value, as the request has it; what is wrong with it, if it is not allowed."""
    if name == prompt_name(base) and isinstance(value, str):
        return Value(value, value)  # what it comes to is checked in each cell
    try:
        request = base.with_(**{name: value})
    except InvalidRequest as error:
        return Value(_text_of(value), value, tuple(error.problems))
    if request.roles().fields.get(name) is Role.SEED:
        request = request.resolved()
    known = getattr(request, name)
    return Value(_text_of(known), known)


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "none"
    if isinstance(value, Frame):
        return value.name or value.token
    if isinstance(value, (list, tuple)):
        return " + ".join(map(_text_of, value)) or "none"
    return value if isinstance(value, str) else _describe(value)


def _tell_apart(values: list[Value]) -> list[Value]:
    """The same values, with pictures of one name told apart by their hash or address."""
    number = Counter(v.text for v in values)
    return [
        replace(v, text=f"{v.text} {hashes}" if (hashes := _hashes(v.value)) else v.text) if number[v.text] > 1 else v
        for v in values
    ]


def _hashes(value: object) -> str:
    """What tells a picture, or a list of them, from another of that name; "" for what is none."""
    if isinstance(value, (list, tuple)):
        return " + ".join(map(_hashes, value))
    return (value.sha256[:8] or str(value.url)) if isinstance(value, Frame) else ""


def _find_repeated(values: Iterable[Any]) -> Any:
    """The first of them that was there before, by what is told of it."""
    seen = set()
    for value in values:
        texts = tuple(v.text for v in value) if isinstance(value, tuple) else value.text
        if texts in seen:
            return value
        seen.add(texts)
    return None


def _describe(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
