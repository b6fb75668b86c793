"""Text from outside: without the keys of this process, and without what a terminal or a reader would act on."""

from __future__ import annotations

import base64
import re
import threading
import unicodedata
from collections.abc import Callable
from html.entities import html5
from typing import Protocol
from weakref import WeakValueDictionary

BLOT = "[key]"

_DEEPEST = 3
"""How often what is hidden may be hidden again: a percent sign of a percent sign, in an entity."""
_MOST_VIEWS = 60
_LONGEST_SPELLING = 3000
"""Letters a key may take in escapes: some eighty of its own, at up to forty each."""
_BACKSLASHED = re.compile(
    r"(?<!\\)\\++(?:u\{([0-9a-f]{1,6})\}|(?-i:U)([0-9a-f]{8})|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{2,3})"
    r"|(?-i:N)\{([a-z0-9 -]{1,80})\}|([tnrfv]))",
    re.IGNORECASE,
)
_CSS = re.compile(r"(?<!\\)\\++([0-9a-f]{1,6})\s?", re.IGNORECASE)
_PERCENT = re.compile(r"%(?:25)*u([0-9a-f]{4})|((?:%(?:25)*[0-9a-f]{2})+)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[xX]0*([0-9a-fA-F]{1,6});?|#0*([0-9]{1,7});?|([A-Za-z][A-Za-z0-9]{1,31};|amp|AMP))")
"""HTML's. The digits are bounded: a number of any length takes time by its square, or is refused."""
_QUOTED_PRINTABLE = re.compile(r"=([0-9a-f]{2})", re.IGNORECASE)
_BROKEN = re.compile(r"=(?:\r?\n|\\++(?:r\\*+)?n)")
"""A line's end in quoted printable, which means none."""
_UTF7 = re.compile(r"\+(?:-|([A-Za-z0-9+/]{3,})-?)")
_MISREAD = re.compile(r"[\x80-\xff\u0152-\u0192\u02c6-\u02dc\u2013-\u203a\u20ac\u2122]{2,}")
"""Bytes of UTF-8 that were read as Latin-1 or as Windows' 1252."""
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


def blot(text: str) -> str:
    """The text with every key of this process blotted out, also where escapes hide it. It raises nothing.

    Where one was hidden, the text comes as it reads without the escapes; where one shows only without the space and the
    foreign letters between its own, nothing is left of the text.
    """
    for _ in range(_DEEPEST):
        text = redact_all(text)
        found = _without_hidden(text)
        if found is None:
            return text
        text = found
    return BLOT


def blot_all(value: object) -> object:
    """Parsed JSON with every key of this process blotted out of its texts, names too."""
    if isinstance(value, str):
        return blot(value)
    if isinstance(value, list):
        return [blot_all(item) for item in value]
    if isinstance(value, dict):
        return {blot(name): blot_all(item) for name, item in value.items()}
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
    clean = blot(looked_at)
    if (seen := _visible(clean)) != clean:
        clean = _visible(blot(seen))
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
    if _shows_in_skeleton(text):
        return BLOT
    seen, latest = {text}, [text] if _MAY_HIDE.search(text) else []
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
            if _shows_in_skeleton(view):
                return BLOT
        latest = views
    return None


class _Bones(dict[int, str | None]):
    """What of each letter is left in a skeleton: a digit of any script as the common one, no marks."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        digit = unicodedata.digit(letter, None)
        shown = str(digit) if digit is not None else None if unicodedata.category(letter)[0] == "M" else letter
        if len(self) < _MOST_BONES:
            self[code] = shown
        return shown


_MOST_BONES = 5000
_bones = _Bones()


def _shows_in_skeleton(text: str) -> bool:
    """Whether a key shows in a text's common letters and digits alone: without space, marks and all other letters."""
    bare = text
    if not text.isascii():
        bare = unicodedata.normalize("NFKC", text.translate(_bones)).encode("ascii", "ignore").decode()
    bare = "".join(bare.split())
    return bare != text and redact_all(bare) != bare


def _unescape(text: str) -> str:
    if "\\" in text:
        text = _BACKSLASHED.sub(_backslashed_letter, text)
    if "%" in text:
        text = _PERCENT.sub(_percent_letters, text)
    return _ENTITY.sub(_entity_letter, text) if "&" in text else text


def _letter(digits: str, base: int) -> str:
    code = int(digits, base)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _backslashed_letter(found: re.Match[str]) -> str:
    *numbers, octal, name, space = found.groups()
    if space:
        return " "
    if name:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return ""
    return _letter(octal, 8) if octal else _letter(next(filter(None, numbers)), 16)


def _percent_letters(found: re.Match[str]) -> str:
    """Letters of UTF-8 in percents, each of which may be escaped over and over: %252541 is %41 is A."""
    if found[1]:
        return _letter(found[1], 16)
    return bytes.fromhex(_PERCENT_SIGN.sub("", found[2])).decode("utf-8", "ignore")


_PERCENT_SIGN = re.compile("%(?:25(?=[0-9a-fA-F]{2}))*")


def _entity_letter(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return html5.get(name, found[0])
    return _letter(hexadecimal, 16) if hexadecimal else _letter(decimal, 10)


def _from_css(text: str) -> str:
    return _CSS.sub(lambda found: _letter(found[1], 16), text) if "\\" in text else text


def _from_quoted_printable(text: str) -> str:
    return _QUOTED_PRINTABLE.sub(lambda found: chr(int(found[1], 16)), text) if "=" in text else text


def _join(text: str) -> str:
    return _BROKEN.sub("", text) if "=" in text else text


def _from_utf7(text: str) -> str:
    return _UTF7.sub(_utf7_letters, text) if "+" in text else text


def _utf7_letters(found: re.Match[str]) -> str:
    coded = found[1]
    if coded is None:
        return "+"
    data = base64.b64decode(coded[: len(coded) - (len(coded) % 4 == 1)] + "=" * (-len(coded) % 4 % 3))
    return data[: len(data) // 2 * 2].decode("utf-16-be", "ignore")


def _fold(text: str) -> str:
    """Wide, raised and circled letters as the common ones, and none that are not seen."""
    return text if _is_plain(text) else _visible(unicodedata.normalize("NFKC", _visible(text)))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _well_read(text: str) -> str:
    """UTF-8 that was read byte by byte, as it was meant."""
    return text if text.isascii() else _MISREAD.sub(lambda found: _utf8(found[0]), text)


def _utf8(letters: str) -> str:
    data = b"".join(letter.encode("latin-1" if letter < "\u0100" else "cp1252", "ignore") for letter in letters)
    return data.decode("utf-8", "ignore")


_READINGS: tuple[Callable[[str], str], ...] = (
    _unescape, _fold, _from_utf7, _from_quoted_printable, _join, _well_read, _from_css
)  # fmt: skip
