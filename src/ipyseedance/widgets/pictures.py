"""Pictures on their way into a request: uploads in pieces, addresses, kernel variables, clips' frames."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from ..contract import catalog
from ..contract.errors import InvalidRequest, Problem
from ..contract.frames import MAX_BYTES, Frame, FrameError, thumbnail
from ..contract.requests import VideoRequest
from ..doors import files, names
from ..jobs.clip import Clip
from ..jobs.generation import Generation
from ..jobs.job import Job
from ..jobs.workspace import workspace_of
from ..project import Project
from ..store import clips
from ..sweeps.sweep import Sweep
from .given import Given
from .protocol.requests import Variable
from .protocol.shared import FrameValue, Value
from .reading import shown

_KEPT_UPLOADS, _KEPT_UPLOADED = 32, 4 * MAX_BYTES
"""Uploads on their way at a time, and their bytes: a class may choose pictures together."""
_KEPT_FRAMES, _KEPT_BYTES = 1000, 256_000_000
"""Pictures of addresses that are remembered, and their bytes, beyond those that the draft uses."""
_AT_HAND = 64_000_000
"""Bytes of the pictures on the disk that are in memory too, beyond those that the draft uses."""
_DECODED, _FETCHED = 2, 8
"""Pictures decoded and fetched at a time: one of 6000x6000 px takes 108 MB, an address 30 MB and seconds."""
_MOST_WHOLE = 8
"""Uploads that wait to be decoded; more are refused."""
_LARGEST_LIST = 200


@dataclass
class _Upload:
    name: str
    data: bytearray = field(default_factory=bytearray)
    chunks: int = 0


class Pictures:
    """The pictures a Studio has been given, by token. The browser holds tokens; the bytes stay with the kernel.

    Each lies in the project from the moment it is given, used or not, so that few need be in memory. Only what an
    address answered is in memory alone: it can be fetched again.

    Args:
        given: which addresses a page may name.
        in_use: the tokens that the draft holds now.
        at_hand: bytes of the pictures on the disk that are in memory too, beyond those: each keystroke checks a draft,
            and none is to be decoded for that anew.
    """

    def __init__(
        self,
        project: Project,
        given: Given | None = None,
        in_use: Callable[[], set[str]] = lambda: set(),
        at_hand: int = _AT_HAND,
    ) -> None:
        self._project = project
        self._given = given or Given(project)
        self._in_use = in_use
        self._at_hand = at_hand
        self._frames: OrderedDict[str, Frame] = OrderedDict()
        self._uploads: OrderedDict[str, _Upload] = OrderedDict()
        self._lock = threading.RLock()
        self._decoding, self._fetching = asyncio.Semaphore(_DECODED), asyncio.Semaphore(_FETCHED)
        self._whole = 0

    def value(self, frame: Frame) -> FrameValue:
        """A frame as the browser sees it, kept under its token. It may write to the disk.

        Raises:
            ProjectUnusable: it cannot be written.
        """
        token = frame.url or frame.token
        if frame.url is None and token not in self._frames:
            clips.keep_upload(self._project.folder, frame)
        self._remember(token, frame)
        return {"frame": token, "name": frame.name, "width": frame.width, "height": frame.height, "url": frame.url}

    def given(self, frame: Frame) -> FrameValue:
        """A frame that code has given, as the browser sees it: it may have an address that a page may not name."""
        if frame.url is not None:
            self._given.add(frame.url)
        return self.value(frame)

    def by_code(self, name: str, value: Any) -> Value:
        """What code says a field holds, as a page has it; what can be no picture is left, to be named as wrong."""
        if (
            isinstance(value, dict)
            or value is None
            or not any(name in e.request.roles().media for e in catalog.ENDPOINTS)
        ):
            return cast(Value, value)
        try:
            return self.given(Frame.of(value))
        except FrameError:
            return cast(Value, value)

    def _remember(self, token: str, frame: Frame) -> None:
        with self._lock:
            self._frames[token] = frame
            self._frames.move_to_end(token)
            kept = [name for name, one in self._frames.items() if one.url is None]
            fetched = [name for name, one in self._frames.items() if one.url is not None]
            needed = self._in_use() | {token}
            self._let_go(kept, self._at_hand, needed)
            self._let_go(fetched, _KEPT_BYTES, needed)

    def _let_go(self, names: list[str], most: int, needed: set[str]) -> None:
        """Forget the oldest of those until the others are few, and have no more bytes than that."""
        count, size = len(names), sum(len(self._frames[name].data or b"") for name in names)
        for name in names:
            if count <= _KEPT_FRAMES and size <= most:
                break
            if name not in needed:
                count, size = count - 1, size - len(self._frames.pop(name).data or b"")

    def named(self, value: object) -> object:
        """What a page holds in a frame's field, as the frame it names. Files of this machine it cannot name.

        Raises:
            FrameError: it names none.
        """
        if isinstance(value, dict):
            return self.frame(str(value.get("frame")))
        return self.frame(value.strip()) if isinstance(value, str) else value

    def frame(self, token: str) -> Frame:
        """The frame of a token: one chosen here, one an earlier request of the project used, or a public address.

        Raises:
            FrameError: there is none.
        """
        with self._lock:
            if token in self._frames:
                self._frames.move_to_end(token)
                return self._frames[token]
        if "://" in token:
            self._given.check(token)
            return Frame.of(token)
        kept = names.kept_frame(self._project.folder, token)
        if kept is None:
            raise FrameError("that picture is no longer in the project; choose it again")
        try:
            data = files.read_file(kept, MAX_BYTES)
        except OSError as error:
            raise FrameError(f"{kept.name} cannot be read ({error.strerror or error})") from error
        frame = Frame.from_bytes(data, name=kept.name)
        self._remember(token, frame)
        return frame

    async def fetched(self, url: str) -> Frame:
        """The checked picture at an address that a page named.

        Raises:
            FrameError: a page may not name it, or it gives none.
        """
        self._given.check(url)
        async with self._fetching:
            return await workspace_of(self._project).fetch_frame(url, given=self._given.by_code(url))

    async def with_pictures(self, request: VideoRequest) -> VideoRequest:
        """A request whose addresses are fetched and checked, by the rules for pages.

        Raises:
            InvalidRequest: naming the first that gives no picture.
        """
        changes = {}
        for name, frame in request.pictures_by_key().items():
            if frame.url is not None and frame.data is None:
                changes[name] = await self._checked(name, frame.url)
        return request.with_(**changes) if changes else request

    async def fetch_all(self, sweep: Sweep) -> bool:
        """Fetch and check the addresses in a sweep, by the rules for pages, and remember their pictures; False where
        there is nothing to fetch. The sweep made anew then has them.

        Raises:
            InvalidRequest: naming the first that gives no picture.
        """
        missing = await asyncio.to_thread(_addresses_in, sweep)
        if len(missing) > _KEPT_FRAMES // 2:
            raise InvalidRequest([Problem("", "", f"{len(missing):,} addresses of pictures are too many at once")])
        for url, name in missing.items():
            self._remember(url, await self._checked(name, url))
        return bool(missing)

    async def _checked(self, name: str, url: str) -> Frame:
        try:
            return await self.fetched(url)
        except FrameError as error:
            raise InvalidRequest([Problem(name, shown(url), str(error))]) from error

    async def take(self, upload: str, name: str, index: int, data: bytes, *, last: bool) -> Frame | None:
        """Take one piece of an upload; with the last one, the checked frame.

        Raises:
            FrameError: pieces are missing, there are too many bytes, or it is no usable picture.
        """
        whole = self._piece(upload, name, index, data, last=last)
        if whole is None:
            return None
        if self._whole >= _MOST_WHOLE:
            raise FrameError(f"{name} is one of too many pictures at once; choose it again in a moment")
        self._whole += 1
        try:
            async with self._decoding:
                return await asyncio.to_thread(Frame.from_bytes, whole, name=name)
        finally:
            self._whole -= 1

    def _piece(self, upload: str, name: str, index: int, data: bytes, *, last: bool) -> bytes | None:
        state = self._uploads.setdefault(upload, _Upload(name))
        self._uploads.move_to_end(upload)
        too_big = len(state.data) + len(data) > MAX_BYTES
        if index != state.chunks or too_big:
            del self._uploads[upload]
            raise FrameError(
                f"{name} is over {MAX_BYTES // 1_000_000} MB" if too_big else f"{name} did not arrive whole"
            )
        state.data += data
        state.chunks += 1
        if last:
            return bytes(self._uploads.pop(upload).data)
        while len(self._uploads) > _KEPT_UPLOADS or sum(len(u.data) for u in self._uploads.values()) > _KEPT_UPLOADED:
            self._uploads.popitem(last=False)
        return None

    async def thumbnail(self, token: str) -> bytes:
        """A small JPEG of a frame."""
        frame = await asyncio.to_thread(self.frame, token)
        if frame.data is None and frame.url is not None:
            frame = await self.fetched(frame.url)
            self._remember(token, frame)
        async with self._decoding:
            return await asyncio.to_thread(thumbnail, frame.data or b"")


def _addresses_in(sweep: Sweep) -> dict[str, str]:
    """The addresses in a sweep whose pictures are not there yet, each with a field it is in."""
    frames = (
        (n, f) for cell in sweep.cells if cell.request is not None for n, f in cell.request.pictures_by_key().items()
    )
    return {frame.url: name for name, frame in frames if frame.url is not None and frame.data is None}


def reference(kept: str) -> FrameValue:
    """A frame as the browser sees it, from how the history names it."""
    if "://" in kept:
        return {"frame": kept, "name": Frame.of(kept).name, "width": 0, "height": 0, "url": kept}
    file = Path(kept)
    return {"frame": file.stem, "name": file.name, "width": 0, "height": 0, "url": None}


def variables() -> list[Variable]:
    """The notebook's variables that hold a picture or a clip, with their size."""
    found: list[Variable] = []
    for name, value in list(_namespace().items()):
        if not name.startswith("_") and (size := _size(value)) and len(found) < _LARGEST_LIST:
            found.append({"name": name, "type": type(value).__name__, "width": size[0], "height": size[1]})
    return sorted(found, key=lambda item: item["name"])


