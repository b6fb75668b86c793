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
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from ipyseedance.contract import catalog, previews
from ipyseedance.contract.previews import COLUMNS, TILES, frame_of_tile
from ipyseedance.contract.roles import Asked
from ipyseedance.doors.videos import MOST_SIDE, NoVideo, open_video
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


def remuxed(format: str, metadata: dict[str, str] | None = None, **options: str) -> bytes:
    """The same clip in another container."""
    out = io.BytesIO()
    with av.open(io.BytesIO(clip(320, 240, 1)), "r") as source, av.open(out, "w", format, options=options) as target:
        target.metadata.update(metadata or {})
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
}


def box(kind: bytes, data: bytes = b"", longer: int = 0) -> bytes:
    """A box that says it is so many bytes longer than it is."""
    return struct.pack(">I4s", 8 + len(data) + longer, kind) + data


def added(data: bytes, kind: bytes, more: bytes) -> bytes:
    """With more at the end of the first box of that kind."""
    start = data.index(kind, data.index(b"moov")) - 4
    place = start + struct.unpack_from(">I", data, start)[0]
    result = bytearray(data[:place] + more + data[place:])
    for outer in (kind, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        at = data.rfind(outer, 0, start + 8) - 4
        length = int.from_bytes(data[at : at + 4], "big") if at >= 0 else 0
        if at + length >= place:
            result[at : at + 4] = struct.pack(">I", length + len(more))
    return bytes(result)


def tags(*boxes: bytes, before: bytes = bytes(4)) -> bytes:
    return box(b"meta", before + box(b"hdlr", bytes(8) + b"mdta" + bytes(12)) + b"".join(boxes))


TABLE = box(b"stsz", struct.pack(">III", 0, 1, HUNDRED_MILLION))
LONG = struct.pack(">I4sQ", 1, b"stsz", 16 + 12) + TABLE[8:]
HIDDEN: dict[str, Callable[[bytes], bytes]] = {
    "user data": lambda data: added(data, b"udta", TABLE),
    "user data, long": lambda data: added(data, b"udta", LONG),
    "user data, too long": lambda data: added(data, b"udta", box(b"stsz", TABLE[8:], longer=1 << 30)),
    "user data, to the end": lambda data: added(data, b"udta", bytes(4) + TABLE[4:]),
    "lists of tags": lambda data: added(data, b"udta", tags(box(b"ilst", TABLE))),
    "tags behind zeros": lambda data: added(data, b"udta", tags(box(b"ilst", TABLE), before=bytes(8))),
    "a stream's user data": lambda data: added(data, b"trak", box(b"udta", TABLE)),
    "a reference": lambda data: added(data, b"trak", box(b"tref", TABLE)),
    "the pictures' description": lambda data: added(data, b"avc1", TABLE),
    "the sound's description": lambda data: added(data, b"mp4a", TABLE),
    "the sound's old description": lambda data: added(data, b"mp4a", box(b"wave", TABLE)),
    "free room that is taken for it": lambda data: added(data, b"udta", box(b"hoov", box(b"mvhd", bytes(100)) + TABLE)),
    "deep": lambda data: added(data, b"udta", box(b"udta", box(b"tref", box(b"udta", TABLE)))),
    "a description that is too long": lambda data: in_box(data, b"stsd", 8, 1 << 20),
    "boxes in boxes": lambda data: added(data, b"udta", deep(40)),
    "boxes in boxes in boxes": lambda data: added(data, b"udta", deep(100_000)),
    "groups of samples": lambda data: added(data, b"stbl", box(b"sgpd", struct.pack(">I4sI", 0, b"sync", 1 << 30))),
    "groups of samples, newer": lambda data: added(
        data, b"stbl", box(b"sgpd", struct.pack(">I4sII", 1 << 24, b"sync", 1, 1 << 30))
    ),
    "marks": lambda data: added(data, b"udta", box(b"HMMT", struct.pack(">10000I", 9999, *range(9999)))),
    "names of tags": lambda data: added(data, b"udta", tags(box(b"keys", struct.pack(">II", 0, HUNDRED_MILLION)))),
    "boxes beside boxes": lambda data: added(data, b"udta", box(b"free") * 300_000),
}


def deep(boxes: int) -> bytes:
    return b"".join(struct.pack(">I4s", 8 * (boxes - number), b"udta") for number in range(boxes))


@pytest.mark.parametrize("change", HIDDEN.values(), ids=HIDDEN)
def test_an_index_in_another_place_or_of_too_much_is_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    changed = change(whole())
    assert len(changed) > len(whole()) or changed != whole()
    (tmp_path / "clip.mp4").write_bytes(changed)
    with pytest.raises(NoVideo, match="its index"), open_video(tmp_path / "clip.mp4"):
        pass


WORDS = "an elephant raises its trunk, sinful presence of moov trak stsz trun sidx cmov"


@pytest.mark.parametrize(
    "name", ["title", "comment", "AIGC", "com.apple.quicktime.description", "udta", "free", "skip", "name", "uuid"]
)
def test_words_are_no_boxes(tmp_path: Path, name: str) -> None:
    path, words = tmp_path / "clip.mp4", WORDS.encode()
    if name in ("title", "comment"):
        path.write_bytes(remuxed("mp4", {name: WORDS}))
    elif name == "udta":  # as QuickTime writes them
        path.write_bytes(added(clip(320, 240, 1), b"udta", box(b"\xa9cmt", struct.pack(">HH", len(words), 0) + words)))
    elif name == "name":
        data = clip(320, 240, 1)
        at = data.index(b"avc1", data.index(b"stsd")) + 46
        path.write_bytes(data[:at] + bytes([31]) + words[:31] + data[at + 32 :])
    elif len(name) == 4:
        path.write_bytes(clip(320, 240, 1) + box(name.encode(), words))
    else:
        path.write_bytes(remuxed("mp4", {name: WORDS}, movflags="use_metadata_tags"))
    assert words[:31] in path.read_bytes()
    for look in LOOKS.values():
        assert look(path)


@pytest.mark.parametrize("change", INDEXES.values(), ids=INDEXES)
def test_an_index_is_counted_before_it_is_made(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    changed = change(whole())
    assert changed != whole()
    (tmp_path / "clip.mp4").write_bytes(changed)
    refused(tmp_path / "clip.mp4")


IN_FRAGMENTS = ("frag_keyframe+empty_moov", "dash+frag_keyframe+empty_moov", "dash+frag_every_frame+empty_moov", "cmaf")


@pytest.mark.parametrize("flags", IN_FRAGMENTS)
def test_a_clip_in_fragments_plays(tmp_path: Path, flags: str) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(remuxed("mp4", movflags=flags))
    for look in LOOKS.values():
        assert look(path)
    assert clipfile.probe(path, every_frame=True).duration == pytest.approx(1, abs=0.1)


def listing(data: bytes, place: int, count: int = 1) -> bytes:
    """With a list of fragments, which says that they begin at that byte of the file."""
    at = data.index(b"moof") - 4
    length = 32 + 12 * count
    begins = (place + length if place >= at else place) - at - length
    references = struct.pack(">III", 0, 0, 0) * count
    return data[:at] + box(b"sidx", struct.pack(">IIIIiHH", 0, 1, 1000, 0, begins, 0, count) + references) + data[at:]


def test_fragments_begin_where_there_are_some(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    data = remuxed("mp4", movflags="frag_keyframe+empty_moov")
    at = data.index(b"moof") - 4
    path.write_bytes(listing(data, at))
    with open_video(path):
        pass
    hidden = box(b"moof", box(b"traf", box(b"trun", struct.pack(">II", 0, 1 << 30))))
    data = added(data, b"mdat", hidden)
    for place in (data.index(hidden), at + 1, len(data), len(data) + 1000):
        path.write_bytes(listing(data, place))
        refused(path)
    path.write_bytes(listing(data, at, 20_000))
    refused(path)
    whole_list = listing(data, at)
    path.write_bytes(in_box(whole_list, b"sidx", 24, 9))  # more than there are
    refused(path)


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


def flat(codec: str, size: tuple[int, int], kind: str, frames: int, **options: str) -> list[av.Packet[Any]]:
    """Packets of dark pictures of that kind, which take as much room as any when they are decoded."""
    encoder = av.VideoCodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = *size, kind
    encoder.time_base, encoder.framerate, encoder.options = Fraction(1, 24), Fraction(24), options
    frame = av.VideoFrame(*size, kind)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    packets = []
    for number in range(frames):
        frame.pts = number
        packets += encoder.encode(frame)
    return packets + encoder.encode(None)


KEEPS_16 = {"preset": "ultrafast", "x264-params": "ref=16:bframes=0:keyint=250:level=6.2"}


def changing(path: Path, *parts: tuple[tuple[int, int], str, int]) -> Path:
    """A clip whose index tells of its first part only: of so many pictures of a size and a kind."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=24, options=KEEPS_16)
        (stream.width, stream.height), stream.pix_fmt, _ = parts[0]
        container.start_encoding()
        packets = [packet for size, kind, frames in parts for packet in flat("libx264", size, kind, frames, **KEEPS_16)]
        for number, packet in enumerate(packets):
            packet.pts = packet.dts = number
            packet.time_base, packet.duration, packet.stream = Fraction(1, 24), 1, stream
            container.mux(packet)
    return path


@pytest.mark.parametrize("kind", ["yuv444p", "yuv422p", "yuv444p10le", "yuv422p10le", "yuvj444p"])
def test_pictures_of_a_kind_that_no_endpoint_delivers(tmp_path: Path, kind: str) -> None:
    refused(changing(tmp_path / "clip.mp4", ((320, 180), kind, 4)))
    path = changing(tmp_path / "clip.mp4", ((320, 180), "yuv420p", 4), ((320, 180), kind, 24))
    for name in ("every frame", "last", "filmstrip", "measure"):
        with pytest.raises(clipfile.NotPlayable, match=kind):
            LOOKS[name](path)


@pytest.mark.parametrize("kind", ["yuv420p", "yuvj420p", "yuv420p10le"])
def test_pictures_of_a_kind_that_some_deliver(tmp_path: Path, kind: str) -> None:
    path = changing(tmp_path / "clip.mp4", ((1920, 1080), kind, 4))
    for name in LOOKS.keys() - {"waveform"}:
        assert LOOKS[name](path)


def test_pictures_of_10_bits_have_half_as_many_pixels(tmp_path: Path) -> None:
    refused(changing(tmp_path / "clip.mp4", ((4096, 2304), "yuv420p10le", 1)))


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
        clipfile.probe(path, most=most(ENDPOINT, Asked.of(HD)))


def test_what_differs_a_little_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [grey(100, (1920, 1080))] * 24 * 8)
    assert clipfile.probe(path, most=most(ENDPOINT, Asked.of(HD))).duration == 8


@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p"])
def test_every_clip_that_can_be_asked_for_has_room(resolution: str) -> None:
    for ratio, size in ENDPOINT.sizes[resolution].items():
        for seconds in (4, 12):
            asked = {"resolution": resolution, "aspect_ratio": ratio, "duration": str(seconds)}
            may = most(ENDPOINT, Asked.of(asked))
            assert may.side > 3 * max(size)
            assert may.seconds > 3 * seconds
            assert may.frames > 2 * 24 * seconds
            # Noise that cannot be compressed at all has 1.5 bytes a pixel; real pictures a hundredth.
            assert most_bytes(ENDPOINT, Asked.of(asked)) > 0.15 * 1.5 * size[0] * size[1] * 24 * seconds
    assert most_bytes(ENDPOINT, Asked.of(HD)) == 72_000_000


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"duration": "1e99"}, {"duration": "nan"}, {"duration": -5}, {"duration": [5]}, {"duration": 10**400},
        {"resolution": ["720p"], "aspect_ratio": {}, "duration": None}, {"resolution": "8k", "aspect_ratio": 16 / 9},
    ],
)  # fmt: skip
def test_what_does_not_say_or_says_too_much_has_the_endpoints_most(asked: dict[str, Any]) -> None:
    longest = {"resolution": "1080p", "aspect_ratio": "21:9", "duration": 12}
    assert most(ENDPOINT, Asked.of(asked)) == most(ENDPOINT, Asked.of(longest))
    assert most_bytes(ENDPOINT, Asked.of(asked)) <= 260_000_000


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
from ipyseedance.media.clipfile import NotPlayable
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.waveform import waveform
from ipyseedance.media.measures import measure

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

small, path, look = Path(sys.argv[1]), Path(sys.argv[2]), globals()[sys.argv[3]]
look(small)  # what the libraries take once
before = peak()
try:
    look(path)
except NotPlayable:
    pass
print(peak() - before)
"""


def peak(small: Path, path: Path, look: str) -> float:
    """By how many MB a process that has looked at the small clip grows when it looks at the other."""
    answer = subprocess.run(
        [sys.executable, "-c", PEAK, small, path, look], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    return float(answer.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize(
    ("size", "kind", "look", "most_mb"),
    [
        ((1920, 1080), "yuv420p", "filmstrip", 120), ((4096, 2304), "yuv420p", "filmstrip", 420),
        ((4096, 2304), "yuv444p10le", "filmstrip", 200), ((4096, 2304), "yuv444p10le", "measure", 200),
    ],
)  # fmt: skip
def test_pictures_that_are_kept_take_little(
    tmp_path: Path, size: tuple[int, int], kind: str, look: str, most_mb: float
) -> None:
    small = numbered(tmp_path / "small.mp4", 24)
    path = changing(tmp_path / "clip.mp4", ((320, 180), "yuv420p", 1), (size, kind, 24))
    assert peak(small, path, look) < most_mb


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize(
    ("look", "frames", "seconds"), [("filmstrip", 6000, 0), ("waveform", 24, 590), ("measure", 24, 590)]
)
def test_a_long_clip_takes_no_more_than_some_megabytes(tmp_path: Path, look: str, frames: int, seconds: int) -> None:
    small, path = numbered(tmp_path / "small.mp4", 24, 1), numbered(tmp_path / "clip.mp4", frames, seconds)
    assert peak(small, path, look) < 40


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
    return data[:at] + previews.make_box("poster", jpeg) + data[at:]


@pytest.mark.parametrize("format", ["EPS", "PNG", "GIF", "TIFF", "MPO"])
def test_what_a_file_brings_along_is_a_jpeg_or_nothing(tmp_path: Path, format: str) -> None:
    options: dict[str, Any] = {"save_all": True, "append_images": [Image.fromarray(grey(1))]} if format == "MPO" else {}
    out = io.BytesIO()
    Image.fromarray(grey(100)).save(out, format, **options)
    (tmp_path / "clip.mp4").write_bytes(preview(out.getvalue()))
    assert previews.read_box(tmp_path / "clip.mp4", "poster") is None


def test_a_preview_that_does_not_decode_is_none(tmp_path: Path) -> None:
    good = previews.poster(Image.fromarray(np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)))
    (tmp_path / "clip.mp4").write_bytes(preview(good))
    assert previews.read_box(tmp_path / "clip.mp4", "poster") == good
    (tmp_path / "clip.mp4").write_bytes(preview(good[:3000]))
    assert previews.read_box(tmp_path / "clip.mp4", "poster") is None


@pytest.mark.timeout(20)
def test_an_endless_row_of_boxes_comes_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(struct.pack(">I4s", 8, b"free") * 6_000_000)
    assert previews.read_box(path, "poster") is None
    refused(path)
