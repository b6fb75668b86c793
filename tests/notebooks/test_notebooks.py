"""Every notebook runs from top to bottom on the offline engine, and prints again what NBVAL_CHECK_OUTPUT marks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CELL_SECONDS = 120


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
