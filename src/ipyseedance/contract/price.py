"""What endpoints charge, in the forms that fal's pages have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Amount:
    """How much video a request asks for."""

    pixels: int
    """Of a frame; where the model chooses the size, the most it can be."""
    fps: int
    seconds: float
    resolution: str = ""
    sound: bool = True

    @property
    def tokens(self) -> float:
        """Video tokens as ByteDance counts them."""
        return self.pixels * self.fps * self.seconds / 1024


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

    def dollars(self, amount: Amount) -> float:
        """US dollars for that much video."""


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

    def dollars(self, amount: Amount) -> float:
        """US dollars for that much video."""
        return amount.tokens * (self.with_audio if amount.sound else self.silent) / 1e6


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

    def dollars(self, amount: Amount) -> float:
        """US dollars for that much video."""
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
