"""Which clip hangs where on a wall: pages of at most sixteen, by the axes of their sweep or in plain order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

MOST = 16
"""Clips on one page: more videos at once no browser plays smoothly."""
_COLUMNS = 6
"""Columns of a page at most where rows have headings: more would leave no picture to look at."""
_LEAST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a wall. Without headings the ids are a plain row of clips."""

    name: str
    """What tells it from the others: the values of the axes that are paged, or which clips; "" when there is one."""
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    ids: tuple[int | None, ...]
    """Row by row; None where the sweep has no clip."""


@dataclass(frozen=True, slots=True)
class Layout:
    pages: tuple[Page, ...]
    axes: tuple[str, ...]
    """The axes of the sweep that all clips share, of which there is more than one value."""
    labels: Mapping[int, str]
    """Each clip's place in the sweep ("fox · seed 3"), where there is one."""
    places: Mapping[int, Mapping[str, str]]
    """The value of each of the axes, as text, by clip; empty without axes."""


def value_name(axis: str, value: str) -> str:
    """A value as a heading: a word speaks for itself, a number needs its axis."""
    return f"{axis} {value}" if _is_number(value) else value


def lay_out(places: Mapping[int, Mapping[str, str]]) -> Layout:
    """Put clips on pages: the first two axes of their sweep are rows and columns, each value of the others a page.

    Args:
        places: each clip's number in the history, and where it stands in the sweep that all share, if there is one:
            {axis: value as text}.
    """
    values = _axes(list(places.values()))
    axes = tuple(values)
    labels = {id: " · ".join(value_name(axis, place[axis]) for axis in axes) for id, place in places.items() if values}
    if len(axes) < 2:
        ids = list(places)
        chunks = [tuple(ids[n : n + MOST]) for n in range(0, len(ids), MOST)] or [()]
        names = [f"{n * MOST + 1} to {n * MOST + len(chunk)}" if chunks[1:] else "" for n, chunk in enumerate(chunks)]
        pages = [Page(name, (), (), chunk) for name, chunk in zip(names, chunks, strict=True)]
        return Layout(tuple(pages), axes, labels, places if axes else {})
    placed = {tuple(place[axis] for axis in axes): id for id, place in places.items()}
    row_axis, column_axis, *others = axes
    rows, columns = values[row_axis], values[column_axis]
    width = min(len(columns), max(_LEAST_COLUMNS, min(_COLUMNS, MOST // len(rows))))
    height = min(len(rows), MOST // width)
    pages = []
    for rest in product(*(values[axis] for axis in others)):
        for top, left in product(range(0, len(rows), height), range(0, len(columns), width)):
            part = rows[top : top + height], columns[left : left + width]
            ids_here = tuple(placed.get((row, column, *rest)) for row, column in product(*part))
            if not any(ids_here):
                continue
            names = [value_name(axis, value) for axis, value in zip(others, rest, strict=True)]
            if height < len(rows):
                names.append(_span(row_axis, part[0]))
            if width < len(columns):
                names.append(_span(column_axis, part[1]))
            headings = (
                tuple(value_name(row_axis, v) for v in part[0]),
                tuple(value_name(column_axis, v) for v in part[1]),
            )
            pages.append(Page(" · ".join(names), *headings, ids_here))
    return Layout(tuple(pages), axes, labels, places)


def _axes(places: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """The values of each axis in the order they come, of axes with more than one; none unless every clip has a place
    of its own on the same axes."""
    first = places[0] if places else {}
    if any(place.keys() != first.keys() for place in places):
        return {}
    if len({tuple(sorted(place.items())) for place in places}) < len(places):
        return {}
    values = {axis: list(dict.fromkeys(place[axis] for place in places)) for axis in first}
    return {axis: found for axis, found in values.items() if len(found) > 1}


def _span(axis: str, values: Sequence[str]) -> str:
    if len(values) == 1:
        return value_name(axis, values[0])
    ends = f"{values[0]} to {values[-1]}"
    return f"{axis} {ends}" if _is_number(values[0]) else ends


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("True", "False", "true", "false", "None", "")
    return True
