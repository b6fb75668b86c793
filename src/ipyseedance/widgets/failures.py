"""What the widgets paint when something goes wrong."""

from __future__ import annotations

import logging
from typing import Any

from ..contract.errors import InvalidRequest, SeedanceError
from ..contract.frames import FrameError
from . import views
from .permission import PriceQuestion

log = logging.getLogger("ipyseedance")


def failure(error: Exception) -> dict[str, Any]:
    """An exception, as the widget paints it."""
    if isinstance(error, InvalidRequest):
        problems = [{"field": p.field, "message": p.message} for p in error.problems]
        return views.error(error) | {"problems": problems}
    if isinstance(error, PriceQuestion):
        return views.error(error) | {"question": error.question}
    if isinstance(error, SeedanceError):
        return views.error(error)
    if isinstance(error, FrameError):
        return {"message": str(error), "next_step": "", "charged": "no", "type": "invalid_frame"}
    log.error("a message could not be answered", exc_info=error)
    return {
        "message": f"The kernel could not do that ({type(error).__name__}: {error}).",
        "next_step": "Please report it; nothing was sent.",
        "charged": "no",
        "type": "internal",
    }
