"""The building's map is true: it names each file once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "src/ipyseedance/offline"
SECTIONS = {
    "## The server": "",
    "## The engine": "engine",
    "### `scene/`": "engine/scene",
    "### `sound/`": "engine/sound",
    "### `speech/`": "engine/speech",
}


@pytest.mark.parametrize(("title", "folder"), SECTIONS.items())
def test_the_readme_names_each_file_once(title: str, folder: str) -> None:
    text = (HOUSE / "README.md").read_text(encoding="utf-8")
    section = re.split(r"\n##+ ", text.split(f"\n{title}", 1)[1])[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = Counter(name for row in rows for name in re.findall(r"`([a-z_0-9]+\.py)`", row))
    assert named == Counter(file.name for file in (HOUSE / folder).glob("*.py") if file.name != "__init__.py")


def test_every_file_the_readme_speaks_of_is_there() -> None:
    text = (HOUSE / "README.md").read_text(encoding="utf-8")
    there = {file.name for file in HOUSE.rglob("*.py")} | {"check.py"}
    assert {name.rpartition("/")[2] for name in re.findall(r"`([a-z_0-9/]+\.py)`", text)} <= there
