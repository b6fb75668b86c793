"""From words in any script to phones: English by rules, other scripts syllable by syllable as well as can be."""

from __future__ import annotations

import re
import unicodedata

from .english_spelling import english

_CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", [
    "a", "b", "v", "g", "d", "ye", "yo", "zh", "z", "ee", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "oo", "f",
    "h", "ts", "ch", "sh", "sh", "", "i", "", "e", "yoo", "ya", "ee", "yee", "ye", "g",
], strict=True))  # fmt: skip
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", [
    "a", "v", "g", "dh", "e", "z", "ee", "th", "ee", "k", "l", "m", "n", "ks", "o", "p", "r", "s", "s", "t", "ee", "f",
    "h", "ps", "o",
], strict=True))  # fmt: skip
# Latin letters as most of the world's languages say them.
_PLAIN = (
    ("zh", "ZH"), ("sh", "SH"), ("ch", "CH"), ("th", "TH"), ("dh", "DH"), ("ts", "T.S"), ("ee", "IY"), ("oo", "UW"),
    ("eo", "AH"), ("eu", "UH"), ("ai", "AY"), ("ei", "EY"), ("ng", "NG"), ("a", "AA"), ("e", "EH"), ("i", "IY"),
    ("o", "OW"), ("u", "UW"), ("b", "B"), ("c", "K"), ("d", "D"), ("f", "F"), ("g", "G"), ("h", "HH"), ("j", "JH"),
    ("k", "K"), ("l", "L"), ("m", "M"), ("n", "N"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"), ("t", "T"),
    ("v", "V"), ("w", "W"), ("x", "K.S"), ("y", "Y"), ("z", "Z"),
)  # fmt: skip
_ONSETS = ("k", "s", "t", "n", "h", "m", "y", "r", "w", "l", "b", "d", "g", "j", "sh", "p")
_RHYMES = ("a", "i", "u", "e", "o", "ai", "an", "in", "ong", "ei")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LONGEST = 60
"""Letters of a word: the rules of English take a time that grows with the square of them."""
_DASHES = "—\u2013"
_APOSTROPHE = "\u2019"
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"


def words_in(text: str) -> list[str]:
    """The words of a text as they are shown; scripts without spaces are parted into single signs."""
    parted = re.sub(f"({_UNSPACED})", r" \1", text)
    return [word for word in re.split(rf"\s+|(?<=[{_DASHES}])", parted) if word]


def join_words(words: list[str]) -> str:
    """The text those words were parted from."""
    text = ""
    for word in words:
        tight = not text or re.search(rf"\S[{_DASHES}]$", text) or re.match(_UNSPACED, word)
        text += word if tight else f" {word}"
    return text


def phones_of(word: str) -> tuple[str, ...]:
    """How a word is said, or the beginning of one that is longer than any; empty for punctuation alone."""
    bare = "".join(c for c in word[:_LONGEST].lower().replace(_APOSTROPHE, "'") if c.isalnum() or c in "'-").strip("'-")
    spoken = list[str]()
    for part in re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*", bare):
        spoken += _number(part) if part.isdecimal() else _spelled(part)
    return tuple(spoken)


def _spelled(word: str) -> tuple[str, ...]:
    latin = word.replace("é", "ay")
    latin = "".join(c for c in unicodedata.normalize("NFD", latin) if not unicodedata.combining(c))
    if re.fullmatch("[a-z']+", latin):
        return english(latin)
    return _plain("".join(_roman(character) for character in unicodedata.normalize("NFC", word)))


def _roman(character: str) -> str:
    """One sign in Latin letters; what cannot be known becomes a syllable that is always the same."""
    for table in (_CYRILLIC, _GREEK):
        if character in table:
            return table[character]
    base = unicodedata.normalize("NFD", character)[0]
    if base in _GREEK or "a" <= base <= "z":
        return _GREEK.get(base, base)
    name = unicodedata.name(character, "")
    if name.startswith(("HIRAGANA", "KATAKANA", "HANGUL")):  # their names say their sounds
        return name.rsplit(" ", 1)[-1].lower() if "MARK" not in name else ""
    if unicodedata.category(character) == "Mn":
        return ""
    code = ord(character)
    return _ONSETS[code % len(_ONSETS)] + _RHYMES[code // len(_ONSETS) % len(_RHYMES)]


def _plain(letters: str) -> tuple[str, ...]:
    spoken, at = list[str](), 0
    while at < len(letters):
        found = next((pair for pair in _PLAIN if letters.startswith(pair[0], at)), None)
        spoken += found[1].split(".") if found else []
        at += len(found[0]) if found else 1
    return tuple(spoken)


def _number(digits: str) -> list[str]:
    value = int(digits)
    if len(digits) > 2 or digits != str(value):  # long numbers are read digit by digit
        said = [_SMALL[int(digit)] for digit in digits]
    elif value < 20:
        said = [_SMALL[value]]
    else:
        said = [_TENS[value // 10 - 2], *([_SMALL[value % 10]] if value % 10 else [])]
    return [phone for word in said for phone in english(word)]
