"""The states that page tests begin in: a project's folder, made once, and what happens before the page is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ipyseedance as sd
from ipyseedance.contract import catalog
from tests.wire.clip_file import Line
from tests.wire.fal_double import FalDouble, Script

from . import rows
from .folders import (
    addressed,
    alike,
    clips_of,
    come_from_elsewhere,
    fail,
    fourteen,
    fourteen_for_nothing,
    hundred_and_thirty,
    judged,
    leave_unsent,
    lose_clip,
    overbilled,
    ten_thousand,
    unlike,
    unoffered,
)
from .opened import Opened, until
from .pictures import picture

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
        wait_for_stage(opened, stage)


def wait_for_stage(opened: Opened, text: str) -> None:
    """Until a card of the queue says so."""
    until(lambda: any(text in card["stage"] for card in opened.state("_jobs")["cards"]))


def queue_thousands(opened: Opened) -> None:
    """Cards of one that is real, and the numbers of a sweep of thousands."""
    write_prompt(opened)
    opened.project.submit(sd.TextToVideo(rows.PROMPTS[3], seed=1))
    wait_for_stage(opened, "frame 74")
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
