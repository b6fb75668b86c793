"""A draft some of whose fields are varied: the sweep it asks for, and what running that would do."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import Frame
from ..contract.requests import VideoRequest
from ..contract.roles import Role
from ..project import Project
from ..sweeps.axes import REPEAT
from ..sweeps.plan import Plan
from ..sweeps.sweep import Sweep
from ..sweeps.syntax import expand, split_skip
from ..sweeps.template import meaning_only, names_in
from .building import build, request_class
from .pictures import Pictures
from .protocol.requests import CellPlan, PlanRow
from .protocol.requests import Plan as Cells
from .protocol.shared import Fields, SweepTotals
from .protocol.snapshots import Axes, Axis, SweepQuote, WrongCells
from .reading import shown

LARGEST = 10_000
"""Clips one press of a button asks for at most. That many are planned while a person types."""
ROWS = 200
"""Cells of a plan that are shown; the others are counted."""
_NAMED = 5
"""Wrong values that are named; the others are counted."""
_ANY = "…"
"""What stands for a prompt that is still missing."""
_TAKEN = ("how", REPEAT)
"""Words a sweep takes to mean something else."""


def placeholders(request: type[VideoRequest], fields: Fields, axes: Axes) -> list[str]:
    """The names in braces in the prompts that could be axes of their own."""
    prompt = _prompt_name(request)
    texts = [text for text in (fields.get(prompt), axes.get(prompt)) if isinstance(text, str)]
    return [n for n in names_in("\n".join(texts)) if n not in request.model_fields and n not in _TAKEN]


def in_use(request: type[VideoRequest], fields: Fields, axes: Axes) -> Axes:
    """The axes that mean something for those fields, in the order the sweep has them.

    A placeholder without values is none: its braces are sent as they are.
    """
    names = [n for n in placeholders(request, fields, axes) if not is_blank(axes.get(n))]
    prompt = _prompt_name(request)
    others = [n for n in request.model_fields if n != prompt]
    return {name: axes[name] for name in (prompt, *names, *others) if name in axes}


def _prompt_name(request: type[VideoRequest]) -> str:
    """What its endpoint calls the prompt."""
    return request.roles().name_of(Role.PROMPT) or ""


def is_blank(given: object) -> bool:
    """Whether an axis has no values yet."""
    return not given or (isinstance(given, str) and not given.strip())


def sweep_of(endpoint_id: str, fields: Fields, axes: Axes, pictures: Pictures) -> Sweep:
    """The sweep of a draft.

    Raises:
        InvalidRequest: naming each field and axis that is wrong, or that has no values.
    """
    request = request_class(endpoint_id)
    prompt_name = _prompt_name(request)
    used = in_use(request, fields, axes)
    problems = [Problem(name, "", "there are no values") for name, given in used.items() if is_blank(given)]
    values: dict[str, Any] = {}
    for name, given in used.items():
        try:
            if name in request.roles().media:
                values[name] = _pictures(given, pictures)
            elif isinstance(given, str):
                values[name] = meaning_only(given, used) if name == prompt_name else given
            else:
                values[name] = list(given)
        except ValueError as error:
            problems.append(Problem(name, shown(given), str(error)))
    if problems:
        raise InvalidRequest(problems)
    base = {**fields, **resting(request, fields, used)}
    for name in request.roles().media:
        if name in values and request.model_fields[name].is_required():
            base[name] = next((value for value in values[name] if isinstance(value, Frame)), Frame(name="none"))
    if isinstance(prompt := base.get(prompt_name), str):
        base[prompt_name] = meaning_only(prompt, used)
    return Sweep(build(endpoint_id, base, pictures), **values)


def resting(request: type[VideoRequest], fields: Fields, used: Axes) -> dict[str, Any]:
    """What the fields that are varied hold in the base request, where each cell has its own value."""
    rest: dict[str, Any] = {}
    prompt = _prompt_name(request)
    for name in used:
        if name == prompt and is_blank(fields.get(name)):
            rest[name] = _ANY
        elif name in request.model_fields and name != prompt:
            needed = name in request.roles().media and request.model_fields[name].is_required()
            rest[name] = Frame(name="none") if needed else None
    return rest


def _pictures(given: Axis, pictures: Pictures) -> list[Any]:
    """The frames of an axis; what it says by words (none, SKIP:) stays a text. Raises ValueError for what is none."""
    values = expand(given) if isinstance(given, str) else given
    return [_picture(value, pictures) for value in values]


def _picture(value: object, pictures: Pictures) -> object:
    if isinstance(value, str) and (value.lower() == "none" or split_skip(value)[1]):
        return value
    return pictures.named(value)


def check_size(sweep: Sweep) -> None:
    """Raise InvalidRequest when it is larger than a button asks for."""
    cells = math.prod(map(len, sweep.axes.values()))
    if cells > LARGEST:
        allowed = f"at most {LARGEST:,} at once; use fewer values, or sweep.sample(n) in Python"
        raise InvalidRequest([Problem("", "", f"{cells:,} clips are too many; {allowed}")])


@dataclass(frozen=True)
class Judged:
    """What became of a draft's axes."""

    sweep: Sweep | None
    plan: Plan | None
    """Both None while an axis or a field is wrong."""
    problems: list[Problem]
    counts: dict[str, int]
    """How many values each axis that can be read stands for."""

    def view(self) -> SweepQuote | None:
        """The sweep as the browser sees it beside the button."""
        if self.plan is None or self.sweep is None:
            return None
        return {**totals(self.plan), "wrong": wrong(self.sweep)}


