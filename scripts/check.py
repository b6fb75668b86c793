"""Run every check and test suite, also after one has failed; say what ran, how it went and how long it took."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from scripts.chromium import find

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"

CHECKS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "typescript": ["npm", "--prefix", "js", "run", "--silent", "check"],
}
# One pytest each: synchronous Playwright leaves an event loop running, in which no asynchronous test can start.
SUITES = ["unit", "wire", "offline", "wheel", "browser", "notebooks"]


class Outcome(NamedTuple):
    stage: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def main(chosen: list[str]) -> int:
    stages = [*CHECKS, *SUITES]
    if unknown := set(chosen) - set(stages):
        sys.exit(f"No such stage: {', '.join(sorted(unknown))}. There are: {' '.join(stages)}")
    os.chdir(ROOT)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    print(versions(), flush=True)
    outcomes = [run(stage) for stage in stages if not chosen or stage in chosen]
    return report(outcomes)


def run(stage: str) -> Outcome:
    print(f"\n── {stage} " + "─" * (76 - len(stage)), flush=True)
    started = time.monotonic()
    tally = run_check(CHECKS[stage]) if stage in CHECKS else run_suite(stage)
    return Outcome(stage, *tally, time.monotonic() - started)


def run_check(command: list[str]) -> tuple[int, int, int]:
    succeeded = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0
    return int(succeeded), int(not succeeded), 0


def run_suite(suite: str) -> tuple[int, int, int]:
    record = RESULTS / f"{suite}.xml"
    record.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", f"tests/{suite}", "--installed", f"--junit-xml={record}"]
    code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    counts = next(ElementTree.parse(record).iter("testsuite")).attrib if record.exists() else {}
    total, skipped = int(counts.get("tests", 0)), int(counts.get("skipped", 0))
    failed = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    passed = max(total - skipped - failed, 0)
    # A suite of which nothing ran, or in which pytest itself failed, is a failure that pytest does not count.
    return passed, failed or int(code != 0 or passed == 0), skipped


def report(outcomes: list[Outcome]) -> int:
    print(f"\n{'stage':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for stage, passed, failed, skipped, seconds in outcomes:
        print(f"{stage:<12}{passed:>8}{failed:>8}{skipped:>9}{seconds:>9.1f}")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(
        f"\nin {sum(outcome.seconds for outcome in outcomes):.0f} s; linters and type checkers count as one test each:"
    )
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0)


def versions() -> str:
    packages = [f"{name} {version(name)}" for name in ("ipyseedance", "jupyterlab", "ipykernel", "anywidget", "av")]
    programs = [said(command) for command in (["node", "--version"], [find() or "chromium", "--version"])]
    return ", ".join([f"Python {platform.python_version()}", *packages, f"Node {programs[0]}", programs[1]])


def said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
