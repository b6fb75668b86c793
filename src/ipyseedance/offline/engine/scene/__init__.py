"""Everything that can be seen. `scene_for` chooses what a shot shows."""

from __future__ import annotations

from typing import Protocol

import av

from ..shot import Shot


class Scene(Protocol):
    """A clip's pictures, in order."""

    @property
    def exact(self) -> tuple[int, ...]:
        """Numbers of the frames that show a given picture untouched."""

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`, to be called once each, in order."""

    def mark_strength(self, number: int, /) -> float:
        """How visible the engine's mark is on that frame, 0 to 1."""


def scene_for(shot: Shot) -> Scene:
    """The scene a shot asks for: its frames if it has any, else what its words say."""
    if shot.start is not None:
        from .between import Between

        return Between(shot, shot.start)
    from .landscape import Landscape

    return Landscape(shot)
