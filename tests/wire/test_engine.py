"""The offline engine dies under a project, which goes on."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import ipyseedance as sd
from ipyseedance.jobs.workspace import workspace_of

from .test_reopen import wait_for
from .test_uploads import picture

FOX = sd.TextToVideo("A fox", seed=7, resolution="480p", duration=4, aspect_ratio="1:1", generate_audio=False)
KILLED = getattr(signal, "SIGKILL", signal.SIGTERM)
"""On Windows, `os.kill` ends a process at once whatever the signal."""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[sd.Project]:
    with sd.Project(tmp_path / "project", server="offline") as opened:
        yield opened


def started(project: sd.Project) -> int | None:
    """The process id of the project's engine, or None while none runs."""
    engine = workspace_of(project).connection.engine
    return engine.pid if engine else None


def engine_of(project: sd.Project) -> int:
    pid = started(project)
    assert pid is not None
    return pid


def killed(project: sd.Project) -> int:
    """Kill the project's engine; gives its process id."""
    wait_for(lambda: started(project))
    pid = engine_of(project)
    os.kill(pid, KILLED)
    wait_for(lambda: started(project) != pid)
    return pid


def test_what_it_was_making_is_made_by_the_one_that_follows(project: sd.Project) -> None:
    jobs = [project.submit(FOX.with_(seed=seed, duration=8)) for seed in range(2)]
    wait_for(lambda: all(job.request_id for job in jobs))
    ids = [job.request_id for job in jobs]
    killed(project)
    for job in jobs:
        assert job.result(timeout=120).path.exists()
    assert [job.request_id for job in jobs] == ids


def test_one_that_dies_idle_is_started_for_the_next_request(project: sd.Project) -> None:
    project.submit(FOX).result(timeout=60)
    first = killed(project)
    again = project.submit(FOX.with_(seed=8))
    assert again.result(timeout=60).path.exists()
    assert again.error is None
    assert engine_of(project) != first


IMAGE = sd.ImageToVideo("Go", picture(), seed=1, resolution="480p", duration=4)


def test_a_picture_is_uploaded_to_the_one_that_follows(project: sd.Project) -> None:
    project.submit(IMAGE).result(timeout=60)
    os.kill(engine_of(project), KILLED)
    # At once: its end may not have been noticed.
    assert project.submit(IMAGE.with_(seed=2)).result(timeout=60).path.exists()


@pytest.mark.skipif(KILLED == signal.SIGTERM, reason="there is no orderly end")
def test_one_that_ended_in_order_took_the_pictures_along(project: sd.Project) -> None:
    project.submit(IMAGE).result(timeout=60)
    os.kill(engine_of(project), signal.SIGTERM)
    wait_for(lambda: started(project) is None)
    assert project.submit(IMAGE.with_(seed=2)).result(timeout=60).path.exists()


def test_where_its_address_is_taken_it_has_another(project: sd.Project) -> None:
    project.submit(FOX).result(timeout=60)
    engine = workspace_of(project).connection.engine
    assert engine
    port = urlsplit(engine.url).port
    killed(project)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert project.submit(FOX.with_(seed=8)).result(timeout=60).path.exists()
    assert urlsplit(engine.url).port != port


def test_what_one_that_follows_does_not_know_ends_with_a_word_that_says_so(project: sd.Project) -> None:
    job = project.submit(FOX.with_(duration=12, resolution="1080p"))
    wait_for(lambda: job.request_id)
    engine = workspace_of(project).connection.engine
    assert engine
    for times in (1, 2, 3):  # it may be what kills it
        killed(project)
        wait_for(lambda times=times: engine.deaths == times and engine.url)  # type: ignore[misc]
    with pytest.raises(sd.GenerationFailed, match="The offline engine that was making it has stopped"):
        job.result(timeout=60)
    assert job.cost == 0
