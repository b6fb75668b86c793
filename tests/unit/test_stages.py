"""A stage is left out only where nothing that it depends on changed since it passed in this environment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts import check
from tests.unit.test_rooms import BELOW

ROOT = Path(__file__).parents[2]
STAGE = "offline"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages that ran, in a small repository where each passes."""
    stages: list[str] = []

    def run_apart(stage: str) -> check.Outcome:
        stages.append(stage)
        return check.Outcome(stage, 1, 0, 0, 0.1)

    for name in (
        "src/ipyseedance/offline/server.py",
        "src/ipyseedance/contract/frames.py",
        "src/ipyseedance/fal/wire.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "RESULTS", tmp_path / "test-results")
    monkeypatch.setattr(check, "PASSED", tmp_path / "environment")
    monkeypatch.setattr(check, "run_apart", run_apart)
    monkeypatch.setattr(check, "run", lambda stage, _output: run_apart(stage))
    monkeypatch.setattr(check, "versions", lambda: "")
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    return stages


def test_on_a_fresh_machine_it_runs_and_then_only_after_a_change(
    ran: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, runs in (
        (None, True),
        (None, False),
        ("src/ipyseedance/fal/wire.py", False),
        ("src/ipyseedance/contract/frames.py", True),
        ("src/ipyseedance/offline/engine/new.py", True),
        ("src/ipyseedance/offline/server.pyc", False),
        ("requirements-test.txt", True),
    ):
        if path is not None:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("x = 2")
        ran.clear()
        assert check.main([]) == 0
        assert (STAGE in ran) == runs, path
        assert ("unchanged since it passed" in capsys.readouterr().out) != runs
        assert {"unit", "wire", "lint"} <= set(ran)
    (tmp_path / "src/ipyseedance/contract/frames.py").unlink()
    check.main([])
    assert STAGE in ran


def test_named_it_always_runs(ran: list[str]) -> None:
    for chosen in ([], [STAGE], [STAGE, "unit"]):
        ran.clear()
        check.main(chosen)
        assert STAGE in ran


def test_after_a_failure_it_runs_again(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    passing = check.run_apart
    monkeypatch.setattr(check, "run_apart", lambda stage: passing(stage)._replace(failed=1))
    assert check.main([]) == 1
    ran.clear()
    monkeypatch.setattr(check, "run_apart", passing)
    assert check.main([]) == 0
    assert STAGE in ran


def test_all_that_the_stage_imports_counts() -> None:
    counted = {Path(path).name for path in check.DEPENDS_ON[STAGE] if path.startswith("src/")}
    imported = set()
    for file in (ROOT / "tests/offline").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [f"{node.module}"] if isinstance(node, ast.ImportFrom) and not node.level else []
            imported |= {name for name in names if name.split(".")[0] in ("ipyseedance", "tests", "scripts")}
    assert all(name.startswith(("ipyseedance.", "tests.offline")) for name in imported), sorted(imported)
    rooms = {name.split(".")[1] for name in imported if name.startswith("ipyseedance.")}
    assert rooms | {below for room in rooms for below in BELOW[room]} <= counted
