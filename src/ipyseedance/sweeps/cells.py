"""The cells of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..contract.errors import Problem
from ..contract.requests import VideoRequest
from .axes import REPEAT


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one field of one cell."""

    cell: dict[str, str]
    field: str
    value: str
    message: str
    """What is wrong with it and what is allowed."""

    def __str__(self) -> str:
        return f"{self.field}: {self.message} (in the cell {describe_cell(self.cell)})"


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in a sweep: each axis' value as text, and the request they make."""

    axes: dict[str, str]
    request: VideoRequest | None
    """None for one that is skipped or invalid."""
    problems: tuple[Problem, ...] = ()
    skip: bool = False

    @property
    def repetition(self) -> str:
        return self.axes.get(REPEAT, "")


def describe_cell(cell: Mapping[str, str]) -> str:
    """A cell as a person names it."""
    return ", ".join(f"{axis} {text if len(text) <= 40 else text[:37] + '...'}" for axis, text in cell.items())
