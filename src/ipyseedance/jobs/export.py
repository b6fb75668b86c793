"""Chosen clips in a folder of their own, to be handed on: the files, a table of them, and a page that plays them."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..contract.catalog import asked_of
from ..contract.errors import InvalidRequest, Problem, ProjectUnusable
from ..doors import files, names
from ..store.record import now
from ..store.table import frame
from .chosen import find_jobs
from .job import Job
from .workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = frozenset("=+-@\u2212")
"""What a formula begins with in some spreadsheet (OWASP, CSV injection); the last is the minus sign of typesetters."""
_CELL_ENDS = re.compile(r"(?<=[;\t\r\n])")
_CALLS = re.compile(r"[(\[|!]")
"""Without one of these a formula calls nothing, and reads no other file."""
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 1500px; padding: 24px; }
h1 { font-size: 20px; margin: 0 0 4px; }
.clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 20px; }
figure { margin: 0; min-width: 0; }
video { width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: 8px; }
figcaption { overflow-wrap: anywhere; }
small { display: block; opacity: 0.75; font-variant-numeric: tabular-nums; }
"""


def exportable(workspace: Workspace, given: object) -> list[Job]:
    """The generations that are meant, each once, in that order.

    Raises:
        InvalidRequest: it is something else, there is none, or one is not of this project or has no clip on disk.
    """
    jobs = find_jobs(workspace, given, argument="generations")
    for job in jobs:
        if job.clip is None or not files.is_kept(job.clip.path):
            raise InvalidRequest([Problem("generations", repr(job)[:60], "its clip is not on disk")])
    if not jobs:
        problem = "there are none; give generations, clips or rows of `project.history.df`"
        raise InvalidRequest([Problem("generations", repr(given)[:60], problem)])
    return jobs


def export(workspace: Workspace, given: object, folder: Path | None) -> Path:
    """Write those clips, `clips.csv`, `clips.json` and `index.html` to a new folder, as `Project.export` says."""
    jobs = exportable(workspace, given)
    exports = names.room(workspace.folder, names.EXPORTS)
    target = _make_folder(folder.expanduser()) if folder is not None else _make_folder_of_day(exports, len(jobs))
    try:
        copies = {job.id: _copy_clip(job, target) for job in jobs}
        pictures = _frames(workspace, jobs, target)
        rows = _rows(workspace, jobs, copies)
        files.write_file(target / "clips.csv", _csv(rows).encode())
        records = json.loads(rows.to_json(orient="records", date_format="iso"))
        text = json.dumps(records, ensure_ascii=False, indent=1)
        files.write_file(target / "clips.json", text.encode())
        files.write_file(target / "index.html", page(workspace.folder.name, records, pictures).encode())
    except OSError as error:
        raise ProjectUnusable(f"The clips could not be written to {target}: {error.strerror or error}.") from error
    return target


