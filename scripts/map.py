"""The table of files in `docs/how-it-works.md`: each file of the sources with its one job, as the file itself says it.

python -m scripts.map            write the table
python -m scripts.map --check    fail where it is not as the files say
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "how-it-works.md"
PYTHON, BROWSER = ROOT / "src" / "ipyseedance", ROOT / "js" / "src"
BEGIN, END = "<!-- files: written by scripts/map.py -->\n", "<!-- /files -->\n"
ELSEWHERE = {"offline": "[its own README](../src/ipyseedance/offline/README.md) says what each of its files does"}
"""Rooms whose files are listed in a page of their own."""


def job_of(file: Path) -> str:
    """The one job of a file: the first paragraph of its docstring, or of its first comment in TypeScript.

    Raises:
        ValueError: it does not say.
    """
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        said = ast.get_docstring(ast.parse(text)) or ""
    else:
        comment = re.match(r"/\*\*(.*?)\*/", text, re.DOTALL)
        said = re.sub(r"^\s*\* ?", "", comment[1], flags=re.MULTILINE).strip() if comment else ""
    paragraph = " ".join(said.split("\n\n")[0].split())
    if not paragraph:
        raise ValueError(f"{file.relative_to(ROOT).as_posix()} does not say what its one job is")
    return paragraph


def rooms(root: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, list[Path]]]:
    """Each folder that has sources, and its files, by name."""
    found: dict[str, list[Path]] = {}
    for file in sorted(root.rglob("*")):
        parts = file.relative_to(root).parts
        generated = file.name.endswith(".gen.ts") or "static" in parts
        if file.suffix in suffixes and file.name != "__init__.py" and not generated and parts[0] not in ELSEWHERE:
            found.setdefault("/".join(parts[:-1]), []).append(file)
    yield from sorted(found.items())


def table(root: Path, suffixes: tuple[str, ...]) -> str:
    """The rooms below a folder, as Markdown."""
    lines: list[str] = []
    for room, files in rooms(root, suffixes):
        lines += [f"**`{room or root.name}/`**\n", "| file | its job |", "|---|---|"]
        lines += [f"| `{file.name}` | {job_of(file).replace('|', '&#124;')} |" for file in files]
        lines.append("")
    return "\n".join(lines)


def written() -> str:
    """The page with its table as the files say."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, tail = rest.split(END)
    others = "".join(f"`{room}/`: {where}.\n" for room, where in ELSEWHERE.items())
    tables = (
        f"\n### Python\n\n{table(PYTHON, ('.py',))}\n{others}\n### The browser\n\n{table(BROWSER, ('.ts', '.tsx'))}\n"
    )
    return f"{head}{BEGIN}{tables}{END}{tail}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        PAGE.write_text(written(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != written():
        sys.exit("docs/how-it-works.md is not as the files say: run `python -m scripts.map`")


if __name__ == "__main__":
    main()
