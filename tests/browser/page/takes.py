"""What hangs on a wall: clips whose frames carry their number, always the same for the same number."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store.clips import keep_frame
from ipyseedance.store.record import Record

from . import rows
from .clips import drawn, numbered

FILES = 12
"""Clips that are each their own file; further ones share those."""
ANIMALS = ("fox", "owl", "a boat on the lake")
SEEDS = 4


def seconds_of(n: int) -> int:
    """Clips 4, 8, 12 and 16 are shorter than the others."""
    return 4 if n % 4 == 0 else 5


def file_of(n: int) -> Path:
    """The clip of that number: each third has no sound."""
    return numbered((n - 1) % 4 + 1, seconds_of(n), sound=n % 3 != 0)


def put_files(folder: Path) -> None:
    (folder / "clips").mkdir(exist_ok=True)
    for n in range(1, FILES + 1):
        (folder / f"clips/clip-{n}.mp4").write_bytes(file_of(n).read_bytes())


def measures(n: int) -> dict[str, float | str | None] | None:
    """Made up, and easy to tell apart. Clip 5 is not measured yet, each third has no sound."""
    if n == 5:
        return None
    start = n % 4 in (2, 3)
    return {
        "start_ssim": 0.99 - 0.006 * n if start else None,
        "start_color_shift": 1 + 0.4 * (n % 7) if start else None,
        "motion": float(4 + n * 7 % 24),
        "flicker": 0.02 * (n % 5),
        "cuts": float(n % 6 == 0),
        "loudness": float(-16 - n * 5 % 9) if n % 3 else None,
    }


def given(n: int, frame: int) -> sd.Frame:
    """A picture that is nearly that frame of the clip: a little aside, and darker."""
    pixels = np.roll(drawn(frame, (n - 1) % 4 + 1), 3, axis=1) * 0.94
    return sd.Frame.of(Image.fromarray(pixels.astype(np.uint8)))


def request_of(n: int, seed: int) -> sd.TextToVideo | sd.ImageToVideo:
    """Of each four, the second was given a picture to begin on, the third one to end on too."""
    options: dict[str, Any] = {"resolution": "480p", "duration": seconds_of(n), "seed": seed}
    prompt = rows.PROMPTS[n % len(rows.PROMPTS)]
    if n % 4 not in (2, 3):
        return sd.TextToVideo(prompt, **options)
    end = given(n, 24 * seconds_of(n) - 1) if n % 4 == 3 else None
    return sd.ImageToVideo(prompt, image_url=given(n, 0), end_image_url=end, **options)


def take(folder: Path, n: int, **changes: Any) -> Record:
    """The n-th clip. What it was given lies in the folder."""
    request = request_of(n, changes.get("seed", 40 + n))
    for frame in request.frames.values():
        keep_frame(folder, frame)
    made = Record(
        created_at=time.time() - 700 * (200 - n),
        server=rows.SERVICE,
        free=False,
        endpoint=catalog.endpoint_for(request).id,
        request=request.record(),
        estimate=0.12,
        status="COMPLETED",
        request_id=rows.request_id(n),
        seed=request.seed,
        url=rows.NOWHERE,
        cost=0.12,
        cost_source="billed",
        path=f"clips/clip-{(n - 1) % FILES + 1}.mp4",
        width=640,
        height=360,
        clip_duration=float(seconds_of(n)),
        fps=24.0,
        has_audio=n % 3 != 0,
        measures=measures(n),
    )
    return replace(made, **changes)


def plain(count: int) -> Any:
    """That many clips of no sweep."""

    def fill(folder: Path) -> None:
        put_files(folder)
        rows.write(folder, [take(folder, n) for n in range(1, count + 1)])

    return fill


def of_one_length(folder: Path) -> None:
    """Sixteen clips of five seconds, as the plain grid they are measured against has."""
    (folder / "clips").mkdir()
    for n in (1, 2, 3):
        (folder / f"clips/clip-{n}.mp4").write_bytes(numbered(n, 5).read_bytes())
    same = [{"path": f"clips/clip-{n % 3 + 1}.mp4", "clip_duration": 5.0, "has_audio": True} for n in range(16)]
    rows.write(folder, [take(folder, n + 1, **changes) for n, changes in enumerate(same)])


def in_sweep(folder: Path, n: int, **changes: Any) -> Record:
    animal, seed = ANIMALS[(n - 1) // SEEDS], (n - 1) % SEEDS
    cell = {"animal": animal, "seed": str(seed)}
    return take(folder, n, **{"sweep": "sweep-1", "cell": cell, "seed": seed, **changes})


JUDGED: dict[int, dict[str, Any]] = {
    3: {"star": True, "rating": 4},
    9: {"rating": 2, "tags": ["crisp", "drifts", "keeper"]},
}


def sweep(folder: Path) -> None:
    """Three animals by four seeds, one starred, two rated."""
    put_files(folder)
    rows.write(folder, [in_sweep(folder, n, **JUDGED.get(n, {})) for n in range(1, 13)])


MISSING_CLIP, MAKING, QUEUED, REFUSED, CANCELLED, NOT_HUNG = range(3, 9)


def put_states(folder: Path, server: str) -> None:
    """The sweep again, with a clip that is lost and cells that have none: the service knows the requests of two."""
    none: dict[str, Any] = {"path": None, "url": None, "cost": None, "measures": None}
    none |= {"width": None, "height": None, "clip_duration": None, "has_audio": None}
    refused = sd.GenerationFailed(
        "The safety checker refused the prompt.", next_step="Change the prompt.", charged="maybe"
    ).to_record()
    called_off = sd.GenerationCancelled("It was cancelled before it was sent.").to_record()
    changes: dict[int, dict[str, Any]] = {
        MAKING: none | ticket_of(server, MAKING) | {"status": "IN_PROGRESS"},
        QUEUED: none | ticket_of(server, QUEUED) | {"status": "IN_QUEUE"},
        REFUSED: none | {"status": "FAILED", "error": refused},
        CANCELLED: none | {"status": "CANCELLED", "error": called_off, "cost": 0.0, "cost_source": "estimate"},
    }
    put_files(folder)
    rows.write(folder, [in_sweep(folder, n, **changes.get(n, {})) for n in range(1, 13)])
    (folder / f"clips/clip-{MISSING_CLIP}.mp4").unlink()


def ticket_of(server: str, n: int) -> dict[str, Any]:
    """Where the service tells of a request that was sent."""
    id = rows.request_id(n)
    base = f"{server}/fal-ai/bytedance/requests/{id}"
    urls = {"status_url": f"{base}/status", "response_url": base, "cancel_url": f"{base}/cancel"}
    return {"ticket": {"request_id": id, **urls}, "submitted_at": time.time() - 5}
