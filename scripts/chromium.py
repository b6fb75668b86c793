"""Find a Chrome or Chromium for the browser tests; on Debian, as root, install one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ADVICE = (
    "The browser tests need Google Chrome or Chromium: install one (Debian: apt install chromium; "
    "macOS: brew install --cask google-chrome), or set CHROME to its path."
)
# The headless shell comes first: without the browser around the page the tests take half the processor time.
SHELL = "chromium-headless-shell"
COMMANDS = [SHELL, "chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"]
APPLICATIONS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "~/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
]
# Playwright's own build comes last: it lacks the H.264 and AAC decoders that the clips need.
PLAYWRIGHT_CACHES = ["~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright"]
PLAYWRIGHT_BUILDS = [
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
]


def find() -> str | None:
    """The path of a browser that starts; what CHROME names is taken at its word."""
    if chosen := os.environ.get("CHROME"):
        return chosen
    return next((path for path in candidates() if starts(path)), None)


def candidates() -> list[str]:
    caches = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""), *PLAYWRIGHT_CACHES]
    return [
        *(path for name in COMMANDS if (path := shutil.which(name))),
        *(name for name in map(os.path.expanduser, APPLICATIONS) if Path(name).exists()),
        *(str(path) for cache in caches if cache for build in PLAYWRIGHT_BUILDS
          for path in sorted(Path(cache).expanduser().glob(build), reverse=True)),
    ]  # fmt: skip


def starts(path: str) -> bool:
    """Not all do: Ubuntu's chromium-browser only says where to get one. On Windows --version would open a window."""
    if os.name == "nt":
        return True
    return subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60).returncode == 0


def ensure() -> str:
    return find() or (installed(SHELL) and find()) or (installed("chromium") and find()) or sys.exit(ADVICE)


def installed(package: str) -> bool:
    """Whether apt-get, on Debian as root, has installed it. Not every release has the shell."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"Installing {package} with apt-get …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wanted = ["install", "-y", "--no-install-recommends", package, "fonts-liberation"]
    for command in (["update"], wanted):  # an update that fails in part may be good enough
        done = subprocess.run(["apt-get", "-qq", *command], env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, check=False)  # fmt: skip
    return done.returncode == 0


if __name__ == "__main__":
    print(ensure())
