"""Which generations somebody means who gives clips, generations, a run, or rows of the history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..contract.errors import InvalidRequest, Problem
from .clip import Clip
from .generation import Generation, job_of
from .job import Job
from .workspace import Workspace

_ALLOWED = "give a list of Generation or Clip, a run, or rows of `project.history.df`"


def find_jobs(workspace: Workspace, given: Any, *, argument: str) -> list[Job]:
    """The jobs that are meant, each once, in the order they were given.

    Args:
        given: a Generation, Clip or Job of the project, a list of them, a run, or rows of `history.df`.
        argument: what the caller's own name of it is, for the error.

    Raises:
        InvalidRequest: it is something else, or one of them is not of this project.
    """
    ids = ids_of(workspace, given, argument=argument)
    found = {job.id: job for job in workspace.jobs.some(ids)}
    if missing := [id for id in ids if id not in found]:
        raise _wrong(argument, given, f"the history of {workspace!r} has no generation {missing[0]}")
    return [found[id] for id in ids]


def ids_of(workspace: Workspace, given: Any, *, argument: str) -> list[int]:
    """The numbers in the history of what is meant, each once, in the order they were given. Raises as `chosen` does."""
    if hasattr(given, "iterrows"):
        if "id" not in given.columns:
            raise _wrong(argument, "DataFrame", "it has no column `id`; give rows of `project.history.df`")
        return [int(id) for id in dict.fromkeys(given["id"])]
    if hasattr(given, "ids"):  # a run
        return list(dict.fromkeys(given.ids))
    items = [given] if isinstance(given, (Generation, Clip, Job)) else given
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise _wrong(argument, given, f"{repr(given)[:60]} is not allowed; {_ALLOWED}")
    return list(dict.fromkeys(find_job(workspace, item, argument=argument).id for item in items))


def find_job(workspace: Workspace, clip: object, *, argument: str = "clip") -> Job:
    """The job of a Generation, Clip or Job of the project; waits until the history has it.

    Raises:
        InvalidRequest: it is neither, or of another project.
    """
    workspace.thread.check_process(workspace.folder)
    job = job_of(clip) if isinstance(clip, Generation) else clip
    if isinstance(job, Job) and job.folder == workspace.folder:
        if not job.id:
            job.recorded.result()
        return job
    if isinstance(clip, Clip) and workspace.folder in clip.path.parents:
        try:
            return workspace.generation(clip.request_id)
        except KeyError:
            raise _wrong(argument, clip, f"the history of {workspace!r} does not have it") from None
    raise _wrong(argument, clip, f"{repr(clip)[:60]} is not a Generation or Clip of {workspace!r}")


def _wrong(argument: str, value: object, problem: str) -> InvalidRequest:
    return InvalidRequest([Problem(argument, repr(value)[:60], problem)])