def variable(name: str) -> Frame:
    """The frame in a notebook's variable that `variables` lists; of a clip or a generation, its last frame."""
    value = None if name.startswith("_") else _namespace().get(name)
    # A text would be read as a path or an address: which of those a page may see, its variables do not say.
    if _size(value) is None:
        raise FrameError(f"there is no picture in a variable {name!r} of the notebook")
    if isinstance(value, Generation):
        value = value.clip
    picture = value.last_frame() if isinstance(value, Clip) else value
    return replace(Frame.of(picture), name=name)


def _namespace() -> dict[str, Any]:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return {} if shell is None else shell.user_ns


def _size(value: object) -> tuple[int, int] | None:
    import numpy as np
    from PIL import Image

    if isinstance(value, Generation):
        value = value.clip
    if isinstance(value, (Image.Image, Clip, Frame)):
        return value.width, value.height
    if isinstance(value, np.ndarray) and (value.ndim == 2 or (value.ndim == 3 and value.shape[2] in (3, 4))):
        return value.shape[1], value.shape[0]
    return None


def frame_of_clip(job: Job, which: str) -> Frame:
    """The first or last frame of a generation's clip."""
    clip = job.clip
    if clip is None:
        raise FrameError(f"generation {job.id} has no clip on disk")
    picture = clip.first_frame() if which == "first" else clip.last_frame()
    return replace(Frame.of(picture), name=f"{which} frame of clip {job.id}")
