"""What a sweep uploads for one start frame: `.venv/bin/python -m tests.bench.uploads [cells]`. Prints a line a project.

Each of the cells has the same picture of 10 MB, against a double of fal on this machine. A second project line is the
same sweep by another kernel, with other seeds.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

import ipyseedance as sd
from tests.wire.fal_double import FalDouble


class Counting(FalDouble):
    """Keeps no picture, only how many came and how large they are."""

    uploaded = size = 0

    async def _file(self, request: Request) -> Response:
        if request.method == "PUT":
            data = await request.body()
            self.uploaded += 1
            self.size += len(data)
            return Response()
        return Response() if request.method == "HEAD" else await super()._file(request)


def frame() -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (1800, 1900, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=0)
    return out.getvalue()


def main(cells: int = 12) -> None:
    picture, fal = frame(), Counting()
    with tempfile.TemporaryDirectory() as folder:
        for seed in (1, 2):
            base = sd.ImageToVideo("Go {where}", picture, seed=seed)
            sweep = sd.Sweep(base, where=[str(n) for n in range(cells)])
            fal.uploaded = fal.size = 0
            begun = time.perf_counter()
            with sd.Project(Path(folder) / "film", server=fal.url, key="id:secret-0123456789", budget=1e4) as project:
                for job in project.run(sweep).generations:
                    job.result()
            took = time.perf_counter() - begun
            sent = f"{fal.uploaded} uploads, {fal.size / 1e6:,.0f} MB, {took:.1f} s"
            print(f"{cells} cells of {len(picture) / 1e6:.1f} MB: {sent}", flush=True)
    fal.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
