"""The states that page tests begin in: a project's folder, made once, and what happens before the page is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ipyseedance as sd
from ipyseedance.contract import catalog
from ipyseedance.store.record import Record
from ipyseedance.store.trust import Signer
from tests.browser.studio_page.pictures import picture
from tests.wire.clip_file import Line
from tests.wire.fal_double import FalDouble, Script

from . import rows
from .clips import plain
from .opened import Opened, until

TEXT, IMAGE = (endpoint.id for endpoint in catalog.ENDPOINTS)
PROMPT = (
    "Slow push-in across the lake as the light fades. A man says “I've been waiting for this moment.” Soft piano, "
    "water lapping."
)
LEFT = 3.16
"""US dollars of the budget that are left, unless a scene says otherwise."""
LOCK = "red kite"


def nothing(_: Any) -> None:
    """Leave it as it is."""


@dataclass(frozen=True)
class Scene:
    """How a page begins."""

    folder: Callable[[Path], None] = nothing
    """Fills a folder. Scenes with the same one share it."""
    before: Callable[..., None] = nothing
    """What is changed in a copy of it, by the options the scene was opened with."""
    then: Callable[..., None] = nothing
    """What is done with the widget before the page opens, by the same options."""
    service: Callable[[FalDouble], None] = nothing
    """How the service is, before the project opens."""
    free: bool = True
    budget: float | None = None
    """US dollars in all; by default what is spent and reserved, and `LEFT`."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of the widget."""


# Folders.


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


def unlike(row: Record) -> Record:
    told = sd.SeedanceError(
        "A clip of 5 s at 1280×720 with sound was asked for; it is 4.04 s at 864×496 without sound.",  # noqa: RUF001
        next_step="The clip is kept. The endpoint may be sent to another model now; look at its page at fal.",
    )
    if row.request_id != rows.request_id(14):
        return row
    return replace(row, free=False, cost=0.26, cost_source="billed", has_audio=False, error=told.to_record())


def overbilled(row: Record) -> Record:
    if row.request_id != rows.request_id(14):
        return replace(row, cost=0.0)
    cell = {"seed": "14"}
    return replace(row, free=False, estimate=0.0964, cost=1.93, cost_source="billed", sweep="sweep-9", cell=cell)


fourteen, hundred_and_thirty, ten_thousand = clips_of(14), clips_of(130), clips_of(10_000)
fourteen_for_nothing = clips_of(14, lambda row: replace(row, cost=0.0))


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
        next_step="It was not sent again. Look under fal.ai/dashboard/requests before you generate the same clip again.",
        charged="maybe",
    ).to_record()
    no_room = sd.ClipNotSaved(
        "The clip could not be written: no space left on the disk.",
        next_step="The clip is made: make room and reopen the project, which saves it.",
        charged="yes",
    ).to_record()
    dismissed = [rows.job(30 + n, "FAILED", error=refused, dismissed=True) for n in range(amounts - 2)]
    seen = [
        rows.job(27, "COMPLETED", error=no_room, cost=0.26, cost_source="billed"),
        rows.job(25, "UNCONFIRMED", error=lost),
        rows.job(24, "FAILED", error=refused),
    ]
    rows.write(folder, dismissed + seen)


def leave_unsent(folder: Path, server: str, jobs: int = 14) -> None:
    rows.write(folder, (rows.job(n, "PENDING", server=server) for n in range(jobs)))


def come_from_elsewhere(folder: Path, server: str, jobs: int = 3, unsent: int = 2) -> None:
    somebody = Signer(b"somebody else's secret, 32 bytes")
    sent = [rows.job(n, "IN_QUEUE", server=server, request_id=f"r-{n}") for n in range(jobs - unsent)]
    rows.write(folder, sent + [rows.job(10 + n, "PENDING", server=server) for n in range(unsent)], somebody)


def lose_clip(folder: Path) -> None:
    (folder / rows.CLIP).unlink()


# Acts.


def compose(opened: Opened, endpoint: str = TEXT, axes: dict[str, Any] | None = None, **fields: Any) -> None:
    """Have these fields in the composer, the others at their defaults."""
    if opened.read_only:
        return
    properties = catalog.known(endpoint).request.model_json_schema()["properties"]  # type: ignore[union-attr]
    defaults = {name: schema.get("default") for name, schema in properties.items()}
    opened.ask("draft", endpoint=endpoint, fields=defaults | fields, axes=axes or {}, origin="kernel")


