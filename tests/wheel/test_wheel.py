"""The wheel that `make test` built and installed: what is in it, and that it is enough."""

import os
import re
import subprocess
import sys
import venv
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
STATIC = "ipyseedance/widgets/static"
PACKAGED = {".py", ".typed", ".js", ".css", ".json", ".png", ".jpg", ".ttf", ".txt"}
KILOBYTE = 1024


@pytest.fixture(scope="session")
def wheel() -> Path:
    wheels = list((ROOT / "dist").glob("*.whl"))
    assert len(wheels) == 1, "`make test` builds the wheel"
    return wheels[0]


@pytest.fixture(scope="session")
def contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_widgets_are_in_it(contents: dict[str, bytes]) -> None:
    for name in ("studio", "wall"):
        assert len(contents[f"{STATIC}/{name}.js"]) > 10 * KILOBYTE
        assert len(contents[f"{STATIC}/{name}.css"]) > KILOBYTE
        assert b"export" in contents[f"{STATIC}/{name}.js"]


def test_every_module_is_in_it_and_nothing_else(contents: dict[str, bytes]) -> None:
    source = ROOT / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*") if path.suffix in {".py", ".typed"}}
    packed = {name for name in contents if name.startswith("ipyseedance/")}
    assert modules <= packed
    assert "ipyseedance/py.typed" in packed
    assert {Path(name).suffix for name in packed} <= PACKAGED
    assert {name.split("/")[0] for name in contents} == {"ipyseedance", f"ipyseedance-{version(contents)}.dist-info"}
    assert not [name for name in packed if "test" in name]
    fonts = [name for name in packed if "/fonts/" in name]
    assert {Path(name).name for name in fonts} == {"NotoSans-SemiBold.ttf", "OFL.txt"}, "a font goes with its licence"
    assert all(len(contents[name]) < 400 * KILOBYTE for name in fonts)
    assert {name for name in packed if name.startswith(STATIC)} == {
        f"{STATIC}/{name}.{kind}" for name in ("studio", "wall") for kind in ("js", "css")
    }


def test_nothing_in_it_knows_the_machine_it_was_built_on(contents: dict[str, bytes]) -> None:
    machine = [str(ROOT).encode(), str(Path.home()).encode(), b"sourceMappingURL", b"node_modules"]
    known = [(name, clue) for name, data in contents.items() for clue in machine if len(clue) > 5 and clue in data]
    assert known == []


def test_its_metadata(contents: dict[str, bytes]) -> None:
    metadata = message_from_bytes(contents[f"ipyseedance-{version(contents)}.dist-info/METADATA"])
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT AND OFL-1.1"
    needed = {re.split(r"[<>=!~;\[ ]", requirement)[0] for requirement in metadata.get_all("Requires-Dist", [])}
    assert needed.isdisjoint({"pytest", "playwright", "jupyterlab", "mypy", "ruff", "marimo"})


def test_what_is_installed_is_this_wheel(contents: dict[str, bytes]) -> None:
    packed = {name: data for name, data in contents.items() if name.startswith("ipyseedance/")}
    installed = {name: Path(str(distribution("ipyseedance").locate_file(name))) for name in packed}
    assert {name: path.read_bytes() for name, path in installed.items() if path.exists()} == packed


def test_the_sdist_builds_the_same_wheel_without_node(tmp_path: Path, contents: dict[str, bytes]) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path], cwd=ROOT, check=True)
    (sdist,) = tmp_path.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"]
    no_node = {**os.environ, "PATH": str(tmp_path)}
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(sdist)], env=no_node, check=True)
    (rebuilt,) = tmp_path.glob("*.whl")
    with ZipFile(rebuilt) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents


def test_it_installs_into_an_empty_environment_and_imports(tmp_path: Path, wheel: Path) -> None:
    """A dependency that only the tests' environment happens to have would be missing here."""
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python)]
    # Without their hashes: with one, pip asks for the hash of everything, and would not find out what the wheel needs.
    versions = re.sub(r" \\\n +--hash=\S+", "", (ROOT / "requirements-lab.txt").read_text())
    (tmp_path / "versions.txt").write_text(versions)
    pins = ["--constraint", str(tmp_path / "versions.txt")]
    subprocess.run([*pip, "install", *pins, str(wheel)], check=True)
    script = """
import importlib, pkgutil, ipyseedance
modules = [m.name for m in pkgutil.walk_packages(ipyseedance.__path__, "ipyseedance.") if "__main__" not in m.name]
for module in modules:
    importlib.import_module(module)
print(len(modules))
"""
    said = subprocess.run([python, "-I", "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert int(said) >= 10


def version(contents: dict[str, bytes]) -> str:
    (info,) = {name.split("/")[0] for name in contents if ".dist-info/" in name}
    return info.removeprefix("ipyseedance-").removesuffix(".dist-info")
