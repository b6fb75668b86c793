"""A marimo notebook served as an app: the other host the widget must work in."""

import subprocess
import sys
from pathlib import Path
from typing import IO

from tests.browser.rig.server import STOP_SECONDS, clean_environment, free_port, wait_until_up


class MarimoServer:
    """`marimo run` on one file, without its editor."""

    def __init__(self, notebook: Path, folder: Path, log: IO[bytes]) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "marimo", "run", str(notebook)),
                *("--headless", "--no-token", "--host", "127.0.0.1"),
                *("--port", self.url.rpartition(":")[2]),
            ],
            env=clean_environment(folder),
            cwd=notebook.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        wait_until_up(self.url, self._process)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(STOP_SECONDS)


def write_app(path: Path, *cells: str) -> None:
    """Each cell is the body of one marimo cell; its last line is the expression it shows."""
    bodies = []
    for cell in cells:
        *body, shown = cell.strip().splitlines()
        lines = [*body, f"mo.output.replace({shown})"]
        bodies.append("@app.cell\ndef _():\n    import marimo as mo\n" + "\n".join(f"    {line}" for line in lines))
    path.write_text("\n\n".join(["import marimo", "app = marimo.App()", *bodies]) + "\n")
