"""The kernels the widget must work in. They differ in the thread on which a widget's messages are handled."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.setup import OTHER_KERNELS, VENV

INSTALLED = "python3"
LAUNCHER = ("-m", "ipykernel_launcher")
KERNELS = [INSTALLED, *(f"ipykernel-{version}" for version in OTHER_KERNELS)]


def write_kernelspecs(data: Path) -> None:
    """The older ones run in the same environment; a folder on PYTHONPATH shadows its ipykernel."""
    write_kernelspec(data, INSTALLED, {})
    for version in OTHER_KERNELS:
        folder = VENV / "kernels" / version
        if not folder.is_dir():
            raise RuntimeError(f"ipykernel {version} is missing: run `make test`, which installs it, once.")
        write_kernelspec(data, f"ipykernel-{version}", {"PYTHONPATH": str(folder)})


def write_kernelspec(data: Path, name: str, environment: dict[str, str], run: Sequence[str] = LAUNCHER) -> None:
    """`run`: what Python is to run; "-f" and the connection file are added."""
    folder = data / "kernels" / name
    folder.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, *run, "-f", "{connection_file}"],
        "display_name": name,
        "language": "python",
        "env": environment,
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
