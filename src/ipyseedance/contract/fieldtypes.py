"""The kinds of fields that requests have: what each takes, how it is checked and how it travels."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, StrictStr, WithJsonSchema

from .frames import Frame

MAX_SEED = 2**32 - 1


def whole_number(value: object) -> int:
    """A whole number, of Python or NumPy. Raises ValueError for anything else."""
    if isinstance(value, bool):
        raise ValueError("a truth value is not a number")
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError("not a whole number") from None


def seed_number(value: object) -> int | None:
    """A seed, or None for one that is chosen anew: -1 is that too. Raises ValueError for anything else."""
    if value is None:
        return None
    seed = whole_number(value)
    if not -1 <= seed <= MAX_SEED:
        raise ValueError("out of range")
    return None if seed == -1 else seed


def _as_text(value: object) -> object:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("blank")
        value.encode()  # half of a surrogate pair, as badly cut text has, cannot be sent or kept
    return value


def _frame(value: object) -> Frame:
    return Frame.of(value)


Prompt = Annotated[StrictStr, BeforeValidator(_as_text), WithJsonSchema({"type": "string", "minLength": 1})]
Seed = Annotated[int | None, BeforeValidator(seed_number), WithJsonSchema({"type": "integer"})]
if TYPE_CHECKING:
    Picture = Any  # what `Frame.of` takes
else:
    Picture = Annotated[
        InstanceOf[Frame],
        BeforeValidator(_frame),
        # Of an imported request nothing may be known, not even this.
        PlainSerializer(lambda frame: None if frame is None else frame.reference, return_type=str | None),
        WithJsonSchema({"type": "string", "format": "uri"}),
    ]
