"""The handle that people have of a job: one for each, which shows what they need and no more."""

from __future__ import annotations

import copy
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ipyseedance.jobs.generation import Generation, generation_of, job_of
from ipyseedance.jobs.job import Job

from .test_history import record

SHOWN = """cancel clip cost done error estimate folder id logs note progress queue_position rating recorded request
request_id result settle star status tags"""


def test_a_job_has_one_handle(tmp_path: Path) -> None:
    job = Job(record(id=1), tmp_path)
    with ThreadPoolExecutor(8) as pool:
        handles = list(pool.map(generation_of, [job] * 200))
    assert len(set(handles)) == 1
    assert job_of(handles[0]) is job
    assert copy.deepcopy(handles[0]) is handles[0]


def test_neither_job_nor_handle_stays_once_nobody_holds_it(tmp_path: Path) -> None:
    job = Job(record(id=1), tmp_path)
    gone = weakref.ref(job), weakref.ref(generation_of(job))
    del job
    gc.collect()
    assert [found() for found in gone] == [None, None]


def test_the_logs_are_a_copy(tmp_path: Path) -> None:
    job = Job(record(id=1, logs=["loading"]), tmp_path)
    generation_of(job).logs.clear()
    assert job.logs == ["loading"]


def test_people_are_shown_these_names() -> None:
    assert sorted(name for name in dir(Generation) if not name.startswith("_")) == SHOWN.split()
