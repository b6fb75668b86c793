"""Videos from strangers: an MP4 and nothing else is one, nothing else is opened from it, and none takes all memory."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from ipyseedance.contract import catalog, previews
from ipyseedance.contract.previews import COLUMNS, TILES, frame_of_tile
from ipyseedance.doors.videos import MOST_SIDE
from ipyseedance.media import clipfile
from ipyseedance.media.asked import most, most_bytes
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.measures import measure
from ipyseedance.media.waveform import waveform
from tests.unit.test_clipfile import moov_first
from tests.unit.test_looking import grey
from tests.unit.test_measures import write
from tests.wire.clip_file import clip

LOOKS: dict[str, Callable[[Path], object]] = {
    "probe": clipfile.probe,
    "every frame": lambda path: clipfile.probe(path, every_frame=True),
    "first": clipfile.first_frame,
    "last": clipfile.last_frame,
    "poster": clipfile.poster,
    "filmstrip": filmstrip,
    "waveform": waveform,
    "measure": measure,
}
ENDPOINT = catalog.ENDPOINTS[0]
HD = {"resolution": "720p", "aspect_ratio": "16:9", "duration": "5"}


def refused(path: Path) -> None:
    for look in LOOKS.values():
        with pytest.raises(clipfile.NotPlayable):
            look(path)


@cache
def whole() -> bytes:
    """A clip with its index first, and sound."""
    with tempfile.TemporaryDirectory() as folder:
        return moov_first(clip(320, 240, 1), Path(folder) / "clip.mp4")


def remuxed(format: str, **options: str) -> bytes:
    """The same clip in another container."""
    out = io.BytesIO()
    with av.open(io.BytesIO(clip(320, 240, 1)), "r") as source, av.open(out, "w", format, options=options) as target:
        streams = {s.index: target.add_stream_from_template(s) for s in (*source.streams.video, *source.streams.audio)}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return out.getvalue()


def image(format: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(grey(100)).save(out, format)
    return out.getvalue()


# What is no clip.


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "PPM"])
def test_a_picture_is_no_clip(tmp_path: Path, format: str) -> None:
    Image.init()
    if format not in Image.SAVE:
        pytest.skip("this Pillow does not write it")
    (tmp_path / "clip.mp4").write_bytes(image(format))
    refused(tmp_path / "clip.mp4")


@pytest.mark.parametrize("format", ["matroska", "mpegts", "avi", "nut", "h264"])
def test_another_container_is_no_clip(tmp_path: Path, format: str) -> None:
    path, out = tmp_path / "clip.mp4", io.BytesIO()
    with av.open(out, "w", format) as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(24):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey(100), format="rgb24")))
        container.mux(stream.encode())
    path.write_bytes(out.getvalue())
    refused(path)


REFERRING = {
    "concat": "ffconcat version 1.0\nfile {name}\n",
    "concat of an address": "ffconcat version 1.0\nfile 'file:{path}'\n",
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{path}\n#EXT-X-ENDLIST\n",
    "manifest": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>{path}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "session": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "m=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "subtitles": "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,,,,,,,{path}\n",
    "shot list": "#!inffeconcat\nfile {path}\n",
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="whether a file is opened shows by a pipe")
@pytest.mark.parametrize("text", REFERRING.values(), ids=REFERRING)
@pytest.mark.timeout(20)
def test_a_text_that_names_another_file_is_no_clip(tmp_path: Path, text: str) -> None:
    os.mkfifo(tmp_path / "secret.mp4")  # whoever opens it waits for ever
    path = tmp_path / "clip.mp4"
    path.write_text(text.format(name="secret.mp4", path=tmp_path / "secret.mp4"))
    refused(path)


@pytest.mark.parametrize("text", [REFERRING["concat"]])
def test_the_named_file_is_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret.mp4").write_bytes(whole())
    (tmp_path / "clip.mp4").write_text(text.format(name="secret.mp4"))
    refused(tmp_path / "clip.mp4")


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.timeout(20)
def test_a_link_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.mp4").write_bytes(whole())
    (tmp_path / "clip.mp4").symlink_to(tmp_path / "secret.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    for name in ("clip.mp4", "pipe.mp4"):
        for look in LOOKS.values():
            with pytest.raises(OSError, match=r"is a link|is not a file"):
                look(tmp_path / name)


def in_box(data: bytes, kind: bytes, at: int, value: int) -> bytes:
    """With another number in the first box of that kind, so many bytes into it."""
    start = data.index(kind) + 4 + at
    return data[:start] + struct.pack(">I", value) + data[start + 4 :]


def test_pictures_in_another_file_make_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    (tmp_path / "secret.mp4").write_bytes(whole())
    path.write_bytes(whole().replace(b"url \0\0\0\1", b"url \0\0\0\0"))
    refused(path)
    path.write_bytes(whole().replace(b"url \0\0\0\1", b"alis\0\0\0\0"))
    refused(path)


@pytest.mark.parametrize("codec", ["mjpeg", "png", "mpeg4", "qtrle"])
def test_a_codec_that_no_model_delivers_is_not_decoded(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(path, "w", "mov") as container:
        stream = container.add_stream(codec, rate=24)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = 320, 180
        stream.pix_fmt = {"mjpeg": "yuvj420p", "mpeg4": "yuv420p"}.get(codec, "rgb24")
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(grey(100), format="rgb24").reformat(format=stream.pix_fmt)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    refused(path)


# An index that says more than there is.

HUNDRED_MILLION = 100_000_000
INDEXES: dict[str, Callable[[bytes], bytes]] = {
    "sizes": lambda data: in_box(in_box(data, b"stsz", 4, 1), b"stsz", 8, HUNDRED_MILLION),
    "times": lambda data: in_box(data, b"stts", 8, HUNDRED_MILLION),
    "rows of times": lambda data: in_box(data, b"stts", 4, HUNDRED_MILLION),
    "samples of a chunk": lambda data: in_box(data, b"stsc", 12, HUNDRED_MILLION),
    "chunks": lambda data: in_box(data, b"stco", 4, HUNDRED_MILLION),
    "edits": lambda data: in_box(data, b"elst", 4, HUNDRED_MILLION),
    "all": lambda data: INDEXES["sizes"](INDEXES["times"](INDEXES["samples of a chunk"](data))),
    "samples of a fragment": lambda _: in_box(remuxed("mp4", movflags="frag_keyframe+empty_moov"), b"trun", 4, 1 << 30),
    "a packed index": lambda data: data.replace(b"mvhd", b"cmov"),
    "an index in free room": lambda data: data.replace(b"moov", b"free"),
    "an index in tags": lambda data: data.replace(b"\xa9too", b"stsz"),
    "where fragments are": lambda _: remuxed("mp4", movflags="dash+frag_keyframe+empty_moov"),
}


@pytest.mark.parametrize("change", INDEXES.values(), ids=INDEXES)
def test_an_index_is_counted_before_it_is_made(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    changed = change(whole())
    assert changed != whole()
    (tmp_path / "clip.mp4").write_bytes(changed)
    refused(tmp_path / "clip.mp4")


def test_a_clip_in_fragments_plays(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(remuxed("mp4", movflags="frag_keyframe+empty_moov"))
    for look in LOOKS.values():
        assert look(path)


@pytest.mark.parametrize("rest", [b"\0", b"the end of it all", bytes(99)])
def test_a_clip_with_something_after_its_end_plays(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole() + rest)
    assert clipfile.probe(path, every_frame=True).duration == 1


def test_too_many_streams(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(path, "w") as container:
        streams = [container.add_stream("libx264", rate=24) for _ in range(9)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for stream in streams:
            frame = av.VideoFrame.from_ndarray(grey(100), format="rgb24")
            container.mux(stream.encode(frame) + stream.encode())
    refused(path)


@pytest.mark.parametrize("size", [(MOST_SIDE + 16, 64), (64, MOST_SIDE + 16), (4096, 2560)])
def test_pictures_that_are_too_large(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(tmp_path / "clip.mp4", [np.zeros((size[1], size[0], 3), np.uint8)])
    refused(path)
    # Also where the index says that they are small.
    data = bytearray(path.read_bytes())
    at = data.index(b"avc1") + 28
    data[at : at + 4] = struct.pack(">HH", 320, 180)
    path.write_bytes(data)
    for look in (clipfile.probe, clipfile.first_frame, filmstrip, measure):
        with pytest.raises(clipfile.NotPlayable):
            look(path)


def test_damaged_clips_play_or_do_not_and_nothing_else(tmp_path: Path) -> None:
    rng, path = random.Random(0), tmp_path / "clip.mp4"
    index = whole().index(b"mdat")
    for _ in range(60):
        data = bytearray(whole())
        for _ in range(rng.choice((1, 4, 16))):
            at = rng.randrange(index)
            data[at : at + 4] = rng.choice((rng.randbytes(4), bytes(4), b"\xff\xff\xff\xff", b"\0\1\0\0"))
        path.write_bytes(data)
        for look in LOOKS.values():
            try:
                look(path)
            except clipfile.NotPlayable:
                continue


# What was asked for.


@pytest.mark.parametrize(
    ("size", "frames", "sound"), [((4112, 16), 24, None), ((320, 180), 900, None), ((320, 180), 24, 40.0)],
    ids=["wide", "long", "long sound"],
)  # fmt: skip
def test_far_more_than_was_asked_for_is_refused(
    tmp_path: Path, size: tuple[int, int], frames: int, sound: float | None
) -> None:
    silence = None if sound is None else np.zeros((1, int(48_000 * sound)), np.float32)
    path = write(tmp_path / "clip.mp4", [grey(100, size)] * frames, silence)
    assert clipfile.probe(path).width == size[0]
    with pytest.raises(clipfile.TooMuch, match="far l"):
        clipfile.probe(path, most=most(ENDPOINT, HD))


def test_what_differs_a_little_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [grey(100, (1920, 1080))] * 24 * 8)
    assert clipfile.probe(path, most=most(ENDPOINT, HD)).duration == 8


@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p"])
def test_every_clip_that_can_be_asked_for_has_room(resolution: str) -> None:
    for ratio, size in ENDPOINT.sizes[resolution].items():
        for seconds in (4, 12):
            asked = {"resolution": resolution, "aspect_ratio": ratio, "duration": str(seconds)}
            may = most(ENDPOINT, asked)
            assert may.side > 3 * max(size)
            assert may.seconds > 3 * seconds
            assert may.frames > 2 * 24 * seconds
            # Noise that cannot be compressed at all has 1.5 bytes a pixel; real pictures a hundredth.
            assert most_bytes(ENDPOINT, asked) > 0.15 * 1.5 * size[0] * size[1] * 24 * seconds
    assert most_bytes(ENDPOINT, HD) == 72_000_000


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"duration": "1e99"}, {"duration": "nan"}, {"duration": -5}, {"duration": [5]}, {"duration": 10**400},
        {"resolution": ["720p"], "aspect_ratio": {}, "duration": None}, {"resolution": "8k", "aspect_ratio": 16 / 9},
    ],
)  # fmt: skip
def test_what_does_not_say_or_says_too_much_has_the_endpoints_most(asked: dict[str, Any]) -> None:
    longest = {"resolution": "1080p", "aspect_ratio": "21:9", "duration": 12}
    assert most(ENDPOINT, asked) == most(ENDPOINT, longest)
    assert most_bytes(ENDPOINT, asked) <= 260_000_000


# Memory.


def numbered(path: Path, frames: int, seconds: float = 0) -> Path:
    """A clip of so many small frames, each a little brighter, with so many seconds of silence."""
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "g": "9999"})
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono") if seconds else None
        frame = av.VideoFrame(320, 240, "yuv420p")
        for number in range(frames):
            for plane, level in zip(frame.planes, (16 + 200 * number // frames, 128, 128), strict=True):
                plane.update(bytes([level]) * plane.buffer_size)
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if sound is not None:
            for number in range(int(seconds * 48_000 / 1024)):
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
                silence.rate, silence.pts = 48_000, number * 1024
                container.mux(sound.encode(silence))
            container.mux(sound.encode())
    return path


PEAK = """
import sys
from pathlib import Path
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.waveform import waveform
from ipyseedance.media.measures import measure

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

