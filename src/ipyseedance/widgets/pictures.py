"""Pictures on their way into a request: uploads in pieces, addresses, kernel variables, clips' frames."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..contract.frames import MAX_BYTES, Frame, FrameError, thumbnail
from ..lab.clip import Clip
from ..lab.generation import Generation
from ..lab.project import Project

_KEPT_UPLOADS = 4
_LARGEST_LIST = 200


@dataclass
class _Upload:
    name: str
    data: bytearray = field(default_factory=bytearray)
    chunks: int = 0


class Pictures:
    """The pictures a Studio has been given, by token. The browser holds tokens; the bytes stay in the kernel."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._frames: dict[str, Frame] = {}
        self._uploads: OrderedDict[str, _Upload] = OrderedDict()

    def value(self, frame: Frame) -> dict[str, Any]:
        """A frame as the browser sees it, remembered under its token."""
        token = frame.url or frame.token
        self._frames[token] = frame
        return {"frame": token, "name": frame.name, "width": frame.width, "height": frame.height, "url": frame.url}

    def frame(self, token: str) -> Frame:
        """The frame of a token: one chosen here, or one an earlier request of the project used.

        Raises:
            FrameError: there is none.
        """
        if token in self._frames:
            return self._frames[token]
        if "://" in token:
            return Frame.of(token)
        kept = self._project.kept_frame(token)
        if kept is None:
            raise FrameError("that picture is no longer in the project; choose it again")
        self._frames[token] = frame = Frame.of(kept)
        return frame

    def chunk(self, upload: str, name: str, index: int, data: bytes, *, last: bool) -> Frame | None:
        """Take one piece of an upload; with the last one, the checked frame.

        Raises:
            FrameError: pieces are missing, there are too many bytes, or it is no usable picture.
        """
        state = self._uploads.setdefault(upload, _Upload(name))
        while len(self._uploads) > _KEPT_UPLOADS:
            self._uploads.popitem(last=False)
        if index != state.chunks or len(state.data) + len(data) > MAX_BYTES:
            self._uploads.pop(upload, None)
            too_big = len(state.data) + len(data) > MAX_BYTES
            raise FrameError(
                f"{name} is over {MAX_BYTES // 1_000_000} MB" if too_big else f"{name} did not arrive whole"
            )
        state.data += data
        state.chunks += 1
        if not last:
            return None
        del self._uploads[upload]
        return Frame.from_bytes(bytes(state.data), name=name)

    async def thumbnail(self, token: str) -> bytes:
        """A small JPEG of a frame."""
        frame = self.frame(token)
        if frame.data is None and frame.url is not None:
            frame = await self._project.fetch_frame(frame.url)
            self._frames[token] = frame
        return await asyncio.to_thread(thumbnail, frame.data or b"")


def reference(kept: str) -> dict[str, Any]:
    """A frame as the browser sees it, from how the history names it."""
    if "://" in kept:
        return {"frame": kept, "name": Frame.of(kept).name, "width": 0, "height": 0, "url": kept}
    file = Path(kept)
    return {"frame": file.stem, "name": file.name, "width": 0, "height": 0, "url": None}


def variables() -> list[dict[str, Any]]:
    """The notebook's variables that hold a picture or a clip, with their size."""
    found: list[dict[str, Any]] = []
    for name, value in list(_namespace().items()):
        if not name.startswith("_") and (size := _size(value)) and len(found) < _LARGEST_LIST:
            found.append({"name": name, "type": type(value).__name__, "width": size[0], "height": size[1]})
    return sorted(found, key=lambda item: str(item["name"]))


def variable(name: str) -> Frame:
    """The frame in a notebook's variable; of a clip or a generation, its last frame."""
    try:
        value = _namespace()[name]
    except KeyError:
        raise FrameError(f"there is no variable {name!r} in the notebook") from None
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


def frame_of_clip(job: Generation, which: str) -> Frame:
    """The first or last frame of a generation's clip."""
    clip = job.clip
    if clip is None:
        raise FrameError(f"generation {job.id} has no clip on disk")
    picture = clip.first_frame() if which == "first" else clip.last_frame()
    return replace(Frame.of(picture), name=f"{which} frame of clip {job.id}")
