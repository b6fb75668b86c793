"""Looking into a clip's file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from ipyseedance.media import clipfile
from ipyseedance.media.filmstrip import filmstrip
from ipyseedance.media.measures import measure
from ipyseedance.media.waveform import waveform
from tests.wire.clip_file import clip


def moov_first(data: bytes, path: Path) -> bytes:
    """The same clip with its index before its pictures, as services give it."""
    with (
        av.open(io.BytesIO(data), "r") as source,
        av.open(path, "w", "mp4", options={"movflags": "faststart"}) as target,
    ):
        streams = {s.index: target.add_stream_from_template(s) for s in (*source.streams.video, *source.streams.audio)}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize("every_frame", [False, True])
def test_what_a_clip_holds(tmp_path: Path, every_frame: bool) -> None:
    path = tmp_path / "clip.mp4"
    moov_first(clip(864, 496, 4), path)
    info = clipfile.probe(path, every_frame=every_frame)
    assert info == clipfile.ClipInfo(width=864, height=496, duration=4, fps=24, has_audio=True)
    path.write_bytes(clip(864, 496, 4, audio=False))
    assert not clipfile.probe(path).has_audio


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.9, 0.99])
def test_a_clip_that_is_cut_off_is_not_playable(tmp_path: Path, first: bool, share: float) -> None:
    data, path = clip(320, 240, 1, noise=1), tmp_path / "clip.mp4"
    data = moov_first(data, path) if first else data
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(clipfile.NotPlayable):
        clipfile.probe(path)


def test_a_clip_with_another_ones_middle_is_found_by_looking_at_every_frame(tmp_path: Path) -> None:
    data, other = clip(320, 240, 1, noise=1), clip(320, 240, 1, noise=2)
    half = len(data) // 2
    path = tmp_path / "clip.mp4"
    path.write_bytes(data[:half] + other[half + 999 : half + 99_999] + data[half + 99_000 :])
    with pytest.raises(clipfile.NotPlayable):
        clipfile.probe(path, every_frame=True)


LOOKS = (clipfile.first_frame, clipfile.last_frame, clipfile.poster)


def without_pictures(data: bytes) -> bytes:
    """A clip whose index has come, and of its pictures none."""
    return data[: data.index(b"mdat") + 4]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "damage", [without_pictures, lambda data: data[:1000], lambda data: b"<html>", lambda data: b""]
)
def test_a_damaged_clip_has_no_frames(
    tmp_path: Path, look: Callable[[Path], object], damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(damage(moov_first(clip(320, 240, 1, noise=1), path)))
    with pytest.raises(clipfile.NotPlayable):
        look(path)


@pytest.mark.parametrize("look", LOOKS)
def test_a_clip_that_is_gone_is_an_os_error(tmp_path: Path, look: Callable[[Path], object]) -> None:
    with pytest.raises(FileNotFoundError):
        look(tmp_path / "clip.mp4")


def test_sound_alone_has_no_frames(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=48000, layout="stereo")
        sound = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        sound.rate = 48000
        container.mux(stream.encode(sound) + stream.encode())
    for look in LOOKS:
        with pytest.raises(clipfile.NotPlayable):
            look(path)


@pytest.mark.parametrize("data", [b"<html>", bytes(5000), b"\xff\xd8\xff\xe0" * 99])
def test_what_is_no_video(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(data)
    with pytest.raises(clipfile.NotPlayable):
        clipfile.probe(tmp_path / "clip.mp4")


def test_a_stream_that_calls_itself_something_that_is_no_utf_8_plays(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    named = moov_first(clip(864, 496, 1), path)
    path.write_bytes(named.replace(b"VideoHandler", b"VideoH\xf0ndler"))
    assert path.read_bytes() != named
    assert clipfile.probe(path, every_frame=True).duration == 1
    assert clipfile.first_frame(path).size == clipfile.last_frame(path).size == (864, 496)
    assert filmstrip(path).startswith(b"\xff\xd8")
    assert waveform(path)
    assert measure(path)
