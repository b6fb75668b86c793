"""Run every check and test suite, also after one has failed; say what ran, how it went and how long it took.

The offline engine's suite is left out where nothing that it depends on changed since it passed in this environment.
Named on the command line it always runs.

Three stages run at a time, for a page is mostly waited for. What a stage prints comes when it has ended, in one piece;
a stage that is run alone prints as it goes.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree

from scripts.chromium import find

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"

CHECKS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "protocol": [sys.executable, "-m", "scripts.protocol", "--check"],
    "map": [sys.executable, "-m", "scripts.map", "--check"],
    "typescript": ["npm", "--prefix", "js", "run", "--silent", "check"],
}
# One pytest each: synchronous Playwright leaves an event loop running, in which no asynchronous test can start.
# The longest come first, so that none is left to run alone at the end.
SUITES = {
    "browser": ["tests/browser/hosts"],
    "pages": ["tests/browser/studio_page", "tests/browser/wall_page"],
    "offline": ["tests/offline"],
    "wire": ["tests/wire"],
    "hostile": ["tests/hostile"],
    "unit": ["tests/unit"],
    "notebooks": ["tests/notebooks"],
    "wheel": ["tests/wheel"],
}
AT_ONCE = 3
# The offline engine is finished, and its suite takes minutes. tests/unit/test_stages.py holds this list against what
# the suite imports.
DEPENDS_ON = {
    "offline": [
        *(f"src/ipyseedance/{name}" for name in ("__init__.py", "offline", "contract", "doors", "media")),
        "tests/offline",
        "tests/conftest.py",
        "pyproject.toml",
        "requirements-*.txt",
        "js/package-lock.json",  # fal's JavaScript client, which is tried against the server
    ]
}
PASSED = Path(sys.prefix) / "passed-stages"
"""By stage, the digest of what it depended on when it last passed. It goes with the environment, so a fresh machine
has none."""


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
    started = time.monotonic()
    digests = {stage: digest(stage) for stage in DEPENDS_ON}
    if len(chosen) == 1:
        outcomes, unchanged = [run(chosen[0], None)], []
    else:
        unchanged = [] if chosen else [stage for stage in DEPENDS_ON if has_passed(stage, digests[stage])]
        wanted = [stage for stage in stages if stage not in unchanged and (not chosen or stage in chosen)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(run_apart, wanted))
    for outcome in outcomes:
        if outcome.stage in digests and not outcome.failed:
            PASSED.mkdir(exist_ok=True)
            (PASSED / outcome.stage).write_text(digests[outcome.stage], encoding="utf-8")
    return report(outcomes, unchanged, time.monotonic() - started)


def digest(stage: str) -> str:
    """Of all files that a stage depends on, by name and content, and of this Python."""
    total = hashlib.sha256(sys.version.encode())
    roots = [root for pattern in DEPENDS_ON[stage] for root in sorted(ROOT.glob(pattern))]
    for file in (file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*")))):
        if file.is_file() and file.suffix != ".pyc":
            total.update(f"{file.relative_to(ROOT).as_posix()}\0{file.stat().st_size}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def has_passed(stage: str, digest: str) -> bool:
    """Whether the stage passed in this environment when its files had this digest."""
    try:
        return (PASSED / stage).read_text(encoding="utf-8") == digest
    except FileNotFoundError:
        return False


def run_apart(stage: str) -> Outcome:
    """Run a stage beside others."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        outcome = run(stage, output)
        output.seek(0)
        print(f"{title(stage)}\n{output.read()}", flush=True)
    return outcome


def run(stage: str, output: IO[str] | None) -> Outcome:
    """Run a stage; what it prints goes to `output`, or, with None, to where this program prints."""
    if output is None:
        print(title(stage), flush=True)
    started = time.monotonic()
    tally = run_check(CHECKS[stage], output) if stage in CHECKS else run_suite(stage, output)
    return Outcome(stage, *tally, time.monotonic() - started)


def title(stage: str) -> str:
    return f"\n── {stage} " + "─" * (76 - len(stage))


def run_check(command: list[str], output: IO[str] | None) -> tuple[int, int, int]:
    succeeded = return_code(command, output) == 0
    return int(succeeded), int(not succeeded), 0


def run_suite(suite: str, output: IO[str] | None) -> tuple[int, int, int]:
    record = RESULTS / f"{suite}.xml"
    record.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *SUITES[suite], "--installed", f"--junit-xml={record}"]
    code = return_code(command, output)
    counts = next(ElementTree.parse(record).iter("testsuite")).attrib if record.exists() else {}
    total, skipped = int(counts.get("tests", 0)), int(counts.get("skipped", 0))
    failed = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    passed = max(total - skipped - failed, 0)
    # A suite of which nothing ran, or in which pytest itself failed, is a failure that pytest does not count.
    return passed, failed or int(code != 0 or passed == 0), skipped


def return_code(command: list[str], output: IO[str] | None) -> int:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        check=False,
    ).returncode


def report(outcomes: list[Outcome], unchanged: list[str], seconds: float) -> int:
    print(f"\n{'stage':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for stage, passed, failed, skipped, took in outcomes:
        print(f"{stage:<12}{passed:>8}{failed:>8}{skipped:>9}{took:>9.1f}")
    for stage in unchanged:
        print(f"{stage:<12}unchanged since it passed")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    print(f"\nin {seconds:.0f} s; linters and type checkers count as one test each:")
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
