"""Everything that can be seen. `scene_for` chooses what a shot shows."""

from __future__ import annotations

from typing import Protocol

import av
import numpy as np

from ..shot import Shot
from .abstract import Abstract
from .colour_words import tint
from .image_to_video import FromPictures
from .landscape import Landscape
from .palette import palette_for
from .prompt_reading import plan_of
from .space import Space
from .underwater import Underwater


class Scene(Protocol):
    """A clip's pictures, in order."""

    @property
    def exact(self) -> tuple[int, ...]:
        """Numbers of the frames that show a given picture untouched."""

    def picture(self, number: int) -> av.VideoFrame:
        """Frame `number`; its memory is the caller's."""

    def mark_strength(self, number: int, /) -> float:
        """How visible the engine's mark is on that frame, 0 to 1."""


def scene_for(shot: Shot) -> Scene:
    """The scene a shot asks for: its frames if it has any, else what its words say."""
    if shot.start is not None:
        return FromPictures(shot, shot.start)
    random = np.random.default_rng(shot.seed)
    plan = plan_of(shot.prompt, random)
    palette = tint(palette_for(plan, random), plan.tones)
    if plan.setting == "space":
        return Space(shot, plan, random)
    if plan.setting == "underwater":
        return Underwater(shot, plan, random)
    if plan.setting == "abstract":
        return Abstract(shot, plan, palette, random)
    return Landscape(shot, plan, palette, random)
