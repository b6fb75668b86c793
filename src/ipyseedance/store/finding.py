"""What is looked for in a history: words, fields, an order, and the sweeps its clips are grouped by."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from .conditions import SHOWN, TAGS
from .record import COLUMNS, Record, from_row
from .runs import axes_of
from .values import READERS

ORDERS = {
    "newest": "id DESC",
    "oldest": "id",
    "cost": "estimate DESC, id DESC",
    "cheapest": "estimate, id",
    "duration": "clip_duration DESC, id DESC",
    "shortest": "clip_duration, id",
    "rating": "rating DESC, star DESC, id DESC",
}
"""What a history can be sorted by."""
_UNSHOWN = ("logs",)
"""What no page of a history shows: a thousand lines a row."""
_MADE = "(SELECT s.created_at FROM sweeps s WHERE s.name = generations.sweep)"
_BY_SWEEP = f"sweep IS NULL, {_MADE} DESC, sweep"
"""The newest sweep first; what belongs to none is last."""

_BETWEEN = "\x1e"
"""What no JSON has as it is, and no number."""
_SEARCHED = " || char(30) || ".join(f"ifnull({name}, '')" for name in ("request", "tags", "seed", "note"))
# As a blob: a text that is no UTF-8 would end the whole search.
_HAS_WORDS = f"has_words(CAST({_SEARCHED} AS BLOB))"
_LONGEST_FOLDED = 10_000
"""Letters beyond which only the case is passed over: putting many accents of one letter in order takes the square of
their number, and anybody may have written a row."""


@dataclass(frozen=True)
class Find:
    """What to find among the generations whose clip can be shown, from disk or over https, and in which order.

    Of several values of a field, any will do; an empty one leaves the field out of it.
    """

    words: tuple[str, ...] = ()
    """Each must occur in a value of the request, the seed, a tag or the note.

    Capitals, and the forms in which Unicode has one letter several times, are passed over: "äpfel" finds "Äpfel".
    """
    endpoint: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    resolution: tuple[str, ...] = ()
    ratio: tuple[str, ...] = ()
    seconds: tuple[float, ...] = ()
    """As asked for."""
    sound: bool | None = None
    starred: bool = False
    rated: int | None = None
    """The least rating."""
    seed: int | None = None
    sweep: str | None = None
    """The run of a sweep they were asked for by."""
    tag: str | None = None
    """A tag they have, as it is written."""
    order: str = "newest"
    """One of `ORDERS`."""
    grouped: bool = False
    """Whether the clips of each sweep stand together, in that order among themselves."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self._where()[0] == SHOWN

    def _where(self) -> tuple[str, list[Any]]:
        """The conditions, and their values; none but what can be shown at all when nothing is left out."""
        found: list[str] = [SHOWN]
        values: list[Any] = []
        if self.words:
            found.append(_HAS_WORDS)
        chosen: dict[str, tuple[object, ...]] = {
            "endpoint": self.endpoint,
            "model": self.model,
            "resolution": self.resolution,
            "ratio": self.ratio,
            "seconds": self.seconds,
        }
        for column, allowed in chosen.items():
            if allowed:
                found.append(f"{column} IN ({', '.join('?' * len(allowed))})")
                values += allowed
        if self.starred:
            found.append("star")
        single = {
            "ifnull(has_audio, sound) = ?": self.sound,
            "rating >= ?": self.rated,
            "seed = ?": self.seed,
            "sweep = ?": self.sweep,
            f"EXISTS (SELECT 1 FROM {TAGS} WHERE value = ?)": self.tag,  # noqa: S608
        }
        for condition, value in single.items():
            if value is not None:
                found.append(condition)
                values.append(value)
        return " AND ".join(found), values

    def _source(self) -> str:
        """The table, by the index that holds what was rated: SQLite does not know how little that is."""
        return "generations" if self.rated is None else "generations INDEXED BY shown_by_rating"

    def _order(self) -> str:
        return f"{_BY_SWEEP}, {ORDERS[self.order]}" if self.grouped else ORDERS[self.order]


@dataclass(frozen=True)
class Group:
    """The clips of one sweep among those found."""

    sweep: str | None
    """The run's name; None for the clips of no sweep."""
    axes: tuple[str, ...]
    """Those with more than one value."""
    count: int


