"""Text from outside: without the keys of this process, and without what a terminal or a reader would act on."""

from __future__ import annotations

import base64
import html
import re
import threading
import unicodedata
from collections.abc import Callable
from typing import Protocol
from weakref import WeakValueDictionary

BLOT = "[key]"

_DEEPEST = 3
"""How often what is hidden may be hidden again: a percent sign of a percent sign, in an entity."""
_MOST_VIEWS = 60
_LONGEST_SPELLING = 1024
"""Letters a key may take in escapes: some sixty of its own, at up to twelve each."""
_BACKSLASHED = re.compile(
    r"\\+(?:u\{([0-9a-f]{1,6})\}|(?-i:U)([0-9a-f]{8})|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{2,3}))", re.IGNORECASE
)
_PERCENT = re.compile(r"%u([0-9a-f]{4})|%([0-9a-f]{2})", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"=([0-9a-f]{2})", re.IGNORECASE)
_BROKEN = re.compile(r"=(?:\r?\n|\\+r?\\*n)")
"""A line's end in quoted printable, which means none."""
_UTF7 = re.compile(r"\+(?:-|([A-Za-z0-9+/]{3,})-?)")
_MAY_HIDE = re.compile(r"[\\%&+=]|[^\t\n\r -~]")
_TERMINAL = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, links, the clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, moves
    r"|\x1b[ -/]*[0-~]?"
)
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of control, format (bidi overrides, letters of no width), half pairs and odd line ends."""


class Secret(Protocol):
    """What must not come out."""

    def redact(self, text: str) -> str:
        """The text with the secret blotted out where it is spelled in the open."""


_kept: WeakValueDictionary[int, Secret] = WeakValueDictionary()
"""By their id: of two that are equal, one may live longer."""
_listing = threading.Lock()


def keep_secret(secret: Secret) -> None:
    """Have a secret blotted out of every text from outside, for as long as it lives."""
    with _listing:
        _kept[id(secret)] = secret


def redact_all(text: str) -> str:
    """The text with every key of this process blotted out where it is spelled in the open."""
    with _listing:
        secrets = list(_kept.values())
    for secret in secrets:
        text = secret.redact(text)
    return text


def blotted(text: str) -> str:
    """The text with every key of this process blotted out, also where escapes hide it.

    Where one was hidden, the text comes as it reads without the escapes.
    """
    for _ in range(_DEEPEST):
        text = redact_all(text)
        found = _without_hidden(text) if _MAY_HIDE.search(text) else None
        if found is None:
            return text
        text = found
    return BLOT


def blot_all(value: object) -> object:
    """Parsed JSON with every key of this process blotted out of its texts, names too."""
    if isinstance(value, str):
        return blotted(value)
    if isinstance(value, list):
        return [blot_all(item) for item in value]
    if isinstance(value, dict):
        return {blotted(name): blot_all(item) for name, item in value.items()}
    return value


def plain(text: object, longest: int = 500) -> str:
    """A text from outside as it may be shown, logged and kept.

    Every key of this process is blotted out, also where escapes hide it. Control characters, terminal escapes and
    letters that turn the direction of reading are removed; line ends and tabs stay.

    Args:
        text: anything; bytes are read as UTF-8.
        longest: letters after which it is cut.
    """
    whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    # A key in escapes, and colours, take more letters than what is left of them.
    looked_at = whole[: 8 * longest + 4 * _LONGEST_SPELLING]
    clean = _visible(blotted(_visible(looked_at)))
    if len(looked_at) < len(whole) and len(clean) < longest:
        clean = clean[:-_LONGEST_SPELLING]  # the end may be the first part of a key
    return clean[:longest]


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    text = _TERMINAL.sub("", text)
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN)


def _without_hidden(text: str) -> str | None:
    """The reading of a text in which a key shows, with the key blotted out; None when there is none."""
    seen, latest = {text}, [text]
    for _ in range(_DEEPEST):
        views = []
        for view in (read(earlier) for earlier in latest for read in _READINGS):
            if view in seen or len(seen) >= _MOST_VIEWS:
                continue
            seen.add(view)
            views.append(view)
            clean = redact_all(view)
            if clean != view:
                return clean
        latest = views
    return None


def _unescaped(text: str) -> str:
    text = _BACKSLASHED.sub(_letter, text)
    text = _PERCENT.sub(_letter, text)
    return html.unescape(text)


def _letter(found: re.Match[str]) -> str:
    groups = found.groups()
    digits = next(group for group in groups if group is not None)
    octal = len(groups) == _BACKSLASHED.groups and groups[-1] is not None
    code = int(digits, 8 if octal else 16)
    return chr(code) if code < 0x110000 else ""


def _from_quoted_printable(text: str) -> str:
    return _QUOTED_PRINTABLE.sub(lambda found: chr(int(found[1], 16)), text)


def _joined(text: str) -> str:
    return _BROKEN.sub("", text)


def _from_utf7(text: str) -> str:
    return _UTF7.sub(_utf7_letters, text)


def _utf7_letters(found: re.Match[str]) -> str:
    coded = found[1]
    if coded is None:
        return "+"
    data = base64.b64decode(coded[: len(coded) - (len(coded) % 4 == 1)] + "=" * (-len(coded) % 4 % 3))
    return data[: len(data) // 2 * 2].decode("utf-16-be", "ignore")


def _folded(text: str) -> str:
    """Wide, raised and circled letters as the common ones, and none that are not seen."""
    return _visible(unicodedata.normalize("NFKC", _visible(text)))


_READINGS: tuple[Callable[[str], str], ...] = (_unescaped, _folded, _from_utf7, _from_quoted_printable, _joined)
