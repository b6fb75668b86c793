"""A project, as people have it: a folder that keeps what was asked, what it cost and every clip.

Each method hands on to the room whose job it is, with the workspace of the folder (`jobs/workspace.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, NoReturn, Self

from .contract.requests import VideoRequest
from .jobs import ask, export, importing, opened, resume
from .jobs.backoff import seconds_of
from .jobs.budget import dollars_of
from .jobs.clip import Clip
from .jobs.connection import Choice, choose
from .jobs.folder import resolve_folder
from .jobs.generation import Generation, generation_of, job_of
from .jobs.job import Job
from .jobs.previews import poster_of
from .jobs.prices import Prices
from .jobs.tuning import Tuning
from .jobs.waiting import Waiting
from .jobs.workspace import Workspace
from .ratings import ratings
from .store.history import History
from .sweeps import begin
from .sweeps import run as sweep_run
from .sweeps.run import SweepRun
from .sweeps.sweep import Sweep

if TYPE_CHECKING:
    import pandas as pd


class Project:
    """A folder with `history.db`, `clips/` and `frames/`, and the service its requests go to.

    Opening a project asks for no clip and spends nothing. It picks up what was under way when its kernel stopped.
    Opening the same folder twice in one kernel gives the same project.

    Args:
        folder: where it is kept; made when missing. By default "seedance" beside the notebook.
        server: "auto" (fal if a key is found, else the offline engine), "fal", "offline", or the address of a server
            that speaks fal's protocol.
        key: the service's key. By default fal, and no other server, gets FAL_KEY, or FAL_KEY_ID and FAL_KEY_SECRET,
            from the environment or Colab's secrets. Another server is sent one over https or on this machine only.
        budget: US dollars the project may spend in all, what it has spent already included; running the cell again
            changes nothing. It goes by the estimates: where the service bills more than was estimated, spending passes
            it by that much and then stops. Left out, the project's budget stays as it is. Without one, an act above $1
            asks for `confirm=True`.

    Raises:
        InvalidRequest: an argument is not allowed; the text says what is.
        KeyRefused: `server="fal"` and no key was found, or the key cannot be one.
    """

    _workspace: Workspace

    def __new__(
        cls,
        folder: str | Path = "seedance",
        *,
        server: str = "auto",
        key: str | None = None,
        budget: float | None = None,
    ) -> Self:
        given = [server, key]
        del server, key  # a traceback that shows variables must not find a secret here
        return cls._open(folder, choose(given.pop(0), given.pop()), budget, Tuning())

    @classmethod
    def _open(cls, folder: str | Path, choice: Choice, budget: float | None, tuning: Tuning) -> Self:
        cap = None if budget is None else dollars_of(budget)  # raises before anything is closed or opened
        workspace = opened.open_workspace(resolve_folder(folder), choice, tuning)
        if not isinstance(workspace.face, cls):
            workspace.face = super().__new__(cls)
            workspace.face._workspace = workspace
        if cap is not None:
            workspace.set_budget(cap)
        return workspace.face

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return self._workspace.folder

    @property
    def closed(self) -> bool:
        """Whether it was closed, or is being closed."""
        return self._workspace.closed

    @property
    def history(self) -> History:
        """What was asked and what came of it; `history.df` is its table."""
        return History(self._workspace.store)

    # Asking for clips.

    def submit(self, request: VideoRequest, *, confirm: bool = False, at_most: float | None = None) -> Generation:
        """Ask for a clip. Returns when that is on the disk, in milliseconds; this is the act that spends money.

        It is sent in the background. A program may end at once: for a second or two it then goes on sending what it
        asked for, and waits some more for the service's answers. What was not sent by then, or when the program was
        killed, stays PENDING in the history, and `resume` sends it when the project is open again.

        Called by what observes the project, it does not wait for the disk; `generation.recorded` says how it went.

        Args:
            request: what to generate. A missing seed is chosen now, so that the clip can be asked for again.
            confirm: allow an act above $1, or one whose price is not known, in a project without a budget.
            at_most: US dollars that it may cost; by default only the budget limits it.

        Raises:
            OverBudget: it would cost more than the budget has left or `at_most`, or they stand and its price is not
                known, or it needs `confirm=True`.
            ProjectUnusable: the history, or a picture, cannot be written.
            InvalidRequest: it is no request, or one that cannot be sent. In each case nothing was sent.
        """
        return generation_of(ask.submit(self._workspace, request, confirm=confirm, at_most=at_most))

    def run(
        self,
        sweep: Sweep,
        *,
        name: str | None = None,
        again: bool = False,
        confirm: bool = False,
        skip_invalid: bool = False,
        at_most: float | None = None,
    ) -> SweepRun:
        """Ask for the clips of a sweep. Returns when all of it is on the disk; this is the act that spends money.

        A cell whose clip the project has from the same service, or has under way, joins the run and costs nothing. So
        does one whose answer was lost, for it may be billed, and one whose clip was deleted from the folder: that is
        fetched from its address again, and only when it is gone there too the next run asks for it anew. A cell that
        was asked for and never sent, since its kernel stopped, is sent now.

        Args:
            sweep: what to generate.
            name: of the run; by default "sweep-1" and so on. Giving that of an earlier run changes it: with a value
                added, only the new cells are sent, and those that failed. It then has the cells of the new sweep.
            again: generate every cell anew, whatever there is.
            confirm: allow an act above $1, all cells together, or one whose price is not known, in a project without a
                budget.
            skip_invalid: run the other cells when some are invalid.
            at_most: US dollars that all together may cost; by default only the budget limits them.

        Raises:
            InvalidRequest: cells are invalid, or there is none to run.
            OverBudget: all together would cost more than the budget has left or `at_most`, or needs `confirm=True`.
            In each case nothing was sent, and nothing recorded.
        """
        workspace = self._workspace
        workspace.check_open()
        return begin.begin(
            workspace, sweep, name=name, again=again, confirm=confirm, skip_invalid=skip_invalid, at_most=at_most
        )

    def resume(self, *, confirm: bool = False, waiting: Waiting | None = None) -> list[Generation]:
        """Go on with what waits: send what was provably never sent, and look after what somebody else asked for.

        A request was never sent when its kernel stopped before, or when its answer was lost and the service does not
        know it long after. It costs what it costs now, whatever its row says. Jobs that somebody else asked for, in a
        folder that came from elsewhere, go on by themselves from now on. A job that another opener resumes at the same
        time stays with it. A run that a bill far above its estimate holds goes on too: the bill is accepted by that.
        Returns those that go on.

        Args:
            confirm: allow to send for more than $1, or at a price that is not known, in a project without a budget.
            waiting: what `project.waiting()` gave: that and no more goes on, at the prices it has, unless it was
                changed since. By default what waits now.

        Raises:
            OverBudget: it would cost more than the budget has left, or needs `confirm=True`. Nothing was sent.
        """
        return _generations(resume.resume(self._workspace, confirm=confirm, waiting=waiting))

    def waiting(self) -> Waiting:
        """What `resume` would go on with, and what that would cost."""
        return resume.find_waiting(self._workspace)

    def cancel_all(self) -> list[Generation]:
        """Ask to cancel everything this kernel has under way; returns those jobs at once.

        What has not been sent yet is not sent. What is being made may still finish, and be billed.
        """
        jobs = self.under_way
        for job in jobs:
            job.cancel()
        return jobs

    def import_request(self, request_id: str, endpoint: str) -> Generation:
        """Adopt a request that was made elsewhere, such as in fal's playground, and fetch its clip.

        Returns when it is in the history; nothing is generated or spent. What was asked for is read from the account's
        list of requests. Where the key may not read that, the request's fields stay unknown and only the clip comes. It
        was paid elsewhere, so its cost here is 0. A request the project already has from this service is looked for
        again, unless its clip is here or it is under way. A clip whose file was deleted is fetched from its address.

        Args:
            request_id: the service's id of the request.
            endpoint: the endpoint it was sent to, such as "fal-ai/bytedance/seedance/v1.5/pro/text-to-video".

        Raises:
            InvalidRequest: one of them cannot be.
            SeedanceError: a request is being sent to that endpoint just now, and may be this one.
        """
        return generation_of(importing.import_request(self._workspace, request_id, endpoint))

    # Looking at it.

    @property
    def generations(self) -> list[Generation]:
        """Every generation of the project, oldest first."""
        return _generations(self._workspace.jobs.of(record) for record in self._workspace.store.all())

    def generation(self, request_id: str) -> Generation:
        """The generation with that request id. Raises KeyError when the project has none."""
        return generation_of(self._workspace.generation(request_id))

    def by_id(self, id: int) -> Generation:
        """The generation with that number in the history. Raises KeyError when there is none."""
        return generation_of(self._workspace.by_id(id))

    @property
    def under_way(self) -> list[Generation]:
        """The jobs this kernel looks after that have not ended, in the order they were asked for."""
        return _generations(self._workspace.jobs.under_way)

    @property
    def sweep_runs(self) -> list[SweepRun]:
        """The runs of sweeps, oldest first."""
        return [SweepRun(self._workspace, run) for run in self._workspace.store.runs()]

    def sweep_run(self, name: str) -> SweepRun:
        """The run of that name. Raises KeyError when the project has none."""
        return sweep_run.find_run(self._workspace, name)

    def observe(self, callback: Callable[[Generation | None], None]) -> Callable[[], None]:
        """Have `callback` called, on the job thread, whenever a generation changes, or (None) something else does.

        Returns a function that ends it. What the callback raises is logged, and changes nothing.
        """
        return self._workspace.observe(lambda job: callback(None if job is None else generation_of(job)))

    def measure(self) -> int:
        """Have every clip measured that was not yet, in the background; returns at once how many.

        Each new clip is measured some seconds after it came, and opening a project picks up the newest 200 that an
        earlier kernel left. What was measured stands in `history.df`.
        """
        self._workspace.check_open()
        return self._workspace.measurer.measure_all()

    def poster(self, job: Generation) -> bytes:
        """A JPEG of a clip's first frame, made once and kept beside the clip.

        Raises:
            SeedanceError: the clip is not on disk, or damaged.
        """
        return poster_of(job_of(job))

    def export(self, generations: object, folder: str | Path | None = None) -> Path:
        """Copy clips into a folder to hand on, and return it. It blocks while it copies; nothing is sent.

        The folder has the MP4s, `clips.csv` and `clips.json` with the history's rows for them (`file` in the place of
        `path`), the pictures that were given to them, and `index.html`, a page that plays them all without a network.

        Args:
            generations: generations or clips of this project, a sweep's run, or rows of `history.df`.
            folder: a new or empty one; by default "exports/<day>-<n>-clips" in the project.

        Raises:
            InvalidRequest: one of them has no clip on disk, or the folder is not empty.
            ProjectUnusable: it cannot be written.
        """
        return export.export(self._workspace, generations, None if folder is None else Path(folder))

    # What a person thinks of the clips.

    def judge(
        self,
        clip: Generation | Clip,
        *,
        star: bool | EllipsisType = ...,
        rating: int | EllipsisType | None = ...,
        tags: Iterable[str] | EllipsisType | None = ...,
        note: str | EllipsisType = ...,
    ) -> None:
        """Keep what you think of a clip; returns when it is on the disk. What is left out stays as it was.

        Args:
            clip: a generation of this project, or its clip.
            star: True or False.
            rating: 1 to 5, the best, or None to take it back.
            tags: up to 20 words of at most 40 letters, instead of those it had.
            note: a text of at most 2,000 letters.

        Raises:
            InvalidRequest: one of them is not allowed; nothing was kept.
            ProjectUnusable: the history cannot be written.
            SeedanceError: it was called by what observes the project; nothing was kept.
        """
        given = {"star": star, "rating": rating, "tags": tags, "note": note}
        ratings.rate(self._workspace, clip, {name: value for name, value in given.items() if value is not ...})

    def vote(self, first: Generation | Clip, second: Generation | Clip, winner: Generation | Clip | None) -> int:
        """Keep which of two clips is better; returns the vote's number when it is on the disk.

        Args:
            first: one of the two.
            second: the other.
            winner: one of the two, or None for a tie.

        Raises:
            InvalidRequest: the two are one, or the winner is neither.
            ProjectUnusable: the history cannot be written.
        """
        return ratings.vote(self._workspace, first, second, winner)

    def unvote(self, number: int) -> None:
        """Take back the vote of that number; returns when that is on the disk. Raises KeyError when there is none."""
        ratings.unvote(self._workspace, number)

    @property
    def votes(self) -> pd.DataFrame:
        """Every vote, oldest first: `created_at` (UTC), `first`, `second` and `winner`, which is missing for a tie.

        The last three are the numbers of generations, `id` in `history.df`.
        """
        return ratings.vote_table(self._workspace)

    def scores(self, clips: object = None, *, by: str | None = None) -> pd.DataFrame:
        """How good clips are by the votes between them: Bradley and Terry's model, see `ipyseedance.ratings.scores`.

        One point more is 73 wins in a hundred, two points 88. Ties count half. The scores of a group have the mean 0.

        Args:
            clips: which are compared: a list of Generation or Clip, a sweep's run, or rows of `history.df`; None for
                all that were voted on.
            by: an axis of the run, or a field of the request, whose values are scored in place of the clips. Every
                vote between clips that differ in it is one for the value of the winner, whatever else differs; the
                others tell nothing of it. With few clips of a value, its interval is narrower than it should be.

        Returns:
            A row for each, the best first: `id` (or the name of the axis), `score`, `low` and `high`, the ends of its
            95 % interval, `votes`, and `group`. Scores of different groups, which no votes connect, do not compare.
            What has no votes has the score NaN and the group -1.

        Raises:
            InvalidRequest: the clips or the axis are not known.
        """
        return ratings.score_table(self._workspace, clips, by=by)

    # Money and time.

    @property
    def budget(self) -> float | None:
        """US dollars the project may spend in all, or None without a cap.

        Setting it to less than was spent is allowed: then nothing more is sent.
        """
        return self._workspace.store.purse().cap

    @budget.setter
    def budget(self, dollars: float | None) -> None:
        self._workspace.set_budget(None if dollars is None else dollars_of(dollars))

    @property
    def spent(self) -> float:
        """US dollars the project has spent at services that bill."""
        return self._workspace.store.purse().spent

    @property
    def reserved(self) -> float:
        """US dollars more that it may cost: of what is under way, waits, or may have been billed."""
        return self._workspace.store.purse().reserved

    @property
    def remaining(self) -> float | None:
        """US dollars that may still be asked for: the budget without what is spent and reserved, at least 0.

        None without a budget.
        """
        left = self._workspace.store.purse().left
        return None if left is None else max(left, 0.0)

    @property
    def open_amounts(self) -> list[Generation]:
        """What has ended without anybody knowing whether it was billed, oldest first: `settle` each of them.

        What it may cost stays reserved until then. Where the key may read the account's billing, what was billed is
        settled by itself.
        """
        return [self.by_id(record.id) for record in self._workspace.store.open_amounts()]

    @property
    def prices(self) -> Prices:
        """What generations cost: live prices where they are known, else the built-in table."""
        return self._workspace.prices

    @property
    def deadline(self) -> float:
        """Seconds after its submit at which a job that still runs is cancelled: 24 hours, unless set."""
        return self._workspace.watcher.deadline

    @deadline.setter
    def deadline(self, seconds: float) -> None:
        self._workspace.watcher.deadline = seconds_of(seconds)

    # Closing.

    def close(self) -> None:
        """Stop watching and let go of the folder. Jobs at fal go on; reopening the project picks them up.

        It waits for requests that are on their way, whose ids are not to be lost. If that is interrupted, it goes on
        by itself; closing again waits for it.
        """
        opened.close(self._workspace)

    # It is the one of its folder in this process.

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"A project cannot be pickled. Open it there: Project({str(self.folder)!r}).")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        workspace: Workspace | None = getattr(self, "_workspace", None)
        return "<Project that could not be opened>" if workspace is None else repr(workspace)


def _generations(jobs: Iterable[Job]) -> list[Generation]:
    return [generation_of(job) for job in jobs]


def open_project(folder: str | Path, choice: Choice, *, tuning: Tuning, budget: float | None = None) -> Project:
    """The project of a folder, which waits and holds itself back as `tuning` says. For programs that try it out.

    One that is open at that service keeps the tuning it has. Raises as `Project` does.
    """
    return Project._open(folder, choice, budget, tuning)


def already_open(folder: Path) -> Project | None:
    """The project of that folder, if this process has it open."""
    workspace = opened.already_open(folder)
    return workspace.face if workspace is not None and isinstance(workspace.face, Project) else None
