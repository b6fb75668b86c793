"""What the engine is asked to draw."""

from __future__ import annotations

from dataclasses import dataclass, field

Size = tuple[int, int]


@dataclass(frozen=True)
class Shot:
    """One clip. The same shot gives the same bytes on the same machine."""

    prompt: str
    seed: int
    size: Size
    fps: int
    seconds: int
    still_camera: bool = False
    sound: bool = True
    start: bytes | None = field(default=None, repr=False)
    end: bytes | None = field(default=None, repr=False)

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.fps * self.seconds