def read_page(connection: sqlite3.Connection, find: Find, offset: int, limit: int) -> tuple[int, list[Record]]:
    """How many are found, and one page of them."""
    columns = ", ".join("NULL" if name in _UNSHOWN else name for name in COLUMNS)
    if find.everything and not find.grouped:
        total = connection.execute("SELECT clips FROM totals").fetchone()[0]
        which = f"SELECT {columns} FROM generations WHERE {SHOWN} ORDER BY {find._order()} LIMIT ? OFFSET ?"  # noqa: S608
        return total, [from_row(row) for row in connection.execute(which, (limit, offset))]
    # Every row is looked at, once: what is found is counted and cut to the page here.
    found = read_ids(connection, find)
    page = found[offset : offset + limit]
    which = f"SELECT {columns} FROM generations WHERE id IN ({', '.join('?' * len(page))})"  # noqa: S608
    records = {record.id: record for record in map(from_row, connection.execute(which, page))}
    return len(found), [records[id] for id in page]


def read_ids(connection: sqlite3.Connection, find: Find, offset: int = 0, limit: int = -1) -> list[int]:
    """The numbers of what is found, in order. A limit of -1 is none."""
    where, values = _where(connection, find)
    cursor = connection.cursor()
    cursor.row_factory = None
    which = f"SELECT id FROM {find._source()} WHERE {where} ORDER BY {find._order()} LIMIT ? OFFSET ?"  # noqa: S608
    return [row[0] for row in cursor.execute(which, (*values, limit, offset))]


def read_groups(connection: sqlite3.Connection, find: Find) -> list[Group]:
    """The sweeps of what is found, in the order they stand in when it is grouped."""
    where, values = _where(connection, find)
    rows = connection.execute(
        f"SELECT sweep, count(*), (SELECT s.axes FROM sweeps s WHERE s.name = generations.sweep)"  # noqa: S608
        f" FROM generations WHERE {where} GROUP BY sweep ORDER BY {_BY_SWEEP}",
        values,
    )
    return [Group(sweep, _axes_of(axes), count) for sweep, count, axes in rows]


def _where(connection: sqlite3.Connection, find: Find) -> tuple[str, list[Any]]:
    """The conditions of a question to that connection, which learns what its words are."""
    if find.words:
        connection.create_function("has_words", 1, _Words(find.words), deterministic=True)
    return find._where()


class _Words:
    """Whether a row has all those words. SQLite itself knows only the letters of English as capitals."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [fold(word) for word in words]
        self._forms = [(word, json.dumps(word, ensure_ascii=False)[1:-1]) for word in self._words]
        """Each as it is, and as a text of JSON has it."""

    def __call__(self, row: bytes) -> bool:
        """It raises nothing, whatever stands in the row: that would end the whole search."""
        text = row.decode("utf-8", "replace")
        if not self._may_have(text):
            return False
        request, tags, seed, note = text.split(_BETWEEN, 3)
        found = [*_words_of(request), seed]
        if tags:
            found += READERS["tags"](tags) or ()
        if note:
            found.append(READERS["note"](note))
        held = fold(_BETWEEN.join(found))
        return all(word in held for word in self._words)

    def _may_have(self, text: str) -> bool:
        """A quick look at a row as it is written, with names and signs of JSON: it only says where not to look."""
        if "\\u" in text or "\\/" in text or not (text.isascii() or len(text) <= _LONGEST_FOLDED):
            return True  # what is written in another way, or too long to be folded, is seen when it is read
        text = fold(text)
        return all(word in text or form in text for word, form in self._forms)


def _words_of(request: str) -> Iterable[str]:
    """The texts and numbers in a request as it is stored."""
    try:
        fields = from_json(request) if len(request) <= _LONGEST_FOLDED else READERS["request"](request)
        values = fields.values() if isinstance(fields, dict) else ()
        return [text for value in values for text in ((value,) if type(value) is str else _atoms(value))]
    except ValueError:  # no JSON, or a number of more digits than Python writes
        return ()


def _atoms(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _atoms(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def fold(text: str) -> str:
    """A text in which letters that a reader takes for the same are the same: ä and Ä, ß and SS, all forms of i."""
    if text.isascii():
        return text.lower()
    if len(text) > _LONGEST_FOLDED:
        return text.casefold()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text.replace("i\u0307", "i").replace("\u0131", "i")  # Turkish: the dot that I has in it, and i has not


def _axes_of(axes: str | None) -> tuple[str, ...]:
    return tuple(name for name, values in axes_of(axes).items() if len(values) > 1)
