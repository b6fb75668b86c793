"""A start or end frame: anything that shows a picture, checked and hashed before a request is made of it.

The limits are ByteDance's for Seedance 1.5 Pro input images (each side above 300 and below 6000 px, width/height
between 0.4 and 2.5, under 30 MB); fal publishes none of its own. Formats are the three fal names for Seedance.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np
from PIL import Image

from ..doors.pictures import NoPicture, TooManyPixels, open_picture, read_given, upright

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "MPO": "image/jpeg"}
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
MIN_SIDE, MAX_SIDE = 301, 5999
MIN_RATIO, MAX_RATIO = 0.41, 2.49
MAX_BYTES = 30_000_000
ALLOWED = (
    f"a PNG, JPEG or WebP image, each side {MIN_SIDE} to {MAX_SIDE} px, "
    f"width/height {MIN_RATIO} to {MAX_RATIO}, under {MAX_BYTES // 1_000_000} MB"
)


class FrameError(ValueError):
    """A picture that cannot be used as a frame; the text says why and what is allowed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Allowed: {ALLOWED}")


@dataclass(frozen=True)
class Frame:
    """A picture for `image_url` or `end_image_url`.

    Either `url` is set (an http(s) address, fetched and checked before the request is sent) or `data` holds the
    checked bytes of a PNG, JPEG or WebP file. `width` and `height` are pixels, 0 while an address is unchecked.
    """

    url: str | None = None
    data: bytes | None = field(default=None, repr=False)
    media_type: str = ""
    width: int = 0
    height: int = 0
    sha256: str = ""
    name: str = ""
    given: bool = True
    """Whether a person, or their code, gave the address. One that stands in somebody else's row may be of this
    machine's network, and is not called there."""

    @classmethod
    def of(cls, value: object) -> Frame:
        """Make a frame of a URL, path, bytes, PIL image or NumPy array.

        Raises:
            FrameError: it is none of these, cannot be read, does not decode, or is outside the limits.
        """
        if isinstance(value, Frame):
            return value._check()
        if isinstance(value, Image.Image):
            _check_depth("the picture", value.mode)
            return cls.from_bytes(_encode(value), name="the picture")
        if isinstance(value, np.ndarray):
            return cls.from_bytes(_encode(_picture_of(value)), name="the array")
        if isinstance(value, (bytes, bytearray, memoryview)):
            return cls.from_bytes(bytes(value), name="the picture")
        if isinstance(value, str) and value.lower().startswith("data:"):
            return cls.from_bytes(data_uri_bytes(value), name="the data address")
        if isinstance(value, str) and "://" in value:
            return cls(url=_checked_url(value), name=_url_name(value))
        if isinstance(value, (str, os.PathLike)):
            return cls._from_path(Path(os.fspath(value)))
        raise FrameError(f"{_describe(value)} is not a picture, path, address or bytes")

    def _check(self) -> Frame:
        """The same; one that was made by hand, and whose bytes nobody has looked at, is checked now."""
        if self.data is not None and not (self.media_type in EXTENSIONS and self.sha256 and self.width):
            return Frame.from_bytes(self.data, name=self.name or "the picture", url=self.url)
        if self.url is not None:
            _checked_url(self.url)
        return self

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str, url: str | None = None) -> Frame:
        """Check an image file's bytes. With `url`, they are what that address answered."""
        if len(data) >= MAX_BYTES:
            raise FrameError(f"{name} has {len(data) / 1e6:.1f} MB")
        picture = _open(name, data)
        _check_size(name, picture.size)
        _check_depth(name, picture.mode)
        file_format = str(picture.format)
        turned = upright(picture)
        if url is None and (turned is not picture or file_format == "MPO"):
            # What the model does with a camera's rotation mark, or with a file of several pictures, is not documented,
            # so send the upright picture alone.
            return cls.from_bytes(_encode(turned, "JPEG" if file_format == "MPO" else file_format), name=name)
        digest = hashlib.sha256(data).hexdigest()
        return cls(url, data, MEDIA_TYPES[file_format], *picture.size, digest, name)

    @classmethod
    def _from_path(cls, path: Path) -> Frame:
        path = path.expanduser()
        try:
            if path.is_dir():
                raise FrameError(f"{str(path)!r} is a folder")
            size = path.stat().st_size
            if size >= MAX_BYTES:
                raise FrameError(f"{path.name} has {size / 1e6:.1f} MB")
            data = read_given(path, MAX_BYTES)
        except OSError as error:
            reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
            raise FrameError(f"{str(path)!r} {reason}") from error
        except ValueError as error:
            if isinstance(error, FrameError):
                raise
            raise FrameError(f"{_describe(str(path))} is not a path") from error
        return cls.from_bytes(data, name=path.name)

    @property
    def token(self) -> str:
        """The start of its hash: a short name for the same picture."""
        return self.sha256[:24]

    @property
    def file_name(self) -> str:
        """The name of its file under a project's `frames/`."""
        return self.token + EXTENSIONS[self.media_type] if self.data is not None else ""

    @property
    def reference(self) -> str:
        """How the history names it: its address, or its file in the project."""
        return self.url if self.url is not None else f"frames/{self.file_name}"


