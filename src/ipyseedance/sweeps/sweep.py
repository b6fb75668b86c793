"""A sweep: one request and the axes it is varied over."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Literal, Self

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from ..jobs.workspace import workspace_of
from ..store.runs import Run
from . import axes as values
from .axes import REPEAT, Value, is_count
from .cells import Cell, CellProblem
from .plan import Plan, plan_of
from .syntax import MOST
from .template import Template

_NAMED = 5
"""How many wrong cells an error names."""


class Sweep:
    """The requests that a base request and the values of its axes make: a grid, whose last axis changes fastest.

    `Sweep(TextToVideo("A {animal} at dusk"), animal=["fox", "owl"], seed=range(4))` is 8 requests. Making one sends
    and spends nothing; `project.run(sweep)` does.

    An axis is a field of the request, frames included, or a `{placeholder}` in the prompt, whose braces are written
    `{{` and `}}` where they are meant. Its values are any iterable, or a text:

    - `fox, owl` · `1, 2, .., 10` (two before, one after; also down) · `4..12`
    - `a fox || an owl, at dusk`: commas belong to the values once there is a `||`
    - for the prompt, `cat => dog || owl`: each in the place of a text that the prompt has; also `replacing("cat", …)`

    A text becomes what the field takes: "7" a seed, "on" and "off" truth values, "none" no end frame. A value that
    begins with `SKIP:` is in the table and is not run.

    When the base has no seed, one is chosen when the sweep is made and all cells share it, so that they differ by their
    axes alone. On a seed axis, None is another seed each time.

    Args:
        base: what all cells have in common.
        how: "grid" for all combinations, or "zip" to take the first values of all axes, then the second, and so on.
        repeat: how often each cell is run, with the same seed: what then differs is the model's own noise. Each time
            is a cell of its own on the axis "repeat".
        axes: the values of each axis.

    Raises:
        InvalidRequest: an axis is neither field nor placeholder, a placeholder has no axis, or values cannot be read.
            Values that a field does not allow are in `problems` instead.
    """

    note = ""
    """What to know before it is run."""

    def __init__(
        self, base: VideoRequest, /, *, how: Literal["grid", "zip"] = "grid", repeat: int = 1, **axes: Any
    ) -> None:
        if not isinstance(base, VideoRequest):
            shown = repr(base)[:60]
            raise InvalidRequest(
                [Problem("base", shown, f"a {type(base).__name__} is not a request; give TextToVideo or ImageToVideo")]
            )
        self.base = base.resolved()
        self.seed_was_chosen = self.base != base and self.base.roles().name_of(Role.SEED) not in axes
        """Whether the seed of all cells is one that nobody gave."""
        self._how = how
        self._values = values.read(self.base, how, repeat, axes)
        self._given: tuple[Cell, ...] | None = None
        self._picked: tuple[int, ...] | None = None
        self._only_valid = False

    @classmethod
    def of(cls, base: VideoRequest, cells: Sequence[Cell], note: str) -> Self:
        """A sweep of just those cells, all of the base's endpoint, and what to know of it before it is run."""
        sweep = cls(base)
        names = dict.fromkeys(name for cell in cells for name in cell.axes)
        texts = {name: dict.fromkeys(cell.axes[name] for cell in cells if name in cell.axes) for name in names}
        axes = {name: tuple(Value(text, text) for text in found) for name, found in texts.items()}
        return sweep._but(_values=axes, _given=tuple(cells), seed_was_chosen=False, note=note)

    @property
    def axes(self) -> dict[str, list[str]]:
        """Each axis and its values, as text."""
        return {name: [value.text for value in values] for name, values in self._values.items()}

    # What it comes to.

    def __len__(self) -> int:
        """How many requests it makes: the cells that are not skipped."""
        if self._only_valid:
            return sum(not cell.skip for cell in self.cells)
        return len(self._whole()._numbers())

    @cached_property
    def cells(self) -> list[Cell]:
        """Every cell, in order, those to be skipped and the invalid ones too.

        Raises:
            InvalidRequest: there are more than 100,000; `sample` takes some of them.
        """
        numbers = self._numbers()
        if len(numbers) > MOST:
            problem = f"{len(numbers):,} cells are more than {MOST:,}; take some of them with sweep.sample(n)"
            raise InvalidRequest([Problem("sweep", str(len(numbers)), problem)])
        if self._given is not None:
            return [self._given[number] for number in numbers]
        fields = {name: getattr(self.base, name) for name in type(self.base).model_fields}
        templates: dict[str, Template] = {}
        return [self._cell(self._row(number), fields, templates) for number in numbers]

    @property
    def problems(self) -> list[CellProblem]:
        """What is wrong with each invalid cell, and what is allowed. Nothing was sent to find it."""
        return [CellProblem(c.axes, p.field, p.value, p.message) for c in self.cells for p in c.problems]

    @property
    def requests(self) -> list[VideoRequest]:
        """The request of each cell that is not skipped, in order.

        Raises:
            InvalidRequest: some cells are invalid; `only_valid()` is the sweep without them.
        """
        return [request for _, request in self.runnable()]

    def runnable(self) -> Iterator[tuple[Cell, VideoRequest]]:
        """Each cell that is not skipped, with its request. Raises InvalidRequest when some are invalid."""
        self.check()
        return ((cell, cell.request) for cell in self.cells if cell.request is not None)

    def check(self) -> None:
        """Raise InvalidRequest, naming the first few, when some cells are invalid."""
        wrong = self.problems
        if wrong:
            cells = sum(bool(cell.problems) for cell in self.cells)
            raise InvalidRequest(
                [Problem(p.field, p.value, str(p).removeprefix(f"{p.field}: ")) for p in wrong[:_NAMED]],
                next_step=f"{cells:,} of {len(self):,} cells are invalid; sweep.problems names them all. Nothing was "
                "sent. project.run(sweep, skip_invalid=True) runs the others.",
            )

    def estimate(self) -> float:
        """US dollars all its requests are expected to cost at fal, by the built-in table; `plan(project)` knows more.

        Raises:
            InvalidRequest: some cells are invalid.
        """
        return round(math.fsum(map(catalog.estimate, self.requests)), 9)

    def plan(
        self, project: object = None, concurrency: int = 2, *, name: str | None = None, again: bool = False
    ) -> Plan:
        """What running it would do: a table of the cells, what they cost and how long they take. Sends nothing.

        Args:
            project: the Project where it is to run, whose clips, prices and times are taken into account.
            concurrency: how many requests the service is expected to run at a time.
            name: the run to be gone on with, as for `project.run`.
            again: as for `project.run`.
        """
        workspace = None if project is None else workspace_of(project)
        before = None if workspace is None or name is None else workspace.history.run(name)
        sweep, endpoint = self.seeded(before), catalog.endpoint_for(self.base).id
        return plan_of(
            sweep.cells, sweep.axes, endpoint, sweep.note, workspace, concurrency, before=before, again=again
        )

    # Others made of it.

    def sample(self, n: int, seed: int = 0) -> Self:
        """The sweep of n of its cells, chosen at random, the same ones for the same `seed`, in their order here."""
        whole = self._whole()
        numbers = whole._numbers()
        if self._only_valid:
            numbers = [n for n, cell in zip(numbers, whole.cells, strict=True) if not cell.skip]
        if not is_count(n, len(numbers)):
            raise InvalidRequest([Problem("n", repr(n), f"{n!r} is not allowed; give 1 to {len(numbers):,}")])
        picked = random.Random(seed).sample(numbers, n)  # noqa: S311 - nothing hangs on it being hard to guess
        return whole._but(_picked=tuple(sorted(picked)))

    def only_valid(self) -> Self:
        """The same sweep, whose invalid cells are skipped."""
        return self._but(_only_valid=True)

    def with_seed(self, seed: int) -> Self:
        """The same sweep with another seed in the place of the one all cells share."""
        return self._but(base=self.base.with_(**{self.base.roles().name_of(Role.SEED) or "": seed}))

    def seeded(self, before: Run | None) -> Self:
        """The sweep with the seed its run has, where nobody gave one: or else no cell would be there already."""
        if before is not None and before.seed is not None and self.seed_was_chosen:
            return self.with_seed(before.seed)
        return self

    def _but(self, **changes: Any) -> Self:
        other = object.__new__(type(self))
        other.__dict__ |= {k: v for k, v in self.__dict__.items() if k != "cells"} | changes
        return other

    # Its cells.

    def _whole(self) -> Self:
        """The same sweep without the cells that stand in it to be skipped."""
        axes = self._values
        if self._how == "zip":
            repeated = {REPEAT: axes[REPEAT]} if REPEAT in axes else {}
            names = [name for name in axes if name != REPEAT]
            rows = zip(*(axes[name] for name in names), strict=True)
            columns = zip(*(row for row in rows if not any(v.skip for v in row)), strict=True)
            kept = dict.fromkeys(names, ()) | dict(zip(names, columns, strict=False)) | repeated
        else:
            kept = {name: tuple(v for v in values if not v.skip) for name, values in axes.items()}
        return self if kept == axes else self._but(_values=kept)

    def _numbers(self) -> Sequence[int]:
        """The numbers of its cells, in order."""
        if self._picked is not None:
            return self._picked
        if self._given is not None:
            return range(len(self._given))
        lengths = {name: len(values) for name, values in self._values.items()}
        if self._how == "zip":
            repeated = lengths.pop(REPEAT, 1)
            return range(repeated * max(lengths.values(), default=1))
        return range(math.prod(lengths.values()))

    def _row(self, number: int) -> dict[str, Value]:
        """The values of the cell with that number."""
        row = {}
        for name, choice in reversed(self._values.items()):
            if self._how == "zip" and name != REPEAT:
                row[name] = choice[number]
            else:
                number, place = divmod(number, len(choice))
                row[name] = choice[place]
        return {name: row[name] for name in self._values}

    def _cell(self, row: dict[str, Value], fields: dict[str, Any], templates: dict[str, Template]) -> Cell:
        axes = {name: value.text for name, value in row.items()}
        if any(value.skip for value in row.values()):
            return Cell(axes, None, skip=True)
        problems = tuple(problem for value in row.values() for problem in value.problems)
        if not problems:
            fields = fields | {name: value.value for name, value in row.items() if name in fields}
            name = values.prompt_name(self.base)
            prompt = fields.get(name, "")
            if prompt not in templates:
                templates[prompt] = Template(prompt)
            try:
                return Cell(axes, type(self.base)(**fields | {name: templates[prompt].filled(axes)}))
            except InvalidRequest as error:
                problems = tuple(error.problems)
        return Cell(axes, None, () if self._only_valid else problems, skip=self._only_valid)

    def __repr__(self) -> str:
        axes = ", ".join(f"{name} {len(values)}" for name, values in self._values.items())
        note = f" {self.note}" if self.note else ""
        return f"<Sweep of {len(self):,} requests{f': {axes}' if axes else ''}{note}>"

    def _repr_html_(self) -> str | None:
        return self.plan()._repr_html_() if len(self._numbers()) <= MOST else None
