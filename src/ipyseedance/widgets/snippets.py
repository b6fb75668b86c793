"""A generation as code that makes it again.

The row may be a stranger's. So the code is written from the catalogue's own names and plain values alone: nothing of
the row is ever code, and no letter of it can make the code look like another.
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..contract import catalog, seedance_1_5
from ..contract.endpoint import Endpoint
from ..contract.errors import SeedanceError
from ..contract.roles import Role
from ..doors import files, names
from ..doors.addresses import is_address, is_public
from ..doors.text import blot, plain
from ..jobs.connection import Choice
from ..jobs.job import Job

_MOST = 2**63
"""Whole numbers from here on are no field's: past some thousand digits Python refuses to write one down."""
_MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


def code_for(job: Job, language: str, choice: Choice | None = None) -> str:
    """Python for this package, JavaScript for fal's client, or a cURL call of fal's queue. It looks at the disk.

    What is no field of the endpoint's request, or no plain value, is left out. A picture is one that the project keeps,
    or has an address: in JavaScript and cURL a public one, which alone fal can fetch.

    Args:
        choice: the service of the project that the Python opens; by default the project's own default.

    Raises:
        ValueError: for another language.
        SeedanceError: the endpoint is not in the catalogue.
    """
    endpoint = catalog.known(job.record.endpoint)
    if endpoint is None:
        raise SeedanceError(
            f"There is no code for this clip: its endpoint {plain(job.record.endpoint, 200)} is not in this version's "
            "catalogue.",
            next_step="Upgrade ipyseedance if a newer one made the clip.",
        )
    asked = _plain_fields(endpoint, job.record.request)
    lists = _lists_in(endpoint, job.record.request)
    if language == "python":
        return _name_lists("#", lists) + _python(job, endpoint, asked, choice)
    # What travelled is the truth for other clients.
    body = _plain_fields(endpoint, job.record.body) or dict(asked)
    pictures = [name for name in endpoint.request.roles().media if name in asked or name in body]
    kept = {name: path for name in pictures if (path := _find_kept(job, asked.get(name))) is not None}
    addresses = {name: url for name in pictures for url in (body.get(name), asked.get(name)) if is_public(url)}
    body |= {name: addresses.get(name, "the public address of a picture") for name in pictures}
    missing = [name for name in pictures if name not in addresses]
    if language == "javascript":
        return _name_lists("//", lists) + _javascript(endpoint.id, body, kept, [n for n in missing if n not in kept])
    if language == "curl":
        return _name_lists("#", lists) + _curl(endpoint.id, body, missing)
    raise ValueError(f"{language!r} is not one of python, javascript, curl")


def _find_kept(job: Job, name: object) -> Path | None:
    """The file of a picture that the project keeps."""
    path = names.frame_path(job.folder, name)
    return path if path is not None and files.is_kept(path) else None


def _plain_fields(endpoint: Endpoint, given: object) -> dict[str, Any]:
    """What of it is a field of the endpoint's request with a plain value, in the request's own order."""
    if not isinstance(given, Mapping):
        return {}
    values = {name: given.get(name) for name in endpoint.request.model_fields}
    clean = {name: blot(value) if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in clean.items() if _is_plain(value)}


def _lists_in(endpoint: Endpoint, stored: Mapping[str, Any]) -> dict[str, int]:
    """The fields that were given several files, and how many."""
    schema = endpoint.request.model_json_schema()["properties"]
    several = [name for name in endpoint.request.roles().media if schema[name].get("type") == "array"]
    given = {name: stored.get(name) for name in several}
    return {name: len(files) for name, files in given.items() if isinstance(files, list) and files}


def _name_lists(mark: str, lists: Mapping[str, int]) -> str:
    """What the code leaves out."""
    return "".join(
        f"{mark} The clip was given {n} files as {name}, which are not in this code.\n" for name, n in lists.items()
    )


