"""Projects' folders as Studio's scenes begin with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ipyseedance as sd
from ipyseedance.store.record import Record
from ipyseedance.store.trust import Signer

from . import rows
from .clips import plain


def put_clip(folder: Path) -> None:
    (folder / "clips").mkdir()
    (folder / rows.CLIP).write_bytes(plain().read_bytes())


def clips_of(count: int, change: Callable[[Record], Record] = lambda row: row) -> Callable[[Path], None]:
    """A history of that many clips."""

    def fill(folder: Path) -> None:
        put_clip(folder)
        rows.write(folder, (change(rows.clip(n)) for n in range(1, count + 1)))

    return fill


def judged(row: Record) -> Record:
    note = "The light turns on the last word.\nUse it."
    return replace(row, star=True, rating=4, tags=["crisp", "keeper"], note=note)


def alike(row: Record) -> Record:
    """Five seconds of 720p with sound, as the default clip is: each costs $0.26 to ask for again."""
    return replace(
        row, request=row.request | {"duration": "5", "resolution": "720p", "generate_audio": True}, has_audio=True
    )


def unoffered(row: Record) -> Record:
    if row.request_id != rows.request_id(14):
        return row
    return replace(row, endpoint="fal-ai/veo9/ultra", request={"text": "A fox", "frames": 97})


def addressed(row: Record) -> Record:
    return replace(row, url="https://gone.example/clip.mp4")


def for_nothing(row: Record) -> Record:
    return replace(row, cost=0.0)


def unlike(row: Record) -> Record:
    """The newest clip is not as asked; the one before was paid elsewhere."""
    told = sd.SeedanceError(
        "A clip of 5 s at 1280×720 with sound was asked for; it is 4.04 s at 864×496 without sound.",  # noqa: RUF001
        next_step="The clip is kept. The endpoint may be sent to another model now; look at its page at fal.",
    )
    if row.request_id == rows.request_id(13):
        return replace(row, free=False, cost=0.0, cost_source="elsewhere")
    if row.request_id != rows.request_id(14):
        return row
    return replace(row, free=False, cost=0.26, cost_source="billed", has_audio=False, error=told.to_record())


def overbilled(row: Record) -> Record:
    if row.request_id != rows.request_id(14):
        return replace(row, cost=0.0)
    cell = {"seed": "14"}
    return replace(row, free=False, estimate=0.0964, cost=1.93, cost_source="billed", sweep="sweep-9", cell=cell)


fourteen, hundred_and_thirty, ten_thousand = clips_of(14), clips_of(130), clips_of(10_000)
fourteen_for_nothing = clips_of(14, for_nothing)


def fail(folder: Path, amounts: int = 2) -> None:
    """Add three failures that are to be seen, two of them with an open amount, and others that were dismissed."""
    refused = sd.GenerationFailed(
        "The safety checker refused the prompt.",
        next_step="Change the prompt or the image and generate again.",
        charged="maybe",
        type="content_policy_violation",
    ).to_record()
    lost = sd.SeedanceError(
        "The submit was sent and its answer was lost, so the request may be running at fal.",
        next_step="It was not sent again. Look under fal.ai/dashboard/requests before you generate it again.",
        charged="maybe",
    ).to_record()
    no_room = sd.ClipNotSaved(
        "The clip could not be written: no space left on the disk.",
        next_step="The clip is made: make room and reopen the project, which saves it.",
        charged="yes",
    ).to_record()
    dismissed = [rows.job(30 + n, "FAILED", error=refused, dismissed=True) for n in range(amounts - 2)]
    seen = [
        # Of another service: the project's own would be asked for the clip again.
        rows.job(27, "COMPLETED", server="https://queue.fal.run", error=no_room, cost=0.26, cost_source="billed"),
        rows.job(25, "UNCONFIRMED", error=lost),
        rows.job(24, "FAILED", error=refused),
    ]
    rows.write(folder, dismissed + seen)


def leave_unsent(folder: Path, jobs: int = 14) -> None:
    rows.write(folder, (rows.job(n, "PENDING") for n in range(jobs)))


def come_from_elsewhere(folder: Path, jobs: int = 3, unsent: int = 2) -> None:
    somebody = Signer(b"somebody else's secret, 32 bytes")
    sent = [rows.job(n, "IN_QUEUE", request_id=f"r-{n}") for n in range(jobs - unsent)]
    rows.write(folder, sent + [rows.job(10 + n, "PENDING") for n in range(unsent)], somebody)


def lose_clip(folder: Path) -> None:
    (folder / rows.CLIP).unlink()
