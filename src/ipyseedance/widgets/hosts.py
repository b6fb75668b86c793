"""What the tables of answers need of the widgets they belong to, so that neither file imports the other's types."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Protocol

from ..jobs.clip import Clip
from ..jobs.generation import Generation
from ..project import Project
from .given import Given
from .permission import Permission
from .pictures import Pictures
from .protocol.shared import Fields
from .protocol.snapshots import Axes
from .protocol.wall import Cell
from .queue import Queue
from .wall_layout import Layout


class Hanging(Protocol):
    """A wall that others hang clips on."""

    def hang(self, clips: object) -> None: ...


class StudioHost(Protocol):
    """A Studio, for what answers its messages. `studio.py` says what each part is."""

    project: Project
    permission: Permission
    given: Given
    pictures: Pictures
    queue: Queue

    @property
    def wall(self) -> Hanging: ...
    def look_again(self) -> None: ...
    def refresh(self, *parts: str) -> None: ...
    async def read_draft(self, endpoint: str, fields: Fields, origin: str, axes: Axes) -> Awaitable[None]: ...
    def show_clip(self, job: Generation | None, *, auto: bool = False) -> None: ...
    def choose(self, ids: list[int], clips: list[Clip]) -> None: ...
    def judged(self, job: Generation) -> None: ...
    def show_wall(self, shown: bool) -> None: ...  # noqa: FBT001


class WallHost(Protocol):
    """A Wall, for what answers its messages. `wall.py` says what each part is."""

    project: Project
    permission: Permission
    given: Given

    @property
    def jobs(self) -> dict[int, Generation]: ...
    @property
    def layout_of_clips(self) -> Layout: ...
    def job(self, id: int) -> Generation: ...
    def cell(self, id: int) -> Cell: ...
    def place(self, id: int) -> Mapping[str, str]: ...
    def is_by_address(self, job: Generation, which: str) -> bool: ...
    async def look_again(self) -> None: ...
    async def choose(self, ids: Iterable[int]) -> None: ...
    async def turn_to(self, number: int) -> None: ...
    async def show(self, *, page: bool = True) -> None: ...
    async def stand(self) -> None: ...
