"""What is being composed outlives the kernel, in the project; of somebody else's folder only its words come back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.doors import names
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.trust import Signer

from .fal_double import FalDouble
from .test_studio import answer, until

TEXT, IMAGE = (endpoint.id for endpoint in ENDPOINTS)
Open = Callable[..., sd.Project]


def draft(studio: sd.Studio, endpoint: str, fields: dict[str, Any], **axes: Any) -> None:
    answer(studio, "draft", endpoint=endpoint, fields=fields, axes=axes, origin="page")


def settings(project: sd.Project) -> dict[str, str]:
    with sqlite3.connect(project.folder / names.HISTORY) as connection:
        return dict(connection.execute("SELECT name, value FROM settings WHERE name LIKE 'draft%'").fetchall())


def kept(project: sd.Project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(settings(project).get("draft", "{}"))
    return found


def shown(studio: sd.Studio) -> dict[str, Any]:
    view: Any = studio.composer.view
    return dict(view)


def write(project: sd.Project, text: object) -> None:
    """As somebody else's program could."""
    with sqlite3.connect(project.folder / names.HISTORY) as connection:
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('draft', ?)", (text,))


def test_a_draft_outlives_its_kernel(open_project: Open, tmp_path: Path) -> None:
    project = open_project()
    studio = sd.Studio(project)
    picture = tmp_path / "lake.png"
    Image.new("RGB", (640, 480), "teal").save(picture)
    frame = answer_with(studio, picture.read_bytes())
    fields = {"prompt": "A {animal} at dusk", "image_url": frame, "resolution": "480p", "duration": "4"}
    draft(studio, IMAGE, fields, animal="fox, owl", seed="1..3")
    until(lambda: kept(project).get("endpoint") == IMAGE)
    picture.unlink()
    project.close()

    project = open_project()
    again = sd.Studio(project)
    until(lambda: shown(again)["sweep"] is not None)
    view = shown(again)
    assert view["fields"]["prompt"] == "A {animal} at dusk"
    assert view["fields"]["image_url"] == frame
    assert view["axes"] == {"animal": "fox, owl", "seed": "1..3"}
    assert (view["sweep"]["cells"], view["problems"], view["origin"]) == (6, [], "kernel")
    assert len(project.history) == 0


def answer_with(studio: sd.Studio, data: bytes) -> dict[str, Any]:
    message = {"kind": "upload", "upload": "u", "name": "lake.png", "type": "image/png", "index": 0, "last": True}
    value: dict[str, Any] = (
        job_thread().start(studio._answers.answer({**message, "size": len(data)}, [data])).result(10)[0]
    )
    return value


def test_the_last_to_write_wins_and_an_open_composer_stays(project: sd.Project) -> None:
    first, second = sd.Studio(project), sd.Studio(project)
    draft(first, TEXT, {"prompt": "The first"})
    until(lambda: kept(project).get("fields", {}).get("prompt") == "The first")
    draft(second, TEXT, {"prompt": "The second"})
    until(lambda: kept(project)["fields"]["prompt"] == "The second")
    assert shown(first)["fields"]["prompt"] == "The first"
    assert shown(sd.Studio(project))["fields"]["prompt"] == "The second"


def test_a_draft_is_kept_when_its_studio_is_closed(project: sd.Project) -> None:
    studio = sd.Studio(project)
    draft(studio, TEXT, {"prompt": "Closed at once"})
    studio.close()
    until(lambda: kept(project).get("fields", {}).get("prompt") == "Closed at once")


def test_a_studio_only_to_look_at_keeps_and_shows_no_draft(project: sd.Project) -> None:
    studio = sd.Studio(project)
    draft(studio, TEXT, {"prompt": "Mine"})
    until(lambda: kept(project) != {})
    before = settings(project)
    looking = sd.Studio(project, read_only=True)
    looking.redraft(TEXT, {"prompt": "Not mine"}, "code").result(10)
    looking.close()
    studio.close()
    job_thread().start(nothing()).result(10)
    assert settings(project) == before


async def nothing() -> None:
    pass


def test_somebody_elses_draft_brings_its_words_and_nothing_to_fetch(fal: FalDouble, project: sd.Project) -> None:
    address = f"{workspace_of(project).connection.choice}/picture.png"
    frame = {"frame": address, "name": "picture", "width": 0, "height": 0, "url": address}
    fields = {"prompt": "Their words", "duration": "4", "image_url": frame, "end_image_url": address, "other": 1}
    write(project, json.dumps({"endpoint": IMAGE, "fields": fields, "axes": {"seed": "1..9", "image_url": [frame]}}))
    studio = sd.Studio(project)
    job_thread().start(nothing()).result(10)
    view = shown(studio)
    assert (view["endpoint"], view["axes"]) == (IMAGE, {})
    assert (view["fields"]["prompt"], view["fields"]["duration"]) == ("Their words", "4")
    assert (view["fields"]["image_url"], view["fields"]["end_image_url"]) == (None, None)
    assert (fal.submits, len(project.history)) == ([], 0)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        '{"endpoint": 7, "fields": {}, "axes": {}}',
        '{"endpoint": "x", "fields": [], "axes": {}}',
        json.dumps({"endpoint": TEXT, "fields": {"prompt": {"a": {"b": 1}}}, "axes": {}}),
        json.dumps({"endpoint": TEXT, "fields": {"prompt": "x" * 200_000}, "axes": {}}),
        json.dumps({"endpoint": TEXT, "fields": {}, "axes": {"seed": {"a": 1}}}),
        json.dumps({"endpoint": TEXT, "fields": {"seed": 0}, "axes": {}}).replace("0", "1e999"),
        "[" * 100_000,
        7,
        b"\xff\x00",
    ],
)
def test_what_can_be_no_draft_is_an_empty_one(project: sd.Project, text: object, signed: bool) -> None:
    write(project, text)
    if signed:
        signature = Signer.of_person().text(f"draft\n{text}")
        with sqlite3.connect(project.folder / names.HISTORY) as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES ('draft_signature', ?)", (signature,))
    studio = sd.Studio(project)
    assert (shown(studio)["endpoint"], shown(studio)["axes"]) == (TEXT, {})
    assert not shown(studio)["fields"]["prompt"]


def test_a_draft_of_an_endpoint_that_is_no_more_keeps_its_words(project: sd.Project) -> None:
    write(project, json.dumps({"endpoint": "fal-ai/gone", "fields": {"prompt": "A fox", "fps": 60}, "axes": {}}))
    view = shown(sd.Studio(project))
    assert (view["endpoint"], view["fields"]["prompt"]) == (TEXT, "A fox")
    assert "fps" not in view["fields"]
