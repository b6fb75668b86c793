"""What a wall may be made of, as jobs of one project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..contract.errors import InvalidRequest, Problem
from ..jobs.chosen import find_jobs
from ..jobs.clip import Clip
from ..jobs.generation import Generation
from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project, already_open
from ..sweeps.run import SweepRun
from .wall_layout import Layout, lay_out

_ALLOWED = "give a list of Clip or Generation, a sweep's run, or rows of `project.history.df` with `project=`"


def read_clips(clips: object, project: Project | None) -> tuple[Project, dict[int, Job], Layout]:
    """Whose clips a wall was given, which they are, by their number in the history, and where each hangs.

    Raises:
        InvalidRequest: it is something else, empty, or of several projects or a closed one.
    """
    project, jobs = jobs_of(clips, project)
    return project, {job.id: job for job in jobs}, lay_out(places_of(clips, jobs))


def jobs_of(clips: object, project: Project | None) -> tuple[Project, list[Job]]:
    """The project and the jobs of what a wall was given, in its order, each once.

    Raises:
        InvalidRequest: it is something else, empty, or of several projects or a closed one.
    """
    if hasattr(clips, "iterrows"):
        if project is None:
            raise _wrong("DataFrame", "rows do not say whose they are; give `project=` too")
        if not len(clips):  # type: ignore[arg-type]
            raise _wrong("DataFrame", "it has no rows; filter less")
    else:
        project = _project_of(clips, project)
    return project, find_jobs(workspace_of(project), clips, argument="clips")


def _project_of(clips: object, project: Project | None) -> Project:
    """The one project that all of them are of."""
    items = getattr(clips, "generations", clips)
    if isinstance(items, (Clip, Generation, Job)):
        items = [items]
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise _wrong(clips, f"a {type(clips).__name__} cannot hang on a wall; {_ALLOWED}")
    none = True
    for item in items:
        none = False
        if not isinstance(item, (Clip, Generation, Job)):
            raise _wrong(item, f"a {type(item).__name__} cannot hang on a wall; {_ALLOWED}")
        folder = item.path.parents[1] if isinstance(item, Clip) else item.folder
        home = already_open(folder)
        if home is None:
            raise _wrong(item, f"its project is not open; open it first: Project({folder.name!r})")
        if project is not None and home is not project:
            raise _wrong(item, f"it belongs to {home!r}, not to {project!r}; one wall shows one project")
        project = home
    if project is None or none:
        raise _wrong(clips, f"there are none; {_ALLOWED}")
    return project


def places_of(clips: object, jobs: list[Job]) -> dict[int, dict[str, str]]:
    """Where each generation stands in the sweep all share: {axis: value as text}, empty where there is no such sweep.

    A run knows its own cells: what it found in the project was made for another run, or for none.
    """
    if isinstance(clips, SweepRun):
        places: dict[int, dict[str, str]] = {}
        for id, cell in zip(clips.ids, clips.cells, strict=True):
            places.setdefault(id, cell)
        return places
    shared = len({job.record.sweep for job in jobs}) == 1
    return {job.id: (job.record.cell if shared and job.record.sweep else None) or {} for job in jobs}


def _wrong(value: Any, message: str) -> InvalidRequest:
    return InvalidRequest([Problem("clips", repr(value)[:60], message)])
