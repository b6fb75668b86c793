"""A JupyterLab of the tests' own: a free port, and every folder it reads or writes under one temporary folder."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import httpx

from tests.browser.rig.kernels import write_kernelspecs

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
START_SECONDS = 60
STOP_SECONDS = 30


class LabServer:
    """One JupyterLab; `notebooks` is the folder it serves."""

    def __init__(self, folder: Path, log: IO[bytes]) -> None:
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.token = secrets.token_hex(16)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.notebooks.mkdir()
        self.reset_settings()
        write_kernelspecs(folder / "data")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self.url.rpartition(':')[2]}",
                "--ServerApp.port_retries=0",
                f"--ServerApp.root_dir={self.notebooks}",
                f"--IdentityProvider.token={self.token}",
                "--LabApp.expose_app_in_browser=True",
            ],
            env=clean_environment(folder),
            cwd=self.notebooks,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        wait_until_up(f"{self.url}/api/status?token={self.token}", self._process)

    def notebook_url(self, notebook: Path) -> str:
        return f"{self.url}/lab/tree/{notebook.relative_to(self.notebooks).as_posix()}?token={self.token}&reset"

    def reset_settings(self) -> None:
        """JupyterLab keeps what a test chose, a dark theme for instance, for the next one."""
        settings = self.folder / "settings"
        shutil.rmtree(settings, ignore_errors=True)
        for name, value in SETTINGS.items():
            file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))

    def shut_down_kernels(self) -> None:
        with httpx.Client(base_url=self.url, headers={"Authorization": f"token {self.token}"}, timeout=30) as client:
            for session in client.get("/api/sessions").raise_for_status().json():
                client.delete(f"/api/sessions/{session['id']}")

    def stop(self) -> None:
        self._process.terminate()  # after SIGINT it would leave kernels behind
        self._process.wait(STOP_SECONDS)


def clean_environment(folder: Path) -> dict[str, str]:
    """The developer's, less what would let Jupyter, Python or a key in from outside the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "FAL_"))}
    folders = {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    for name in folders.values():
        (folder / name).mkdir(exist_ok=True)
    return {**kept, **{name: str(folder / value) for name, value in folders.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"The server did not start (exit code {process.poll()}); its log is in test-results.")
