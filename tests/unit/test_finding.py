"""What can be looked for in a history, and how its clips are grouped."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.contract.errors import InvalidRequest, ProjectUnusable
from ipyseedance.store.finding import ORDERS, Find
from ipyseedance.store.store import Store
from ipyseedance.widgets.history_answers import find_of
from ipyseedance.widgets.protocol.history import Find as Asked
from ipyseedance.widgets.reading import read

from .test_history import record


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Store]:
    """Twelve clips: 480p and 720p in turn, of 4, 5 and 6 s, every fourth silent; the last six of two sweeps."""
    history = Store(tmp_path)
    for n in range(12):
        request = sd.TextToVideo(
            f"A fox, take {n}",
            seed=100 + n,
            resolution="720p" if n % 2 else "480p",
            duration=4 + n % 3,
            generate_audio=n % 4 != 0,
        )
        more: dict[str, Any] = {"sweep": "late" if n > 8 else "early", "cell": {"seed": str(n)}} if n > 5 else {}
        more |= {"star": True} if n == 3 else {}
        more |= {"rating": n - 4} if 5 <= n <= 9 else {}
        length = 4 + n % 3
        history.add(record(request, seed=100 + n, url="https://x", clip_duration=float(length), **more)).result()
    history.add(record(sd.TextToVideo("A fox without a clip", seed=7), status="FAILED", sweep="late")).result()
    axes = json.dumps({"seed": ["1", "2"], "resolution": ["480p"]})
    rows = [(name, 1e9 + n, axes, "[]", None) for n, name in enumerate(["early", "late"])]
    insert = "INSERT INTO sweeps VALUES (?, ?, ?, ?, ?)"
    history.database.write(lambda connection: connection.executemany(insert, rows).rowcount).result()
    yield history
    history.close()


def takes(history: Store, **wanted: Any) -> list[int]:
    return [id - 1 for id in history.found(Find(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"resolution": ("720p",)}, [11, 9, 7, 5, 3, 1]),
        ({"resolution": ("720p", "480p"), "seconds": (4.0,)}, [9, 6, 3, 0]),
        ({"seconds": (4.0, 6.0), "resolution": ("480p",)}, [8, 6, 2, 0]),
        ({"ratio": ("9:16",)}, []),
        ({"endpoint": ("fal-ai/bytedance/seedance/v1.5/pro/image-to-video",)}, []),
        ({"sound": False}, [8, 4, 0]),
        ({"sound": True, "sweep": "early"}, [7, 6]),
        ({"starred": True}, [3]),
        ({"rated": 4}, [9, 8]),
        ({"seed": 105}, [5]),
        ({"words": ("fox", "take 1"), "order": "oldest"}, [1, 10, 11]),
        ({"order": "rating", "rated": 2}, [9, 8, 7, 6]),
        ({"order": "shortest", "resolution": ("720p",)}, [3, 9, 1, 7, 5, 11]),
        ({"order": "oldest", "grouped": True, "rated": 1}, [9, 6, 7, 8, 5]),
    ],
)
def test_each_field_finds_its_clips(history: Store, wanted: dict[str, Any], found: list[int]) -> None:
    assert takes(history, **wanted) == found
    total, records = history.page(Find(**wanted), offset=1, limit=2)
    assert (total, [r.id - 1 for r in records]) == (len(found), found[1:3])


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_has_everything_once(history: Store, order: str) -> None:
    assert sorted(takes(history, order=order)) == list(range(12))
    assert [r.id - 1 for r in history.page(Find(order=order), offset=0, limit=99)[1]] == takes(history, order=order)


def test_tags_and_notes_are_searched(history: Store) -> None:
    history.update(3, tags=["Für später"], note="The Softest one").result()
    assert takes(history, words=("für",)) == [2]
    assert takes(history, words=("softest", "später")) == [2]


@pytest.mark.parametrize("word", ["camera", "audio", "seed", "duration", "prompt", "true", "null", '"', "{"])
def test_the_fields_names_are_not_searched(history: Store, word: str) -> None:
    assert takes(history, words=(word,)) == []


@pytest.mark.parametrize(
    "word",
    [
        "CAMERA",
        'says "hold',
        "hold\nstill",
        "a\\b",
        "Über",
        "9:16",
        "1080p",
        "4294967295",
        "example.org/start",
        "0.375",
        "nested",
    ],
)
def test_what_the_fields_hold_is_searched(history: Store, word: str) -> None:
    request = sd.ImageToVideo(
        'The camera says "hold\nstill" a\\b, Über all',
        "https://example.org/start.png",
        seed=2**32 - 1,
        aspect_ratio="9:16",
        resolution="1080p",
    )
    more = {"references": [{"strength": 0.375, "name": "nested"}]}  # as other endpoints have them
    history.add(replace(record(request, url="https://x"), request=request.record() | more)).result()
    assert takes(history, words=(word,)) == [13]
    assert takes(history, words=("references",)) == []


ALIKE: list[tuple[list[str], list[str]]] = [
    (["äpfel", "ÄPFEL", "a\u0308pfel"], ["Drei Äpfel", "drei a\u0308pfel", "DREI ÄPFEL"]),
    (["straße", "STRASSE"], ["Eine nasse Straße", "EINE NASSE STRASSE"]),
    (["istanbul", "İSTANBUL"], ["Sunset over İSTANBUL", "sunset over istanbul", "SUNSET OVER ISTANBUL"]),
    (["ışık"], ["IŞIK", "\u0131\u015f\u0131k"]),  # noqa: RUF001
    (["οδος", "ΟΔΟΣ", "οδοσ"], ["ΟΔΟΣ", "οδος"]),
    (["ПРИВЕТ"], ["привет"]),
    (["café"], ["CAFE\u0301", "Café"]),
    (["fish"], ["two \ufb01sh", "TWO FISH"]),
    (["640"], ["\uff16\uff14\uff10 birds", "640 birds"]),
    (["한국"], ["\u1112\u1161\u11ab\u1100\u116e\u11a8"]),
]
"""Words, and the texts that each of them is in, as a reader sees it."""


@pytest.mark.parametrize("where", ["prompt", "tag", "note", "escaped"])
def test_letters_that_are_read_alike_are_found_alike(tmp_path: Path, where: str) -> None:
    texts = [text for _, alike in ALIKE for text in alike]
    history = Store(tmp_path)
    for text in texts:
        changes: dict[str, Any] = {"tags": [text]} if where == "tag" else {"note": text} if where == "note" else {}
        request = sd.TextToVideo("?" if where in ("tag", "note") else text)
        added = history.add(record(request, url="https://x", **changes))
    added.result()
    if where == "escaped":  # as other writers of JSON have it
        update = "UPDATE generations SET request = ? WHERE id = ?"
        rows = [(json.dumps({"prompt": text}), id) for id, text in enumerate(texts, 1)]
        history.database.write(lambda connection: connection.executemany(update, rows).rowcount).result()
    assert len(history.found(Find())) == len(texts)
    for words, alike in ALIKE:
        for word in words:
            found = [texts[id - 1] for id in history.found(Find(words=(word,), order="oldest"))]
            assert (word, found) == (word, alike)
    history.close()


@pytest.mark.parametrize("word", [",", '"', '","', "[", "]", "none", "null", "true", "\\", "tags", "prompt"])
def test_no_sign_of_how_it_is_stored_is_found(tmp_path: Path, word: str) -> None:
    history = Store(tmp_path)
    request = sd.ImageToVideo("Go", "https://example.org", aspect_ratio="auto")
    history.add(record(request, url="https://x", tags=["red", "blue"], note="soft", seed=None)).result()
    assert history.found(Find(words=("GO", "blue"))) == [1]
    assert history.found(Find(words=(word,))) == []
    history.close()


def test_several_words_may_stand_in_several_places(history: Store) -> None:
    history.update(3, tags=["Äpfel"], note="Softest").result()
    assert takes(history, words=("äpfel", "SOFT", "102", "fox")) == [2]
    assert takes(history, words=("äpfel", "loud")) == []
    assert [group.count for group in history.groups(Find(words=("äpfel",)))] == [1]


def test_no_row_ends_a_search(history: Store) -> None:
    """Whatever somebody wrote into it."""
    odd = [b"\xff\xfe", 7, 1.5, "[" * 3000, '{"a": ' + "9" * 5000 + "}", "\x1e\x1e\x1e", '{"prompt": "\\ud800 fox"}',
           '{"prompt": "' + "e\u0301\u0323" * 30_000 + ' fox"}']  # fmt: skip
    for value in odd:
        for column in ("request", "tags", "note"):
            update = f"UPDATE generations SET {column} = ? WHERE id = 3"
            with contextlib.suppress(ProjectUnusable):  # what an index cannot take is not written
                history.database.write(lambda c, u=update, v=value: c.execute(u, (v,)).rowcount).result()  # type: ignore[misc]
        assert takes(history, words=("fox", "take"))[-1] == 0
        assert takes(history, words=("ä",)) == []


def test_a_tag_is_found_as_a_whole(history: Store) -> None:
    for id, tags in ((3, ["keeper", "red"]), (5, ["not a keeper"]), (8, ["keeper"])):
        history.update(id, tags=tags).result()
    assert takes(history, tag="keeper") == [7, 2]
    assert takes(history, tag="keeper", sweep="early") == [7]
    assert takes(history, tag="KEEPER") == []


def test_groups_are_the_sweeps_in_the_order_of_the_rows(history: Store) -> None:
    groups = history.groups(Find(grouped=True))
    assert [(g.sweep, g.axes, g.count) for g in groups] == [
        ("late", ("seed",), 3),
        ("early", ("seed",), 3),
        (None, (), 6),
    ]
    assert takes(history, grouped=True) == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert [(g.sweep, g.count) for g in history.groups(Find(rated=4, grouped=True))] == [("late", 1), ("early", 1)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"sort": "best"}, "sort: 'best' is not allowed; give one of newest"),
        ({"rated": "4"}, "rated: '4' is not allowed; give a whole number"),
        ({"seed": 1.5}, "seed: 1.5 is not allowed; give a whole number"),
        ({"seed": True}, "seed: True is not allowed; give a whole number"),
    ],
)
def test_what_cannot_be_looked_for_is_named(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        read(Asked, wrong)
    assert find_of(read(Asked, {})) == Find()
