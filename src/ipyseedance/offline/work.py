"""What a worker does with a job: check its input, render its clip, file it."""

from __future__ import annotations

import secrets

from ..contract.endpoint import Endpoint
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from .engine.render import render
from .engine.shot import Shot
from .faults import Faults
from .files import FileStore
from .inputs import read
from .job import Answer, Job

_TEXT_RATIO = "16:9"
_PROMPT_READ = 10_000
"""Characters of a prompt that are drawn: none that is written by hand is longer, and a page takes minutes to read."""


def generate(job: Job, files: FileStore, faults: Faults) -> Answer:
    """Render a job's clip.

    Raises:
        InputRefused: its input is not what the endpoint takes.
        Cancelled: the caller cancelled while its pictures were fetched or it was rendered.
    """
    fields = job.fields()
    refusal = faults.refusal(job.endpoint, fields)
    if refusal is not None:
        return refusal
    if any(name in fields for name in job.endpoint.request.roles().media):
        job.log("reading frames")
    request = read(job.endpoint, fields, files, job.check).resolved()
    job.check()
    shot = shot_of(job.endpoint, request)

    def progress(line: str, passing: bool) -> None:  # noqa: FBT001 - the engine's callback
        job.check()
        job.log(line, passing=passing)

    clip = render(shot, progress)
    job.check()
    name = files.new_name("video/mp4")
    files.write(name, clip)
    job.log("done")
    video = {
        "url": f"/files/{name}",
        "content_type": "video/mp4",
        "file_name": name,
        "file_size": len(clip),
    }
    # The platform tells one price, of clips with sound: a silent clip is billed as half as many units.
    price, dollars = job.endpoint.price, job.endpoint.estimate(request)
    billed = (
        {} if price is None or dollars is None else {"x-fal-billable-units": f"{dollars / price.dollars_a_unit:.6f}"}
    )
    return Answer(200, {"video": video, "seed": shot.seed}, billed)


def shot_of(endpoint: Endpoint, request: VideoRequest) -> Shot:
    """The request as the engine takes it: sizes in pixels, pictures as bytes."""
    asked, ratio = request.asked(), request.roles().name_of(Role.RATIO)
    if ratio is not None and asked.ratio == "auto" and not request.media:
        request = request.with_(**{ratio: _TEXT_RATIO})
    start, end = request.frame(Role.FIRST_FRAME), request.frame(Role.LAST_FRAME)
    return Shot(
        prompt=asked.prompt[:_PROMPT_READ],
        seed=asked.seed if asked.seed is not None else secrets.randbelow(2**31),
        size=endpoint.size(request),
        fps=endpoint.fps,
        seconds=round(asked.seconds or endpoint.usual_seconds),
        still_camera=request.value(Role.STILL_CAMERA) is True,
        sound=asked.sound is not False,
        start=start.data if start else None,
        end=end.data if end else None,
    )
