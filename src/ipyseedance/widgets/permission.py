"""What a page may do with a widget: everything, only look, or spend with a word that the owner alone has.

A page can send any message, whatever its buttons are; so all of this is decided here, in the kernel.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Literal

from ..contract.errors import InvalidRequest, Problem, SeedanceError
from ..store.purse import CONFIRM_ABOVE
from .protocol.shared import Consent, Question

SHORTEST_WORD = 4
_LONGEST_WORD = 1000
"""Letters of what was typed that are looked at."""
WRONG_WORD_WAITS = 1.0
"""Seconds until a wrong word is answered; the next one is looked at after that."""
_MOST_WAITING = 60
"""Words that wait to be looked at; more are answered at once, unread."""

UNKNOWN = "unknown"
"""What is typed where a price is not known."""
_LONGEST_PRICE = 40
_TYPED = re.compile(r"\s*\$?\s*([0-9]+)[.,]([0-9]{2})\s*")

Word = Literal["needless", "missing", "wrong", "right"]


class ReadOnly(SeedanceError):
    """The widget is for looking, and was asked for something else. Nothing was done."""

    default_next_step = "Nothing was done. Whoever runs the notebook can show one without read_only=True."

    def __init__(self, widget: str, kind: str) -> None:
        super().__init__(f"This {widget} is read-only, so “{kind}” was refused.", type="read_only")


class Locked(SeedanceError):
    """The widget is locked, and was asked for what only its owner does, in code. Nothing was done."""

    default_next_step = "Nothing was done. Whoever runs the notebook can do it in code."

    def __init__(self, what: str) -> None:
        super().__init__(f"This widget is locked, so a page cannot {what}.", type="locked")


class PriceQuestion(SeedanceError):
    """An act waits until its price has been typed, or seen, its owner's word typed, or both. Nothing was sent.

    `question` is what the widget shows: `count` clips, their `price` as it is to be typed ("1.40"), and `left`, the US
    dollars of the budget before the act or None without a budget. `price` is None where it is not known: then `UNKNOWN`
    is typed. Of a locked widget it has `word`, true, and `typed`,
    whether the price is to be typed too. `typed` is false as well where a price below a dollar is only to be seen.
    """

    def __init__(
        self,
        count: int,
        price: str | None,
        left: float | None,
        typed: str | None,
        word: Word = "needless",
        *,
        dear: bool = True,
        shown: float | None = None,
    ) -> None:
        clips = "this clip" if count == 1 else f"these {count:,} clips"
        changed = f", and “{typed[:12]}” was typed" if typed and dear else ""
        if word == "wrong":
            changed = ", and that was not the word"
        if shown is not None:
            changed = f" now, and ${shown:.2f} was shown"
        asked = [price or f"“{UNKNOWN}”"] * dear + ["the owner's word"] * (word != "needless")
        act = f"Type {' and '.join(asked)}" if asked else "Press the button"
        super().__init__(
            f"The price of {clips} is not known{changed}."
            if price is None
            else f"{clips.capitalize()} cost{'s' * (count == 1)} about ${price}{changed}.",
            next_step=f"{act} to confirm. Nothing was sent.",
            type="confirm",
        )
        self.question: Question = {"count": count, "price": price, "left": left}
        if not dear:
            self.question["typed"] = False
        if word != "needless":
            self.question["word"], self.question["typed"] = True, dear


@dataclass(frozen=True)
class Confirmation:
    """What came with an act: its price as it was typed, and how the owner's word stands."""

    typed: str | None
    word: Word

    def ask(self, count: int, cost: float | None, left: float | None, shown: float | None = None) -> bool:
        """Whether an act of that many clips and US dollars was confirmed by typing its price. False: no need to.

        It is for acts at a service that bills: at one that does not, nobody is asked.

        Args:
            cost: None where it is not known: then the word `UNKNOWN` is typed in the place of the price.
            left: what the budget has left before the act, or None without a budget.
            shown: the lower price that was shown, where it has become dearer.

        Raises:
            PriceQuestion: it costs more than a dollar, and what was typed ("1.40", "$1.40", "1,40") is not its price;
                or the widget is locked, and the word did not come with it; or it has become dearer.
        """
        dear = cost is None or cost > CONFIRM_ABOVE
        price = None if cost is None else f"{cost:.2f}"
        priced = not dear or _price_typed(self.typed) == (price or UNKNOWN)
        worded = not count or self.word in ("needless", "right")
        seen = shown is None or (dear and priced)
        if not (priced and worded and seen):
            typed = None if priced else self.typed
            raise PriceQuestion(count, price, left, typed, self.word, dear=dear, shown=None if typed else shown)
        return dear


