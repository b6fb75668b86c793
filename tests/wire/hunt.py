"""Looks for a key in everything that was gathered, however it is written."""

from __future__ import annotations

import base64
import dataclasses
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from ipyseedance.fal.credentials import Key

_PART = 12
"""Letters of a half of the key that nothing else would have by chance."""


class Hunt:
    """Everything a person, a file or a debugger could see, by where it was."""

    def __init__(self, key: str) -> None:
        halves = key.split(":")
        parts = [part.encode() for half in halves for part in (half[:_PART], half[-_PART:])]
        # By threes: what base64 makes of a text depends on how much stands before it.
        coded = [
            base64.b64encode(b" " * before + half.encode())[4:-4] for half in (key, *halves) for before in range(3)
        ]
        self._spellings = {*parts, *coded, quote(key, safe="").encode()}
        self.seen: dict[str, bytes] = {}

    def see(self, place: str, what: object) -> None:
        data = what if isinstance(what, bytes) else str(what).encode(errors="replace")
        self.seen[place] = self.seen.get(place, b"") + data + b"\n"

    def see_folder(self, folder: Path) -> None:
        for file in folder.rglob("*"):
            self.see(f"name of {file}", file)
            if file.is_file():
                self.see(str(file), file.read_bytes())

    def see_error(self, place: str, error: BaseException | None) -> None:
        """With the variables of its frames and of all it came from, also what no traceback prints."""
        if error is None:
            return
        self.see(place, "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
        for link in _chain(error):
            self.see(place, f"{link!r} {link} {vars(link)} {link.args}")
            for variable in _variables(link.__traceback__):
                self.see_object(place, variable)

    def see_object(self, place: str, thing: object) -> None:
        """Its repr, and every text it holds on to in an attribute."""
        self.see(place, repr(thing))
        for text in _texts(thing, set()):
            self.see(place, text)

    @property
    def leaks(self) -> list[str]:
        found = []
        for place, data in self.seen.items():
            for spelling in self._spellings:
                at = data.find(spelling)
                if at >= 0:
                    found.append(f"{place}: …{data[max(at - 90, 0) : at + 40]!r}…")
                    break
        return found


class DebuggersFormatter(logging.Formatter):
    """As a handler that prints the variables of a traceback's frames."""

    def formatException(self, info: Any) -> str:  # noqa: N802 - logging's name
        return "".join(traceback.TracebackException(*info, capture_locals=True).format())


def error_of(call: Callable[[], object]) -> BaseException | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked into
        return error
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    todo, known = [error], set()
    while todo:
        link = todo.pop()
        if id(link) not in known:
            known.add(id(link))
            yield link
            todo += [e for e in (link.__cause__, link.__context__) if e is not None]


def _variables(frames: TracebackType | None) -> Iterator[object]:
    for frame, _ in traceback.walk_tb(frames):
        if "/tests/" not in frame.f_code.co_filename:
            yield dict(frame.f_locals)


def _texts(thing: object, known: set[int]) -> Iterator[str | bytes]:
    if id(thing) in known or isinstance(thing, Key):
        return
    known.add(id(thing))
    if isinstance(thing, (str, bytes)):
        yield thing
    elif isinstance(thing, dict):
        for item in (*thing, *thing.values()):
            yield from _texts(item, known)
    elif isinstance(thing, (list, tuple, set, frozenset)):
        for item in tuple(thing):  # a copy: jobs may go on meanwhile
            yield from _texts(item, known)
    elif type(thing).__module__.startswith("ipyseedance"):
        held = vars(thing) if hasattr(thing, "__dict__") else {}
        if dataclasses.is_dataclass(thing):
            held = held | {field.name: getattr(thing, field.name, None) for field in dataclasses.fields(thing)}
        yield from _texts(held, known)
