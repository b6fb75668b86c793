"""A notebook lab for Seedance 1.5 Pro on fal.ai.

`Studio()` shows the widget. `Project("my-film").submit(TextToVideo("A fox at dusk"))` does the same by code.
"""

from typing import TYPE_CHECKING, Any

from .contract.catalog import endpoint, endpoints, estimate
from .contract.errors import (
    AccountLocked,
    AnswerTooLarge,
    ClipNotSaved,
    ClipTooLarge,
    ContentRefused,
    DeadlinePassed,
    EndpointRetired,
    GenerationCancelled,
    GenerationFailed,
    InvalidRequest,
    KeyRefused,
    NotAsAsked,
    OverBudget,
    ProjectUnusable,
    ResultExpired,
    SeedanceError,
    ServiceUnavailable,
    Unconfirmed,
)
from .contract.frames import Frame
from .contract.seedance_1_5 import ImageToVideo, TextToVideo
from .jobs.clip import Clip
from .jobs.generation import Generation
from .project import Project
from .sweeps.run import SweepRun
from .sweeps.sweep import Sweep
from .sweeps.syntax import replacing
from .version import __version__

if TYPE_CHECKING:
    from .widgets.studio import Studio
    from .widgets.wall import Wall

__all__ = [
    "AccountLocked",
    "AnswerTooLarge",
    "Clip",
    "ClipNotSaved",
    "ClipTooLarge",
    "ContentRefused",
    "DeadlinePassed",
    "EndpointRetired",
    "Frame",
    "Generation",
    "GenerationCancelled",
    "GenerationFailed",
    "ImageToVideo",
    "InvalidRequest",
    "KeyRefused",
    "NotAsAsked",
    "OverBudget",
    "Project",
    "ProjectUnusable",
    "ResultExpired",
    "SeedanceError",
    "ServiceUnavailable",
    "Studio",
    "Sweep",
    "SweepRun",
    "TextToVideo",
    "Unconfirmed",
    "Wall",
    "__version__",
    "endpoint",
    "endpoints",
    "estimate",
    "replacing",
]


def __getattr__(name: str) -> Any:
    """Load a widget when it is first asked for: the offline engine and code without a page need none."""
    if name == "Studio":
        from .widgets.studio import Studio

        return Studio
    if name == "Wall":
        from .widgets.wall import Wall

        return Wall
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
