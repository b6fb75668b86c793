"""The history as a pandas DataFrame."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from pydantic_core import from_json

from ..contract.catalog import FIELD_KINDS
from ..contract.measures import MEASURES
from .record import JUDGEMENTS, overbilled, price_of
from .values import READERS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


class Rows(Protocol):
    """What has a project's rows."""

    @property
    def folder(self) -> Path:
        """The project's folder."""

    def batches(self, names: Sequence[str], ids: Iterable[int] | None = None) -> Iterator[dict[str, Sequence[Any]]]:
        """Those columns of every generation, or of some, oldest first, as stored; some rows at a time."""


REQUEST_FIELDS = tuple(FIELD_KINDS)
"""The fields of the endpoints that are built in: a column each, under fal's names."""
TIMES = ("created_at", "submitted_at", "started_at", "completed_at")
COLUMNS = (
    "id",
    *TIMES,
    "server",
    "endpoint",
    "model",
    *REQUEST_FIELDS,
    "fields",
    "request_id",
    "status",
    "queue_seconds",
    "run_seconds",
    "estimate",
    "cost",
    "cost_source",
    "billable_units",
    "overbilled",
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
    "id", *TIMES, "server", "endpoint", "model", "request", "seed", "asked_seed", "request_id", "status",
    "run_seconds", "estimate", "cost", "cost_source", "billable_units", "free", "url", "path", "width", "height",
    "clip_duration", "fps", "has_audio", "error", "sweep", "cell", "measures", "bill_accepted", *JUDGEMENTS,
)  # fmt: skip
_FLOATS = frozenset(
    (
        *TIMES, "queue_seconds", "run_seconds", "estimate", "cost", "billable_units", "width", "height",
        "clip_duration", "fps", "rating",
        *(name for name, measure in MEASURES.items() if not measure.text),
    )
)  # fmt: skip
_TYPES = {
    "id": "int64",
    **{name: kind for name, kind in FIELD_KINDS.items() if kind},
    **dict.fromkeys(("seed", "width", "height", "rating"), "Int64"),
    **dict.fromkeys(("has_audio", "star", "overbilled"), "boolean"),
}


def frame(history: Rows, ids: Iterable[int] | None = None) -> pd.DataFrame:
    """One row a generation, of all or of those with these ids, oldest first.

    The columns are `COLUMNS`: always all of them, in that order.

    - `created_at`, `submitted_at`, `started_at`, `completed_at`: UTC times; when it was asked for, sent, begun, done
    - `server`: "fal", "offline" or the server's address; `endpoint`: fal's endpoint id
    - `model`: its name, such as "Seedance 1.5 Pro"
    - every request field of the built-in endpoints under fal's name; `duration` in whole seconds as asked, `seed` the
      resolved one, the frames by their address or their file in the project
    - `fields`: what was asked for, whatever the endpoint, as a dict
    - `request_id`; `status`: fal's word or ours (PENDING, SUBMITTING, FAILED, CANCELLED, UNCONFIRMED)
    - `queue_seconds`, `run_seconds`: how long it waited and ran
    - `estimate`, `cost`: US dollars, NaN where that is not known
    - `cost_source`: "billed" by the service, its "estimate" where the service does not say, what a "person" said by
      `generation.settle`, "free" on the offline engine, "elsewhere" for an imported request, which costs 0 here
    - `billable_units`: what the service says it billed, in its own units; `overbilled`: whether that is more than 1.5
      times the estimate
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
        for name, values in _columns(stored, history.folder).items():
            parts[name].append(_array(name, values))
    arrays = {name: np.concatenate(parts[name]) for name in COLUMNS}
    # With every type said: the same whether or not there are rows, and in every version of pandas.
    series = {name: pd.Series(array, dtype=array.dtype) for name, array in arrays.items()}
    for name in TIMES:
        series[name] = pd.to_datetime(series[name], unit="s", utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(series, copy=False).astype(_TYPES)


def _columns(stored: dict[str, Sequence[Any]], folder: Path) -> dict[str, Sequence[Any]]:
    """The columns of some rows, from what is stored of them."""
    requests = _objects("request", stored["request"])
    columns: dict[str, Sequence[Any]] = {
        name: _column_of(name, [request.get(name) for request in requests]) for name in REQUEST_FIELDS
    }
    columns["fields"] = requests
    columns |= {name: [found.get(name) for found in _objects("measures", stored["measures"])] for name in MEASURES}
    columns |= {name: _read(name, stored[name]) for name in _STORED if name not in _WHOLE}
    asked_seeds = columns.pop("asked_seed")
    # The seed the service used, or the one it was given while there is no answer yet.
    columns["seed"] = [
        given if used is None else used for used, given in zip(columns["seed"], asked_seeds, strict=True)
    ]
    columns["queue_seconds"] = [
        None if sent is None or start is None else start - sent
        for sent, start in zip(columns["submitted_at"], columns["started_at"], strict=True)
    ]
    here = f"{folder}{os.sep}"  # joined as texts: a path object for each of 100,000 clips takes a second
    columns["path"] = [None if name is None else here + name.replace("/", os.sep) for name in columns["path"]]
    bills = zip(columns["estimate"], columns["cost"], columns["cost_source"], columns.pop("free"), strict=True)
    columns["overbilled"] = [overbilled(*bill) for bill in bills]
    prices = zip(columns["estimate"], columns.pop("bill_accepted"), strict=True)
    columns["estimate"] = [price_of(*price) for price in prices]
    columns["tags"] = [tuple(tags or ()) for tags in columns["tags"]]
    columns["error"] = [None if error is None else error["message"] for error in columns["error"]]
    return columns


_LONGEST_NUMBER = 18
_WHOLE = ("request", "measures")
"""Columns whose members are columns of their own."""


def _read(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """A column's values, each as `READERS` has it."""
    empty = values.count(None) == len(values)
    return values if empty and READERS[name](None) is None else list(map(READERS[name], values))


def _objects(name: str, texts: Sequence[Any]) -> list[dict[str, Any]]:
    """Columns of JSON objects. All at once is far quicker than one by one, and right where each is an object."""
    with contextlib.suppress(ValueError, TypeError):
        if all(text is None or (text[:1] == "{" and text[-1:] == "}") for text in texts):
            found = from_json(f"[{','.join(text or '{}' for text in texts)}]", allow_inf_nan=False)
            if len(found) == len(texts) and all(type(object) is dict for object in found):
                return list(found)
    return [READERS[name](text) or {} for text in texts]


def _column_of(name: str, values: list[Any]) -> list[Any]:
    """A request's field: a plain value of its column's kind, or None."""
    kind = _TYPES.get(name)
    if kind == "Int64":
        return [_whole_number(value) for value in values]
    kinds: tuple[type, ...] = (bool,) if kind == "boolean" else (str,)
    return [value if type(value) in kinds else None for value in values]


def _whole_number(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) <= _LONGEST_NUMBER:
        value = int(value)
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def _array(name: str, values: Sequence[Any]) -> np.ndarray:
    return np.array(values, "float64") if name in _FLOATS else np.fromiter(values, object, len(values))