def write_prompt(opened: Opened, **_: Any) -> None:
    """A prompt in the composer, and the third newest clip in the player."""
    compose(opened, prompt=PROMPT)
    opened.ask("select", gid=opened.state("_history")["rows"][2]["gid"])


def write_dear_prompt(opened: Opened, price: str = "1.40") -> None:
    """As much as $1.40, or the default clip's $0.26."""
    write_prompt(opened)
    if price == "1.40":
        compose(opened, prompt=PROMPT, resolution="1080p", duration="12")


def watch_newest(opened: Opened, **_: Any) -> None:
    compose(opened, prompt=PROMPT)


def run_three(opened: Opened) -> None:
    """A job in each state: being made, in the queue, being saved."""
    write_prompt(opened)
    fal = opened.fal
    fal.line = Line(gives=[100], seconds=600)
    scripts: list[tuple[str, list[dict[str, Any] | str]]] = [
        ("saving the clip", [{"status": "COMPLETED"}]),
        ("frame 74", [{"status": "IN_PROGRESS", "logs": [{"message": "rendering frame 74 of 120"}]}, "hold"]),
        ("2 ahead", [{"status": "IN_QUEUE", "queue_position": 2}, "hold"]),
    ]
    for n, (stage, statuses) in enumerate(scripts):
        fal.script = Script(statuses=statuses)
        opened.project.submit(sd.TextToVideo(rows.PROMPTS[n], seed=n))
        until(lambda stage=stage: any(stage in card["stage"] for card in opened.state("_jobs")["cards"]))


def queue_thousands(opened: Opened) -> None:
    """Cards of one that is real, and the numbers of a sweep of thousands."""
    write_prompt(opened)
    opened.project.submit(sd.TextToVideo(rows.PROMPTS[3], seed=1))
    until(lambda: any("frame 74" in card["stage"] for card in opened.state("_jobs")["cards"]))
    (card,) = opened.state("_jobs")["cards"]
    making = [
        card | {"gid": 200 + n, "stage": f"rendering frame {20 + n} of 120", "progress": (20 + n) / 120}
        for n in range(40)
    ]
    waits = {"status": "IN_QUEUE", "progress": None}
    queued = [card | waits | {"gid": 240 + n, "stage": f"in queue, {n} ahead"} for n in range(20)]
    opened.comm.hold(_jobs={"cards": making + queued, "counts": {"IN_PROGRESS": 40, "IN_QUEUE": 9800}})


def hold_by_bill(opened: Opened) -> None:
    watch_newest(opened)
    cheap = sd.TextToVideo("A lake", resolution="480p", duration=4)
    opened.project.run(sd.Sweep(cheap, seed=list(range(8))), name="sweep-9")
    until(lambda: opened.state("_lab")["waiting"]["held"] == 8)


def start_on_picture(opened: Opened) -> None:
    write_prompt(opened)
    lake = picture(1600, 900)
    piece = {"upload": "u-1", "name": "lake.png", "type": "image/png", "size": len(lake), "index": 0, "last": True}
    frame = opened.ask("upload", lake, **piece)
    compose(opened, IMAGE, prompt=PROMPT, image_url=frame)


def write_wrong_values(opened: Opened) -> None:
    """What no control lets through: from Python, or from a page of another day."""
    write_prompt(opened)
    compose(opened, prompt=PROMPT, duration="3", seed=-2, aspect_ratio="2:1", sharpness=1)


def offer_invented(opened: Opened) -> None:
    """An endpoint nobody has met, with every kind of control and none of the known names."""
    frame = {"rev": 2, "origin": "kernel", "endpoint": INVENTED["id"], "fields": {}, "axes": {}, "problems": []}
    catalogue = [*opened.state("_catalog"), INVENTED]
    opened.comm.hold(_catalog=catalogue, _draft=opened.state("_draft") | frame)


