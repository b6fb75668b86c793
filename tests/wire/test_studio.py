"""Studio's kernel side against a service that bills: what it asks before it spends, and what its snapshots carry."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import traitlets
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.errors import OverBudget
from ipyseedance.doors import files
from ipyseedance.fal.platform import UnitPrice
from ipyseedance.jobs.generation import Generation
from ipyseedance.jobs.job import Job
from ipyseedance.jobs.thread import job_thread
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.store.clips import keep_frame
from ipyseedance.store.record import Record
from ipyseedance.store.statuses import IN_PROGRESS, IN_QUEUE
from ipyseedance.store.store import Store
from ipyseedance.widgets import pictures
from ipyseedance.widgets.answering import AnsweringWidget
from ipyseedance.widgets.failures import failure
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.queue import SHOWN
from ipyseedance.widgets.spending import NotAsShown

from .clip_file import clip
from .fal_double import FalDouble

TEXT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
IMAGE = "fal-ai/bytedance/seedance/v1.5/pro/image-to-video"
DEAR = {"prompt": "A storm", "resolution": "1080p", "duration": "12"}  # $1.40
CHEAP = {"prompt": "A lake", "resolution": "480p", "duration": "4"}


@pytest.fixture
def studio(project: sd.Project) -> Iterator[sd.Studio]:
    studio = sd.Studio(project)
    yield studio
    studio.close()


def answer(studio: sd.Studio, kind: str, **message: Any) -> dict[str, Any]:
    """What the kernel answers a message of the browser."""
    value: dict[str, Any] = job_thread().start(studio._answers.answer({"kind": kind, **message}, [])).result(10)[0]
    return value


SAID = {"clips": 1, "dollars": 2.1}
"""What the button said: more than any of these costs."""


def submit(studio: sd.Studio, fields: dict[str, Any] = DEAR, **message: Any) -> dict[str, Any]:
    return answer(studio, "submit", **{"endpoint": TEXT, "fields": fields, "shown": SAID, **message})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("budget", [None, 5.0])
def test_above_a_dollar_the_price_is_asked_for_with_and_without_a_budget(
    fal: FalDouble, project: sd.Project, studio: sd.Studio, budget: float | None
) -> None:
    project.budget = budget
    with pytest.raises(PriceQuestion) as asked:
        submit(studio)
    told = failure(asked.value)
    assert told["question"] == {"count": 1, "price": "1.40", "left": budget}
    assert told["message"] == "This clip costs about $1.40."
    assert (told["type"], told["charged"], len(project.history), fal.submits) == ("confirm", "no", 0, [])


@pytest.mark.parametrize("typed", ["1.40", "$1.40", "1,40", " $ 1,40 "])
def test_the_typed_price_sends_it(fal: FalDouble, studio: sd.Studio, typed: str) -> None:
    (gid,) = submit(studio, confirm=typed)["gids"]
    until(lambda: studio.project.by_id(gid).done)
    assert len(fal.submits) == 1


@pytest.mark.parametrize("typed", [True, 1.4, "", "1.4", "1.41", "2.07", "140", "1.40 or so", "1.400"])
def test_what_is_not_the_kernels_own_price_sends_nothing(fal: FalDouble, studio: sd.Studio, typed: object) -> None:
    with pytest.raises(PriceQuestion) as asked:
        submit(studio, confirm=typed)
    assert asked.value.question["price"] == "1.40"
    assert (len(studio.project.history), fal.submits) == (0, [])


@pytest.mark.parametrize("fields", [CHEAP, DEAR])
def test_one_clip_costs_no_more_than_what_was_on_the_screen(
    fal: FalDouble, project: sd.Project, studio: sd.Studio, fields: dict[str, Any]
) -> None:
    """A press inside the moment before the new price is there."""
    cost = project.prices.estimate(sd.TextToVideo(**fields))
    seen = {"clips": 1, "dollars": round(cost / 2, 2)}
    with pytest.raises(PriceQuestion, match=rf"costs about \${cost:.2f} now, and \${cost / 2:.2f} was shown") as asked:
        submit(studio, fields, shown=seen)
    assert (asked.value.question["price"], fal.submits, len(project.history)) == (f"{cost:.2f}", [], 0)
    assert asked.value.question.get("typed", True) == (cost > 1)
    told = {"clips": 1, "dollars": float(asked.value.question["price"] or "nan")}
    submit(studio, fields, shown=told, confirm=asked.value.question["price"])
    until(lambda: len(fal.submits) == 1)


def test_a_price_that_changes_while_its_picture_is_fetched_sends_nothing(
    fal: FalDouble, project: sd.Project, studio: sd.Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of(project)
    fetch = workspace.fetch_frame

    async def fetch_slowly(url: str, *, given: bool = False) -> sd.Frame:
        live(project, 24)
        return await fetch(url, given=given)

    monkeypatch.setattr(workspace, "fetch_frame", fetch_slowly)
    picture = sd.Frame.of(Image.new("RGB", (400, 400))).data or b""
    fields = CHEAP | {"image_url": fal.add_picture(picture), "aspect_ratio": "1:1"}
    with pytest.raises(OverBudget, match="that was allowed for it"):
        submit(studio, fields, endpoint=IMAGE)
    assert (fal.submits, len(project.history)) == ([], 0)
    submit(studio, fields, endpoint=IMAGE)
    until(lambda: len(fal.submits) == 1)


def test_what_has_become_cheaper_is_sent(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    live(project, 0.6)
    submit(studio, CHEAP, shown={"clips": 1, "dollars": 0.1})
    until(lambda: len(fal.submits) == 1)


@pytest.mark.parametrize("shown", [None, {}, 1, {"clips": 1}, {"dollars": "0.1"}, {"dollars": float("nan")}])
def test_a_submit_without_its_price_is_malformed(fal: FalDouble, studio: sd.Studio, shown: Any) -> None:
    with pytest.raises(sd.InvalidRequest):
        submit(studio, CHEAP, shown=shown)
    assert fal.submits == []


def test_a_price_that_changed_while_it_was_on_screen_is_asked_for_anew(
    fal: FalDouble, project: sd.Project, studio: sd.Studio
) -> None:
    with pytest.raises(PriceQuestion):
        submit(studio)
    live(project, 3.6)
    with pytest.raises(PriceQuestion, match=r"costs about \$2.10, and “1.40” was typed") as asked:
        submit(studio, confirm="1.40")
    assert asked.value.question["price"] == "2.10"
    assert fal.submits == []


def live(project: sd.Project, dollars: float) -> None:
    """Have the price of a million tokens been read from the service."""
    told = {endpoint.id: UnitPrice(dollars, "1m tokens", "USD") for endpoint in ENDPOINTS}
    project.prices.learn(told, "2026-12-24")
    workspace_of(project).notify()


def test_the_quote_follows_the_prices_and_says_of_when_they_are(project: sd.Project, studio: sd.Studio) -> None:
    answer(studio, "draft", endpoint=TEXT, fields={**CHEAP, "sharpness": None}, origin="here")
    quote: Any = studio._draft["quote"]
    assert (quote["cost"], quote["live"], quote["as_of"]) == (pytest.approx(0.0964, abs=1e-4), False, "2026-11-22")
    live(project, 4.8)
    until(lambda: studio._draft["quote"] != quote)
    quote = studio._draft["quote"]
    assert quote["live"]
    assert (quote["cost"], quote["as_of"]) == (pytest.approx(0.1928, abs=1e-4), "2026-12-24")
    assert studio._draft["origin"] == "here"


def test_a_deprecated_endpoint_is_told(fal: FalDouble, open_project: Callable[..., sd.Project]) -> None:
    fal.models = [{"endpoint_id": TEXT, "metadata": {"status": "deprecated"}}]
    fal.models.append({"endpoint_id": ENDPOINTS[1].id, "metadata": {"status": "active"}})
    studio = sd.Studio(open_project())
    until(lambda: studio._lab["retired"] == [TEXT])
    studio.close()


def test_what_changes_while_it_is_made_is_shown(project: sd.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = AnsweringWidget.__init__
    until(lambda: workspace_of(project).connection.state == "ready")
    time.sleep(0.5)  # later changes would tell of this one too

    def begin_slowly(self: AnsweringWidget, *args: Any, **state: Any) -> None:
        begin(self, *args, **state)
        if isinstance(self, sd.Studio):
            project.budget = 3.0
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), job_thread().loop).result()  # until all were told

    monkeypatch.setattr(AnsweringWidget, "__init__", begin_slowly)
    studio = sd.Studio(project)
    until(lambda: studio._lab["purse"]["cap"] == 3.0)
    studio.close()


def test_a_typed_price_confirms_no_other_request(fal: FalDouble, studio: sd.Studio) -> None:
    with pytest.raises(PriceQuestion):
        submit(studio, {**DEAR, "aspect_ratio": "21:9"}, confirm="1.39")
    assert fal.submits == []


def test_below_a_dollar_nothing_is_asked(fal: FalDouble, studio: sd.Studio) -> None:
    (gid,) = submit(studio, CHEAP)["gids"]
    until(lambda: studio.project.by_id(gid).done)
    assert len(fal.submits) == 1


def test_over_the_budget_is_refused_whatever_is_typed(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    project.budget = 0.5
    with pytest.raises(OverBudget, match=r"budget has \$0.50 left"):
        submit(studio, confirm="1.40")
    assert fal.submits == []


def test_what_was_never_sent_is_priced_in_sum(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    project.budget = 10.0
    for _ in range(14):
        workspace_of(project).store.add(waiting(project, 0.2592)).result()
    assert answer(studio, "hello") == {}
    until(lambda: studio._lab["waiting"]["count"] == 14)
    fourteen, fifteen = {"clips": 14, "dollars": 3.6288}, {"clips": 15, "dollars": 3.888}
    with pytest.raises(PriceQuestion, match=r"These 14 clips cost about \$3.63") as asked:
        answer(studio, "resume", shown=fourteen)
    assert asked.value.question == {"count": 14, "price": "3.63", "left": pytest.approx(10.0)}
    workspace_of(project).store.add(waiting(project, 0.2592)).result()
    with pytest.raises(NotAsShown):
        answer(studio, "resume", confirm="3.63", shown=fourteen)
    with pytest.raises(PriceQuestion, match=r"These 15 clips cost about \$3.89, and “3.63” was typed"):
        answer(studio, "resume", confirm="3.63", shown=fifteen)
    assert fal.submits == []
    assert len(answer(studio, "resume", confirm="3.89", shown=fifteen)["gids"]) == 15
    until(lambda: len(fal.submits) == 15)
    until(lambda: studio._lab["waiting"]["count"] == 0)


def waiting(project: sd.Project, estimate: float) -> Record:
    """A job whose kernel stopped before it was sent."""
    request = sd.TextToVideo("A lake", seed=7).record()
    return Record(1e9, str(workspace_of(project).choice), False, TEXT, request, estimate, "PENDING", owner="gone")


def test_every_job_of_this_kernel_is_asked_to_stop(fal: FalDouble, studio: sd.Studio) -> None:
    fal.script.statuses = [{"status": "IN_QUEUE", "queue_position": 1}, "hold"]
    for _ in range(3):
        submit(studio, CHEAP)
    until(lambda: studio._jobs["counts"] == {IN_QUEUE: 3})
    assert answer(studio, "cancel_all") == {"count": 3}
    until(lambda: sum(call.method == "PUT" and call.path.endswith("/cancel") for call in fal.calls) == 3)


WRONG = {"duration": "3", "seed": -2, "aspect_ratio": "2:1", "sharpness": 4}


def test_wrong_values_in_a_draft_are_kept_and_named(studio: sd.Studio) -> None:
    answer(studio, "draft", endpoint=TEXT, fields={**CHEAP, **WRONG}, origin="a page of another day")
    draft = studio._draft
    assert {problem["field"] for problem in draft["problems"]} == set(WRONG)
    assert {name: draft["fields"].get(name) for name in WRONG} == {**WRONG, "sharpness": None}
    assert (draft["quote"], studio.composer.request) == (None, None)


def test_a_clip_that_is_not_as_asked_is_a_row_with_a_notice(fal: FalDouble, studio: sd.Studio) -> None:
    fal.clip = clip(width=320, height=240)
    (gid,) = submit(studio, CHEAP)["gids"]
    until(lambda: studio._history["total"] == 1 and studio._jobs["counts"] == {})
    (row,) = studio._history["rows"]
    assert (row["gid"], row["saved"], row["cost_source"]) == (gid, True, "estimate")
    assert row["notice"]
    assert "320" in row["notice"]["message"]
    assert row["notice"]["next_step"]
    assert studio._jobs["cards"] == []


def test_a_clip_that_cannot_be_saved_is_a_card_at_once(fal: FalDouble, project: sd.Project, studio: sd.Studio) -> None:
    (project.folder / "clips").rmdir()
    (project.folder / "clips").write_text("in the way")
    (gid,) = submit(studio, CHEAP)["gids"]
    until(lambda: any(card["error"] for card in studio._jobs["cards"]))
    (card,) = studio._jobs["cards"]
    assert card["error"]
    assert card["fields"]
    assert (card["gid"], card["status"], card["error"]["charged"]) == (gid, "COMPLETED", "yes")
    assert "could not be written" in card["error"]["message"]
    assert "writable folder" in card["error"]["next_step"]
    assert card["fields"]["prompt"] == "A lake"
    assert card["ended"]
    answer(studio, "dismiss", gid=gid)
    until(lambda: studio._jobs["cards"] == [])


MANY = 5_000


@pytest.fixture
def crowd(project: sd.Project) -> list[Job]:
    """Thousands of jobs under way, of which the last forty are being made."""
    request = sd.TextToVideo("A lake " + "at dusk " * 400, seed=7).record()
    return [
        Job(
            Record(1e9 + n, workspace_of(project).connection.choice.label, False, TEXT, request, 0.26, status, id=n),
            project.folder,
        )
        for n, status in enumerate([IN_QUEUE] * (MANY - 40) + [IN_PROGRESS] * 40, 1)
    ]


def test_a_snapshot_of_thousands_stays_small_and_counts_them_all(
    project: sd.Project, studio: sd.Studio, crowd: list[Job]
) -> None:
    for job in crowd:
        studio.queue._note(job)
    shown = studio.queue.view()
    assert shown["counts"] == {IN_PROGRESS: 40, IN_QUEUE: MANY - 40}
    ids = [card["gid"] for card in shown["cards"]]
    assert ids == [*range(MANY - 39, MANY + 1), *range(1, SHOWN - 39)]
    assert len(json.dumps(shown)) < 40_000


def test_a_refresh_reads_what_it_shows_of_thousands(
    project: sd.Project, studio: sd.Studio, crowd: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    for job in crowd:
        studio.queue._note(job)
    read: list[object] = []

    def done(job: Generation) -> bool:
        read.append(job.id)
        return False

    def failures(*_: object) -> list[Record]:
        read.append("history")
        return []

    monkeypatch.setattr(Generation, "done", property(done))
    monkeypatch.setattr(Store, "undismissed_failures", failures)
    studio.queue.view()
    first = len(read)
    crowd[-1].logs.append("rendering frame 2 of 120")
    studio.queue._note(crowd[-1])
    studio.queue.view()
    assert len(read) - first <= 4 * SHOWN
    assert "history" not in read[first:]


def test_jobs_leave_the_queue_as_they_end(project: sd.Project, studio: sd.Studio, crowd: list[Job]) -> None:
    for job in crowd:
        studio.queue._note(job)
    for job in crowd[10:]:
        job.apply(status="CANCELLED")
        studio.queue._note(job)
    assert studio.queue.view()["counts"] == {IN_QUEUE: 10}
    for job in crowd[:10]:
        job.abandon()  # taken over by another opener: nobody says so
    assert studio.queue.view() == {"cards": [], "counts": {}}


def test_a_studio_that_was_refused_leaves_nothing_behind(project: sd.Project) -> None:
    before = workspace_of(project).observers.count
    refused: list[dict[str, Any]] = [{"foo": 1}, {"layout": 7}]
    for wrong in refused:
        with pytest.raises((TypeError, traitlets.TraitError)):
            sd.Studio(project, **wrong)
        gc.collect()  # what it raises while it is let go of fails the test
        assert workspace_of(project).observers.count == before


def test_a_kept_picture_is_read_once(project: sd.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = sd.Frame.of(Image.new("RGB", (640, 480), "teal"))
    keep_frame(project.folder, frame)
    reads: list[object] = []
    whole = files.read_file

    def read(path: Path, most: int) -> bytes:
        reads.append(path)
        return whole(path, most)

    monkeypatch.setattr(files, "read_file", read)
    given = pictures.Pictures(project)
    assert given.frame(frame.token) is given.frame(frame.token)
    assert (given.frame(frame.token).data, len(reads)) == (frame.data, 1)


def test_a_greeting_is_answered_with_what_is_being_worked_on(
    project: sd.Project, studio: sd.Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies: list[dict[str, Any]] = []
    held = threading.Event()
    monkeypatch.setattr(studio, "send", lambda reply, _buffers=None: replies.append(reply))
    monkeypatch.setattr(workspace_of(project).store, "tags", lambda: [] if held.wait(10) else None)

    def receive(kind: str, req: str) -> None:
        studio._receive(None, {"kind": kind, "req": req}, [])

    receive("tags", "slow")
    receive("hello", "first")
    until(lambda: len(replies) == 1)
    held.set()
    until(lambda: len(replies) == 2)
    receive("hello", "second")
    until(lambda: len(replies) == 3)
    assert [(reply["req"], reply.get("working")) for reply in replies] == [
        ("first", ["slow"]),
        ("slow", None),
        ("second", []),
    ]
