"""A generation as code that makes it again."""

from __future__ import annotations

import json
import pprint
import shlex
from typing import Any

from ..contract import catalog
from ..lab.generation import Generation


def code_for(job: Generation, language: str) -> str:
    """Python for this package, JavaScript for fal's client, or a cURL call of fal's queue.

    Raises:
        ValueError: for another language.
    """
    endpoint = catalog.endpoint(job.record.endpoint)
    fields = {name: value for name, value in job.record.request.items() if value is not None}
    # What travelled is the truth for other clients: there the frames have their uploaded addresses.
    body = job.record.body or fields
    if language == "python":
        return _python(endpoint.request.__name__, fields)
    if language == "javascript":
        return _javascript(endpoint.id, body)
    if language == "curl":
        return _curl(endpoint.id, body)
    raise ValueError(f"{language!r} is not one of python, javascript, curl")


def _python(name: str, fields: dict[str, Any]) -> str:
    values = {key: int(value) if key == "duration" else value for key, value in fields.items()}
    arguments = "".join(f"    {key}={pprint.pformat(value, width=10_000)},\n" for key, value in values.items())
    return (
        f"import ipyseedance as sd\n\nrequest = sd.{name}(\n{arguments})\nclip = await sd.Project().submit(request)\n"
    )


def _javascript(endpoint: str, body: dict[str, Any]) -> str:
    shown = json.dumps(body, indent=2, ensure_ascii=False).replace("\n", "\n  ")
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
        f"  --data {shlex.quote(json.dumps(body, ensure_ascii=False))}\n"
    )
