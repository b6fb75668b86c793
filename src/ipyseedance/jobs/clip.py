"""A finished generation's clip."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..contract.errors import SeedanceError
from ..contract.requests import VideoRequest
from ..doors import files
from ..media import clipfile

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Clip:
    """A clip on disk, and the request that made it.

    `width` and `height` are pixels, `duration` seconds, `path` the MP4 in the project's folder and `url` its address at
    the service, which expires. Shown in a notebook it is an HTML5 video that still plays when the notebook is reopened.
    """

    url: str
    path: Path
    seed: int | None
    """None where the model takes no seed, or nobody knows it."""
    request_id: str
    prompt: str
    width: int
    height: int
    duration: float
    fps: float
    has_audio: bool
    _asked: Callable[[], VideoRequest] = field(repr=False, compare=False)

    @cached_property
    def request(self) -> VideoRequest:
        """What made it. The pictures in it are read from the project and decoded when it is first asked for."""
        return self._asked()

    def first_frame(self) -> Image:
        """Its first frame as a PIL image. Raises SeedanceError when it is not to be had."""
        with explain_damage(self.path):
            return clipfile.first_frame(self.path)

    def last_frame(self) -> Image:
        """Its last frame as a PIL image; give it to `ImageToVideo` to continue the clip. Raises as the first does."""
        with explain_damage(self.path):
            return clipfile.last_frame(self.path)

    def html(self, *, embed: bool | None = None, width: int = 640) -> str:
        """An HTML5 video element with a caption.

        Args:
            embed: put the clip itself into the text, so that it plays anywhere, at 4/3 of its size. By default only
                when it lies outside the working folder, from where a notebook cannot reach it.
            width: at most this many pixels wide on the page.
        """
        seed = "" if self.seed is None else f"seed {self.seed} · "
        caption = f"{self.prompt} · {seed}{self.width}x{self.height} · {self.duration:g} s"
        below = f"<div><small>{html.escape(caption)}</small></div>"
        try:
            source = html.escape(self._source(embed=embed))
        except OSError as error:
            said = f"The clip's file {self.path.name} is not there to be shown: {error.strerror or error}."
            return f"<div>{html.escape(said)}</div>{below}"
        # JupyterLab's sanitiser keeps a video's own src and drops that of a <source> child.
        return (
            f'<video controls loop preload="metadata" width="{min(width, self.width)}" src="{source}">'
            f'<a href="{source}">{html.escape(self.path.name)}</a></video>{below}'
        )

    def _source(self, *, embed: bool | None) -> str:
        """Where a page has the clip from. Raises OSError when its file is not there."""
        if embed is False and Path.cwd() not in self.path.parents:
            return self.url
        with files.open_kept(self.path) as file:
            if not embed and Path.cwd() in self.path.parents:
                return quote(self.path.relative_to(Path.cwd()).as_posix())
            return "data:video/mp4;base64," + base64.b64encode(file.read()).decode()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}

    def __repr__(self) -> str:
        seed = "" if self.seed is None else f" seed {self.seed}"
        return f"<Clip {self.path.name} {self.width}x{self.height} {self.duration:g} s{seed}>"


@contextmanager
def explain_damage(path: Path) -> Iterator[None]:
    """Raise a SeedanceError where the clip at that path cannot be read or decoded."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise SeedanceError(f"The clip's file cannot be read: {reason}.", next_step=f"It should be {path}.") from error
    except clipfile.NotPlayable as error:
        raise SeedanceError("The clip's file is damaged.", next_step=f"Look at {path}.") from error
