"""A generation as code that makes it again.

The row may be a stranger's. So the code is written from the catalogue's own names and plain values alone: nothing of
the row is ever code, and no letter of it can make the code look like another.
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping
from typing import Any

from ..contract import catalog
from ..contract.errors import SeedanceError
from ..doors.text import blotted, plain
from ..lab.generation import Generation

_MOST = 2**63
"""Whole numbers from here on are no field's: past some thousand digits Python refuses to write one down."""


def code_for(job: Generation, language: str) -> str:
    """Python for this package, JavaScript for fal's client, or a cURL call of fal's queue.

    What is no field of the endpoint's request, or no plain value, is left out.

    Raises:
        ValueError: for another language.
        SeedanceError: the endpoint is not in the catalogue.
    """
    try:
        endpoint = catalog.endpoint(job.record.endpoint)
    except KeyError:
        raise SeedanceError(
            f"There is no code for this clip: its endpoint {plain(job.record.endpoint, 200)} is not in this version's "
            "catalogue.",
            next_step="Upgrade ipyseedance if a newer one made the clip.",
        ) from None
    fields = _plain_fields(endpoint, job.record.request)
    # What travelled is the truth for other clients: there the frames have their uploaded addresses.
    body = _plain_fields(endpoint, job.record.body) or fields
    if language == "python":
        return _python(endpoint.request.__name__, fields)
    if language == "javascript":
        return _javascript(endpoint.id, body)
    if language == "curl":
        return _curl(endpoint.id, body)
    raise ValueError(f"{language!r} is not one of python, javascript, curl")


def _plain_fields(endpoint: catalog.Endpoint, given: object) -> dict[str, Any]:
    """What of it is a field of the endpoint's request with a plain value, in the request's own order."""
    if not isinstance(given, Mapping):
        return {}
    values = {name: given.get(name) for name in endpoint.request.model_fields}
    clean = {name: blotted(value) if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in clean.items() if _is_plain(value)}


def _is_plain(value: object) -> bool:
    """Whether `repr` and JSON write it as one literal that reads back as the same."""
    if type(value) is str:
        return not any("\ud800" <= letter <= "\udfff" for letter in value)  # half a pair cannot travel
    if type(value) is int:
        return abs(value) < _MOST
    return type(value) is bool or (type(value) is float and math.isfinite(value))


def _python(name: str, fields: dict[str, Any]) -> str:
    values = {key: _seconds(value) if key == "duration" else value for key, value in fields.items()}
    arguments = "".join(f"    {key}={value!r},\n" for key, value in values.items())
    return (
        f"import ipyseedance as sd\n\nrequest = sd.{name}(\n{arguments})\nclip = await sd.Project().submit(request)\n"
    )


def _seconds(value: object) -> object:
    """A duration as this package takes it, where it is one: fal has it as text."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 2 else value


def _javascript(endpoint: str, body: dict[str, Any]) -> str:
    shown = _json(body, indent=2).replace("\n", "\n  ")
    return (
        'import { fal } from "@fal-ai/client";\n\n'
        f"const result = await fal.subscribe({json.dumps(endpoint)}, {{\n  input: {shown},\n}});\n"
        "console.log(result.data.video.url, result.requestId);\n"
    )


def _curl(endpoint: str, body: dict[str, Any]) -> str:
    return (
        f"curl --request POST https://queue.fal.run/{endpoint} \\\n"
        '  --header "Authorization: Key $FAL_KEY" \\\n'
        '  --header "Content-Type: application/json" \\\n'
        f"  --data {shlex.quote(_json(body))}\n"
    )


def _json(body: dict[str, Any], indent: int | None = None) -> str:
    """JSON in which letters are readable, and what is invisible or turns text around (Trojan Source) is an escape.

    As `repr` has it: what is not printable. `indent` puts newlines between the fields, never within one.
    """
    written = json.dumps(body, indent=indent, ensure_ascii=False, allow_nan=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)
