"""The browser and the kernel keep the same table of messages."""

from __future__ import annotations

import re
from pathlib import Path

from ipyseedance.widgets.answers import ORDERS, Answers
from ipyseedance.widgets.studio import Studio

MESSAGES = (Path(__file__).parents[2] / "js/src/messages.ts").read_text(encoding="utf-8")


def block(name: str) -> str:
    found = re.search(rf"export interface {name} {{\n(.*?)\n}}", MESSAGES, re.DOTALL)
    assert found
    return found[1]


def test_the_kinds_are_the_same() -> None:
    kinds = set(re.findall(r"^  (\w+):", block("Requests"), re.MULTILINE))
    assert kinds == Answers(None).kinds  # type: ignore[arg-type]


def test_the_traits_are_the_same() -> None:
    traits = set(re.findall(r"^  (?:readonly )?(_\w+):", block("Traits"), re.MULTILINE))
    own = {name for name in Studio.class_own_traits(sync=True) if not name.startswith(("_esm", "_css", "_anywidget"))}
    assert traits == own


def test_the_orders_are_the_same() -> None:
    sort = re.search(r"export type Sort = (.*?);", MESSAGES, re.DOTALL)
    assert sort
    assert tuple(re.findall(r'"(\w+)"', sort[1])) == ORDERS