def thumbnail(data: bytes, side: int = 512) -> bytes:
    """A JPEG of an image file's bytes, at most `side` pixels wide and high. Raises FrameError where they are none."""
    small = upright(_open("the picture", data)).convert("RGB")
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def _open(name: str, data: bytes) -> Image.Image:
    try:
        return open_picture(data)
    except TooManyPixels as error:
        _check_size(name, error.size)
        raise FrameError(f"{name} {error}") from error
    except NoPicture as error:
        raise FrameError(f"{name} {error}") from error


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    for side, pixels in (("wide", width), ("high", height)):
        if not MIN_SIDE <= pixels <= MAX_SIDE:
            raise FrameError(f"{name} is {pixels} px {side} ({width}x{height})")
    if not MIN_RATIO <= width / height <= MAX_RATIO:
        raise FrameError(f"{name} is {width}x{height}, width/height {width / height:.2f}")


def _check_depth(name: str, mode: str) -> None:
    """Gray of 16 or 32 bits and of floats: Pillow cuts it off at 255, and so may the service, which leaves white."""
    if mode.startswith(("I", "F")):
        raise FrameError(f"{name} is of mode {mode}; scale it to 8 bits a channel, such as L or RGB")


def _encode(picture: Image.Image, file_format: str = "PNG") -> bytes:
    profile = picture.info.get("icc_profile") if picture.mode == "RGB" else None
    if picture.mode not in ("RGB", "RGBA", "L"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    out = io.BytesIO()
    if file_format == "JPEG":
        picture.convert("RGB").save(out, "JPEG", quality=95, subsampling=0, icc_profile=profile)
    else:
        picture.save(out, file_format)
        if out.tell() >= MAX_BYTES:
            return _encode(picture, "JPEG")
    return out.getvalue()


def _picture_of(array: np.ndarray) -> Image.Image:
    gray = array.ndim == 2
    if not gray and not (array.ndim == 3 and array.shape[2] in (3, 4)):
        raise FrameError(f"an array of shape {array.shape} is not height x width, or height x width x 3 or 4")
    if array.dtype.kind == "f":
        if array.size and not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise FrameError("a float array must hold values from 0 to 1")
        array = np.rint(array * 255).astype(np.uint8)
    elif array.dtype.kind == "b":
        array = array.astype(np.uint8) * np.uint8(255)
    elif array.dtype != np.uint8:
        raise FrameError(f"an array of {array.dtype} is neither uint8 nor float")
    return Image.fromarray(np.ascontiguousarray(array))


def data_uri_bytes(value: str) -> bytes:
    """What a data: address holds. Raises FrameError when it cannot be decoded."""
    head, comma, body = value.partition(",")
    try:
        if not comma:
            raise ValueError("no comma")
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else unquote_to_bytes(body)
    except (ValueError, binascii.Error) as error:
        raise FrameError(f"{_describe(value)} is not a readable data address") from error


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        usable = False
    if not usable:
        raise FrameError(f"{_describe(value)} is not an http or https address without a password")
    return value


def _url_name(value: str) -> str:
    parts = urlsplit(value)
    return Path(parts.path).name or parts.hostname or "address"


def _describe(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
