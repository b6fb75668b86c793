"""The rooms of the browser's code: imports go down only, and no room says the class names of one above or beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "js" / "src"
BELOW = {
    "shared": set(),
    "player": {"shared"},
    "studio": {"shared", "player"},
    "wall": {"shared"},
}
LONGEST = 330

# Type imports count: who reads one file has to read the other.
IMPORT = re.compile(r'^\s*(?:import|export)\b[^"]*"(\.[^"]+)"', re.MULTILINE)
# Not custom properties, which begin with two dashes more.
CLASS = re.compile(r"(?<![\w-])((?:sd|wl)-[a-z][a-z0-9-]*)")
SELECTED = re.compile(r"\.((?:sd|wl)-[a-z][a-z0-9-]*)")


def sources(*suffixes: str) -> list[Path]:
    return sorted(path for path in SOURCES.rglob("*") if path.suffix in suffixes)


def room_of(file: Path) -> str:
    return file.relative_to(SOURCES).parts[0]


def imports(file: Path) -> set[Path]:
    """The files that a file imports, as far as they are ours."""
    found = set()
    for name in IMPORT.findall(file.read_text(encoding="utf-8")):
        base = (file.parent / name).resolve()
        found |= {path for path in (base, Path(f"{base}.ts"), Path(f"{base}.tsx")) if path.is_file()}
    return found


def classes(pattern: re.Pattern[str], *suffixes: str) -> dict[str, set[str]]:
    """The rooms that say each class name."""
    rooms = defaultdict(set)
    for file in sources(*suffixes):
        for name in pattern.findall(file.read_text(encoding="utf-8")):
            rooms[name].add(room_of(file))
    return rooms


def owner_of(rooms: set[str]) -> str:
    """The room a class belongs to: the lowest of those whose style sheets name it."""
    return min(rooms, key=list(BELOW).index)


def test_every_file_is_in_a_room() -> None:
    assert {path.name for path in SOURCES.iterdir() if path.is_dir()} == set(BELOW)
    assert [path.name for path in SOURCES.iterdir() if path.is_file() and ".gen." not in path.name] == []


def test_nothing_imports_upward() -> None:
    wrong = [
        f"{file.relative_to(SOURCES)} imports {other.relative_to(SOURCES)}"
        for file in sources(".ts", ".tsx")
        for other in imports(file)
        if other.parent != SOURCES and room_of(other) not in {room_of(file), *BELOW[room_of(file)]}
    ]
    assert wrong == []


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = {file: imports(file) for file in sources(".ts", ".tsx")}
    assert len(list(chain.from_iterable(graph.values()))) > len(graph), "the imports are not found any more"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(str(path.relative_to(SOURCES)) for path in error.args[1]))


def test_no_room_says_the_class_names_of_another() -> None:
    styled = classes(SELECTED, ".css")
    wrong = []
    for suffixes, pattern in (((".css",), SELECTED), ((".ts", ".tsx"), CLASS)):
        for name, rooms in classes(pattern, *suffixes).items():
            if name not in styled:
                continue
            owner = owner_of(styled[name])
            wrong += [f"{room} says {name}, of {owner}" for room in rooms if owner not in {room, *BELOW[room]}]
    assert sorted(wrong) == []


def test_what_is_shared_is_used_by_more_than_one_room() -> None:
    """A class that shared style sheets name is used there, or by several rooms: otherwise it is that one room's."""
    used = classes(CLASS, ".ts", ".tsx")
    shared = {name for name, rooms in classes(SELECTED, ".css").items() if "shared" in rooms}
    assert sorted(name for name in shared if "shared" not in used[name] and len(used[name]) < 2) == []


def test_no_file_is_too_long() -> None:
    written = [path for path in sources(".ts", ".tsx", ".css") if ".gen." not in path.name]
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_nothing_outlives_a_model() -> None:
    """A host imports a module once for all models of a page: a variable at its top would be shared by notebooks."""
    variable = re.compile(r"^(?:export )?(?:let|var) \w+", re.MULTILINE)
    found = {path.name: variable.findall(path.read_text(encoding="utf-8")) for path in sources(".ts", ".tsx")}
    assert {name: variables for name, variables in found.items() if variables} == {}