class Permission:
    """What the pages that show a widget may do."""

    def __init__(self, *, read_only: bool = False, word: tuple[bytes, bytes] | None = None) -> None:
        self.read_only = read_only
        self._salt, self._digest = word or (b"", b"")
        self._trying = asyncio.Lock()
        self._waiting = 0

    @classmethod
    def of(cls, read_only: object, lock: object) -> Permission | InvalidRequest:
        """What `read_only` and `lock` come to, or what is wrong with them, which does not show the word.

        It raises nothing: a traceback that shows variables must not find the word in this frame.
        """
        problems = []
        if not isinstance(read_only, bool):
            problems.append(Problem("read_only", type(read_only).__name__, "give True or False"))
        if lock is not None and not (isinstance(lock, str) and len(_plain(lock)) >= SHORTEST_WORD):
            allowed = f"give a word of at least {SHORTEST_WORD} letters, as a text, or None"
            problems.append(Problem("lock", type(lock).__name__, allowed))
        if problems:
            return InvalidRequest(problems, next_step="Nothing is shown.")
        word = None
        if isinstance(lock, str):
            salt = secrets.token_bytes(32)
            word = salt, _digest(salt, lock)
        return cls(read_only=bool(read_only), word=word)

    @property
    def locked(self) -> bool:
        """Whether spending needs a word."""
        return bool(self._digest)

    def hide(self, content: dict[str, object]) -> None:
        """Put a digest in the place of the word in a message, which travels through frames that a traceback shows."""
        word = content.pop("word", None)
        if word is not None and word != "":
            content["word"] = _digest(self._salt, word) if isinstance(word, str) else b""

    async def consent(self, given: Consent) -> Confirmation:
        """What came with a message. A wrong word takes a second, one at a time, so that none is found by trying."""
        return Confirmation(given.confirm, await self._read(given.word))

    async def _read(self, digest: bytes | None) -> Word:
        if not self.locked:
            return "needless"
        if digest is None:
            return "missing"
        if self._waiting >= _MOST_WAITING:
            return "wrong"
        self._waiting += 1
        try:
            async with self._trying:
                if hmac.compare_digest(digest, self._digest):
                    return "right"
                await asyncio.sleep(WRONG_WORD_WAITS)
                return "wrong"
        finally:
            self._waiting -= 1

    def __repr__(self) -> str:
        return f"Permission(read_only={self.read_only}, locked={self.locked})"


def _price_typed(typed: object) -> str | None:
    """A price as it was typed, such as "1.40", or `UNKNOWN`; None for what is neither."""
    if not isinstance(typed, str):
        return None
    typed = typed[:_LONGEST_PRICE]  # before anything looks at it: a text may be of any length
    match = _TYPED.fullmatch(typed)
    if match is not None:
        return f"{match[1]}.{match[2]}"
    return UNKNOWN if typed.strip().lower() == UNKNOWN else None


def _plain(word: str) -> str:
    """A word as it is compared: keyboards compose letters differently, and add a blank."""
    return unicodedata.normalize("NFC", word[:_LONGEST_WORD].strip())


def _digest(salt: bytes, word: str) -> bytes:
    return hashlib.blake2b(_plain(word).encode("utf-8", "surrogatepass"), key=salt).digest()
