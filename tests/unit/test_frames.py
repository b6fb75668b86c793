"""Pictures for frames: what is taken, what is refused and how."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ipyseedance as sd
from ipyseedance.contract.frames import ALLOWED, FrameError, thumbnail
from ipyseedance.jobs.stored import request_of
from ipyseedance.store import clips


def picture(width: int = 640, height: int = 360) -> Image.Image:
    across = np.linspace(0, 255, width, dtype=np.uint8)
    return Image.fromarray(np.dstack([np.tile(across, (height, 1))] * 3))


def encoded(file_format: str = "PNG", size: tuple[int, int] = (640, 360)) -> bytes:
    out = io.BytesIO()
    picture(*size).save(out, file_format)
    return out.getvalue()


def test_everything_that_shows_a_picture_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "start.png"
    file.write_bytes(encoded())
    data_uri = "data:image/png;base64," + base64.b64encode(encoded()).decode()
    array = np.asarray(picture())
    for value in (file, str(file), encoded(), picture(), array, array / 255.0, array[:, :, 0], data_uri):
        frame = sd.Frame.of(value)
        assert (frame.width, frame.height, frame.media_type) == (640, 360, "image/png")
        assert frame.data
    assert sd.Frame.of("https://example.com/a/b.png?x=1").name == "b.png"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr"])
def test_pictures_of_8_bits_or_less_keep_their_brightness(mode: str) -> None:
    data = sd.Frame.of(picture().convert(mode)).data
    assert data is not None
    with Image.open(io.BytesIO(data)) as kept:
        assert np.asarray(kept.convert("L")).mean() == pytest.approx(127, abs=3)


@pytest.mark.parametrize(("file_format", "media_type"), [("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_jpeg_and_webp_travel_as_they_are(file_format: str, media_type: str) -> None:
    data = encoded(file_format)
    frame = sd.Frame.of(data)
    assert (frame.data, frame.media_type) == (data, media_type)


def test_the_same_picture_has_the_same_hash() -> None:
    assert sd.Frame.of(encoded()).sha256 == sd.Frame.of(encoded()).sha256
    assert sd.Frame.of(picture(640)).sha256 != sd.Frame.of(picture(641)).sha256


def deep(mode: str) -> Image.Image:
    gray = np.tile(np.linspace(0, 65535, 640), (360, 1))
    return Image.fromarray(gray.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]))


def deep_file(folder: Path) -> object:
    deep("I;16").save(folder / "deep.png")
    return folder / "deep.png"


def deep_bytes(folder: Path) -> object:
    deep_file(folder)
    return (folder / "deep.png").read_bytes()


def text_file(folder: Path) -> object:
    (folder / "notes.txt").write_text("not a picture")
    return folder / "notes.txt"


def forty_megabytes(folder: Path) -> object:
    with (folder / "big.png").open("wb") as file:
        file.write(encoded())
        file.truncate(40_000_000)
    return folder / "big.png"


BAD: list[tuple[Callable[[Path], object], str]] = [
    (text_file, "notes.txt does not decode as an image"),
    (forty_megabytes, "big.png has 40.0 MB"),
    (lambda folder: folder, "is a folder"),
    (lambda folder: folder / "missing.png", "does not exist"),
    (lambda _: np.zeros((100, 100, 3), np.uint8), "the array is 100 px wide (100x100)"),
    (lambda _: picture(1000, 301), "the picture is 1000x301, width/height 3.32"),
    (lambda _: np.zeros((6000, 400), np.uint8), "the array is 6000 px high"),
    (lambda _: np.zeros((400, 400, 7), np.uint8), "shape (400, 400, 7)"),
    (lambda _: np.full((400, 400), 7.0), "values from 0 to 1"),
    (lambda _: np.zeros((400, 400), np.int64), "int64 is neither uint8 nor float"),
    (lambda _: np.asarray(deep("I;16")), "uint16 is neither uint8 nor float"),
    (lambda _: deep("I;16"), "the picture is of mode I;16; scale it to 8 bits a channel, such as L or RGB"),
    (lambda _: deep("I"), "the picture is of mode I;"),
    (lambda _: deep("F"), "the picture is of mode F;"),
    (lambda _: Image.new("I;16B", (640, 360)), "the picture is of mode I;16B;"),
    (deep_file, "deep.png is of mode I"),  # I;16, or I where Pillow is older
    (deep_bytes, "the picture is of mode I"),
    (lambda _: encoded("BMP"), "the picture is a BMP file"),
    (lambda _: encoded()[:500], "does not decode"),
    (lambda _: b"", "does not decode"),
    (lambda _: "ftp://example.com/a.png", "not an http or https address"),
    (lambda _: "https://me:secret@example.com/a.png", "without a password"),
    (lambda _: "data:image/png;base64,%%%", "not a readable data address"),
    (lambda _: "bad\0path.png", "'bad\\x00path.png' is not a path"),
    (lambda _: None, "None is not a picture"),
    (lambda _: 7, "7 is not a picture"),
]


@pytest.mark.parametrize(("make", "says"), BAD)
def test_what_is_no_frame_is_refused_by_field_value_and_limits(
    make: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    with pytest.raises(sd.InvalidRequest) as caught:
        sd.ImageToVideo("x", make(tmp_path))
    (problem,) = caught.value.problems
    assert problem.field == "image_url"
    assert says in problem.message
    assert ALLOWED in problem.message


def test_a_camera_picture_is_sent_upright() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(640, 400).save(out, "JPEG", exif=exif)
    frame = sd.Frame.of(out.getvalue())
    assert (frame.width, frame.height) == (400, 640)


def test_a_thumbnail_is_small() -> None:
    small = Image.open(io.BytesIO(thumbnail(encoded(size=(2000, 1000)))))
    assert small.size == (512, 256)


def test_frames_are_kept_with_the_project_and_found_again(tmp_path: Path) -> None:
    request = sd.ImageToVideo("x", picture())
    clips.keep_frame(tmp_path, request.image_url)
    record = request.record()
    assert record["image_url"] == f"frames/{request.image_url.file_name}"

    from ipyseedance.contract import catalog
    from ipyseedance.store.record import Record

    row = Record(0.0, "offline", True, catalog.endpoint_for(request).id, record, 0.0, "PENDING")
    assert request_of(row, tmp_path, given=True).frames["image_url"].data == request.image_url.data
    (tmp_path / record["image_url"]).unlink()
    assert request_of(row, tmp_path, given=True).frames["image_url"].data is None


def test_an_address_is_not_read_on_construction() -> None:
    request = sd.ImageToVideo("x", "http://127.0.0.1:9/none.png")
    assert request.body({"image_url": "http://a/b"})["image_url"] == "http://a/b"
    assert "end_image_url" not in request.body({"image_url": "http://a/b"})


def test_frame_error_is_a_value_error() -> None:
    assert issubclass(FrameError, ValueError)
