"""What endpoints charge, in the forms that fal's pages have."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Amount:
    """How much video a request asks for."""

    pixels: int | None
    """Of a frame; where the model chooses the size, the most it can be. None where the model's sizes are not known."""
    fps: int
    seconds: float | None
    """The most it can be where the model chooses the length. None where that is not known."""
    resolution: str = ""
    sound: bool = True

    @property
    def tokens(self) -> float | None:
        """Video tokens as ByteDance counts them; None where its size or length is not known."""
        if self.pixels is None or self.seconds is None:
            return None
        return self.pixels * self.fps * self.seconds / 1024


def total(prices: Iterable[float | None]) -> float | None:
    """US dollars together, to the nano-dollar; None where one of the prices is not known."""
    known = list(prices)
    return None if None in known else round(math.fsum(filter(None, known)), 9)


class Price(Protocol):
    """A way to charge, and the day it was read from fal's page."""

    @property
    def as_of(self) -> str:
        """The day as ISO writes it."""

    @property
    def unit(self) -> str:
        """What is billed, in fal's words."""

    @property
    def dollars_a_unit(self) -> float:
        """US dollars for one of it, with sound."""

    def dollars(self, amount: Amount) -> float | None:
        """US dollars for that much video; None where it goes by a size or a length that is not known."""


@dataclass(frozen=True)
class TokenPrice:
    """US dollars for a million video tokens."""

    with_audio: float
    silent: float
    as_of: str

    @property
    def unit(self) -> str:
        """What is billed, in fal's words."""
        return "1m tokens"

    @property
    def dollars_a_unit(self) -> float:
        """US dollars for one of it, with sound."""
        return self.with_audio

    def dollars(self, amount: Amount) -> float | None:
        """US dollars for that much video; None where its size or length is not known."""
        rate = self.with_audio if amount.sound else self.silent
        return None if amount.tokens is None else amount.tokens * rate / 1e6


@dataclass(frozen=True)
class SecondPrice:
    """US dollars for a second of video."""

    dollars_a_second: float
    as_of: str
    by_resolution: Mapping[str, float] = field(default_factory=dict)
    """Where a resolution has a price of its own."""
    silent: float = 1.0
    """What part of it a clip without sound costs."""

    @property
    def unit(self) -> str:
        """What is billed, in fal's words."""
        return "seconds"

    @property
    def dollars_a_unit(self) -> float:
        """US dollars for one of it, with sound."""
        return self.dollars_a_second

    def dollars(self, amount: Amount) -> float | None:
        """US dollars for that much video; None where its length is not known."""
        if amount.seconds is None:
            return None
        rate = self.by_resolution.get(amount.resolution, self.dollars_a_second)
        return amount.seconds * rate * (1.0 if amount.sound else self.silent)


@dataclass(frozen=True)
class ClipPrice:
    """US dollars for a clip, however long."""

    dollars_a_clip: float
    as_of: str
    by_resolution: Mapping[str, float] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """What is billed, in fal's words."""
        return "videos"

    @property
    def dollars_a_unit(self) -> float:
        """US dollars for one of it, with sound."""
        return self.dollars_a_clip

    def dollars(self, amount: Amount) -> float:
        """US dollars for that much video."""
        return self.by_resolution.get(amount.resolution, self.dollars_a_clip)
