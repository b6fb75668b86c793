"""The browser and the kernel keep the same table of messages."""

from __future__ import annotations

import re
from pathlib import Path

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.errors import ClipNotSaved
from ipyseedance.jobs.job import Job
from ipyseedance.store.finding import ORDERS
from ipyseedance.store.record import Record
from ipyseedance.widgets import views
from ipyseedance.widgets.answers import Answers
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.studio import Studio

JS = Path(__file__).parents[2] / "js/src/shared"
MESSAGES = "\n".join((JS / name).read_text(encoding="utf-8") for name in ("messages.ts", "requests.ts"))

NOT_SAVED = ClipNotSaved("The disk is full.", next_step="Make room.").to_record()


def block(name: str) -> str:
    found = re.search(rf"export interface {name} {{\n(.*?)\n}}", MESSAGES, re.DOTALL)
    assert found
    return found[1]


def test_the_kinds_are_the_same() -> None:
    kinds = set(re.findall(r"^  (\w+):", block("Requests"), re.MULTILINE))
    assert kinds == Answers(None).kinds  # type: ignore[arg-type]


def test_the_traits_are_the_same() -> None:
    traits = set(re.findall(r"^  (?:readonly )?(_\w+):", block("Traits"), re.MULTILINE))
    own = {name for name in Studio.class_own_traits(sync=True) if not name.startswith(("_esm", "_css", "_anywidget"))}
    assert traits == own


def test_the_orders_are_the_same() -> None:
    sort = re.search(r"export type Sort = (.*?);", MESSAGES, re.DOTALL)
    assert sort
    assert tuple(re.findall(r'"(\w+)"', sort[1])) == tuple(ORDERS)


def fields(interface: str) -> set[str]:
    return set(re.findall(r"^  readonly (\w+):", block(interface), re.MULTILINE))


def test_the_snapshots_say_what_the_browser_reads(tmp_path: Path) -> None:
    request = sd.TextToVideo("A lake", seed=7)
    record = Record(1e9, "fal", False, ENDPOINTS[0].id, request.record(), 0.26, "COMPLETED", error=NOT_SAVED, id=1)
    assert set(views.row(record, asked_here=True)) == fields("Row")
    assert set(views.job(Job(record, tmp_path))) == fields("Job")
    assert set(views.row(record, asked_here=True)["notice"]) == fields("Told")
    assert set(PriceQuestion(1, "1.40", None, None).question) == fields("Question")