def _make_folder(folder: Path) -> Path:
    """A folder a person named: new, or there and empty, so that nothing of theirs is written over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            problem = f"{folder} is not empty; give a new folder"
            raise InvalidRequest([Problem("folder", str(folder), problem)])
    except OSError as error:
        raise ProjectUnusable(f"{folder} cannot be made: {error.strerror or error}.") from error
    return folder.resolve()


def _make_folder_of_day(exports: Path, count: int) -> Path:
    """A new folder named by the day and the number of clips."""
    import datetime as dt

    day = dt.datetime.fromtimestamp(now(), dt.UTC).astimezone().date().isoformat()
    stem = f"{day}-{count}-clip{'' if count == 1 else 's'}"
    try:
        files.make_folder(exports)
    except OSError as error:
        raise ProjectUnusable(f"{exports} cannot be made: {error.strerror or error}.") from error
    for number in range(1, 10_000):
        target = exports / (stem if number == 1 else f"{stem}-{number}")
        try:
            target.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise ProjectUnusable(f"{target} cannot be made: {error.strerror or error}.") from error
        return target
    raise ProjectUnusable(f"{exports} has thousands of folders of this day.")


def _copy_clip(job: Job, target: Path) -> str:
    """The name of the clip's copy: number, the prompt's first words and seed, as in the project."""
    source = names.clip_path(job.folder, job.record.path)
    if source is None:
        raise FileNotFoundError(f"generation {job.id} has no clip")
    _copy(source, target)
    return source.name


def _copy(source: Path, target: Path) -> None:
    """Copy a file of the project, which may be no link, into a folder."""
    with files.open_kept(source) as data:
        part, copy = files.new_file(target)
        with copy:
            shutil.copyfileobj(data, copy, 1 << 20)
    files.move_file(part, target / source.name)


def _frames(workspace: Workspace, jobs: Sequence[Job], target: Path) -> set[str]:
    """Copy the pictures that were given to those clips, by the names the table has for them."""
    kept = {value for job in jobs for value in job.record.asked.media.values()}
    paths = {name: path for name in kept if (path := names.frame_path(workspace.folder, name)) and files.is_kept(path)}
    frames = names.room(target, names.FRAMES)
    for path in paths.values():
        files.make_folder(frames)
        _copy(path, frames)
    return set(paths)


def _rows(workspace: Workspace, jobs: Sequence[Job], files: dict[int, str]) -> pd.DataFrame:
    ids = [job.id for job in jobs]
    rows = frame(workspace.store, ids).set_index("id", drop=False).loc[ids].reset_index(drop=True)
    rows = rows.drop(columns="path")  # where this machine keeps it: `file` is where the folder has it
    rows.insert(1, "file", [files[id] for id in ids])
    return rows


def _csv(rows: pd.DataFrame) -> str:
    """The table for a spreadsheet, which would run what looks like a formula: such text begins with an apostrophe.

    All text is in quotes: Python 3.11 writes a lone carriage return without, which ends the row for who reads it.
    """
    rows = rows.assign(fields=[json.dumps(fields, ensure_ascii=False) for fields in rows["fields"]])
    texts = [str(name) for name in rows if rows[name].dtype.kind == "O"]
    safe = rows.assign(**{name: rows[name].map(_disarm, na_action="ignore") for name in texts})
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)


def _disarm(value: object) -> object:
    if isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    first = "'" if _is_formula(text) or text.startswith(("\t", "\r", "\n")) else ""
    # Where the decimal sign is a comma, a spreadsheet begins a cell after a semicolon too, and passes over our quotes.
    # What calls nothing may stay there, such as a list of dashes.
    begun, *others = _CELL_ENDS.split(text)
    return first + begun + "".join(f"'{c}" if _is_formula(c) and _CALLS.search(c) else c for c in others)


def _is_formula(text: str) -> bool:
    # A spreadsheet may pass over spaces, and over what cannot be seen.
    seen = next((letter for letter in text if letter.isprintable() and letter not in ' "'), "")
    # Excel takes the wide signs of Chinese and Japanese keyboards too: NFKC makes them plain.
    return unicodedata.normalize("NFKC", seen) in _FORMULA


def _text_of(value: object) -> str:
    """A field's value as the page has it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def page(title: str, rows: Sequence[dict[str, Any]], pictures: set[str]) -> str:
    """The contact sheet: every clip with what was asked for. All text is escaped; it loads nothing from elsewhere."""

    def text(value: object) -> str:
        return html.escape(str(value))

    def prompt(row: dict[str, Any]) -> str:
        return asked_of(str(row["endpoint"]), row["fields"]).prompt

    def fields(row: dict[str, Any]) -> str:
        said = prompt(row)
        told = [f"{name} {_text_of(value)}" for name, value in row["fields"].items() if value not in (None, said)]
        return text(" · ".join(told))

    def given(row: dict[str, Any]) -> str:
        shown = [name for name in asked_of(str(row["endpoint"]), row["fields"]).media.values() if name in pictures]
        return "".join(f'<a href="{text(quote(name))}">given frame</a> ' for name in shown)

    figures = "".join(
        f'<figure><video controls loop preload="metadata" src="{text(quote(row["file"]))}"></video><figcaption>'
        f"{text(prompt(row) or row['file'])}<small>{fields(row)}</small><small>{given(row)}</small>"
        "</figcaption></figure>\n"
        for row in rows
    )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{text(title)}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{_STYLE}</style></head>\n<body><h1>{text(title)}</h1>'
        f"<p>{len(rows):,} clip{'' if len(rows) == 1 else 's'}</p>\n"
        f'<main class="clips">\n{figures}</main></body></html>\n'
    )
