"""Placeholders in a prompt: `{animal}` stands for an axis' value, `{{` and `}}` for braces."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_PARTS = re.compile(r"\{\{|\}\}|\{([^\W\d]\w*)\}|[{}]")


class Template:
    """A prompt with placeholders.

    Raises:
        ValueError: a brace in it is neither doubled nor part of a placeholder.
    """

    def __init__(self, text: str) -> None:
        self._pieces: list[tuple[str, str]] = []
        """Literal text, then the name of a placeholder or ""."""
        start = 0
        for match in _PARTS.finditer(text):
            brace = match[0]
            if len(brace) == 1:
                raise ValueError(
                    f"the {brace} in {_around(text, match.start())!r} is of no placeholder such as {{animal}}; "
                    f"write {brace * 2} for a brace that is meant"
                )
            literal = text[start : match.start()]
            self._pieces.append((literal + brace[0], "") if match[1] is None else (literal, match[1]))
            start = match.end()
        self._end = text[start:]

    @property
    def names(self) -> list[str]:
        """The placeholders, in order."""
        return list(dict.fromkeys(name for _, name in self._pieces if name))

    def fill(self, values: Mapping[str, str]) -> str:
        """The prompt with its placeholders' values."""
        return "".join(literal + (values[name] if name else "") for literal, name in self._pieces) + self._end


def names_in(text: str) -> list[str]:
    """What could be placeholders in a text, in order, whatever other braces it has."""
    return list(dict.fromkeys(match[1] for match in _PARTS.finditer(text) if match[1]))


def meaning_only(text: str, names: Collection[str]) -> str:
    """The template in which only those placeholders are filled, and every other brace of the text is itself."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    for name in names:
        doubled = doubled.replace(f"{{{{{name}}}}}", f"{{{name}}}")
    return doubled


def _around(text: str, place: int) -> str:
    return text[max(place - 12, 0) : place + 12]
