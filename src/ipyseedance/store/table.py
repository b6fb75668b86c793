"""The history as a pandas DataFrame."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import from_json

from ..contract.catalog import ENDPOINTS
from ..contract.measures import MEASURES
from .record import JUDGEMENTS

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
    "sweep",
    "cell",
    *MEASURES,
    *JUDGEMENTS,
)
_STORED = (
    "id", *TIMES, "server", "endpoint", "request", "seed", "request_id", "status", "run_seconds", "estimate", "cost",
    "cost_source", "url", "path", "width", "height", "clip_duration", "fps", "has_audio", "error",
    "sweep", "cell", "measures", *JUDGEMENTS,
)  # fmt: skip
_FLOATS = frozenset(
    (
        *TIMES, "queue_seconds", "run_seconds", "estimate", "cost", "width", "height", "clip_duration", "fps", "rating",
        *(name for name, measure in MEASURES.items() if not measure.text),
    )
)  # fmt: skip
_TYPES = {
    "id": "int64",
    **dict.fromkeys(("duration", "seed", "width", "height", "rating"), "Int64"),
    **dict.fromkeys(("camera_fixed", "enable_safety_checker", "generate_audio", "has_audio", "star"), "boolean"),
}


def frame(history: History, ids: Iterable[int] | None = None) -> pd.DataFrame:
    """One row a generation, of all or of those with these ids, oldest first.

    The columns are `COLUMNS`: always all of them, in that order.

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
    - `sweep`: the run of a sweep it was asked for by, or None; `cell`: its place there, {axis: value as text}, or None.
      A run's own `df` has a column for each axis
    - what was measured in the clip, some seconds after it came, NaN or None where there is nothing to measure or not
      yet; `ipyseedance.media.measures` defines each. `start_ssim`, `end_ssim` (1 is the same) and `start_color_shift`,
      `end_color_shift` (ΔE): the picture given against the clip's real first or last frame; `motion` (% of the height
      a second), `flicker` (% of the range from black to white), `cuts`, `loudness` (LUFS), `peak` (dBFS), `audible` (1
      or 0), `hash_first`, `hash_middle`, `hash_last` (hex digits)
    - what a person thinks of it: `star`; `rating`, 1 to 5; `tags`, a tuple of str, empty where there are none; `note`,
      "" where there is none
    """
    import pandas as pd

    parts: dict[str, list[np.ndarray]] = {name: [_array(name, ())] for name in COLUMNS}
    # Batch by batch into arrays: lists of all the objects would be gone through by each garbage collection meanwhile.
    for stored in history.batches(_STORED, ids):
        for name, values in _columns(stored, f"{history.folder}{os.sep}").items():
            parts[name].append(_array(name, values))
    arrays = {name: np.concatenate(parts[name]) for name in COLUMNS}
    # With every type said: the same whether or not there are rows, and in every version of pandas.
    series = {name: pd.Series(array, dtype=array.dtype) for name, array in arrays.items()}
    for name in TIMES:
        series[name] = pd.to_datetime(series[name], unit="s", utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(series, copy=False).astype(_TYPES)


def _columns(stored: dict[str, Sequence[Any]], prefix: str) -> dict[str, Sequence[Any]]:
    """The columns of some rows, from what is stored of them."""
    requests = from_json(f"[{','.join(stored['request'])}]")  # quicker than one parse each, and than json's
    columns: dict[str, Sequence[Any]] = {name: [request.get(name) for request in requests] for name in REQUEST_FIELDS}
    asked = columns["seed"]
    measured = from_json(f"[{','.join(text or '{}' for text in stored['measures'])}]")
    columns |= {name: [found.get(name) for found in measured] for name in MEASURES}
    columns |= {name: values for name, values in stored.items() if name not in ("request", "measures")}
    # The seed the service used, or the one it was given while there is no answer yet.
    columns["seed"] = [given if used is None else used for used, given in zip(stored["seed"], asked, strict=True)]
    columns["duration"] = [None if value is None else int(value) for value in columns["duration"]]
    columns["queue_seconds"] = [
        None if sent is None or start is None else start - sent
        for sent, start in zip(stored["submitted_at"], stored["started_at"], strict=True)
    ]
    columns["path"] = [None if path is None else prefix + path.replace("/", os.sep) for path in stored["path"]]
    columns["cell"] = [None if text is None else json.loads(text) for text in stored["cell"]]
    columns["tags"] = list(map(tuple, from_json(f"[{','.join(text or '[]' for text in stored['tags'])}]")))
    columns["error"] = [None if text is None else json.loads(text)["message"] for text in stored["error"]]
    return columns


def _array(name: str, values: Sequence[Any]) -> np.ndarray:
    return np.array(values, "float64") if name in _FLOATS else np.fromiter(values, object, len(values))
