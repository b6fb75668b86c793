"""The run of a sweep: kept in the history, and watched as one."""

from __future__ import annotations

import asyncio
import contextlib
import html
import time
from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..contract.errors import InvalidRequest, Problem, SeedanceError
from ..jobs.clip import Clip
from ..jobs.generation import Generation, generation_of
from ..jobs.job import Job
from ..jobs.outcome import await_clip, wait_for_clip
from ..jobs.thread import job_thread
from ..jobs.workspace import Workspace
from ..ratings.ratings import score_table
from ..store.runs import Run
from .cells import describe_cell
from .plan import columns_of
from .promote import promote
from .sweep import Sweep

if TYPE_CHECKING:
    import pandas as pd


_LOOK_SECONDS = 1.0
"""How often a run looks at what another kernel does for it."""
_FAILURES_SHOWN = 5


class SweepRun:
    """A run of a sweep, which lives in the project's history: `project.sweep_run(name)` has it again at any time.

    `await run`, or `run.result()`, waits until every cell has ended, well or badly, and gives the run.
    """

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace = workspace
        self._run = run
        self._ids = [id for id, _ in run.members]

    @property
    def name(self) -> str:
        """Its name in the project."""
        return self._run.name

    @property
    def ids(self) -> list[int]:
        """The number in the history of each cell's generation, in the order of the cells."""
        return list(self._ids)

    @property
    def axes(self) -> dict[str, list[str]]:
        """Each axis and its values, as text."""
        return {axis: list(values) for axis, values in self._run.axes.items()}

    @property
    def cells(self) -> list[dict[str, str]]:
        """Where each of `generations` stands: {axis: value as text}."""
        return [dict(cell) for _, cell in self._run.members]

    def __len__(self) -> int:
        return len(self._ids)

    # What came of it.

    @property
    def generations(self) -> list[Generation]:
        """The generation of each cell, in their order. What was there before is among them, by reference."""
        return [generation_of(job) for job in self._jobs()]

    def _jobs(self) -> list[Job]:
        records = {record.id: record for record in self._workspace.store.some(self._ids)}
        known = {id: self._workspace.jobs.of(record) for id, record in records.items()}
        return [known[id] for id in self._ids]

    @property
    def clips(self) -> list[Clip]:
        """The clips that are there, in the order of their cells."""
        return [clip for job in self._jobs() if (clip := job.clip) is not None]

    @property
    def failed(self) -> list[Generation]:
        """Those that ended without a clip."""
        return [generation_of(job) for job in self._failed()]

    def _failed(self) -> list[Job]:
        return [job for job in self._jobs() if job.done and job.record.path is None]

    @property
    def df(self) -> pd.DataFrame:
        """The history's rows of its generations, in the order of the cells, and a column for each axis.

        An axis that is a field of the request is in the field's own column, as the request has it. Any other column's
        name has "axis_" before it.
        """
        from ..store import table

        rows = table.frame(self._workspace.store, self._ids)
        df = rows.set_index("id", drop=False).loc[self._ids].reset_index(drop=True)
        for axis, column in columns_of(self._run.axes, set(table.COLUMNS) - set(table.REQUEST_FIELDS)).items():
            if column not in table.REQUEST_FIELDS:
                df[column] = [cell.get(axis) for cell in self.cells]
        return df

    def scores(self, by: str | None = None) -> pd.DataFrame:
        """How good its clips, or the values of an axis, are by the votes between its clips; see `Project.scores`."""
        return score_table(self._workspace, self, by=by)

    @property
    def progress(self) -> dict[str, int]:
        """How many of its cells have each status."""
        status = {s.id: s.status for s in self._workspace.store.standing(self._ids)}
        return dict(Counter(status[id] for id in self._ids))

    # Waiting for it.

    @property
    def done(self) -> bool:
        """Whether every cell has ended, well or badly."""
        return not self._unfinished()

    def __await__(self) -> Generator[Any, None, SweepRun]:
        return self._wait().__await__()

    async def _wait(self) -> SweepRun:
        while left := self._unfinished():
            left.check(self._workspace)
            for job in left.here:
                with contextlib.suppress(SeedanceError):
                    await await_clip(job)
            if not left.here:
                await asyncio.sleep(_LOOK_SECONDS)
        return self

    def result(self, timeout: float | None = None) -> SweepRun:
        """Wait until every cell has ended, blocking this thread. A cell that fails does not raise.

        Args:
            timeout: seconds to wait at most; None waits for as long as it takes. The run goes on in either case.

        Raises:
            TimeoutError: it has not ended yet.
            OverBudget: a clip was billed far above its estimate, which holds the cells that are left.
            SeedanceError: cells were never sent, since their kernel stopped, or the project was closed.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while left := self._unfinished():
            job_thread().refuse_waiting()
            left.check(self._workspace)
            for job in left.here:
                with contextlib.suppress(SeedanceError, TimeoutError):
                    wait_for_clip(job, _until(deadline))
            if not left.here:
                time.sleep(min(_LOOK_SECONDS, _until(deadline) or _LOOK_SECONDS))
            if _until(deadline) == 0 and self._unfinished():
                raise TimeoutError(f"{self!r} has not ended after {timeout:g} s; it goes on.")
        return self

    def _unfinished(self) -> _Unfinished:
        workspace, left = self._workspace, _Unfinished()
        here = {
            job.id: job for job in workspace.jobs.under_way
        }  # before the history is asked: what ends meanwhile is seen
        for id, _, owner, over in workspace.store.standing(self._ids):
            if id in here:
                (left.here if here[id].held is None else left.held).append(here[id])
            elif over or (workspace.is_own(owner) and not workspace.closed):
                continue  # a job of ours that is not under way has ended, even if the history could not be told how
            elif workspace.is_alive(owner):
                left.elsewhere += 1
            else:
                left.unsent += 1
        return left

    def cancel(self) -> list[Generation]:
        """Ask to cancel what the run itself asked for and this kernel has under way; returns those jobs at once.

        What has not been sent yet is not sent. What is being made may still finish, and be billed.
        """
        ids = set(self._ids)
        jobs = [job for job in self._workspace.jobs.under_way if job.id in ids and job.record.sweep == self.name]
        for job in jobs:
            job.cancel()
        return [generation_of(job) for job in jobs]

    def promote(
        self,
        chosen: Generation | Clip | Mapping[str, str] | Iterable[Generation | Clip | Mapping[str, str]],
        resolution: str = "1080p",
        generate_audio: bool = True,  # noqa: FBT001, FBT002
    ) -> Sweep:
        """The sweep of chosen cells at another resolution, with the same seeds. Nothing is sent until it is run.

        A new resolution is a new sample: the same seed gives a similar clip, not the same one sharper.

        Args:
            chosen: generations or clips of this run, or cells as {axis: value as text}, where all cells that have
                those values are meant.
            resolution: "480p", "720p" or "1080p".
            generate_audio: whether the clips have sound.

        Raises:
            InvalidRequest: one of them is not in this run, or the resolution is not allowed.
        """
        if isinstance(chosen, (Generation, Clip, Mapping)):
            chosen = [chosen]
        jobs = self._jobs()
        places = dict.fromkeys(place for one in chosen for place in self._places(one, jobs))
        return promote([(jobs[place], self.cells[place]) for place in places], resolution, generate_audio)

    def _places(self, chosen: object, jobs: list[Job]) -> list[int]:
        """Where in the run that is."""
        if isinstance(chosen, Mapping):
            found = [n for n, cell in enumerate(self.cells) if chosen.items() <= cell.items()]
        elif isinstance(chosen, Generation):
            found = [n for n, id in enumerate(self._ids) if id == chosen.id][:1]
        else:
            wanted = getattr(chosen, "request_id", None)
            found = [n for n, job in enumerate(jobs) if wanted and job.request_id == wanted][:1]
        if not found:
            shown = describe_cell(chosen) if isinstance(chosen, Mapping) else repr(chosen)[:60]
            raise InvalidRequest([Problem("chosen", shown, f"{shown} is not in the run {self.name}")])
        return found

    def _counts(self) -> str:
        return ", ".join(f"{n:,} {status}" for status, n in self.progress.items())

    def __repr__(self) -> str:
        return f"<SweepRun {self.name}: {len(self):,} cells, {self._counts()}>"

    def _repr_html_(self) -> str:
        axes = "".join(
            f"<div><small>{html.escape(axis)}: {len(values):,} values</small></div>"
            for axis, values in self.axes.items()
        )
        failed = self._failed()
        lines = [
            f"{describe_cell(job.record.cell or {})}: {job.error or job.status}" for job in failed[:_FAILURES_SHOWN]
        ]
        if len(failed) > _FAILURES_SHOWN:
            lines.append(f"and {len(failed) - _FAILURES_SHOWN:,} more: run.failed")
        items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        head = f"<strong>{html.escape(self.name)}</strong>: {len(self):,} cells, {html.escape(self._counts())}"
        return f"<div>{head}</div>{axes}{f'<ul>{items}</ul>' if items else ''}"


@dataclass
class _Unfinished:
    """The cells of a run that have not ended."""

    here: list[Job] = field(default_factory=list)
    held: list[Job] = field(default_factory=list)
    """Those that a bill holds back."""
    elsewhere: int = 0
    """Those another kernel looks after."""
    unsent: int = 0
    """Those nobody looks after."""

    def __bool__(self) -> bool:
        return bool(self.here or self.held or self.elsewhere or self.unsent)

    def check(self, workspace: Workspace) -> None:
        """Raise when there is nothing to wait for."""
        if self.here or self.elsewhere:
            return
        if self.held and self.held[0].held is not None:
            raise self.held[0].held.with_traceback(None)
        if workspace.closed:
            raise SeedanceError(
                f"The project was closed before {self.unsent:,} cells had ended.",
                next_step="Open it again, and wait for project.sweep_run(name).",
            )
        raise SeedanceError(
            f"{self.unsent:,} cells are looked after by nobody: the kernel that asked for them stopped.",
            next_step="project.resume() goes on with them; then wait again.",
        )


def _until(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - time.monotonic(), 0.0)


def find_run(workspace: Workspace, name: str) -> SweepRun:
    """The run of that name. Raises KeyError when the project has none."""
    run = workspace.store.run(name)
    if run is None:
        raise KeyError(name)
    return SweepRun(workspace, run)
