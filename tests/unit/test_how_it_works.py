"""`docs/how-it-works.md` names what there is. `python -m scripts.map --check` looks whether its table is up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import map as files_map

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATH = re.compile(r"`((?:[\w-]+/)*[\w-]+\.(?:py|tsx?|mjs|md))`")


def there(name: str) -> bool:
    return any((folder / name).is_file() for folder in (ROOT, ROOT / "src" / "ipyseedance", ROOT / "docs"))


def test_every_file_that_a_walk_names_is_there() -> None:
    walks = PAGE.split(files_map.BEGIN)[0]
    named = PATH.findall(walks) + [name for name in PATH.findall(CONTRIBUTING) if "/" in name]
    assert len(named) > 40
    assert [name for name in named if not there(name)] == []


def test_the_table_has_every_file_once() -> None:
    table = PAGE.split(files_map.BEGIN)[1]
    rows = re.findall(r"^\*\*`([\w/]+)/`\*\*$|^\| `([\w.]+)` \| .+ \|$", table, re.MULTILINE)
    listed, room = [], ""
    for heading, file in rows:
        room = heading or room
        if file:
            listed.append(f"{room}/{file}".removeprefix("ipyseedance/").removeprefix("src/"))
    sources = [
        file.relative_to(root).as_posix()
        for root, pattern in ((files_map.PYTHON, "*.py"), (files_map.BROWSER, "*.ts"), (files_map.BROWSER, "*.tsx"))
        for file in root.rglob(pattern)
        if file.name != "__init__.py" and ".gen." not in file.name and file.relative_to(root).parts[0] != "offline"
    ]
    assert sorted(listed) == sorted(sources)


def test_a_file_that_does_not_say_its_job_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_map, "ROOT", tmp_path)
    for name, text in (("a.py", "x = 1\n"), ("b.ts", "export const x = 1;\n"), ("c.tsx", "\n/** Late. */\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match=f"{name} does not say"):
            files_map.job_of(tmp_path / name)
    (tmp_path / "d.ts").write_text("/**\n * What is\n * said.\n *\n * And more.\n */\nexport const x = 1;\n")
    assert files_map.job_of(tmp_path / "d.ts") == "What is said."
