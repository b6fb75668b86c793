"""Rows of a history as the scenes have them: always the same for the same number."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store.record import Record
from ipyseedance.store.runs import RunPlan
from ipyseedance.store.store import Store
from ipyseedance.store.trust import Signer

SERVICE = "fal"
CLIP = "clips/clip-1.mp4"
"""The file that all clips of a history share: what is shown of it is its row's."""
NOWHERE = "http://127.0.0.1:1/clip.mp4"
"""The address a clip came from. No page is given it, since it is on no public host."""
PROMPTS = (
    "A lake at sunset, a quiet boat drifts. Slow push-in.",
    "Snow falling over winter mountains under a green aurora, the camera tilts up",
    "City skyline at night in the rain, neon reflected in the street",
    "Morning mist over a pine forest, birdsong, dolly right",
    "A storm over the sea, waves break, low thunder",
    "Fireflies over the meadow, crickets, handheld",
    "Desert dunes at noon, wind draws lines in the sand",
    "A paper lantern rises, a woman says “Look, it flies.”",
)
RESOLUTIONS: tuple[Literal["720p", "480p", "1080p"], ...] = ("720p", "480p", "1080p")
A_SWEEP, OF_TWENTY = 12, 20
"""Of each twenty clips the first twelve belong to a sweep."""


def request_id(n: int) -> str:
    """Of the n-th clip."""
    return f"00000000-0000-4000-8000-{n:012d}"


def clip(n: int, **changes: Any) -> Record:
    """The n-th clip of a history."""
    seconds = (5, 4, 8, 12)[n % 4]
    request = sd.TextToVideo(
        PROMPTS[n % len(PROMPTS)],
        aspect_ratio="16:9",
        resolution=RESOLUTIONS[n % 3],
        duration=seconds,
        seed=n * 2654435761 % 2**31,
        generate_audio=n % 5 != 4,
    )
    sweep = f"sweep-{n // OF_TWENTY + 1}" if n % OF_TWENTY < A_SWEEP else None
    made = Record(
        created_at=time.time() - 700 * (200 - n),
        server=SERVICE,
        free=n % 3 == 0,
        endpoint=catalog.endpoint_for(request).id,
        request=request.record(),
        estimate=round(0.052 * seconds, 3),
        status="COMPLETED",
        request_id=request_id(n),
        run_seconds=4.0 + n % 7 * 9,
        seed=request.seed,
        url=NOWHERE,
        cost=round(0.052 * seconds, 3) if n % 3 else 0.0,
        cost_source=("free", "billed", "estimate")[n % 3 and 2 - n % 2],
        path=CLIP,
        width=1280,
        height=720,
        clip_duration=float(seconds),
        fps=24.0,
        has_audio=n % 5 != 4,
        measures={},
        star=n % 9 == 0,
        rating=n % 5 + 1 if n % 8 == 3 else None,
        tags=["keeper", "crisp"] if n % 10 == 5 else None,
        sweep=sweep,
        cell={"place": str(n % 4), "seed": str(n)} if sweep else None,
    )
    return replace(made, **changes)


def job(n: int, status: str, **changes: Any) -> Record:
    """A generation that has no clip, of the same request as the n-th clip; five seconds of 720p unless changed."""
    request = sd.TextToVideo(PROMPTS[n % len(PROMPTS)], seed=n)
    made = Record(
        created_at=time.time() - 2,
        server=SERVICE,
        free=False,
        endpoint=catalog.endpoint_for(request).id,
        request=request.record(),
        estimate=0.2592,
        status=status,
    )
    return replace(made, **changes)


def write(folder: Path, rows: Iterable[Record], signer: Signer | None = None) -> None:
    """Add rows to a folder's history, and the runs of the sweeps they belong to."""
    store = Store(folder, signer)
    runs: dict[str, list[tuple[int, Record]]] = {}
    for row, added in [(row, store.add(row)) for row in rows]:
        id = added.result()
        if row.sweep:
            runs.setdefault(row.sweep, []).append((id, row))
    for name, members in runs.items():
        cells = [(id, row.cell or {}) for id, row in members]
        axes = {axis: list(dict.fromkeys(cell[axis] for _, cell in cells)) for axis in cells[0][1]}
        endpoint = members[0][1].endpoint
        plan = RunPlan(SERVICE, endpoint, axes, list(cells), records=[], wanted=(), seeds=(), had={}, name=name)
        store.add_run(plan).result()
    store.close()
