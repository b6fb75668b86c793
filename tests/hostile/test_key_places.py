"""Where the key goes, and where what was given as `key=` and `server=` is left."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from tests.wire.fal_double import FalDouble, serving

FOX = sd.TextToVideo("A fox", seed=7)
TOKEN = f"{secrets.token_hex(16)}:{secrets.token_hex(24)}"
HALVES = TOKEN.split(":")


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        yield double


@pytest.mark.parametrize("names", [("FAL_KEY",), ("FAL_KEY_ID", "FAL_KEY_SECRET")])
@pytest.mark.parametrize("given", [None, "", " \n", "given-id:given-secret"])
def test_the_key_of_this_machine_goes_to_no_other_server(
    fal: FalDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], given: str | None
) -> None:
    for name, value in zip(names, [TOKEN] if len(names) == 1 else HALVES, strict=True):
        monkeypatch.setenv(name, value)
    fal.prices = fal.models = []
    with sd.Project(tmp_path / "film", server=fal.url, key=given) as project:
        project.submit(FOX).result(timeout=20)
    heard = fal.calls + fal.news_calls
    assert {call.method for call in heard} == {"POST", "GET"}
    assert not any(half in f"{call.path}{call.query}{call.headers}" for call in heard for half in HALVES)
    sent = {call.headers.get("authorization") for call in heard}
    assert sent == ({f"Key {given}", None} if given and given.strip() else {None})  # None: the clip's download


def seen_in_frames(error: BaseException) -> str:
    """All that the variables of an error's frames hold, and of all errors it came from; a caller's own left out."""
    told, todo, known = [], [error], set()
    while todo:
        link = todo.pop()
        if id(link) in known:
            continue
        known.add(id(link))
        todo += [e for e in (link.__cause__, link.__context__) if e is not None]
        told += [repr(link), str(link), repr(link.args), repr(vars(link))]
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if frame.f_code.co_filename == __file__:
                continue
            for value in frame.f_locals.values():
                names = [*getattr(value, "__dict__", {}), *getattr(type(value), "__slots__", ())]
                told += [repr(value), *(repr(getattr(value, name, None)) for name in names if name != "__weakref__")]
    return "\n".join(told)


def refused(folder: Path, **given: Any) -> sd.SeedanceError:
    with pytest.raises(sd.SeedanceError) as caught:
        sd.Project(folder, **given)
    told = seen_in_frames(caught.value) + str(caught.value.to_record())
    assert not any(half in told for half in HALVES)
    assert not folder.exists()
    return caught.value


class Holder:
    def __init__(self) -> None:
        self.token = TOKEN

    def __repr__(self) -> str:
        return f"Holder({self.token})"

    __str__ = __repr__


OF_NO_TEXT = [TOKEN.encode(), bytearray(TOKEN.encode()), int("".join(filter(str.isdigit, TOKEN))), [TOKEN], (TOKEN,),
              {TOKEN}, {"key": TOKEN}, Holder(), Path(TOKEN), True, 1.5, lambda: TOKEN]  # fmt: skip


@pytest.mark.parametrize("value", OF_NO_TEXT, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("server", ["auto", "fal", "offline", "http://127.0.0.1:9"])
def test_a_key_that_is_no_text_is_named_by_its_type(tmp_path: Path, value: Any, server: str) -> None:
    error = refused(tmp_path / "film", server=server, key=value)
    assert isinstance(error, sd.InvalidRequest)
    assert error.problems[0].field == "key"
    assert f"a value of type {type(value).__name__} is no key" in str(error)


@pytest.mark.parametrize("value", OF_NO_TEXT, ids=lambda value: type(value).__name__)
def test_a_server_that_is_no_text_is_named_by_its_type(tmp_path: Path, value: Any) -> None:
    error = refused(tmp_path / "film", server=value)
    assert isinstance(error, sd.InvalidRequest)
    assert f"a value of type {type(value).__name__} is not allowed" in str(error)


@pytest.mark.parametrize("bad", ["{} more", "{}\nmore", "é{}", "{}\x00", "\u200b{}", "{}:", ":{}", "{}\ud800"])
@pytest.mark.parametrize("server", ["auto", "fal", "http://127.0.0.1:9"])
def test_a_key_that_cannot_be_one(tmp_path: Path, bad: str, server: str) -> None:
    key = bad.format(HALVES[0] if bad in ("{}:", ":{}") else TOKEN)
    assert isinstance(refused(tmp_path / "film", server=server, key=key), sd.KeyRefused)


SERVERS = [
    "http://user:{}@127.0.0.1:9", "http://{}@127.0.0.1:9", "https://{}@", "https://{}@/", "http://127.0.0.1:9/?token={}",
    "http://127.0.0.1:9?{}", "http://127.0.0.1:9/#{}", "http://127.0.0.1:9#{}", "http://127.0.0.1:9/a;token={}",
    "http://127.0.0.1:9/;{}", "http://127.0.0.1:9/ {}", "http://127.0.0.1:9/\n{}", " http://127.0.0.1:9/?{}",
    "http://127.0.0.1:9\\{}", "http://[{}", "http://[::1{}]", "http://127.0.0.1:{}", "ftp://{}@127.0.0.1", "{}",
    "Key {}", "//{}@127.0.0.1", "http:{}", "http://", "http:///{}", "http://127.0.0.1:9/%2f{}?", "javascript:{}", "file:///{}",
    "http://127.0.0.1:9/{}\u202e", "http://é{}.com", "http://127.0.0.1:9/={}", "http://127.0.0.1:9/&{}", "fal {}",
]  # fmt: skip


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("key", [None, TOKEN])
def test_a_token_in_an_address_is_shown_nowhere(tmp_path: Path, server: str, key: str | None) -> None:
    assert isinstance(refused(tmp_path / "film", server=server.format(TOKEN), key=key), sd.InvalidRequest)


@pytest.mark.parametrize("server", ["http://fal.example", "http://192.168.1.5:8000", "http://10.0.0.1", "http://nas",
                                    "http://localhost.", "http://127.1", "http://0.0.0.0:9"])  # fmt: skip
def test_a_key_is_not_sent_in_the_open(tmp_path: Path, server: str) -> None:
    error = refused(tmp_path / "film", server=server, key=TOKEN)
    assert "give an https address" in str(error)
    assert server in str(error)


def test_what_is_refused_next_to_a_good_key_shows_neither(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder, budget in ((tmp_path / "film", "much"), (tmp_path / "film", -1), (tmp_path / "file" / "x", None)):
        with pytest.raises((sd.SeedanceError, OSError)) as caught:
            sd.Project(folder, server="http://127.0.0.1:9", key=TOKEN, budget=budget)  # type: ignore[arg-type]
        shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
        assert not any(half in shown.replace(repr(TOKEN), "") for half in HALVES)


def test_a_word_that_is_misspelled_is_shown(tmp_path: Path) -> None:
    assert "'ofline' is not allowed" in str(refused(tmp_path / "film", server="ofline"))


def test_a_refusal_by_a_server_of_ones_own_says_how_it_gets_a_key(fal: FalDouble, tmp_path: Path) -> None:
    fal.on_submit = (401, {"detail": "Who are you?"})
    with sd.Project(tmp_path / "film", server=fal.url) as project, pytest.raises(sd.KeyRefused, match="`key=`"):
        project.submit(FOX).result(timeout=20)