def _is_plain(value: object) -> bool:
    """Whether `repr` and JSON write it as one literal that reads back as the same."""
    if type(value) is str:
        return not any("\ud800" <= letter <= "\udfff" for letter in value)  # half a pair cannot travel
    if type(value) is int:
        return abs(value) < _MOST
    return type(value) is bool or (type(value) is float and math.isfinite(value))


def _python(job: Job, endpoint: Endpoint, fields: dict[str, Any], choice: Choice | None) -> str:
    lengths = endpoint.request.roles().names_of(Role.SECONDS)
    values = {name: _seconds(value) if name in lengths else value for name, value in fields.items()}
    notes = []
    for name in endpoint.request.roles().media:
        if name not in values:
            continue
        url, path = values[name], names.frame_path(job.folder, values[name])
        if path is not None:
            values[name] = str(path)  # found from any folder the code is run in
            if not files.is_kept(path):
                notes.append(f"# {path.name} is gone from the project: give {name} another picture.\n")
        elif not is_address(url) or not (job.asked_here or is_public(url)):
            # Whoever runs the code gives the picture: one that a stranger's row names may be a file of theirs.
            del values[name]
            notes.append(f"# The row names no picture of the project, nor a public address: give {name} one.\n")
    server = "" if choice is None else f", server={str(choice)!r}"
    if choice is not None and choice.kind == "url" and choice.key is not None:
        server += ", key=..."
        notes.append("# The service's key is not written here: it belongs in the place of the three dots.\n")
    arguments = "".join(f"    {key}={value!r},\n" for key, value in values.items())
    name = endpoint.request.__name__
    own = endpoint.request.__module__ == seedance_1_5.__name__
    imports = "" if own else "from ipyseedance.contract.catalog import endpoint\n"
    made = f"sd.{name}" if own else f"endpoint({endpoint.id!r}).request"
    return (
        f"import ipyseedance as sd\n{imports}\n{''.join(notes)}request = {made}(\n{arguments})\n"
        f"project = sd.Project({str(job.folder)!r}{server})\nclip = await project.submit(request)\n"
    )


def _seconds(value: object) -> object:
    """A duration as this package takes it, where it is one: fal has it as text."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 2 else value


def _javascript(endpoint: str, body: dict[str, Any], kept: dict[str, Path], missing: list[str]) -> str:
    values = {name: name if name in kept else _json(value) for name, value in body.items()}
    lines = ",\n".join(f"    {_json(name)}: {value}" for name, value in values.items())
    uploads = "".join(
        f"const {name} = await fal.storage.upload(\n"
        f"  new Blob([await readFile({_json(str(path))})], {{ type: {_json(_MEDIA_TYPES[path.suffix])} }}),\n);\n"
        for name, path in kept.items()
    )
    return (
        'import { fal } from "@fal-ai/client";\n'
        + ('import { readFile } from "node:fs/promises";\n' if kept else "")
        + f"\n{uploads}{_name_missing('//', missing)}"
        + f"const result = await fal.subscribe({_json(endpoint)}, {{\n  input: "
        + (f"{{\n{lines}\n  }}" if lines else "{}")
        + ",\n});\nconsole.log(result.data.video.url, result.requestId);\n"
    )


def _curl(endpoint: str, body: dict[str, Any], missing: list[str]) -> str:
    return (
        f"{_name_missing('#', missing)}"
        f"curl --request POST https://queue.fal.run/{endpoint} \\\n"
        '  --header "Authorization: Key $FAL_KEY" \\\n'
        '  --header "Content-Type: application/json" \\\n'
        f"  --data {shlex.quote(_json(body))}\n"
    )


def _name_missing(mark: str, names: list[str]) -> str:
    """What is to be done first about pictures that fal cannot fetch."""
    told = "fal cannot fetch this picture from here: upload it, and give {} its public address."
    return "".join(f"{mark} {told.format(name)}\n" for name in names)


def _json(value: object) -> str:
    """JSON in which letters are readable, and what is invisible or turns text around (Trojan Source) is an escape.

    As `repr` has it: what is not printable.
    """
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in written)