INVENTED: dict[str, Any] = {
    "id": "acme/motion/v9",
    "model": "Motion 9",
    "title": "Words → motion",
    "fps": 30,
    "schema": {
        "required": ["script"],
        "properties": {
            "script": {"title": "Script", "control": "prompt", "type": "string"},
            "mood": {"title": "Mood", "enum": ["calm", "tense", "wild"], "type": "string", "default": "tense"},
            "style": {
                "title": "Style",
                "enum": ["a very long name of a style", "another very long name", "and one more of them"],
                "type": "string",
            },
            "strength": {"title": "Strength", "type": "number", "minimum": 0, "maximum": 1, "default": 0.4},
            "shots": {"title": "Shots", "type": "integer", "minimum": 1, "maximum": 6, "default": 2},
            "length": {
                "title": "Length",
                "control": "seconds",
                "type": "integer",
                "minimum": 2,
                "maximum": 30,
                "default": 10,
                "unit": "s",
            },
            "upscale": {"title": "Upscale", "type": "boolean", "default": True},
            "negative": {"title": "Avoid", "anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "canvas": {"title": "Canvas", "$ref": "#/$defs/Canvas", "control": "ratio"},
            "dice": {
                "title": "Dice",
                "control": "seed",
                "type": "integer",
                "minimum": 0,
                "maximum": 99,
                "default": None,
            },
        },
        "$defs": {"Canvas": {"type": "string", "enum": ["1:1", "2:1"], "default": "2:1"}},
    },
}


# Services.


def retire_text_to_video(fal: FalDouble) -> None:
    fal.models = [{"endpoint_id": TEXT, "metadata": {"status": "deprecated"}}]
    fal.models.append({"endpoint_id": IMAGE, "metadata": {"status": "active"}})


def wait_for_retired(opened: Opened) -> None:
    write_prompt(opened)
    until(lambda: opened.state("_lab")["retired"] == [TEXT])


def refuse_key(opened: Opened) -> None:
    write_prompt(opened)
    opened.fal.on_submit = (401, {"detail": "Authentication is required to access this application."})
    opened.project.submit(sd.TextToVideo("A fox"))
    until(lambda: opened.state("_lab")["server"]["state"] == "refused")


STUDIO: dict[str, Scene] = {
    "empty": Scene(),
    "history": Scene(fourteen, then=write_prompt),
    "long": Scene(hundred_and_thirty, then=write_prompt),
    "huge": Scene(ten_thousand, then=write_prompt),
    "judged": Scene(clips_of(14, judged), then=write_prompt),
    "heard": Scene(clips_of(14, alike), then=write_prompt),
    "unoffered": Scene(clips_of(14, unoffered), then=watch_newest),
    "addressed": Scene(clips_of(14, addressed), then=write_prompt),
    "gone": Scene(fourteen, then=write_prompt),
    "missing": Scene(fourteen, before=lose_clip, then=write_prompt),
    "image": Scene(fourteen, then=start_on_picture, free=False),
    "wrong": Scene(fourteen, then=write_wrong_values),
    "invented": Scene(then=offer_invented),
    "running": Scene(fourteen, then=run_three),
    # At a service that bills.
    "paid": Scene(clips_of(130, alike), then=write_prompt, free=False),
    "confirm": Scene(fourteen, then=write_dear_prompt, free=False),
    "lock": Scene(fourteen, then=write_dear_prompt, free=False, options={"lock": LOCK}),
    "failed": Scene(fourteen_for_nothing, before=fail, then=write_prompt, free=False, budget=9.0),
    "open": Scene(fourteen_for_nothing, before=fail, then=write_prompt, free=False, budget=3.0),
    "many": Scene(fourteen, then=queue_thousands, free=False),
    "unlike": Scene(clips_of(14, unlike), then=watch_newest, free=False),
    "bill": Scene(clips_of(14, overbilled), then=hold_by_bill, free=False, budget=5.0),
    "retired": Scene(fourteen, then=wait_for_retired, service=retire_text_to_video, free=False),
    "refused": Scene(fourteen, then=refuse_key, free=False),
    "unsent": Scene(fourteen, before=leave_unsent, then=write_prompt, free=False),
    "foreign": Scene(fourteen, before=come_from_elsewhere, then=write_prompt, free=False),
}
