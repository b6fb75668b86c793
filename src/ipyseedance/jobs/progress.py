"""How far a job is, as the lines of its log tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ALONE, _ENDS = r"(?<![\w/:.%-])", r"(?![\w/:-]|\.\d)"
_STEP_OF = re.compile(rf"{_ALONE}([0-9]{{1,9}})\s*(?:of|/)\s*([0-9]{{1,9}}){_ENDS}(?!\s+[0-9]{{1,2}}:[0-9])")
"""No part of a date, a time or a path."""
_PERCENT = re.compile(rf"{_ALONE}([0-9]{{1,3}}(?:\.[0-9]{{1,9}})?)\s*%(?!\w)")


def progress_of(lines: Sequence[str]) -> float | None:
    """How far the last line that tells it says the job is, 0 to 1; None where none does."""
    return next((part for line in reversed(lines) if (part := _progress_in(line)) is not None), None)


def _progress_in(line: str) -> float | None:
    """How far a line of a log says it is, 0 to 1; None where it speaks of something else."""
    for match in _STEP_OF.finditer(line):
        done, total = map(int, match.groups())
        if 0 < total >= done:
            return done / total
    parts = (float(match[1]) / 100 for match in _PERCENT.finditer(line))
    return next((part for part in parts if part <= 1), None)
