"""The files of a project."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

import ipyseedance as sd
from ipyseedance.store.clips import keep_frame


def test_many_jobs_keep_the_same_picture_at_once(tmp_path: Path) -> None:
    Image.effect_noise((640, 360), 90).save(tmp_path / "a.png")
    frame = sd.Frame.of(tmp_path / "a.png")
    for n in range(10):
        folder = tmp_path / str(n)
        folder.mkdir()
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(keep_frame, [folder] * 12, [frame] * 12))
        assert [path.read_bytes() for path in (folder / "frames").iterdir()] == [frame.data]
