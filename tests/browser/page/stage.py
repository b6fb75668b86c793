"""Opens scenes: their folders are made once for all tests, and copied for each page."""

from __future__ import annotations

import contextlib
import inspect
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import ipyseedance as sd
from ipyseedance.offline.launch import OfflineServer
from ipyseedance.store.store import Store
from tests.wire.fal_double import FalDouble, Script

from .comms import ROOT, PageServer
from .opened import UNDER_WAY, Opened, copied
from .scenes import LEFT, STUDIO, Scene, nothing
from .takes import FILES
from .wall_scenes import WALL, WallScene


class Stage:
    """One server for all pages, and the project of the page that is open."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(["node", "dev/build.mjs"], cwd=ROOT / "js", check=True)
        self.server = PageServer()
        self._engine = ""
        self._patch = pytest.MonkeyPatch()

        def start(engine: OfflineServer) -> None:
            engine.url = engine.url or self._engine

        self._patch.setattr(OfflineServer, "start", start)
        self._patch.setattr(OfflineServer, "pid", 1)
        self._folder = folder
        self._templates: dict[Callable[[Path], None], Path] = {}
        self._open: list[tuple[Opened, str]] = []
        self._closing: list[Future[None]] = []
        self._workers = ThreadPoolExecutor(1)
        self._count = 0

    def studio(self, name: str, *, read_only: bool = False, **more: Any) -> tuple[Opened, str]:
        """Open a scene; gives it, and the name its page asks for. `more` is for the scene."""
        scene = STUDIO[name]
        opened = self._opened(scene, more, free=scene.free, budget=scene.budget)
        opened.widget = sd.Studio(opened.project, read_only=read_only, **scene.options)
        scene.then(opened, **_taken_by(scene.then, more))
        return opened, self._shown(opened)

    def wall(self, name: str, *, count: int | None = None, read_only: bool = False) -> tuple[Opened, str]:
        """Open a scene with a wall."""
        scene = WALL[name]
        opened = self._opened(scene, {}, free=False)
        opened.widget = sd.Wall(scene.hung(opened, count), read_only=read_only)
        return opened, self._shown(opened)

    def _opened(
        self, scene: Scene | WallScene, more: dict[str, Any], *, free: bool, budget: float | None = None
    ) -> Opened:
        template = self._template(scene.folder)
        fal = self._new_service()
        scene.service(fal)
        self._count += 1
        folder = copied(template, self._folder / str(self._count) / "my-film")
        scene.before(folder, **_taken_by(scene.before, {"server": fal.url, **more}))
        store = Store(folder)
        purse = store.purse()
        store.close()
        cap = purse.spent + purse.reserved + LEFT if budget is None else budget
        return Opened(folder, fal, free=free, budget=round(cap, 4))

    def _new_service(self) -> FalDouble:
        """A service of one's own; the offline engine is at its address too: a page needs that one's protocol, and none
        of its pictures."""
        fal = FalDouble()
        fal.script = Script(statuses=UNDER_WAY)
        self._engine = fal.url
        return fal

    def _shown(self, opened: Opened) -> str:
        session = self.server.add(opened.comm)
        self._open.append((opened, session))
        return session

    def _template(self, fill: Callable[[Path], None]) -> Path:
        if fill not in self._templates:
            folder = self._folder / f"template-{len(self._templates)}"
            folder.mkdir()
            if fill is not nothing:
                fill(folder)
            self._templates[fill] = folder
            self._look_through(folder)
        return self._templates[fill]

    def _look_through(self, folder: Path) -> None:
        """Have posters, filmstrips and waveforms made of its clips: no page has to."""
        opened = Opened(folder, self._new_service(), free=True, budget=None)
        try:
            # Not the project's list of all: of ten thousand that takes seconds.
            first = _first_generations(opened.project, FILES)
            files = {job.clip.path: job for job in first if job.clip is not None}
            if files:
                opened.widget = sd.Wall(list(files.values()))
                for job in files.values():
                    opened.ask("poster", gid=job.id)
                    opened.ask("film", gid=job.id)
                opened.ask("waves", gids=[job.id for job in files.values()])
                opened.widget.close()
        finally:
            opened.project.close()
            opened.fal.close()

    def close_pages(self) -> None:
        """Close what is open. The pages have been left."""
        while self._open:
            opened, session = self._open.pop()
            self.server.remove(session)
            self._closing.append(self._workers.submit(opened.close))

    def close(self) -> None:
        self.close_pages()
        for closing in self._closing:
            closing.result()
        self._patch.undo()
        self.server.close()


def _first_generations(project: sd.Project, count: int) -> list[sd.Generation]:
    found: list[sd.Generation] = []
    with contextlib.suppress(KeyError):
        found.extend(project.by_id(id) for id in range(1, count + 1))
    return found


def _taken_by(act: Callable[..., None], more: dict[str, Any]) -> dict[str, Any]:
    """Those of a scene's options that an act takes."""
    return {name: value for name, value in more.items() if name in inspect.signature(act).parameters}
