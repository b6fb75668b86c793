"""What a worker does with a job: check its input, render its clip, file it."""

from __future__ import annotations

from .engine.render import render
from .faults import Faults
from .files import FileStore
from .inputs import read
from .job import Answer, Job
from .request_to_shot import shot_of


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
    units = None if price is None or dollars is None else dollars / price.dollars_a_unit
    headers = {} if units is None else {"x-fal-billable-units": f"{units:.6f}"}
    return Answer(200, {"video": video, "seed": shot.seed}, headers)
