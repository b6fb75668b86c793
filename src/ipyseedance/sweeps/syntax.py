"""The values of a sweep's axis, written as text.

- `fox, owl, red panda`: values between commas
- `1, 2, .., 10`: from two values on to an end, up or down, in whole or decimal numbers; the end must be hit
- `4..12`: every whole number from the one to the other, up or down
- `a fox || an owl, at dusk || a crow`: values between double bars; commas, and `..`, belong to them
- `SKIP: owl`: a value whose cells stand in the table and are not run
- `cat => dog || owl`, for the prompt: each value in the place of a text that the prompt has
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MOST = 100_000
"""Values an axis can have, and cells a sweep can be asked for at once: more is a slip."""
_SKIP = "SKIP:"
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?")
_RANGE = re.compile(r"([+-]?\d{1,18})\s*\.\.\s*([+-]?\d{1,18})")
_REPLACING = re.compile(r"(.+?)\s*=>\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Replacing:
    """A prompt's axis that puts other words in the place of some of its own; made by `replacing`."""

    needle: str
    values: tuple[object, ...]


def replacing(needle: str, *values: str) -> Replacing:
    """The axis `prompt=replacing("cat", "dog", "owl")`: the prompt with each value wherever it says the needle.

    As text it is `cat => dog || owl`. Give the needle among the values to have the prompt as it is too.

    Args:
        needle: what is replaced, exactly as the prompt has it. It must occur there.
        values: what comes in its place, one a cell.
    """
    return Replacing(needle, values)


def parse(text: str, *, prompt: bool = False) -> list[str] | Replacing:
    """What the text of an axis says: its values, or, of the prompt's, perhaps a replacing.

    Raises:
        ValueError: it cannot be read; the text says why.
    """
    if prompt and (match := _REPLACING.fullmatch(text.strip())):
        return Replacing(match[1], tuple(expand(match[2])))
    return expand(text)


def expand(text: str) -> list[str]:
    """The values a text stands for, in order.

    Raises:
        ValueError: it cannot be read; the text says why.
    """
    barred = "||" in text
    parts = [part.strip() for part in text.split("||" if barred else ",")]
    if not all(parts):
        raise ValueError("there is an empty value" if any(parts) else "there are no values")
    return parts if barred else _expand_parts(parts)


def split_skip(value: str) -> tuple[str, bool]:
    """A value without its `SKIP:`, and whether it had one."""
    return (value[len(_SKIP) :].strip(), True) if value.startswith(_SKIP) else (value, False)


def _expand_parts(parts: list[str]) -> list[str]:
    values: list[str] = []
    ahead = iter(parts)
    for part in ahead:
        if part == "..":
            values += _progression(values[-2:], next(ahead, ""))
        elif match := _RANGE.fullmatch(part):
            values += _range(int(match[1]), int(match[2]))
        else:
            values.append(part)
    return values


def _range(first: int, last: int) -> list[str]:
    _check_number(abs(last - first) + 1)
    step = 1 if last >= first else -1
    return [str(n) for n in range(first, last + step, step)]


def _progression(before: list[str], end: str) -> list[str]:
    """What follows two numbers up to an end, the end included."""
    numbers = [Decimal(text) for text in (*before, end) if _NUMBER.fullmatch(text)]
    if len(before) < 2 or len(numbers) < 3:
        raise ValueError('".." needs two numbers before it and one after it, as in 1, 2, .., 10')
    first, second, last = numbers
    step = second - first
    so_far = f"{before[0]}, {before[1]}, .., {end}"
    if not step:
        raise ValueError(f'"{so_far}" never gets to its end: {first} and {second} are the same')
    count, rest = divmod(last - second, step)
    if count < 0 or (last - second) * step < 0:
        raise ValueError(f'"{so_far}" goes the wrong way')
    if rest or not count:
        near = ", ".join(_plain(second + step * n) for n in (count, count + 1) if n > 0)
        raise ValueError(f'"{so_far}" does not hit its end; it could end on {near}')
    _check_number(int(count))
    return [_plain(second + step * n) for n in range(1, int(count))] + [end]


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _check_number(count: int) -> None:
    if count > MOST:
        raise ValueError(f"{count:,} values are too many; an axis has at most {MOST:,}")
