"""The small pictures a clip's file may bring along."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from ipyseedance.contract import previews
from ipyseedance.contract.previews import COLUMNS, POSTER_SIDE, TILE_SIDE, TILES, Kind
from ipyseedance.media import clipfile
from ipyseedance.media.filmstrip import filmstrip
from tests.wire.clip_file import clip

PICTURES: dict[Kind, bytes] = {
    "poster": previews.poster(Image.new("RGB", (1280, 720), (200, 40, 90))),
    "filmstrip": previews.Filmstrip((1280, 720)).jpeg(),
}
KINDS: tuple[Kind, ...] = ("poster", "filmstrip")


def with_boxes(data: bytes, *boxes: bytes) -> bytes:
    """A clip with boxes before its media; its index is not mended, since nothing here is played."""
    start = data.index(b"mdat") - 4
    return data[:start] + b"".join(boxes) + data[start:]


def image(data: bytes, format: str = "PNG", size: tuple[int, int] = (64, 36)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, format)
    return out.getvalue() + data


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip(320, 240, 1))
    return path


@pytest.mark.parametrize("kinds", [KINDS, KINDS[::-1]])
def test_what_a_file_brings_along_is_what_was_put_in(path: Path, kinds: tuple[Kind, ...]) -> None:
    path.write_bytes(with_boxes(path.read_bytes(), *(previews.make_box(kind, PICTURES[kind]) for kind in kinds)))
    assert {kind: previews.read_box(path, kind) for kind in KINDS} == PICTURES
    assert clipfile.poster(path) == PICTURES["poster"]
    assert filmstrip(path) == PICTURES["filmstrip"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_any_is_decoded(path: Path, kind: Kind) -> None:
    assert previews.read_box(path, kind) is None
    with Image.open(io.BytesIO(clipfile.poster(path))) as poster, Image.open(io.BytesIO(filmstrip(path))) as film:
        assert poster.size == (320, 240)
        assert film.size == (COLUMNS * TILE_SIDE, TILES // COLUMNS * 180)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "jpeg",
    [
        b"", b"\xff\xd8\xff", b"<svg onload=alert(1)>", image(b""), image(b"", "JPEG", (POSTER_SIDE + 1, 361)),
        image(b"", "JPEG", (COLUMNS * TILE_SIDE + COLUMNS, 540)), image(bytes(5_000_000), "JPEG"),
    ],
    ids=["empty", "cut off", "no picture", "no JPEG", "no size of ours", "too large", "too long"],
)  # fmt: skip
def test_what_is_no_preview_is_not_taken(path: Path, kind: Kind, jpeg: bytes) -> None:
    path.write_bytes(with_boxes(path.read_bytes(), previews.make_box(kind, jpeg)))
    assert previews.read_box(path, kind) is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html>", bytes(99), previews.make_box("poster", b"")[:20], struct.pack(">I4s", 7, b"free") * 9,
        struct.pack(">I4sQ", 1, b"free", 1) * 9, struct.pack(">I4s", 0xFFFFFFFF, b"free") * 9,
    ],
)  # fmt: skip
def test_what_is_no_video_brings_nothing(path: Path, kind: Kind, data: bytes) -> None:
    path.write_bytes(data)
    assert previews.read_box(path, kind) is None


def test_a_box_that_says_it_is_longer_than_the_file(path: Path) -> None:
    path.write_bytes(previews.make_box("poster", PICTURES["poster"])[:-1])
    assert previews.read_box(path, "poster") is None


def test_a_file_that_is_not_there(path: Path) -> None:
    path.unlink()
    with pytest.raises(FileNotFoundError):
        previews.read_box(path, "poster")
