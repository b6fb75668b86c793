"""One way down: a room imports the rooms below it, never those above."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import ipyseedance
from ipyseedance.contract.catalog import ENDPOINTS
from ipyseedance.contract.roles import Role

SOURCES = Path(__file__).parents[2] / "js" / "src"
PACKAGE = Path(ipyseedance.__file__).parent
BELOW = {
    "doors": set(),
    "contract": {"doors"},
    "media": {"doors", "contract"},
    "fal": {"doors", "contract"},
    "store": {"doors", "contract"},
    "offline": {"doors", "contract"},
    "jobs": {"doors", "contract", "media", "fal", "store", "offline"},
    "ratings": {"doors", "contract", "store", "jobs"},
    "sweeps": {"doors", "contract", "store", "jobs", "ratings"},
    "widgets": {"doors", "contract", "store", "jobs", "sweeps", "ratings", "project", "version"},
}
# The lab starts and stops the offline engine; everything else goes over the wire.
OFFLINE_DOOR = "offline.launch"


def imports(file: Path) -> set[str]:
    """What a module imports of this package, as dotted names within it: for its types, and within functions, too."""
    here = file.relative_to(PACKAGE).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (*here[: len(here) - node.level + 1], *(node.module or "").split("."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ipyseedance":
            base = tuple((node.module or "").split(".")[1:])
        else:
            continue
        path = tuple(part for part in base if part)
        # What is imported of a room may be a file of it.
        files = {".".join((*path, alias.name)) for alias in node.names if is_module((*path, alias.name))}
        found |= files or {".".join(path)}
    return found


def is_module(path: tuple[str, ...]) -> bool:
    place = PACKAGE.joinpath(*path)
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def circles(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """The sets of two files and more of which each can be reached from each (Tarjan's algorithm)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in arrows.get(name, set()):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            place = stack.index(name)
            circle = set(stack[place:])
            del stack[place:]
            if len(circle) > 1 or name in arrows.get(name, set()):
                found.append(circle)

    for name in arrows:
        if name not in number:
            visit(name)
    return found


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": set()}) == []


def test_no_file_imports_what_imports_it() -> None:
    files = {".".join(file.relative_to(PACKAGE).with_suffix("").parts): file for file in PACKAGE.rglob("*.py")}
    arrows = {name.removesuffix(".__init__"): imports(file) for name, file in files.items()}
    assert circles(arrows) == []


def test_nothing_imports_upward() -> None:
    wrong = []
    for room, allowed in BELOW.items():
        for file in (PACKAGE / room).rglob("*.py"):
            for name in imports(file):
                other = name.split(".")[0]
                if other != room and other not in allowed:
                    wrong.append(f"{file.relative_to(PACKAGE)} imports {name}")
                if other == "offline" and room != "offline" and name != OFFLINE_DOOR:
                    wrong.append(f"{file.relative_to(PACKAGE)} goes around the wire to {name}")
    assert wrong == []


def test_every_room_is_known() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(BELOW)


def test_the_offline_engine_loads_no_widgets() -> None:
    said = "import sys, ipyseedance.offline.server; print({'ipywidgets', 'anywidget', 'IPython'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_everything_public_is_there_and_nothing_else() -> None:
    for name in ipyseedance.__all__:
        assert getattr(ipyseedance, name) is not None
    with pytest.raises(AttributeError, match="'Studioo'"):
        _ = ipyseedance.Studioo


FIELDS_NAMED = {
    "store/migrations.py": "what the folders of earlier versions have",
    "sweeps/run.py": "`run.promote(generate_audio=)` is public, and as old as the first endpoint",
}
"""Files outside `contract/` that name a field of an endpoint, and why."""


def test_no_other_room_names_a_field_of_an_endpoint() -> None:
    """Rooms ask by role. Names that are a role's too, and a clip's own `duration`, tell nothing of whom they mean."""
    names = {name for endpoint in ENDPOINTS for name in endpoint.request.model_fields} - {*Role, "duration"}
    assert {"image_url", "generate_audio", "aspect_ratio"} <= names
    word = re.compile(rf"\b({'|'.join(names)})\b")
    files = [file for file in PACKAGE.rglob("*.py") if file.relative_to(PACKAGE).parts[0] != "contract"]
    if SOURCES.is_dir():  # not beside an installed package
        files += [file for file in SOURCES.rglob("*.ts*") if ".gen." not in file.name]
    found = {file for file in files if word.search(file.read_text(encoding="utf-8"))}
    assert {file.relative_to(PACKAGE if file.suffix == ".py" else SOURCES).as_posix() for file in found} == {
        *FIELDS_NAMED
    }
