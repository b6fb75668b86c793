"""Where the key is found, what is taken off a pasted one, and in which forms it is blotted out."""

from __future__ import annotations

import base64
import html
import json
import sys
from types import ModuleType
from urllib.parse import quote

import pytest

import ipyseedance as sd
from ipyseedance.fal.credentials import Key, find_key
from ipyseedance.jobs.connection import choose

ID, SECRET = "0f0e0d0c-0b0a-0908-0706", "fedcba9876543210fedcba9876543210"
KEY = f"{ID}:{SECRET}"


class Colab(ModuleType):
    """Colab's module of secrets, as far as it is used."""

    class SecretNotFoundError(Exception):
        pass

    def __init__(self, secrets: dict[str, str | Exception]) -> None:
        super().__init__("google.colab.userdata")
        self._secrets = secrets

    def get(self, name: str) -> str:
        value = self._secrets.get(name, Colab.SecretNotFoundError(name))
        if isinstance(value, Exception):
            raise value
        return value


@pytest.fixture
def colab(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | Exception]:
    """The secrets of a stand-in for Colab."""
    secrets: dict[str, str | Exception] = {}
    google, package = ModuleType("google"), ModuleType("google.colab")
    package.userdata = Colab(secrets)  # type: ignore[attr-defined]
    google.colab = package  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", package)
    return secrets


def test_no_key_is_none() -> None:
    assert find_key() is None
    assert choose("auto", None).kind == "offline"
    with pytest.raises(sd.KeyRefused, match="There is no key"):
        choose("fal", None)


@pytest.mark.parametrize(
    "variables",
    [
        {"FAL_KEY": KEY},
        {"FAL_KEY_ID": ID, "FAL_KEY_SECRET": SECRET},
        {"FAL_KEY_ID": f" '{ID}'\n", "FAL_KEY_SECRET": f'"{SECRET}" '},
        {"FAL_KEY": KEY, "FAL_KEY_ID": "other", "FAL_KEY_SECRET": "other"},
        {"FAL_KEY": " \n", "FAL_KEY_ID": ID, "FAL_KEY_SECRET": SECRET},
    ],
)
@pytest.mark.parametrize("where", ["environment", "Colab"])
def test_the_key_is_found(
    monkeypatch: pytest.MonkeyPatch, colab: dict[str, str | Exception], variables: dict[str, str], where: str
) -> None:
    if where == "Colab":
        colab.update(variables)
    else:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
    assert find_key() == Key(KEY)
    assert choose("auto", None).kind == "fal"


def test_the_environment_comes_before_colab(monkeypatch: pytest.MonkeyPatch, colab: dict[str, str | Exception]) -> None:
    colab["FAL_KEY"] = "another:key"
    monkeypatch.setenv("FAL_KEY", KEY)
    assert find_key() == Key(KEY)


@pytest.mark.parametrize("refusal", [PermissionError("no access to this secret"), TimeoutError(), None])
def test_a_colab_that_gives_nothing_is_no_failure(colab: dict[str, str | Exception], refusal: Exception | None) -> None:
    if refusal:
        colab["FAL_KEY"] = refusal
    assert find_key() is None


def test_half_a_pair_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY_ID", ID)
    assert find_key() is None


@pytest.mark.parametrize(
    "pasted",
    [
        f" {KEY}\n",
        f'"{KEY}"',
        f"'{KEY}'\r\n",
        f"`{KEY}`",
        f"“{KEY}”",
        f"FAL_KEY={KEY}",
        f'export FAL_KEY="{KEY}"',
        f"FAL_KEY = '{KEY}'",
        f"Key {KEY}",
    ],
)
def test_what_is_pasted_along_is_taken_off(pasted: str) -> None:
    assert Key(pasted) == Key(KEY)
    assert Key(pasted).header == {"Authorization": f"Key {KEY}"}
    Key(pasted).check()


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        (f"{ID}:\n{SECRET}", "a space, a line break"),
        (f"{ID} {SECRET}", "a space, a line break"),
        (f"{ID}:{SECRET}é", "a letter in it that no key"),
        (f"\ufeff{KEY}", "a letter in it that no key"),
        (f"{ID}:", "one side of its colon is empty"),
        (f":{SECRET}", "one side of its colon is empty"),
    ],
)
def test_what_cannot_be_a_key_is_refused(pasted: str, says: str) -> None:
    with pytest.raises(sd.KeyRefused, match=says) as caught:
        choose("fal", Key.given(pasted))
    assert ID not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert choose("offline", Key.given(pasted)).key is None


@pytest.mark.parametrize("empty", ["", " ", "\n", '""', "FAL_KEY="])
def test_an_empty_argument_is_no_key(empty: str) -> None:
    assert Key.given(empty) is None


@pytest.mark.parametrize(
    "told",
    [KEY, ID, SECRET, quote(KEY, safe=""), *(base64.b64encode(f"{'x' * n}{KEY}".encode()).decode() for n in range(4))],
)
def test_the_key_is_blotted_out_however_it_is_written(told: str) -> None:
    clean = Key(KEY).redact(f"before {told} after")
    assert clean.startswith("before ")
    assert clean.endswith(" after")
    assert "[key]" in clean
    assert not any(clean[i : i + 10] in told for i in range(7, len(clean) - 16))


@pytest.mark.parametrize("letters", ["a/b+c=d\\e\"f'g%h~!", "<script>&amp;#/@"])
def test_a_key_of_any_letters_is_blotted_out_of_json_and_addresses(letters: str) -> None:
    written = [letters, json.dumps(letters), quote(letters), quote(letters, safe=""), html.escape(letters)]
    for told in (*written, letters.replace("/", "\\/")):
        assert letters[:5] not in Key(letters).redact(told)
        assert "[key]" in Key(letters).redact(told)


def test_short_words_are_left_alone() -> None:
    assert Key("id:secret").redact("the secret id of id:secret") == "the secret id of [key]"


LOCAL = ("http://127.0.0.1:80", "http://127.9.9.9", "http://localhost:8000", "http://[::1]:8000", "https://fal.example")
OPEN = ("http://fal.example", "http://192.168.1.5:8000", "http://10.0.0.2", "http://machine", "http://127.1",
        "http://localhost.", "http://localhost.example", "HTTP://fal.example", "http://[::ffff:10.0.0.2]")  # fmt: skip


@pytest.mark.parametrize("server", [*LOCAL, *OPEN, "https://queue.fal.run", "https://192.168.1.5"])
def test_the_key_of_this_machine_is_for_fal_alone(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv("FAL_KEY", KEY)
    assert choose(server, None).key is None


@pytest.mark.parametrize("server", LOCAL)
def test_another_server_gets_the_key_that_is_given(server: str) -> None:
    assert choose(server, Key(KEY)).key == choose(server, KEY).key == Key(KEY)


@pytest.mark.parametrize("server", OPEN)
def test_no_key_is_sent_over_the_network_in_the_open(server: str) -> None:
    with pytest.raises(sd.InvalidRequest, match="give an https address"):
        choose(server, Key(KEY))
