"""What setting the project up installs is what was locked, to the byte, whoever answers for the index."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scripts import setup

ROOT = Path(setup.__file__).parents[1]
FILES = sorted(ROOT.glob("requirements-*.txt"))
PIN = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)?(\n +--hash=sha256:[0-9a-f]{64})+")


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_pin_has_hashes_and_no_host_is_named(file: Path) -> None:
    lines = file.read_text("utf-8").replace(" \\\n", "\n")
    pins = re.split(r"\n(?=\S)", lines.strip())
    assert [pin for pin in pins if not PIN.fullmatch(pin)] == []
    assert "://" not in lines


def test_what_is_pinned_is_what_is_wanted() -> None:
    wanted = {setup.pins(name): pin for name, pin in setup.TOOLS.items()}
    wanted |= {setup.kernel_pins(version): f"ipykernel=={version}" for version in setup.OTHER_KERNELS}
    for file, pin in wanted.items():
        assert f"{pin} \\\n" in file.read_text("utf-8")
    assert set(FILES) == {*wanted, setup.pins("lab"), setup.pins("test")}


def test_nothing_is_installed_without_hashes() -> None:
    """What is built here has no hash, and brings nothing with it."""
    tree = ast.parse(Path(setup.__file__).read_text("utf-8"))
    said = []
    for node in ast.walk(tree):
        given = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        words = {item.value for item in given if isinstance(item, ast.Constant)}
        if "install" in words and "apt-get" not in words:
            said.append(words)
    assert len(said) >= 4
    assert [words for words in said if not words & {"--require-hashes", "--no-deps"}] == []
