"""Pictures from strangers: none but the three formats reaches a decoder, and none takes more than it may."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import os
import random
import struct
import sys
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageCms, JpegImagePlugin
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import ipyseedance as sd
from ipyseedance.contract.frames import FrameError, thumbnail
from ipyseedance.doors.pictures import NoPicture, open_picture
from ipyseedance.jobs import previews as looking
from ipyseedance.jobs.connection import choose
from ipyseedance.jobs.generation import job_of
from ipyseedance.jobs.tuning import Tuning
from ipyseedance.jobs.workspace import workspace_of
from ipyseedance.project import open_project
from ipyseedance.widgets.pictures import Pictures
from tests.offline.conftest import IMAGE, QUICK, Servers, finished
from tests.offline.quick import KEY as OFFLINE_KEY
from tests.offline.quick import QUICKLY
from tests.wire.clip_file import clip
from tests.wire.conftest import KEY
from tests.wire.fal_double import FalDouble, serving
from tests.wire.loopback import Loopback
from tests.wire.test_reopen import wait_for

POSTSCRIPT = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 640 400
%%EndComments
(%pipe%id) (r) file
%%EOF
"""
TAKEN = {"PNG", "JPEG", "WEBP"}
BIG = 12_000
"""Pixels on a side: 144 million, of which Pillow warns."""


def picture(size: tuple[int, int] = (640, 400)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8))


