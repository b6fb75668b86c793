"""Which addresses of pictures a page may name."""

from __future__ import annotations

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import FrameError
from ..doors.addresses import is_public
from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project
from ..sweeps.sweep import Sweep
from .reading import LONGEST_ADDRESS, shown

ALLOWED_ADDRESS = "an https address on a public host, or of the service itself"


class Given:
    """Public addresses, the service's own, and those that code in this kernel gave.

    The kernel stands where a page does not: on its own machine and in its network. What a page names there would be
    fetched, and shown to whoever looks at the page.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._by_code: set[str] = set()
        for job in workspace_of(project).jobs.under_way:
            self.note(job)

    def by_code(self, url: str) -> bool:
        """Whether code in this kernel gave that address."""
        return url in self._by_code

    def add(self, url: str) -> None:
        """Code has given that address."""
        if not is_public(url):
            self._by_code.add(url)

    def note(self, job: Job) -> None:
        """Remember the pictures' addresses of a job that is under way here: a page cannot have named a private one.

        Those of a folder from elsewhere are a stranger's.
        """
        if job.done or not job.asked_here:
            return
        for name in _frame_fields(job.record.endpoint):
            url = job.record.request.get(name)
            if isinstance(url, str) and "://" in url:
                self.add(url)

    def check(self, url: str) -> None:
        """Raise FrameError where a page may not name that address."""
        choice = workspace_of(self._project).choice
        if url in self._by_code or (len(url) <= LONGEST_ADDRESS and (is_public(url) or choice.serves(url))):
            return
        raise FrameError(f"{shown(url)} is not {ALLOWED_ADDRESS}; code in the notebook may give others")

    def check_requests(self, sweep: Sweep) -> None:
        """Raise InvalidRequest where a sweep of what the history has holds a picture that a page may not name."""
        for cell in sweep.cells:
            for name, frame in cell.request.pictures_by_key().items() if cell.request is not None else ():
                try:
                    if frame.url is not None:
                        self.check(frame.url)
                except FrameError as error:
                    raise InvalidRequest([Problem(name, shown(frame.url), str(error))]) from error


def _frame_fields(endpoint_id: str) -> tuple[str, ...]:
    return next((e.request.roles().media for e in catalog.ENDPOINTS if e.id == endpoint_id), ())
