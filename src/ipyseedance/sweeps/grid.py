"""The cells that a base request and the values of its axes make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from .axes import REPEAT, Axes, Value, prompt_name
from .cells import Cell
from .syntax import MOST
from .template import Template


@dataclass(frozen=True)
class Grid:
    """The cells of a sweep, numbered; the last axis changes fastest. `dataclasses.replace` makes others of it."""

    base: VideoRequest
    """What all cells have in common."""
    how: str
    """"grid" or "zip", as `Sweep` says."""
    values: Axes
    seed_was_chosen: bool = False
    """Whether the seed of all cells is one that nobody gave."""
    given: tuple[Cell, ...] | None = None
    """The cells, where they do not follow from the axes."""
    picked: tuple[int, ...] | None = None
    """The numbers of those that are meant; None for all."""
    only_valid: bool = False
    """Whether invalid cells are skipped."""
    note: str = ""
    """What to know before it is run."""

    @cached_property
    def cells(self) -> list[Cell]:
        """Every cell, in order, those to be skipped and the invalid ones too.

        Raises:
            InvalidRequest: there are more than 100,000.
        """
        numbers = self.numbers()
        if len(numbers) > MOST:
            problem = f"{len(numbers):,} cells are more than {MOST:,}; take some of them with sweep.sample(n)"
            raise InvalidRequest([Problem("sweep", str(len(numbers)), problem)])
        if self.given is not None:
            return [self.given[number] for number in numbers]
        fields = {name: getattr(self.base, name) for name in type(self.base).model_fields}
        templates: dict[str, Template] = {}
        return [self._cell(self._row(number), fields, templates) for number in numbers]

    def __len__(self) -> int:
        """How many cells are not skipped."""
        if self.only_valid:
            return sum(not cell.skip for cell in self.cells)
        return len(self.without_skipped().numbers())

    def numbers(self) -> Sequence[int]:
        """The numbers of its cells, in order."""
        if self.picked is not None:
            return self.picked
        if self.given is not None:
            return range(len(self.given))
        lengths = {name: len(values) for name, values in self.values.items()}
        if self.how == "zip":
            repeated = lengths.pop(REPEAT, 1)
            return range(repeated * max(lengths.values(), default=1))
        return range(math.prod(lengths.values()))

    def without_skipped(self) -> Grid:
        """The same without the values that stand in it to be skipped."""
        axes = self.values
        if self.how == "zip":
            repeated = {REPEAT: axes[REPEAT]} if REPEAT in axes else {}
            names = [name for name in axes if name != REPEAT]
            rows = zip(*(axes[name] for name in names), strict=True)
            columns = zip(*(row for row in rows if not any(v.skip for v in row)), strict=True)
            kept = dict.fromkeys(names, ()) | dict(zip(names, columns, strict=False)) | repeated
        else:
            kept = {name: tuple(v for v in values if not v.skip) for name, values in axes.items()}
        return self if kept == axes else replace(self, values=kept)

    def _row(self, number: int) -> dict[str, Value]:
        """The values of the cell with that number."""
        row = {}
        for name, choice in reversed(self.values.items()):
            if self.how == "zip" and name != REPEAT:
                row[name] = choice[number]
            else:
                number, place = divmod(number, len(choice))
                row[name] = choice[place]
        return {name: row[name] for name in self.values}

    def _cell(self, row: dict[str, Value], fields: dict[str, Any], templates: dict[str, Template]) -> Cell:
        axes = {name: value.text for name, value in row.items()}
        if any(value.skip for value in row.values()):
            return Cell(axes, None, skip=True)
        problems = tuple(problem for value in row.values() for problem in value.problems)
        if not problems:
            fields = fields | {name: value.value for name, value in row.items() if name in fields}
            name = prompt_name(self.base)
            if isinstance(prompt := fields.get(name), str):  # an endpoint may have none
                if prompt not in templates:
                    templates[prompt] = Template(prompt)
                fields |= {name: templates[prompt].fill(axes)}
            try:
                return Cell(axes, type(self.base)(**fields))
            except InvalidRequest as error:
                problems = tuple(error.problems)
        return Cell(axes, None, () if self.only_valid else problems, skip=self.only_valid)
