"""One protocol: the browser's types are the kernel's, every kind of message has its one handler, and limits hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import TypeAdapter

import ipyseedance as sd
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.errors import ClipNotSaved, InvalidRequest
from ipyseedance.jobs.job import Job
from ipyseedance.store.finding import ORDERS
from ipyseedance.store.record import JUDGEMENTS, Record
from ipyseedance.store.statuses import STATUSES
from ipyseedance.widgets import views
from ipyseedance.widgets.answering import AnswerTable
from ipyseedance.widgets.answers import Answers
from ipyseedance.widgets.permission import PriceQuestion
from ipyseedance.widgets.prompting import PROMPTING
from ipyseedance.widgets.protocol.history import FindRows, Sort
from ipyseedance.widgets.protocol.message import Message
from ipyseedance.widgets.protocol.requests import STUDIO_REQUESTS, SetDraft, Submit
from ipyseedance.widgets.protocol.shared import Judge, Judgement, Question, Status
from ipyseedance.widgets.protocol.snapshots import Endpoint, Prompting, Row, StudioTraits
from ipyseedance.widgets.protocol.snapshots import Job as JobCard
from ipyseedance.widgets.protocol.wall import WALL_REQUESTS, PlanPromotion, WallTraits
from ipyseedance.widgets.reading import read
from ipyseedance.widgets.studio import Studio
from ipyseedance.widgets.wall import WallWidget
from ipyseedance.widgets.wall_answers import WallAnswers
from ipyseedance.widgets.wall_voting import Voting
from scripts import protocol

NOT_SAVED = ClipNotSaved("The disk is full.", next_step="Make room.").to_record()


TABLES: list[tuple[AnswerTable, tuple[type[Message], ...]]] = [
    (Answers(None), STUDIO_REQUESTS),  # type: ignore[arg-type]
    (WallAnswers(None, Voting(None)), WALL_REQUESTS),  # type: ignore[arg-type]
]


def test_the_browsers_types_are_the_kernels() -> None:
    written = protocol.FILE.read_text(encoding="utf-8")
    assert written == protocol.generated(), "run `make js`, and commit js/src/protocol.gen.ts"


def test_the_check_names_a_file_that_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(protocol, "FILE", tmp_path / "protocol.gen.ts")
    monkeypatch.setattr(protocol, "ROOT", tmp_path)
    assert protocol.main(check=True) == 1
    assert protocol.main(check=False) == protocol.main(check=True) == 0
    (tmp_path / "protocol.gen.ts").write_text("// by hand\n")
    assert protocol.main(check=True) == 1
    assert "protocol.gen.ts is not what" in capsys.readouterr().out


@pytest.mark.parametrize(("table", "messages"), TABLES, ids=["studio", "wall"])
def test_every_message_has_one_handler_that_takes_it_and_gives_its_answer(
    table: AnswerTable, messages: tuple[type[Message], ...]
) -> None:
    assert Counter(message.kind for message in messages) == Counter(table.kinds)
    for message in messages:
        kind, act = table._acts[message.kind]
        hints = get_type_hints(act)
        given = hints["return"]  # an answer and its bytes, or what is awaited for one
        answer = given if get_origin(given) is tuple else get_args(given)[0]
        assert kind is message
        assert hints.get("ask", hints.get("_ask")) is message
        assert get_args(answer)[0] == message.answer, message.kind


@pytest.mark.parametrize(("widget", "traits"), [(Studio, StudioTraits), (WallWidget, WallTraits)])
def test_the_traits_are_the_same(widget: type[Studio | WallWidget], traits: Any) -> None:
    own = {name for name in widget.class_own_traits(sync=True) if not name.startswith(("_esm", "_css", "_anywidget"))}
    assert set(traits.__annotations__) == own


def test_words_that_the_history_has_too_are_the_same() -> None:
    assert get_args(Sort) == tuple(ORDERS)
    assert set(get_args(Status)) == set(STATUSES)
    assert tuple(Judgement.model_fields) == JUDGEMENTS


def conforms(value: object, kind: Any) -> bool:
    """Whether a value is of a type, and says no more."""
    return bool(TypeAdapter(kind).validate_python(value) == value)


def test_the_snapshots_say_what_the_browser_reads(tmp_path: Path) -> None:
    request = sd.TextToVideo("A lake", seed=7)
    record = Record(1e9, "fal", False, ENDPOINTS[0].id, request.record(), 0.26, "COMPLETED", error=NOT_SAVED, id=1)
    row = views.row(record, asked_here=True)
    assert conforms(row, Row)
    assert row["notice"]
    assert conforms(views.job(Job(record, tmp_path)), JobCard)
    assert conforms(PriceQuestion(1, "1.40", None, None).question, Question)
    assert conforms(PROMPTING, Prompting)
    # Its schemas say more, which no control is drawn from.
    TypeAdapter(list[Endpoint]).validate_python(views.catalogue())


SHOWN = {"clips": 1, "dollars": 0.5}


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        (Judge, {}, "gid: None is not allowed; give a whole number from 0 to 9,007,199,254,740,992"),
        (Judge, {"gid": True}, "gid: True is not allowed; give a whole number from 0 to"),
        (Judge, {"gid": 1, "tags": ["a", 7]}, "tags: 7 is not allowed; give a text of at most 200 letters"),
        (
            Judge,
            {"gid": 1, "tags": ["a"] * 101},
            "tags: a list of 101 is not allowed; give a list of at most 100 texts",
        ),
        (
            FindRows,
            {"find": {"sort": "x"}, "offset": 0, "limit": 1},
            "sort: 'x' is not allowed; give one of newest, old",
        ),
        (FindRows, {"find": [], "offset": 0, "limit": 1}, "find: a list of 0 is not allowed; give an object"),
        (FindRows, {"find": {}, "offset": 0, "limit": 1, "groups": 1}, "groups: 1 is not allowed; give true or false"),
        (
            Submit,
            {"endpoint": "x", "fields": {"seed": [1]}, "shown": SHOWN},
            "seed: a list of 1 is not allowed; give a ",
        ),
        (
            Submit,
            {"endpoint": "x", "fields": {}, "shown": {"clips": 1}},
            "dollars: None is not allowed; give a number ",
        ),
        (
            SetDraft,
            {"endpoint": "x", "fields": {}, "axes": {"a": 7}, "origin": ""},
            "a: 7 is not allowed; give a text, ",
        ),
    ],
)
def test_what_is_not_allowed_is_named_with_what_is(kind: type[Message], content: dict[str, Any], told: str) -> None:
    with pytest.raises(sd.InvalidRequest) as refused:
        read(kind, content)
    assert refused.value.message.startswith(told)


def test_what_the_kernel_does_not_know_is_passed_over() -> None:
    judged = read(Judge, {"gid": 1, "req": "x-1", "kind": "judge", "rating": None, "of a later version": [1]})
    assert judged.model_fields_set == {"gid", "rating"}


def test_a_filter_that_is_not_known_is_refused() -> None:
    """An older page says `duration`: passed over, "choose all found" would choose everything."""
    for name, value in (("duration", ["5"]), ("aspect_ratio", ["1:1"])):
        with pytest.raises(InvalidRequest, match=name):
            read(FindRows, {"find": {name: value}, "offset": 0, "limit": 48})


def test_finals_say_whether_they_have_sound() -> None:
    """An older page says `generate_audio`: without it silent clips would be made, below the price that was shown."""
    with pytest.raises(InvalidRequest, match="sound"):
        read(PlanPromotion, {"gids": [1], "resolution": "720p", "generate_audio": True})
