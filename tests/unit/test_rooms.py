"""One way down: a room imports the rooms below it, never those above."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ipyseedance

PACKAGE = Path(ipyseedance.__file__).parent
BELOW = {
    "doors": set(),
    "contract": {"doors"},
    "media": {"doors", "contract"},
    "fal": {"doors", "contract"},
    "store": {"doors", "contract"},
    "offline": {"doors", "contract"},
    "jobs": {"doors", "contract", "media", "fal", "store", "offline", "project"},
    "sweeps": {"doors", "contract", "store", "jobs", "project"},
    "ratings": {"doors", "contract", "store", "jobs", "sweeps"},
    "widgets": {"doors", "contract", "store", "jobs", "sweeps", "ratings", "project", "version"},
}
# The lab starts and stops the offline engine; everything else goes over the wire.
OFFLINE_DOOR = "offline.launch"


def imports(file: Path) -> set[str]:
    """What a module imports of this package, as dotted names within it."""
    here = file.relative_to(PACKAGE).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {".".join((*base, name)) for name in names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ipyseedance."):
            found.add((node.module or "").removeprefix("ipyseedance."))
    return found


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
