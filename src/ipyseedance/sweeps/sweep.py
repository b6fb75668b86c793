"""A sweep: one request and the axes it is varied over."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, Self

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from ..jobs.workspace import workspace_of
from ..store.runs import Run
from . import axes as values
from .axes import Value, is_count
from .cells import Cell, CellProblem
from .grid import Grid
from .plan import Plan, plan_of
from .syntax import MOST

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

    def __init__(
        self, base: VideoRequest, /, *, how: Literal["grid", "zip"] = "grid", repeat: int = 1, **axes: Any
    ) -> None:
        if not isinstance(base, VideoRequest):
            shown = repr(base)[:60]
            raise InvalidRequest(
                [Problem("base", shown, f"a {type(base).__name__} is not a request; give TextToVideo or ImageToVideo")]
            )
        resolved = base.resolved()
        chosen = resolved != base and resolved.roles().name_of(Role.SEED) not in axes
        self._grid = Grid(resolved, how, values.read(resolved, how, repeat, axes), seed_was_chosen=chosen)

    @classmethod
    def of(cls, base: VideoRequest, cells: Sequence[Cell], note: str) -> Self:
        """A sweep of just those cells, all of the base's endpoint, and what to know of it before it is run."""
        sweep = cls(base)
        names = dict.fromkeys(name for cell in cells for name in cell.axes)
        texts = {name: dict.fromkeys(cell.axes[name] for cell in cells if name in cell.axes) for name in names}
        axes = {name: tuple(Value(text, text) for text in found) for name, found in texts.items()}
        return sweep._of(replace(sweep._grid, values=axes, given=tuple(cells), seed_was_chosen=False, note=note))

    def _of(self, grid: Grid) -> Self:
        """A sweep of the same class with other cells."""
        other = copy.copy(self)
        other._grid = grid
        return other

    @property
    def base(self) -> VideoRequest:
        """What all cells have in common."""
        return self._grid.base

    @property
    def seed_was_chosen(self) -> bool:
        """Whether the seed of all cells is one that nobody gave."""
        return self._grid.seed_was_chosen

    @property
    def note(self) -> str:
        """What to know before it is run."""
        return self._grid.note

    @property
    def axes(self) -> dict[str, list[str]]:
        """Each axis and its values, as text."""
        return {name: [value.text for value in values] for name, values in self._grid.values.items()}

    # What it comes to.

    def __len__(self) -> int:
        """How many requests it makes: the cells that are not skipped."""
        return len(self._grid)

    @property
    def cells(self) -> list[Cell]:
        """Every cell, in order, those to be skipped and the invalid ones too.

        Raises:
            InvalidRequest: there are more than 100,000; `sample` takes some of them.
        """
        return self._grid.cells

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
            InvalidRequest: some cells are invalid, or the price is not known.
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
        before = None if workspace is None or name is None else workspace.store.run(name)
        sweep, endpoint = self.seeded(before), catalog.endpoint_for(self.base).id
        return plan_of(
            sweep.cells, sweep.axes, endpoint, sweep.note, workspace, concurrency, before=before, again=again
        )

    # Others made of it.

    def sample(self, n: int, seed: int = 0) -> Self:
        """The sweep of n of its cells, chosen at random, the same ones for the same `seed`, in their order here."""
        whole = self._grid.without_skipped()
        numbers = whole.numbers()
        if whole.only_valid:
            numbers = [n for n, cell in zip(numbers, whole.cells, strict=True) if not cell.skip]
        if not is_count(n, len(numbers)):
            raise InvalidRequest([Problem("n", repr(n), f"{n!r} is not allowed; give 1 to {len(numbers):,}")])
        picked = random.Random(seed).sample(numbers, n)  # noqa: S311 - nothing hangs on it being hard to guess
        return self._of(replace(whole, picked=tuple(sorted(picked))))

    def only_valid(self) -> Self:
        """The same sweep, whose invalid cells are skipped."""
        return self._of(replace(self._grid, only_valid=True))

    def with_seed(self, seed: int) -> Self:
        """The same sweep with another seed in the place of the one all cells share."""
        return self._of(replace(self._grid, base=self.base.with_(**{self.base.roles().name_of(Role.SEED) or "": seed})))

    def seeded(self, before: Run | None) -> Self:
        """The sweep with the seed its run has, where nobody gave one: or else no cell would be there already."""
        if before is not None and before.seed is not None and self.seed_was_chosen:
            return self.with_seed(before.seed)
        return self

    def __repr__(self) -> str:
        axes = ", ".join(f"{name} {len(values)}" for name, values in self._grid.values.items())
        note = f" {self.note}" if self.note else ""
        return f"<Sweep of {len(self):,} requests{f': {axes}' if axes else ''}{note}>"

    def _repr_html_(self) -> str | None:
        return self.plan()._repr_html_() if len(self._grid.numbers()) <= MOST else None
