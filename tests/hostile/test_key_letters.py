"""The key in other letters: however a service spells it, neither it nor half of it comes out in any text."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import logging
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

import ipyseedance as sd
from ipyseedance.doors.text import blot, plain
from ipyseedance.fal.credentials import Key
from ipyseedance.fal.hosts import Service
from ipyseedance.fal.queue import Queue, Ticket
from ipyseedance.fal.wire import Wire
from ipyseedance.jobs.generation import job_of
from tests.wire.hunt import Hunt, error_of

from .torrent import Torrent, raw, says, torrent

ENDPOINT = "fal-ai/bytedance/seedance/v1.5/pro/text-to-video"
FOX = sd.TextToVideo("A fox", seed=7)
KEY = f"{secrets.token_hex(16)}:{secrets.token_hex(24)}"
HALVES = KEY.split(":")


def each(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form.format(ord(letter)) for letter in text)


def utf7(text: str) -> str:
    return "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in capitals": str.upper,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 with more": lambda text: base64.b64encode(f"user:{text}!".encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hexadecimal": lambda text: text.encode().hex(),
    "JSON's": each("\\u{:04x}"),
    "JSON's in capitals": each("\\u{:04X}"),
    "JSON's, twice": each("\\\\u{:04x}"),
    "JSON's, some": lambda text: text[:3] + each("\\u{:04x}")(text[3:6]) + text[6:],
    "JavaScript's": each("\\u{{{:x}}}"),
    "Python's": each("\\U{:08x}"),
    "C's": each("\\x{:02x}"),
    "octal": each("\\{:03o}"),
    "percent": each("%{:02X}"),
    "percent, small": each("%{:02x}"),
    "percent, twice": each("%25{:02x}"),
    "percent, three times": each("%2525{:02x}"),
    "percent, some": lambda text: "".join(each("%{:02x}")(c) if n % 3 else c for n, c in enumerate(text)),
    "percent of the colon": lambda text: quote(text, safe=""),
    "percent u": each("%u{:04x}"),
    "HTML": each("&#{};"),
    "HTML, hexadecimal": each("&#x{:x};"),
    "HTML, with zeros": each("&#x{:08X};"),
    "HTML, no end": each("&#{:07d}"),
    "HTML, twice": lambda text: html.escape(each("&#{};")(text)),
    "HTML of percent": lambda text: html.escape(each("&#37;{:02x}")(text)),
    "HTML's words": lambda text: text.replace(":", "&colon;"),
    "UTF-7": utf7,
    "UTF-7, some": lambda text: text[:4] + utf7(text[4:9]) + text[9:],
    "UTF-7 of percent": lambda text: utf7(each("%{:02x}")(text)),
    "quoted printable": each("={:02X}"),
    "quoted printable, broken": lambda text: text[:9] + "=\n" + text[9:],
    "UTF-16": lambda text: "\0".join(text) + "\0",
    "UTF-16, the other way": lambda text: "".join("\0" + letter for letter in text),
    "UTF-32": lambda text: "\0\0\0".join(text),
    "wide letters": lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
    "of no width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "turned": lambda text: f"\u202e{text}\u202c",
    "tags between": lambda text: "\U000e0061".join(text),
    "controls between": lambda text: "\x07".join(text),
    "a terminal's colours": lambda text: "".join(f"\x1b[3{n % 8}m{c}\x1b[0m" for n, c in enumerate(text)),
    "a terminal's title": lambda text: text[:8] + "\x1b]0;x\x07" + text[8:],
    "escaped controls": lambda text: "\\u0000".join(text),
    **{f"{name} between": part.join for name, part in {
        "joiners": "\u034f", "fillers": "\u3164", "variation": "\ufe0f", "strikes": "\u0336", "accents": "\u0301",
        "tabs": "\t", "lines": "\n", "spaces": " ", "wide spaces": "\u3000", "more variation": "\U000e0101",
        "percents of no width": "%E2%80%8B", "percents of percents": "%25E2%2580%258B", "words of no width": "&zwnj;",
        "escaped joiners": "\\u034f", "no width, read as Latin-1": "\u200b".encode().decode("latin-1"),
        "no width, read as Windows'": "\u200b".encode().decode("cp1252"), "joiners, read as Latin-1": "\u00cd\u008f",
    }.items()},
    "percent of wide letters": lambda text: quote(SPELLINGS["wide letters"](text)),
    "percent, six times": each("%2525252525{:02x}"),
    "percent of percent of wide letters": lambda text: quote(quote(SPELLINGS["wide letters"](text))),
    "wide letters, read as Latin-1": lambda text: SPELLINGS["wide letters"](text).encode().decode("latin-1"),
    "names": lambda text: "".join(f"\\N{{{unicodedata.name(letter)}}}" for letter in text),
    "CSS's": each("\\{:x} "),
    "CSS's, six digits": each("\\{:06x}"),
    "Arabic digits": lambda text: text.translate({48 + n: 0x660 + n for n in range(10)}),
    "Thai digits": lambda text: text.translate({48 + n: 0xE50 + n for n in range(10)}),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64 of UTF-16, the other way": lambda text: base64.b64encode(b"x" + text.encode("utf-16-be")).decode(),
    "base64, twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "base64, twice, with more": lambda text: base64.b64encode(base64.b64encode(f"Key {text}".encode()) + b"=").decode(),
    "hexadecimal of UTF-16": lambda text: text.encode("utf-16-le").hex(),
    "hexadecimal of UTF-16, the other way": lambda text: text.encode("utf-16-be").hex(),
    "hexadecimal with spaces": lambda text: text.encode().hex(" "),
}  # fmt: skip


def reads(text: str) -> bool:
    """Whether a half of the key is to be read in it, at whatever depth it is hidden."""
    hunt = Hunt(KEY)
    for told in (text, *(html.unescape(text), text.replace("\0", ""), text.lower())):
        hunt.see("text", told)
    return bool(hunt.leaks)


@pytest.fixture(autouse=True)
def key() -> Key:
    """It is blotted out for as long as it lives."""
    return Key(KEY)


def test_of_two_that_are_equal_the_one_that_lives_counts() -> None:
    secret = secrets.token_hex(20)
    first, second = Key(secret), Key(secret)
    del first
    assert plain(f"a {secret} b") == "a [key] b"
    del second


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("secret", [KEY, *HALVES], ids=["whole", "id", "secret"])
def test_no_spelling_passes(key: Key, spelling: str, secret: str) -> None:
    told = SPELLINGS[spelling](secret)
    for text in (told, f"Who is {told}?", f"x={told}&y", f"100% of {told} = \\ + &amp;", f"{told} {told}"):
        shown = plain(text, 100_000)
        assert "[key]" in shown
        assert told not in shown
        assert "[key]" in plain(json.dumps(text), 100_000)
        assert "[key]" in plain(json.dumps(text, ensure_ascii=False), 100_000)
        assert not reads(shown)
    assert "[key]" in blot(f"Who is {told}?")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_cut_leaves_half_of_it(key: Key, spelling: str) -> None:
    told = SPELLINGS[spelling](KEY)
    for before in (0, 440, 480, 499, 4_000, 8_060, 8_090):
        assert not reads(plain("x" * before + told))
        assert not reads(plain(f"{told} " * 200 + "x" * before + told))


def test_other_texts_stay_as_they_are(key: Key) -> None:
    texts = ["100 % sicher", "a=b&c=d+e", "C:\\users\\new", "&amp; &lt;", "Ünïcödé 漢字 ①", "line\n\tline", "😀👍🏽",
             "https://v3.fal.media/a%20b/c.mp4?x=%2B&y=1+2", "=?utf-8?q?=C3=A4?=", "+AGE-", "\\u0041", "١٢ 3",
             "\\30 \\N{DIGIT ONE}", "Ã¤ \u0439\u0306", "a b c d e f 0 1 2 3 4 5 6 7 8 9", "00 ff 30 31",
             "&#99999999999;", KEY[:7], " ".join(KEY[:7])]  # fmt: skip
    for text in texts:
        assert plain(text) == blot(text) == text


NUMBERS = ["9" * 5000, "0" * 100_000 + "9" * 5000, "x" + "f" * 100_000, "x110000", "xd800", "55296", "", "x"]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:3])
def test_no_number_of_a_letter_is_too_long_to_read(key: Key, number: str) -> None:
    for text in (
        f"&#{number};",
        f"&#{number}",
        f"&amp;#{number};",
        f"&#38;#{number};",
        f"\\u{{{number}}}",
        f"%26%23{number};",
    ):
        plain(text, 500_000).encode()
        assert "[key]" in plain(f"{text} {each('&#{};')(KEY)}", 500_000)


HARD = ("&#" + "9" * 4999, "&#x" + "f" * 4998, "%25", "%", "&", "&amp;", "\\", "\\N{", "+A", "=\n", "\u0301", "a ",
        "ï¼", "\uff05", "=" + "\\" * 19_999, "=\\", "%" + "25" * 9_999, "\x1b", "\x9d", "+" * 20_000,
        "&#0" + "0" * 19_000, "\x1b]", "%2525263d+AGE-=3D\\u0026\uff41")  # fmt: skip


@pytest.mark.parametrize("part", HARD, ids=lambda part: repr(part)[:12])
def test_no_text_is_slow(key: Key, part: str) -> None:
    text = (part * 20_000)[:20_000]
    blot(text)
    began = time.perf_counter()
    blot(text)
    plain(text, 2000)
    assert time.perf_counter() - began < 1  # alone some 50 ms


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1bP1;2q#0\x1b\\b", "ab"),
        ("a\x9b31mb\x9d0;x\x9cc", "abc"),
        ("a\x1b[2J\x1b[H\x1bcb", "ab"),
        ("a\x00b\x07c\x08d\x7fe\rf", "abcdef"),
        ("a\u202eb\u2066c\u200fd\ufeffe\u2028f", "abcdef"),
        ("a\ud800b", "ab"),
        ("a\x1b", "a"),
        ("a\x1b\x1b[31mb", "ab"),
        (b"a\xffb\x00", "a\ufffdb"),
        (7, "7"),
        (None, "None"),
    ],
)
def test_what_a_terminal_or_a_reader_would_act_on_is_removed(told: object, shown: str) -> None:
    assert plain(told) == shown


def test_what_stands_beside_an_escape_does_not_join_to_one() -> None:
    for text in ("\x1b\x1b[31m[31m", "\x1b[\x1b[0m31m", "\x1b\u200b[31m", "\x1b]\x1b]0;a\x07b\x07"):
        assert "\x1b" not in plain(text)


# Over the wire.


@pytest.fixture
def fal() -> Iterator[Torrent]:
    with torrent() as server:
        yield server


@asynccontextmanager
async def queue_of(fal: Torrent) -> AsyncIterator[tuple[Queue, Ticket]]:
    wire = Wire(Service.at(fal.url), Key(KEY))
    try:
        yield Queue(wire), Queue(wire).ticket(ENDPOINT, "1")
    finally:
        await wire.close()


def bodies(told: str) -> list[bytes]:
    """A refusal that tells it in each field, as fal has them, in the encodings that JSON may come in."""
    fields = {"detail": f"no: {told}", "error_type": told, "error": told, "message": told, "status": told}
    list_ = {"detail": [{"loc": ["body", told], "msg": told, "type": told, "input": told, "url": told, told: told}]}
    texts = [json.dumps(body, ensure_ascii=ascii_) for body in (fields, list_) for ascii_ in (True, False)]
    return [text.encode(code, "replace") for text in texts for code in ("utf-8", "utf-16", "utf-7")] + [told.encode()]


def escaped(body: bytes) -> bytes:
    """The same JSON with each letter of its texts as \\uXXXX."""
    return json.dumps(json.loads(body)).replace(KEY, each("\\u{:04x}")(KEY)).encode()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_refusal_tells_it(fal: Torrent, spelling: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told, hunt = SPELLINGS[spelling](KEY), Hunt(KEY)
    header = told if told.isprintable() and told.isascii() else "x"
    kinds = ("application/json", "application/json; charset=utf-16", "text/plain; charset=utf-7", "text/html")
    answers = [
        says(body, code, Content_Type=kinds[n % len(kinds)], X_Fal_Error_Type=header, Retry_After=header, ETag=header)
        for n, body in enumerate([*bodies(told), *map(escaped, bodies(told)[:1])])
        for code in ((401, 500) if n == 0 else (403,) if n == 1 else (422,))
    ] + [raw(f"HTTP/1.1 422 {header}\r\nX-K: {header}\r\n\r\n{told}".encode()), raw(told.encode() + b"\r\n\r\n")]

    async def go() -> None:
        async with queue_of(fal) as (queue, ticket):
            for answer in answers:
                fal.plan["submit"] = fal.plan["result"] = answer
                for call in (queue.result(ticket), queue.submit(ENDPOINT, {})):
                    with pytest.raises(sd.SeedanceError) as caught:
                        await call
                    hunt.see_error("error", caught.value)
                    hunt.see("record", caught.value.to_record())
                    assert not reads(f"{caught.value!r} {caught.value} {caught.value.args} {caught.value.to_record()}")

    asyncio.run(go())
    assert hunt.leaks == []
    assert not reads(caplog.text)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_job_keeps_it(fal: Torrent, tmp_path: Path, spelling: str) -> None:
    told, hunt = SPELLINGS[spelling](KEY), Hunt(KEY)
    log = {"status": "IN_PROGRESS", "logs": [told, {"message": f"step {told}"}], "error": told, "queue_position": told}
    done = {"status": "COMPLETED", "error": told, "error_type": told, "logs": [told * 3]}
    fal.plan["stream"] = says(
        f"data: {json.dumps(log)}\n\n: {told!r}\n\ndata: {json.dumps(done)}\n\n".encode(),
        Content_Type="text/event-stream",
    )
    fal.plan["result"] = says({"video": {"url": f"{fal.url}/clip/{told}"}, "seed": told, told: told})
    fal.plan["submit"] = says({"request_id": "1", "logs": told, "status_url": told, told: told})
    with sd.Project(tmp_path / "film", server=fal.url, key=KEY, budget=10) as project:
        job = project.submit(FOX)
        hunt.see_error("error", error_of(lambda: job.result(timeout=20)))
        hunt.see("job", f"{job!r} {job.logs} {job_of(job).trouble} {job_of(job).record}")
        assert any("[key]" in line for line in job.logs)
        assert not reads(f"{job.logs} {job_of(job).record} {job.error!r} {job.error}")
        hunt.see("table", project.history.df.to_csv())
    hunt.see_folder(tmp_path)
    assert hunt.leaks == []


def test_what_was_asked_elsewhere_comes_without_it(fal: Torrent, tmp_path: Path) -> None:
    asked = {"prompt": f"A fox {each('%{:02x}')(KEY)}", "seed": 7}
    fal.plan["list"] = says({"items": [{"request_id": "1", "json_input": asked}]})
    fal.plan["result"] = says({"nothing": 1})
    with sd.Project(tmp_path / "film", server=fal.url, key=KEY) as project:
        job = project.import_request("1", ENDPOINT)
        assert error_of(lambda: job.result(timeout=20))
        assert job_of(job).record.request["prompt"] == "A fox [key]"


def test_no_file_of_this_machine_is_read_because_an_answer_names_it(fal: Torrent, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (400, 400)).save(tmp_path / "private.png")
    asked = {"prompt": "A fox", "image_url": str(tmp_path / "private.png")}
    fal.plan["list"] = says({"items": [{"request_id": "1", "json_input": asked}]})
    fal.plan["result"] = says({"nothing": 1})
    with sd.Project(tmp_path / "film", server=fal.url) as project:
        job = project.import_request("1", ENDPOINT.replace("text-to", "image-to"))
        assert error_of(lambda: job.result(timeout=20))
        assert job_of(job).record.request == {}
    assert not list((tmp_path / "film" / "frames").glob("*.png"))


def test_our_own_log_tells_it_neither_in_words_nor_in_a_traceback(key: Key, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "ipyseedance"):
        try:
            raise ValueError(f"of a library that tells {KEY}")
        except ValueError:
            logging.getLogger("ipyseedance").exception("unforeseen: %s", HALVES[1])
    assert "unforeseen" in caplog.text
    assert "ValueError" in caplog.text
    assert not [half for half in HALVES if half in caplog.text]
    assert not [record for record in caplog.records if record.exc_info]