def judge(endpoint_id: str, fields: Fields, axes: Axes, pictures: Pictures, project: Project) -> Judged:
    """Read a draft's axes and plan its sweep. An axis that cannot be read does not hide what the others are."""
    problems: list[Problem] = []
    left = dict(axes)
    while True:
        try:
            sweep = sweep_of(endpoint_id, fields, left, pictures)
        except InvalidRequest as error:
            told = {problem.field for problem in problems}  # without its axis a field may be missing: not worth telling
            problems += [problem for problem in error.problems if problem.field not in told]
            bad = {problem.field for problem in error.problems} & left.keys()
            if not bad:
                return Judged(None, None, problems, {})
            left = {name: given for name, given in left.items() if name not in bad}
        else:
            break
    counts = {name: len(values) for name, values in sweep.axes.items()}
    if not problems:
        try:
            check_size(sweep)
        except InvalidRequest as error:
            problems += error.problems
    if problems:
        return Judged(None, None, problems, counts)
    return Judged(sweep, sweep.plan(project), [], counts)


def totals(plan: Plan) -> SweepTotals:
    """What a plan comes to."""
    return {
        "counts": {name: len(values) for name, values in plan.axes.items()},
        "cells": plan.cells,
        "to_run": plan.to_run,
        "hits": plan.hits,
        "made": plan.made,
        "under_way": plan.under_way,
        "skipped": plan.skipped,
        "invalid": plan.invalid,
        "dollars": plan.dollars,
        "free": plan.free,
        "minutes": plan.minutes,
        "concurrency": plan.concurrency,
    }


def wrong(sweep: Sweep) -> list[WrongCells]:
    """What is wrong in invalid cells, each once, with how many cells have it."""
    found = Counter((problem.field, problem.message) for problem in sweep.problems)
    return [{"field": field, "message": told, "cells": n} for (field, told), n in list(found.items())[:_NAMED]]


def table(plan: Plan) -> Cells:
    """A plan's cells in order, as far as they are shown."""
    cells = zip(plan.df.head(ROWS).itertuples(index=False, name=None), plan.standing, strict=False)
    rows: list[PlanRow] = [
        {
            "values": [_text(v) or "" for v in values],
            "estimate": _known(dollars),
            "plan": cast(CellPlan, state),
            "problem": _text(problem),
        }
        for (*values, dollars, _, problem), state in cells
    ]
    return {**totals(plan), "axes": list(plan.axes), "rows": rows}


def _known(dollars: float) -> float | None:
    """pandas has NaN for a price that is not known, which no page can read."""
    return None if math.isnan(dollars) else dollars


def _text(value: object) -> str | None:
    """pandas has a number in the place of a text that is missing."""
    return value if isinstance(value, str) else None
