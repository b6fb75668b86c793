"""Folders that somebody else made: packed by hand, by an earlier version, or changed since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import COMPLETED
from ipyseedance.store.store import Store
from ipyseedance.store.trust import Signer

SOMEBODY = Signer(b"somebody else's secret, 32 bytes")
NAMES = ("clips", "frames", "exports", ".openers")
SECRET = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUtZm9yLXlvdQ==\n"


def row(asked: sd.TextToVideo | sd.ImageToVideo | None = None, **columns: Any) -> Record:
    """A row of a history, by default of a request that is not sent yet."""
    asked = asked or sd.TextToVideo("A fox", seed=7)
    endpoint = catalog.endpoint_for(asked)
    dollars = sd.estimate(asked)
    base = Record(1e9, "fal", False, endpoint.id, asked.record(), dollars, "PENDING", owner="0" * 32)
    return replace(base, **columns)


def finished(**columns: Any) -> Record:
    """A row whose clip is said to be there."""
    told = {"request_id": "r-1", "url": "https://v3.fal.media/files/a.mp4", "path": "clips/00001-a-fox-seed7.mp4"}
    size = {"width": 864, "height": 496, "clip_duration": 4.0, "fps": 24.0, "has_audio": True, "seed": 7}
    said: dict[str, Any] = {"status": COMPLETED, "cost": 0.1, "cost_source": "billed"} | told | size
    return row(**said | columns)


def pack(folder: Path, *rows: Record, signer: Signer = SOMEBODY) -> Path:
    """Make a project's folder with those rows, as another person's package does."""
    for name in ("clips", "frames"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    history = Store(folder, signer)
    for record in rows:
        history.add(record).result()
    history.close()
    return folder


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """The history of a folder, to be changed as anybody can."""
    with closing(sqlite3.connect(folder / "history.db", isolation_level=None)) as connection:
        yield connection


def change(folder: Path, id: int = 1, **columns: Any) -> None:
    """Write columns of a row, dicts and lists as JSON."""
    values = {name: json.dumps(value) if isinstance(value, (dict, list)) else value for name, value in columns.items()}
    with changing(folder) as connection:
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        connection.execute(f"UPDATE generations SET {assignments} WHERE id = {id}", values)
