"""What is looked for in a history: words, fields, an order, and the sweeps its clips are grouped by."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .record import COLUMNS, Record, from_row
from .runs import axes_of
from .schema import ASKED, SHOWN, TAGS

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

_HAS_WORD = (
    # The text has the fields' names too: it only says quickly where not to look. A true is 1 as an atom.
    f"(instr(lower(request), lower(?)) AND EXISTS (SELECT 1 FROM json_tree({ASKED})"  # noqa: S608
    " WHERE type NOT IN ('true', 'false') AND instr(lower(atom), lower(?))))"
    " OR instr(seed, ?) OR instr(lower(tags), lower(?)) OR instr(lower(note), lower(?))"
)


@dataclass(frozen=True)
class Find:
    """What to find among the generations whose clip can be shown, from disk or over https, and in which order.

    Of several values of a field, any will do; an empty one leaves the field out of it.
    """

    words: tuple[str, ...] = ()
    """Each must occur in what the request's fields hold, the seed, the tags or the note."""
    endpoint: tuple[str, ...] = ()
    resolution: tuple[str, ...] = ()
    aspect_ratio: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()
    """Seconds as asked for."""
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
        for word in self.words:
            found.append(f"({_HAS_WORD})")
            escaped = json.dumps(word, ensure_ascii=False)[1:-1]
            values += [escaped, word, word, escaped, word]
        chosen = {
            "endpoint": self.endpoint,
            **{f"json_extract({ASKED}, '$.{n}')": getattr(self, n) for n in ("resolution", "aspect_ratio", "duration")},
        }
        for column, allowed in chosen.items():
            if allowed:
                found.append(f"{column} IN ({', '.join('?' * len(allowed))})")
                values += allowed
        if self.starred:
            found.append("star")
        single = {
            f"ifnull(has_audio, json_extract({ASKED}, '$.generate_audio')) = ?": self.sound,
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
    where, values = find._where()
    cursor = connection.cursor()
    cursor.row_factory = None
    which = f"SELECT id FROM {find._source()} WHERE {where} ORDER BY {find._order()} LIMIT ? OFFSET ?"  # noqa: S608
    return [row[0] for row in cursor.execute(which, (*values, limit, offset))]


def read_groups(connection: sqlite3.Connection, find: Find) -> list[Group]:
    """The sweeps of what is found, in the order they stand in when it is grouped."""
    where, values = find._where()
    rows = connection.execute(
        f"SELECT sweep, count(*), (SELECT s.axes FROM sweeps s WHERE s.name = generations.sweep)"  # noqa: S608
        f" FROM generations WHERE {where} GROUP BY sweep ORDER BY {_BY_SWEEP}",
        values,
    )
    return [Group(sweep, _varied(axes), count) for sweep, count, axes in rows]


def _varied(axes: str | None) -> tuple[str, ...]:
    return tuple(name for name, values in axes_of(axes).items() if len(values) > 1)
