"""What the widgets paint when something goes wrong."""

from __future__ import annotations

import logging

from ..contract.errors import InvalidRequest, SeedanceError
from ..contract.frames import FrameError
from . import views
from .permission import PriceQuestion
from .protocol.shared import ErrorValue

log = logging.getLogger("ipyseedance")


def failure(error: Exception, *, acted: bool = False) -> ErrorValue:
    """An exception, as the widget paints it.

    Args:
        acted: whether it was met by an act that sends: of what nobody foresaw, nobody knows what was sent before.
    """
    if isinstance(error, InvalidRequest):
        return {**views.error(error), "problems": [{"field": p.field, "message": p.message} for p in error.problems]}
    if isinstance(error, PriceQuestion):
        return {**views.error(error), "question": error.question}
    if isinstance(error, SeedanceError):
        return views.error(error)
    if isinstance(error, FrameError):
        return {"message": str(error), "next_step": "", "charged": "no", "type": "invalid_frame"}
    log.error("a message could not be answered", exc_info=error)
    return {
        "message": f"The kernel could not do that ({type(error).__name__}: {error}).",
        "next_step": "Look at the queue before you do it again, and please report it."
        if acted
        else "Please report it; nothing was sent.",
        "charged": "maybe" if acted else "no",
        "type": "internal",
    }