def encoded(format: str, size: tuple[int, int] = (640, 400), **options: Any) -> bytes:
    out = io.BytesIO()
    picture(size).save(out, format, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def webp(width: int, height: int) -> bytes:
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sides + encoded("WEBP")[12:]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def jpeg_of_scans(scans: int) -> bytes:
    """A progressive JPEG with one of its scans, which costs a pass over all pixels, again and again."""
    data = encoded("JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    second = data.index(b"\xff\xda", first + 2)
    return data[:second] + data[first:second] * scans + data[second:]


@pytest.fixture
def ghostscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that a Ghostscript would leave behind, if one were run; at the end there must be none."""
    if os.name != "posix":
        pytest.skip("the decoy is a shell script")
    folder, marker = tmp_path / "bin", tmp_path / "ghostscript was run"
    folder.mkdir()
    decoy = folder / "gs"
    decoy.write_text(f"#!/bin/sh\necho \"$@\" >> '{marker}'\n")
    decoy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)  # it is looked for once
    yield marker
    assert not marker.exists(), marker.read_text()


def test_pillow_alone_would_run_it(ghostscript: Path) -> None:
    with Image.open(io.BytesIO(POSTSCRIPT)) as opened:
        assert opened.format == "EPS"
        with pytest.raises(OSError):
            opened.load()
    assert ghostscript.exists()
    ghostscript.unlink()


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The formats, besides those three, whose plugins are given a file."""
    asked: list[str] = []
    Image.init()

    def spied(name: str) -> Callable[..., Any]:
        def accept(*_: object) -> Any:
            asked.append(name)
            return False

        return accept

    for name in set(Image.OPEN) - TAKEN:
        monkeypatch.setitem(Image.OPEN, name, (Image.OPEN[name][0], spied(name)))
    return asked


OTHERS = ("BMP", "GIF", "TIFF", "ICO", "PPM", "TGA", "PCX", "SGI", "DDS", "EPS", "PDF", "AVIF", "JPEG2000")


@pytest.mark.parametrize("format", [*OTHERS, "text", "nothing"])
def test_another_format_reaches_no_plugin_under_any_name(
    tmp_path: Path, others: list[str], ghostscript: Path, format: str
) -> None:
    if format in OTHERS and format not in Image.SAVE:
        pytest.skip("this Pillow does not write it")
    data = encoded(format) if format in OTHERS else {"text": b"# Notes", "nothing": b""}[format]
    paths = [tmp_path / name for name in ("frame.png", "frame.jpg", "frame.eps", "frame")]
    for path in paths:
        path.write_bytes(data)
    for value in (data, *paths, "data:image/png;base64," + base64.b64encode(data).decode()):
        with pytest.raises(FrameError):
            sd.Frame.of(value)
    assert others == []


@pytest.mark.parametrize("head", [b"", b"\n", b"\n\n ", b"\0" * 128])
def test_postscript_is_never_run(tmp_path: Path, ghostscript: Path, head: bytes) -> None:
    (tmp_path / "start.png").write_bytes(head + POSTSCRIPT)
    for value in (head + POSTSCRIPT, tmp_path / "start.png"):
        with pytest.raises(FrameError):
            sd.Frame.of(value)
    with pytest.raises(FrameError):
        thumbnail(head + POSTSCRIPT)


@pytest.mark.parametrize(
    "data",
    [
        png(BIG, BIG, data=bytes((BIG // 8 + 1) * BIG)), png(2**31 - 1, 2**31 - 1), png(6001, 6001, data=b""),
        webp(BIG, BIG), webp(2**24, 255), webp(2**14, 2**14),
    ],
    ids=["PNG of zeros", "PNG of 2^62", "PNG a little too large", "WebP", "WebP wide", "WebP of 2^28"],
)  # fmt: skip
@pytest.mark.parametrize("strict", [True, False])
def test_too_many_pixels_are_an_error_and_never_a_warning(data: bytes, strict: bool) -> None:
    with warnings.catch_warnings(record=not strict) as caught:
        warnings.simplefilter("error" if strict else "always")
        for use in (sd.Frame.of, thumbnail):
            with pytest.raises(FrameError):
                use(data)
    assert not caught


def with_exif(data: bytes) -> bytes:
    """A JPEG with a camera's notes that cannot be read."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as opened:
        opened.save(out, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x09" + bytes(range(1, 90)))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        png(640, 400, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
        png(640, 400, chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(50_000_000)))),
        png(640, 400, chunk(b"PLTE", b"")), png(0, 0), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\0",
        b"RIFF\0\0\0\0WEBP", b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f", encoded("JPEG")[:700], encoded("WEBP")[:700],
        jpeg_of_scans(300),
    ],
)  # fmt: skip
def test_whatever_a_decoder_raises_is_a_refusal(data: bytes) -> None:
    for use in (sd.Frame.of, thumbnail):
        with pytest.raises(FrameError):
            use(data)


# What phones write.

VIDEO = b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 5000
PHOTOS: dict[str, Callable[[], bytes]] = {
    "a video behind it": lambda: encoded("JPEG") + VIDEO,
    "a video behind it, progressive": lambda: encoded("JPEG", progressive=True) + VIDEO,
    "a video behind it, with restarts": lambda: encoded("JPEG", restart_marker_blocks=1) + VIDEO,
    "fill bytes": lambda: encoded("JPEG").replace(b"\xff\xd9", b"\xff" * 1000 + b"\xd9") + VIDEO,
    "a small picture in its notes": lambda: encoded("JPEG", comment=b"\xff\xda" * 1000),
}


@pytest.mark.parametrize("photo", PHOTOS.values(), ids=PHOTOS)
def test_scans_are_counted_in_the_picture_alone(photo: Callable[[], bytes]) -> None:
    data = photo()
    assert data.count(b"\xff\xda") >= 1000
    frame = sd.Frame.of(data)
    assert (frame.data, frame.media_type) == (data, "image/jpeg")
    assert thumbnail(data)


@pytest.mark.parametrize("noise", [b"\xff", b"\xff\0", b"\0\xff\xd0"])
@pytest.mark.timeout(20)
def test_what_lies_between_scans_hides_none(noise: bytes) -> None:
    data = jpeg_of_scans(300)
    scan = data.rindex(b"\xff\xda")
    for at in (scan, data.index(b"\xff\xda") + 40):
        with pytest.raises(NoPicture):
            open_picture(data[:at] + noise * 100_000 + data[at:])


def several(first: Image.Image, other: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[other], quality=95, **options)
    return out.getvalue()


def test_of_several_pictures_the_first_is_taken(tmp_path: Path, others: list[str]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = Image.Exif()
    turned[0x0112] = 6
    across = Image.linear_gradient("L").resize((640, 400)).convert("RGB")
    data = several(across, Image.new("RGB", (320, 200), "red"), exif=turned, icc_profile=profile)
    (tmp_path / "photo.jpg").write_bytes(data + VIDEO)
    for value in (data, data + VIDEO, tmp_path / "photo.jpg"):
        frame = sd.Frame.of(value)
        assert (frame.media_type, frame.width, frame.height) == ("image/jpeg", 400, 640)
        assert frame.file_name.endswith(".jpg")
        assert frame.data is not None
        with Image.open(io.BytesIO(frame.data), formats=("JPEG",)) as kept:
            assert (kept.format, kept.info["icc_profile"], dict(kept.getexif())) == ("JPEG", profile, {})
            assert JpegImagePlugin.get_sampling(kept) == 0
            expected = np.asarray(across.transpose(Image.Transpose.ROTATE_270), np.int16)
            assert np.abs(np.asarray(kept, np.int16) - expected).max() <= 4
        assert sd.Frame.of(frame.data).data == frame.data
    assert sd.Frame.from_bytes(data, name="x", url="https://example.com/a.jpg").data == data
    assert thumbnail(data)
    assert others == []


def test_several_pictures_are_a_jpeg_only_where_they_may_be() -> None:
    data = several(picture(), picture())
    for formats in (("JPEG",), ("PNG", "JPEG", "WEBP")):
        with pytest.raises(NoPicture, match="MPO"):
            open_picture(data, formats=formats)
    assert open_picture(data).size == (640, 400)


def test_damaged_files_of_several_pictures_are_taken_or_refused_and_nothing_else(others: list[str]) -> None:
    rng, whole = random.Random(0), several(picture((320, 320)), picture((320, 320)))
    notes = whole.index(b"MPF")
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 4))):
            data[notes + rng.randrange(120)] = rng.randrange(256)
        try:
            assert sd.Frame.of(bytes(data)).media_type == "image/jpeg"
        except FrameError:
            continue
    assert others == []


def test_notes_that_cannot_be_read_are_no_reason_to_refuse_a_picture() -> None:
    assert sd.Frame.of(with_exif(encoded("JPEG"))).width == 640


def test_damaged_pictures_are_taken_or_refused_and_nothing_else() -> None:
    rng = random.Random(0)
    whole = [encoded("PNG"), encoded("JPEG"), encoded("JPEG", progressive=True), encoded("WEBP")]
    for number in range(300):
        data = bytearray(whole[number % len(whole)])
        for _ in range(rng.choice((1, 4, 16))):
            data[rng.randrange(min(len(data), 400))] = rng.randrange(256)
        try:
            assert sd.Frame.of(bytes(data)).data
        except FrameError:
            continue


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files")
@pytest.mark.timeout(20)
def test_a_path_that_is_no_plain_file_makes_nobody_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "start.png")
    for path in (tmp_path / "start.png", Path("/dev/zero")):
        with pytest.raises(FrameError, match="is not a file"):
            sd.Frame.of(path)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_persons_own_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(encoded("PNG"))
    (tmp_path / "start.png").symlink_to(tmp_path / "picture.png")
    assert sd.Frame.of(tmp_path / "start.png").name == "start.png"


# A folder from somebody else.


@pytest.fixture
def fal() -> Iterator[FalDouble]:
    with serving() as double:
        double.clip = clip(320, 180, 0.5)
        yield double


SECRET = encoded("PNG", (400, 640))


def as_postscript(frame: Path) -> None:
    frame.write_bytes(POSTSCRIPT)


def as_link(frame: Path) -> None:
    secret = frame.parents[2] / "secret.png"
    secret.write_bytes(SECRET)
    frame.symlink_to(secret)


def as_pipe(frame: Path) -> None:
    os.mkfifo(frame)


def as_bomb(frame: Path) -> None:
    frame.write_bytes(png(BIG, BIG, data=bytes((BIG // 8 + 1) * BIG)))


@pytest.mark.skipif(os.name != "posix", reason="there are no such files")
@pytest.mark.parametrize("plant", [as_postscript, as_link, as_pipe, as_bomb])
@pytest.mark.timeout(60)
def test_what_lies_in_a_pictures_place_is_looked_at_in_no_room(
    fal: FalDouble, tmp_path: Path, ghostscript: Path, plant: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sd.Project(tmp_path / "project", server=fal.url, key=KEY) as project:
        job = project.submit(sd.ImageToVideo("Go", picture(), seed=1))
        job.result(timeout=20)
        frame = project.folder / str(job_of(job).record.request["image_url"])
    frame.unlink()
    plant(frame)
    at_once = Tuning(measuring_idle=0.0)
    with open_project(tmp_path / "project", choose(fal.url, KEY), tuning=at_once) as project:
        (job,) = project.generations
        wait_for(lambda: workspace_of(project).store.all()[0].measures is not None)
        measures = workspace_of(project).store.all()[0].measures or {}
        assert measures["motion"] is not None
        assert measures["start_ssim"] is None
        with pytest.raises(sd.SeedanceError, match="The start frame"):
            asyncio.run(looking.beside(workspace_of(project), job_of(job), "start"))
        with pytest.raises(FrameError):
            asyncio.run(Pictures(project).thumbnail(frame.stem))
        assert getattr(job.request.frames["image_url"], "data", None) is None
        assert project.resume() == []


# The offline server.


@pytest.fixture
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.kill()


class Site:
    """Pictures' addresses, of two hosts."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.second = Loopback([Route("/{path:path}", self._secret)])
        self.first = Loopback([Route("/{path:path}", self._answer)])

    async def _secret(self, request: Request) -> Response:
        self.hits.append(request.url.path)
        return Response(encoded("PNG"))

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        if path == "away":
            return RedirectResponse(self.second.url + "/secret.png")
        if path.startswith("home"):
            return RedirectResponse("/picture.png" if path == "home1" else "/home1")
        if path == "bomb":
            packed = gzip.compress(bytes(400_000_000), 9)
            return Response(packed, headers={"content-encoding": "gzip"})
        if path == "packed":
            return Response(gzip.compress(encoded("PNG")), headers={"content-encoding": "gzip"})
        return Response(POSTSCRIPT if path == "postscript.png" else encoded("PNG"), media_type="image/png")

    def close(self) -> None:
        self.first.close()
        self.second.close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def asked(url: str, address: str) -> httpx.Response:
    with httpx.Client(base_url=url, headers={"Authorization": f"Key {OFFLINE_KEY}"}, timeout=30) as client:
        return finished(client, client.post(IMAGE, json=QUICK | {"image_url": address}).json())


def uploaded(url: str, data: bytes) -> str:
    with httpx.Client(base_url=url, headers={"Authorization": f"Key {OFFLINE_KEY}"}, timeout=30) as client:
        order = {"content_type": "image/png", "file_name": "x.png"}
        places = client.post("/storage/upload/initiate", json=order).json()
        assert client.put(places["upload_url"], content=data).status_code == 200
        return str(places["file_url"])


def test_the_offline_server_runs_no_postscript(servers: Servers, site: Site, ghostscript: Path) -> None:
    url = servers.start(QUICKLY, key=OFFLINE_KEY)
    data_address = "data:image/png;base64," + base64.b64encode(POSTSCRIPT).decode()
    for address in (data_address, uploaded(url, POSTSCRIPT), site.first.url + "/postscript.png"):
        answer = asked(url, address)
        assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "image_load_error")


def test_a_picture_of_too_many_pixels_is_too_large_for_the_offline_server(servers: Servers) -> None:
    url = servers.start(QUICKLY, key=OFFLINE_KEY)
    for data in (png(BIG, BIG), webp(BIG, BIG), png(7000, 500, data=bytes(876 * 500))):
        answer = asked(url, "data:image/png;base64," + base64.b64encode(data).decode())
        assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "image_too_large")


def test_an_address_sends_the_offline_server_to_its_own_host_only(servers: Servers, site: Site) -> None:
    url = servers.start(QUICKLY, key=OFFLINE_KEY)
    assert asked(url, site.first.url + "/home2").status_code == 200
    answer = asked(url, site.first.url + "/away")
    assert answer.json()["detail"][0]["type"] == "file_download_error"
    assert site.hits == []


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_a_packed_picture_is_unpacked_no_further_than_it_may_be(servers: Servers, site: Site) -> None:
    url = servers.start(QUICKLY, key=OFFLINE_KEY)
    assert asked(url, site.first.url + "/packed").status_code == 200
    answer = asked(url, site.first.url + "/bomb")
    assert answer.json()["detail"][0]["type"] == "file_too_large"
