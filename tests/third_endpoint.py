"""An endpoint that nobody offers, which calls everything something else: what the rooms above `contract` must not mind.

It has a script, a length such as "8s", an opening picture, a list of reference pictures, no seed, a price of its own
form, 30 frames a second and other sizes. `offer()` puts it in the catalogue of the process that calls it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from ipyseedance.contract import catalog
from ipyseedance.contract.endpoint import Endpoint
from ipyseedance.contract.fieldtypes import Picture, Prompt
from ipyseedance.contract.price import ClipPrice
from ipyseedance.contract.requests import VideoRequest

ID = "fal-ai/invented/scriptwriter"


class Scriptwriter(VideoRequest):
    """A clip from a script: `Scriptwriter("A fox at dusk", length="8s")`."""

    endpoint_id = ID

    script: Prompt = Field(
        title="Script",
        description="What happens.",
        json_schema_extra={"control": "prompt", "role": "prompt", "allowed": "text that is not blank"},
    )
    length: Literal["4s", "8s"] = Field(
        default="4s", title="Length", json_schema_extra={"control": "choice", "role": "seconds"}
    )
    quality: Literal["draft", "final"] = Field(
        default="draft", title="Quality", json_schema_extra={"control": "choice", "role": "resolution"}
    )
    shape: Literal["wide", "tall"] = Field(
        default="wide", title="Shape", json_schema_extra={"control": "ratio", "role": "ratio"}
    )
    opening_picture: Annotated[Picture | None, Field(title="Opening picture")] = Field(
        default=None, json_schema_extra={"control": "frame", "role": "first_frame", "allowed": "a picture"}
    )
    looks_like: tuple[Picture, ...] = Field(
        default=(), title="Looks like", json_schema_extra={"role": "reference_image", "many": True}
    )


SCRIPTWRITER = Endpoint(
    id=ID,
    model="Scriptwriter",
    title="Script → video",
    request=Scriptwriter,
    sizes={
        "draft": {"wide": (320, 180), "tall": (180, 320)},
        "final": {"wide": (640, 360), "tall": (360, 640)},
    },
    fps=30,
    price=ClipPrice(0.05, as_of="2026-11-30", by_resolution={"final": 0.2}),
    seconds_per_second=2,
)


def offer(**changes: Any) -> None:
    """Put it in this process's catalogue, or another with those attributes in the place of its own."""
    catalog.ENDPOINTS = (*catalog.ENDPOINTS, replace(SCRIPTWRITER, **changes))
