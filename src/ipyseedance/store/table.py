"""The history as a pandas DataFrame."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ..contract.catalog import ENDPOINTS

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

REQUEST_FIELDS = tuple(dict.fromkeys(name for e in ENDPOINTS for name in e.request.model_fields))
TIMES = ("created_at", "submitted_at", "started_at", "completed_at")
COLUMNS = (
    "id",
    *TIMES,
    "server",
    "endpoint",
    *REQUEST_FIELDS,
    "request_id",
    "status",
    "queue_seconds",
    "run_seconds",
    "estimate",
    "cost",
    "cost_source",
    "url",
    "path",
    "width",
    "height",
    "clip_duration",
    "fps",
    "has_audio",
    "error",
)
_STORED = (
    "id", *TIMES, "server", "endpoint", "request", "seed", "request_id", "status", "run_seconds", "estimate", "cost",
    "cost_source", "url", "path", "width", "height", "clip_duration", "fps", "has_audio", "error",
)  # fmt: skip
_BATCH = 2000
_TYPES = {
    **dict.fromkeys(("id",), "int64"),
    **dict.fromkeys(("duration", "seed", "width", "height"), "Int64"),
    **dict.fromkeys(("camera_fixed", "enable_safety_checker", "generate_audio", "has_audio"), "boolean"),
    **dict.fromkeys((*TIMES, "queue_seconds", "run_seconds", "estimate", "cost", "clip_duration", "fps"), "float64"),
}


def frame(history: History) -> pd.DataFrame:
    """One row a generation, oldest first. The columns are `COLUMNS`: always all of them, in that order.

    - `created_at`, `submitted_at`, `started_at`, `completed_at`: UTC times; when it was asked for, sent, begun, done
    - `server`: "fal", "offline" or the server's address; `endpoint`: fal's endpoint id
    - every request field under fal's name; `duration` in whole seconds as asked, `seed` the resolved one, the frames
      by their address or their file in the project
    - `request_id`; `status`: fal's word or ours (PENDING, SUBMITTING, FAILED, CANCELLED, UNCONFIRMED)
    - `queue_seconds`, `run_seconds`: how long it waited and ran
    - `estimate`, `cost`: US dollars; `cost_source`: "billed" by the service, its "estimate" where the service does not
      say, "free" on the offline engine, "elsewhere" for an imported request, which costs 0 here
    - `url`: the clip's address at the service; `path`: its file
    - `width`, `height` (pixels), `clip_duration` (seconds), `fps`, `has_audio`: read from the file
    - `error`: what went wrong, or None
    """
    import pandas as pd

    stored = history.columns(_STORED)
    columns = _fields(stored.pop("request"))
    columns["duration"] = [None if value is None else int(value) for value in columns["duration"]]
    # The seed the service used, or the one it was given while there is no answer yet.
    asked = columns["seed"]
    columns |= stored
    columns["seed"] = [given if used is None else used for used, given in zip(stored["seed"], asked, strict=True)]
    columns["queue_seconds"] = [
        None if sent is None or start is None else start - sent
        for sent, start in zip(stored["submitted_at"], stored["started_at"], strict=True)
    ]
    prefix = f"{history.folder}{os.sep}"
    columns["path"] = [None if path is None else prefix + path.replace("/", os.sep) for path in stored["path"]]
    columns["error"] = [None if text is None else json.loads(text)["message"] for text in stored["error"]]
    # With every type said: the same whether or not there are rows, and in every version of pandas.
    series = {name: pd.Series(columns[name], dtype=_TYPES.get(name, "object")) for name in COLUMNS}
    for name in TIMES:
        series[name] = pd.to_datetime(series[name], unit="s", utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(series)


def _fields(requests: list[str]) -> dict[str, list[Any]]:
    """The requests' fields as columns."""
    columns: dict[str, list[Any]] = {name: [] for name in REQUEST_FIELDS}
    # One parse of many is quicker than one each, and some at a time are quicker to clear away than all.
    for start in range(0, len(requests), _BATCH):
        parsed = json.loads(f"[{','.join(requests[start : start + _BATCH])}]")
        for name, values in columns.items():
            values += [request.get(name) for request in parsed]
    return columns