small, path, look = Path(sys.argv[1]), Path(sys.argv[2]), globals()[sys.argv[3]]
look(small)  # what the libraries take once
before = peak()
look(path)
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize(
    ("look", "frames", "seconds"), [("filmstrip", 6000, 0), ("waveform", 24, 590), ("measure", 24, 590)]
)
def test_a_long_clip_takes_no_more_than_some_megabytes(tmp_path: Path, look: str, frames: int, seconds: int) -> None:
    small, path = numbered(tmp_path / "small.mp4", 24, 1), numbered(tmp_path / "clip.mp4", frames, seconds)
    answer = subprocess.run(
        [sys.executable, "-c", PEAK, small, path, look], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    assert float(answer.stdout) < 40


def test_a_long_clips_filmstrip_is_of_its_own_frames(tmp_path: Path) -> None:
    with Image.open(io.BytesIO(filmstrip(numbered(tmp_path / "clip.mp4", 2000)))) as picture:
        sheet = np.asarray(picture.convert("L"), np.float32)
    height, width = sheet.shape[0] // (TILES // COLUMNS), sheet.shape[1] // COLUMNS
    for tile in range(TILES):
        y, x = tile // COLUMNS * height, tile % COLUMNS * width
        shown = sheet[y + 3 : y + height - 3, x + 3 : x + width - 3].mean()
        level = 200 * frame_of_tile(tile, 2000) // 2000
        assert shown == pytest.approx(level * 255 / 219, abs=3)


def test_a_filmstrip_is_the_same_where_the_index_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(remuxed("mp4"))
    expected = filmstrip(path)
    path.write_bytes(remuxed("mp4", movflags="frag_keyframe+empty_moov"))
    with av.open(path) as container:
        assert container.streams.video[0].frames == 0
    assert filmstrip(path) == expected


def test_an_endless_sound_is_refused(tmp_path: Path) -> None:
    path = numbered(tmp_path / "clip.mp4", 24, 620)
    for look in (waveform, measure, clipfile.probe):
        with pytest.raises(clipfile.NotPlayable, match="too long"):
            look(path)


# What a file brings along.


def preview(jpeg: bytes) -> bytes:
    data = whole()
    at = data.index(b"mdat") - 4
    return data[:at] + previews.boxed("poster", jpeg) + data[at:]


@pytest.mark.parametrize("format", ["EPS", "PNG", "GIF", "TIFF", "MPO"])
def test_what_a_file_brings_along_is_a_jpeg_or_nothing(tmp_path: Path, format: str) -> None:
    options: dict[str, Any] = {"save_all": True, "append_images": [Image.fromarray(grey(1))]} if format == "MPO" else {}
    out = io.BytesIO()
    Image.fromarray(grey(100)).save(out, format, **options)
    (tmp_path / "clip.mp4").write_bytes(preview(out.getvalue()))
    assert previews.brought(tmp_path / "clip.mp4", "poster") is None


def test_a_preview_that_does_not_decode_is_none(tmp_path: Path) -> None:
    good = previews.poster(Image.fromarray(np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)))
    (tmp_path / "clip.mp4").write_bytes(preview(good))
    assert previews.brought(tmp_path / "clip.mp4", "poster") == good
    (tmp_path / "clip.mp4").write_bytes(preview(good[:3000]))
    assert previews.brought(tmp_path / "clip.mp4", "poster") is None


@pytest.mark.timeout(20)
def test_an_endless_row_of_boxes_comes_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(struct.pack(">I4s", 8, b"free") * 6_000_000)
    assert previews.brought(path, "poster") is None
    refused(path)
