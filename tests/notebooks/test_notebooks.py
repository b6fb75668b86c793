"""Every notebook runs from top to bottom on the offline engine, and prints again what NBVAL_CHECK_OUTPUT marks."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
CELL_SECONDS = 120
_CODE = re.compile(r"^```.*?^```|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL | re.MULTILINE)
_BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.)\s)|\|")


def bare_dollars(markdown: str) -> int:
    """How many dollar signs stand outside code without a backslash: between two of them a page shows a formula."""
    return len(re.findall(r"(?<!\\)\$", _CODE.sub("", markdown)))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_no_price_in_a_notebook_reads_as_a_formula(notebook: Path) -> None:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert texts
    assert [text for text in texts if bare_dollars(text) > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_price_on_a_page_reads_as_a_formula(page: Path) -> None:
    """GitHub shows formulas too, within a paragraph, an item of a list or a cell of a table."""
    blocks = _BLOCKS.split(_CODE.sub("", page.read_text("utf-8")))
    assert [block for block in blocks if bare_dollars(block) > 1] == []


def test_dollars_are_counted_outside_code() -> None:
    assert bare_dollars("`$HOME` costs \\$1, ``$a`$`` too\n```\n$x $y\n```\n") == 0
    assert bare_dollars("**$0.58** and **$0.42**") == 2


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.timeout(600)
def test_runs_top_to_bottom(notebook: Path, tmp_path: Path) -> None:
    # In a copy: a notebook makes its project's folder beside itself.
    copy = tmp_path / "notebooks"
    shutil.copytree(
        ROOT / "notebooks", copy, ignore=shutil.ignore_patterns("seedance", "my-film", ".ipynb_checkpoints")
    )
    nbval = ["--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *nbval, f"--rootdir={copy}", str(copy / notebook.name)],
        cwd=copy, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
